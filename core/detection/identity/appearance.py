"""What tells people apart beside where they are: the colours of their clothes and the proportions of their bodies."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

# Regions and between which landmarks each is sampled: (from, to) as pairs of landmarks whose middles are joined.
_TORSO = (((11, 12), (23, 24)), ((11, 11), (23, 23)), ((12, 12), (24, 24)), ((11, 11), (24, 24)), ((12, 12), (23, 23)))
_ARMS = (((11, 11), (13, 13)), ((12, 12), (14, 14)))
_THIGHS = (((23, 23), (25, 25)), ((24, 24), (26, 26)))
_SHINS = (((25, 25), (27, 27)), ((26, 26), (28, 28)))
_HEAD = (((7, 7), (8, 8)), ((0, 0), (7, 8)))
_REGIONS = (_TORSO, _ARMS, _THIGHS, _SHINS, _HEAD)
REGIONS = len(_REGIONS)
# Between the ends of a line, away from the joints, where something else may begin.
_SHARES = np.linspace(0.2, 0.8, 5)
_LINES = np.array([line for region in _REGIONS for line in region])  # (L, 2 ends, 2 landmarks)
_REGION_OF_LINE = np.array([number for number, region in enumerate(_REGIONS) for _ in region])
# A region of which less than this is seen says nothing.
_LEAST_VISIBILITY = 0.5
# Lightness changes with the light more than the hue does.
LIGHTNESS_SHARE = 0.5

# Trunk, width of shoulders and hips, upper arms, forearms, thighs, shins.
_BONES = np.array([(11, 23), (12, 24), (11, 12), (23, 24), (11, 13), (12, 14), (13, 15), (14, 16), (23, 25), (24, 26),
                   (25, 27), (26, 28)])  # fmt: skip


def colours(rgb: NDArray[np.uint8], body: NDArray[np.float32], visibility: NDArray[np.float32]) -> NDArray[np.float32]:
    """The mean colour of each region of a body: trunk, upper arms, thighs, shins, head.

    Args:
        rgb: (H, W, 3) uint8.
        body: (33, 3) x, y, z in pixels.
        visibility: (33,).

    Returns:
        (5, 3) CIE L*a*b*, L* weighted by `LIGHTNESS_SHARE`; NaN where a region is not seen.
    """
    ends = body[_LINES, :2].mean(axis=2)  # (L, 2 ends, xy)
    points = ends[:, :1] + _SHARES[None, :, None] * (ends[:, 1:] - ends[:, :1])
    height, width = rgb.shape[:2]
    columns, rows = np.floor(points[..., 0]).astype(int), np.floor(points[..., 1]).astype(int)
    inside = (columns >= 0) & (columns < width) & (rows >= 0) & (rows < height)
    sampled = rgb[rows.clip(0, height - 1), columns.clip(0, width - 1)].astype(np.float32) / np.float32(255)
    lab = cv2.cvtColor(sampled, cv2.COLOR_RGB2LAB)
    seen = inside & (visibility[_LINES].min(axis=(1, 2)) >= _LEAST_VISIBILITY)[:, None]
    lab[~seen] = np.nan
    means = np.full((REGIONS, 3), np.nan, np.float32)
    for region in range(REGIONS):
        of_region = lab[region == _REGION_OF_LINE].reshape(-1, 3)
        there = np.isfinite(of_region[:, 0])
        if there.any():
            means[region] = np.median(of_region[there], axis=0)
    means[:, 0] *= LIGHTNESS_SHARE
    return means


def log_proportions(world: NDArray[np.float32]) -> NDArray[np.float64]:
    """Natural logarithms of bone lengths: trunk, shoulders, hips, arms, legs.

    Args:
        world: (..., 33, 3) metres.

    Returns:
        (..., 12).
    """
    bones = world[..., _BONES[:, 1], :] - world[..., _BONES[:, 0], :]
    return np.asarray(np.log(np.linalg.norm(bones.astype(np.float64), axis=-1) + 1e-3), np.float64)


def pixels_a_metre(image: NDArray[np.float32], world: NDArray[np.float32]) -> float:
    """How large a body is in the picture, whatever its pose: the ratio of its landmarks' spread there and in metres.

    Somebody who crouches or turns over keeps it; the box around them does not.

    Args:
        image: (33, 3) x, y, z in pixels.
        world: (33, 3) metres, facing the same camera.
    """
    spreads = [float(np.sqrt(((each - each.mean(axis=0)) ** 2).sum())) for each in (image[:, :2], world[:, :2])]
    return max(spreads[0], 1e-3) / max(spreads[1], 1e-3)
