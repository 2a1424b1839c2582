"""A body over time: moments in which the depth jumps are mended, and what trembles is smoothed, at irregular times."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from core.detection.refinement.features import Array

# How far to each side smoothing looks: in the picture's plane, where landmarks are accurate, and in depth.
PLANE_REACH_S, DEPTH_REACH_S = 0.1, 0.15
# A depth this far from the median of its surroundings, in robust standard deviations and in metres, is a jump.
JUMP_DEVIATIONS, JUMP_M = 3.0, 0.04
# Never more frames than this to each side, however many there are in a second.
MOST_FRAMES = 24
# Holds back slope and curvature where hardly any neighbours speak for them.
STIFFNESS = 1e-3


def smoothed(points: Array, time_s: NDArray[np.float64]) -> Array:
    """(N, K, 3) bodies at (N,) rising times, smoothed within gaps' limits: nothing reaches across a longer gap."""
    if len(points) < 3:
        return points
    depth = _without_jumps(points[..., 2], time_s)
    plane = _locally_fitted(points[..., :2].reshape(len(points), -1), time_s, PLANE_REACH_S)
    depth = _locally_fitted(depth, time_s, DEPTH_REACH_S)
    return np.concatenate([plane.reshape(*points.shape[:2], 2), depth[..., None]], axis=-1)


def _neighbours(time_s: NDArray[np.float64], reach_s: float) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    """(N, M) frames around each frame, and how far away they are in units of the reach; 1 or more is too far."""
    step_s = float(np.median(np.diff(time_s)))
    side = int(np.clip(np.ceil(reach_s / max(step_s, 1e-6)), 1, min(MOST_FRAMES, len(time_s) - 1)))
    frames = np.arange(len(time_s))[:, None] + np.arange(-side, side + 1)
    inside = (frames >= 0) & (frames < len(time_s))
    frames = np.clip(frames, 0, len(time_s) - 1)
    apart = (time_s[frames] - time_s[:, None]) / reach_s
    return frames, np.where(inside, apart, np.inf)


def _locally_fitted(values: Array, time_s: NDArray[np.float64], reach_s: float) -> Array:
    """(N, D): in each frame the value of a parabola fitted to the neighbours, the near ones counting most (loess:
    Cleveland, JASA 1979)."""
    frames, apart = _neighbours(time_s, reach_s)
    distance = np.minimum(np.abs(apart), 1)
    weight = (1 - distance**3) ** 3
    apart = np.where(weight > 0, apart, 0)
    basis = np.stack([np.ones_like(apart), apart, apart**2], axis=-1)  # (N, M, 3)
    weighted = basis * weight[..., None]
    normal = np.einsum("nmi,nmj->nij", weighted, basis) + STIFFNESS * np.diag([0.0, 1.0, 1.0])
    # The fitted value at the frame itself is a fixed combination of the neighbours' values.
    first = np.broadcast_to(np.array([1.0, 0, 0])[:, None], (len(values), 3, 1))
    combination = np.einsum("nmi,ni->nm", weighted, np.linalg.solve(normal, first)[..., 0])
    combination /= combination.sum(axis=1, keepdims=True)
    fitted = np.zeros(values.shape)
    for place in range(frames.shape[1]):
        fitted += combination[:, place, None] * values[frames[:, place]]
    return fitted


def _without_jumps(depth: Array, time_s: NDArray[np.float64]) -> Array:
    """(N, K) depths with those replaced that leap away and back (Hampel's identifier)."""
    frames, apart = _neighbours(time_s, DEPTH_REACH_S)
    around = np.where((np.abs(apart) <= 1)[..., None], depth[frames], np.nan)
    middle = np.nanmedian(around, axis=1)
    deviation = 1.4826 * np.nanmedian(np.abs(around - middle[:, None]), axis=1)
    return np.where(np.abs(depth - middle) > JUMP_DEVIATIONS * deviation + JUMP_M, middle, depth)
