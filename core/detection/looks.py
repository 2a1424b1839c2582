"""Looking several times at each place where somebody may be, and who is there.

The looks of all places are shared out between lanes that work at once; which lane takes which look does not change the
result.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import accumulate, pairwise

import numpy as np
from numpy.typing import NDArray

from core.detection.agreement import SAME_PERSON, Look, agreeing, mean_look, oks, with_same_sides
from core.detection.crops import Box, Crop, crop_of
from core.detection.landmarker import Landmarker
from core.settings import Settings

# Two looks at least so similar (OKS) saw the same body.
AGREEMENT = 0.6
# After so many looks it is decided whether to look again: one alone decides nothing, and the third ends most places
# where nobody is.
ROUNDS = (2, 1)
LANES = 2


def never() -> bool:
    """Is not stopped."""
    return False


@dataclass(frozen=True)
class LookAt:
    """How to look at a place: `core.detection.crops.crop_of` says what each means."""

    scale: float
    alone: bool
    mirrored: bool = False
    turn_deg: float = 0.0

    def crop(self, box: Box) -> Crop:
        """That look at a box."""
        return crop_of(box, self.scale, self.turn_deg, self.mirrored, self.alone)


@dataclass(frozen=True)
class Place:
    """Where somebody may be.

    Attributes:
        box: left, top, right, bottom in pixels.
        needed: how many looks must agree.
    """

    box: Box
    needed: int


@dataclass(frozen=True, eq=False)
class Person:
    """Somebody who is there.

    Attributes:
        look: the mean of the looks that agree.
        share: of the looks at that place, how many agree.
        crop: the first look that agrees.
    """

    look: Look
    share: float
    crop: Crop


def people_at(
    places: list[Place],
    looks: tuple[LookAt, ...],
    rgb: NDArray[np.uint8],
    landmarker: Landmarker,
    settings: Settings,
    lanes: tuple[int, ...] = tuple(range(LANES)),
    stopped: Callable[[], bool] = never,
) -> list[Person]:
    """Who is at each place, where anybody is.

    The looks are taken in rounds. If enough of the first round agree, or none of it shows anybody, that is all; a place
    that needs more gets all of them, unless so few are left that the largest group cannot become large enough.

    Args:
        places: where to look.
        looks: how.
        rgb: (H, W, 3) uint8.
        landmarker: of any model.
        settings: for one look: one person, no mask.
        lanes: of the landmarker; they work at once.
        stopped: asked before each look; True leaves all that are left, and what is given then means nothing.
    """
    seen: list[list[Look | None]] = [[] for _ in places]
    for begin, end in pairwise((0, *accumulate(ROUNDS), len(looks))):
        ways = looks[begin:end]
        again = [number for number, place in enumerate(places) if _gets_more(place, seen[number], len(looks))]
        crops = [[way.crop(places[number].box) for way in ways] for number in again]
        more = _look(crops, rgb, landmarker, settings, lanes, stopped)
        for number, found in zip(again, more, strict=True):
            seen[number] = seen[number] + found
    people = (_person(place, looks, found) for place, found in zip(places, seen, strict=True))
    return [person for person in people if person is not None]


def each_once(people: list[Person], known: Sequence[Look] = ()) -> list[Person]:
    """Nobody twice: of two who are alike the one on whom more looks agree, and nobody who is known."""
    kept: list[Person] = []
    for person in sorted(people, key=lambda person: -person.share):
        others = [*known, *(other.look for other in kept)]
        if all(oks(person.look.image, other.image) < SAME_PERSON for other in others):
            kept.append(person)
    return kept


def _gets_more(place: Place, seen: list[Look | None], looks: int) -> bool:
    """Whether a place that gets so many looks at most gets another round after those."""
    there = _there(seen)
    agreed = len(agreeing(there, AGREEMENT))
    if len(seen) == ROUNDS[0] and (not there or agreed >= place.needed):
        return False
    return agreed + looks - len(seen) >= place.needed


def _person(place: Place, looks: tuple[LookAt, ...], seen: list[Look | None]) -> Person | None:
    """Who is at a place, if enough looks agree."""
    there = _there(seen)
    agreed = agreeing(there, AGREEMENT)
    if len(agreed) < place.needed:
        return None
    ways = [way for way, look in zip(looks, seen, strict=False) if look is not None]
    mean = mean_look(with_same_sides([there[index] for index in agreed]))
    return Person(mean, len(agreed) / len(seen), ways[agreed[0]].crop(place.box))


def _look(
    crops: list[list[Crop]],
    rgb: NDArray[np.uint8],
    landmarker: Landmarker,
    settings: Settings,
    lanes: tuple[int, ...],
    stopped: Callable[[], bool],
) -> list[list[Look | None]]:
    """What each crop of each place shows. Each lane has a landmarker graph of its own."""
    every = [crop for several in crops for crop in several]

    def work(place: int) -> list[Look | None]:
        mine = every[place :: len(lanes)]
        return [None if stopped() else _look_once(crop, rgb, landmarker, settings, lanes[place]) for crop in mine]

    seen: list[Look | None] = [None] * len(every)
    if every:
        with ThreadPoolExecutor(len(lanes), thread_name_prefix="looks") as pool:
            for place, found in enumerate(pool.map(work, range(len(lanes)))):
                seen[place :: len(lanes)] = found
    each = len(crops[0]) if crops else 0
    return [seen[place * each : (place + 1) * each] for place in range(len(crops))]


def _look_once(
    crop: Crop, rgb: NDArray[np.uint8], landmarker: Landmarker, settings: Settings, lane: int
) -> Look | None:
    found = crop.moved_back(landmarker.detect(crop.of(rgb), settings, lane))
    if not len(found.image):
        return None
    return Look(found.image[0], found.world[0], found.visibility[0], found.presence[0])


def _there(looks: list[Look | None]) -> list[Look]:
    return [look for look in looks if look is not None]
