"""Who is in a picture: each person once, the largest first."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

# Two skeletons whose landmarks lie on average closer than this share of the body's size are one person found twice.
SAME_PERSON_DISTANCE = 0.12


def body_size_px(image: NDArray[np.floating]) -> NDArray[np.floating]:
    """The diagonal of each person's landmarks.

    Args:
        image: (..., 33, 3) x, y, z in pixels.

    Returns:
        (...) in pixels; NaN for a person who is not there.
    """
    extent = np.max(image[..., :2], axis=-2) - np.min(image[..., :2], axis=-2)
    size: NDArray[np.floating] = np.hypot(extent[..., 0], extent[..., 1])
    return size


def distinct_people(image: NDArray[np.float32], visibility: NDArray[np.float32]) -> list[int]:
    """Which of the skeletons to keep, in which order: the largest first, without those found twice.

    MediaPipe repeats a person when it is asked for several. Of two skeletons on one body the more visible one stays.

    Args:
        image: (P, 33, 3) x, y, z in pixels.
        visibility: (P, 33), 0 to 1.
    """
    size = body_size_px(image)
    kept: list[int] = []
    for person in np.argsort(-visibility.mean(axis=-1), kind="stable"):
        distances = [
            np.linalg.norm(image[person, :, :2] - image[other, :, :2], axis=-1).mean() / max(size[person], size[other])
            for other in kept
        ]
        if all(distance > SAME_PERSON_DISTANCE for distance in distances):
            kept.append(int(person))
    return sorted(kept, key=lambda person: -size[person])
