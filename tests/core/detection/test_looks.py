"""How often each place is looked at, and when no more: with looks that are made up."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

import numpy as np
import pytest

from core import Settings
from core.detection import looks
from core.detection.agreement import Look
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
        monkeypatch.setattr(looks, "_look_once", self._once)

    def _once(self, *_: object) -> Look | None:
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
        ("..", FINDER, 2, None),
        (".AA..", FINDER, 5, 2 / 5),  # in doubt at first: all looks count for the mean
        ("ABCDE", FINDER, 5, None),
        ("ABCBA", FINDER, 5, 2 / 5),
        (".ABCA", FINDER, 5, 2 / 5),
        ("AB.", ALONE, 3, None),  # four of five cannot agree any more
        (".AAAA", ALONE, 5, 4 / 5),
        ("AAAA.", ALONE, 5, 4 / 5),
        ("AABCD", ALONE, 5, None),
    ],
)
def test_a_place_gets_as_many_looks_as_can_change_something(
    seen: str, needed: int | None, taken: int, share: float | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    made_up = MadeUp(monkeypatch, seen)
    people = made_up.at(needed)
    assert made_up.taken == taken
    assert [person.share for person in people] == ([] if share is None else [pytest.approx(share)])


def test_when_it_is_stopped_there_are_no_more_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    made_up = MadeUp(monkeypatch, "ABCDE")
    made_up.at(FINDER, lambda: made_up.taken == 1)
    assert made_up.taken == 1
