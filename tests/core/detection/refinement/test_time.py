from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.detection.refinement.time import DEPTH_REACH_S, PLANE_REACH_S, smoothed

# Thirty frames a second, some of them late or missing.
TIME_S = np.delete(np.arange(90) / 30 + np.random.default_rng(0).uniform(0, 0.01, 90), [10, 11, 40, 57])


def moving(place_m: np.ndarray) -> np.ndarray:
    """(N, 1, 3): one landmark that moves like this along all three axes."""
    return np.repeat(place_m[:, None, None], 3, axis=-1)


@settings(deadline=None)
@given(st.floats(-1, 1), st.floats(-2, 2), st.floats(-3, 3))
def test_steady_acceleration_stays_what_it_is(place: float, speed: float, acceleration: float) -> None:
    points = moving(place + speed * TIME_S + acceleration * TIME_S**2 / 2)
    np.testing.assert_allclose(smoothed(points, TIME_S)[6:-6], points[6:-6], atol=3e-3)


def test_a_quick_step_keeps_its_size() -> None:
    points = moving(0.2 * np.sin(2 * np.pi * 1.5 * TIME_S))
    after = smoothed(points, TIME_S)
    assert np.abs(after - points)[5:-5].max() < 0.02


def test_noise_becomes_less_and_most_in_depth() -> None:
    noise = np.random.default_rng(1).normal(0, 0.01, (len(TIME_S), 30, 3))
    before, after = noise.std(axis=(0, 1)), smoothed(noise, TIME_S).std(axis=(0, 1))
    assert (after[:2] < 0.85 * before[:2]).all() and after[2] < 0.65 * before[2]


def test_depth_that_leaps_away_and_back_is_mended() -> None:
    points = moving(0.1 * np.sin(2 * TIME_S))
    leaping = points.copy()
    leaping[30:32, :, 2] += 0.4
    np.testing.assert_allclose(smoothed(leaping, TIME_S), smoothed(points, TIME_S), atol=0.01)


def test_nothing_reaches_across_a_gap() -> None:
    time_s = np.r_[np.arange(20) / 30, 5 + np.arange(20) / 30]
    points = moving(np.random.default_rng(2).normal(0, 0.05, 40))
    changed = points.copy()
    changed[20:] += 1
    np.testing.assert_array_equal(smoothed(changed, time_s)[:20], smoothed(points, time_s)[:20])


@pytest.mark.parametrize("frames", [1, 2, 3, 4])
def test_a_few_frames_are_answered(frames: int) -> None:
    points = moving(np.linspace(0, 1, frames))
    assert np.isfinite(smoothed(points, TIME_S[:frames])).all()


@pytest.mark.parametrize("step_s", [PLANE_REACH_S * 1.5, DEPTH_REACH_S * 5, 10.0])
def test_frames_that_are_far_apart_stay_as_they_are(step_s: float) -> None:
    points = moving(np.random.default_rng(3).normal(0, 0.05, 12))
    after = smoothed(points, np.arange(12) * step_s)
    np.testing.assert_allclose(after[..., :2], points[..., :2], atol=1e-12)


def test_frames_at_the_same_time_are_no_trouble() -> None:
    points = moving(np.zeros(9))
    assert np.isfinite(smoothed(points, np.zeros(9))).all()
