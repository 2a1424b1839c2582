"""The correction of a clip that is still coming in."""

from __future__ import annotations

import numpy as np

from core.detection.refine import GrowingCorrection, refined_body
from tests.core.recordings import some_recording, without


def test_frames_keep_their_answer_while_more_come_in() -> None:
    whole = some_recording(frames=60, people=2, seed=3)
    correction = GrowingCorrection()
    before = correction.of(whole.part(0, 25))
    after = correction.of(whole)
    assert after.shape == whole.world.shape
    assert np.array_equal(after[:25], before)
    assert np.isfinite(after).all()


def test_the_first_answer_is_that_of_a_clip_of_so_many_frames() -> None:
    part = some_recording(frames=30, seed=4)
    wanted = refined_body(part.image, part.world, part.visibility, part.time)
    assert np.array_equal(GrowingCorrection().of(part), wanted)


def test_frames_without_a_person_stay_empty() -> None:
    whole = without(some_recording(frames=40, people=1, seed=5), 30, 0)
    correction = GrowingCorrection()
    correction.of(whole.part(0, 20))
    empty = ~np.isfinite(correction.of(whole)).all(axis=(1, 2, 3))
    assert np.flatnonzero(empty).tolist() == [30]


def test_it_starts_anew_when_the_clip_does() -> None:
    correction = GrowingCorrection()
    correction.of(some_recording(frames=30, seed=6))
    shorter = some_recording(frames=10, seed=7)
    assert np.array_equal(correction.of(shorter), GrowingCorrection().of(shorter))
    several = some_recording(frames=12, people=2, seed=8)
    assert np.array_equal(correction.of(several), GrowingCorrection().of(several))


def test_where_nobody_is_there_is_nothing_to_correct() -> None:
    correction = GrowingCorrection()
    for frames in (5, 9):
        assert correction.of(some_recording(frames=frames, people=0)).shape == (frames, 0, 33, 3)
