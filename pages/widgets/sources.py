"""Where photos come from: upload, camera, clipboard, samples, and dropping anywhere on the page."""

from __future__ import annotations

import streamlit as st

from core import Settings
from pages.language import text
from pages.widgets.add_photo import add_photo
from pages.widgets.photos import Photo, add_photos, current_index, photos, remove_photo, show_photo
from pages.widgets.sample_tiles import sample_tiles
from pages.widgets.source_picker import source_choice, upload_field

SOURCES = ("upload", "camera", "paste", "sample")


def source_row() -> None:
    """The choice of source and, with photos open, which one of them is shown."""
    with st.container(horizontal=True, vertical_alignment="center", key="source_row"):
        source = source_choice(
            text("image.source"), {name: text(f"image.source_{name}") for name in SOURCES}, key="source"
        )
        if photos():
            _pager()
    if source == "upload":
        upload_field(
            text("image.upload"),
            key="upload",
            on_files=_add_files,
            largest_mb=Settings().max_image_bytes // 1_000_000,
            several=True,
            show_label=not photos(),
        )
    elif source == "camera":
        _camera()
    elif source == "sample":
        sample_tiles()
    # Listens on every source, and has its button on one.
    add_photo(key="add_photo", button=source == "paste", on_photos=_add_files)
    if st.session_state.get("photos_left_out"):
        st.warning(text("image.too_many", limit=len(photos())), icon=":material/info:")


def _pager() -> None:
    index, count = current_index(), len(photos())
    st.space("stretch")
    if count > 1:
        st.button(
            text("image.previous"),
            icon=":material/chevron_left:",
            key="previous_photo",
            disabled=index == 0,
            on_click=show_photo,
            args=(index - 1,),
        )
        st.markdown(text("image.photo_of", number=index + 1, count=count), width="content")
        st.button(
            text("image.next"),
            icon=":material/chevron_right:",
            key="next_photo",
            disabled=index == count - 1,
            on_click=show_photo,
            args=(index + 1,),
        )
    st.button(
        text("image.remove"),
        icon=":material/close:",
        type="tertiary",
        key="remove_photo",
        on_click=remove_photo,
        args=(index,),
    )


def _camera() -> None:
    key = "camera_picture"

    def take_over() -> None:
        taken = st.session_state[key]
        if taken is not None:
            add_photos([Photo.of(_numbered("camera", ".jpg"), taken.getvalue())])

    st.camera_input(text("image.camera"), key=key, on_change=take_over, help=text("image.camera_help"))


def _add_files(files: list[tuple[str, bytes]]) -> None:
    add_photos(Photo.of(name or _numbered("paste", ".png"), content) for name, content in files)


def _numbered(kind: str, suffix: str) -> str:
    """A name for a picture that came without one."""
    number = st.session_state[f"{kind}_number"] = st.session_state.get(f"{kind}_number", 0) + 1
    return text(f"image.{kind}_name", number=number) + suffix
