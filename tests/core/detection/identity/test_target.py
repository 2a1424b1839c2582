"""Whom a tracker follows when one person is meant: they themselves, who may be them, and who could be confused."""

from __future__ import annotations

import numpy as np
import pytest

from core import Settings
from core.detection.agreement import Look
from core.detection.identity.encounters import Followed
from core.detection.identity.newcomers import Search
from core.detection.identity.picture import Picture
from core.detection.identity.target import (
    FAR,
    GLANCE_LEAST_S,
    GLANCE_MOST_S,
    HIDDEN_S,
    MISSED_S,
    NEAR,
    UNSURE_S,
    Anchor,
    Target,
    chosen,
    one_look,
)
from core.detection.identity.tracklet import Tracklet
from tests.core.detection.bodies import FRAME_S, body_at, look_at, walking

BLUE, GREY = (40, 60, 200), (128, 128, 128)


def picture(frame: int = 0, colour: tuple[int, int, int] = GREY) -> Picture:
    return Picture.of_pixels(frame, FRAME_S * frame, np.full((500, 3000, 3), colour, np.uint8))


def followed(tracklet: Tracklet) -> Followed:
    return Followed(None, tracklet)  # type: ignore[arg-type]  # nobody is followed really


def taken(target: Target, look: Look, frame: int = 0) -> Followed:
    """Somebody worth following, taken up."""
    each = followed(one_look(picture(frame), look, 0))
    target.is_taken_up(look, each)
    return each


class TestChoice:
    SIZE = (1000, 500)

    @pytest.mark.parametrize(
        ("settings", "meant"),
        [
            (Settings(), 0),
            (Settings(follow="central"), 1),
            (Settings(follow="point", follow_point=(0.0, 905.0, 210.0)), 2),
        ],
        ids=["largest", "central", "point"],
    )
    def test_it_is_who_the_settings_mean(self, settings: Settings, meant: int) -> None:
        bodies = np.stack([body_at(100, height_px=300), body_at(500, height_px=200), body_at(900, height_px=200)])
        assert chosen(bodies, settings, self.SIZE) == meant

    def test_of_two_about_as_large_it_is_the_first_whatever_a_pixel_says(self) -> None:
        for first, second in ((300.0, 301.0), (301.0, 300.0)):
            bodies = np.stack([body_at(100, height_px=first), body_at(500, height_px=second)])
            assert chosen(bodies, Settings(), self.SIZE) == 0


def test_the_first_who_is_found_is_meant_and_who_is_close_is_followed_as_well() -> None:
    target = Target(Settings())
    size = float(np.hypot(*np.ptp(body_at(0)[:, :2], axis=0)))
    meant, close, far = look_at(300), look_at(300 + 0.8 * NEAR * size), look_at(300 + 1.3 * NEAR * size)
    assert target.worth_following([meant, close, far], picture(), 0) == [meant, close]
    assert target.anchor is not None and target.anchor.look is meant
    he = taken(target, meant)
    she = followed(walking(range(1), 300 + 0.9 * FAR * size))
    gone = followed(walking(range(1), 300 + 1.1 * FAR * size))
    assert target.too_far([he, she, gone], 0) == [gone]
    assert not target.is_missed


def test_while_the_person_is_followed_nobody_is_looked_for_elsewhere() -> None:
    target = Target(Settings())
    meant = look_at(300)
    target.worth_following([meant], picture(), 0)
    taken(target, meant)
    assert target.expected(picture(5)) == ([], Search.GLANCE)
    worth_it = target.is_worth_a_look(picture(5))
    assert worth_it((280, 100, 380, 300))
    assert not worth_it((2500, 100, 2600, 300))


def test_who_was_near_and_is_not_seen_any_more_is_expected_for_a_while_behind_the_person() -> None:
    target = Target(Settings())
    meant = look_at(300)
    target.worth_following([meant], picture(), 0)
    taken(target, meant)
    seen, gone = round(1 / FRAME_S), round((1 + HIDDEN_S) / FRAME_S)
    target.is_worth_a_look(picture(seen))((330, 100, 430, 300))
    assert target.glance_every_s == GLANCE_LEAST_S
    for frame, every_s in ((seen + 10, GLANCE_LEAST_S), (gone, GLANCE_LEAST_S), (gone + 1, GLANCE_MOST_S)):
        target.is_worth_a_look(picture(frame))  # nobody is there
        assert target.glance_every_s == every_s


class TestLost:
    def target(self, frames: int = 10) -> Target:
        """Somebody who has walked to the right, five pixels a frame, and is lost now."""
        target = Target(Settings())
        meant = look_at(300)
        target.worth_following([meant], picture(), 0)
        he = taken(target, meant)
        he.tracklet = walking(range(frames), 300, 5)
        target.is_lost(he)
        return target

    def test_they_are_looked_for_soon_and_where_they_were_going(self) -> None:
        target = self.target()
        assert target.is_missed
        assert target.is_due(30, MISSED_S) and not target.is_due(30, 0.9 * MISSED_S)
        expected, search = target.expected(picture(12))
        assert search is Search.NEAR
        assert expected[-1][:, :2] == pytest.approx(body_at(300 + 5 * 12)[:, :2], abs=3)

    def test_who_comes_where_they_were_is_followed_and_who_cannot_have_got_there_is_not(self) -> None:
        target = self.target()
        here, there = look_at(360), look_at(2900)
        assert target.worth_following([there, here], picture(12), 0) == [here]

    def test_for_long_who_looks_like_them_is_followed_and_somebody_else_only_as_a_rival(self) -> None:
        target = self.target()
        later = round(20 / FRAME_S)
        alike, other = look_at(800), look_at(1600, bones=1.6)
        likely = target.worth_following([other, alike], picture(later), 0)
        assert likely[0] is alike

    def test_where_they_were_followed_already_they_are_taken_up_without_a_look(self) -> None:
        last = walking(range(10, 20), 300, 5)
        target = Target(Settings(), None, last)
        assert target.is_due(10, 0.0) and target.is_due(20, 0.0) and not target.is_due(21, 0.0)
        for frame, known in ((10, 10), (15, 15), (20, 19)):
            look = target.known_here(frame)
            assert look is last.looks[known - 10]
        assert target.known_here(9) is None and target.known_here(22) is None


class TestWithAnAnchor:
    def anchor(self, frame: int) -> Anchor:
        return Anchor(frame, one_look(picture(frame), look_at(700), 0))

    def test_before_it_who_looks_alike_is_only_likely_and_at_it_it_is_certain(self) -> None:
        target = Target(Settings(), self.anchor(20))
        other, meant = look_at(200, bones=1.3), look_at(690)
        target.worth_following([other], picture(0), 1)
        rival = taken(target, other)
        assert target.is_due(20, 0.0)
        assert target.worth_following([meant], picture(20), 1)[0] is meant
        he = taken(target, meant, 20)
        target.too_far([rival, he], 20)
        assert not target.is_missed
        assert [key for frame, key in target.taken if frame == 20] == [he.tracklet.key]

    def test_who_is_followed_and_stands_there_is_recognised(self) -> None:
        target = Target(Settings(), self.anchor(3))
        other = look_at(200)
        target.worth_following([other], picture(0), 1)
        wrong = taken(target, other)
        wrong.tracklet = walking(range(4), 200)
        right = followed(walking(range(4), 700))
        assert target.too_far([wrong, right], 3) == [wrong]  # far away from whom it is, now that this is known
        assert target.taken[-1] == (3, right.tracklet.key)

    def test_as_long_as_it_is_not_sure_others_are_looked_for(self) -> None:
        target = Target(Settings(), self.anchor(20))
        other = look_at(1500, bones=1.6)
        target.worth_following([other], picture(0), 1)
        taken(target, other)
        assert target.is_missed
        assert target.is_due(5, UNSURE_S) and not target.is_due(5, 0.9 * UNSURE_S)
