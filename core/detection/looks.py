"""Looking several times at each place where somebody may be, and who is there.

The first look at a place searches for somebody in it. The second costs half of that: it looks at the body that the
first has seen, in a mirror, without searching. The places are shared out between lanes that work at once; which lane
takes which place does not change the result.
"""

from __future__ import annotations

import queue
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.detection.agreement import SAME_PERSON, Look, agreeing, mean_look, oks, with_same_sides
from core.detection.crops import Box, Crop, crop_of
from core.detection.landmarker import Landmarker
from core.detection.without_detector import circle_around
from core.settings import Settings

# Two looks at least so similar (OKS) saw the same body.
AGREEMENT = 0.65
LANES = 2


def never() -> bool:
    """Is not stopped."""
    return False


@dataclass(frozen=True)
class LookAt:
    """How to look at a place.

    Attributes:
        scale: how much is shown: in longer sides of the place's box, or by the body in diameters of the circle around
            the hips that holds it.
        alone: whether everything outside the place's box is blacked out.
        mirrored, turn_deg: as `core.detection.crops.crop_of` says.
        by_body: it goes by the body that the first look saw; else it searches for one.
    """

    scale: float
    alone: bool
    mirrored: bool = False
    turn_deg: float = 0.0
    by_body: bool = False

    def crop(self, box: Box, body: NDArray[np.float32] | None = None) -> Crop | None:
        """That look at a box; None if it needs a body (33, 3) and there is none."""
        at_box = crop_of(box, self.scale, self.turn_deg, self.mirrored, self.alone)
        if not self.by_body:
            return at_box
        if body is None:
            return None
        hips, to_shoulders, radius = circle_around(body[:, :2].astype(np.float64))
        lean_deg = float(np.degrees(np.arctan2(to_shoulders[0], -to_shoulders[1])))
        side = max(1.0, self.scale * 2 * radius)
        return Crop((float(hips[0]), float(hips[1])), side, -lean_deg, self.mirrored, at_box.alone)


# For a place where so many looks must agree: how to look at it, one after the other.
Looks = Mapping[int, Sequence[LookAt]]


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
    looks: Looks,
    rgb: NDArray[np.uint8],
    landmarker: Landmarker,
    settings: Settings,
    lanes: tuple[int, ...] = tuple(range(LANES)),
    stopped: Callable[[], bool] = never,
) -> list[Person]:
    """Who is at each place, where anybody is.

    A place is looked at until enough looks agree, or so few are left that they cannot. Whom the first look does not see
    is not looked for again.

    Args:
        places: where to look.
        looks: how, by how many must agree.
        rgb: (H, W, 3) uint8.
        landmarker: of any model.
        settings: for one look: one person, no mask.
        lanes: of the landmarker; they work at once.
        stopped: asked before each look; True leaves all that are left, and what is given then means nothing.
    """
    free: queue.SimpleQueue[int] = queue.SimpleQueue()
    for lane in lanes:
        free.put(lane)

    def look(place: Place) -> Person | None:
        lane = free.get()
        try:
            return _person_at(place, looks[place.needed], rgb, landmarker, settings, lane, stopped)
        finally:
            free.put(lane)

    if len(lanes) == 1 or len(places) < 2:
        people = [look(place) for place in places]
    else:
        with ThreadPoolExecutor(len(lanes), thread_name_prefix="looks") as pool:
            people = list(pool.map(look, places))
    return [person for person in people if person is not None]


def each_once(people: list[Person], known: Sequence[Look] = ()) -> list[Person]:
    """Nobody twice: of two who are alike the one on whom more looks agree, and nobody who is known."""
    kept: list[Person] = []
    for person in sorted(people, key=lambda person: -person.share):
        others = [*known, *(other.look for other in kept)]
        if all(oks(person.look.image, other.image) < SAME_PERSON for other in others):
            kept.append(person)
    return kept


def _person_at(
    place: Place,
    looks: Sequence[LookAt],
    rgb: NDArray[np.uint8],
    landmarker: Landmarker,
    settings: Settings,
    lane: int,
    stopped: Callable[[], bool],
) -> Person | None:
    """Who is at a place, if enough looks agree."""
    seen: list[Look] = []
    crops: list[Crop] = []
    agreed: list[int] = []
    taken = 0
    for number, way in enumerate(looks):
        if stopped() or len(agreed) >= place.needed or len(agreed) + len(looks) - number < place.needed:
            break
        crop = way.crop(place.box, seen[0].image if seen else None)
        assert crop is not None  # without a first body there is no second look
        look = _look_once(crop, way.by_body, rgb, landmarker, settings, lane)
        taken += 1
        if look is not None:
            seen, crops = [*seen, look], [*crops, crop]
            agreed = agreeing(seen, AGREEMENT)
        elif not seen:
            break
    if len(agreed) < place.needed:
        return None
    mean = mean_look(with_same_sides([seen[index] for index in agreed]))
    return Person(mean, len(agreed) / taken, crops[agreed[0]])


def _look_once(
    crop: Crop, in_the_middle: bool, rgb: NDArray[np.uint8], landmarker: Landmarker, settings: Settings, lane: int
) -> Look | None:
    detect = landmarker.detect_in_the_middle if in_the_middle else landmarker.detect
    found = crop.moved_back(detect(crop.of(rgb), settings, lane))
    if not len(found.image):
        return None
    return Look(found.image[0], found.world[0], found.visibility[0], found.presence[0])
