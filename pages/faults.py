"""What a user reads when a page fails for a reason that nobody has foreseen."""

from __future__ import annotations

import streamlit as st

from pages.language import text


def tell_fault(_: BaseException) -> bool:
    """Plain words on the page. True: Streamlit, which has written the details to the terminal, need not show it."""
    st.error(text("common.unexpected"), icon=":material/error:")
    return True
