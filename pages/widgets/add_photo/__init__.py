"""Photos from the clipboard, and photos dropped anywhere on the page."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from pathlib import Path

import streamlit as st

from pages.language import text
from pages.widgets.component import component_from

_COMPONENT = component_from(Path(__file__).parent)


def add_photo(*, key: str, button: bool, on_photos: Callable[[list[tuple[str, bytes]]], None]) -> None:
    """Listen for pasted and dropped pictures.

    Args:
        key: the widget's.
        button: show a button that reads the clipboard; without it only the keyboard and dropping work.
        on_photos: called with names and contents. The name is empty for a pasted picture.
    """

    def added() -> None:
        files = st.session_state[key].photos
        if files:
            on_photos([(str(file.get("name", "")), _content(file)) for file in files])

    _COMPONENT(
        key=key,
        data={
            "button": text("image.paste_button") if button else "",
            "hint": text("image.paste_hint") if button else "",
            "nothing": text("image.paste_nothing"),
            "refused": text("image.paste_refused"),
            "drop": text("image.drop_here"),
            "tooLarge": text("image.too_large"),
            "unreadable": text("image.unreadable"),
        },
        on_photos_change=added,
    )


def _content(file: dict[str, str]) -> bytes:
    """What the browser sent; nothing if it is no base64, which is then told as an empty file."""
    try:
        return base64.b64decode(file.get("content", ""), validate=True)
    except binascii.Error:
        return b""
