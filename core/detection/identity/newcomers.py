"""Who is in a clip's picture and not followed yet."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.detection.agreement import Look
from core.detection.crops import Box
from core.detection.landmarker import Landmarker
from core.detection.looks import Place, each_once, never, people_at
from core.detection.people import body_size_px
from core.detection.places import MANNERS, SAME_PLACE, around, boxes, close_settings, overlap, places_in
from core.settings import Settings

# A place where there was nobody is passed over 1, 3, and then every time 7 times before it is looked at again.
LONGEST_REST = 7


@dataclass(eq=False)
class _LookedAt:
    """A place that has been looked at in vain: there was nobody, or no room for another person.

    Attributes:
        passes: for how many times it is passed over after each look.
        passes_left: for how many times it still is.
    """

    box: Box
    is_person: bool
    passes: int
    passes_left: int


class Newcomers:
    """Looks for people who are not followed yet. What has turned out to be nobody is looked at less and less often.

    Args:
        settings: `search`, confidences.
        landmarker: for single pictures.
        lane: of the landmarker.
        stopped: asked between two looks; True leaves the rest, and nobody will ask for the answer.
    """

    def __init__(
        self, settings: Settings, landmarker: Landmarker, lane: int, stopped: Callable[[], bool] = never
    ) -> None:
        self._settings, self._landmarker, self._lane, self._stopped = settings, landmarker, lane, stopped
        self._in_vain: list[_LookedAt] = []

    def look(
        self, rgb: NDArray[np.uint8], known: list[Look], room: int, hints: list[Look] | None = None
    ) -> tuple[list[Look], int]:
        """Who else is there, the largest first.

        Args:
            rgb: (H, W, 3) uint8, upright.
            known: who is followed already.
            room: how many more can be.
            hints: on the first look, whom to expect: they are looked for there too, and MediaPipe looks at the whole
                picture. None otherwise.

        Returns:
            The people, at most `room`, and how many there are beyond that: people, or places that look like one and
            are too many to look at.

        Raises:
            DetectionFailed: MediaPipe refused the picture.
        """
        manner = MANNERS[self._settings.search]
        places = places_in(rgb, self._settings, self._landmarker, hints is not None, self._lane)
        if hints:
            expected = boxes(around(np.stack([look.image for look in hints])))
            places += [Place(box, manner.needed) for box in expected if not _is_among(box, places)]
        due, resting = self._due([place for place in places if not _is_covered(place.box, known)])
        due, too_many = due[: manner.places], due[manner.places :]
        close = close_settings(self._settings)
        found = people_at(due, manner.looks, rgb, self._landmarker, close, (self._lane,), self._stopped)
        people = [person.look for person in each_once(found, known)]
        people.sort(key=lambda look: -float(body_size_px(look.image)))
        self._in_vain = resting + self._looked_at_in_vain(due, people, room)
        return people[:room], sum(place.is_person for place in resting) + len(too_many) + len(people[room:])

    def _due(self, places: list[Place]) -> tuple[list[Place], list[_LookedAt]]:
        """Which places to look at, and those that are passed over this time."""
        due, resting = [], []
        for place in places:
            before = self._before(place.box)
            if before is None or before.passes_left == 0:
                due.append(place)
            elif before not in resting:
                before.passes_left -= 1
                resting.append(before)
        return due, resting

    def _looked_at_in_vain(self, places: list[Place], people: list[Look], room: int) -> list[_LookedAt]:
        in_vain = []
        for place in places:
            here = [number for number, look in enumerate(people) if _is_covered(place.box, [look])]
            if any(number < room for number in here):
                continue
            before = self._before(place.box)
            passes = 1 if before is None else min(2 * before.passes + 1, LONGEST_REST)
            in_vain.append(_LookedAt(place.box, bool(here), passes, passes))
        return in_vain

    def _before(self, box: Box) -> _LookedAt | None:
        """What was known of a place, if it was looked at in vain."""
        return next((place for place in self._in_vain if overlap(box, place.box) >= SAME_PLACE), None)


def _is_among(box: Box, places: list[Place]) -> bool:
    return any(overlap(box, place.box) >= SAME_PLACE for place in places)


def _is_covered(box: Box, known: list[Look]) -> bool:
    """Whether one of these people is what is in the box."""
    if not known:
        return False
    bodies = np.stack([look.image for look in known])
    return any(overlap(box, body) >= SAME_PLACE for body in boxes(around(bodies)))
