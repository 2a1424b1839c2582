"""Filtered once for each choice, and said how."""

from __future__ import annotations

import gc
import threading
import weakref
from typing import Any

import pytest

from core import FilterSettings
from core.motion.groups import MAIN_GROUP
from pages.widgets import smoothed as module
from pages.widgets.smoothed import MOST_KEPT, filter_sentence, filter_words, smoothed
from tests.core.recordings import some_recording


def test_the_same_question_is_answered_once() -> None:
    recording, other = some_recording(30), some_recording(30)
    first = smoothed(recording, MAIN_GROUP, "world", "angle_deg", FilterSettings())
    assert smoothed(recording, MAIN_GROUP, "world", "angle_deg", FilterSettings()) is first
    for wanted in (
        (other, MAIN_GROUP, "world", "angle_deg", FilterSettings()),
        (recording, "planes", "world", "angle_deg", FilterSettings()),
        (recording, MAIN_GROUP, "image", "angle_deg", FilterSettings()),
        (recording, MAIN_GROUP, "world", "flexion_deg", FilterSettings()),
        (recording, MAIN_GROUP, "world", "angle_deg", FilterSettings(cutoff_hz=3)),
    ):
        assert smoothed(*wanted) is not first


def test_page_and_player_that_ask_at_once_have_it_worked_out_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The second one asks while the first one's answer is being worked out."""
    recording = some_recording(30)
    working, on = threading.Event(), threading.Event()
    work_out, asked = module.angle_kinematics, []

    def slowly(*question: Any) -> Any:
        asked.append(question)
        working.set()
        assert on.wait(30)
        return work_out(*question)

    monkeypatch.setattr(module, "angle_kinematics", slowly)
    answers: list[object] = []

    def ask() -> None:
        answers.append(smoothed(recording, MAIN_GROUP, "world", "angle_deg", FilterSettings()))

    threads = [threading.Thread(target=ask) for _ in range(2)]
    threads[0].start()
    assert working.wait(30)
    threads[1].start()
    on.set()
    for thread in threads:
        thread.join(30)
    assert len(asked) == 1 and answers[0] is answers[1]


def test_only_the_last_few_choices_are_kept_and_nothing_of_a_recording_that_is_gone() -> None:
    recording = some_recording(30)
    for cutoff_hz in range(1, 20):
        smoothed(recording, MAIN_GROUP, "world", "angle_deg", FilterSettings(cutoff_hz=cutoff_hz))
    assert len(module._answers[recording].kept) == MOST_KEPT
    last = weakref.ref(smoothed(recording, MAIN_GROUP, "world", "angle_deg", FilterSettings(cutoff_hz=19)))
    assert last() is not None
    del recording
    gc.collect()
    assert last() is None


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        (FilterSettings(cutoff_hz=6, order=2), "Butterworth, 6.0 Hz, order 2"),
        (FilterSettings(method="savgol"), "Savitzky-Golay, 0.3 s, degree 3"),
        (FilterSettings(method="none"), "no filter"),
    ],
    ids=lambda value: value.method if isinstance(value, FilterSettings) else "",
)
def test_it_is_said_how(settings: FilterSettings, expected: str) -> None:
    kinematics = smoothed(some_recording(60), MAIN_GROUP, "world", "angle_deg", settings)
    assert filter_words(kinematics, [0]) == expected


def test_a_cut_off_that_does_nothing_is_told() -> None:
    kinematics = smoothed(some_recording(60), MAIN_GROUP, "world", "angle_deg", FilterSettings(cutoff_hz=30))
    assert "nothing is damped" in filter_words(kinematics, [0])


def test_an_automatic_cut_off_may_be_another_for_each_curve() -> None:
    kinematics = smoothed(some_recording(60), MAIN_GROUP, "world", "angle_deg", FilterSettings())
    assert " to " in filter_words(kinematics, [0])


def test_the_same_curves_have_the_same_sentence_and_only_joints_have_a_file() -> None:
    recording = some_recording(60, 2)
    joints, segments = (
        smoothed(recording, group, "world", reading, FilterSettings())
        for group, reading in ((MAIN_GROUP, "angle_deg"), ("vertical", "inclination_deg"))
    )
    sentence = filter_sentence(joints, [0, 1])
    flexion = smoothed(recording, MAIN_GROUP, "world", "flexion_deg", FilterSettings())
    assert filter_sentence(flexion, [0, 1]) == sentence
    assert "file of filtered angles" in sentence and "file" not in filter_sentence(segments, [0, 1])
    fixed = smoothed(recording, MAIN_GROUP, "world", "angle_deg", FilterSettings(cutoff_hz=6))
    assert filter_sentence(fixed, [0]).startswith("Filter of the curves: Butterworth, 6.0 Hz, order 4. Outliers")
