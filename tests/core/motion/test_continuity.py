"""Angles that go round: continuous, right but for whole turns, in their usual range where nothing is against it."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.motion.continuity import LARGEST_STEP_OVER_GAP_DEG, continuous_deg

walks = st.lists(st.floats(-179, 179), min_size=1, max_size=60)


@settings(derandomize=True, deadline=None)
@given(start=st.floats(-134, 224), steps=walks)
def test_a_movement_without_gaps_comes_back_whole(start: float, steps: list[float]) -> None:
    movement = start + np.cumsum([0, *steps])
    wrapped = np.mod(movement + 180, 360) - 180
    np.testing.assert_allclose(continuous_deg(wrapped[:, None], -135.0)[:, 0], movement, atol=1e-9)


@settings(derandomize=True, deadline=None)
@given(steps=walks, gaps=st.sets(st.integers(0, 60)))
def test_no_step_is_near_a_whole_turn_and_the_direction_stays(steps: list[float], gaps: set[int]) -> None:
    wrapped = np.mod(np.cumsum([0, *steps]) + 180, 360) - 180
    wrapped[[gap for gap in gaps if gap < len(wrapped)]] = np.nan
    found = continuous_deg(wrapped, -135.0)
    known = np.flatnonzero(np.isfinite(wrapped))
    assert np.array_equal(np.isfinite(found), np.isfinite(wrapped))
    turns = (found - wrapped)[known] / 360
    np.testing.assert_allclose(turns, np.round(turns), atol=1e-9)
    size = np.abs(np.diff(found[known]))
    assert (size[np.diff(known) == 1] <= 180 + 1e-9).all()
    assert (size <= LARGEST_STEP_OVER_GAP_DEG + 1e-9).all()


NAN = float("nan")


@pytest.mark.parametrize(
    ("angles", "expected"),
    [
        ([170, -175, -160], [170, 185, 200]),
        # An arm held forwards while its abduction is undefined, then overhead: 178 degrees, not -182.
        ([5, NAN, 178], [5, NAN, 178]),
        ([5, NAN, -178], [5, NAN, 182]),
        # In the second turn before and after the gap.
        ([100, -140, -20, 80, NAN, 90], [100, 220, 340, 440, NAN, 450]),
        ([NAN, -170, NAN], [NAN, 190, NAN]),
    ],
)
def test_by_hand(angles: list[float], expected: list[float]) -> None:
    np.testing.assert_allclose(continuous_deg(np.array(angles, float), -135.0), expected)


def test_each_curve_has_its_own_range_and_turns() -> None:
    angles = np.array([[[170.0, 350.0]], [[-170.0, 10.0]]])
    found = continuous_deg(angles, np.array([-135.0, -45.0]))
    np.testing.assert_allclose(found, [[[170, -10]], [[190, 10]]])
    np.testing.assert_array_equal(angles, [[[170, 350]], [[-170, 10]]])


@pytest.mark.parametrize("shape", [(0, 1, 2), (3, 0, 2), (1, 1, 1)])
def test_nothing_is_fine(shape: tuple[int, ...]) -> None:
    assert continuous_deg(np.zeros(shape), -135.0).shape == shape
