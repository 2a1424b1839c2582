"""Where in a picture to look for people, how, and how often."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from core.detection.crops import Box
from core.detection.finder import shared_finder
from core.detection.landmarker import Landmarker
from core.detection.looks import LookAt, Looks, Place
from core.settings import Settings

# The settings' confidences are for a whole picture. Where somebody has been seen already, and several looks decide,
# less is asked of each.
DETECTION_SHARE, PRESENCE_SHARE = 0.4, 0.2
# Two boxes that share this much of what both cover are one place.
SAME_PLACE = 0.5
# What the landmarks reach over is less than the person: the top of the head is missing.
BEYOND_LANDMARKS = 0.05


# Where the finder sees somebody two looks must agree; the third is for where the first two do not.
_IN_A_BOX = (
    LookAt(1.25, alone=True),
    LookAt(1.4, alone=True, mirrored=True, by_body=True),
    LookAt(2.0, alone=True, mirrored=True),
)
# Where MediaPipe alone does, in the whole picture, four must: the looks have its eyes, and what has deceived it once
# does so again. So each of them searches for itself.
_ELSEWHERE = (
    LookAt(1.25, alone=True),
    LookAt(1.6, alone=False, mirrored=True),
    LookAt(2.0, alone=True, mirrored=True),
    LookAt(1.25, alone=False, mirrored=True),
    LookAt(1.6, alone=True),
)


@dataclass(frozen=True)
class Manner:
    """How much is looked at.

    Attributes:
        finder_share: how sure the finder must be, as a share of `Settings.min_detection_confidence`.
        looks: how to look at a place, by how many looks must agree.
        needed: how many of them must agree where the finder sees somebody.
        needed_alone: the same where MediaPipe alone does, in the whole picture. None does not look there.
        places: no more places than this, the surest first.
    """

    finder_share: float
    looks: Looks
    needed: int
    needed_alone: int | None
    places: int


# Chosen by how many people are found at which precision (docs/people.md); other sizes and orders differ little.
MANNERS = {
    "thorough": Manner(finder_share=0.6, looks={2: _IN_A_BOX, 4: _ELSEWHERE}, needed=2, needed_alone=4, places=30),
    "quick": Manner(finder_share=0.6, looks={2: _IN_A_BOX}, needed=2, needed_alone=None, places=6),
}


def places_in(
    rgb: NDArray[np.uint8], settings: Settings, landmarker: Landmarker, whole: bool = True, lane: int = 0
) -> list[Place]:
    """Where to look in a picture, the surest first.

    Args:
        rgb: (H, W, 3) uint8, upright.
        settings: `search` and confidences count here; with `people` "one", MediaPipe has seen nobody already.
        landmarker: of any model.
        whole: whether MediaPipe looks at the whole picture too, where the search is thorough.
        lane: of the landmarker.
    """
    manner = MANNERS[settings.search]
    min_score = manner.finder_share * settings.min_detection_confidence
    if settings.people == "one" or manner.needed_alone is None or not whole:
        return [Place(box, manner.needed) for box in boxes(shared_finder().boxes(rgb, min_score))]
    with ThreadPoolExecutor(1) as pool:
        finding = pool.submit(shared_finder().boxes, rgb, min_score)
        bodies = landmarker.detect(rgb, replace(settings, segmentation=False), lane).image
        places = [Place(box, manner.needed) for box in boxes(finding.result())]
    for box in boxes(around(bodies)):
        if all(overlap(box, place.box) < SAME_PLACE for place in places):
            places.append(Place(box, manner.needed_alone))
    return places


def close_settings(settings: Settings) -> Settings:
    """For one look at one place."""
    return replace(
        settings,
        people="one",
        segmentation=False,
        min_detection_confidence=DETECTION_SHARE * settings.min_detection_confidence,
        min_presence_confidence=PRESENCE_SHARE * settings.min_presence_confidence,
    )


def boxes(rows: NDArray[np.float64]) -> list[Box]:
    """Rows (B, 4 or more) of left, top, right, bottom as boxes."""
    return [(float(row[0]), float(row[1]), float(row[2]), float(row[3])) for row in rows]


def around(image: NDArray[np.float32]) -> NDArray[np.float64]:
    """(P, 4) left, top, right, bottom of people (P, 33, 3)."""
    low, high = image[..., :2].min(axis=1), image[..., :2].max(axis=1)
    border = BEYOND_LANDMARKS * (high - low).max(axis=-1, keepdims=True)
    return np.concatenate([low - border, high + border], axis=-1).astype(np.float64)


def overlap(one: Box, other: Box) -> float:
    """Intersection over union of two boxes."""
    width = min(one[2], other[2]) - max(one[0], other[0])
    height = min(one[3], other[3]) - max(one[1], other[1])
    shared = max(width, 0.0) * max(height, 0.0)
    areas = sum((box[2] - box[0]) * (box[3] - box[1]) for box in (one, other))
    return shared / (areas - shared)
