"""A short form of scripts/measure_stability.py: pictures that differ by next to nothing give the same people.

What is asked is more than zero: a decision that is right by a hair here is wrong on another processor. What the long
form has measured stands in docs/benchmarks.md.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from core import Settings
from scripts.composed_clips import SCENES
from scripts.measure_stability import STREET, disturbed_runs, others_measured, same_ways

RUNS = 2
# In nats: three to one.
LEAST_MARGIN = 1.1


def test_the_people_of_a_real_clip_are_the_same_however_its_pixels_are_disturbed() -> None:
    runs = list(disturbed_runs(STREET, Settings(people="all"), RUNS))
    assert [recording.people for recording, _ in runs] == [2] * RUNS
    assert same_ways(runs[0][0], runs[1][0])
    assert min(decision.margin for _, decisions in runs for decision in decisions) > LEAST_MARGIN


@pytest.mark.parametrize("name", ["overtaking, alike", "head over heels"])
def test_nobody_else_is_ever_measured_instead_of_the_one(name: str, tmp_path: Path) -> None:
    scene = SCENES[name]()
    for recording, _ in disturbed_runs(scene.write(tmp_path / "clip.mp4"), Settings(), RUNS):
        assert recording.people == 1
        assert others_measured(scene.joints, recording) == 0
