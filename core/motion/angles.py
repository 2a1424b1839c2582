"""Joint angles: every definition stated once, as data, and the arithmetic that applies it.

An angle is taken between two segments of the body, or between a segment and the vertical. It is given in two
readings. `angle_deg` is the plain angle between the two, 0 to 180. `flexion_deg` is the clinical one, counted from
the neutral standing position (neutral zero method: Ryf and Weymann, The neutral zero method, Injury 1995, 26 Suppl
1; Norkin and White, Measurement of Joint Motion, 5th ed. 2016), positive in flexion, dorsiflexion and abduction, as
the International Society of Biomechanics has it too (Wu et al., J Biomech 2002, 35:543 and 2005, 38:981):

    flexion_deg = flexion_sign * (angle_deg - neutral_deg)

Two kinds of angles have a sign that this alone cannot give. Knees and elbows beyond straight have negative flexion
(core/motion/straightness.py). Angles in a plane of the body count to both sides of neutral, and through overhead on
beyond 180: a curve never jumps (core/motion/continuity.py). Their `angle_deg` is the same without sign and turns.

"Vertical" is the y axis of the coordinates: that of the camera, unless core/motion/level.py has taken its tilt out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.errors import SpaceNotAvailable
from core.motion.arrays import AngleArrays, in_blocks, kind_of, side_of
from core.motion.continuity import continuous_deg
from core.motion.lines import Line, Point, angle_between_deg, line_vectors
from core.motion.planes import angle_in_plane_deg, body_axes
from core.motion.straightness import along_toes, behind_arm, signed_bend_deg
from core.motion.trust import angle_trust
from core.recording import SPACES, Recording

UP = "up"
# The body's planes: seen from the side, and seen from the front.
SAGITTAL, FRONTAL = "sagittal", "frontal"
# What tells the side of straight that a joint is on: the toes of the leg, or the back of the arm.
TOES, BACK_OF_ARM = "toes", "back of arm"
# Where the usual range of an angle in a plane begins: no arm or thigh goes that far backwards or across the body.
LOWEST_IN_PLANE_DEG = -135.0


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
        source: whose convention it is, as precisely as it can be said.
        plane: SAGITTAL or FRONTAL if the angle is that between the projections of both segments into this plane of the
            body, spanned by the second segment and `across`. `flexion_deg` is then positive forwards or away from the
            body. It needs three dimensions.
        across: with `plane`, the line from the body's right side to its left.
        beyond: what tells whether the joint is beyond straight, TOES or BACK_OF_ARM; None if it has no such side.
    """

    joint: str
    first: Line
    second: Line | str
    neutral_deg: float
    flexion_sign: int
    at: Point
    source: str = ""
    plane: str | None = None
    across: Line | None = None
    beyond: str | None = None

    @property
    def lines(self) -> tuple[Line, ...]:
        """The lines of the body that the angle depends on. What only tells the side of straight is not among them:
        without it the bend is still known."""
        second = () if isinstance(self.second, str) else (self.second,)
        return (self.first, *second, *(() if self.across is None else (self.across,)))

    @property
    def side_to_side(self) -> bool:
        """Whether it is of a line across the body that is level in standing, and may be higher on either side."""
        return self.second == UP and self.neutral_deg == 90

    @property
    def landmarks(self) -> tuple[str, ...]:
        """Every landmark that the angle depends on, each once."""
        return tuple(dict.fromkeys(name for line in self.lines for point in line for name in point))

    @property
    def side(self) -> str:
        """ "left", "right" or "centre"."""
        return side_of(self.joint)

    @property
    def name(self) -> str:
        """The joint without its side: "knee" for "left_knee"."""
        return kind_of(self.joint)


NORKIN_WHITE = "Norkin & White 2016"
_SHOULDERS: Point = ("left_shoulder", "right_shoulder")
_HIPS: Point = ("left_hip", "right_hip")
_EARS: Point = ("left_ear", "right_ear")
_ACROSS_SHOULDERS: Line = (("right_shoulder",), ("left_shoulder",))
_ACROSS_HIPS: Line = (("right_hip",), ("left_hip",))


def _triple(
    joint: str, bones: tuple[Point, Point, Point], neutral: float, sign: int, source: str, beyond: str | None = None
) -> AngleDefinition:
    """The angle at the middle one of three points, between the bones to the others."""
    start, middle, end = bones
    return AngleDefinition(joint, (middle, start), (middle, end), neutral, sign, middle, source, beyond=beyond)


def _definitions_of_side(side: str) -> Iterable[AngleDefinition]:
    def points(*names: str) -> tuple[Point, Point, Point]:
        first, second, third = ((f"{side}_{name}",) for name in names)
        return first, second, third

    # To whichever side the arm is raised: forwards, backwards and sideways alike.
    yield _triple(f"{side}_shoulder", points("elbow", "shoulder", "hip"), 0, +1, "")
    yield _triple(f"{side}_elbow", points("shoulder", "elbow", "wrist"), 180, -1, f"{NORKIN_WHITE}, ch. 5", BACK_OF_ARM)
    # To whichever side the hand is bent: flexion, extension and deviation alike.
    elbow, wrist, _ = points("elbow", "wrist", "wrist")
    knuckles = (f"{side}_index", f"{side}_pinky")
    yield _triple(f"{side}_wrist", (elbow, wrist, knuckles), 180, -1, f"{NORKIN_WHITE}, ch. 6")
    # To whichever side the thigh is moved.
    yield _triple(f"{side}_hip", points("shoulder", "hip", "knee"), 180, -1, "")
    yield _triple(
        f"{side}_knee", points("hip", "knee", "ankle"), 180, -1, f"{NORKIN_WHITE}, ch. 9; Grood & Suntay 1983", TOES
    )
    # The foot is the sole, heel to toe: at right angles to the shank in standing, whatever the height of the ankle.
    knee, ankle, _ = points("knee", "ankle", "heel")
    heel, toes, _ = points("heel", "foot_index", "heel")
    yield AngleDefinition(
        f"{side}_ankle", (ankle, knee), (heel, toes), 90, -1, ankle, f"{NORKIN_WHITE}, ch. 10; Wu 2002"
    )


def _definitions_in_planes(side: str) -> Iterable[AngleDefinition]:
    """Flexion and abduction. Goniometers have the thorax or pelvis as their fixed arm; of both the landmarks give only
    the line between the middles of shoulders and hips. Projections are not Wu's sequence of rotations (which has no
    flexion and abduction at the shoulder): with the arm forwards its abduction is undefined, with the arm sideways its
    flexion is."""
    shoulder, elbow = (f"{side}_shoulder",), (f"{side}_elbow",)
    hip, knee = (f"{side}_hip",), (f"{side}_knee",)
    down_the_trunk: Line = (_SHOULDERS, _HIPS)

    def in_plane(joint: str, bone: Line, plane: str, across: Line, chapter: int) -> AngleDefinition:
        source = f"{NORKIN_WHITE}, ch. {chapter}"
        return AngleDefinition(f"{side}_{joint}", bone, down_the_trunk, 0, +1, bone[0], source, plane, across)

    yield in_plane("shoulder_flexion", (shoulder, elbow), SAGITTAL, _ACROSS_SHOULDERS, 4)
    yield in_plane("shoulder_abduction", (shoulder, elbow), FRONTAL, _ACROSS_SHOULDERS, 4)
    yield in_plane("hip_flexion", (hip, knee), SAGITTAL, _ACROSS_HIPS, 8)


# Shown first everywhere: in the picture, in the player, in the first table.
MAIN_DEFINITIONS: tuple[AngleDefinition, ...] = (
    *_definitions_of_side("left"),
    *_definitions_of_side("right"),
    # How far the trunk leans from the vertical, to whichever side.
    AngleDefinition("trunk_lean", (_HIPS, _SHOULDERS), UP, neutral_deg=0, flexion_sign=+1, at=_HIPS),
    # The line from the shoulders to the ears against the trunk: 0 when they are in line.
    _triple("neck", (_HIPS, _SHOULDERS, _EARS), 180, -1, ""),
    # The line between the hips against the horizontal: positive when the left hip is higher.
    AngleDefinition("pelvis_tilt", _ACROSS_HIPS, UP, neutral_deg=90, flexion_sign=-1, at=_HIPS),
)
PLANE_DEFINITIONS: tuple[AngleDefinition, ...] = (*_definitions_in_planes("left"), *_definitions_in_planes("right"))
DEFINITIONS: tuple[AngleDefinition, ...] = MAIN_DEFINITIONS + PLANE_DEFINITIONS
JOINTS: tuple[str, ...] = tuple(definition.joint for definition in DEFINITIONS)
MAIN_JOINTS: tuple[str, ...] = tuple(definition.joint for definition in MAIN_DEFINITIONS)
PLANE_JOINTS: tuple[str, ...] = tuple(definition.joint for definition in PLANE_DEFINITIONS)


def joint_angles(recording: Recording, space: str | None = None) -> pd.DataFrame:
    """All joint angles of everyone in every frame.

    Args:
        recording: T frames, P people.
        space: "refined" (corrected 3D), "world" (MediaPipe's 3D) or "image" (the picture's plane, in pixels; true
            only for limbs that move in that plane). The recording's best if None.

    Returns:
        A row for each frame, person and joint, in that order, with the columns `frame, time_s, person, joint,
        angle_deg, flexion_deg, space, trust`. Angles in degrees; NaN where the person was not found, and where the
        angle is not defined: angles in the body's planes have no value in the picture's plane, where the segment is
        within 15 degrees of the plane's normal, and where the trunk is along the line of the shoulders or hips.
        `trust` is that of `angle_trust`, 0 to 1.

    Raises:
        SpaceNotAvailable: the recording does not hold these coordinates.
    """
    return joint_angle_arrays(recording, space).table()


def joint_angle_arrays(recording: Recording, space: str | None = None) -> AngleArrays:
    """What `joint_angles` tabulates, as arrays with the readings "angle_deg" and "flexion_deg"."""
    space = space or recording.spaces[0]
    angle_deg, flexion_deg = in_blocks(recording, lambda part: _angles(coordinates(part, space)))
    flexion_deg[..., _IN_PLANES] = continuous_deg(flexion_deg[..., _IN_PLANES], LOWEST_IN_PLANE_DEG)
    return AngleArrays(
        column="joint",
        names=JOINTS,
        readings={"angle_deg": angle_deg, "flexion_deg": flexion_deg + 0.0},  # so that -0.0 becomes 0.0
        trust=angle_trust(recording, space, {definition.joint: definition.lines for definition in DEFINITIONS}),
        space=space,
        time=recording.time,
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


def coordinates_m(recording: Recording, space: str | None = None) -> NDArray[np.float64]:
    """The landmarks in metres, (T, P, 33, 3); the recording's best ones if `space` is None.

    Raises:
        SpaceNotAvailable: the recording does not hold these coordinates.
        ValueError: the picture's plane has no metres.
    """
    space = space or recording.spaces[0]
    if space == "image":
        raise ValueError("expected coordinates in metres, got those of the picture's plane")
    return coordinates(recording, space)


def upwards(dimensions: int) -> NDArray[np.float64]:
    """The unit vector that points up, (dimensions,): y points down in pixels and in metres."""
    return np.asarray(-np.eye(dimensions)[1], np.float64)


def _angles(points: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """`angle_deg` and `flexion_deg`, (T, P, K) each, from (T, P, 33, D); those in planes not yet continuous."""
    first = line_vectors(points, _FIRST)
    second = np.where(_AGAINST_UP[:, None], upwards(points.shape[-1]), line_vectors(points, _SECOND))
    angle_deg = angle_between_deg(first, second)
    flexion_deg = _FLEXION_SIGN * (angle_deg - _NEUTRAL_DEG)
    for hinges, beyond in ((_KNEES, _along_toes(points)), (_ELBOWS, _behind_arms(points))):
        flexion_deg[..., hinges] = signed_bend_deg(
            flexion_deg[..., hinges], -first[..., hinges, :], second[..., hinges, :], beyond
        )
    flexion_deg[..., _IN_PLANES] = _in_planes_deg(points)
    angle_deg[..., _IN_PLANES] = np.abs(flexion_deg[..., _IN_PLANES])
    return angle_deg, flexion_deg


def _in_planes_deg(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """(T, P, L) for the L angles in planes of the body, -180 to 180; NaN in the picture's plane."""
    if points.shape[-1] == 2:
        return np.full((*points.shape[:-2], len(PLANE_DEFINITIONS)), np.nan)
    bones = line_vectors(points, tuple(definition.first for definition in PLANE_DEFINITIONS))
    down = line_vectors(points, tuple(_second_line(definition) for definition in PLANE_DEFINITIONS))
    across = line_vectors(points, tuple(definition.across or _ACROSS_HIPS for definition in PLANE_DEFINITIONS))
    axes = body_axes(-down, across)
    return angle_in_plane_deg(bones, -axes.up, np.where(_SAGITTAL, axes.forward, _OUTWARDS * axes.left))


def _along_toes(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """(T, P, 2, D), for both knees, as `signed_bend_deg` wants it."""
    feet: tuple[Line, ...] = tuple(((f"{side}_heel",), (f"{side}_foot_index",)) for side in ("left", "right"))
    return along_toes(line_vectors(points, feet), line_vectors(points, tuple(_SECOND[knee] for knee in _KNEES)))


def _behind_arms(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """(T, P, 2, D), for both elbows, as `signed_bend_deg` wants it; NaN in the picture's plane."""
    if points.shape[-1] == 2:
        return np.full((*points.shape[:-2], len(_ELBOWS), 2), np.nan)
    upward, across = np.split(line_vectors(points, ((_HIPS, _SHOULDERS), _ACROSS_SHOULDERS)), 2, axis=-2)
    axes = body_axes(upward, across)
    return behind_arm(-line_vectors(points, tuple(_FIRST[elbow] for elbow in _ELBOWS)), -axes.up, axes.forward)


def _second_line(definition: AngleDefinition) -> Line:
    """The second segment; the first once more where it is the vertical, to fill the place."""
    return definition.first if isinstance(definition.second, str) else definition.second


def _where(of: Callable[[AngleDefinition], bool]) -> list[int]:
    return [index for index, definition in enumerate(DEFINITIONS) if of(definition)]


_FIRST = tuple(definition.first for definition in DEFINITIONS)
_SECOND = tuple(_second_line(definition) for definition in DEFINITIONS)
_AGAINST_UP = np.array([definition.second == UP for definition in DEFINITIONS])
_NEUTRAL_DEG = np.array([definition.neutral_deg for definition in DEFINITIONS])
_FLEXION_SIGN = np.array([definition.flexion_sign for definition in DEFINITIONS])
# Left before right, as everywhere.
_KNEES = _where(lambda definition: definition.beyond == TOES)
_ELBOWS = _where(lambda definition: definition.beyond == BACK_OF_ARM)
_IN_PLANES = _where(lambda definition: definition.plane is not None)
_SAGITTAL = np.array([[definition.plane == SAGITTAL] for definition in PLANE_DEFINITIONS])
_OUTWARDS = np.array([[1.0 if definition.side == "left" else -1.0] for definition in PLANE_DEFINITIONS])
