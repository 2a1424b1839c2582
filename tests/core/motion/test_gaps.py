"""Which gaps are filled, with what, and angles without jumps."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.motion.gaps import fill_gaps, stretches
from tests.core.motion.signals import even_times, sine, uneven_times

bounded = settings(derandomize=True, deadline=None, max_examples=60)


def with_gap(values: np.ndarray, start: int, stop: int) -> np.ndarray:
    holed = values.copy()
    holed[start:stop] = np.nan
    return holed


class TestStretches:
    def test_curves_with_the_same_frames_come_together(self) -> None:
        known = np.ones((10, 3), bool)
        known[4, 1] = False
        found = [(list(frames), list(curves)) for frames, curves in stretches(even_times(1, 10), known, 0.0)]
        assert ([*range(10)], [0, 2]) in found
        assert ([*range(4)], [1]) in found and ([*range(5, 10)], [1]) in found
        assert len(found) == 3

    def test_a_hole_in_the_clips_own_time_ends_a_stretch(self) -> None:
        time_s = np.concatenate([even_times(1), 3 + even_times(1)])
        found = [frames for frames, _ in stretches(time_s, np.ones((60, 1), bool), 0.25)]
        assert [len(frames) for frames in found] == [30, 30]

    def test_few_frames_a_second_are_no_holes(self) -> None:
        (frames, _), *others = stretches(np.arange(10) / 2, np.ones((10, 1), bool), 0.25)
        assert len(frames) == 10 and not others

    @pytest.mark.parametrize("shape", [(0, 2), (5, 0)])
    def test_nothing(self, shape: tuple[int, int]) -> None:
        assert not [
            1 for _, curves in stretches(even_times(1, 5)[: shape[0]], np.ones(shape, bool), 0.1) if len(curves)
        ]


class TestFillGaps:
    @pytest.mark.parametrize(("missing", "filled"), [(1, True), (4, True), (5, True), (6, False), (12, False)])
    def test_up_to_the_limit(self, missing: int, filled: bool) -> None:
        """Between the values around six missing frames lie seven steps: 0.233 seconds at 30 a second."""
        time_s = even_times(2)
        values = with_gap(sine(time_s, 1), 20, 20 + missing)
        whole, mask = fill_gaps(time_s, values, 6 / 30)
        assert np.isfinite(whole).all() == filled
        assert mask.sum() == (missing if filled else 0)
        assert mask[20] == filled

    def test_the_ends_stay_open(self) -> None:
        time_s = even_times(1)
        values = with_gap(with_gap(sine(time_s, 1), 0, 2), 28, 30)
        whole, mask = fill_gaps(time_s, values, 1.0)
        np.testing.assert_array_equal(whole, values)
        assert not mask.any()

    def test_zero_fills_nothing(self) -> None:
        values = with_gap(np.ones(10), 4, 5)
        np.testing.assert_array_equal(fill_gaps(even_times(1, 10), values, 0.0)[0], values)

    @bounded
    @given(
        start=st.integers(3, 40),
        missing=st.integers(1, 5),
        coefficients=st.tuples(*[st.floats(-50, 50)] * 4),
        seed=st.integers(0, 9),
    )
    def test_a_cubic_is_restored(self, start: int, missing: int, coefficients: tuple[float, ...], seed: int) -> None:
        time_s = uneven_times(2, seed=seed)
        truth = np.polynomial.polynomial.polyval(time_s, coefficients)
        whole, mask = fill_gaps(time_s, with_gap(truth, start, start + missing), 1.0)
        np.testing.assert_allclose(whole, truth, atol=1e-7)
        assert list(np.flatnonzero(mask)) == [*range(start, start + missing)]

    def test_a_peak_inside_a_gap_is_reached(self) -> None:
        """The bottom of a squat hidden for five frames: 1 degree at most is lost of 90."""
        time_s = even_times(4)
        knee_deg = 90 * (1 - np.cos(np.pi * time_s)) / 2
        whole, _ = fill_gaps(time_s, with_gap(knee_deg, 28, 33), 0.25)
        assert np.abs(whole - knee_deg).max() < 0.1

    def test_each_curve_has_its_own_gaps(self) -> None:
        time_s = even_times(2)
        values = np.stack([sine(time_s, 1), sine(time_s, 0.5)], axis=1).reshape(60, 1, 2)
        values[10, 0, 0] = values[20:22, 0, 1] = np.nan
        whole, mask = fill_gaps(time_s, values, 0.25)
        assert whole.shape == mask.shape == (60, 1, 2)
        assert [tuple(index) for index in np.argwhere(mask)] == [(10, 0, 0), (20, 0, 1), (21, 0, 1)]
        np.testing.assert_allclose(whole[:, 0, 0], sine(time_s, 1), atol=1e-3)

    def test_the_values_given_are_left_alone(self) -> None:
        values = with_gap(np.ones(10), 4, 5)
        before = values.copy()
        fill_gaps(even_times(1, 10), values, 1.0)
        np.testing.assert_array_equal(values, before)

    @pytest.mark.parametrize("values", [np.full(5, np.nan), np.zeros((0, 3)), np.zeros((5, 0)), np.ones(1)])
    def test_nothing_to_go_by(self, values: np.ndarray) -> None:
        whole, mask = fill_gaps(even_times(1, 5)[: len(values)], values, 1.0)
        np.testing.assert_array_equal(whole, values)
        assert not mask.any()


def test_a_single_value_before_a_gap_does_not_make_the_curve_swing_out() -> None:
    """As where a detector finds somebody for one frame and again a little later, in the middle of a movement."""
    time_s = np.arange(20) / 30
    truth = 120 + 50 * np.cos(2 * np.pi * 1.5 * time_s)
    values = np.where((np.arange(20) > 0) & (np.arange(20) < 6), np.nan, truth)
    whole, filled = fill_gaps(time_s, values, 0.25)
    assert np.flatnonzero(filled).tolist() == [1, 2, 3, 4, 5]
    np.testing.assert_allclose(whole[:7], np.interp(time_s[:7], time_s[[0, 6]], truth[[0, 6]]))
