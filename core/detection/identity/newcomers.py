"""Who is in a clip's picture and not followed yet."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from core.detection.agreement import Look
from core.detection.crops import Box, scaled_box
from core.detection.identity.picture import Picture
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
        self,
        picture: Picture,
        known: list[Look],
        room: int,
        expected: list[NDArray[np.float32]] | None = None,
        is_worth_it: Callable[[Box], bool] | None = None,
    ) -> tuple[list[Look], int]:
        """Who else is there, the largest first.

        Args:
            picture: a frame.
            known: who is followed already.
            room: how many more can be.
            expected: bodies (33, 3) to look for where they are, in the clip's pixels; with them MediaPipe looks at the
                whole picture, too. None for a passing glance.
            is_worth_it: only places (left, top, right, bottom) are looked at of which it is True; all if None.

        Returns:
            The people, in the clip's pixels, at most `room`, and how many there are beyond that: people, or places that
            look like one and are too many to look at.

        Raises:
            DetectionFailed: MediaPipe refused the picture.
        """
        manner = MANNERS[self._settings.search]
        places = [place for place in self._places(picture, expected) if not _is_covered(place.box, known)]
        if is_worth_it is not None:
            places = [place for place in places if is_worth_it(place.box)]
        due, resting = self._due(places)
        due, too_many = due[: manner.places], due[manner.places :]
        people = self._people_at(due, picture, known)
        people.sort(key=lambda look: -float(body_size_px(look.image)))
        self._in_vain = resting + self._looked_at_in_vain(due, people, room)
        return people[:room], sum(place.is_person for place in resting) + len(too_many) + len(people[room:])

    def _places(self, picture: Picture, expected: list[NDArray[np.float32]] | None) -> list[Place]:
        """Where to look, in the clip's pixels: where somebody is expected, and where there seems to be somebody."""
        manner = MANNERS[self._settings.search]
        thorough = replace(self._settings, people="all")
        found = places_in(picture.rgb, thorough, self._landmarker, expected is not None, self._lane)
        places = [Place(scaled_box(place.box, 1 / picture.scale), place.needed) for place in found]
        if self._settings.people == "one":
            # As in photos: of one person MediaPipe's own word is enough, if a second look agrees.
            places = [replace(place, needed=manner.needed) for place in places]
        for box in boxes(around(np.stack(expected))) if expected else []:
            if not _is_among(box, places):
                places.append(Place(box, manner.needed))
        return places

    def _people_at(self, places: list[Place], picture: Picture, known: list[Look]) -> list[Look]:
        """Who is at these places, each once and nobody who is known."""
        if not places:
            return []
        smallest = min(max(box[2] - box[0], box[3] - box[1]) for box in (place.box for place in places))
        rgb, scale = picture.finest_for(smallest)
        manner, close = MANNERS[self._settings.search], close_settings(self._settings)
        scaled = [replace(place, box=scaled_box(place.box, scale)) for place in places]
        found = people_at(scaled, manner.looks, rgb, self._landmarker, close, (self._lane,), self._stopped)
        sizes = np.float32(scale)
        there = [replace(look, image=look.image * sizes) for look in known]
        return [replace(person.look, image=person.look.image / sizes) for person in each_once(found, there)]

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
