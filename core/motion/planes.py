"""The body's own directions, and angles in its sagittal and frontal planes."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

# A line closer than this to the normal of a plane has no direction in it: there the landmarks' noise would be more than
# three times as large as elsewhere.
SINGULAR_DEG = 15.0
_SINGULAR = float(np.sin(np.radians(SINGULAR_DEG)))


class BodyAxes(NamedTuple):
    """Three unit vectors at right angles, each (..., 3); NaN where the body has no such directions."""

    left: NDArray[np.float64]
    up: NDArray[np.float64]
    forward: NDArray[np.float64]


def body_axes(up: NDArray[np.float64], across: NDArray[np.float64]) -> BodyAxes:
    """The directions of the body from its upward line and a line from its right to its left side.

    Up is exactly along `up`; left is what of `across` is at right angles to it; forward is at right angles to both.

    Args:
        up, across: (..., 3), any length, broadcast against each other.

    Returns:
        The axes; `left` and `forward` are NaN where both lines are within 15 degrees of each other.
    """
    upward = _unit(up)
    sideways = _unit(across)
    left = sideways - (sideways * upward).sum(axis=-1, keepdims=True) * upward
    with np.errstate(invalid="ignore"):
        known = np.linalg.norm(left, axis=-1, keepdims=True) >= _SINGULAR
    left = _unit(np.where(known, left, np.nan))
    return BodyAxes(left, upward, np.cross(left, upward))


def angle_in_plane_deg(
    line: NDArray[np.float64], zero: NDArray[np.float64], positive: NDArray[np.float64]
) -> NDArray[np.float64]:
    """The angle of a line's projection into a plane.

    Args:
        line: (..., D), any length.
        zero, positive: (..., D), unit vectors at right angles that span the plane: where the angle is 0 and where it
            is 90 degrees.

    Returns:
        (...), -180 to 180 degrees; NaN where the line is within 15 degrees of the plane's normal.
    """
    unit = _unit(line)
    along, aside = (unit * zero).sum(axis=-1), (unit * positive).sum(axis=-1)
    with np.errstate(invalid="ignore"):
        known = np.hypot(along, aside) >= _SINGULAR
    return np.where(known, np.degrees(np.arctan2(aside, along)), np.nan)


def _unit(vector: NDArray[np.float64]) -> NDArray[np.float64]:
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(vector / np.linalg.norm(vector, axis=-1, keepdims=True), np.float64)
