"""What the learned correction looks at: a body in a frame of its own, free of place, size and roll of the camera.

The frame ("upright frame") has its origin between the hips and is turned about the line of sight until the trunk
stands upright in the picture. Its unit is MediaPipe's metre. N bodies; K = 25 landmarks (`USED`), the face being
nose and ears. Training (scripts/train_refinement.py) and use share this module.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.skeleton import LANDMARK_INDEX, MIRRORED

Array = NDArray[np.floating[Any]]

# The eyes and the mouth say nothing more about a pose than nose and ears do.
USED: tuple[int, ...] = (0, 7, 8, *range(11, 33))
PLACE: dict[int, int] = {landmark: place for place, landmark in enumerate(USED)}


def _places(*names: str) -> list[int]:
    return [PLACE[LANDMARK_INDEX[name]] for name in names]


USED_MIRRORED = np.array([PLACE[MIRRORED[landmark]] for landmark in USED])
SHOULDERS, HIPS = _places("left_shoulder", "right_shoulder"), _places("left_hip", "right_hip")
TRUNK_AND_LIMBS = [PLACE[landmark] for landmark in (*range(11, 17), *range(23, 29))]
# The bones whose directions and foreshortening are told to the network, and their usual lengths in MediaPipe's metre.
_BONE_ENDS = (
    ("left_shoulder", "left_elbow", 0.25),
    ("right_shoulder", "right_elbow", 0.25),
    ("left_elbow", "left_wrist", 0.24),
    ("right_elbow", "right_wrist", 0.24),
    ("left_hip", "left_knee", 0.40),
    ("right_hip", "right_knee", 0.40),
    ("left_knee", "left_ankle", 0.40),
    ("right_knee", "right_ankle", 0.40),
    ("left_shoulder", "right_shoulder", 0.35),
    ("left_hip", "right_hip", 0.21),
    ("left_shoulder", "left_hip", 0.47),
    ("right_shoulder", "right_hip", 0.47),
)
BONES = np.array([_places(first, second) for first, second, _ in _BONE_ENDS])
USUAL_LENGTH_M = np.array([length for *_, length in _BONE_ENDS])


@dataclass(frozen=True, eq=False)
class UprightBodies:
    """N bodies in their upright frames.

    Attributes:
        seen: (N, K, 3), the image landmarks, scaled to metres.
        world: (N, K, 3), MediaPipe's world landmarks.
        visibility: (N, K).
    """

    seen: Array
    world: Array
    visibility: Array

    def __len__(self) -> int:
        return len(self.seen)

    def mirrored(self) -> UprightBodies:
        """The same bodies in a mirror in which left becomes right."""
        return UprightBodies(mirrored_points(self.seen), mirrored_points(self.world), self.visibility[:, USED_MIRRORED])

    @property
    def start(self) -> Array:
        """(N, K, 3): x and y as the picture shows them, z from the world landmarks: what is to be corrected."""
        return np.concatenate([self.seen[..., :2], self.world[..., 2:]], axis=-1)


def mirrored_points(points: Array) -> Array:
    """(N, K, 3) in a mirror in which left becomes right."""
    return points[:, USED_MIRRORED] * np.array([-1, 1, 1], points.dtype)


def turned(points: Array, roll_rad: Array) -> Array:
    """(N, ..., 3) turned about the line of sight by (N,) radians, from x towards y."""
    shape = (-1,) + (1,) * (points.ndim - 2)
    cos, sin = np.cos(roll_rad).reshape(shape), np.sin(roll_rad).reshape(shape)
    x, y, z = points[..., 0], points[..., 1], points[..., 2]
    return np.stack([cos * x - sin * y, sin * x + cos * y, z], axis=-1)


def upright(image: Array, world: Array, visibility: Array) -> tuple[UprightBodies, Array, Array]:
    """Bodies in their upright frames.

    Args:
        image: (N, 33, 3) pixels. world: (N, 33, 3) metres. visibility: (N, 33). Nothing is NaN.

    Returns:
        The bodies; (N,) the roll in radians that made them upright; (N,) pixels in a metre. The scale is the one
        with which the world landmarks cover as much of the picture as the image landmarks do.
    """
    seen, points = (_from_hips(array[:, USED]) for array in (image, world))
    weight = np.clip(visibility[:, USED], 0.1, 1)[:, TRUNK_AND_LIMBS, None]
    extents = [
        np.sqrt((weight * array[:, TRUNK_AND_LIMBS, :2] ** 2).sum(axis=(1, 2))) + tiny
        for array, tiny in ((seen, 1e-6), (points, 1e-9))
    ]
    pixels_per_metre = extents[0] / extents[1]
    seen = seen / pixels_per_metre[:, None, None]
    trunk = (seen[:, SHOULDERS, :2] + points[:, SHOULDERS, :2]).sum(axis=1)
    roll_rad = -np.pi / 2 - np.arctan2(trunk[:, 1], trunk[:, 0])
    bodies = UprightBodies(turned(seen, roll_rad), turned(points, roll_rad), visibility[:, USED])
    return bodies, roll_rad, pixels_per_metre


def features(bodies: UprightBodies) -> NDArray[np.float32]:
    """(N, F): where everything seems to be, what the two answers disagree about, and how foreshortened bones are."""
    seen_xy = bodies.seen[..., :2]
    bones = bodies.world[:, BONES[:, 1]] - bodies.world[:, BONES[:, 0]]
    directions = bones / (np.linalg.norm(bones, axis=-1, keepdims=True) + 1e-6)
    seen_length = np.linalg.norm(seen_xy[:, BONES[:, 1]] - seen_xy[:, BONES[:, 0]], axis=-1)
    depth_extent = np.sqrt(np.clip(USUAL_LENGTH_M**2 - seen_length**2, 0, None))
    blocks = (
        seen_xy,
        bodies.world,
        bodies.seen[..., 2],
        seen_xy - bodies.world[..., :2],
        directions,
        depth_extent,
        seen_length,
        bodies.visibility,
    )
    return np.concatenate([block.reshape(len(bodies), -1) for block in blocks], axis=1).astype(np.float32)


def _from_hips(points: Array) -> Array:
    return np.asarray(points - points[:, HIPS].mean(axis=1, keepdims=True))
