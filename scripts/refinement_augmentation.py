"""More bodies than were rendered: other cameras, other noise, and limbs exchanged between bodies."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from core.detection.refinement.features import PLACE, USED_MIRRORED, Array, UprightBodies, mirrored_points, turned
from scripts.refinement_samples import Samples

ROLL_RAD, SCALE, NOISE_M, VISIBILITY = 0.25, 0.04, 0.012, 0.3
# With this probability the camera looks from elsewhere: from above or below, and a little from the side.
ELSEWHERE, PITCH_RAD, YAW_RAD = 0.7, 0.4, 0.15
# A limb comes from another body with this probability, from one of so many whose trunks are most alike.
EXCHANGE, CANDIDATES = 0.5, 12
# The limbs, each with the landmark that it hangs from first.
LIMBS = tuple(
    [PLACE[landmark] for landmark in landmarks]
    for landmarks in (
        (11, 13, 15, 17, 19, 21),
        (12, 14, 16, 18, 20, 22),
        (23, 25, 27, 29, 31),
        (24, 26, 28, 30, 32),
    )
)
TRUNK = [PLACE[landmark] for landmark in (11, 12, 23, 24)]


def bodies_with_like_trunks(samples: Samples) -> NDArray[np.intp]:
    """(M, CANDIDATES) for every sample the looks of the same model at other bodies whose trunks are most alike."""
    count = len(samples)
    trunks = [samples.truth[:, TRUNK], samples.bodies.seen[:, TRUNK, :2], samples.bodies.world[:, TRUNK]]
    described = np.concatenate([trunk.reshape(count, -1) for trunk in trunks], axis=1).astype(np.float32)
    alike = np.zeros((count, CANDIDATES), np.intp)
    for model in np.unique(samples.model):
        (here,) = np.nonzero(samples.model == model)
        own = described[here]
        squares = (own**2).sum(axis=1)
        distance = squares[:, None] + squares - 2 * own @ own.T
        distance[samples.body[here][:, None] == samples.body[here]] = np.inf
        alike[here] = here[np.argpartition(distance, CANDIDATES, axis=1)[:, :CANDIDATES]]
    return alike


def augmented(
    samples: Samples, index: NDArray[np.intp], alike: NDArray[np.intp], rng: np.random.Generator
) -> tuple[UprightBodies, Array]:
    """These samples as other people and cameras might have given them, and their truth."""
    bodies, truth = _limbs_exchanged(samples, index, alike, rng)
    visibility = bodies.visibility
    count = len(index)
    seen, world, truth = _from_elsewhere(bodies.seen, bodies.world, truth, rng)
    swap = rng.random(count) < 0.5
    seen, world, truth = (
        np.where(swap[:, None, None], mirrored_points(points), points) for points in (seen, world, truth)
    )
    visibility = np.where(swap[:, None], visibility[:, USED_MIRRORED], visibility)
    roll_rad = np.float32(ROLL_RAD) * normal(rng, count)
    seen, world, truth = (turned(points, roll_rad) for points in (seen, world, truth))
    scale = np.exp(np.float32(SCALE) * normal(rng, count, 1, 1))
    noise = np.float32(NOISE_M) * np.abs(normal(rng, count, 1, 1))
    seen = seen * scale + normal(rng, *seen.shape) * noise
    world = world + normal(rng, *world.shape) * noise * np.array([1, 1, 1.5], np.float32)
    unsure = rng.random((count, 1)) < 0.2
    changed = np.clip(visibility + np.float32(VISIBILITY) * normal(rng, *visibility.shape), 0, 1)
    return UprightBodies(seen, world, np.where(unsure, changed, visibility)), truth * scale


def _from_elsewhere(seen: Array, world: Array, truth: Array, rng: np.random.Generator) -> tuple[Array, Array, Array]:
    """The bodies turned, as a camera placed higher or lower shows them.

    What MediaPipe would say of that view is not known. Its errors are taken to stay what they are to the camera.
    """
    count = len(truth)
    somewhere = rng.random(count) < ELSEWHERE
    pitch, yaw = (np.float32(size) * normal(rng, count) * somewhere for size in (PITCH_RAD, YAW_RAD))
    # y and z, then z and x, take the place of the x and y that `turned` turns.
    pitched = np.roll(turned(np.roll(truth, 2, axis=-1), pitch), -2, axis=-1)
    moved = np.roll(turned(np.roll(pitched, 1, axis=-1), yaw), -1, axis=-1)
    return seen + (moved - truth), world + (moved - truth), moved


def normal(rng: np.random.Generator, *shape: int) -> NDArray[np.float32]:
    """Standard normal numbers in single precision."""
    return rng.standard_normal(shape, dtype=np.float32)


def _limbs_exchanged(
    samples: Samples, index: NDArray[np.intp], alike: NDArray[np.intp], rng: np.random.Generator
) -> tuple[UprightBodies, Array]:
    """Some limbs replaced, in what is seen and in the truth alike, by those of bodies whose trunks stand the same."""
    part = samples[index]
    visibility = part.bodies.visibility
    pairs = (
        (part.bodies.seen, samples.bodies.seen),
        (part.bodies.world, samples.bodies.world),
        (part.truth, samples.truth),
    )
    for root, *rest in LIMBS:
        (taken,) = np.nonzero(rng.random(len(index)) < EXCHANGE)
        other = alike[index[taken], rng.integers(0, CANDIDATES, len(taken))]
        place = np.ix_(taken, np.array(rest))
        for points, source in pairs:
            points[place] = source[other][:, rest] - source[other, root][:, None] + points[taken, root][:, None]
        visibility[place] = samples.bodies.visibility[other][:, rest]
    return part.bodies, part.truth
