"""Who is in a photo: everyone, each once, or the main person.

MediaPipe by itself finds the person who is large and upright. The others are looked for one by one: wherever the finder
or MediaPipe sees somebody, the landmarker looks several times, each time differently (`MANNERS`), and who is seen alike
often enough (`core.detection.looks`) is there. Their landmarks are the mean of the looks that agree.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from core.detection.agreement import oks
from core.detection.crops import SMALLEST_PX, Box
from core.detection.finder import shared_finder
from core.detection.landmarker import Detection, Landmarker
from core.detection.looks import LANES, LookAt, Person, Place, people_at
from core.detection.people import body_size_px
from core.settings import Settings

# The settings' confidences are for a whole picture. Where somebody has been seen already, and several looks decide,
# less is asked of each.
DETECTION_SHARE, PRESENCE_SHARE = 0.4, 0.2
# Two bodies at least so similar (OKS) are one person found twice; COCO calls that a hit.
SAME_PERSON = 0.5
# Two boxes that share this much of what both cover are one place.
SAME_PLACE = 0.5
# What the landmarks reach over is less than the person: the top of the head is missing.
BEYOND_LANDMARKS = 0.05


@dataclass(frozen=True)
class Manner:
    """How much is looked at.

    Attributes:
        finder_share: how sure the finder must be, as a share of `Settings.min_detection_confidence`.
        looks: the looks at each place.
        needed: how many of them must agree where the finder sees somebody.
        needed_alone: the same where MediaPipe alone does, in the whole picture: the looks have its eyes, and what has
            deceived it once does so again. None does not look there.
        places: no more places than this, the surest first.
    """

    finder_share: float
    looks: tuple[LookAt, ...]
    needed: int
    needed_alone: int | None
    places: int


# Chosen by how many people are found at which precision (docs/people.md); other sizes and orders differ little.
MANNERS = {
    "thorough": Manner(
        finder_share=0.4,
        looks=(
            LookAt(1.25, alone=True),
            LookAt(1.6, alone=False, mirrored=True),
            LookAt(2.0, alone=True, mirrored=True),
            LookAt(1.25, alone=False, mirrored=True),
            LookAt(1.6, alone=True),
        ),
        needed=2,
        needed_alone=4,
        places=30,
    ),
    "quick": Manner(
        finder_share=0.6,
        looks=(LookAt(1.25, alone=True), LookAt(2.0, alone=True, mirrored=True), LookAt(1.6, alone=False)),
        needed=2,
        needed_alone=None,
        places=6,
    ),
}


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
        self._rgb, self._settings, self._landmarker = rgb, settings, landmarker
        self._manner = MANNERS[settings.search]
        self._close = _close_settings(settings)

    def everyone(self) -> tuple[Detection, int]:
        """The people, the largest first, and how many more were left out."""
        places = self._places()
        most = self._manner.places
        found = people_at(places[:most], self._manner.looks, self._rgb, self._landmarker, self._close)
        people = _each_once(found)
        people.sort(key=lambda person: -float(body_size_px(person.look.image)))
        wanted = 1 if self._settings.people == "one" else self._settings.max_people
        return self._detection(people[:wanted]), len(places[most:]) + len(people[wanted:])

    def _places(self) -> list[Place]:
        """Where to look, the surest first."""
        manner = self._manner
        min_score = manner.finder_share * self._settings.min_detection_confidence
        if self._settings.people == "one" or manner.needed_alone is None:
            return [Place(box, manner.needed) for box in _boxes(shared_finder().boxes(self._rgb, min_score))]
        with ThreadPoolExecutor(1) as pool:
            finding = pool.submit(shared_finder().boxes, self._rgb, min_score)
            whole = self._landmarker.detect(self._rgb, replace(self._settings, segmentation=False))
            places = [Place(box, manner.needed) for box in _boxes(finding.result())]
        for box in _boxes(_around(whole.image)):
            if all(_overlap(box, place.box) < SAME_PLACE for place in places):
                places.append(Place(box, manner.needed_alone))
        return places

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


def prepare(settings: Settings, landmarker: Landmarker, width: int) -> None:
    """Make what a picture of that width needs now, so that it need not wait for it."""
    if settings.people == "one":
        landmarker.prepare(settings, width)
        return
    shared_finder()
    close = _close_settings(settings)
    if MANNERS[settings.search].needed_alone is not None:
        landmarker.prepare(replace(settings, segmentation=False), width)
    for lane in range(LANES):
        landmarker.prepare(close, width, lane)
    if settings.segmentation:
        landmarker.prepare(replace(close, segmentation=True), SMALLEST_PX)


def _close_settings(settings: Settings) -> Settings:
    """For one look at one place."""
    return replace(
        settings,
        people="one",
        segmentation=False,
        min_detection_confidence=DETECTION_SHARE * settings.min_detection_confidence,
        min_presence_confidence=PRESENCE_SHARE * settings.min_presence_confidence,
    )


def _boxes(rows: NDArray[np.float64]) -> list[Box]:
    return [(float(row[0]), float(row[1]), float(row[2]), float(row[3])) for row in rows]


def _around(image: NDArray[np.float32]) -> NDArray[np.float64]:
    """(P, 4) left, top, right, bottom of people (P, 33, 3)."""
    low, high = image[..., :2].min(axis=1), image[..., :2].max(axis=1)
    border = BEYOND_LANDMARKS * (high - low).max(axis=-1, keepdims=True)
    return np.concatenate([low - border, high + border], axis=-1).astype(np.float64)


def _overlap(one: Box, other: Box) -> float:
    """Intersection over union of two boxes."""
    width = min(one[2], other[2]) - max(one[0], other[0])
    height = min(one[3], other[3]) - max(one[1], other[1])
    shared = max(width, 0.0) * max(height, 0.0)
    areas = sum((box[2] - box[0]) * (box[3] - box[1]) for box in (one, other))
    return shared / (areas - shared)


def _each_once(people: list[Person]) -> list[Person]:
    """Nobody twice: of two who are alike the one on whom more looks agree."""
    kept: list[Person] = []
    for person in sorted(people, key=lambda person: -person.share):
        if all(oks(person.look.image, other.look.image) < SAME_PERSON for other in kept):
            kept.append(person)
    return kept
