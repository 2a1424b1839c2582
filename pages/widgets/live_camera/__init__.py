"""The live camera: its picture with the skeleton, the body in 3D, large figures and the last ten seconds.

Everything happens in the browser. It sends the camera's frames to the live route and draws what comes back.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import streamlit as st

from core import OverlayStyle
from core.errors import (
    CameraNotAllowed,
    CameraNotOpened,
    DetectionFailed,
    FrameNotReadable,
    FramesTooFast,
    FrameTooLarge,
    LiveElsewhere,
    MessageNotUnderstood,
    NoFrames,
    PlacesTaken,
    PosescopeError,
)
from core.media.cameras import CAMERAS_VARIABLE
from core.motion.angles import DEFINITIONS, JOINTS
from core.motion.trust import LEAST_TRUST
from core.settings import MODELS
from pages.language import body_label, error_text, text
from pages.live_connection import MOST_FRAMES_PER_S
from pages.live_protocol import Choices
from pages.live_route import NO_FRAMES_S
from pages.widgets.component import component_from
from pages.widgets.player import drawn_skeleton

SCRIPTS = (
    "../player/degrees",
    "../player/people",
    "../player/overlay",
    "../player/body",
    "encoder",
    "camera",
    "socket",
    "live_frame",
    "readouts",
    "cues",
    "recording",
    "picture",
    "live_camera",
)
LABELS = (
    "live",
    "picture",
    "body",
    "views",
    "readouts",
    "curves",
    "start",
    "off",
    "is_off",
    "asking",
    "connecting",
    "lost",
    "no_server",
    "wait",
    "waiting",
    "nobody",
    "fallen",
    "target",
    "no_tempo",
    "take",
    "record",
    "stop",
    "cancel",
    "ending",
    "recording",
    "said_recording",
    "with_video",
    "with_video_help",
    "no_video",
    "camera",
    "size",
    "mirror",
    "turn_camera",
    "full_screen",
    "leave_full_screen",
    "speech_language",
    "problem_insecure",
    "problem_unsupported",
    "problem_denied",
    "problem_none",
    "problem_busy",
    "problem_gone",
    "problem_other",
)

_COMPONENT = component_from(Path(__file__).parent, scripts=SCRIPTS)


def live_camera(
    *,
    address: str,
    choices: Choices,
    camera: str,
    style: OverlayStyle,
    readouts: list[tuple[str, tuple[int, int] | None]],
    cues: str,
    countdown_s: int,
    key: str,
    on_recorded: Callable[[str], None],
    on_model: Callable[[str], None],
) -> None:
    """Show the camera and what is found in it.

    Args:
        address: where the frames go, from `live_route.address_of`.
        choices: what the server is to do.
        camera: a camera of the server, by its place among the allowed ones; empty for the browser's own.
        style: how the skeleton is drawn.
        readouts: the joints in large figures, each with the band it is to stay in, in degrees, or None.
        cues: "off", "beep" or "voice".
        countdown_s: so long before a recording begins.
        key: the widget's.
        on_recorded: called with the identity of a recording that has ended.
        on_model: called with the model that the user has taken from a proposal.
    """

    def recorded() -> None:
        identity = st.session_state[key].recorded
        if identity:
            on_recorded(str(identity))

    def model_wanted() -> None:
        model = st.session_state[key].model
        if model in MODELS:
            on_model(str(model))

    movement = choices.movement
    _COMPONENT(
        key=key,
        data={
            "address": address,
            "settings": _settings(choices),
            "camera": camera,
            "style": style.as_dict(),
            "leastTrust": LEAST_TRUST,
            "skeleton": drawn_skeleton(),
            "readouts": [_readout(joint, band) for joint, band in readouts],
            "movement": None if movement is None else {"label": text(f"settings.live_movement_{movement}")},
            "cues": cues,
            "countdown": countdown_s,
            "models": MODELS,
            "modelNames": {model: text(f"settings.model_{model}") for model in MODELS},
            "labels": _labels(),
            "errors": {type(error).__name__: error_text(error) for error in _errors()},
            "key": key,
        },
        on_recorded_change=recorded,
        on_model_change=model_wanted,
    )


def _labels() -> dict[str, str]:
    """All words; those with a name in braces are filled in by the browser."""
    return (
        {name: text(f"live.{name}") for name in LABELS}
        | {f"view_{view}": text(f"image.view_{view}") for view in ("front", "side", "top", "free")}
        | {
            "tempo": text("live.tempo", seconds="{seconds}"),
            "speed": text("live.speed", per_s="{per_s}", delay="{delay}", busy="{busy}"),
            "propose_lighter": text("live.propose_lighter", model="{model}"),
            "propose_heavier": text("live.propose_heavier", model="{model}"),
        }
    )


def _settings(choices: Choices) -> dict[str, Any]:
    """The message that tells the server what to do."""
    settings = choices.settings
    return {
        "type": "settings",
        "model": settings.model,
        "min_detection_confidence": settings.min_detection_confidence,
        "min_presence_confidence": settings.min_presence_confidence,
        "min_tracking_confidence": settings.min_tracking_confidence,
        "repair_sides": settings.repair_sides,
        "smooth": choices.smooth,
        "space": choices.space,
        "reading": choices.reading,
        "movement": choices.movement or "",
        "fall": choices.fall,
    }


def _readout(joint: str, band: tuple[int, int] | None) -> dict[str, Any]:
    definition = DEFINITIONS[JOINTS.index(joint)]
    return {
        "name": joint,
        "index": JOINTS.index(joint),
        "label": body_label(joint),
        "side": definition.side,
        "kind": definition.name,
        "kindLabel": body_label(definition.name),
        "low": None if band is None else band[0],
        "high": None if band is None else band[1],
    }


def _errors() -> list[PosescopeError]:
    """What the server may end a connection for; how many places there are it says itself."""
    return [
        PosescopeError(),
        MessageNotUnderstood(),
        FrameNotReadable(),
        FrameTooLarge(most="1920 × 1080"),
        FramesTooFast(most=MOST_FRAMES_PER_S),
        NoFrames(seconds=f"{NO_FRAMES_S:g}"),
        PlacesTaken(places="{places}"),
        LiveElsewhere(),
        CameraNotAllowed(camera="…", variable=CAMERAS_VARIABLE),
        CameraNotOpened(camera="…"),
        DetectionFailed(reason=text("live.in_live_picture")),
    ]
