"""Curves with gaps: where they hang together, short gaps filled, whole turns taken out.

Curves are arrays (T, ...): the first axis is time, every other index is a curve of its own. NaN stands in a gap.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from scipy.interpolate import CubicSpline, make_interp_spline

from core.motion.moment import SAME_TIME_S

# A clip whose pictures themselves pause this many times longer than usual has a hole in its time.
_HOLE = 4.0
# Fewer values do not tell a speed.
_ENOUGH = 3


def stretches(
    time_s: NDArray[np.float64], known: NDArray[np.bool_], gap_s: float
) -> Iterator[tuple[NDArray[np.intp], NDArray[np.intp]]]:
    """The parts of curves without a long gap.

    Args:
        time_s: (T,) seconds, strictly ascending.
        known: (T, N), where the N curves hold a value.
        gap_s: a stretch goes on over missing frames while the values around them are at most this far apart. It ends
            where the clip itself has a hole: two frames further apart than this and than four usual steps.

    Yields:
        The frames of a stretch that are known, and the curves that have exactly this stretch. Curves that are known
        in the same frames come together, so that they can be worked on at once.
    """
    if not len(time_s):
        return
    step = np.diff(time_s)
    hole_s = max(gap_s, _HOLE * float(np.median(step))) if len(step) else gap_s
    alike: dict[bytes, list[int]] = {}
    for curve, pattern in enumerate(np.packbits(known, axis=0).T):
        alike.setdefault(pattern.tobytes(), []).append(curve)
    for members in alike.values():
        frames = np.flatnonzero(known[:, members[0]])
        if not len(frames):
            continue
        apart_s = np.diff(time_s[frames])
        limit_s = np.where(np.diff(frames) > 1, gap_s, hole_s)
        curves = np.array(members)
        for stretch in np.split(frames, np.flatnonzero(apart_s > limit_s + SAME_TIME_S) + 1):
            yield stretch, curves


def as_columns(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Curves (T, ...) side by side: (T, N)."""
    return values.reshape(len(values), math.prod(values.shape[1:]))


def fill_gaps(
    time_s: NDArray[np.float64], values: NDArray[np.float64], gap_s: float
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Short gaps filled by a cubic spline through the values around them.

    A cubic spline and not a monotone one (PCHIP), because a joint often turns round while it is hidden: a monotone
    curve cannot reach beyond the values at the gap's edges and cuts the peak off. A straight line where fewer than
    three values follow each other on one side of the gap: they do not tell how fast the curve was, and a spline would
    take it from the other side and swing far out.

    Args:
        time_s: (T,) seconds, strictly ascending.
        values: (T, ...), NaN in gaps.
        gap_s: gaps are filled where the values around them are at most this many seconds apart.

    Returns:
        The values with short gaps filled, and where they were filled (T, ...). Longer gaps, and what lies before the
        first and after the last value, stay NaN: nothing is extrapolated.
    """
    curves = as_columns(values)
    whole = curves.copy()
    for frames, members in stretches(time_s, np.isfinite(curves), gap_s):
        missing = np.setdiff1d(np.arange(frames[0], frames[-1] + 1), frames)
        if len(missing):
            values_there = curves[np.ix_(frames, members)]
            whole[np.ix_(missing, members)] = CubicSpline(time_s[frames], values_there)(time_s[missing])
            guessed = missing[_on_a_short_side(missing, frames)]
            if len(guessed):
                whole[np.ix_(guessed, members)] = make_interp_spline(time_s[frames], values_there, k=1)(time_s[guessed])
    filled = np.isnan(curves) & np.isfinite(whole)
    return whole.reshape(values.shape), filled.reshape(values.shape)


def _on_a_short_side(missing: NDArray[np.intp], known: NDArray[np.intp]) -> NDArray[np.bool_]:
    """Which missing frames have fewer than _ENOUGH known ones following each other on one of their sides."""
    starts = np.flatnonzero(np.diff(known, prepend=known[0] - 2) > 1)
    lengths = np.diff(starts, append=len(known))
    run = np.searchsorted(known[starts], missing) - 1  # the run of known frames before each
    return np.asarray(np.minimum(lengths[run], lengths[run + 1]) < _ENOUGH)
