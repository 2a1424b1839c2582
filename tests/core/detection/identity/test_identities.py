"""Joining tracklets: whom place, speed, size and colours say, over gaps and seams, and nobody twice."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.detection.identity.identities import LEAST_FRAMES, Identity, join_odds, joined
from core.detection.identity.tracklet import Tracklet
from tests.core.detection.bodies import FRAME_S, walking

RED, GREEN = 230, 20


def frames_of(person: Identity) -> list[tuple[int, int]]:
    return [(tracklet.frames[0], tracklet.frames[-1]) for tracklet in person.tracklets]


def test_who_goes_on_after_a_gap_is_one_person() -> None:
    people = joined([walking(range(20), 100, 3), walking(range(30, 50), 100, 3)], [0])
    assert [frames_of(person) for person in people] == [[(0, 19), (30, 49)]]


def test_two_who_cross_and_are_unseen_meanwhile_keep_their_directions() -> None:
    """They are alike, so that only the speed tells."""
    right = [walking(range(20), 100, 6), walking(range(30, 50), 100, 6)]
    left = [walking(range(20), 400, -6), walking(range(30, 50), 400, -6)]
    people = joined([*right, *left], [0])
    assert len(people) == 2
    for person in people:
        speeds = {np.sign(each.bodies[-1, 0, 0] - each.bodies[0, 0, 0]) for each in person.tracklets}
        assert len(speeds) == 1


def test_two_who_turn_back_where_they_meet_are_told_apart_by_their_clothes() -> None:
    comes_and_goes = [walking(range(20), 100, 6, colour=RED), walking(range(30, 50), 340, -4, colour=RED)]
    other = [walking(range(20), 380, -6, colour=GREEN), walking(range(30, 50), 140, 4, colour=GREEN)]
    people = joined([comes_and_goes[0], other[0], other[1], comes_and_goes[1]], [0])
    keys = {frozenset(tracklet.key for tracklet in person.tracklets) for person in people}
    assert keys == {frozenset(each.key for each in pair) for pair in (comes_and_goes, other)}


@pytest.mark.parametrize(("absence_s", "people"), [(4.5, 1), (5.5, 2)])
def test_someone_who_comes_back_within_five_seconds_is_the_same(absence_s: float, people: int) -> None:
    back = 20 + round(absence_s / FRAME_S)
    assert len(joined([walking(range(20), 700, 8), walking(range(back, back + 20), 700)], [0])) == people


def test_somebody_in_other_clothes_is_somebody_else() -> None:
    other = walking(range(60, 80), 100, colour=GREEN)
    assert len(joined([walking(range(20), 100, colour=RED), other], [0])) == 2


def test_somebody_much_smaller_at_once_is_somebody_else() -> None:
    assert join_odds(walking(range(20), 100), walking(range(21, 40), 100, height_px=120)) < -5


def test_at_a_seam_who_overlaps_goes_on_and_the_warm_up_is_not_doubled() -> None:
    before, after = walking(range(60), 100, 2), walking(range(50, 100), 100, 2, chunk=1)
    stranger = walking(range(50, 100), 900, chunk=1)
    people = joined([before, after, stranger], [0, 60])
    assert [frames_of(person) for person in people] == [[(0, 59), (60, 99)], [(60, 99)]]


def test_who_parts_at_the_end_of_a_seam_is_not_one_person() -> None:
    before, after = walking(range(60), 100, 0), walking(range(50, 100), 100, 0, chunk=1)
    for place in range(6, len(after)):
        after.looks[place] = walking(range(1), 100 + 60 * (place - 5)).looks[0]
    assert len(joined([before, after], [0, 60])[0].tracklets) == 1


def test_a_body_that_two_share_goes_to_whom_it_fits_only() -> None:
    owner = [walking(range(20), 100, 6), walking(range(30, 50), 100, 6)]
    hidden = [walking(range(20), 500, -6), walking(range(30, 50), 500, -6)]
    shared = walking(range(20, 30), 100, 6)
    shared.shared = True
    people = joined([*owner, *hidden, shared], [0])
    holder = next(person for person in people if any(each.shared for each in person.tracklets))
    assert frames_of(holder) == [(0, 19), (20, 29), (30, 49)]
    assert {owner[0].key, owner[1].key} < {each.key for each in holder.tracklets}


def test_a_body_that_two_share_and_that_fits_both_goes_to_neither() -> None:
    one = [walking(range(20), 100), walking(range(30, 50), 100)]
    other = [walking(range(20), 100), walking(range(30, 50), 100)]
    shared = walking(range(20, 30), 100)
    shared.shared = True
    assert not any(each.shared for person in joined([*one, *other, shared], [0]) for each in person.tracklets)


def test_people_stand_in_the_order_in_which_they_came_of_two_at_once_the_larger_first() -> None:
    late, small, large = walking(range(10, 30), 900), walking(range(30), 500, height_px=200), walking(range(30), 100)
    people = joined([late, small, large], [0])
    assert [person.first.key for person in people] == [large.key, small.key, late.key]


def test_nobody_is_nobody() -> None:
    assert joined([], [0]) == []


@given(st.lists(st.tuples(st.integers(0, 60), st.integers(1, 25), st.floats(0, 2500)), max_size=8))
def test_every_tracklet_belongs_to_one_person_who_is_in_one_place_at_a_time(
    pieces: list[tuple[int, int, float]],
) -> None:
    tracklets = [walking(range(start, start + length), x) for start, length, x in pieces]
    people = joined(tracklets, [0])
    placed = [tracklet.key for person in people for tracklet in person.tracklets]
    # A glimpse beside what is longer is nobody's.
    glimpses = (
        [each for each in tracklets if len(each) < LEAST_FRAMES] if max(map(len, tracklets), default=0) > 2 else []
    )
    assert len(placed) == len(set(placed)) == len(tracklets) - len(glimpses)
    for person in people:
        frames = [frame for tracklet in person.tracklets for frame in tracklet.frames]
        assert frames == sorted(set(frames))


def test_the_tracklets_that_are_given_are_not_altered() -> None:
    before, after = walking(range(60), 100, 2), walking(range(50, 100), 100, 2, chunk=1)
    joined([before, after], [0, 60])
    assert (len(before), len(after)) == (60, 50)


def test_a_tracklet_predicts_where_a_steady_walker_will_be() -> None:
    tracklet: Tracklet = walking(range(20), 100, 6)
    for frame in (25, -5):
        expected = walking(range(frame, frame + 1), 100, 6).bodies[0, :, :2]
        assert tracklet.predicted(FRAME_S * frame) == pytest.approx(expected, abs=0.05)
