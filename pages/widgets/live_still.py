"""A single picture instead, for who has no live camera or needs no movement."""

from __future__ import annotations

import streamlit as st

from pages.language import text
from pages.widgets.photos import Photo, add_photos


def still_picture() -> None:
    """A folded field that takes one picture with the browser's camera and opens it on the Image page."""
    with st.expander(text("live.still"), icon=":material/photo_camera:", key="live_still", on_change="rerun") as fold:
        if not fold.open:
            return
        st.caption(text("live.still_hint"))
        taken = st.camera_input(text("image.camera"), key="live_camera_picture", label_visibility="collapsed")
        if taken is not None:
            number = st.session_state["camera_number"] = st.session_state.get("camera_number", 0) + 1
            add_photos([Photo.of(f"{text('image.camera_name', number=number)}.jpg", taken.getvalue())])
            st.switch_page("image.py")
