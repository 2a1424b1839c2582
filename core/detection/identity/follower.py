"""One person, followed from frame to frame by a landmarker of their own in a crop that goes along with them.

They are large in it however small they are in the picture, and MediaPipe's smoothing is about how they move, not about
where they go. Where they are is known when they are taken up, so the landmarker is told: its own detector would search
for somebody upright, and could take somebody else.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from core.detection.agreement import Look, oks
from core.detection.crops import Crop
from core.detection.identity.picture import Picture
from core.detection.identity.tracklet import TRUNK
from core.detection.people import body_size_px
from core.detection.video_landmarker import VideoLandmarker
from core.detection.without_detector import Region
from core.settings import Settings

# A crop's side in body sizes; what share of it a body may grow or shrink to before it is cut anew.
SIDE = 2.0
LARGEST_SHARE, SMALLEST_SHARE = 0.75, 0.2
# A smaller person is shown with more around them.
SMALLEST_SIDE_PX = 192.0
# How far the landmarks may be on average from where they are expected, in body sizes: a jitter, and what speeds up.
# Beyond it, it may be somebody else.
JITTER, UNEXPECTED_PER_S = 0.15, 4.0
# Whoever is taken up may have been seen by another landmarker, or a frame before: the landmarks may be so far away, and
# so little alike (OKS). Of somebody who crouches in the glare two looks agree at 0.45; somebody else is below 0.05.
TAKEN_UP, TAKEN_FOR = 0.25, 0.25
# How far ahead a body's place is expected from its speed.
EXPECTED_S = 0.5
# Whoever is taken up is shown alone first, with so much around them, in body sizes, and then so often with everybody
# else, as if so long apart: MediaPipe's smoothing settles, and it turns out whether the landmarker stays with them.
AROUND, SHOWN_WITH_OTHERS, SHOWN_EVERY_S = 0.2, 1, 0.2


class Follower:
    """Follows one person, until there is a doubt.

    Args:
        settings: model and confidences; it is always one person.
        picture: the frame in which they are.
        body: (33, 3) where, in the clip's pixels.
    """

    def __init__(self, settings: Settings, picture: Picture, body: NDArray[np.float32]) -> None:
        self._settings = replace(settings, people="one")
        self._crop = picture.snapped(crop_around(body, picture.size))
        self._landmarker = self._sure_of(body)
        self._shown_s = 0.0  # the landmarker's own clock, which only goes on
        self._last_s = picture.time_s
        self._found = False
        self._is_new = True
        self._show(picture, body)

    def close(self) -> None:
        """Free the memory."""
        self._landmarker.close()

    def see(self, picture: Picture, expected: NDArray[np.floating]) -> Look | None:
        """The person in the next frame; None if they are not found, or if it may be somebody else. Then it is over.

        Args:
            picture: a frame, later than the one before, or always earlier where a clip is followed backwards.
            expected: (33, 2 or 3) where they should be, in the clip's pixels.

        Raises:
            DetectionFailed: MediaPipe refused the frame.
        """
        if not self._found:
            return None
        self._crop = picture.snapped(follow(self._crop, expected, picture.size))
        is_backward = picture.time_s < self._last_s
        interval_s, self._last_s = abs(picture.time_s - self._last_s), picture.time_s
        look = self._look(picture.shown(self._crop), interval_s)
        within = TAKEN_UP if self._is_new else JITTER + UNEXPECTED_PER_S * interval_s
        if look is None and not is_backward:
            look = self._found_again(picture, expected, within)
        self._is_new = False
        if look is None or moved(expected, look.image) > within:
            return None
        if not suits(self._crop, look.image, picture.size):
            self.take_up(picture, look.image)
        return look

    def take_up(self, picture: Picture, body: NDArray[np.float32]) -> None:
        """Make the landmarker take the person who is there in this frame. `see` it afterwards."""
        self._crop = picture.snapped(crop_around(body, picture.size))
        self._show(picture, body)
        if not self._found:  # it looks where they were before
            self._landmarker.close()
            self._landmarker = self._sure_of(body)
            self._show(picture, body)

    def _show(self, picture: Picture, body: NDArray[np.float32]) -> None:
        self._last_s, self._is_new = picture.time_s, True
        look = self._look(picture.shown(replace(self._crop, alone=_surroundings(body))), SHOWN_EVERY_S)
        everybody = picture.shown(self._crop)
        for _ in range(SHOWN_WITH_OTHERS):
            look = self._look(everybody, SHOWN_EVERY_S)
        self._found = self._is_at(look, body)

    def _sure_of(self, body: NDArray[np.floating]) -> VideoLandmarker:
        """A landmarker that takes what is where a body (33, 2 or 3) is in the crop for somebody."""
        x_y_0 = np.zeros((len(body), 3), np.float32)
        x_y_0[:, :2] = body[:, :2]
        return VideoLandmarker(self._settings, Region.of(self._crop.points_in(x_y_0), self._crop.shown_px))

    def _found_again(self, picture: Picture, expected: NDArray[np.floating], within: float) -> Look | None:
        """Whoever the landmarker has lost, looked for where they should be, as its own detector would do."""
        lost, self._landmarker = self._landmarker, self._sure_of(expected)
        look = self._look(picture.shown(self._crop), 1.0)
        if look is None or moved(expected, look.image) > within:
            lost, self._landmarker = self._landmarker, lost
            look = None
        lost.close()
        return look

    @staticmethod
    def _is_at(look: Look | None, body: NDArray[np.float32]) -> bool:
        """Whether this body (33, 3) was seen, as `see` wants it."""
        if look is None:
            return False
        return float(oks(look.image, body)) >= TAKEN_FOR and moved(body, look.image) <= TAKEN_UP

    def _look(self, shown: NDArray[np.uint8], interval_s: float) -> Look | None:
        self._shown_s += interval_s
        found = self._crop.moved_back(self._landmarker.detect(shown, self._shown_s))
        if not len(found.image):
            return None
        return Look(found.image[0], found.world[0], found.visibility[0], found.presence[0])


def moved(before: NDArray[np.floating], after: NDArray[np.floating]) -> float:
    """The mean distance of the landmarks (33, 2 or 3) in body sizes; NaN (never small enough) if one is not there."""
    size = max(float(body_size_px(before)), float(body_size_px(after)))
    return float(np.linalg.norm(after[:, :2] - before[:, :2], axis=-1).mean()) / size


def crop_around(body: NDArray[np.floating], picture_size: tuple[int, int]) -> Crop:
    """A crop for a body (33, 3), `SIDE` of its sizes wide; the whole picture, standing still, where that is no more."""
    side = max(SMALLEST_SIDE_PX, SIDE * float(body_size_px(body)))
    whole = float(max(picture_size))
    crop = Crop((picture_size[0] / 2, picture_size[1] / 2), min(side, whole))
    return follow(crop, body, picture_size)


def follow(crop: Crop, body: NDArray[np.floating], picture_size: tuple[int, int]) -> Crop:
    """The crop moved to where a body's trunk is in its middle, but no further out of the picture than it must be."""
    middle = body[TRUNK, :2].mean(axis=0)
    centre = []
    for at, length in zip(middle, picture_size, strict=True):
        margin = min(crop.side, length) / 2
        centre.append(float(np.clip(at, margin, length - margin)))
    return replace(crop, centre=(centre[0], centre[1]))


def suits(crop: Crop, body: NDArray[np.float32], picture_size: tuple[int, int]) -> bool:
    """Whether a body is still of a size for this crop, or there is none larger."""
    size = float(body_size_px(body))
    is_whole = crop.side >= max(picture_size)
    small = size < SMALLEST_SHARE * crop.side and crop.side > SMALLEST_SIDE_PX
    return not small and (is_whole or size <= LARGEST_SHARE * crop.side)


def _surroundings(body: NDArray[np.float32]) -> tuple[float, float, float, float]:
    """The box of a body and what is around it: left, top, right, bottom."""
    border = AROUND * float(body_size_px(body))
    low, high = body[:, :2].min(axis=0) - border, body[:, :2].max(axis=0) + border
    return float(low[0]), float(low[1]), float(high[0]), float(high[1])
