"""Which way is up: the picture's vertical, or that of a camera whose tilt is known."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

# y points down in the picture and in the world landmarks alike.
UP_OF_A_LEVEL_CAMERA = (0.0, -1.0, 0.0)


def unit_up(up: Sequence[float] | NDArray[np.floating] | None, dimensions: int) -> NDArray[np.float64]:
    """The unit vector that points up.

    Args:
        up: (3,), any length, in the axes of the camera: x right, y down, z away. None for a level camera. A camera
            rolled by r clockwise, as seen from behind it, and tilted downwards by t has
            (-sin r * cos t, -cos r * cos t, -sin t).
        dimensions: 3, or 2 for the picture's plane, where only the roll counts.

    Returns:
        (dimensions,); NaN if `up` has no direction in the picture's plane.

    Raises:
        ValueError: `up` is not three finite numbers, or all are 0.
    """
    vector = np.asarray(UP_OF_A_LEVEL_CAMERA if up is None else up, np.float64)
    if vector.shape != (3,) or not np.isfinite(vector).all() or not vector.any():
        raise ValueError(f"expected three numbers that point somewhere as up, got {up!r}")
    vector = vector[:dimensions]
    length = float(np.linalg.norm(vector))
    return vector / length if length else np.full(dimensions, np.nan)
