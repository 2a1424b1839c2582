"""Segment angles: how each part of the body stands in space, against the vertical and against the horizontal.

`inclination_deg` is the clinical reading: how far a segment is from where it is in upright standing, so that everything
is 0 then. An upright trunk, a vertical shank, a thigh and an arm that hang straight down, a level sole, a head that
looks straight ahead, level hips and level shoulders all have 0. Trunk, shank, thigh, arms and head are positive when
they lean, bend or are raised forwards, the foot when the toes are up, pelvis and shoulders when the left side is higher
(obliquity). It is `vertical_deg` less its value in standing (of the foot the other way round), and `horizontal_deg` of
pelvis and shoulders. In the picture's plane, where forwards is unknown, it is positive when the second point goes to
the right of the picture; foot and head are then measured against the horizontal.

`horizontal_deg` is the elevation of a segment above the horizontal: -90 to 90, positive when its second point is
higher than its first. It needs no facing and never jumps.

`vertical_deg` of a limb, the trunk or the head is its angle from the vertical in the body's sagittal plane: the upright
plane at right angles to the lines of hips and shoulders. It counts from straight up, or from straight down for what
hangs down in standing, positive when the second point goes forwards. So a trunk that leans forwards, a shank whose knee
is before its ankle (the "inclined" shank of Owen, Prosthet Orthot Int 2010, 34:254), a thigh or an arm that is raised
forwards are all positive; lying on the back the trunk has -90, on the face +90. It goes round and is continuous over
time. It is NaN where the segment points within 15 degrees of straight to the side, and where the lines of hips and
shoulders are within 15 degrees of the vertical, as then no direction is forwards. In the picture's plane, where
forwards is unknown, it is positive when the second point goes to the right of the picture.

`vertical_deg` of the lines of pelvis and shoulders is the plain angle between the line, from right to left, and the
vertical: 90 when level, less when the left side is higher.

Angles of segments in space are as in Winter (Biomechanics and Motor Control of Human Movement, 4th ed. 2009, ch. 3),
but counted from where the segment is in standing and by the way the body faces, so that left and right, and both ways
of walking, read alike. The head's line is that of van Niekerk et al. (BMC Musculoskelet Disord 2008, 9:113): from the
ear to the corner of the eye.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.motion.angles import coordinates, upwards
from core.motion.arrays import AngleArrays, in_blocks, kind_of, side_of
from core.motion.continuity import continuous_deg
from core.motion.lines import Line, Point, angle_between_deg, line_vectors
from core.motion.planes import angle_in_plane_deg, body_axes
from core.motion.trust import angle_trust
from core.recording import Recording

UP, DOWN = "up", "down"
# The usual range of `vertical_deg` begins so far backwards from the position in standing: no segment is usually there.
BACKWARDS_DEG = 135.0


@dataclass(frozen=True)
class SegmentDefinition:
    """One segment of the body.

    Attributes:
        segment: its name in every table.
        line: from its first point to its second.
        vertical: what `vertical_deg` counts from, UP or DOWN, positive forwards; None for a line from side to side.
        neutral_deg: `vertical_deg` in the neutral standing position.
        inclines: +1 if `inclination_deg` grows with `vertical_deg`, -1 if it falls.
    """

    segment: str
    line: Line
    vertical: str | None
    neutral_deg: float
    inclines: int = 1

    @property
    def landmarks(self) -> tuple[str, ...]:
        """Every landmark that the segment lies between, each once."""
        return tuple(dict.fromkeys(name for point in self.line for name in point))

    @property
    def side(self) -> str:
        """ "left", "right" or "centre"."""
        return side_of(self.segment)

    @property
    def name(self) -> str:
        """The segment without its side: "thigh" for "left_thigh"."""
        return kind_of(self.segment)


def _segments_of_side(side: str) -> Iterable[SegmentDefinition]:
    def line(start: str, end: str) -> Line:
        return (f"{side}_{start}",), (f"{side}_{end}",)

    yield SegmentDefinition(f"{side}_foot", line("heel", "foot_index"), UP, 90, -1)
    yield SegmentDefinition(f"{side}_shank", line("ankle", "knee"), UP, 0)
    yield SegmentDefinition(f"{side}_thigh", line("hip", "knee"), DOWN, 0)
    yield SegmentDefinition(f"{side}_upper_arm", line("shoulder", "elbow"), DOWN, 0)
    yield SegmentDefinition(f"{side}_forearm", line("elbow", "wrist"), DOWN, 0)


_SHOULDERS: Point = ("left_shoulder", "right_shoulder")
_HIPS: Point = ("left_hip", "right_hip")
_EARS: Point = ("left_ear", "right_ear")
_EYES: Point = ("left_eye_outer", "right_eye_outer")
_ACROSS: tuple[Line, Line] = (
    (("right_hip",), ("left_hip",)),
    (("right_shoulder",), ("left_shoulder",)),
)

SEGMENT_DEFINITIONS: tuple[SegmentDefinition, ...] = (
    *_segments_of_side("left"),
    *_segments_of_side("right"),
    SegmentDefinition("pelvis", _ACROSS[0], None, 90, -1),
    SegmentDefinition("trunk", (_HIPS, _SHOULDERS), UP, 0),
    SegmentDefinition("shoulders", _ACROSS[1], None, 90, -1),
    SegmentDefinition("head", (_EARS, _EYES), UP, 90),
)
SEGMENTS: tuple[str, ...] = tuple(definition.segment for definition in SEGMENT_DEFINITIONS)


def segment_angles(recording: Recording, space: str | None = None) -> pd.DataFrame:
    """How every segment of everyone stands in every frame.

    Args:
        recording: T frames, P people.
        space: "refined", "world" or "image", as in `joint_angles`; the recording's best if None.

    Returns:
        A row for each frame, person and segment, in that order, with the columns `frame, time_s, person, segment,
        vertical_deg, horizontal_deg, inclination_deg, space, trust`. NaN where the person was not found and where the
        angle is not defined (see above). `trust` is that of `angle_trust`, 0 to 1, of the segment's own landmarks.

    Raises:
        SpaceNotAvailable: the recording does not hold these coordinates.
    """
    return segment_angle_arrays(recording, space).table()


def segment_angle_arrays(recording: Recording, space: str | None = None) -> AngleArrays:
    """What `segment_angles` tabulates, as arrays: "vertical_deg", "horizontal_deg" and "inclination_deg"."""
    space = space or recording.spaces[0]
    vertical_deg, horizontal_deg = in_blocks(recording, lambda part: _angles(coordinates(part, space)))
    turning = [definition.vertical is not None for definition in SEGMENT_DEFINITIONS]
    low_deg = np.array([definition.neutral_deg - BACKWARDS_DEG for definition in SEGMENT_DEFINITIONS])[turning]
    vertical_deg[..., turning] = continuous_deg(vertical_deg[..., turning], low_deg)
    return AngleArrays(
        column="segment",
        names=SEGMENTS,
        readings={
            "vertical_deg": vertical_deg + 0.0,
            "horizontal_deg": horizontal_deg + 0.0,
            "inclination_deg": _inclination_deg(vertical_deg, horizontal_deg, flat=space == "image"),
        },
        trust=angle_trust(
            recording, space, {definition.segment: (definition.line,) for definition in SEGMENT_DEFINITIONS}
        ),
        space=space,
        time=recording.time,
    )


def _inclination_deg(
    vertical_deg: NDArray[np.float64], horizontal_deg: NDArray[np.float64], flat: bool
) -> NDArray[np.float64]:
    """(T, P, K), from the other two; `flat` in the picture's plane."""
    from_standing = _INCLINES * (vertical_deg - _NEUTRAL_DEG)
    # Of what lies level in standing: a foot seen from its other side points to the left, and is as level.
    elevation = np.where(_LEVEL_FORWARDS, -_INCLINES, 1) * horizontal_deg
    return np.where(_SIDE_TO_SIDE | (_LEVEL_FORWARDS & flat), elevation, from_standing) + 0.0


def _angles(points: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """`vertical_deg`, not yet continuous, and `horizontal_deg`, (T, P, K) each, from (T, P, 33, D)."""
    lines, up = line_vectors(points, _LINES), upwards(points.shape[-1])
    forward = _forward(points, up)[..., None, :]
    zero = np.where(_DOWNWARDS[:, None], -up, up)
    vertical_deg = np.where(_SIDE_TO_SIDE, angle_between_deg(lines, up), angle_in_plane_deg(lines, zero, forward))
    height = (lines * up).sum(axis=-1)
    length = np.linalg.norm(lines - height[..., None] * up, axis=-1)
    horizontal_deg = np.where(height**2 + length**2 > 0, np.degrees(np.arctan2(height, length)), np.nan)
    return vertical_deg, horizontal_deg


def _forward(points: NDArray[np.float64], up: NDArray[np.float64]) -> NDArray[np.float64]:
    """Which way each body faces, level, (T, P, 3); in the picture's plane its right, (2,)."""
    if len(up) == 2:
        return np.array([1.0, 0.0])
    across = line_vectors(points, _ACROSS)
    with np.errstate(invalid="ignore", divide="ignore"):
        across = across / np.linalg.norm(across, axis=-1, keepdims=True)
    return body_axes(up, across.sum(axis=-2)).forward


_LINES = tuple(definition.line for definition in SEGMENT_DEFINITIONS)
_DOWNWARDS = np.array([definition.vertical == DOWN for definition in SEGMENT_DEFINITIONS])
_NEUTRAL_DEG = np.array([definition.neutral_deg for definition in SEGMENT_DEFINITIONS])
_INCLINES = np.array([definition.inclines for definition in SEGMENT_DEFINITIONS])
_LEVEL_FORWARDS = np.array(
    [definition.vertical == UP and definition.neutral_deg == 90 for definition in SEGMENT_DEFINITIONS]
)
_SIDE_TO_SIDE = np.array([definition.vertical is None for definition in SEGMENT_DEFINITIONS])
