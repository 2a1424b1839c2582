"""Making a landmarker take one certain person: it is shown them alone and large, then zooms out to the whole picture.

MediaPipe's detector takes whoever is easiest to find; from then on each frame is searched only around the person of the
frame before. So the choice is made in the first frames: everything beyond the person's surroundings is grey, they fill
most of the picture, and local contrast is enhanced. On the way out the landmarker stays with them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from core.detection.landmarker import Detection
from core.detection.people import body_size_px
from core.media.contrast import enhance_contrast

# How many pictures the way out has; from twice the size it is 8 % a picture, which tracking follows.
STEPS = 10
# The share of the picture's height or width that the person fills in the first one, where they are smaller than that.
FILLED = 0.8
# How far a person's surroundings go, in body sizes.
MARGIN = 0.2
GREY = 128


@dataclass(frozen=True)
class CloseUp:
    """A part of the picture, as large as the picture.

    Attributes:
        left, top: its corner, in pixels of the whole picture.
        scale: how many times as large it is shown.
    """

    left: float
    top: float
    scale: float

    def of(self, rgb: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """That part of a picture (H, W, 3), as large as the picture."""
        height, width = rgb.shape[:2]
        matrix = np.array([[self.scale, 0, -self.scale * self.left], [0, self.scale, -self.scale * self.top]])
        return np.asarray(cv2.warpAffine(rgb, matrix, (width, height), flags=cv2.INTER_LINEAR), np.uint8)

    def moved_back(self, found: Detection) -> Detection:
        """What was found in the part, in pixels of the whole picture."""
        corner = np.array([self.left, self.top, 0], np.float32)
        return replace(found, image=found.image / np.float32(self.scale) + corner)


def close_ups(body: NDArray[np.float32], width: int, height: int) -> list[CloseUp]:
    """From a person large in the picture to the whole picture, in equal ratios.

    Args:
        body: (33, 3) x, y, z in pixels.
        width, height: of the picture.
    """
    whole = np.array([width, height])
    low, high = body[:, :2].min(axis=0), body[:, :2].max(axis=0)
    largest = max(1.0, FILLED / max(1e-6, float(((high - low) / whole).max())))
    parts = []
    for step in range(STEPS):
        scale = largest ** (1 - step / (STEPS - 1))
        corner = np.clip((low + high) / 2 - whole / scale / 2, 0, whole - whole / scale)
        parts.append(CloseUp(float(corner[0]), float(corner[1]), scale))
    return parts


def alone(
    rgb: NDArray[np.uint8], body: NDArray[np.float32], margin: float = MARGIN, enhanced: bool = True
) -> NDArray[np.uint8]:
    """The picture with everything grey but the surroundings of a body (33, 3) in its pixels.

    Args:
        rgb: (H, W, 3) uint8.
        body: (33, 3) x, y, z in pixels.
        margin: how far the surroundings go, in body sizes.
        enhanced: whether local contrast is enhanced.
    """
    picture = np.full_like(rgb, GREY)
    window = surroundings(body, margin)
    picture[window] = rgb[window]
    return enhance_contrast(picture) if enhanced else picture


def without(rgb: NDArray[np.uint8], bodies: list[NDArray[np.float32]]) -> NDArray[np.uint8]:
    """The picture with some people (33, 3) greyed out."""
    if not bodies:
        return rgb
    picture = rgb.copy()
    for body in bodies:
        picture[surroundings(body, MARGIN / 2)] = GREY
    return picture


def surroundings(body: NDArray[np.float32], margin: float) -> tuple[slice, slice]:
    """Rows and columns of a body and what is around it, `margin` in body sizes."""
    border = margin * float(body_size_px(body))
    low = np.floor(body[:, :2].min(axis=0) - border).astype(int).clip(0)
    high = np.ceil(body[:, :2].max(axis=0) + border).astype(int).clip(0)
    return slice(low[1], high[1]), slice(low[0], high[0])
