"""Curves over irregular times smoothed without delay, and their derivatives.

Curves are arrays (T, ...): the first axis is time, every other index is a curve of its own. NaN stands in a gap; each
stretch between long gaps is treated on its own. What is too short to be smoothed is left as it is.
"""

from __future__ import annotations

import functools
import math

import numpy as np
from numpy.typing import NDArray
from scipy.interpolate import CubicSpline
from scipy.signal import butter, savgol_filter, sosfiltfilt

from core.motion.gaps import as_columns, stretches

# Times that deviate from even spacing by less than this share of a step are even: containers that count milliseconds
# round by up to 3 % of a step at 60 frames a second.
_EVEN = 0.05
# The grid for uneven times is as fine as the shortest steps, but holds at most this many times as many values.
_FINEST = 4


def butterworth(
    time_s: NDArray[np.float64],
    values: NDArray[np.float64],
    cutoff_hz: float | NDArray[np.float64],
    order: int = 4,
    gap_s: float = 0.0,
) -> NDArray[np.float64]:
    """The low-pass filter of biomechanics: Butterworth, forward and backward, so that nothing is delayed.

    At the cut-off the amplitude is 1 / sqrt(2). Two passes of one filter would damp it to a half; each pass gets a
    higher cut-off to make up for that, by the factor (2 ** (1/passes) - 1) ** (-1/4) for passes of second order
    (Winter, Biomechanics and Motor Control of Human Movement, 4th ed. 2009, section 3.4.4.2; for any order in
    Robertson and Dowling, J. Electromyogr. Kinesiol. 2003, 13:569). The factor is applied to tan(pi f / rate), the
    frequency that the bilinear transform works in, and is then exact.

    Args:
        time_s: (T,) seconds, strictly ascending. Uneven times go by a cubic spline to an even grid and back.
        values: (T, ...), NaN in gaps.
        cutoff_hz: for all curves or (...) for each.
        order: after both passes; even. 4 is the usual "fourth-order zero-lag" filter.
        gap_s: see `core.motion.gaps.stretches`.

    Returns:
        (T, ...); NaN stays NaN. Constant and straight curves come back unchanged. So do curves whose cut-off is not
        below half the frame rate, where there is nothing left to damp, and stretches of less than 3 * order - 2 values.
    """
    curves = as_columns(values)
    cutoffs = np.broadcast_to(np.asarray(cutoff_hz, np.float64), values.shape[1:]).ravel()
    smooth = curves.copy()
    for frames, members in stretches(time_s, np.isfinite(curves), gap_s):
        if len(frames) < 3 * order - 2:
            continue
        rate_hz, grid_s = _grid(time_s[frames])
        for cutoff in np.unique(cutoffs[members]):
            if not cutoff < 0.499 * rate_hz:
                continue
            alike = members[cutoffs[members] == cutoff]
            even = _to_grid(time_s[frames], curves[np.ix_(frames, alike)], grid_s)
            smooth[np.ix_(frames, alike)] = _from_grid(
                time_s[frames], _both_ways(even, cutoff / rate_hz, order), grid_s
            )
    return smooth.reshape(values.shape)


def savitzky_golay(
    time_s: NDArray[np.float64],
    values: NDArray[np.float64],
    window_s: float,
    polynomial: int = 3,
    derivative: int = 0,
    gap_s: float = 0.0,
) -> NDArray[np.float64]:
    """Each value from the polynomial that fits best to those around it (Savitzky and Golay, Anal. Chem. 1964, 36:1627).

    Args:
        time_s: (T,) seconds, strictly ascending. Uneven times go by a cubic spline to an even grid and back.
        values: (T, ...), NaN in gaps.
        window_s: how far it is from the first to the last value of the fit.
        polynomial: its degree.
        derivative: 0 for the curve, 1 for its change a second, 2 for the change of that.
        gap_s: see `core.motion.gaps.stretches`.

    Returns:
        (T, ...); NaN stays NaN. Where the window holds no more values than the polynomial has coefficients, or the
        stretch is shorter than the window, the curve is as it was and its derivatives are those of a spline through it.
    """
    curves = as_columns(values)
    smooth = curves.copy() if derivative == 0 else derivatives(time_s, curves, derivative, gap_s)
    for frames, members in stretches(time_s, np.isfinite(curves), gap_s):
        if len(frames) < 2:
            continue
        rate_hz, grid_s = _grid(time_s[frames])
        width = 2 * round(window_s * rate_hz / 2) + 1
        if width <= polynomial + 1 or len(frames if grid_s is None else grid_s) < width:
            continue
        even = _to_grid(time_s[frames], curves[np.ix_(frames, members)], grid_s)
        fitted = savgol_filter(even, width, polynomial, deriv=derivative, delta=1 / rate_hz, axis=0)
        smooth[np.ix_(frames, members)] = _from_grid(time_s[frames], fitted, grid_s)
    return smooth.reshape(values.shape)


def derivatives(
    time_s: NDArray[np.float64], values: NDArray[np.float64], derivative: int = 1, gap_s: float = 0.0
) -> NDArray[np.float64]:
    """The first or second derivative of the cubic spline through each stretch.

    A spline and not differences between neighbours: at 30 frames a second central differences of a movement at 2 Hz are
    3 % too small.

    Args:
        time_s: (T,) seconds, strictly ascending.
        values: (T, ...), NaN in gaps; smoothed before, or the derivatives are mostly noise.
        derivative: 1 or 2.
        gap_s: see `core.motion.gaps.stretches`.

    Returns:
        (T, ...) in the values' unit a second, or a second squared. NaN in gaps and in stretches of too few values: one
        for the first derivative, two for the second.
    """
    curves = as_columns(values)
    slopes = np.full(curves.shape, np.nan)
    for frames, members in stretches(time_s, np.isfinite(curves), gap_s):
        if len(frames) > derivative:
            spline = CubicSpline(time_s[frames], curves[np.ix_(frames, members)])
            slopes[np.ix_(frames, members)] = spline(time_s[frames], derivative)
    return slopes.reshape(values.shape)


def usual_rate_hz(time_s: NDArray[np.float64]) -> float:
    """How many values a second there usually are: one over the median step; 0 for fewer than two."""
    return 1 / float(np.median(np.diff(time_s))) if len(time_s) > 1 else 0.0


def _grid(time_s: NDArray[np.float64]) -> tuple[float, NDArray[np.float64] | None]:
    """The rate of a stretch's even grid, and the grid; None where the stretch is even enough itself."""
    count = len(time_s)
    span = float(time_s[-1] - time_s[0])
    even = np.linspace(time_s[0], time_s[-1], count)
    if np.abs(time_s - even).max() <= _EVEN * span / (count - 1):
        return (count - 1) / span, None
    finest = float(np.percentile(np.diff(time_s), 5))
    count = min(math.ceil(span / finest) + 1, _FINEST * count)
    return (count - 1) / span, np.linspace(time_s[0], time_s[-1], count)


def _to_grid(
    time_s: NDArray[np.float64], values: NDArray[np.float64], grid_s: NDArray[np.float64] | None
) -> NDArray[np.float64]:
    return values if grid_s is None else np.asarray(CubicSpline(time_s, values)(grid_s))


def _from_grid(
    time_s: NDArray[np.float64], values: NDArray[np.float64], grid_s: NDArray[np.float64] | None
) -> NDArray[np.float64]:
    return values if grid_s is None else np.asarray(CubicSpline(grid_s, values)(time_s))


def _both_ways(values: NDArray[np.float64], cutoff_cycles: float, order: int) -> NDArray[np.float64]:
    """Filter even values (n, N) along the first axis. `cutoff_cycles` is in cycles a value, below a half."""
    once = order // 2
    correction = (math.sqrt(2) - 1) ** (1 / (2 * once))
    corrected = math.atan(math.tan(math.pi * cutoff_cycles) / correction) / math.pi
    # Rounded, because stretches of one clip differ in the last digits of their rate only.
    sections = _sections(once, round(2 * corrected, 8))
    # The ends are continued by turning them round by 180 degrees. Around the line from the first to the last value
    # they begin and end at zero: the filter starts without a jolt, and a straight curve is left as it is.
    line = np.linspace(values[0], values[-1], len(values))
    settled = min(len(values) - 1, max(3 * order, math.ceil(2 / cutoff_cycles)))
    return np.asarray(line + sosfiltfilt(sections, values - line, axis=0, padlen=settled))


@functools.lru_cache(maxsize=256)
def _sections(order: int, cutoff_share: float) -> NDArray[np.float64]:
    """A Butterworth filter for one pass as second-order sections; the cut-off is a share of half the rate."""
    return np.asarray(butter(order, cutoff_share, output="sos"))
