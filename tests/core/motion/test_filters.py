"""`filtered` from end to end: what was measured, what was taken out, what was put in."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.motion.cutoff import residual_cutoff_hz
from core.motion.filters import filtered
from core.settings import FILTERS, FilterSettings
from tests.core.motion.signals import even_times, sine, uneven_times

bounded = settings(derandomize=True, deadline=None, max_examples=40)
EVERY = [FilterSettings(method=method) for method in FILTERS]
every = pytest.mark.parametrize("chosen", EVERY, ids=FILTERS)


@every
@bounded
@given(frame=st.integers(4, 110), height=st.floats(40, 500), seed=st.integers(0, 9))
def test_a_spike_is_replaced(chosen: FilterSettings, frame: int, height: float, seed: int) -> None:
    time_s = uneven_times(4, seed=seed)
    truth = 40 * sine(time_s, 0.5)
    values = truth.copy()
    values[frame] += height
    result = filtered(time_s, values, chosen)
    assert list(np.flatnonzero(result.outlier)) == list(np.flatnonzero(result.filled)) == [frame]
    np.testing.assert_allclose(result.values, truth, atol=1)


@every
def test_masks_and_gaps(chosen: FilterSettings) -> None:
    time_s = even_times(4)
    truth = 40 * sine(time_s, 0.5)
    values = truth.copy()
    values[:3] = values[20:23] = values[60:80] = np.nan
    result = filtered(time_s, values, chosen)
    assert list(np.flatnonzero(result.filled)) == [20, 21, 22]
    assert not result.outlier.any()
    open_gap = np.isnan(values) & ~result.filled
    for curve in (result.values, result.velocity, result.acceleration):
        np.testing.assert_array_equal(np.isnan(curve), open_gap)
    np.testing.assert_allclose(result.values[~open_gap], truth[~open_gap], atol=1)
    speed = 40 * np.pi * sine(time_s, 0.5, 0.3 + np.pi / 2)
    well_inside = slice(30, 50)
    np.testing.assert_allclose(result.velocity[well_inside], speed[well_inside], atol=0.02 * 40 * np.pi)


def test_an_outlier_in_a_gap_that_stays_open_is_not_filled() -> None:
    time_s = even_times(4)
    values = sine(time_s, 0.5)
    values[60] += 50
    result = filtered(time_s, values, FilterSettings(gap_s=0.0))
    assert list(np.flatnonzero(result.outlier)) == [60]
    assert not result.filled.any()
    assert np.isnan(result.values[60])


def test_switched_off_nothing_happens() -> None:
    time_s = even_times(2)
    values = np.random.default_rng(0).normal(size=(60, 2)) ** 5
    values[10, 0] = np.nan
    result = filtered(time_s, values, FilterSettings(method="none", gap_s=0, outlier_threshold=None))
    np.testing.assert_array_equal(result.values, values)
    assert not result.filled.any() and not result.outlier.any()
    assert np.isnan(result.cutoff_hz).all() and result.cutoff_hz.shape == (2,)


def test_the_cut_off_is_the_users_or_by_residual_analysis() -> None:
    time_s = even_times(4)
    values = sine(time_s, 1) + 0.1 * np.random.default_rng(0).normal(size=120)
    plain = FilterSettings(outlier_threshold=None)
    assert filtered(time_s, values, dataclasses.replace(plain, cutoff_hz=3)).cutoff_hz == 3.0
    assert filtered(time_s, values, plain).cutoff_hz == residual_cutoff_hz(time_s, values)
    np.testing.assert_array_equal(filtered(time_s, values).values, filtered(time_s, values, FilterSettings()).values)


@every
def test_a_frame_whose_time_does_not_advance_does_not_count(chosen: FilterSettings) -> None:
    time_s = even_times(4)
    values = sine(time_s, 1)
    clean = filtered(time_s, values, chosen)
    odd_time = np.insert(time_s, [50, 80], [time_s[49], time_s[70]])
    odd = filtered(odd_time, np.insert(values, [50, 80], [99.0, -99.0]), chosen)
    source = np.insert(np.arange(120), [50, 80], [49, 79])
    for name in ("values", "velocity", "acceleration", "filled", "outlier"):
        np.testing.assert_array_equal(getattr(odd, name), getattr(clean, name)[source])


@every
@pytest.mark.parametrize("shape", [(0,), (0, 2), (1,), (1, 2, 3), (2, 2), (3, 0), (50, 2)])
def test_any_shape(chosen: FilterSettings, shape: tuple[int, ...]) -> None:
    for values in (np.ones(shape), np.full(shape, np.nan)):
        result = filtered(np.arange(shape[0]) / 30, values, chosen)
        np.testing.assert_allclose(result.values, values)
        assert (
            result.velocity.shape == result.acceleration.shape == result.filled.shape == result.outlier.shape == shape
        )
        assert result.cutoff_hz.shape == shape[1:]


def test_the_values_given_are_left_alone() -> None:
    time_s, values = even_times(2), np.random.default_rng(0).normal(size=(60, 2)).astype(np.float32)
    values[30] = np.nan
    before = values.copy()
    filtered(time_s, values)
    np.testing.assert_array_equal(values, before)


def test_a_time_for_each_value() -> None:
    with pytest.raises(ValueError, match="a time for each of 5 values"):
        filtered(np.arange(4.0), np.ones(5))
