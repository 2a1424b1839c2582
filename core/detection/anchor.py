"""Who is meant in a clip with `people` "one", and where they are first seen."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.detection.landmarker import Landmarker
from core.detection.people import body_size_px, distinct_people
from core.detection.video_landmarker import VideoLandmarker
from core.media.contrast import enhance_contrast
from core.media.videos import Clip, Frame
from core.settings import Settings

# For how many frames to wait for somebody before the chunks begin without knowing whom to follow.
SEARCH_FRAMES = 30
# Around a person who is looked for everything is grey, outside this share of the body's size.
MARGIN = 0.25
GREY = 128


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


def find_anchor(clip: Clip, stamps: NDArray[np.int64], settings: Settings, landmarker: Landmarker) -> Anchor | None:
    """The person whom `settings.follow` means, where they are first seen; None if nobody is seen soon.

    Args:
        stamps: the wanted frames' time stamps.
        landmarker: for single pictures; several people are looked for in one.
    """
    start = 0
    if settings.follow_point is not None:
        time_s = (stamps - clip.pts[0]) * clip.seconds_per_pts
        start = int(np.clip(np.searchsorted(time_s, settings.follow_point[0]), 0, len(stamps) - 1))
    wanted = stamps[start : start + SEARCH_FRAMES]
    with clip.reader() as reader, VideoLandmarker(settings) as followed:
        for frame in reader.frames(int(wanted[0]), wanted):
            rgb = seen(frame, settings)
            found = followed.detect(rgb, frame.time_s).image
            plain = len(found) > 0
            if settings.follow != "first" and (len(found) or settings.follow == "point"):
                found = np.concatenate([found, everyone_in(rgb, settings, landmarker)])
            if len(found):
                place = int(np.searchsorted(stamps, frame.pts))
                meant = _meant(found, clip, settings)
                return Anchor(place, found[meant], is_plain=start == 0 and meant == 0 and plain)
    return None


def everyone_in(rgb: NDArray[np.uint8], settings: Settings, landmarker: Landmarker) -> NDArray[np.float32]:
    """(P, 33, 3) the people in one picture, each once."""
    everyone = dataclasses.replace(settings, people="all", segmentation=False)
    found = landmarker.detect(rgb, everyone)
    return found.image[distinct_people(found.image, found.visibility)]


def seen(frame: Frame, settings: Settings) -> NDArray[np.uint8]:
    """The frame as the detector is shown it."""
    return enhance_contrast(frame.rgb) if settings.enhance_contrast else frame.rgb


def alone(rgb: NDArray[np.uint8], body: NDArray[np.float32], margin: float = MARGIN) -> NDArray[np.uint8]:
    """The picture with everything grey but the surroundings of a body.

    Args:
        rgb: (H, W, 3) uint8.
        body: (33, 3) in its pixels.
        margin: how far the surroundings go, in body sizes.
    """
    border = margin * float(body_size_px(body))
    low = np.floor(body[:, :2].min(axis=0) - border).astype(int).clip(0)
    high = np.ceil(body[:, :2].max(axis=0) + border).astype(int).clip(0)
    picture = np.full_like(rgb, GREY)
    window = (slice(low[1], high[1]), slice(low[0], high[0]))
    picture[window] = rgb[window]
    return picture


def _meant(bodies: NDArray[np.float32], clip: Clip, settings: Settings) -> int:
    """Which of several people the settings mean; the first of those who are equally so."""
    if settings.follow == "first":
        return 0
    if settings.follow == "largest":
        size = body_size_px(bodies)
        return int(np.flatnonzero(size > 0.9 * size.max())[0])
    point = settings.follow_point[1:] if settings.follow_point else (clip.width / 2, clip.height / 2)
    centre = (bodies[..., :2].min(axis=1) + bodies[..., :2].max(axis=1)) / 2
    distance = np.linalg.norm(centre - np.asarray(point), axis=-1)
    return int(np.flatnonzero(distance < distance.min() + 0.05 * body_size_px(bodies).max())[0])
