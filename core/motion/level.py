"""A levelled camera: bodies turned so that their y axis is the true vertical, and how far a camera seems to be tilted.

MediaPipe's coordinates, and the corrected ones, are turned as the camera is. Whoever films downwards from a tripod sees
an upright trunk lean backwards. `levelled` takes a known tilt out of `world` and `refined`; from then on "vertical" in
every angle, table and 3D view is the true one. Coordinates in the picture stay: there, vertical is the picture's.

A camera is described by two angles. `pitch_deg` is positive when it looks downwards, `roll_deg` when it is turned
clockwise, as seen from behind it. Then up, in its axes (x right, y down, z away), is

    (-sin(roll) * cos(pitch), -cos(roll) * cos(pitch), -sin(pitch))
"""

from __future__ import annotations

import dataclasses
import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.motion.angles import coordinates_m
from core.recording import Recording
from core.skeleton import LANDMARK_INDEX

Floats = NDArray[np.float64]

# How well each cue says where up is, from the rendered bodies whose camera is known. Depth is the least certain.
_FEET_LEVEL_M = 0.045
_SOLE_LEVEL_M = 0.1
_BODY_UPRIGHT_RAD = np.array([0.06, 0.14])  # to the side, in depth
# So far found bodies lean towards the camera against the true landmarks of the same bodies.
_FOUND_LEANING_RAD = np.array([0.0, math.radians(2.0)])
# The heel's landmark is higher above the ground than that of the toes.
_HEEL_ABOVE_TOES_M = 0.02
# A camera tilted further is taken for a person who lies.
_MOST_TILTED_RAD = math.radians(40)
# Beyond this somebody does not stand on level soles, or is not upright.
_MOST_UNEVEN_M = 0.12
_MOST_LEANING_RAD = math.radians(35)
_VISIBLE = 0.5
# In body heights a second: slower feet stand.
_FASTEST_STANDING = 0.15
_FEWEST_FRAMES_OF_A_CLIP = 5
_ROUNDS = 6

_HEELS, _TOES, _ANKLES, _SHOULDERS = (
    [LANDMARK_INDEX[f"{side}_{name}"] for side in ("left", "right")]
    for name in ("heel", "foot_index", "ankle", "shoulder")
)


@dataclass(frozen=True)
class Tilt:
    """How a camera is tilted.

    Attributes:
        pitch_deg: positive when it looks downwards.
        roll_deg: positive when it is turned clockwise, as seen from behind it.
        frames: how many frames of standing people it was estimated from.
    """

    pitch_deg: float
    roll_deg: float
    frames: int


def levelled(recording: Recording, pitch_deg: float, roll_deg: float = 0.0) -> Recording:
    """The same people with the camera's tilt taken out of `world` and `refined`; `provenance` says so.

    A recording that has been levelled before is levelled further: the angles are those of a camera that sees it as it
    is now. Both turns together are then the one that takes out the tilt which `provenance` tells.

    Raises:
        ValueError: an angle is not a finite number.
    """
    if not (math.isfinite(pitch_deg) and math.isfinite(roll_deg)):
        raise ValueError(f"expected two angles in degrees, got {pitch_deg!r} and {roll_deg!r}")
    if pitch_deg == 0 and roll_deg == 0:
        return recording
    before = _levelling(*np.radians(levelled_deg(recording)))
    # Up as the camera sees it, through both turns.
    x, y, z = before.T @ _levelling(np.radians(pitch_deg), np.radians(roll_deg)).T @ np.array([0.0, -1.0, 0.0])
    pitch, roll = math.asin(np.clip(-z, -1, 1)), math.atan2(-x, -y)
    turn = (_levelling(pitch, roll) @ before.T).T.astype(np.float32)
    return dataclasses.replace(
        recording,
        world=recording.world @ turn,
        refined=None if recording.refined is None else recording.refined @ turn,
        provenance={
            **recording.provenance,
            "levelled_pitch_deg": f"{round(math.degrees(pitch), 6) + 0.0:.9g}",
            "levelled_roll_deg": f"{round(math.degrees(roll), 6) + 0.0:.9g}",
        },
    )


def levelled_deg(recording: Recording) -> tuple[float, float]:
    """The tilt that has been taken out of a recording, pitch and roll in degrees; 0 and 0 if none has."""
    told = recording.provenance
    return float(told.get("levelled_pitch_deg", 0)), float(told.get("levelled_roll_deg", 0))


def estimated_tilt(recording: Recording, space: str | None = None) -> Tilt | None:
    """How the camera is tilted, judged by people who stand on both feet.

    Three cues are weighed against each other in each frame: both feet stand at the same height, each sole is level,
    and the body is upright, from between the feet to between the shoulders. Frames count in which feet and shoulders
    are seen, the feet are still and nobody is far from standing on level soles; the answer is their median, so that in
    a clip swaying and wrong frames matter little. It is assumed that the ground is level, that the camera stands still,
    and that it is tilted by less than 40 degrees.

    How well it does with what the `full` model finds: in the sample clip of squats it says 1.6 degrees of pitch and
    -1.4 of roll where 2.8 and 0 are true. In photos of 11 rendered people on both feet (of 29), filmed with -1 to 6
    degrees of pitch, up is 5 degrees off in the middle case, nearly all of it in pitch, as depth is what one picture
    tells least of; up as filmed is 2 degrees off there. On 391 training bodies the answer is 3.5 degrees of pitch from
    that for the true landmarks in the middle case, and 0.6 of roll. So in a photo it is for cameras that are clearly
    tilted.

    Args:
        recording: T frames, P people, all seen by the same camera.
        space: "refined" or "world"; the recording's best if None.

    Returns:
        None where nothing can be said: nobody stands, or the feet are not seen.

    Raises:
        SpaceNotAvailable: the recording does not hold these coordinates.
        ValueError: the picture's plane has no depth.
    """
    points = coordinates_m(recording, space)[_standing_still(recording)]
    if not len(points):
        return None
    pitch, roll = np.zeros(len(points)), np.zeros(len(points))
    for _ in range(_ROUNDS):
        more_pitch, more_roll = _remaining_tilt(_turned(points, pitch, roll))
        # Small turns about both axes add up; the next round takes out what is left.
        pitch, roll = np.clip(pitch + more_pitch, -1.2, 1.2), np.clip(roll + more_roll, -1.2, 1.2)
    there = _stands(_turned(points, pitch, roll)) & (np.cos(pitch) * np.cos(roll) > math.cos(_MOST_TILTED_RAD))
    fewest = 1 if recording.frames == 1 else _FEWEST_FRAMES_OF_A_CLIP
    if there.sum() < fewest:
        return None
    return Tilt(float(np.degrees(np.median(pitch[there]))), float(np.degrees(np.median(roll[there]))), int(there.sum()))


def _levelling(pitch: Floats | float, roll: Floats | float) -> Floats:
    """The matrices (..., 3, 3) that turn column vectors as this camera sees them to how a level one would."""
    sin_t, cos_t, sin_r, cos_r = np.sin(pitch), np.cos(pitch), np.sin(roll), np.cos(roll)
    rows = [[cos_r, -sin_r, 0 * sin_r], [cos_t * sin_r, cos_t * cos_r, sin_t], [-sin_t * sin_r, -sin_t * cos_r, cos_t]]
    return np.stack([np.stack(row, axis=-1) for row in rows], axis=-2)


def _turned(points: Floats, pitch: Floats, roll: Floats) -> Floats:
    """Bodies (N, 33, 3), each levelled by its own tilt (N,)."""
    return np.asarray(points @ _levelling(pitch, roll).swapaxes(-1, -2), np.float64)


def _standing_still(recording: Recording) -> NDArray[np.bool_]:
    """(T, P) whether feet and shoulders are seen and the feet do not move in the picture."""
    parts = [*_HEELS, *_TOES, *_SHOULDERS]
    there: NDArray[np.bool_] = np.asarray(np.isfinite(recording.image).all(axis=(-2, -1)))
    there &= np.isfinite(recording.world).all(axis=(-2, -1))
    there &= (np.nan_to_num(recording.visibility[..., parts]) >= _VISIBLE).all(axis=-1)
    if recording.frames < 2 or not there.any():
        return there
    feet = recording.image[..., [*_HEELS, *_TOES], :2].astype(np.float64)
    height = np.ptp(recording.image[..., 1].astype(np.float64), axis=-1)
    usual_height = np.array(
        [np.median(own[seen]) if seen.any() else np.nan for own, seen in zip(height.T, there.T, strict=True)]
    )
    speed = np.linalg.norm(np.gradient(feet, recording.time, axis=0), axis=-1).max(axis=-1)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(there & (speed / usual_height < _FASTEST_STANDING))


def _remaining_tilt(points: Floats) -> tuple[Floats, Floats]:
    """The small pitch and roll, (N,) each, that fit the cues best: least squares in two unknowns.

    Where up is (-roll, -1, -pitch), a vector v whose ends should differ in height by c, upwards, gives
    v_x roll + v_z pitch = -v_y - c, and the direction b of an upright body gives roll = -b_x and pitch = -b_z, less
    what a found body leans.
    """
    feet, soles, body = _cues(points)
    level = np.concatenate([feet[:, None] / _FEET_LEVEL_M, soles / _SOLE_LEVEL_M], axis=1)
    wanted = -level[..., 1]
    wanted[:, 1:] += _HEEL_ABOVE_TOES_M / _SOLE_LEVEL_M
    upright = np.zeros((len(points), 2, 2))
    upright[:, [0, 1], [0, 1]] = 1 / _BODY_UPRIGHT_RAD
    left = np.concatenate([level[..., [0, 2]], upright], axis=1)
    leaning = -body[:, [0, 2]] - _FOUND_LEANING_RAD
    right = np.concatenate([wanted, leaning / _BODY_UPRIGHT_RAD], axis=1)
    normal = left.swapaxes(-1, -2) @ left
    found = np.linalg.solve(normal, (left.swapaxes(-1, -2) @ right[..., None]))[..., 0]
    return found[:, 1], found[:, 0]


def _stands(points: Floats) -> NDArray[np.bool_]:
    """(N,) whether these levelled bodies stand upright on level soles."""
    feet, soles, body = _cues(points)
    uneven = np.abs(np.concatenate([feet[:, None], soles], axis=1)[..., 1]).max(axis=-1)
    return np.asarray((uneven < _MOST_UNEVEN_M) & (-body[:, 1] > math.cos(_MOST_LEANING_RAD)))


def _cues(points: Floats) -> tuple[Floats, Floats, Floats]:
    """From the left foot to the right one (N, 3); both soles, heel to toe (N, 2, 3); the body's direction (N, 3)."""
    heels, toes = points[:, _HEELS], points[:, _TOES]
    feet = (heels + toes) / 2
    body = points[:, _SHOULDERS].mean(axis=1) - (points[:, _ANKLES] + heels).mean(axis=1) / 2
    return feet[:, 1] - feet[:, 0], toes - heels, body / np.linalg.norm(body, axis=-1, keepdims=True)
