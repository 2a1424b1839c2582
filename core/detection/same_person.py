"""Can one body be the same person as another one a moment later?"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from core.detection.people import body_size_px

# How far all landmarks may move on average between two frames, in body sizes (a body's size is the diagonal of its
# landmarks, about 1.8 m): a jitter, and a speed of about 14 m/s for a hand thrown forward.
JITTER, FASTEST_PER_S = 0.2, 8.0
# How far the hips may be from where they were lost: a little, and as fast as a sprinter.
REACH, REACH_PER_S = 0.3, 4.0
# After so long, somebody found elsewhere may be anybody.
LONGEST_ABSENCE_S = 3.0
# A person does not become three times as large within an absence.
LARGEST_GROWTH = 3.0


def moved(before: NDArray[np.float32], after: NDArray[np.float32]) -> float:
    """The mean distance of the landmarks (33, 3) in body sizes; NaN (never small enough) if one is not there."""
    size = max(float(body_size_px(before)), float(body_size_px(after)))
    return float(np.linalg.norm(after[:, :2] - before[:, :2], axis=-1).mean()) / size


def continues(before: NDArray[np.float32], after: NDArray[np.float32], interval_s: float) -> bool:
    """Is this one person, seen in two frames that follow each other?"""
    return moved(before, after) <= JITTER + FASTEST_PER_S * interval_s


def can_be(before: NDArray[np.float32], after: NDArray[np.float32], absence_s: float) -> bool:
    """Can the person who was lost have got there in that time?"""
    sizes = float(body_size_px(before)), float(body_size_px(after))
    hips = [body[23:25, :2].mean(axis=0) for body in (before, after)]
    distance = float(np.linalg.norm(hips[1] - hips[0])) / max(sizes)
    return (
        absence_s <= LONGEST_ABSENCE_S
        and max(sizes) <= LARGEST_GROWTH * min(sizes)
        and distance <= REACH + REACH_PER_S * absence_s
    )
