"""Curves whose filtered form is known."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

RATE_HZ = 30.0


def even_times(seconds: float, rate_hz: float = RATE_HZ) -> NDArray[np.float64]:
    return np.arange(round(seconds * rate_hz)) / rate_hz


def uneven_times(seconds: float, rate_hz: float = RATE_HZ, seed: int = 0, spread: float = 0.35) -> NDArray[np.float64]:
    """Steps between (1 - spread) and (1 + spread) of the usual one."""
    steps = np.random.default_rng(seed).uniform(1 - spread, 1 + spread, round(seconds * rate_hz)) / rate_hz
    return np.concatenate([[0.0], np.cumsum(steps)])[:-1]


def sine(time_s: NDArray[np.float64], hz: float, phase: float = 0.3) -> NDArray[np.float64]:
    return np.sin(2 * np.pi * hz * time_s + phase)


def amplitude(time_s: NDArray[np.float64], values: NDArray[np.float64], hz: float) -> tuple[float, float]:
    """Amplitude and phase of the sine of this frequency that fits best."""
    angle = 2 * np.pi * hz * time_s
    (a, b, _), *_ = np.linalg.lstsq(
        np.stack([np.sin(angle), np.cos(angle), np.ones_like(angle)], axis=1), values, rcond=None
    )
    return float(np.hypot(a, b)), float(np.arctan2(b, a))
