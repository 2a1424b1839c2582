"""The project's own photos with their skeletons; each opens analysed at one click."""

from __future__ import annotations

import streamlit as st

from core import OverlayStyle, Settings
from core.errors import PosescopeError
from pages.language import error_text, text
from pages.widgets.choices import choose
from pages.widgets.photos import SAMPLES, add_photos, sample
from pages.widgets.plain_text import plain
from pages.widgets.rendering import close_up_jpeg

TILE_STYLE = OverlayStyle(line_scale=1.25)


def sample_tiles() -> None:
    """A tile for each sample."""
    try:
        pictures = {name: _picture(name) for name in SAMPLES}
    except PosescopeError as error:  # a model file is missing or altered
        st.error(plain(error_text(error)), icon=":material/error:")
        return
    with st.grid(len(SAMPLES), min_column_width=150):
        for name in SAMPLES:
            _tile(name, pictures[name])


def _picture(name: str) -> bytes:
    photo = sample(name)
    return close_up_jpeg(photo.identity, Settings(people="all", enhance_contrast=True), TILE_STYLE, photo)


def _tile(name: str, picture: bytes) -> None:
    title = text(f"start.sample_{name}")
    with st.container(border=True, height="stretch", gap="small"):
        st.image(
            picture,
            alt=text("start.alt_sample", name=title),
            width="stretch",
        )
        st.markdown(f"**{title}**")
        st.caption(text(f"start.sample_{name}_why"))
        st.space("stretch")
        if st.button(text("start.open_sample"), key=f"sample_{name}", width="stretch"):
            for setting, value in SAMPLES[name].items():
                choose(setting, value)
            add_photos([sample(name)])
            st.switch_page("image.py")
