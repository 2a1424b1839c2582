"""The learned part of the 3D correction: an ensemble of small networks, evaluated with NumPy.

docs/refinement.md says what they learned from and how well they do on bodies they have not seen;
scripts/train_refinement.py makes the file with their coefficients.
"""

from __future__ import annotations

import functools
import io
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.detection.models import BUNDLE_FOLDER, PROJECT_FOLDER, read_checked
from core.detection.refinement.features import USED, Array, UprightBodies, features, mirrored_points

COEFFICIENTS = BUNDLE_FOLDER / "refinement.npz"
COEFFICIENTS_SHA256 = "259846d1796e3b4bc3195b50f3ca1a301ccb80015e5aac735df237e2870f48d1"
# A network's answer is this many metres a unit: displacements are decimetres.
METRES_PER_UNIT = 0.1
# Standardised features are cut here, so that an odd input cannot lead to an odder answer.
LARGEST_FEATURE = 4.0
# Root mean square of the standardised features: up to the first the networks are believed, from the second on not at
# all. Of the bodies learned from one in a hundred lies above 1.3.
FAMILIAR, STRANGE = 1.4, 2.2


@dataclass(frozen=True, eq=False)
class Ensemble:
    """E networks of L layers and what their features are standardised with.

    Attributes:
        mean, spread: (F,).
        weights: L arrays (E, inputs, outputs).
        biases: L arrays (E, outputs).
    """

    mean: NDArray[np.float32]
    spread: NDArray[np.float32]
    weights: tuple[NDArray[np.float32], ...]
    biases: tuple[NDArray[np.float32], ...]

    def standardised(self, bodies: UprightBodies) -> NDArray[np.float32]:
        """(N, F) features, about 0 with a spread of about 1 for bodies like those learned from."""
        standard: NDArray[np.float32] = (features(bodies) - self.mean) / self.spread
        return np.clip(standard, -LARGEST_FEATURE, LARGEST_FEATURE)

    def displacements(self, standard: NDArray[np.float32]) -> NDArray[np.float32]:
        """(N, K, 3) metres, the mean of the networks' answers."""
        total = np.zeros((len(standard), self.biases[-1].shape[-1]), np.float32)
        for network in range(len(self.biases[0])):
            layer = standard
            for weights, biases in zip(self.weights[:-1], self.biases[:-1], strict=True):
                layer = silu(layer @ weights[network] + biases[network])
            total += layer @ self.weights[-1][network] + self.biases[-1][network]
        total *= METRES_PER_UNIT / len(self.biases[0])
        return total.reshape(len(standard), len(USED), 3)


def silu(x: NDArray[np.float32]) -> NDArray[np.float32]:
    """x / (1 + exp(-x)), in a form that cannot overflow."""
    return np.asarray(x * (0.5 + 0.5 * np.tanh(0.5 * x)), x.dtype)


def learned_bodies(bodies: UprightBodies, ensemble: Ensemble | None = None) -> Array:
    """The bodies corrected, (N, K, 3) metres in their upright frames.

    A mirrored body has a mirrored answer. One unlike all that was learned from stays as MediaPipe has it.
    """
    ensemble = ensemble or shipped_ensemble()
    standard, reflected = ensemble.standardised(bodies), ensemble.standardised(bodies.mirrored())
    here, there = ensemble.displacements(standard), mirrored_points(ensemble.displacements(reflected))
    learned = bodies.start + (here + there) / 2
    belief = ((_belief(standard) + _belief(reflected)) / 2)[:, None, None]
    return belief * learned + (1 - belief) * bodies.world


def _belief(standard: NDArray[np.float32]) -> NDArray[np.float32]:
    """(N,) 1 for bodies like those learned from, 0 for such as nothing was learned about."""
    strangeness = np.sqrt((standard**2).mean(axis=1))
    return np.asarray(np.clip((STRANGE - strangeness) / (STRANGE - FAMILIAR), 0, 1), np.float32)


@functools.lru_cache(maxsize=1)
def shipped_ensemble() -> Ensemble:
    """The networks that come with Posescope.

    Raises:
        ModelMissing: their file is not there.
        ModelAltered: its SHA-256 is not the one it was shipped with.
    """
    content = read_checked(COEFFICIENTS, COEFFICIENTS_SHA256, PROJECT_FOLDER)
    with np.load(io.BytesIO(content)) as arrays:
        layers = sum(name.startswith("weights") for name in arrays)
        return Ensemble(
            mean=arrays["mean"],
            spread=arrays["spread"],
            weights=tuple(arrays[f"weights{layer}"].astype(np.float32) for layer in range(layers)),
            biases=tuple(arrays[f"biases{layer}"].astype(np.float32) for layer in range(layers)),
        )
