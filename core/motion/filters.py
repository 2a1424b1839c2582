"""A curve over time cleaned and smoothed as the user has chosen, with what was changed beside it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.motion.cutoff import residual_cutoff_hz
from core.motion.gaps import fill_gaps
from core.motion.outliers import outliers
from core.motion.smoothing import butterworth, derivatives, savitzky_golay
from core.settings import FilterSettings


@dataclass(frozen=True, eq=False)
class Filtered:
    """Curves after filtering. The first axis is time; the others are those of the curves that were given.

    Attributes:
        values: (T, ...) smoothed; NaN in long gaps and before the first and after the last value.
        velocity: (T, ...) the values' unit a second; NaN where the values are.
        acceleration: (T, ...) a second squared.
        filled: (T, ...) where `values` stands for none that was measured: in short gaps and in place of outliers.
        outlier: (T, ...) where a measured value was taken out; also where nothing could be put in its place.
        cutoff_hz: (...) of the Butterworth filter for each curve; NaN with another method.
    """

    values: NDArray[np.float64]
    velocity: NDArray[np.float64]
    acceleration: NDArray[np.float64]
    filled: NDArray[np.bool_]
    outlier: NDArray[np.bool_]
    cutoff_hz: NDArray[np.float64]


def filtered(
    time_s: NDArray[np.float64], values: NDArray[np.float64], settings: FilterSettings | None = None
) -> Filtered:
    """Clean and smooth curves: outliers out, short gaps filled, then the filter; and the derivatives of that.

    Periodic angles must be continuous before (`core.motion.continuity.continuous_deg`).

    Args:
        time_s: (T,) seconds. A frame whose time does not come after all those before it does not count: it gets what
            the last frame that counts has.
        values: (T, ...), NaN in gaps.
        settings: what to do; the defaults if None.

    Raises:
        ValueError: there are not as many times as values.
    """
    if time_s.shape != values.shape[:1]:
        raise ValueError(f"expected a time for each of {len(values)} values, got an array of shape {time_s.shape}")
    settings = settings or FilterSettings()
    counts = _advancing(time_s)
    result = _filtered(time_s[counts], values[counts].astype(np.float64), settings)
    if counts.all():
        return result
    source = np.cumsum(counts) - 1
    return Filtered(
        values=result.values[source],
        velocity=result.velocity[source],
        acceleration=result.acceleration[source],
        filled=result.filled[source],
        outlier=result.outlier[source],
        cutoff_hz=result.cutoff_hz,
    )


def _filtered(time_s: NDArray[np.float64], values: NDArray[np.float64], settings: FilterSettings) -> Filtered:
    outlier = np.zeros(values.shape, bool)
    if settings.outlier_threshold is not None:
        outlier = outliers(time_s, values, settings.outlier_window_s, settings.outlier_threshold)
    clean, filled = fill_gaps(time_s, np.where(outlier, np.nan, values), settings.gap_s)
    cutoff_hz = np.full(values.shape[1:], np.nan)
    if settings.method == "savgol":
        smooth, velocity, acceleration = (
            savitzky_golay(time_s, clean, settings.window_s, settings.polynomial, derivative, settings.gap_s)
            for derivative in (0, 1, 2)
        )
    else:
        smooth = clean
        if settings.method == "butterworth":
            cutoff_hz = _cutoff_hz(time_s, clean, settings)
            smooth = butterworth(time_s, clean, cutoff_hz, settings.order, settings.gap_s)
        velocity, acceleration = (derivatives(time_s, smooth, order, settings.gap_s) for order in (1, 2))
    return Filtered(smooth, velocity, acceleration, filled, outlier, cutoff_hz)


def _cutoff_hz(
    time_s: NDArray[np.float64], values: NDArray[np.float64], settings: FilterSettings
) -> NDArray[np.float64]:
    if settings.cutoff_hz is None:
        return residual_cutoff_hz(time_s, values, settings.order, settings.gap_s)
    return np.full(values.shape[1:], settings.cutoff_hz)


def _advancing(time_s: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Which times come after all before them."""
    advancing = np.ones(len(time_s), bool)
    advancing[1:] = time_s[1:] > np.maximum.accumulate(time_s)[:-1]
    return advancing
