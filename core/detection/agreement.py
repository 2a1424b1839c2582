"""Do several looks at one person agree? Their similarity, those that go together, and their mean.

A landmarker that is shown nobody still draws a body now and then, but another one with every look. So a body is taken
for real when several looks give the same one, whatever score each gives itself.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.skeleton import LANDMARKS, MIRRORED

# How far people who mark a joint by hand are apart, by COCO (cocodataset.org/#keypoints-eval), in square roots of the
# person's area; the other landmarks of face, hands and feet like their neighbours there.
_FACE, _EAR, _SHOULDER, _ELBOW, _WRIST, _HIP, _KNEE, _ANKLE = 0.026, 0.035, 0.079, 0.072, 0.062, 0.107, 0.087, 0.089
SIGMAS: NDArray[np.float64] = np.array(
    [_FACE] * 7 + [_EAR] * 2 + [_FACE] * 2
    + [_SHOULDER] * 2 + [_ELBOW] * 2 + [_WRIST] * 8
    + [_HIP] * 2 + [_KNEE] * 2 + [_ANKLE] * 6
)  # fmt: skip
# Nose, eyes, ears, shoulders, elbows, wrists, hips, knees, ankles: those that COCO compares.
COMPARED = [0, 2, 5, 7, 8, 11, 12, 13, 14, 15, 16, 23, 24, 25, 26, 27, 28]
# A person's area as a share of their box, by COCO's evaluation.
AREA_OF_BOX = 0.53
# Two bodies at least so similar (OKS) are one person found twice; COCO calls that a hit.
SAME_PERSON = 0.5
assert len(SIGMAS) == len(LANDMARKS)


@dataclass(frozen=True, eq=False)
class Look:
    """One person as one run of the landmarker saw them.

    Attributes:
        image: (33, 3) x, y, z in pixels of the picture.
        world: (33, 3) metres.
        visibility, presence: (33,) 0 to 1.
    """

    image: NDArray[np.float32]
    world: NDArray[np.float32]
    visibility: NDArray[np.float32]
    presence: NDArray[np.float32]


def oks(one: NDArray[np.float32], other: NDArray[np.float32]) -> NDArray[np.float64]:
    """Object keypoint similarity of two bodies, 0 to 1; 1 where they are the same.

    exp(-d² / (2 (2 sigma)² area)), the mean over the joints that COCO names. The area is that of the larger body.

    Args:
        one, other: (..., 33, 2 or 3) x, y in pixels; they are broadcast.
    """
    squared = ((one[..., :2] - other[..., :2]).astype(np.float64) ** 2).sum(axis=-1)
    area = np.maximum(_area(one), _area(other))[..., None] + 1e-9
    similarity: NDArray[np.float64] = np.exp(-squared / (2 * (2 * SIGMAS) ** 2 * area))[..., COMPARED].mean(axis=-1)
    return similarity


def agreeing(looks: list[Look], least: float) -> list[int]:
    """Which looks go together: those at least so similar to the one that most are similar to."""
    if not looks:
        return []
    bodies = np.stack([look.image for look in looks])
    similarity = oks(bodies[:, None], bodies[None])
    counts = (similarity >= least).sum(axis=1)
    middle = int(np.lexsort((similarity.sum(axis=1), counts))[-1])
    return [int(index) for index in np.flatnonzero(similarity[middle] >= least)]


def with_same_sides(looks: list[Look]) -> list[Look]:
    """Those of several looks at one person that have left and right where the middle one of them has.

    Somebody who stands straight may be seen from the front in one look and from behind in another, almost at the same
    place: the mean of the two would be a narrow body that nobody has.
    """
    bodies = np.stack([look.image for look in looks])
    middle = bodies[int(oks(bodies[:, None], bodies[None]).sum(axis=1).argmax())]
    straight, exchanged = oks(bodies, middle), oks(bodies[:, list(MIRRORED)], middle)
    return [look for look, right in zip(looks, straight >= exchanged, strict=True) if right]


def mean_look(looks: list[Look]) -> Look:
    """The mean of several looks at one person, each landmark weighted by its visibility."""
    weights = np.stack([look.visibility for look in looks]) + np.float32(1e-3)

    def mean(arrays: list[NDArray[np.float32]]) -> NDArray[np.float32]:
        return np.average(np.stack(arrays), axis=0, weights=weights).astype(np.float32)

    def mean_points(arrays: list[NDArray[np.float32]]) -> NDArray[np.float32]:
        return np.stack([mean([array[:, axis] for array in arrays]) for axis in range(3)], axis=-1)

    return Look(
        image=mean_points([look.image for look in looks]),
        world=mean_points([look.world for look in looks]),
        visibility=np.mean([look.visibility for look in looks], axis=0, dtype=np.float32),
        presence=np.mean([look.presence for look in looks], axis=0, dtype=np.float32),
    )


def _area(body: NDArray[np.float32]) -> NDArray[np.float64]:
    """A person's area, (...) square pixels, from the box around the joints that are compared."""
    joints = body[..., COMPARED, :2].astype(np.float64)
    extent = joints.max(axis=-2) - joints.min(axis=-2)
    area: NDArray[np.float64] = AREA_OF_BOX * extent[..., 0] * extent[..., 1]
    return area
