"""Spikes are found, movement is not taken for one."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.motion import outliers as module
from core.motion.outliers import outliers
from tests.core.motion.signals import even_times, sine, uneven_times

bounded = settings(derandomize=True, deadline=None, max_examples=60)


def found(time_s: np.ndarray, values: np.ndarray) -> list[int]:
    return list(np.flatnonzero(outliers(time_s, values, 0.4, 4.0)))


@bounded
@given(frame=st.integers(3, 55), height=st.floats(0.6, 50), sign=st.sampled_from([-1, 1]), seed=st.integers(0, 9))
def test_a_spike_is_found_and_nothing_else(frame: int, height: float, sign: int, seed: int) -> None:
    time_s = uneven_times(2, seed=seed)
    values = 0.2 * sine(time_s, 0.5)
    values[frame] += sign * height
    assert found(time_s, values) == [frame]


def test_two_in_a_row() -> None:
    time_s = even_times(2)
    values = 45 * sine(time_s, 1)
    values[30:32] += 120
    assert found(time_s, values) == [30, 31]


@bounded
@given(hz=st.floats(0.05, 2.5), phase=st.floats(0, 6.3), scale=st.sampled_from([1e-3, 1.0, 90.0]))
def test_swinging_is_no_outlier(hz: float, phase: float, scale: float) -> None:
    time_s = even_times(3)
    assert found(time_s, scale * sine(time_s, hz, phase)) == []


@pytest.mark.parametrize("seconds", [0.3, 0.6, 1.0, 2.0])
def test_starting_and_stopping_are_no_outliers(seconds: float) -> None:
    """Stand still, bend the knee by 90 degrees in so many seconds, hold."""
    time_s = even_times(5)
    bend = np.clip((time_s - 2) / seconds, 0, 1)
    assert found(time_s, 45 * (1 - np.cos(np.pi * bend))) == []


def test_noise_alone_is_seldom_one() -> None:
    time_s = even_times(100)
    values = np.random.default_rng(0).normal(size=(len(time_s), 5))
    assert outliers(time_s, values, 0.4, 4.0).mean() < 0.015


@pytest.mark.parametrize("values", [np.full(40, 7.1), np.linspace(0, 1, 40)], ids=["constant", "line"])
def test_the_still_and_the_straight(values: np.ndarray) -> None:
    time_s = even_times(40 / 30)
    assert found(time_s, values) == []
    assert found(time_s, (values + 1e-8 * np.random.default_rng(0).normal(size=40)).astype(np.float32)) == []
    values = values.copy()
    values[20] += 5
    assert found(time_s, values) == [20]


def test_gaps_are_no_outliers_and_do_not_hide_one() -> None:
    time_s = even_times(2)
    values = sine(time_s, 0.5)
    values[[28, 29, 32]] = np.nan
    values[30] += 3
    assert found(time_s, values) == [30]


def test_too_few_neighbours_judge_nothing() -> None:
    time_s = np.arange(10) / 5  # two steps in the window
    values = np.zeros(10)
    values[5] = 100
    assert found(time_s, values) == []


def test_long_clips_are_done_in_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    time_s = uneven_times(4)
    values = np.random.default_rng(0).normal(size=(len(time_s), 2, 3)) ** 3
    at_once = outliers(time_s, values, 0.4, 4.0)
    assert at_once.any() and at_once.shape == values.shape
    monkeypatch.setattr(module, "_AT_ONCE", 500)
    np.testing.assert_array_equal(outliers(time_s, values, 0.4, 4.0), at_once)


@pytest.mark.parametrize("values", [np.full(5, np.nan), np.zeros((0, 3)), np.zeros((5, 0))])
def test_nothing(values: np.ndarray) -> None:
    assert not outliers(even_times(1, 5)[: len(values)], values, 0.4, 4.0).any()
