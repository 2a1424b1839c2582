"""High dynamic range (PQ and HLG, in the colours of BT.2020) as an ordinary picture, for the eye and the detector."""

from __future__ import annotations

import functools

import cv2
import numpy as np
from av.video.reformatter import ColorTrc
from numpy.typing import NDArray

HDR_CURVES = frozenset({int(ColorTrc.SMPTE2084), int(ColorTrc.ARIB_STD_B67)})
# BT.2408: what white paper has in HDR, in candela per square metre; it is 1 in what follows.
_WHITE_CD_M2 = 203.0
# Up to here light stays what it is; above, everything up to the brightest is pressed together below 1.
_KNEE = 0.5
_BRIGHTEST = 10_000 / _WHITE_CD_M2
_STEPS = 1 << 20  # as many that the darkest tones differ by at most one level
_PAST_WHITE = 8.0  # brighter than that is white
_ROWS_AT_ONCE = 128  # at 4K all of them at once would take 0.4 GB
_BT2020_TO_BT709 = np.array(
    [[1.6605, -0.5876, -0.0728], [-0.1246, 1.1329, -0.0083], [-0.0182, -0.1006, 1.1187]], np.float32
)


def tone_mapped(rgb: NDArray[np.uint16], curve: int) -> NDArray[np.uint8]:
    """An HDR picture in ordinary RGB.

    Args:
        rgb: (H, W, 3) values of the curve, 0 to 65535, in the colours of BT.2020.
        curve: which one, of `HDR_CURVES`.

    Returns:
        (H, W, 3) in the colours of BT.709.
    """
    made = np.empty(rgb.shape, np.uint8)
    steps_per_light = np.float32((_STEPS - 1) / _PAST_WHITE)
    for top in range(0, len(rgb), _ROWS_AT_ONCE):
        rows = slice(top, top + _ROWS_AT_ONCE)
        light = np.asarray(cv2.transform(np.take(_light_of(curve), rgb[rows]), _BT2020_TO_BT709), np.float32)
        np.clip(light, 0, _PAST_WHITE, out=light)
        made[rows] = np.take(_levels(), (light * steps_per_light).astype(np.int32))
    return made


@functools.cache
def _light_of(curve: int) -> NDArray[np.float32]:
    """The light that each of 65536 values stands for, white paper being 1."""
    value = np.linspace(0, 1, 65_536)
    if curve == ColorTrc.SMPTE2084:
        m1, m2, c1, c2, c3 = 2610 / 16384, 2523 / 4096 * 128, 3424 / 4096, 2413 / 4096 * 32, 2392 / 4096 * 32
        root = value ** (1 / m2)
        light = _BRIGHTEST * (np.maximum(root - c1, 0) / (c2 - c3 * root)) ** (1 / m1)
    else:
        a, b, c = 0.17883277, 0.28466892, 0.55991073
        scene = np.where(value <= 0.5, value**2 / 3, (np.exp((value - c) / a) + b) / 12)
        # A screen of 1000 cd/m² shows it with a gamma of 1.2.
        light = 1000 / _WHITE_CD_M2 * scene**1.2
    return light.astype(np.float32)


@functools.cache
def _levels() -> NDArray[np.uint8]:
    """The level, 0 to 255, for each step of light."""
    light = np.linspace(0, _PAST_WHITE, _STEPS)
    above = np.maximum(light - _KNEE, 0) / (1 - _KNEE)
    pressed = np.minimum(light, _KNEE) + (1 - _KNEE) * (1 - np.exp(-above))
    return np.asarray(np.round(255 * pressed ** (1 / 2.2)), np.uint8)
