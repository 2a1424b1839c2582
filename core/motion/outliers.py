"""Single values that cannot be true: the Hampel filter over times of any spacing."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from core.motion.gaps import as_columns
from core.motion.moment import SAME_TIME_S

# The median absolute deviation of a normal distribution, times this, is its standard deviation.
_NORMAL = 1.4826
# With fewer values than this, itself included, one cannot be told from the others.
_FEWEST = 5
# A deviation below this share of the curve's own range (5th to 95th percentile) is never an outlier. Where somebody
# stands still and then moves, the spread is next to nothing and every small true change would stand out.
_SHARE_OF_RANGE = 0.05
# The same for rounding in curves without any range, as a share of the largest value (single precision: 6e-8).
_ROUNDING = 1e-6
# How many numbers are sorted at once: 64 MB of them.
_AT_ONCE = 8_000_000


def outliers(
    time_s: NDArray[np.float64], values: NDArray[np.float64], window_s: float, threshold: float
) -> NDArray[np.bool_]:
    """Values that lie too far from where their neighbours in time would have them.

    Hampel's identifier: further from the median of the neighbours than `threshold` standard deviations, estimated as
    1.4826 times the median absolute deviation (Davies and Gather, The identification of multiple outliers, JASA 1993,
    88(423); Pearson et al., Generalized Hampel filters, EURASIP J. Adv. Signal Process. 2016:87). On a slope the
    neighbours would spread so far that no spike stands out, so their trend is taken out first: the median of the
    slopes between the neighbours before and after. Deviations under 5 % of the curve's range are let pass.

    Args:
        time_s: (T,) seconds, strictly ascending.
        values: (T, ...), NaN in gaps.
        window_s: neighbours are at most half of this away, as many before as after.
        threshold: in standard deviations.

    Returns:
        (T, ...), True at an outlier; False in gaps, and where there are less than two neighbours on either side.
    """
    if not values.size:
        return np.zeros(values.shape, bool)
    curves = as_columns(values)
    frame = np.arange(len(time_s))
    before = frame - np.searchsorted(time_s, time_s - window_s / 2 - SAME_TIME_S)
    after = np.searchsorted(time_s, time_s + window_s / 2 + SAME_TIME_S) - 1 - frame
    reach = np.minimum(before, after)
    there = np.zeros(curves.shape, bool)
    floor = _smallest_deviation(curves)
    offset = np.arange(-reach.max(), reach.max() + 1)
    frames_at_once = max(1, _AT_ONCE // (len(offset) * curves.shape[1]))
    for start in range(0, len(curves), frames_at_once):
        some = frame[start : start + frames_at_once]
        neighbour = np.clip(some[:, None] + offset, 0, len(curves) - 1)  # (frames, neighbours)
        around = curves[neighbour]  # (frames, neighbours, N)
        around[np.abs(offset) > reach[some, None]] = np.nan
        around += 0 * around[:, ::-1]  # NaN where the one as far on the other side is NaN
        level = _without_trend(time_s[neighbour] - time_s[some, None], around)
        middle, count = _median(level)
        spread = _NORMAL * _median(np.abs(level - middle[:, None]))[0]
        with np.errstate(invalid="ignore"):
            far = np.abs(curves[some] - middle) > np.maximum(threshold * spread, floor)
        there[some] = far & (count >= _FEWEST)
    return there.reshape(values.shape)


def _without_trend(after_s: NDArray[np.float64], around: NDArray[np.float64]) -> NDArray[np.float64]:
    """Values (frames, neighbours, N) at times (frames, neighbours) from the middle one, less their median slope."""
    half = around.shape[1] // 2
    apart_s = (after_s[:, ::-1] - after_s)[:, :half]
    rise = (around[:, ::-1] - around)[:, :half]
    # At the clip's ends a neighbour outside is the frame itself, and the rise is NaN.
    slope = _median(rise / np.where(apart_s > 0, apart_s, 1.0)[..., None])[0] if half else 0 * around[:, 0]
    return np.asarray(around - after_s[..., None] * np.nan_to_num(slope)[:, None])


def _smallest_deviation(curves: NDArray[np.float64]) -> NDArray[np.float64]:
    """What no deviation of the N curves (T, N) must be below; (N,), NaN for curves without a value."""
    ordered = np.sort(curves, axis=0)  # NaN last
    count = np.isfinite(ordered).sum(axis=0)
    low, high = (np.round(share * np.maximum(count - 1, 0)).astype(int)[None] for share in (0.05, 0.95))
    span = np.take_along_axis(ordered, high, axis=0)[0] - np.take_along_axis(ordered, low, axis=0)[0]
    largest = np.fmax.reduce(np.abs(curves), axis=0)
    return np.asarray(np.maximum(_SHARE_OF_RANGE * span, _ROUNDING * largest))


def _median(values: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """The median over the second axis and of how many values; NaN does not count, and NaN is the median of none."""
    ordered = np.sort(values, axis=1)  # NaN last
    count = np.isfinite(ordered).sum(axis=1)
    low, high = np.maximum(count - 1, 0) // 2, count // 2
    low, high = low[:, None], np.minimum(high, values.shape[1] - 1)[:, None]
    middle = (np.take_along_axis(ordered, low, axis=1) + np.take_along_axis(ordered, high, axis=1)) / 2
    return middle[:, 0], count
