"""How often each place is looked at, and when no more: with looks that are made up."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

import numpy as np
import pytest

from core import Settings
from core.detection import looks
from core.detection.agreement import Look
from core.detection.crops import Crop
from core.detection.landmarker import Landmarker
from core.detection.looks import Person, Place, people_at
from core.detection.places import MANNERS
from tests.core.detection.bodies import look_at

WAYS = MANNERS["thorough"].looks
RGB = np.zeros((400, 400, 3), np.uint8)
FINDER, ALONE = MANNERS["thorough"].needed, MANNERS["thorough"].needed_alone


class MadeUp:
    """Looks that show what is said: a letter for a body, a dot for nobody."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, seen: str) -> None:
        self.taken, self._seen = 0, seen
        self.searched: list[bool] = []
        monkeypatch.setattr(looks, "_look_once", self._once)

    def _once(self, crop: Crop, in_the_middle: bool, *_: object) -> Look | None:
        self.searched.append(not in_the_middle)
        letter = self._seen[self.taken]
        self.taken += 1
        return None if letter == "." else look_at(100.0 * "ABCDE".index(letter))

    def at(self, needed: int | None, stopped: Callable[[], bool] = looks.never) -> list[Person]:
        assert needed is not None
        place = Place((0.0, 0.0, 100.0, 200.0), needed)
        return people_at([place], WAYS, RGB, cast(Landmarker, None), Settings(), (0,), stopped)


@pytest.mark.parametrize(
    ("seen", "needed", "taken", "share"),
    [
        ("AA", FINDER, 2, 1.0),
        ("...", FINDER, 1, None),  # whom the first does not see is not looked for again
        ("A.A", FINDER, 3, 2 / 3),
        ("ABA", FINDER, 3, 2 / 3),
        ("ABB", FINDER, 3, 2 / 3),
        ("ABC", FINDER, 3, None),
        ("A..", FINDER, 3, None),
        ("AB...", ALONE, 3, None),  # four of five cannot agree any more
        ("A.AAA", ALONE, 5, 4 / 5),
        ("AAAA.", ALONE, 4, 1.0),
        ("AABCD", ALONE, 4, None),
    ],
)
def test_a_place_gets_as_many_looks_as_can_change_something(
    seen: str, needed: int | None, taken: int, share: float | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    made_up = MadeUp(monkeypatch, seen)
    people = made_up.at(needed)
    assert made_up.taken == taken
    assert [person.share for person in people] == ([] if share is None else [pytest.approx(share)])


def test_the_second_look_at_a_box_does_not_search(monkeypatch: pytest.MonkeyPatch) -> None:
    made_up = MadeUp(monkeypatch, "ABC")
    made_up.at(FINDER)
    assert made_up.searched == [True, False, True]
    elsewhere = MadeUp(monkeypatch, "AAAA")
    elsewhere.at(ALONE)
    assert elsewhere.searched == [True] * 4


def test_when_it_is_stopped_there_are_no_more_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    made_up = MadeUp(monkeypatch, "ABCDE")
    made_up.at(FINDER, lambda: made_up.taken == 1)
    assert made_up.taken == 1
