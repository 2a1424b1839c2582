"""Train the learned part of the 3D correction: core/detection/bundles/refinement.npz.

    python -m scripts.train_refinement                     # train and write the file, print its SHA-256
    python -m scripts.train_refinement --cross-validate 5  # how well does it do on bodies it has not seen?

Learns from scripts/data/refinement_training.npz, with NumPy alone and from fixed seeds. On the same machine with the
same NumPy the file comes out the same to the byte; elsewhere sums may round differently, and the angles of the result
differ by some tenths of a degree. docs/refinement.md explains data, method and results.
"""

from __future__ import annotations

import argparse
import hashlib
import io
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.detection.models import PROJECT_FOLDER
from core.detection.refine_features import (
    HIPS,
    TRUNK_AND_LIMBS,
    USED,
    USED_MIRRORED,
    Array,
    UprightBodies,
    features,
    mirrored_points,
    turned,
    upright,
)
from core.detection.refine_learned import (
    COEFFICIENTS,
    LARGEST_FEATURE,
    METRES_PER_UNIT,
    Ensemble,
    learned_bodies,
)
from scripts.refinement_loss import loss_and_gradient, scored_angles_deg
from scripts.refinement_network import Adam, Network

DATA = Path(__file__).parent / "data" / "refinement_training.npz"
MODELS = ("lite", "full", "heavy")
NETWORKS, HIDDEN, EPOCHS, BATCH = 6, (256, 256), 30, 256
LEARNING_RATE, WEIGHT_DECAY, DROPOUT = 2e-3, 1e-2, 0.2
# A detection whose joints lie this far from the truth in the picture, in metres, has found something else.
LARGEST_OFFSET_M = 0.12
# Jitter added to every sample at every step.
ROLL_RAD, SCALE, NOISE_M, VISIBILITY = 0.25, 0.04, 0.012, 0.3


@dataclass(frozen=True, eq=False)
class Samples:
    """M looks of one model at one body.

    Attributes:
        bodies: what MediaPipe says, in upright frames.
        truth: (M, K, 3) in the same frames and scale.
        body: (M,) which body it is; all looks at it share the number.
        model: (M,) index into MODELS. variant: (M,) 0 is the picture as it was rendered.
        offset_m: (M,) how far the detection is from the truth in the picture.
    """

    bodies: UprightBodies
    truth: Array
    body: NDArray[np.intp]
    model: NDArray[np.intp]
    variant: NDArray[np.intp]
    offset_m: Array

    def __getitem__(self, index: NDArray[np.bool_] | NDArray[np.intp]) -> Samples:
        bodies = UprightBodies(self.bodies.seen[index], self.bodies.world[index], self.bodies.visibility[index])
        return Samples(
            bodies,
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


def load(path: Path = DATA) -> Samples:
    """Everything there is to learn from."""
    with np.load(path) as arrays:
        looks = len(arrays["name"])
        _, number = np.unique(arrays["name"], return_inverse=True)
        image = arrays["image_32nd_px"].astype(np.float64) / 32
        world = arrays["world_tenth_mm"].astype(np.float64) / 1e4
        visibility = arrays["visibility_255th"].astype(np.float64) / 255
        truth = arrays["truth_tenth_mm"].astype(np.float64) / 1e4
        answered, variant = arrays["answered"], arrays["variant"]
    model, look = np.nonzero(answered)
    assert image.shape == (len(MODELS), looks, 33, 3)
    bodies, roll_rad, _ = upright(image[answered], world[answered], visibility[answered])
    points = turned(along_line_of_sight(truth[look][:, USED]), roll_rad)
    seen_xy, true_xy = (array[:, TRUNK_AND_LIMBS, :2] for array in (bodies.seen, points))
    scale = (seen_xy * true_xy).sum(axis=(1, 2)) / (true_xy**2).sum(axis=(1, 2))
    points = points * scale[:, None, None]
    offset = np.linalg.norm(seen_xy - points[:, TRUNK_AND_LIMBS, :2], axis=-1).mean(axis=1)
    return Samples(bodies, points, number[look], model, variant[look], offset)


def along_line_of_sight(points: Array) -> Array:
    """(M, K, 3) in camera coordinates to a frame between the hips whose z is the line of sight to it."""
    hips = points[:, HIPS].mean(axis=1)
    z = hips / np.linalg.norm(hips, axis=-1, keepdims=True)
    x = np.cross(np.array([0, 1.0, 0]), z)
    x /= np.linalg.norm(x, axis=-1, keepdims=True)
    frame = np.stack([x, np.cross(z, x), z], axis=1)
    return np.asarray(np.einsum("nij,nkj->nki", frame, points - hips[:, None]))


def jittered(samples: Samples, rng: np.random.Generator) -> tuple[UprightBodies, Array]:
    """The samples as other people and cameras might have given them, and their truth."""
    count = len(samples.body)
    seen, world = samples.bodies.seen, samples.bodies.world
    visibility, truth = samples.bodies.visibility, samples.truth
    swap = rng.random(count) < 0.5
    seen, world, truth = (
        np.where(swap[:, None, None], mirrored_points(points), points) for points in (seen, world, truth)
    )
    visibility = np.where(swap[:, None], visibility[:, USED_MIRRORED], visibility)
    roll_rad = rng.normal(0, ROLL_RAD, count)
    seen, world, truth = (turned(points, roll_rad) for points in (seen, world, truth))
    scale = np.exp(rng.normal(0, SCALE, (count, 1, 1)))
    noise = NOISE_M * np.abs(rng.normal(0, 1, (count, 1, 1)))
    seen = seen * scale + rng.normal(0, 1, seen.shape) * noise
    world = world + rng.normal(0, 1, world.shape) * noise * np.array([1, 1, 1.5])
    unsure = rng.random((count, 1)) < 0.2
    visibility = np.where(unsure, np.clip(visibility + rng.normal(0, VISIBILITY, visibility.shape), 0, 1), visibility)
    return UprightBodies(seen, world, visibility), truth * scale


def train(samples: Samples, networks: int = NETWORKS, epochs: int = EPOCHS) -> Ensemble:
    """An ensemble that has seen the usable samples `epochs` times, jittered anew each time."""
    samples = samples[samples.usable]
    every = features(samples.bodies).astype(np.float64)
    mean, spread = every.mean(axis=0).astype(np.float32), (every.std(axis=0) + 0.02).astype(np.float32)
    trained = [_network(samples, mean, spread, seed, epochs) for seed in range(networks)]
    layers = range(len(trained[0].weights))
    # As they will be read from the file, so that what is measured is what ships.
    return Ensemble(
        mean=mean,
        spread=spread,
        weights=tuple(_as_stored(np.stack([net.weights[layer] for net in trained])) for layer in layers),
        biases=tuple(_as_stored(np.stack([net.biases[layer] for net in trained])) for layer in layers),
    )


def _network(
    samples: Samples, mean: NDArray[np.float32], spread: NDArray[np.float32], seed: int, epochs: int
) -> Network:
    rng = np.random.default_rng(seed)
    network = Network((len(mean), *HIDDEN, len(USED) * 3), rng)
    batches = len(samples.body) // BATCH
    adam = Adam(network, LEARNING_RATE, WEIGHT_DECAY, epochs * batches)
    for _ in range(epochs):
        order = rng.permutation(len(samples.body))
        for batch in range(batches):
            bodies, truth = jittered(samples[order[batch * BATCH : (batch + 1) * BATCH]], rng)
            standard = np.clip((features(bodies) - mean) / spread, -LARGEST_FEATURE, LARGEST_FEATURE)
            answer = network.forward(standard, rng, DROPOUT).reshape(BATCH, len(USED), 3)
            _, gradient = loss_and_gradient(bodies.start + METRES_PER_UNIT * answer, truth)
            adam.step(network.backward(gradient.reshape(BATCH, -1).astype(np.float32)))
    return network


def _as_stored(array: NDArray[np.float32]) -> NDArray[np.float32]:
    return array.astype(np.float16).astype(np.float32)


def write(ensemble: Ensemble, path: Path) -> str:
    """Write the file that ships; returns its SHA-256."""
    arrays: dict[str, Array] = {"mean": ensemble.mean, "spread": ensemble.spread}
    for layer, (weights, biases) in enumerate(zip(ensemble.weights, ensemble.biases, strict=True)):
        arrays[f"weights{layer}"], arrays[f"biases{layer}"] = weights.astype(np.float16), biases.astype(np.float16)
    content = io.BytesIO()
    np.savez(content, **arrays)  # type: ignore[arg-type]
    path.write_bytes(content.getvalue())
    return hashlib.sha256(content.getvalue()).hexdigest()


def cross_validate(samples: Samples, folds: int, networks: int = 2, epochs: int = EPOCHS) -> None:
    """Print raw and corrected mean errors on the rendered pictures of bodies that were left out in training."""
    fold = samples.body * 7919 % folds
    raw, corrected = np.full((2, len(fold), 8), np.nan)
    for held_out in range(folds):
        ensemble = train(samples[fold != held_out], networks, epochs)
        here = fold == held_out
        part = samples[here]
        wanted = scored_angles_deg(part.truth)
        raw[here] = np.abs(scored_angles_deg(part.bodies.world) - wanted)
        corrected[here] = np.abs(scored_angles_deg(learned_bodies(part.bodies, ensemble)) - wanted)
    for looks, which in (("as rendered", samples.variant == 0), ("seen otherwise", samples.variant > 0)):
        for number, model in enumerate(MODELS):
            chosen = which & (samples.model == number)
            before, after = raw[chosen].mean(), corrected[chosen].mean()
            middle = np.median(raw[chosen]), np.median(corrected[chosen])
            print(
                f"{looks:15s}{model:6s} mean {before:5.2f} -> {after:5.2f} deg, ratio {after / before:.3f}; "
                f"median {middle[0]:5.2f} -> {middle[1]:5.2f}",
                flush=True,
            )


def main() -> None:
    """Train or cross-validate."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cross-validate", type=int, metavar="FOLDS")
    arguments = parser.parse_args()
    samples = load()
    if arguments.cross_validate:
        cross_validate(samples, arguments.cross_validate)
        return
    path = PROJECT_FOLDER / COEFFICIENTS
    print(f"{COEFFICIENTS}: {write(train(samples), path)}")


if __name__ == "__main__":
    main()
