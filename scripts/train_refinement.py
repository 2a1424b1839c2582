"""Train the learned part of the 3D correction: core/detection/bundles/refinement.npz.

    OPENBLAS_NUM_THREADS=1 python -m scripts.train_refinement   # train and write the file, print its SHA-256
    python -m scripts.train_refinement --cross-validate 3       # how well does it do on bodies it has not seen?

Learns from scripts/data/refinement_training.npz, with NumPy alone and from fixed seeds. On the same machine with the
same NumPy the file comes out the same to the byte; elsewhere sums may round differently, and the angles of the result
differ a little. docs/refinement.md explains data, method and results.
"""

from __future__ import annotations

import argparse
import functools
import hashlib
import io
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.detection.models import PROJECT_FOLDER
from core.detection.refinement.features import USED, Array, features
from core.detection.refinement.learned import (
    COEFFICIENTS,
    LARGEST_FEATURE,
    METRES_PER_UNIT,
    Ensemble,
    learned_bodies,
)
from scripts.refinement_augmentation import augmented, bodies_with_like_trunks
from scripts.refinement_loss import loss_and_gradient, scored_angles_deg
from scripts.refinement_network import Adam, Network
from scripts.refinement_samples import MODELS, Samples, load_samples

NETWORKS, HIDDEN, EPOCHS, BATCH = 6, (256, 256), 50, 256
# Networks that learn at the same time; the result does not depend on it.
WORKERS = 2
LEARNING_RATE, WEIGHT_DECAY, DROPOUT = 2e-3, 1e-2, 0.1


def train(samples: Samples, networks: int = NETWORKS, epochs: int = EPOCHS) -> Ensemble:
    """An ensemble that has seen the usable samples `epochs` times, changed anew each time."""
    samples = samples[samples.usable]
    every = features(samples.bodies)
    mean, spread = every.mean(axis=0).astype(np.float32), (every.std(axis=0) + 0.02).astype(np.float32)
    alike = bodies_with_like_trunks(samples)
    learn = functools.partial(_network, samples, alike, mean, spread, epochs)
    with ProcessPoolExecutor(max_workers=WORKERS) as workers:
        trained = list(workers.map(learn, range(networks)))
    layers = range(len(trained[0].weights))
    # As they will be read from the file, so that what is measured is what ships.
    return Ensemble(
        mean=mean,
        spread=spread,
        weights=tuple(_as_stored(np.stack([net.weights[layer] for net in trained])) for layer in layers),
        biases=tuple(_as_stored(np.stack([net.biases[layer] for net in trained])) for layer in layers),
    )


def _network(
    samples: Samples,
    alike: NDArray[np.intp],
    mean: NDArray[np.float32],
    spread: NDArray[np.float32],
    epochs: int,
    seed: int,
) -> Network:
    rng = np.random.default_rng(seed)
    network = Network((len(mean), *HIDDEN, len(USED) * 3), rng)
    batches = len(samples) // BATCH
    adam = Adam(network, LEARNING_RATE, WEIGHT_DECAY, epochs * batches)
    for _ in range(epochs):
        order = rng.permutation(len(samples))
        for batch in range(batches):
            bodies, truth = augmented(samples, order[batch * BATCH : (batch + 1) * BATCH], alike, rng)
            standard = np.clip((features(bodies) - mean) / spread, -LARGEST_FEATURE, LARGEST_FEATURE)
            answer = network.forward(standard, rng, DROPOUT).reshape(BATCH, len(USED), 3)
            _, gradient = loss_and_gradient(bodies.start + np.float32(METRES_PER_UNIT) * answer, truth)
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


def cross_validate(samples: Samples, folds: int, networks: int = 2, epochs: int = 25) -> None:
    """Print raw and corrected errors on bodies that were left out in training, which is shorter than the real one."""
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
    samples = load_samples()
    if arguments.cross_validate:
        cross_validate(samples, arguments.cross_validate)
        return
    path = PROJECT_FOLDER / COEFFICIENTS
    print(f"{COEFFICIENTS}: {write(train(samples), path)}")


if __name__ == "__main__":
    main()
