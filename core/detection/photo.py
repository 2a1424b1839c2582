"""Who is in a photo: everyone, each once, or the main person.

MediaPipe by itself finds the person who is large and upright. The others are looked for one by one: wherever the finder
or MediaPipe sees somebody, the landmarker looks several times, each time differently (`LOOKS`), and who is seen alike
often enough is there. Their landmarks are the mean of the looks that agree.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from core.detection.agreement import Look, agreeing, mean_look, oks
from core.detection.crops import Box, Crop, crop_of
from core.detection.finder import shared_finder
from core.detection.landmarker import Detection, Landmarker
from core.detection.people import body_size_px
from core.settings import Settings

# The settings' confidences are for a whole picture. Where somebody has been seen already, and several looks decide,
# less is asked of each.
FINDER_SHARE, DETECTION_SHARE, PRESENCE_SHARE = 0.4, 0.4, 0.2
# Two looks at least so similar saw the same body (COCO calls 0.5 a hit).
AGREEMENT = 0.5
# In a crowd no more places than this are looked at, the surest first.
MOST_PLACES = {"thorough": 30, "quick": 5}
LANES = 2


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


LOOKS = {
    "thorough": (
        LookAt(1.25, alone=True),
        LookAt(1.25, alone=True, mirrored=True),
        LookAt(1.6, alone=False),
        LookAt(1.6, alone=False, mirrored=True),
        LookAt(2.0, alone=True),
    ),
    "quick": (LookAt(1.25, alone=True), LookAt(1.6, alone=False)),
}
# How many of them must agree.
NEEDED = {"thorough": 3, "quick": 2}


@dataclass(frozen=True, eq=False)
class Person:
    """Somebody who is there.

    Attributes:
        look: the mean of the looks that agree.
        share: of all looks at that place, how many agree.
        crop: the first look that agrees.
    """

    look: Look
    share: float
    crop: Crop


def people_in(rgb: NDArray[np.uint8], settings: Settings, landmarker: Landmarker) -> tuple[Detection, int]:
    """The people in a photo, the largest first, and how many more were seen but left out.

    Args:
        rgb: (H, W, 3) uint8, upright.
        settings: with `people` "one" the main person: whom MediaPipe takes by itself, or if it takes nobody the largest
            of those who are found by looking closer.
        landmarker: of the settings' model.

    Raises:
        InvalidSource, DetectionFailed, LandmarkerClosed: as `Landmarker.detect`.
        ModelMissing, ModelAltered: the finder's model is not usable.
    """
    if settings.people == "one":
        found = landmarker.detect(rgb, settings)
        return (found, 0) if len(found.image) else (_Search(rgb, settings, landmarker).everyone()[0], 0)
    return _Search(rgb, settings, landmarker).everyone()


class _Search:
    """Looks for people in one photo."""

    def __init__(self, rgb: NDArray[np.uint8], settings: Settings, landmarker: Landmarker) -> None:
        self._rgb, self._landmarker = rgb, landmarker
        self._settings = settings
        self._close = replace(
            settings,
            people="one",
            segmentation=False,
            min_detection_confidence=DETECTION_SHARE * settings.min_detection_confidence,
            min_presence_confidence=PRESENCE_SHARE * settings.min_presence_confidence,
        )

    def everyone(self) -> tuple[Detection, int]:
        places = self._places()
        most = MOST_PLACES[self._settings.search]
        people = _each_once(self._people_at(places[:most]))
        people.sort(key=lambda person: -float(body_size_px(person.look.image)))
        wanted = 1 if self._settings.people == "one" else self._settings.max_people
        left_out = len(places[most:]) + len(people[wanted:])
        return self._detection(people[:wanted]), left_out

    def _places(self) -> list[Box]:
        """Where to look, the surest first."""
        boxes = shared_finder().boxes(self._rgb, FINDER_SHARE * self._settings.min_detection_confidence)
        return [(float(box[0]), float(box[1]), float(box[2]), float(box[3])) for box in boxes]

    def _people_at(self, places: list[Box]) -> list[Person]:
        ways = LOOKS[self._settings.search]
        crops = [way.crop(place) for place in places for way in ways]
        seen = self._look(crops)
        people = []
        for first in range(0, len(crops), len(ways)):
            some = [index for index in range(first, first + len(ways)) if seen[index] is not None]
            looks = [look for look in seen[first : first + len(ways)] if look is not None]
            agreed = agreeing(looks, AGREEMENT)
            if len(agreed) >= NEEDED[self._settings.search]:
                mean = mean_look([looks[index] for index in agreed])
                people.append(Person(mean, len(agreed) / len(ways), crops[some[agreed[0]]]))
        return people

    def _look(self, crops: list[Crop]) -> list[Look | None]:
        """What each look shows. Lanes work at once, each with a landmarker graph of its own."""

        def work(lane: int) -> list[Look | None]:
            return [self._look_once(crop, lane) for crop in crops[lane::LANES]]

        seen: list[Look | None] = [None] * len(crops)
        with ThreadPoolExecutor(LANES) as pool:
            for lane, looks in enumerate(pool.map(work, range(LANES))):
                seen[lane::LANES] = looks
        return seen

    def _look_once(self, crop: Crop, lane: int) -> Look | None:
        found = crop.moved_back(self._landmarker.detect(crop.of(self._rgb), self._close, lane))
        if not len(found.image):
            return None
        return Look(found.image[0], found.world[0], found.visibility[0], found.presence[0])

    def _detection(self, people: list[Person]) -> Detection:
        looks = [person.look for person in people]
        return Detection(
            image=np.array([look.image for look in looks], np.float32).reshape(-1, 33, 3),
            world=np.array([look.world for look in looks], np.float32).reshape(-1, 33, 3),
            visibility=np.array([look.visibility for look in looks], np.float32).reshape(-1, 33),
            presence=np.array([look.presence for look in looks], np.float32).reshape(-1, 33),
            mask=self._mask(people) if self._settings.segmentation else None,
        )

    def _mask(self, people: list[Person]) -> NDArray[np.uint8]:
        """(H, W) 255 where anybody is: each from the crop in which they were seen."""
        height, width = self._rgb.shape[:2]
        mask = np.zeros((height, width), np.uint8)
        for person in people:
            found = self._landmarker.detect(person.crop.of(self._rgb), replace(self._close, segmentation=True))
            if found.mask is not None:
                mask |= person.crop.mask_back(found.mask, width, height)
        return mask


def _each_once(people: list[Person]) -> list[Person]:
    """Nobody twice: of two who are alike the one on whom more looks agree."""
    kept: list[Person] = []
    for person in sorted(people, key=lambda person: -person.share):
        if all(oks(person.look.image, other.look.image) < AGREEMENT for other in kept):
            kept.append(person)
    return kept
