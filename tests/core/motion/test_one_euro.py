"""The One Euro filter against its formulas and what it promises."""

from __future__ import annotations

import math

import numpy as np
import pytest

from core.motion.one_euro import OneEuroFilter
from tests.core.motion.signals import even_times, sine, uneven_times


def run(one_euro: OneEuroFilter, time_s: np.ndarray, samples: np.ndarray) -> np.ndarray:
    return np.array([one_euro(at, sample) for at, sample in zip(time_s, samples, strict=True)])


def test_two_steps_by_hand() -> None:
    def alpha(cutoff_hz: float) -> float:
        return 1 / (1 + 1 / (2 * math.pi * cutoff_hz * 0.1))

    one_euro = OneEuroFilter(min_cutoff_hz=1.0, beta=0.5, speed_cutoff_hz=2.0)
    assert one_euro(0.0, np.array([3.0])) == 3.0
    speed = alpha(2.0) * 10.0
    expected = 3 + alpha(1.0 + 0.5 * speed) * 1.0
    assert one_euro(0.1, np.array([4.0])) == pytest.approx(expected)


def test_without_beta_it_is_a_low_pass_filter_of_first_order() -> None:
    """After one time constant, 1 / (2 pi f), a step is 1 - 1/e done."""
    time_s = even_times(1, 2000)
    values = run(OneEuroFilter(1.0, 0.0), time_s, np.where(time_s > 0, 1.0, 0.0)[:, None])[:, 0]
    assert np.interp(1 / (2 * math.pi), time_s, values) == pytest.approx(1 - 1 / math.e, abs=0.002)


def test_beta_takes_the_delay_away() -> None:
    time_s = even_times(10)
    truth = 0.3 * sine(time_s, 1)[:, None]
    late = [np.abs(run(OneEuroFilter(1.5, beta), time_s, truth) - truth).max() for beta in (0, 1, 10)]
    assert late[0] > 1.5 * late[1] > 3 * late[2]


def test_at_rest_noise_is_halved() -> None:
    time_s = uneven_times(60)
    noise = 0.01 * np.random.default_rng(0).normal(size=(len(time_s), 3))
    assert run(OneEuroFilter(), time_s, noise)[30:].std() < 0.5 * noise.std()


def test_each_element_by_itself_and_nan_stays_where_it_is() -> None:
    time_s = even_times(2)
    samples = np.random.default_rng(0).normal(size=(60, 2, 3))
    samples[20:24, 0, 1] = np.nan
    whole = run(OneEuroFilter(), time_s, samples)
    np.testing.assert_array_equal(np.isnan(whole), np.isnan(samples))
    for index in np.ndindex(2, 3):
        np.testing.assert_array_equal(whole[:, *index], run(OneEuroFilter(), time_s, samples[:, *index]))


@pytest.mark.parametrize(("gap_s", "anew"), [(0.2, False), (0.45, False), (0.55, True), (5.0, True), (-3.0, True)])
def test_begins_anew_after_a_gap(gap_s: float, anew: bool) -> None:
    one_euro = OneEuroFilter(restart_s=0.5)
    for at in (10.0, 10.1, 10.2):
        one_euro(at, np.zeros(1))
    assert (one_euro(10.2 + gap_s, np.array([7.0])) == 7.0) == anew


def test_a_time_that_stands_still_changes_nothing() -> None:
    one_euro = OneEuroFilter()
    first = one_euro(1.0, np.array([1.0]))
    assert one_euro(1.0, np.array([5.0])) == one_euro(0.9, np.array([9.0])) == first


def test_another_shape_and_restart_begin_anew() -> None:
    one_euro = OneEuroFilter()
    one_euro(0.0, np.zeros(2))
    np.testing.assert_array_equal(one_euro(0.1, np.ones(3)), np.ones(3))
    one_euro.restart()
    np.testing.assert_array_equal(one_euro(0.2, np.full(3, 4.0)), np.full(3, 4.0))


def test_the_sample_is_left_alone_and_the_answer_is_the_callers() -> None:
    one_euro = OneEuroFilter()
    sample = np.ones(2, np.float32)
    answer = one_euro(0.0, sample)
    answer[:] = 99
    np.testing.assert_array_equal(sample, 1)
    assert (one_euro(0.1, sample) == 1).all()
