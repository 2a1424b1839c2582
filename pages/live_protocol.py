"""What browser and server say to each other while a camera is live. All numbers are little-endian.

Browser to server, text: JSON with a "type":
    settings    model, min_detection_confidence, min_presence_confidence, min_tracking_confidence, repair_sides, smooth,
                space, reading, movement ("" for none), fall. The first message; later ones change what they say.
    record      video: true or false. It begins with the next frame.
    stop        End the recording; answered by recorded, or by not_recorded if none has begun.
    leave       End the connection; what has been recorded is told before.
    wait        Wait for a place.
    look        camera: the place of one of the server's allowed cameras, as a string. Its next frame is seen and sent.
Browser to server, binary: a frame. FRAME_HEADER, then the JPEG.
Server to browser, text: JSON with a "type": ready, full, recording, no_video, recorded, not_recorded, proposal.
Server to browser, binary: the answer to one frame. ANSWER_HEADER, then float32: x, y in pixels (33, 2), visibility
    (33,), metres (33, 3), angles in degrees (J,) and their trust (J,) in the order of `core.motion.angles.JOINTS`,
    trust of the limbs (8,). NaN where there is nothing. Then, if PICTURE is among the flags, the picture as JPEG.
"""

from __future__ import annotations

import json
import math
import struct
from dataclasses import dataclass
from typing import Any

import numpy as np

from core.errors import InvalidSetting, MessageNotUnderstood
from core.live import LiveFrame
from core.motion.arrays import AngleArrays
from core.motion.readings import shown_deg
from core.motion.repetitions import MOVEMENTS
from core.motion.unsure import unsure_people
from core.recording import SPACES
from core.settings import Settings

# Capture time in milliseconds, sequence number, and four bytes to spare that are 0.
FRAME_HEADER = struct.Struct("<dII")
# Capture time and sequence number as they came, flags, milliseconds of work, seconds a repetition, how far the present
# one is, how many there have been, how many frames have been recorded, width and height of the picture, J, and spare 0.
ANSWER_HEADER = struct.Struct("<dIIfffIIHHHH")
FOUND, RECORDED, FALLEN, PICTURE = 1, 2, 4, 8
READINGS = ("angle_deg", "flexion_deg")
# A moment of some ten thousand years is no capture time.
LATEST_MS = 1e15
MOST_TEXT = 4096
_SETTINGS = (
    "model",
    "min_detection_confidence",
    "min_presence_confidence",
    "min_tracking_confidence",
    "repair_sides",
)


@dataclass(frozen=True)
class Frame:
    """A camera frame: when it was taken, by the browser's clock in milliseconds, its number, and the JPEG."""

    capture_ms: float
    sequence: int
    jpeg: bytes


@dataclass(frozen=True)
class Choices:
    """What the user wants of a live camera.

    Attributes:
        settings: what the landmarker does.
        smooth: whether what is shown is smoothed.
        space, reading: how the angles are measured.
        movement: whose repetitions are counted; None for none.
        fall: whether to watch for a fall.
    """

    settings: Settings
    smooth: bool = True
    space: str = "refined"
    reading: str = "angle_deg"
    movement: str | None = None
    fall: bool = False


@dataclass(frozen=True)
class Record:
    """Begin a recording, with or without the picture."""

    video: bool


@dataclass(frozen=True)
class Stop:
    """End the recording."""


@dataclass(frozen=True)
class Leave:
    """End the connection, telling what has been recorded."""


@dataclass(frozen=True)
class Wait:
    """Wait until a place is free."""


@dataclass(frozen=True)
class Look:
    """See the next frame of a camera of the server, given by its place among the allowed ones."""

    camera: int


Command = Choices | Record | Stop | Leave | Wait | Look


@dataclass(frozen=True)
class Counted:
    """What goes along with an answer.

    Attributes:
        busy_ms: how long the server has worked on the frame.
        repetitions, tempo_s, effort: as in `core.motion.repetitions`.
        recorded: how many frames the recording has; 0 if there is none.
        fallen: somebody has fallen.
    """

    busy_ms: float
    repetitions: int = 0
    tempo_s: float = math.nan
    effort: float = 0.0
    recorded: int = 0
    fallen: bool = False


def parse_frame(message: bytes) -> Frame:
    """A binary message of the browser. The JPEG is not looked at.

    Raises:
        MessageNotUnderstood: it is none.
    """
    if len(message) <= FRAME_HEADER.size:
        raise MessageNotUnderstood()
    capture_ms, sequence, spare = FRAME_HEADER.unpack_from(message)
    if not 0 <= capture_ms <= LATEST_MS or spare:  # NaN is not between them either
        raise MessageNotUnderstood()
    return Frame(capture_ms, sequence, message[FRAME_HEADER.size :])


def parse_command(message: str) -> Command:
    """A text message of the browser.

    Raises:
        MessageNotUnderstood: it is none.
    """
    if len(message) > MOST_TEXT:
        raise MessageNotUnderstood()
    try:
        said = json.loads(message)
    except (ValueError, RecursionError):
        raise MessageNotUnderstood() from None
    kind = said.get("type") if isinstance(said, dict) else None
    if kind == "settings":
        return _choices(said)
    if kind == "record":
        return Record(_checked(said.get("video"), (True, False)))
    if kind == "stop":
        return Stop()
    if kind == "leave":
        return Leave()
    if kind == "wait":
        return Wait()
    if kind == "look" and isinstance(camera := said.get("camera"), str) and camera.isdecimal() and len(camera) < 4:
        return Look(int(camera))
    raise MessageNotUnderstood()


def answer(
    frame: Frame, seen: LiveFrame, angles: AngleArrays, choices: Choices, counted: Counted, *, picture: bool = False
) -> bytes:
    """The answer to a frame: what was seen in it, and with `picture` the frame itself."""
    shown = seen.shown
    # What the detector itself does not believe in is nobody, though it is recorded as it is.
    flags = (
        FOUND * (seen.found and not unsure_people(shown))
        + RECORDED * (counted.recorded > 0)
        + FALLEN * counted.fallen
        + PICTURE * picture
    )
    header = ANSWER_HEADER.pack(
        frame.capture_ms,
        frame.sequence,
        flags,
        counted.busy_ms,
        counted.tempo_s,
        counted.effort,
        counted.repetitions,
        counted.recorded,
        seen.width,
        seen.height,
        len(angles.names),
        0,
    )
    metres = shown.world if choices.space == "world" or shown.refined is None else shown.refined
    parts = (
        shown.image[0, 0, :, :2],
        shown.visibility[0, 0],
        metres[0, 0],
        shown_deg(angles, choices.reading)[0, 0],
        angles.trust[0, 0],
        seen.limbs(choices.space),
    )
    floats = np.concatenate([part.ravel() for part in parts]).astype("<f4").tobytes()
    return header + floats + (frame.jpeg if picture else b"")


def _choices(said: dict[str, Any]) -> Choices:
    try:
        settings = Settings(**{name: said[name] for name in _SETTINGS})
    except (KeyError, TypeError, InvalidSetting):
        raise MessageNotUnderstood() from None
    return Choices(
        settings,
        smooth=_checked(said.get("smooth"), (True, False)),
        space=_checked(said.get("space"), SPACES),
        reading=_checked(said.get("reading"), READINGS),
        movement=_checked(said.get("movement"), ("", *MOVEMENTS)) or None,
        fall=_checked(said.get("fall"), (True, False)),
    )


def _checked(value: object, allowed: tuple[Any, ...]) -> Any:
    if not any(type(value) is type(each) and value == each for each in allowed):
        raise MessageNotUnderstood()
    return value
