"""Who is in a clip's picture and not followed yet."""

from __future__ import annotations

import enum
import itertools
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from core.detection.agreement import Look
from core.detection.crops import Box, scaled_box
from core.detection.finder import shared_finder
from core.detection.identity.picture import Picture
from core.detection.identity.tracklet import TRUNK
from core.detection.landmarker import Landmarker
from core.detection.looks import Person, Place, each_once, never, people_at
from core.detection.people import body_size_px
from core.detection.places import MANNERS, SAME_PLACE, around, boxes, close_settings, overlap, places_in
from core.settings import Settings

# In a part of the picture, so many of its longer sides wide, people are larger to the finder. Somebody who is missed is
# looked for there wherever it is only half as sure as elsewhere: who it is, is decided by how they look.
TILE_SHARE, CLOSE_SHARE = 0.6, 0.3
# A place where there was nobody is passed over 1, 3, and then every time 7 times before it is looked at again.
LONGEST_REST = 7


class Search(enum.Enum):
    """How thoroughly a picture is searched.

    GLANCE: the finder looks at it.
    WHOLE: MediaPipe does, too.
    THOROUGH: where one person is meant, the finder looks at parts of it as well.
    NEAR: the finder looks only at the part around the last of those who are expected.
    """

    GLANCE = enum.auto()
    WHOLE = enum.auto()
    THOROUGH = enum.auto()
    NEAR = enum.auto()


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
        self._frame_ahead: int | None = None
        self._places_ahead: list[Place] = []
        self._people_ahead: list[Person | None] = []

    def look_ahead(self, picture: Picture) -> None:
        """Search a frame thoroughly before it is known who is expected in it. `look` finds the same, but sooner."""
        places = self._places(picture, Search.THOROUGH)
        self._people_ahead = [self._person_at(place, picture) for place in places]
        self._places_ahead, self._frame_ahead = places, picture.frame

    def look(
        self,
        picture: Picture,
        known: list[Look],
        room: int,
        expected: Sequence[NDArray[np.float32]] = (),
        search: Search = Search.GLANCE,
        is_worth_it: Callable[[Box], bool] | None = None,
    ) -> tuple[list[Look], int]:
        """Who else is there, the largest first.

        Args:
            picture: a frame.
            known: who is followed already.
            room: how many more can be.
            expected: bodies (33, 3) to look for where they are, in the clip's pixels.
            search: how thoroughly.
            is_worth_it: only places (left, top, right, bottom) are looked at of which it is True; all if None.

        Returns:
            The people, in the clip's pixels, at most `room`, and how many there are beyond that: people, or places that
            look like one and are too many to look at.

        Raises:
            DetectionFailed: MediaPipe refused the picture.
        """
        manner = MANNERS[self._settings.search]
        places = self._places(picture, search, expected)
        for box in boxes(around(np.stack(expected))) if len(expected) else []:
            _add(Place(box, manner.needed), places)
        places = [place for place in places if not _is_covered(place.box, known)]
        if is_worth_it is not None:
            places = [place for place in places if is_worth_it(place.box)]
        due, resting = self._due(places)
        due, too_many = due[: manner.places], due[manner.places :]
        found = [self._person_at(place, picture) for place in due]
        people = [person.look for person in each_once([each for each in found if each is not None], known)]
        people.sort(key=lambda look: -float(body_size_px(look.image)))
        self._in_vain = resting + self._looked_at_in_vain(due, people, room)
        return people[:room], sum(place.is_person for place in resting) + len(too_many) + len(people[room:])

    def _places(self, picture: Picture, search: Search, expected: Sequence[NDArray[np.float32]] = ()) -> list[Place]:
        """Where there seems to be somebody, in the clip's pixels."""
        if search is Search.THOROUGH and self._is_ahead(picture):
            return list(self._places_ahead)
        if search is Search.NEAR:
            return self._closer(picture, [_tile_around(expected[-1], picture)])
        everyone = replace(self._settings, people="all")
        found = places_in(picture.rgb, everyone, self._landmarker, search is not Search.GLANCE, self._lane)
        places = [Place(scaled_box(place.box, 1 / picture.scale), place.needed) for place in found]
        if self._settings.people == "one":
            # As in photos: of one person MediaPipe's own word is enough, if a second look agrees.
            places = [replace(place, needed=MANNERS[self._settings.search].needed) for place in places]
            if search is Search.THOROUGH:
                places = self._closer(picture, _tiles(picture), places)
        return places

    def _closer(self, picture: Picture, tiles: list[Box], places: Sequence[Place] = ()) -> list[Place]:
        """These places and what the finder sees in parts of the picture (left, top, right, bottom), sure or not."""
        closer = list(places)
        for left, top, right, bottom in tiles:
            part = np.ascontiguousarray(picture.rgb[int(top) : int(bottom), int(left) : int(right)])
            for box in boxes(shared_finder().boxes(part, CLOSE_SHARE * self._settings.min_detection_confidence)):
                there = (box[0] + left, box[1] + top, box[2] + left, box[3] + top)
                _add(Place(scaled_box(there, 1 / picture.scale), MANNERS[self._settings.search].needed), closer)
        return closer

    def _person_at(self, place: Place, picture: Picture) -> Person | None:
        """Who is at a place, in the clip's pixels."""
        if self._is_ahead(picture) and place in self._places_ahead:
            return self._people_ahead[self._places_ahead.index(place)]
        rgb, scale, (left, top) = picture.around_box(place.box)
        box = (place.box[0] - left, place.box[1] - top, place.box[2] - left, place.box[3] - top)
        manner, close = MANNERS[self._settings.search], close_settings(self._settings)
        there = replace(place, box=scaled_box(box, scale))
        found = people_at([there], manner.looks, rgb, self._landmarker, close, (self._lane,), self._stopped)
        if not found:
            return None
        image = found[0].look.image / np.float32(scale) + np.array([left, top, 0], np.float32)
        return replace(found[0], look=replace(found[0].look, image=image))

    def _is_ahead(self, picture: Picture) -> bool:
        return picture.frame == self._frame_ahead

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


def _add(place: Place, places: list[Place]) -> None:
    """One place more, if it is not among them."""
    if all(overlap(place.box, other.box) < SAME_PLACE for other in places):
        places.append(place)


def _tiles(picture: Picture) -> list[Box]:
    """Squares that cover the picture, in its working pixels, overlapping where they must."""
    height, width = picture.rgb.shape[:2]
    side = _tile_side(width, height)
    corners = [np.linspace(0, length - side, math.ceil(length / side)).tolist() for length in (width, height)]
    return [(left, top, left + side, top + side) for left, top in itertools.product(*corners)]


def _tile_around(body: NDArray[np.float32], picture: Picture) -> Box:
    """Such a square with a body in its middle, as far as the picture reaches."""
    height, width = picture.rgb.shape[:2]
    side = _tile_side(width, height)
    middle = picture.scale * body[TRUNK, :2].mean(axis=0)
    corner = [np.clip(at - side / 2, 0, length - side) for at, length in zip(middle, (width, height), strict=True)]
    left, top = int(corner[0]), int(corner[1])
    return left, top, left + side, top + side


def _tile_side(width: int, height: int) -> int:
    return max(1, min(int(TILE_SHARE * max(width, height)), width, height))


def _is_covered(box: Box, known: list[Look]) -> bool:
    """Whether one of these people is what is in the box."""
    if not known:
        return False
    bodies = np.stack([look.image for look in known])
    return any(overlap(box, body) >= SAME_PLACE for body in boxes(around(bodies)))
