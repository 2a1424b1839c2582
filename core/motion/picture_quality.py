"""Whether a picture of a body is light and sharp enough to find its joints."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

# The model sees a body in a square of 256 pixels: detail finer than that does not count.
_SEEN_PX = 256


def luminance(rgb: NDArray[np.uint8]) -> float:
    """The mean luma of a picture (H, W, 3), 0 to 255 (ITU-R BT.601)."""
    return float(_grey(rgb).mean())


def sharpness(rgb: NDArray[np.uint8]) -> float:
    """How much of a picture's contrast is in its finest detail.

    The variance of the Laplacian (Pech-Pacheco et al., Diatom autofocusing in brightfield microscopy, ICPR 2000), at
    the size in which the model sees it and divided by the variance of the picture, so that neither size nor contrast
    counts. Noise passes for detail.

    Args:
        rgb: (H, W, 3), at least 2 by 2: the box around a body.

    Returns:
        0 for no detail; people in sharp photos have 0.1 to 0.4. 0 for a picture of one colour.
    """
    grey = _grey(rgb)
    scale = _SEEN_PX / max(grey.shape)
    size = (max(2, round(grey.shape[1] * scale)), max(2, round(grey.shape[0] * scale)))
    seen = cv2.resize(grey, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR).astype(np.float32)
    contrast = float(seen.var())
    return float(cv2.Laplacian(seen, cv2.CV_32F).var()) / contrast if contrast else 0.0


def _grey(rgb: NDArray[np.uint8]) -> NDArray[np.uint8]:
    return np.asarray(cv2.cvtColor(np.ascontiguousarray(rgb), cv2.COLOR_RGB2GRAY), np.uint8)
