"""Local contrast enhancement, for pictures too dark or too flat to find somebody in."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

CLIP_LIMIT = 2.0
TILES = (8, 8)


def enhance_contrast(rgb: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The same picture with its lightness spread out locally; its colours stay.

    Contrast limited adaptive histogram equalisation (CLAHE) on the L channel of Lab: in each of 8 by 8 tiles the
    histogram is equalised, with its bins cut at twice their mean so that noise is not blown up.

    Args:
        rgb: (height, width, 3) uint8; it is left as it is.

    Returns:
        A new array of the same shape and type.
    """
    lab = cv2.cvtColor(rgb, cv2.COLOR_RGB2LAB)
    lightness = cv2.createCLAHE(clipLimit=CLIP_LIMIT, tileGridSize=TILES).apply(cv2.extractChannel(lab, 0))
    cv2.insertChannel(lightness, lab, 0)
    return np.asarray(cv2.cvtColor(lab, cv2.COLOR_LAB2RGB), dtype=np.uint8)
