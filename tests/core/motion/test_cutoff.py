"""Residual analysis on movement and noise that are known apart."""

from __future__ import annotations

import numpy as np
import pytest

from core.motion.cutoff import HIGHEST_HZ, LOWEST_HZ, USUAL_HZ, residual_cutoff_hz
from core.motion.smoothing import butterworth
from tests.core.motion.signals import even_times, sine, uneven_times


def gait(time_s: np.ndarray) -> np.ndarray:
    """Knee flexion in walking, degrees: a small wave in stance, a large one in swing, every 1.1 seconds."""
    phase = time_s % 1.1 / 1.1
    return sum(
        20 * np.exp(-(((phase + turn - 0.15) / 0.08) ** 2)) + 62 * np.exp(-(((phase + turn - 0.72) / 0.11) ** 2))
        for turn in (-1, 0, 1)
    )


def squats(time_s: np.ndarray) -> np.ndarray:
    return 45 * (1 - np.cos(2 * np.pi * time_s / 2.5))


@pytest.mark.parametrize("rate_hz", [20, 30, 60])
@pytest.mark.parametrize("noise_deg", [0.5, 2.0, 5.0])
@pytest.mark.parametrize("movement", [gait, squats])
def test_near_to_the_best_cut_off(movement, noise_deg: float, rate_hz: float) -> None:  # type: ignore[no-untyped-def]
    """The error that is left is at most 0.7 of the noise or 1.75 of what the best cut-off would leave.

    Noise of half a degree on gait at 20 frames a second is so little that hardly any filter helps.
    """
    time_s = even_times(8, rate_hz)
    truth = movement(time_s)
    noisy = truth + noise_deg * np.random.default_rng(0).normal(size=len(time_s))

    def error(cutoff_hz: float) -> float:
        return float(np.sqrt(np.mean((butterworth(time_s, noisy, cutoff_hz) - truth) ** 2)))

    best = min(error(cutoff_hz) for cutoff_hz in np.arange(0.5, 0.45 * rate_hz, 0.25))
    assert error(float(residual_cutoff_hz(time_s, noisy))) < max(1.75 * best, 0.7 * noise_deg)


def test_the_faster_the_movement_the_higher() -> None:
    time_s = even_times(20)
    noise = 0.05 * np.random.default_rng(0).normal(size=len(time_s))
    cutoffs = [float(residual_cutoff_hz(time_s, sine(time_s, hz) + noise)) for hz in (0.3, 1, 3, 5)]
    assert cutoffs == sorted(cutoffs)
    assert cutoffs[0] < 3 < 5 < cutoffs[-1]


def test_each_curve_has_its_own_also_with_gaps_and_uneven_times() -> None:
    time_s = uneven_times(10)
    noise = np.random.default_rng(0).normal(size=(len(time_s), 2))
    values = np.stack([gait(time_s), squats(time_s)], axis=1) + noise
    values[100:150, 1] = np.nan
    both = residual_cutoff_hz(time_s, values)
    assert both.shape == (2,)
    assert both[0] > both[1]
    for index in (0, 1):
        assert residual_cutoff_hz(time_s, values[:, index]) == pytest.approx(both[index], rel=1e-6)


def test_without_noise_nothing_much_is_cut() -> None:
    time_s = even_times(10)
    cutoff_hz = residual_cutoff_hz(time_s, squats(time_s))
    assert np.abs(butterworth(time_s, squats(time_s), cutoff_hz) - squats(time_s)).max() < 0.5


@pytest.mark.parametrize("values", [np.ones(19), np.full(300, np.nan), np.ones(0)])
def test_where_a_curve_tells_nothing(values: np.ndarray) -> None:
    assert residual_cutoff_hz(even_times(len(values) / 30), values) == USUAL_HZ


def test_never_above_what_the_frame_rate_allows() -> None:
    time_s = even_times(20, 5)
    for values in (np.ones(100), np.random.default_rng(0).normal(size=100), np.ones(3)):
        assert residual_cutoff_hz(time_s[: len(values)], values) <= 0.9 * 2.5
    assert LOWEST_HZ <= residual_cutoff_hz(even_times(2, 240), np.random.default_rng(0).normal(size=480)) <= HIGHEST_HZ


def test_shapes() -> None:
    time_s = even_times(2)
    assert residual_cutoff_hz(time_s, np.ones((60, 2, 3))).shape == (2, 3)
    assert residual_cutoff_hz(time_s, np.ones((60, 0))).shape == (0,)
    assert residual_cutoff_hz(time_s, np.ones(60)).shape == ()
