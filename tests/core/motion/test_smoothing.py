"""Filters and derivatives on signals with known answers."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.motion.smoothing import butterworth, derivatives, savitzky_golay
from tests.core.motion.signals import RATE_HZ, amplitude, even_times, sine, uneven_times

bounded = settings(derandomize=True, deadline=None, max_examples=40)
INSIDE = slice(60, -60)  # two seconds from the ends, where there is no past or no future
Smooth = Callable[[np.ndarray, np.ndarray], np.ndarray]
EITHER: dict[str, Smooth] = {
    "butterworth": lambda time_s, values: butterworth(time_s, values, 4.0),
    "savgol": lambda time_s, values: savitzky_golay(time_s, values, 0.3),
}
either = pytest.mark.parametrize("smooth", EITHER.values(), ids=EITHER.keys())


def damping(hz: float, cutoff_hz: float, order: int, rate_hz: float = RATE_HZ) -> float:
    """|H|^2 of one pass of half the order, its cut-off such that both passes have 1/sqrt(2) at `cutoff_hz`."""
    at, cutoff = math.tan(math.pi * hz / rate_hz), math.tan(math.pi * cutoff_hz / rate_hz)
    return 1 / (1 + (math.sqrt(2) - 1) * (at / cutoff) ** order)


class TestButterworth:
    @pytest.mark.parametrize("order", [2, 4, 6, 8])
    @pytest.mark.parametrize(("hz", "cutoff_hz"), [(0.5, 6), (1, 3), (3, 3), (6, 6), (5, 3), (9, 6), (12, 4)])
    def test_damps_as_the_formula_says(self, hz: float, cutoff_hz: float, order: int) -> None:
        time_s = even_times(20)
        values = butterworth(time_s, sine(time_s, hz), cutoff_hz, order)[INSIDE]
        size, _ = amplitude(time_s[INSIDE], values, hz)
        assert size == pytest.approx(damping(hz, cutoff_hz, order), abs=0.002)

    def test_the_cut_off_is_where_the_power_is_halved(self) -> None:
        assert damping(5, 5, 4) == pytest.approx(math.sqrt(0.5))

    @bounded
    @given(hz=st.floats(0.1, 1.5), phase=st.floats(0, 6.3))
    def test_slow_movement_passes_within_one_percent_and_without_delay(self, hz: float, phase: float) -> None:
        time_s = even_times(20)
        values = butterworth(time_s, sine(time_s, hz, phase), 6.0)
        assert np.abs(values - sine(time_s, hz, phase))[INSIDE].max() < 0.01
        size, found = amplitude(time_s[INSIDE], values[INSIDE], hz)
        assert size == pytest.approx(1, abs=0.01)
        assert math.remainder(found - phase, 2 * math.pi) == pytest.approx(0, abs=0.002)

    def test_each_curve_has_its_own_cut_off(self) -> None:
        time_s = even_times(10)
        values = np.stack([sine(time_s, 4)] * 4, axis=1).reshape(-1, 2, 2)
        cutoffs = np.array([[2.0, 6.0], [2.0, 20.0]])
        smooth = butterworth(time_s, values, cutoffs)
        for index in np.ndindex(2, 2):
            np.testing.assert_allclose(
                smooth[:, *index], butterworth(time_s, values[:, *index], cutoffs[index]), atol=1e-12
            )
        np.testing.assert_array_equal(smooth[:, 1, 1], values[:, 1, 1])  # above half the frame rate

    @pytest.mark.parametrize(("count", "same"), [(9, True), (10, False)])
    def test_short_stretches_stay_as_they_are(self, count: int, same: bool) -> None:
        time_s = even_times(count / RATE_HZ)
        values = np.random.default_rng(0).normal(size=count)
        assert np.array_equal(butterworth(time_s, values, 3.0), values) == same


class TestSavitzkyGolay:
    @bounded
    @given(coefficients=st.tuples(*[st.floats(-50, 50)] * 4), seed=st.integers(0, 9))
    def test_cubics_and_their_derivatives_are_exact(self, coefficients: tuple[float, ...], seed: int) -> None:
        for time_s in (even_times(2), uneven_times(2, seed=seed)):
            curve = np.polynomial.Polynomial(coefficients)
            for derivative in (0, 1, 2):
                found = savitzky_golay(time_s, curve(time_s), 0.3, 3, derivative)
                truth = curve.deriv(derivative)(time_s) if derivative else curve(time_s)
                np.testing.assert_allclose(found, truth, atol=1e-6)

    def test_noise_falls_as_the_window_grows(self) -> None:
        time_s = even_times(60)
        noise = np.random.default_rng(0).normal(size=len(time_s))
        left = [savitzky_golay(time_s, noise, window_s).std() for window_s in (0.0, 0.2, 0.4, 0.8)]
        assert left[0] == noise.std()
        assert left[1] > left[2] > left[3]

    def test_too_narrow_or_too_short(self) -> None:
        time_s = even_times(0.2)
        values = np.random.default_rng(0).normal(size=len(time_s))
        for window_s in (0.05, 1.0):
            np.testing.assert_array_equal(savitzky_golay(time_s, values, window_s), values)
            np.testing.assert_array_equal(
                savitzky_golay(time_s, values, window_s, derivative=1), derivatives(time_s, values)
            )


class TestBoth:
    @either
    @bounded
    @given(start=st.floats(-500, 500), slope=st.floats(-500, 500), seed=st.integers(0, 9))
    def test_constant_and_straight_curves_are_unchanged(
        self, smooth: Smooth, start: float, slope: float, seed: int
    ) -> None:
        for time_s in (even_times(3), uneven_times(3, seed=seed)):
            line = start + slope * time_s
            np.testing.assert_allclose(smooth(time_s, line), line, atol=1e-6)

    @either
    @bounded
    @given(hz=st.floats(0.1, 2), seed=st.integers(0, 9))
    def test_uneven_times_give_the_same_curve(self, smooth: Smooth, hz: float, seed: int) -> None:
        """Against the even clip, at the uneven one's times, within 1 %."""
        even_s, uneven_s = even_times(10), uneven_times(10, seed=seed)
        even = smooth(even_s, sine(even_s, hz))
        uneven = smooth(uneven_s, sine(uneven_s, hz))
        inside = (uneven_s > 2) & (uneven_s < 8)
        np.testing.assert_allclose(uneven[inside], np.interp(uneven_s, even_s, even)[inside], atol=0.03)

    @either
    def test_frame_numbers_over_a_mean_rate_would_be_wrong(self, smooth: Smooth) -> None:
        """Half the clip at 60 frames a second, half at 20: a sine of one frequency stays one."""
        time_s = np.concatenate([np.arange(300) / 60, 5 + np.arange(100) / 20])
        values = smooth(time_s, sine(time_s, 1.0))
        inside = (time_s > 1) & (time_s < 9)
        assert np.abs(values - sine(time_s, 1.0))[inside].max() < 0.02

    @either
    def test_times_in_whole_milliseconds_are_even(self, smooth: Smooth) -> None:
        time_s = even_times(10)
        np.testing.assert_allclose(
            smooth(np.round(time_s, 3), sine(time_s, 1)), smooth(time_s, sine(time_s, 1)), atol=1e-4
        )

    @either
    def test_each_side_of_a_long_gap_is_filtered_alone(self, smooth: Smooth) -> None:
        time_s = even_times(6)
        values = np.random.default_rng(0).normal(size=len(time_s))
        values[60:120] = np.nan
        whole = smooth(time_s, values)
        np.testing.assert_array_equal(np.isnan(whole), np.isnan(values))
        np.testing.assert_array_equal(whole[:60], smooth(time_s[:60], values[:60]))
        np.testing.assert_allclose(whole[120:], smooth(time_s[120:], values[120:]), atol=1e-9)

    @either
    def test_a_curve_does_not_depend_on_those_beside_it(self, smooth: Smooth) -> None:
        time_s = uneven_times(4)
        values = np.random.default_rng(0).normal(size=(len(time_s), 2, 3))
        values[20:40, 0, 1] = values[:10, 1] = values[:, 1, 2] = np.nan
        whole = smooth(time_s, values)
        for index in np.ndindex(2, 3):
            np.testing.assert_allclose(whole[:, *index], smooth(time_s, values[:, *index]), atol=1e-12)

    @either
    @pytest.mark.parametrize("shape", [(0,), (0, 3), (1,), (2,), (3, 0), (5, 2)])
    def test_next_to_nothing(self, smooth: Smooth, shape: tuple[int, ...]) -> None:
        values = np.ones(shape)
        np.testing.assert_array_equal(smooth(np.arange(shape[0]) / RATE_HZ, values), values)


class TestDerivatives:
    @bounded
    @given(hz=st.floats(0.1, 2), phase=st.floats(0, 6.3), uneven=st.booleans())
    def test_of_a_sine_is_a_cosine(self, hz: float, phase: float, uneven: bool) -> None:
        time_s = uneven_times(6, spread=0.2) if uneven else even_times(6)
        angular = 2 * np.pi * hz
        speed = derivatives(time_s, sine(time_s, hz, phase)) / angular
        acceleration = derivatives(time_s, sine(time_s, hz, phase), 2) / angular**2
        inside = slice(5, -5)
        assert np.abs(speed - sine(time_s, hz, phase + np.pi / 2))[inside].max() < 0.005
        assert np.abs(acceleration + sine(time_s, hz, phase))[inside].max() < 0.03

    def test_nan_at_gaps_and_not_across_them(self) -> None:
        time_s = even_times(2)
        values = np.where(time_s < 1, 3 * time_s, 100 - 7 * time_s)
        values[25:35] = np.nan
        speed = derivatives(time_s, values)
        np.testing.assert_allclose(speed[:25], 3)
        np.testing.assert_allclose(speed[35:], -7)
        assert np.isnan(speed[25:35]).all()

    @pytest.mark.parametrize(
        ("count", "derivative", "known"), [(1, 1, False), (2, 1, True), (2, 2, False), (3, 2, True)]
    )
    def test_how_many_values_it_takes(self, count: int, derivative: int, known: bool) -> None:
        time_s = even_times(count / RATE_HZ)
        assert np.isfinite(derivatives(time_s, time_s**2, derivative)).all() == known
