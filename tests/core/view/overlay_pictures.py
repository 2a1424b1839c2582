"""Recordings whose every landmark is put where a test wants it, and pictures to draw them on."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from core.recording import Recording
from core.settings import Settings
from core.skeleton import LANDMARK_INDEX

Points = Mapping[str, tuple[float, float]]

LEFT_LEG: Points = {"left_hip": (100, 60), "left_knee": (100, 200), "left_ankle": (100, 340)}
RIGHT_ARM: Points = {"right_shoulder": (300, 60), "right_elbow": (300, 200), "right_wrist": (420, 200)}
SHOULDERS: Points = {"left_shoulder": (400, 100), "right_shoulder": (200, 100)}
BODY: Points = {"left_shoulder": (300, 100), "right_shoulder": (200, 100), "left_ankle": (300, 400)}
GREY = (120, 120, 120)


def make_recording(
    *people: Points,
    width: int = 640,
    height: int = 480,
    hidden: tuple[str, ...] = (),
    mask: NDArray[np.uint8] | None = None,
) -> Recording:
    """One frame with these landmarks, NaN elsewhere; `hidden` ones have visibility 0.1, the others 1."""
    image = np.full((1, len(people), 33, 3), np.nan, np.float32)
    visibility = np.full((1, len(people), 33), np.nan, np.float32)
    for person, points in enumerate(people):
        for name, position in points.items():
            image[0, person, LANDMARK_INDEX[name]] = (*position, 0)
            visibility[0, person, LANDMARK_INDEX[name]] = 0.1 if name in hidden else 1.0
    return Recording(
        time=np.zeros(1),
        image=image,
        world=np.full_like(image, np.nan),
        visibility=visibility,
        presence=visibility.copy(),
        width=width,
        height=height,
        frame_rate=0.0,
        source="made by hand",
        settings=Settings(),
        mask=None if mask is None else mask[None],
    )


def plain(recording: Recording, colour: tuple[int, int, int] = GREY) -> NDArray[np.uint8]:
    return np.full((recording.height, recording.width, 3), colour, np.uint8)


def noise(recording: Recording) -> NDArray[np.uint8]:
    shape = (recording.height, recording.width, 3)
    return np.random.default_rng(7).integers(0, 256, shape, dtype=np.uint8)


def changed(before: NDArray[np.uint8], after: NDArray[np.uint8]) -> NDArray[np.bool_]:
    return np.asarray((before != after).any(axis=-1))
