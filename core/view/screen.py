"""A picture and its recording made small enough for a screen, so that drawing and sending them is quick."""

from __future__ import annotations

import dataclasses

import cv2
import numpy as np
from numpy.typing import NDArray

from core.recording import Recording

LONGEST_SIDE_PX = 1600


def for_screen(
    rgb: NDArray[np.uint8], recording: Recording, longest_px: int = LONGEST_SIDE_PX
) -> tuple[NDArray[np.uint8], Recording]:
    """The picture and what was found in it, scaled down until no side is longer than `longest_px`.

    Pixels and the mask are scaled; metres stay. A picture that is small enough comes back as it is.

    Args:
        rgb: (H, W, 3) uint8, as large as the recording says; if that is too large it may be any size of the picture.
    """
    scale = longest_px / max(recording.width, recording.height)
    if scale >= 1:
        return rgb, recording
    width, height = max(1, round(recording.width * scale)), max(1, round(recording.height * scale))
    factors = np.array([width / recording.width, height / recording.height, width / recording.width], np.float32)
    smaller = dataclasses.replace(
        recording,
        image=recording.image * factors,
        width=width,
        height=height,
        mask=None
        if recording.mask is None
        else np.stack([cv2.resize(mask, (width, height), interpolation=cv2.INTER_NEAREST) for mask in recording.mask]),
    )
    return np.asarray(cv2.resize(rgb, (width, height), interpolation=cv2.INTER_AREA), np.uint8), smaller
