"""Angles that go round: which turn each one belongs to, so that no curve jumps by 360 degrees."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

TURN_DEG = 360.0
# After a gap an angle begins anew in its usual range, as it does in the first frame, unless that would be a step of
# more than this: then it goes on in the turn it was in.
LARGEST_STEP_OVER_GAP_DEG = 270.0


def continuous_deg(angle_deg: NDArray[np.float64], low_deg: NDArray[np.float64] | float) -> NDArray[np.float64]:
    """Angles over time, each in the turn that makes a continuous curve.

    Neighbouring frames lie at most 180 degrees apart. The first known angle lies in the usual range, `low_deg` to
    `low_deg + 360`. So does the first one after a gap, unless the step over the gap would be larger than 270 degrees.

    Args:
        angle_deg: (T, ...), each known but for whole turns; NaN where unknown.
        low_deg: where the usual range of each curve begins; broadcast against (...).

    Returns:
        (T, ...); NaN where unknown.
    """
    usual = low_deg + np.mod(angle_deg - low_deg, TURN_DEG)
    curves = usual.reshape(len(usual), math.prod(usual.shape[1:]))
    for curve in range(curves.shape[1]):
        known = np.flatnonzero(np.isfinite(curves[:, curve]))
        curves[known, curve] += TURN_DEG * _turns(curves[known, curve], np.diff(known) > 1)
    return curves.reshape(usual.shape)


def _turns(values: NDArray[np.float64], after_gap: NDArray[np.bool_]) -> NDArray[np.float64]:
    """(N,) whole turns to add, from (N,) known angles and (N - 1,) whether a gap lies between one and the next."""
    steps = np.diff(values)
    turns = np.concatenate([[0.0], -np.cumsum(np.where(after_gap, 0.0, np.round(steps / TURN_DEG)))])[: len(values)]
    starts = np.flatnonzero(after_gap) + 1
    for start, end in pairwise([*starts, len(values)]):
        turns[start:end] -= turns[start]  # back to the usual range, if that is near enough
        step = values[start] - (values[start - 1] + TURN_DEG * turns[start - 1])
        if abs(step) > LARGEST_STEP_OVER_GAP_DEG:
            turns[start:end] -= np.round(step / TURN_DEG)
    return turns
