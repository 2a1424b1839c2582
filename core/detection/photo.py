"""Who is in a photo: everyone, each once, or the main person.

MediaPipe by itself finds the person who is large and upright. The others are looked for one by one: wherever the finder
or MediaPipe sees somebody, the landmarker looks several times, each time differently (`core.detection.places`), and who
is seen alike often enough (`core.detection.looks`) is there. Their landmarks are the mean of the looks that agree.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from core.detection.finder import shared_finder
from core.detection.landmarker import Detection, Landmarker
from core.detection.looks import LANES, Person, each_once, people_at
from core.detection.people import body_size_px
from core.detection.places import MANNERS, close_settings, places_in
from core.media.contrast import enhance_contrast
from core.media.picture import Picture, Reduced
from core.settings import Settings

# With so many pixels on the longer side the detector, which looks at 224, sees everybody whom it sees in all of them.
REDUCED_PX = 800
# Somebody whose landmarks are at least so many of those pixels across looks the same to the landmark network, which
# looks at 256, as in all of them: by a third of a hundredth of the body in the median (docs/benchmarks.md).
LARGE_PX = 256


def people_in_picture(picture: Picture, settings: Settings, landmarker: Landmarker) -> tuple[Detection, int]:
    """`people_in` of a picture that need not be decoded in full size: it is not where one large person is enough.

    Raises:
        DamagedImage: the picture's content breaks off or contradicts itself.
        As `people_in`.
    """

    def seen(rgb: NDArray[np.uint8]) -> NDArray[np.uint8]:
        return enhance_contrast(rgb) if settings.enhance_contrast else rgb

    if settings.people == "one" and (reduced := picture.reduced(REDUCED_PX)).scale > 1:
        found = landmarker.detect(seen(reduced.rgb), settings)
        if len(found.image) and float(body_size_px(found.image[0])) >= LARGE_PX:
            return _in_full_size(found, reduced, picture), 0
    return people_in(seen(picture.rgb), settings, landmarker)


def _in_full_size(found: Detection, reduced: Reduced, picture: Picture) -> Detection:
    mask = None if found.mask is None else reduced.mask_back(found.mask, picture.width, picture.height)
    return replace(found, image=reduced.points_back(found.image), mask=mask)


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
        self._close = close_settings(settings)

    def everyone(self) -> tuple[Detection, int]:
        """The people, the largest first, and how many more were left out."""
        places = places_in(self._rgb, self._settings, self._landmarker)
        most = self._manner.places
        found = people_at(places[:most], self._manner.looks, self._rgb, self._landmarker, self._close)
        people = each_once(found)
        people.sort(key=lambda person: -float(body_size_px(person.look.image)))
        wanted = 1 if self._settings.people == "one" else self._settings.max_people
        return self._detection(people[:wanted]), len(places[most:]) + len(people[wanted:])

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


def prepare(settings: Settings, landmarker: Landmarker) -> None:
    """Make what a picture needs now, so that it need not wait for it."""
    if settings.people == "one":
        landmarker.prepare(settings)
        return
    shared_finder()
    close = close_settings(settings)
    if MANNERS[settings.search].needed_alone is not None:
        landmarker.prepare(replace(settings, segmentation=False))
    for lane in range(LANES):
        landmarker.prepare(close, lane, in_the_middle=True)
    if settings.segmentation:
        landmarker.prepare(replace(close, segmentation=True))
