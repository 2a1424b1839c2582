"""Where somebody was not found, against the frames that were taken out."""

from __future__ import annotations

import dataclasses
from itertools import groupby

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.motion.absences import Absence, absences
from core.recording import Recording
from tests.core.recordings import some_recording


def found(*patterns: str) -> Recording:
    """A person for each pattern: "+" for each frame where they are found, "." where they are not."""
    recording = some_recording(len(patterns[0]), len(patterns))
    there = np.array([[each == "+" for each in pattern] for pattern in patterns]).T
    arrays = {}
    for name in ("image", "world", "visibility", "presence"):
        arrays[name] = getattr(recording, name).copy()
        arrays[name][~there] = np.nan
    return dataclasses.replace(recording, time=np.arange(len(patterns[0])) / 10, **arrays)


def test_spans_at_the_beginning_inside_and_at_the_end() -> None:
    assert absences(found("++++++++", "..++.+++", "++++++..")) == (
        Absence(person=1, from_s=0.0, to_s=0.1, frames=2),
        Absence(person=1, from_s=0.4, to_s=0.4, frames=1),
        Absence(person=2, from_s=0.6, to_s=0.7, frames=2),
    )


def test_somebody_who_is_nowhere_is_absent_all_the_time() -> None:
    assert absences(found("....")) == (Absence(person=0, from_s=0.0, to_s=0.3, frames=4),)


@pytest.mark.parametrize(("frames", "people"), [(0, 2), (3, 0), (0, 0)])
def test_nothing_has_no_absences(frames: int, people: int) -> None:
    assert absences(some_recording(max(frames, 1), people).part(0, frames)) == ()


@settings(derandomize=True, deadline=None)
@given(st.integers(1, 30).flatmap(lambda n: st.lists(st.text("+.", min_size=n, max_size=n), min_size=1, max_size=4)))
def test_they_are_the_runs_of_missing_frames(patterns: list[str]) -> None:
    recording = found(*patterns)
    expected = []
    for person, pattern in enumerate(patterns):
        for missing, run in groupby(range(len(pattern)), key=lambda frame, own=pattern: own[frame] == "."):
            frames = list(run)
            if missing:
                first_s, last_s = float(recording.time[frames[0]]), float(recording.time[frames[-1]])
                expected.append(Absence(person=person, from_s=first_s, to_s=last_s, frames=len(frames)))
    assert absences(recording) == tuple(expected)
