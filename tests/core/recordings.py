"""Recordings of random numbers, the same ones for the same seed."""

from __future__ import annotations

import dataclasses

import numpy as np
from numpy.typing import NDArray

from core.recording import Recording
from core.settings import Settings
from core.skeleton import LANDMARKS

PROVENANCE = {"posescope": "0.1.0", "mediapipe": "0.10.31", "model": "full", "model_sha256": "4eaa5eb7" * 8}


def some_recording(
    frames: int = 1,
    people: int = 1,
    seed: int = 0,
    *,
    refined: bool = False,
    source: str = "squat.png",
    width: int = 160,
    height: int = 120,
) -> Recording:
    """Everybody is found in every frame, inside the picture, and seen well or badly."""
    random = np.random.default_rng(seed)
    shape = (frames, people, len(LANDMARKS))

    def singles(low: float, high: float, *axes: int) -> NDArray[np.float32]:
        return random.uniform(low, high, (*shape, *axes)).astype(np.float32)

    return Recording(
        time=np.concatenate([[0.0], np.cumsum(random.uniform(0.02, 0.05, frames))])[:frames],
        image=(singles(0, 1, 3) * np.array([width, height, width])).astype(np.float32),
        world=singles(-1, 1, 3),
        refined=singles(-1, 1, 3) if refined else None,
        visibility=singles(0, 1),
        presence=singles(0.5, 1),
        width=width,
        height=height,
        frame_rate=0.0 if frames == 1 else 29.97,
        source=source,
        settings=Settings(),
        provenance=dict(PROVENANCE),
    )


def without(recording: Recording, frame: int, person: int) -> Recording:
    """The same recording, one person not found in one frame."""
    arrays = {}
    for name in ("image", "world", "visibility", "presence"):
        arrays[name] = getattr(recording, name).copy()
        arrays[name][frame, person] = np.nan
    return dataclasses.replace(recording, **arrays)


def some_picture(recording: Recording, seed: int = 0) -> NDArray[np.uint8]:
    """Noise of the recording's size that cannot be written to."""
    shape = (recording.height, recording.width, 3)
    picture = np.random.default_rng(seed).integers(0, 256, shape, dtype=np.uint8)
    picture.setflags(write=False)
    return picture
