"""This session's live camera: its token, its recordings, and that nothing of it is left when the page has gone."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import streamlit as st

from pages.live_sessions import LiveSession, admit
from pages.widgets import clips


@st.cache_resource(scope="session", show_spinner=False, on_release=LiveSession.close)
def live_session() -> LiveSession:
    """The session whose token the page's camera connects with."""
    session = admit(LiveSession())
    # One thread a session that has opened the Live page; it ends with it.
    watch = threading.Thread(target=_watch, args=(session, clips.session_connection()), name="live watch", daemon=True)
    watch.start()
    return session


def _watch(session: LiveSession, connected: Callable[[], bool]) -> None:
    """Streamlit keeps a closed page's session until somebody else comes; recordings and token should not wait."""
    seen = time.monotonic()
    while not session.closed:
        time.sleep(1)
        if connected():
            seen = time.monotonic()
        elif time.monotonic() - seen > clips.FORGOTTEN_AFTER_S:
            session.close()
