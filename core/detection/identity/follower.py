"""One of several people, followed from frame to frame by a landmarker of their own in a window of their own.

The window is cut out of the frame as it is, without a change of size, and goes along with the person. So they are large
in it however small they are in the picture, MediaPipe's detector finds them where it would take somebody else, and its
smoothing is about how they move, not about where they go.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from core.detection.agreement import SAME_PERSON, Look, oks
from core.detection.close_up import alone
from core.detection.identity.tracklet import TRUNK
from core.detection.landmarker import Detection
from core.detection.people import body_size_px
from core.detection.same_person import moved
from core.detection.video_landmarker import VideoLandmarker
from core.settings import Settings

# What share of a window a body may grow or shrink to.
LARGEST_SHARE, SMALLEST_SHARE = 0.75, 0.2
SMALLEST_WINDOW_PX = 192
# How far the landmarks may be on average from where they are expected, in body sizes: a jitter, and what speeds up.
# Beyond it, it may be somebody else.
JITTER, UNEXPECTED_PER_S = 0.15, 4.0
# How far ahead a body's place is expected from its speed.
EXPECTED_S = 0.5
# A person is taken up by showing them alone so often, as if so long apart: MediaPipe's smoothing settles.
SHOWN_ALONE, SHOWN_EVERY_S = 3, 0.2
# How they are shown, one way after the other until they are taken: the window's side and how much is left around them,
# in body sizes, and whether local contrast is enhanced. Where others are close one way may do and another not.
WAYS = ((2.0, 0.2, True), (1.5, 0.1, False), (2.0, 0.1, False))


@dataclass(frozen=True)
class Window:
    """A part of the picture, in whole pixels, inside it."""

    left: int
    top: int
    width: int
    height: int

    @classmethod
    def around(cls, body: NDArray[np.float32], picture: NDArray[np.uint8], sizes: float) -> Window:
        """A window for a body (33, 3) in a picture (H, W, 3), so many body sizes wide."""
        side = max(SMALLEST_WINDOW_PX, round(sizes * float(body_size_px(body))))
        height, width = picture.shape[:2]
        return cls(0, 0, min(side, width), min(side, height)).centred(body, picture)

    def centred(self, body: NDArray[np.floating], picture: NDArray[np.uint8]) -> Window:
        """The window moved to where a body's trunk is in its middle, as far as the picture reaches."""
        x, y = body[TRUNK, :2].mean(axis=0)
        height, width = picture.shape[:2]
        left = int(np.clip(round(float(x) - self.width / 2), 0, width - self.width))
        top = int(np.clip(round(float(y) - self.height / 2), 0, height - self.height))
        return replace(self, left=left, top=top)

    def of(self, rgb: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """That part of a picture (H, W, 3)."""
        return np.ascontiguousarray(rgb[self.top : self.top + self.height, self.left : self.left + self.width])

    def moved_back(self, found: Detection) -> Look | None:
        """The person found in the window, in pixels of the picture."""
        if not len(found.image):
            return None
        corner = np.array([self.left, self.top, 0], np.float32)
        return Look(found.image[0] + corner, found.world[0], found.visibility[0], found.presence[0])

    def suits(self, body: NDArray[np.float32], picture: NDArray[np.uint8]) -> bool:
        """Whether a body is still of a size for this window, or there is none larger."""
        size = float(body_size_px(body))
        is_whole = self.width == picture.shape[1] and self.height == picture.shape[0]
        small = size < SMALLEST_SHARE * min(self.width, self.height) and self.width > SMALLEST_WINDOW_PX
        return not small and (is_whole or size <= LARGEST_SHARE * max(self.width, self.height))


class Follower:
    """Follows one person, until there is a doubt.

    Args:
        settings: model and confidences; it is always one person.
        rgb: (H, W, 3) uint8, the frame in which they are.
        body: (33, 3) where.
        time_s: when; later frames may have later or, in a clip that is followed backwards, earlier times.
    """

    def __init__(self, settings: Settings, rgb: NDArray[np.uint8], body: NDArray[np.float32], time_s: float) -> None:
        self._settings = replace(settings, people="one")
        self._landmarker = VideoLandmarker(self._settings)
        self._shown_s = 0.0  # the landmarker's own clock, which only goes on
        self._window = Window.around(body, rgb, WAYS[0][0])
        self._last_s = time_s
        self._found = False
        self.take_up(rgb, body, time_s)

    def close(self) -> None:
        """Free the memory."""
        self._landmarker.close()

    def see(self, rgb: NDArray[np.uint8], time_s: float, expected: NDArray[np.floating]) -> Look | None:
        """The person in the next frame; None if they are not found, or if it may be somebody else. Then it is over.

        Args:
            rgb: (H, W, 3) uint8.
            time_s: when.
            expected: (33, 2 or 3) where they should be, in pixels.

        Raises:
            DetectionFailed: MediaPipe refused the frame.
        """
        if not self._found:
            return None
        self._window = self._window.centred(expected, rgb)
        interval_s, self._last_s = abs(time_s - self._last_s), time_s
        look = self._look(self._window.of(rgb), interval_s)
        if look is None or moved(expected, look.image) > JITTER + UNEXPECTED_PER_S * interval_s:
            return None
        if not self._window.suits(look.image, rgb):
            self.take_up(rgb, look.image, time_s)
        return look

    def take_up(self, rgb: NDArray[np.uint8], body: NDArray[np.float32], time_s: float) -> None:
        """Make the landmarker take the person who is there in this frame: they are shown alone. `see` it afterwards."""
        self._last_s = time_s
        look = None
        for number, (sizes, margin, enhanced) in enumerate(WAYS):
            if number and look is not None:
                self._start_anew()  # what has seen somebody else does not forget them
            self._window = Window.around(body, rgb, sizes)
            in_window = body - np.array([self._window.left, self._window.top, 0], np.float32)
            shown = alone(self._window.of(rgb), in_window, margin, enhanced)
            for _ in range(SHOWN_ALONE):
                look = self._look(shown, SHOWN_EVERY_S)
            self._found = look is not None and float(oks(look.image, body)) >= SAME_PERSON
            if self._found:
                return

    def _start_anew(self) -> None:
        """With a landmarker that has seen nobody yet."""
        self._landmarker.close()
        self._landmarker, self._shown_s = VideoLandmarker(self._settings), 0.0

    def _look(self, shown: NDArray[np.uint8], interval_s: float) -> Look | None:
        self._shown_s += interval_s
        return self._window.moved_back(self._landmarker.detect(shown, self._shown_s))
