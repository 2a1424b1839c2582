"""Made-up bodies and tracklets for the tests of tracking."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from core.detection.agreement import Look
from core.detection.identity.picture import Picture
from core.detection.identity.tracklet import Tracklet

FRAME_S = 0.05
_SHAPE = np.random.default_rng(7).uniform(-1, 1, (33, 3)).astype(np.float32)


def body_at(x: float, y: float = 200.0, height_px: float = 300.0) -> NDArray[np.float32]:
    """(33, 3) a body of that height, its trunk's middle at x, y."""
    body = _SHAPE.copy()
    body[:, 0] *= height_px / 6
    body[:, 1] *= height_px / 2
    body[:, :2] += np.array([x, y], np.float32) - body[[11, 12, 23, 24], :2].mean(axis=0)
    return body


def look_at(x: float, y: float = 200.0, height_px: float = 300.0, bones: float = 1.0) -> Look:
    """What the landmarker would say of it; `bones` times as long in metres."""
    certainty = np.ones(33, np.float32)
    return Look(body_at(x, y, height_px), _SHAPE * np.float32(bones), certainty, certainty)


def walking(
    frames: range, x: float, speed_px: float = 0.0, *, colour: int = 128, chunk: int = 0, height_px: float = 300.0
) -> Tracklet:
    """Somebody dressed in one grey or other who goes so many pixels a frame; at `x` in frame 0."""
    tracklet = Tracklet(chunk)
    rgb = np.full((500, 3000, 3), (colour, 128, 128), np.uint8)
    for frame in frames:
        picture = Picture.of_pixels(frame, FRAME_S * frame, rgb)
        tracklet.add(picture, look_at(x + speed_px * frame, height_px=height_px))
    return tracklet
