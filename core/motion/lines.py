"""Lines of the body between landmarks: what angles are taken between, and the arithmetic they share."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from core.skeleton import LANDMARK_INDEX

# A landmark, or two of which the mean is meant.
Point = tuple[str] | tuple[str, str]
# From one point to another.
Line = tuple[Point, Point]


def line_vectors(points: NDArray[np.float64], lines: tuple[Line, ...]) -> NDArray[np.float64]:
    """Each of K lines from its first point to its second, (..., K, D), from landmarks (..., 33, D)."""
    ends = points[..., line_ends(lines), :].mean(axis=-2)
    return np.asarray(ends[..., 1, :] - ends[..., 0, :], np.float64)


@cache
def line_ends(lines: tuple[Line, ...]) -> NDArray[np.intp]:
    """(K, 2, 2): the two ends of each line, each as two landmarks whose mean it is, often twice the same."""
    return np.array([[[LANDMARK_INDEX[point[0]], LANDMARK_INDEX[point[-1]]] for point in line] for line in lines])


def angle_between_deg(u: NDArray[np.float64], v: NDArray[np.float64]) -> NDArray[np.float64]:
    """The angle between vectors, 0 to 180 degrees, in any number of dimensions.

    Kahan's formula, which keeps its precision near 0 and 180 where the arc cosine loses it (W. Kahan, How Futile are
    Mindless Assessments of Roundoff in Floating-Point Computation?, 2006, section 12).

    Args:
        u, v: (..., D), broadcast against each other.

    Returns:
        (...); NaN where a vector has no length or holds NaN.
    """
    with np.errstate(invalid="ignore", divide="ignore"):
        unit_u = u / np.linalg.norm(u, axis=-1, keepdims=True)
        unit_v = v / np.linalg.norm(v, axis=-1, keepdims=True)
        apart = np.linalg.norm(unit_u - unit_v, axis=-1)
        along = np.linalg.norm(unit_u + unit_v, axis=-1)
        angle: NDArray[np.float64] = np.degrees(2 * np.arctan2(apart, along))
    return angle
