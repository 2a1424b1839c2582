"""Repetitions are counted as they are made: on the squat whose knee angle is known exactly, and on made-up curves."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from core.motion.angles import JOINTS
from core.motion.repetitions import LONGEST_GAP_S, LONGEST_S, MOVEMENTS, RepetitionCounter

SQUAT = MOVEMENTS["squat"]
TRUTH = json.loads((Path(__file__).resolve().parents[3] / "samples" / "squat_2reps.json").read_text(encoding="utf-8"))


def counted(flexion_deg: NDArray[np.float64], per_s: float = 20.0, start_s: float = 0.0) -> RepetitionCounter:
    counter = RepetitionCounter(SQUAT)
    for index, value in enumerate(flexion_deg):
        counter.see(start_s + index / per_s, float(value))
    return counter


def bends(peaks_deg: list[float], seconds: float = 2.0, per_s: float = 20.0) -> NDArray[np.float64]:
    """From 5 degrees to each peak and back, as a cosine, standing between them."""
    phase = np.linspace(0, 2 * np.pi, round(seconds * per_s))
    standing = np.full(round(0.5 * per_s), 5.0)
    parts = [np.concatenate([standing, 5 + (peak - 5) * (1 - np.cos(phase)) / 2]) for peak in peaks_deg]
    return np.concatenate([*parts, standing])


def test_the_squat_with_known_truth_has_two_repetitions() -> None:
    flexion_deg = 180 - np.array(TRUTH["knee_deg"])
    counter = counted(np.concatenate([flexion_deg, flexion_deg[:1]]), TRUTH["fps"])
    assert [round(each.peak_deg) for each in counter.repetitions] == [95, 95]
    assert [each.peak_s for each in counter.repetitions] == pytest.approx([0.9, 2.7])
    # Knees are bent more than 38 degrees for that part of each 1.8 s.
    assert counter.tempo_s == pytest.approx(1.1, abs=0.1)


def test_half_a_squat_is_none() -> None:
    assert len(counted(bends([90, 50, 90])).repetitions) == 2


def test_trembling_around_either_threshold_is_no_repetition() -> None:
    trembling = np.tile([SQUAT.rest_deg - 2, SQUAT.rest_deg + 2], 100)
    assert counted(trembling).repetitions == []
    trembling = np.tile([SQUAT.effort_deg - 2, SQUAT.effort_deg + 2], 100)
    deep = np.concatenate([[5.0] * 5, trembling, [5.0] * 5])
    assert len(counted(deep).repetitions) == 1


def test_what_begins_in_the_middle_counts_from_the_next_rest_on() -> None:
    curve = bends([90, 90])
    assert len(counted(curve[30:]).repetitions) == 1


def test_a_glimpse_and_an_age_are_none() -> None:
    jump = np.array([5, 5, 90, 5, 5], float)
    assert counted(jump).repetitions == []
    sitting = np.concatenate([[5.0] * 5, np.full(round((LONGEST_S + 1) * 20), 90.0), [5.0] * 5])
    assert counted(sitting).repetitions == []


def test_losing_the_body_for_a_while_forgets_what_had_begun() -> None:
    curve = bends([90])
    half = len(curve) // 2
    for gap_s, repetitions in ((0.5 * LONGEST_GAP_S, 1), (2 * LONGEST_GAP_S, 0)):
        counter = counted(curve[:half])
        for index, value in enumerate(curve[half:]):
            counter.see(half / 20 + gap_s + index / 20, float(value))
        assert len(counter.repetitions) == repetitions


def test_frames_without_an_angle_change_nothing() -> None:
    curve = bends([90, 80])
    holed = curve.copy()
    holed[::5] = np.nan
    assert len(counted(holed).repetitions) == len(counted(curve).repetitions) == 2


def test_the_effort_rises_to_one_and_falls_back() -> None:
    counter = RepetitionCounter(SQUAT)
    efforts = []
    for index, value in enumerate(bends([90])):
        counter.see(index / 20, float(value))
        efforts.append(counter.effort)
    assert max(efforts) == 1 and efforts[0] == efforts[-1] == 0
    assert math.isnan(RepetitionCounter(SQUAT).tempo_s)


@given(st.lists(st.tuples(st.floats(0, 2), st.floats(-40, 180) | st.just(math.nan)), max_size=80))
def test_no_stream_of_angles_breaks_it(steps: list[tuple[float, float]]) -> None:
    counter, now = RepetitionCounter(SQUAT), 0.0
    for step_s, value in steps:
        now += step_s
        counter.see(now, value)
        assert 0 <= counter.effort <= 1
    for each in counter.repetitions:
        assert each.begin_s < each.end_s and each.peak_deg >= SQUAT.effort_deg


def test_movements_watch_joints_that_there_are() -> None:
    for movement in MOVEMENTS.values():
        assert set(movement.joints) <= set(JOINTS)
        assert movement.rest_deg < movement.effort_deg


def test_both_sides_together_or_the_larger_one() -> None:
    flexion = {"left_knee": 20.0, "right_knee": 80.0}
    sure = {"left_knee": 0.9, "right_knee": 0.9}
    assert MOVEMENTS["squat"].flexion_deg(flexion, sure) == 50
    assert MOVEMENTS["lunge"].flexion_deg(flexion, sure) == 80
    assert MOVEMENTS["squat"].flexion_deg(flexion, sure | {"left_knee": 0.0}) == 80
    assert math.isnan(MOVEMENTS["squat"].flexion_deg(flexion, {}))
    assert math.isnan(MOVEMENTS["squat"].flexion_deg({"left_knee": math.nan, "right_knee": math.nan}, sure))
