"""One person, followed from frame to frame by a landmarker of their own in a crop that goes along with them.

They are large in it however small they are in the picture, MediaPipe's detector finds them where it would take somebody
else, and its smoothing is about how they move, not about where they go.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from core.detection.agreement import SAME_PERSON, Look, oks
from core.detection.crops import Crop
from core.detection.identity.picture import Picture
from core.detection.identity.tracklet import TRUNK
from core.detection.people import body_size_px
from core.detection.video_landmarker import VideoLandmarker
from core.media.contrast import enhance_contrast
from core.settings import Settings

# A crop's side in body sizes; what share of it a body may grow or shrink to before it is cut anew.
SIDE = 2.0
LARGEST_SHARE, SMALLEST_SHARE = 0.75, 0.2
# A smaller person is shown with more around them.
SMALLEST_SIDE_PX = 192.0
# How far the landmarks may be on average from where they are expected, in body sizes: a jitter, and what speeds up.
# Beyond it, it may be somebody else.
JITTER, UNEXPECTED_PER_S = 0.15, 4.0
# Whoever is taken up may have been seen by another landmarker, or a frame before.
TAKEN_UP = 0.25
# How far ahead a body's place is expected from its speed.
EXPECTED_S = 0.5
# A person is taken up by showing them alone so often, as if so long apart: MediaPipe's smoothing settles.
SHOWN_ALONE, SHOWN_EVERY_S = 3, 0.2
# How they are shown, one way after the other until they are taken: the crop's side and how much is left around them,
# in body sizes, and whether local contrast is enhanced. Where others are close one way may do and another not.
WAYS = ((SIDE, 0.2, True), (1.5, 0.1, False), (SIDE, 0.1, False))


class Follower:
    """Follows one person, until there is a doubt.

    Args:
        settings: model and confidences; it is always one person.
        picture: the frame in which they are.
        body: (33, 3) where, in the clip's pixels.
        ways: in how many ways to show them until they are taken.
    """

    def __init__(self, settings: Settings, picture: Picture, body: NDArray[np.float32], ways: int = len(WAYS)) -> None:
        self._ways = WAYS[:ways]
        self._settings = replace(settings, people="one")
        self._landmarker = VideoLandmarker(self._settings)
        self._shown_s = 0.0  # the landmarker's own clock, which only goes on
        self._last_s = picture.time_s
        self._found = False
        self._is_new = True
        self._crop = crop_around(body, SIDE, picture.size)
        self.take_up(picture, body)

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
        interval_s, self._last_s = abs(picture.time_s - self._last_s), picture.time_s
        look = self._look(picture.shown(self._crop), interval_s)
        within = TAKEN_UP if self._is_new else JITTER + UNEXPECTED_PER_S * interval_s
        self._is_new = False
        if look is None or moved(expected, look.image) > within:
            return None
        if not suits(self._crop, look.image, picture.size):
            self.take_up(picture, look.image)
        return look

    def take_up(self, picture: Picture, body: NDArray[np.float32]) -> None:
        """Make the landmarker take the person who is there in this frame: they are shown alone. `see` it afterwards."""
        self._last_s, self._is_new = picture.time_s, True
        look = None
        for number, (sizes, margin, enhanced) in enumerate(self._ways):
            if number and look is not None:
                self._start_anew()  # what has seen somebody else does not forget them
            self._crop = picture.snapped(crop_around(body, sizes, picture.size))
            alone = picture.shown(replace(self._crop, alone=_surroundings(body, margin)))
            alone = enhance_contrast(alone) if enhanced else alone
            for _ in range(SHOWN_ALONE):
                look = self._look(alone, SHOWN_EVERY_S)
            if self._is_at(look, body):
                # Only with everybody else there, too, it turns out whether the landmarker stays with them.
                look = self._look(picture.shown(self._crop), 0.0)
            self._found = self._is_at(look, body)
            if self._found:
                return

    @staticmethod
    def _is_at(look: Look | None, body: NDArray[np.float32]) -> bool:
        """Whether this body (33, 3) was seen, as `see` wants it."""
        if look is None:
            return False
        return float(oks(look.image, body)) >= SAME_PERSON and moved(body, look.image) <= TAKEN_UP

    def _start_anew(self) -> None:
        """With a landmarker that has seen nobody yet."""
        self._landmarker.close()
        self._landmarker, self._shown_s = VideoLandmarker(self._settings), 0.0

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


def crop_around(body: NDArray[np.floating], sizes: float, picture_size: tuple[int, int]) -> Crop:
    """A crop for a body (33, 3), so many body sizes wide; the whole picture, standing still, where that is no more."""
    side = max(SMALLEST_SIDE_PX, sizes * float(body_size_px(body)))
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


def _surroundings(body: NDArray[np.float32], margin: float) -> tuple[float, float, float, float]:
    """The box of a body and what is around it, `margin` in body sizes: left, top, right, bottom."""
    border = margin * float(body_size_px(body))
    low, high = body[:, :2].min(axis=0) - border, body[:, :2].max(axis=0) + border
    return float(low[0]), float(low[1]), float(high[0]), float(high[1])
