"""Who is meant in a clip with `people` "one", and where they are first seen."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.detection.landmarker import Landmarker
from core.detection.people import body_size_px, distinct_people
from core.media.contrast import enhance_contrast
from core.media.videos import Clip, Frame
from core.settings import Settings

# For how many frames to wait for somebody before the chunks begin without knowing whom to follow.
SEARCH_FRAMES = 30


@dataclass(frozen=True, eq=False)
class Anchor:
    """The person who is meant, in one frame.

    Attributes:
        frame: its place among the wanted frames.
        body: (33, 3) float32, x, y, z in pixels.
        is_plain: MediaPipe takes this person by itself when it begins at the first wanted frame.
    """

    frame: int
    body: NDArray[np.float32]
    is_plain: bool


class AnchorSearch:
    """Finds the person whom `settings.follow` means, where they are first seen.

    Args:
        clip: the clip.
        stamps: the wanted frames' time stamps.
        settings: whom to follow.
        landmarker: for single pictures, to see who else is there.
    """

    def __init__(self, clip: Clip, stamps: NDArray[np.int64], settings: Settings, landmarker: Landmarker) -> None:
        self._clip, self._stamps, self._settings, self._landmarker = clip, stamps, settings, landmarker

    def at_point(self) -> Anchor | None:
        """Who is at `settings.follow_point`; None if there is none, or nobody is seen there soon after."""
        if self._settings.follow_point is None:
            return None
        time_s = (self._stamps - self._clip.pts[0]) * self._clip.seconds_per_pts
        start = int(np.clip(np.searchsorted(time_s, self._settings.follow_point[0]), 0, len(self._stamps) - 1))
        wanted = self._stamps[start : start + SEARCH_FRAMES]
        with self._clip.reader() as reader:
            for frame in reader.frames(int(wanted[0]), wanted):
                people = everyone_in(seen(frame, self._settings), self._settings, self._landmarker)
                if len(people):
                    place = int(np.searchsorted(self._stamps, frame.pts))
                    return Anchor(place, people[self._meant(people)], is_plain=False)
        return None

    def among(self, place: int, rgb: NDArray[np.uint8], body: NDArray[np.float32]) -> Anchor:
        """Who is meant in the first frame in which MediaPipe, by itself, has taken somebody.

        Args:
            place: the frame's place among the wanted ones.
            rgb: (H, W, 3) uint8, as the detector saw it.
            body: (33, 3) whom it has taken.
        """
        if self._settings.follow == "first":
            return Anchor(place, body, is_plain=True)
        people = np.concatenate([body[None], everyone_in(rgb, self._settings, self._landmarker)])
        meant = self._meant(people)
        return Anchor(place, people[meant], is_plain=meant == 0)

    def _meant(self, bodies: NDArray[np.float32]) -> int:
        """Which of several people the settings mean; the first of those who are about equally so."""
        if self._settings.follow == "largest":
            size = body_size_px(bodies)
            return int(np.flatnonzero(size > 0.9 * size.max())[0])
        point = self._settings.follow_point
        wanted = point[1:] if point is not None else (self._clip.width / 2, self._clip.height / 2)
        centre = (bodies[..., :2].min(axis=1) + bodies[..., :2].max(axis=1)) / 2
        distance = np.linalg.norm(centre - np.asarray(wanted), axis=-1)
        return int(np.flatnonzero(distance < distance.min() + 0.05 * body_size_px(bodies).max())[0])


def everyone_in(rgb: NDArray[np.uint8], settings: Settings, landmarker: Landmarker) -> NDArray[np.float32]:
    """(P, 33, 3) the people in one picture, each once."""
    everyone = dataclasses.replace(settings, people="all", segmentation=False)
    found = landmarker.detect(rgb, everyone)
    return found.image[distinct_people(found.image, found.visibility)]


def seen(frame: Frame, settings: Settings) -> NDArray[np.uint8]:
    """The frame as the detector is shown it."""
    return enhance_contrast(frame.rgb) if settings.enhance_contrast else frame.rgb
