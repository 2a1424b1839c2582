"""Which body the 3D views show: the corrected one, the raw one, or one over the other.

What is seen is what is measured: to show the raw body is to measure it too, so that its angles can be compared. With
both, the measured one is drawn in full and the other one pale behind it.
"""

from __future__ import annotations

from typing import Any

from pages.language import text
from pages.widgets.choices import choices, choose

SPACE_OF_BODY = {"corrected": "refined", "raw": "world"}
BODIES = (*SPACE_OF_BODY, "both")


def body_shown() -> str:
    """One of BODIES; empty while the picture's plane is measured."""
    space = choices()["space"]
    if space == "image":
        return ""
    return "both" if choices()["both"] else next(body for body, own in SPACE_OF_BODY.items() if own == space)


def pale_space() -> str | None:
    """The coordinates of the body behind the measured one, if both are shown."""
    if body_shown() != "both":
        return None
    return "world" if choices()["space"] == "refined" else "refined"


def show_body(body: str) -> None:
    """Show one of BODIES; anything else a browser may send is passed over."""
    if body not in BODIES:
        return
    choose("both", body == "both")
    if body in SPACE_OF_BODY:
        choose("space", SPACE_OF_BODY[body])
    elif choices()["space"] == "image":
        choose("space", "refined")


def body_buttons() -> dict[str, Any]:
    """What the browser components need to draw the buttons."""
    return {
        "group": text("image.bodies"),
        "shown": body_shown(),
        "labels": {body: text(f"image.body_{body}") for body in BODIES},
        "hints": {body: text(f"image.body_{body}_hint") for body in BODIES},
    }
