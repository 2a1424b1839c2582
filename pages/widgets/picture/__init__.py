"""The picture with its overlay: a slider back to the original, points to click, marks on the chosen ones."""

from __future__ import annotations

import base64
from collections.abc import Callable, Collection, Sequence
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
    bones: Sequence[tuple[int, int]],
    names: Sequence[str],
    chosen: int,
    selected: Collection[tuple[int, int]],
    key: str,
    alt: str,
    on_pick: Callable[[int, int], None],
    on_person: Callable[[int], None],
) -> None:
    """Show a picture and its overlay.

    Args:
        original, overlay: two JPEG files of the same size.
        size: their width and height in pixels.
        points: what can be clicked: `landmark`, `person`, `x` and `y` in those pixels, `label`, and whether the person
            is `shown`. Of the others the person can be clicked, not the point.
        bones: between which landmarks a click is on a person, too.
        names: of all people.
        chosen: who is shown alone, -1 if it is everyone.
        selected: (person, landmark) pairs to mark.
        key: the widget's.
        alt: what it shows, for those who do not see it.
        on_pick: called with the landmark and the person when a point has been clicked.
        on_person: called with the person when one of several has been clicked, with -1 for a click beside everybody.
    """

    def picked() -> None:
        pick = st.session_state[key].pick
        if pick and pick["landmark"] is not None:
            on_pick(int(pick["landmark"]), int(pick["person"]))
        if pick and pick["choose"]:
            on_person(int(pick["person"]))

    width, height = size
    _COMPONENT(
        key=key,
        data={
            "original": _data_url(original),
            "overlay": _data_url(overlay),
            "width": width,
            "height": height,
            "points": points,
            "bones": bones,
            "names": list(names),
            "chosen": chosen,
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
