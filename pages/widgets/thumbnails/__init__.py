"""The strip of open photos; a click shows one."""

from __future__ import annotations

import base64
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from pages.language import text
from pages.widgets.component import component_from

_COMPONENT = component_from(Path(__file__).parent)


@dataclass(frozen=True)
class Thumbnail:
    """One picture of the strip.

    Attributes:
        index: of the photo.
        name: the photo's.
        jpeg: None for a photo that cannot be read.
        nobody: it gets a mark, because nobody is in it.
    """

    index: int
    name: str
    jpeg: bytes | None
    nobody: bool = False


def thumbnails(strip: Sequence[Thumbnail], current: int, *, key: str, on_choose: Callable[[int], None]) -> None:
    """Show the strip.

    Args:
        strip: the pictures to show, some of all the open photos.
        current: the index of the photo that is shown large.
        key: the widget's.
        on_choose: called with the index of the photo that has been clicked.
    """

    def chosen() -> None:
        index = st.session_state[key].choice
        if index is not None:
            on_choose(int(index))

    _COMPONENT(
        key=key,
        data={
            "label": text("image.thumbnails"),
            "current": current,
            "photos": [
                {
                    "index": thumbnail.index,
                    "alt": _alt(thumbnail),
                    "source": _data_url(thumbnail.jpeg),
                    "nobody": thumbnail.nobody,
                }
                for thumbnail in strip
            ],
        },
        on_choice_change=chosen,
    )


def _alt(thumbnail: Thumbnail) -> str:
    if thumbnail.nobody:
        return text("image.thumbnail_nobody", number=thumbnail.index + 1, name=thumbnail.name)
    if thumbnail.jpeg is None:
        return text("image.thumbnail_unreadable", number=thumbnail.index + 1, name=thumbnail.name)
    return text("image.thumbnail_alt", number=thumbnail.index + 1, name=thumbnail.name)


def _data_url(jpeg: bytes | None) -> str:
    return "" if jpeg is None else "data:image/jpeg;base64," + base64.b64encode(jpeg).decode("ascii")
