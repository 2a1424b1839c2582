"""What a user reads when a page fails for a reason that nobody has foreseen."""

from __future__ import annotations

import logging

import streamlit as st

from pages.language import text

_LOG = logging.getLogger("posescope")


def tell_fault(fault: BaseException) -> bool:
    """Plain words on the page, the details in the terminal. True: Streamlit need not show it in its own way."""
    _LOG.error("A page failed", exc_info=fault)
    st.error(text("common.unexpected"), icon=":material/error:")
    return True
