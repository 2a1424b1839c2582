"""The correction of a clip that is still coming in."""

from __future__ import annotations

import dataclasses
import tracemalloc

import numpy as np
import pytest

from core.detection.refine import CONTEXT_FRAMES, GrowingCorrection, refined_body
from core.recording import Recording
from tests.core.recordings import some_recording, without

OF_PEOPLE = ("image", "world", "visibility", "presence")


def with_people(recording: Recording, order: list[int]) -> Recording:
    """The same clip after it has been decided anew who is who."""
    return dataclasses.replace(recording, **{name: getattr(recording, name)[:, order] for name in OF_PEOPLE})


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


@pytest.mark.parametrize("order", [[1, 0, 2], [2, 0, 1]], ids=["exchanged", "turned round"])
def test_a_correction_belongs_to_a_body_whatever_its_place(order: list[int]) -> None:
    """As many people as before, in another order: nobody wears another's body."""
    whole = some_recording(frames=50, people=3, seed=9)
    correction = GrowingCorrection()
    before = correction.of(whole.part(0, 30))
    after = correction.of(with_people(whole, order))
    assert np.array_equal(after[:30], before[:, order])
    straight = GrowingCorrection()
    straight.of(whole.part(0, 30))
    assert np.array_equal(after, straight.of(whole)[:, order])


def test_who_takes_somebody_elses_place_is_corrected_as_they_are() -> None:
    whole = some_recording(frames=50, people=3, seed=10)
    correction = GrowingCorrection()
    correction.of(with_people(whole, [0, 1]).part(0, 30))
    after = correction.of(with_people(whole, [0, 2]))
    alone = with_people(whole, [2])
    assert np.array_equal(after[:, 1:], refined_body(alone.image, alone.world, alone.visibility, alone.time))


def test_where_two_are_joined_anew_what_has_changed_is_corrected_anew() -> None:
    """From the frame on where it is another body; what came before keeps its answer."""
    whole = some_recording(frames=50, people=2, seed=11)
    correction = GrowingCorrection()
    before = correction.of(whole.part(0, 40))
    crossed = {name: getattr(whole, name).copy() for name in OF_PEOPLE}
    for array in crossed.values():
        array[25:] = array[25:, ::-1].copy()
    later = dataclasses.replace(whole, **crossed)
    after = correction.of(later)
    assert np.array_equal(after[:25], before[:25])
    since = later.part(25 - CONTEXT_FRAMES, 50)
    wanted = refined_body(since.image, since.world, since.visibility, since.time)[CONTEXT_FRAMES:]
    assert np.array_equal(after[25:], wanted)


def test_an_earlier_answer_stays_as_it_was() -> None:
    whole = some_recording(frames=60, people=2, seed=12)
    correction = GrowingCorrection()
    answers = [(answer := correction.of(whole.part(0, frames)), answer.copy()) for frames in range(10, 60, 5)]
    correction.of(with_people(whole, [1, 0]))
    for answer, as_given in answers:
        assert np.array_equal(answer, as_given)
        with pytest.raises(ValueError, match="read-only"):
            answer[0] = 0


def test_many_previews_of_a_long_clip_cost_what_is_new() -> None:
    whole = some_recording(frames=6000, people=2, seed=13)
    correction = GrowingCorrection()
    correction.of(whole.part(0, 5000))
    tracemalloc.start()
    try:
        for frames in range(5020, 5220, 20):
            before, _ = tracemalloc.get_traced_memory()
            tracemalloc.reset_peak()
            correction.of(whole.part(0, frames))
            assert tracemalloc.get_traced_memory()[1] - before < 0.2 * whole.part(0, frames).world.nbytes
    finally:
        tracemalloc.stop()
