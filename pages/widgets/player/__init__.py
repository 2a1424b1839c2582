"""The linked player: the clip with its skeleton, the 3D body and the angle curves, all at one moment.

Everything happens in the browser. It gets the video and the landmarks from addresses of this server and asks for more
landmarks while the analysis goes on.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import streamlit as st

from core import FilterSettings, OverlayStyle
from core.motion.angles import MAIN_DEFINITIONS
from core.motion.limbs import LIMB_BONES
from core.motion.trust import LEAST_TRUST
from core.skeleton import (
    BODY_PARTS,
    BONE_SIDES,
    BONES,
    CLASSIC_LINE_COLOUR,
    CLASSIC_POINT_COLOUR,
    PERSON_COLOURS,
    SIDE_COLOURS,
    SIDES,
)
from pages.language import body_label, text
from pages.widgets.component import component_from

SCRIPTS = (
    "degrees",
    "landmarks",
    "clock",
    "people",
    "overlay",
    "body",
    "strip",
    "curves",
    "controls",
    "words",
    "input",
    "player",
)
LABELS = (
    "play",
    "pause",
    "back",
    "forward",
    "speed",
    "loop",
    "loop_in",
    "loop_out",
    "loop_clear",
    "person",
    "everyone",
    "joints",
    "curves",
    "found",
    "video",
    "body",
    "views",
    "no_video",
    "not_yet",
    "nobody",
    "follow",
    "follow_hint",
    "left",
    "right",
    "keys",
    "choose",
)
FIRST_JOINTS = ("knee", "hip", "elbow")

_COMPONENT = component_from(Path(__file__).parent, scripts=SCRIPTS)


def player(
    *,
    clip: str,
    video: str,
    landmarks: str,
    size: tuple[int, int],
    part: tuple[float, float],
    slower: float,
    style: OverlayStyle,
    space: str,
    reading: str,
    both: bool,
    bodies: Mapping[str, Any],
    smoothing: FilterSettings,
    names: Sequence[str],
    named: bool,
    colours: Sequence[str],
    person: int,
    unsure: Sequence[int],
    key: str,
    can_follow: bool,
    has_picture: bool = True,
    on_unplayable: Callable[[], None],
    on_follow: Callable[[float, float, float], None],
    on_body: Callable[[str], None],
    on_person: Callable[[int], None],
) -> None:
    """Show a clip and what is found in it.

    Args:
        clip: the clip's identity: with another one the player begins anew.
        video: the clip's address; empty while there is none that the browser could play.
        landmarks: the address of the landmarks, with parameters.
        size: width and height of the upright picture, in pixels.
        part: the analysed part of the clip, from and to, in seconds.
        slower: how many times slower than life the video plays. All other times are those of life.
        style: how the skeleton is drawn over the video.
        space, reading: how the angles are measured.
        both: the body that is not measured is shown too, pale.
        bodies: the buttons for the body to show, from `body_buttons`.
        smoothing: how their curves are filtered, once all of them are there.
        names, colours: of the people, as far as they are known: while an analysis goes on there may be more.
        named: the names are shown even if there is one person only.
        person: who is studied, -1 for everyone.
        unsure: who is not drawn unless they are studied: finds that the detector itself does not believe in.
        key: the widget's.
        can_follow: a click on the picture may say who is to be followed.
        has_picture: False for what was recorded without one, so that `video` stays empty.
        on_unplayable: called when the browser cannot play the clip.
        on_follow: called with the time in seconds and the place in pixels that was clicked.
        on_body: called with the body whose button has been pressed.
        on_person: called with the person who has been chosen, -1 for everyone.
    """

    def unplayable() -> None:
        if st.session_state[key].unplayable:
            on_unplayable()

    def follow() -> None:
        point = st.session_state[key].follow
        if point:
            on_follow(float(point["time"]), float(point["x"]), float(point["y"]))

    def body_wanted() -> None:
        body = st.session_state[key].body
        if body:
            on_body(str(body))

    def person_chosen() -> None:
        chosen = st.session_state[key].person
        if chosen:
            on_person(int(chosen["person"]))

    parameters = {"space": space, "reading": reading, "smoothing": json.dumps(smoothing.as_dict())}
    if both:
        parameters["both"] = "1"
    _COMPONENT(
        key=key,
        data={
            "clip": clip,
            "video": video,
            "landmarks": f"{landmarks}&{urlencode(parameters)}",
            "width": size[0],
            "height": size[1],
            "part": part,
            "slower": slower,
            "style": style.as_dict(),
            "leastTrust": LEAST_TRUST,
            "canFollow": can_follow,
            "skeleton": drawn_skeleton(),
            "joints": _joints(),
            "firstJoints": FIRST_JOINTS,
            "labels": {name: text(f"video.player_{name}") for name in LABELS}
            | ({} if has_picture else {"no_video": text("video.player_no_picture")})
            | {f"view_{view}": text(f"image.view_{view}") for view in ("front", "side", "top", "free")}
            | {"missing": text("video.player_missing", name="{name}")},
            "bodies": dict(bodies),
            "people": [{"name": name, "colour": colour} for name, colour in zip(names, colours, strict=True)],
            "named": named,
            "palette": PERSON_COLOURS,
            "person": person,
            "unsure": list(unsure),
            "key": key,
        },
        on_unplayable_change=unplayable,
        on_follow_change=follow,
        on_body_change=body_wanted,
        on_person_change=person_chosen,
    )


def drawn_skeleton() -> dict[str, Any]:
    """The body as the scripts need it: bones, sides, colours, and how fine each landmark is drawn."""
    fineness = {"head": 0.5, "hands": 0.65, "feet": 0.75}
    return {
        "bones": BONES,
        "boneSides": BONE_SIDES,
        "limbs": LIMB_BONES,
        "sides": SIDES,
        "colours": SIDE_COLOURS,
        "classic": {"line": CLASSIC_LINE_COLOUR, "point": CLASSIC_POINT_COLOUR},
        "sizes": [
            next(fineness.get(part, 1.0) for part, own in BODY_PARTS.items() if index in own)
            for index in range(len(SIDES))
        ],
    }


def _joints() -> list[dict[str, Any]]:
    """The main kinds of joints, each with the place of its sides among the angles."""
    kinds: dict[str, dict[str, Any]] = {}
    for index, definition in enumerate(MAIN_DEFINITIONS):
        kind = kinds.setdefault(
            definition.name, {"name": definition.name, "label": body_label(definition.name), "sides": []}
        )
        kind["sides"].append({"side": definition.side, "index": index})
    return list(kinds.values())
