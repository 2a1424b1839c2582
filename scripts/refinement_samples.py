"""The bodies that the learned 3D correction learns from: scripts/data/refinement_training.npz."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.detection.refinement.features import HIPS, TRUNK_AND_LIMBS, USED, Array, UprightBodies, turned, upright

DATA = Path(__file__).parent / "data" / "refinement_training.npz"
MODELS = ("lite", "full", "heavy")
# A detection whose joints lie this far from the truth in the picture, in metres, has found something else.
LARGEST_OFFSET_M = 0.2


@dataclass(frozen=True, eq=False)
class Samples:
    """M looks of one model at one body.

    Attributes:
        bodies: what MediaPipe says, in upright frames.
        truth: (M, K, 3) in the same frames and scale.
        body: (M,) which body it is; all looks at it share the number.
        model: (M,) index into MODELS.
        variant: (M,) 0 is the picture as it was rendered.
        offset_m: (M,) how far the detection is from the truth in the picture.
    """

    bodies: UprightBodies
    truth: Array
    body: NDArray[np.intp]
    model: NDArray[np.intp]
    variant: NDArray[np.intp]
    offset_m: Array

    def __len__(self) -> int:
        return len(self.body)

    def __getitem__(self, index: NDArray[np.bool_] | NDArray[np.intp]) -> Samples:
        return Samples(
            UprightBodies(self.bodies.seen[index], self.bodies.world[index], self.bodies.visibility[index]),
            self.truth[index],
            self.body[index],
            self.model[index],
            self.variant[index],
            self.offset_m[index],
        )

    @property
    def usable(self) -> NDArray[np.bool_]:
        """(M,) whether the detection shows this body at all."""
        return np.asarray(self.offset_m < LARGEST_OFFSET_M)


def load_samples(path: Path = DATA) -> Samples:
    """Everything there is to learn from. `collect_refinement_training` says what the arrays are."""
    with np.load(path) as arrays:
        _, number = np.unique(arrays["name"], return_inverse=True)
        image = arrays["image_4th_px"].astype(np.float64) / 4
        world = arrays["world_mm"].astype(np.float64) / 1e3
        visibility = arrays["visibility_255th"].astype(np.float64) / 255
        truth = arrays["truth_mm"].astype(np.float64) / 1e3
        answered, variant = arrays["answered"], arrays["variant"]
    model, look = np.nonzero(answered)
    bodies, roll_rad, _ = upright(image[answered], world[answered], visibility[answered])
    points = turned(_along_line_of_sight(truth[look][:, USED]), roll_rad)
    seen_xy, true_xy = (array[:, TRUNK_AND_LIMBS, :2] for array in (bodies.seen, points))
    scale = (seen_xy * true_xy).sum(axis=(1, 2)) / (true_xy**2).sum(axis=(1, 2))
    points = points * scale[:, None, None]
    offset = np.linalg.norm(seen_xy - points[:, TRUNK_AND_LIMBS, :2], axis=-1).mean(axis=1)
    in_single = UprightBodies(*(array.astype(np.float32) for array in (bodies.seen, bodies.world, bodies.visibility)))
    return Samples(in_single, points.astype(np.float32), number[look], model, variant[look], offset)


def _along_line_of_sight(points: Array) -> Array:
    """(M, K, 3) in camera coordinates to a frame between the hips whose z is the line of sight to it.

    MediaPipe looks at a cut-out of the picture around the person and knows nothing of where that was.
    """
    hips = points[:, HIPS].mean(axis=1)
    z = hips / np.linalg.norm(hips, axis=-1, keepdims=True)
    x = np.cross(np.array([0, 1.0, 0]), z)
    x /= np.linalg.norm(x, axis=-1, keepdims=True)
    frame = np.stack([x, np.cross(z, x), z], axis=1)
    return np.asarray(np.einsum("nij,nkj->nki", frame, points - hips[:, None]))
