"""The picture with its overlay: a slider back to the original, points to click, marks on the chosen ones."""

from __future__ import annotations

import base64
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any

import streamlit as st

from pages.language import text
from pages.widgets.component import component_from

_COMPONENT = component_from(Path(__file__).parent)


def picture(
    original: bytes,
    overlay: bytes,
    *,
    size: tuple[int, int],
    points: list[dict[str, Any]],
    selected: Collection[tuple[int, int]],
    key: str,
    alt: str,
    on_pick: Callable[[int, int], None],
) -> None:
    """Show a picture and its overlay.

    Args:
        original, overlay: two JPEG files of the same size.
        size: their width and height in pixels.
        points: what can be clicked: `landmark`, `person`, `x` and `y` in those pixels, `label`.
        selected: (person, landmark) pairs to mark.
        key: the widget's.
        alt: what it shows, for those who do not see it.
        on_pick: called with the landmark and the person when a point has been clicked.
    """

    def picked() -> None:
        pick = st.session_state[key].pick
        if pick:
            on_pick(int(pick["landmark"]), int(pick["person"]))

    width, height = size
    _COMPONENT(
        key=key,
        data={
            "original": _data_url(original),
            "overlay": _data_url(overlay),
            "width": width,
            "height": height,
            "points": points,
            "selected": sorted(selected),
            "alt": alt,
            "originalLabel": text("image.original"),
            "overlayLabel": text("image.overlay"),
            "compareLabel": text("image.compare"),
        },
        on_pick_change=picked,
    )


def _data_url(jpeg: bytes) -> str:
    return "data:image/jpeg;base64," + base64.b64encode(jpeg).decode("ascii")
