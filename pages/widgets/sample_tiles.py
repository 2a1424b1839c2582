"""The project's own photos and a clip of it with their skeletons; each opens analysed at one click."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from core import OverlayStyle, Settings
from core.errors import PosescopeError
from pages.language import error_text, text
from pages.widgets.choices import choose_all
from pages.widgets.clips import sample_clip
from pages.widgets.photos import SAMPLES, add_photos, sample
from pages.widgets.plain_text import plain
from pages.widgets.rendering import close_up_jpeg, moments_jpeg
from pages.widgets.video_source import open_sample_clip

TILE_STYLE = OverlayStyle(line_scale=1.25)
# The clip, and two moments that show what happens in it, in seconds.
MOVEMENT, STANDING_S, DEEPEST_S = "squat_2reps", 0.2, 0.9
# What the live camera looks like, shown by a moment of another clip.
LIVE, WALKING_S, LIVE_STYLE = "street_two_people", 2.5, OverlayStyle(line_scale=1.25, angles=True)


@dataclass(frozen=True)
class _Tile:
    """A sample: its picture with the skeleton, and what opens it on a page."""

    name: str
    page: str
    picture: Callable[[str], bytes]
    open: Callable[[str], None]
    icon: str | None = None


def sample_tiles(*, moving: bool = False) -> None:
    """A tile for each sample photo and, if wanted, one for a movement and one for the live camera."""
    tiles = [_Tile(name, "image.py", _photo_picture, _open_photo) for name in SAMPLES]
    if moving:
        movement = _Tile(MOVEMENT, "video.py", _movement_picture, open_sample_clip, ":material/play_arrow:")
        live = _Tile("live", "live.py", _live_picture, lambda _: None, ":material/videocam:")
        tiles = [movement, live, *tiles]
    try:
        pictures = [tile.picture(tile.name) for tile in tiles]
    except PosescopeError as error:  # a model file is missing or altered
        st.error(plain(error_text(error)), icon=":material/error:")
        return
    with st.grid(3 if moving else len(tiles), min_column_width=140):
        for tile, picture in zip(tiles, pictures, strict=True):
            _show(tile, picture)


def _show(tile: _Tile, picture: bytes) -> None:
    title = text(f"start.sample_{tile.name}")
    with st.container(border=True, height="stretch", gap="small"):
        st.image(picture, alt=text("start.alt_sample", name=title), width="stretch")
        st.markdown(f"**{title}**")
        st.caption(text(f"start.sample_{tile.name}_why"))
        st.space("stretch")
        if st.button(text("start.open_sample"), key=f"sample_{tile.name}", icon=tile.icon, width="stretch"):
            tile.open(tile.name)
            st.switch_page(tile.page)


def _photo_picture(name: str) -> bytes:
    photo = sample(name)
    return close_up_jpeg(photo.identity, Settings(people="all", enhance_contrast=True), TILE_STYLE, photo)


def _open_photo(name: str) -> None:
    choose_all(SAMPLES[name])
    add_photos([sample(name)])


def _movement_picture(name: str) -> bytes:
    return moments_jpeg(name, (STANDING_S, DEEPEST_S), Settings(), TILE_STYLE, sample_clip(name)[1])


def _live_picture(_: str) -> bytes:
    return moments_jpeg(LIVE, (WALKING_S,), Settings(), LIVE_STYLE, sample_clip(LIVE)[1])
