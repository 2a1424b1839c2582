"""How tall somebody is, from the lengths of their own bones, and metres that fit a height which is known.

One camera cannot tell a small person nearby from a tall one far away: MediaPipe's metres are those of an average adult.
Whoever knows the person's height gets true metres. Angles do not depend on it.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from core.errors import InvalidSetting
from core.motion.angles import coordinates_m
from core.motion.lines import Line, line_vectors
from core.recording import Recording
from core.skeleton import LANDMARK_INDEX

# How much of the standing height lies above the eyes, with which the ears are level when the head is upright: the eyes
# are at 0.936 of it (Drillis and Contini, Body Segment Parameters, 1966; Winter, Biomechanics and Motor Control of
# Human Movement, 4th ed. 2009, fig. 4.1).
SHARE_ABOVE_EARS = 0.064
LOWEST_M, HIGHEST_M = 0.5, 2.5
# What `provenance` says of somebody whose height is not known.
UNKNOWN = "unknown"

_SIDES = ("left", "right")
_CENTRE: tuple[Line, ...] = (
    (("left_hip", "right_hip"), ("left_shoulder", "right_shoulder")),
    (("left_shoulder", "right_shoulder"), ("left_ear", "right_ear")),
)
_LEGS: tuple[Line, ...] = tuple(
    ((f"{side}_{start}",), (f"{side}_{end}",)) for side in _SIDES for start, end in (("ankle", "knee"), ("knee", "hip"))
)
_HEELS, _TOES, _ANKLES = (
    [LANDMARK_INDEX[f"{side}_{name}"] for side in _SIDES] for name in ("heel", "foot_index", "ankle")
)


def standing_height_m(recording: Recording, space: str | None = None) -> NDArray[np.float64]:
    """How tall everybody would stand, whatever they do: from sole to ankle, shank, thigh, trunk, neck and head.

    The legs count with the mean of both sides. Against the truth of 690 rendered bodies, each seen once by the `full`
    model, the length from heel to ear is right within 5 % for one half of them in corrected 3D (standard deviation 7 %,
    no bias), and 6 % too short in MediaPipe's own 3D. So this height serves to scale by, not to measure anybody.

    Args:
        recording: T frames, P people.
        space: "refined" or "world"; the recording's best if None.

    Returns:
        (P,) metres, the median over the frames; NaN for who was found in none.

    Raises:
        SpaceNotAvailable: the recording does not hold these coordinates.
        ValueError: the picture's plane has no metres.
    """
    points = coordinates_m(recording, space)
    legs_m = np.linalg.norm(line_vectors(points, _LEGS), axis=-1).sum(axis=-1) / 2
    centre_m = np.linalg.norm(line_vectors(points, _CENTRE), axis=-1).sum(axis=-1)
    height_m = (_soles_m(points) + legs_m + centre_m) / (1 - SHARE_ABOVE_EARS)
    found = np.isfinite(height_m)
    return np.array(
        [np.median(own[there]) if there.any() else np.nan for own, there in zip(height_m.T, found.T, strict=True)]
    )


def with_body_height(recording: Recording, height_m: float | Sequence[float | None] | None) -> Recording:
    """The same people with metres that fit their height.

    Both `world` and `refined` are multiplied, each person by one factor for the whole recording, which the corrected
    body gives where there is one: so both keep their proportion to each other. `provenance` says for what heights, also
    those of an earlier scaling that holds still; whose length is not known stays as they are and `unknown` there.

    Args:
        recording: T frames, P people.
        height_m: everybody's height in metres, or each person's, None for those whose height is not known; they stay as
            they are.

    Raises:
        InvalidSetting: a height outside 0.5 to 2.5 metres.
        ValueError: not as many heights as people.
    """
    heights = [height_m] * recording.people if height_m is None or isinstance(height_m, int | float) else list(height_m)
    if len(heights) != recording.people:
        raise ValueError(f"expected a height for each of {recording.people} people, got {len(heights)}")
    for height in heights:
        if height is not None and not LOWEST_M <= height <= HIGHEST_M:
            allowed = f"{LOWEST_M:g} to {HIGHEST_M:g} metres"
            raise InvalidSetting(name="height_m", value=repr(height), allowed=allowed)
    if all(height is None for height in heights):
        return recording
    wanted_m = np.array([np.nan if height is None else height for height in heights])
    ratio = wanted_m / standing_height_m(recording)
    factor = np.where(np.isfinite(ratio), ratio, 1.0).astype(np.float32)[:, None, None]
    before = recording.provenance.get("scaled_to_body_height_m", "").split(", ")
    if len(before) != recording.people:
        before = [UNKNOWN] * recording.people
    # Who was scaled before and is left alone now stays as tall.
    # Who shows no whole leg and trunk cannot be scaled: nothing may say that they were.
    told = ", ".join(
        old if new is None or not measured else f"{new:g}"
        for old, new, measured in zip(before, heights, np.isfinite(ratio), strict=True)
    )
    return dataclasses.replace(
        recording,
        world=recording.world * factor,
        refined=None if recording.refined is None else recording.refined * factor,
        provenance={**recording.provenance, "scaled_to_body_height_m": told},
    )


def _soles_m(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """How far the ankles are above the lines from heel to toe, (T, P), the mean of both feet."""
    heels, sole = points[..., _HEELS, :], points[..., _TOES, :] - points[..., _HEELS, :]
    with np.errstate(invalid="ignore", divide="ignore"):
        along = sole / np.linalg.norm(sole, axis=-1, keepdims=True)
    up = points[..., _ANKLES, :] - heels
    above = up - (up * along).sum(axis=-1, keepdims=True) * along
    return np.asarray(np.linalg.norm(above, axis=-1).mean(axis=-1), np.float64)
