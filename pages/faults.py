"""What a user reads when a page, or a part of it, fails for a reason that nobody has foreseen."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Iterator

import streamlit as st

from core.errors import PosescopeError
from pages.language import error_text, text
from pages.widgets.plain_text import plain

_LOG = logging.getLogger("posescope")


def tell_fault(_: BaseException) -> bool:
    """Plain words on the page. True: Streamlit, which has written the details to the terminal, need not show it."""
    st.error(text("common.unexpected"), icon=":material/error:")
    return True


@contextlib.contextmanager
def alone(part: str) -> Iterator[None]:
    """For a part of a page that is worked out from what is there already: it fails alone, in a sentence and logged.

    Args:
        part: what to call it in the log.
    """
    try:
        yield
    except PosescopeError as error:
        st.error(plain(error_text(error)), icon=":material/error:")
    except Exception:
        _LOG.exception("A part of the page failed: %s", part)
        st.error(text("common.part_failed"), icon=":material/error:")
