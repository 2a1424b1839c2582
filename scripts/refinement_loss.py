"""What the learned correction is trained for: places of landmarks, directions of bones, angles of joints."""

from __future__ import annotations

import numpy as np

from core.detection.refinement.features import BONES, PLACE, TRUNK_AND_LIMBS, Array

# Elbows, shoulders, hips, knees: start, joint and end.
SCORED = np.array(
    [
        [PLACE[landmark] for landmark in triple]
        for triple in (
            (11, 13, 15),
            (12, 14, 16),
            (13, 11, 23),
            (14, 12, 24),
            (11, 23, 25),
            (12, 24, 26),
            (23, 25, 27),
            (24, 26, 28),
        )
    ]
)
PLACE_WEIGHT, DIRECTION_WEIGHT, ANGLE_WEIGHT = 1.0, 0.3, 0.5
# Face, hands and feet count less than trunk and limbs.
LANDMARK_WEIGHT = np.where(np.isin(np.arange(len(PLACE)), TRUNK_AND_LIMBS), 1.0, 0.4)
# Below these an error counts by its square, above by its size.
SMALL_PLACE_M, SMALL_DIRECTION, SMALL_ANGLE_RAD = 0.02, 0.05, 0.05


def scored_angles_deg(points: Array) -> Array:
    """(N, K, 3) to (N, 8) degrees."""
    cosine, *_ = _cosines(points)
    return np.degrees(np.arccos(cosine[..., 0]))


def loss_and_gradient(points: Array, truth: Array) -> tuple[float, Array]:
    """The loss of (N, K, 3) points and its gradient, of the same shape."""
    gradient = np.zeros_like(points)
    loss = _place_loss(points, truth, gradient)
    loss += _direction_loss(points, truth, gradient)
    loss += _angle_loss(points, truth, gradient)
    return loss, gradient


def _place_loss(points: Array, truth: Array, gradient: Array) -> float:
    error = points - truth
    size = np.sqrt(error**2 + SMALL_PLACE_M**2)
    weight = PLACE_WEIGHT * LANDMARK_WEIGHT[:, None] / error.size
    gradient += weight * error / size
    return float((weight * size).sum())


def _direction_loss(points: Array, truth: Array, gradient: Array) -> float:
    bones, length = _units(points[:, BONES[:, 1]] - points[:, BONES[:, 0]])
    wanted, _ = _units(truth[:, BONES[:, 1]] - truth[:, BONES[:, 0]])
    error = bones - wanted
    size = np.sqrt((error**2).sum(axis=-1, keepdims=True) + SMALL_DIRECTION**2)
    weight = DIRECTION_WEIGHT / size.size
    by_unit = weight * error / size
    by_bone = (by_unit - bones * (bones * by_unit).sum(axis=-1, keepdims=True)) / length
    for bone, (first, second) in enumerate(BONES):
        gradient[:, second] += by_bone[:, bone]
        gradient[:, first] -= by_bone[:, bone]
    return float((weight * size).sum())


def _angle_loss(points: Array, truth: Array, gradient: Array) -> float:
    cosine, first, first_length, second, second_length = _cosines(points)
    wanted, *_ = _cosines(truth)
    error = np.arccos(cosine) - np.arccos(wanted)
    size = np.sqrt(error**2 + SMALL_ANGLE_RAD**2)
    weight = ANGLE_WEIGHT / size.size
    # Near 0 and 180 degrees the angle's slope has no direction; the small number keeps it finite there.
    by_cosine = -weight * error / size / np.sqrt(1 - cosine**2 + 1e-4)
    by_first = by_cosine * (second - cosine * first) / first_length
    by_second = by_cosine * (first - cosine * second) / second_length
    for angle, (start, joint, end) in enumerate(SCORED):
        gradient[:, start] += by_first[:, angle]
        gradient[:, end] += by_second[:, angle]
        gradient[:, joint] -= by_first[:, angle] + by_second[:, angle]
    return float((weight * size).sum())


def _units(vectors: Array) -> tuple[Array, Array]:
    length = np.linalg.norm(vectors, axis=-1, keepdims=True) + 1e-6
    return vectors / length, length


def _cosines(points: Array) -> tuple[Array, Array, Array, Array, Array]:
    start, joint, end = (points[..., SCORED[:, column], :] for column in range(3))
    first, first_length = _units(start - joint)
    second, second_length = _units(end - joint)
    cosine = np.clip((first * second).sum(axis=-1, keepdims=True), -1, 1)
    return cosine, first, first_length, second, second_length
