"""Joint angles: every definition stated once, as data, and the arithmetic that applies it.

An angle is taken between two segments of the body, or between a segment and the vertical. It is given in two
readings. `angle_deg` is the plain angle between the two, 0 to 180. `flexion_deg` is the clinical one, counted from
the neutral standing position (neutral zero method: Ryf and Weymann, The neutral zero method, Injury 1995, 26 Suppl
1; Norkin and White, Measurement of Joint Motion, 5th ed. 2016):

    flexion_deg = flexion_sign * (angle_deg - neutral_deg)

MediaPipe's coordinates are camera-aligned, so "vertical" is the picture's vertical: hold the camera level.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.errors import SpaceNotAvailable
from core.recording import SPACES, Recording
from core.skeleton import LANDMARK_INDEX

# A landmark, or two of which the mean is meant.
Point = tuple[str] | tuple[str, str]

UP = "up"


@dataclass(frozen=True)
class AngleDefinition:
    """One angle of the body.

    Attributes:
        joint: its name in every table.
        first: the first segment, from its first point to its second.
        second: the second segment, or UP for the vertical.
        neutral_deg: `angle_deg` in the neutral standing position, where `flexion_deg` is 0.
        flexion_sign: +1 if flexion grows with the angle, -1 if it grows as the angle closes.
        at: the landmarks where the angle is shown: the joint itself.
    """

    joint: str
    first: tuple[Point, Point]
    second: tuple[Point, Point] | str
    neutral_deg: float
    flexion_sign: int
    at: Point

    @property
    def landmarks(self) -> tuple[str, ...]:
        """Every landmark that the angle depends on, each once."""
        points = [*self.first] if isinstance(self.second, str) else [*self.first, *self.second]
        return tuple(dict.fromkeys(name for point in points for name in point))

    @property
    def side(self) -> str:
        """ "left", "right" or "centre"."""
        side = self.joint.split("_")[0]
        return side if side in ("left", "right") else "centre"

    @property
    def name(self) -> str:
        """The joint without its side: "knee" for "left_knee"."""
        return self.joint.removeprefix(f"{self.side}_")


def _triple(joint: str, start: Point, middle: Point, end: Point, neutral: float, sign: int) -> AngleDefinition:
    """The angle at `middle` between the bones to `start` and to `end`."""
    return AngleDefinition(joint, (middle, start), (middle, end), neutral, sign, at=middle)


def _definitions_of_side(side: str) -> Iterable[AngleDefinition]:
    def point(name: str) -> Point:
        return (f"{side}_{name}",)

    knuckles = (f"{side}_index", f"{side}_pinky")
    yield _triple(f"{side}_shoulder", point("elbow"), point("shoulder"), point("hip"), 0, +1)
    yield _triple(f"{side}_elbow", point("shoulder"), point("elbow"), point("wrist"), 180, -1)
    yield _triple(f"{side}_wrist", point("elbow"), point("wrist"), knuckles, 180, -1)
    yield _triple(f"{side}_hip", point("shoulder"), point("hip"), point("knee"), 180, -1)
    yield _triple(f"{side}_knee", point("hip"), point("knee"), point("ankle"), 180, -1)
    # The foot is the sole, heel to toe: at right angles to the shank in standing, whatever the height of the ankle.
    yield AngleDefinition(
        f"{side}_ankle",
        (point("ankle"), point("knee")),
        (point("heel"), point("foot_index")),
        neutral_deg=90,
        flexion_sign=-1,
        at=point("ankle"),
    )


_SHOULDERS: Point = ("left_shoulder", "right_shoulder")
_HIPS: Point = ("left_hip", "right_hip")
_EARS: Point = ("left_ear", "right_ear")

DEFINITIONS: tuple[AngleDefinition, ...] = (
    *_definitions_of_side("left"),
    *_definitions_of_side("right"),
    # How far the trunk leans from the vertical, to whichever side.
    AngleDefinition("trunk_lean", (_HIPS, _SHOULDERS), UP, neutral_deg=0, flexion_sign=+1, at=_HIPS),
    # The line from the shoulders to the ears against the trunk: 0 when they are in line.
    _triple("neck", _HIPS, _SHOULDERS, _EARS, 180, -1),
    # The line between the hips against the horizontal: positive when the left hip is higher.
    AngleDefinition("pelvis_tilt", (("right_hip",), ("left_hip",)), UP, neutral_deg=90, flexion_sign=-1, at=_HIPS),
)
JOINTS: tuple[str, ...] = tuple(definition.joint for definition in DEFINITIONS)


def joint_angles(recording: Recording, space: str | None = None) -> pd.DataFrame:
    """All joint angles of everyone in every frame.

    Args:
        recording: T frames, P people.
        space: "refined" (corrected 3D), "world" (MediaPipe's 3D) or "image" (the picture's plane, in pixels; true
            only for limbs that move in that plane). The recording's best if None.

    Returns:
        A row for each frame, person and joint, in that order, with the columns `frame, time_s, person, joint,
        angle_deg, flexion_deg, space, trust`. Angles in degrees; NaN where the person was not found. `trust` is the
        smallest product of visibility and presence among the landmarks used, 0 to 1.

    Raises:
        SpaceNotAvailable: the recording does not hold these coordinates.
    """
    space = space or recording.spaces[0]
    points = coordinates(recording, space)
    angle_deg = _all_angles_deg(points)
    flexion_deg = _FLEXION_SIGN * (angle_deg - _NEUTRAL_DEG) + 0.0  # so that -0.0 becomes 0.0
    certainty = recording.visibility * recording.presence
    trust = certainty[..., _ENDS].min(axis=(-2, -1))
    frame, person, joint = (index.ravel() for index in np.indices(angle_deg.shape))
    return pd.DataFrame(
        {
            "frame": frame,
            "time_s": recording.time[frame],
            "person": person,
            "joint": np.array(JOINTS, dtype=object)[joint],
            "angle_deg": angle_deg.ravel(),
            "flexion_deg": flexion_deg.ravel(),
            "space": space,
            "trust": trust.ravel(),
        }
    )


def coordinates(recording: Recording, space: str) -> NDArray[np.float64]:
    """The landmarks in one of `Recording.spaces`: (T, P, 33, 3) metres, or (T, P, 33, 2) pixels for "image".

    Raises:
        SpaceNotAvailable: the recording does not hold them.
    """
    if space not in recording.spaces:
        raise SpaceNotAvailable(space=space, available=", ".join(recording.spaces))
    if space == "image":
        return recording.image[..., :2].astype(np.float64)
    array = recording.refined if space == SPACES[0] else recording.world
    assert array is not None
    return array.astype(np.float64)


def angle_between_deg(u: NDArray[np.float64], v: NDArray[np.float64]) -> NDArray[np.float64]:
    """The angle between vectors, 0 to 180 degrees, in any number of dimensions.

    Kahan's formula, which keeps its precision near 0 and 180 where the arc cosine loses it (W. Kahan, How Futile are
    Mindless Assessments of Roundoff in Floating-Point Computation?, 2006, section 12).

    Args:
        u, v: (..., D), broadcast against each other.

    Returns:
        (...); NaN where a vector has no length or holds NaN.
    """
    with np.errstate(invalid="ignore", divide="ignore"):
        unit_u = u / np.linalg.norm(u, axis=-1, keepdims=True)
        unit_v = v / np.linalg.norm(v, axis=-1, keepdims=True)
        apart = np.linalg.norm(unit_u - unit_v, axis=-1)
        along = np.linalg.norm(unit_u + unit_v, axis=-1)
        angle: NDArray[np.float64] = np.degrees(2 * np.arctan2(apart, along))
    return angle


def _all_angles_deg(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """(T, P, 33, D) to (T, P, K), K the number of definitions."""
    ends = points[..., _ENDS, :].mean(axis=-2)  # (T, P, K, 4, D)
    first = ends[..., 1, :] - ends[..., 0, :]
    second = ends[..., 3, :] - ends[..., 2, :]
    # y points down in the picture and in the world landmarks alike.
    up = np.zeros(points.shape[-1])
    up[1] = -1.0
    return angle_between_deg(first, np.where(_AGAINST_UP[:, None], up, second))


def _ends(definition: AngleDefinition) -> list[list[int]]:
    """The four ends of the two segments, each as two landmarks whose mean it is (often twice the same)."""
    second = definition.first if isinstance(definition.second, str) else definition.second
    points = [*definition.first, *second]
    return [[LANDMARK_INDEX[point[0]], LANDMARK_INDEX[point[-1]]] for point in points]


_ENDS = np.array([_ends(definition) for definition in DEFINITIONS])
_AGAINST_UP = np.array([definition.second == UP for definition in DEFINITIONS])
_NEUTRAL_DEG = np.array([definition.neutral_deg for definition in DEFINITIONS])
_FLEXION_SIGN = np.array([definition.flexion_sign for definition in DEFINITIONS])
