"""What you can do here, each with a picture and one click."""

from __future__ import annotations

import streamlit as st

from pages.language import text
from pages.widgets.sample_tiles import sample_tiles

st.title(text("start.headline"))
st.markdown(text("start.sentence"))
with st.container(horizontal=True):
    if st.button(text("start.own_photo"), type="primary", icon=":material/add_photo_alternate:", key="own_photo"):
        st.switch_page("image.py")
    if st.button(text("start.own_clip"), type="primary", icon=":material/video_call:", key="own_clip"):
        st.switch_page("video.py")
    if st.button(text("start.own_camera"), type="primary", icon=":material/videocam:", key="own_camera"):
        st.switch_page("live.py")
st.subheader(text("start.samples"))
sample_tiles(moving=True)
st.subheader(text("start.private_title"))
st.markdown(text("start.private"))
good, not_good = st.columns(2, gap="large")
with good:
    st.subheader(text("start.good_title"))
    st.markdown(text("start.good"))
with not_good:
    st.subheader(text("start.not_good_title"))
    st.markdown(text("start.not_good"))
