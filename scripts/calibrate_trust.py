"""Calibrate trust: fit core/motion/data/trust.json.

    python -m scripts.calibrate_trust

Learns from scripts/data/refinement_training.npz, rendered bodies with known truth. The 3D correction was learned from
the same bodies, so each is corrected here by networks that were trained without it. What trust promises is then checked
in the same way: the figures printed are of bodies left out of the fit. Takes some minutes.
"""

from __future__ import annotations

import json

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from core.detection.refine import with_face
from core.detection.refinement.bones import likely_lengths, with_lengths
from core.detection.refinement.features import turned, upright
from core.detection.refinement.learned import learned_bodies
from core.motion.angles import DEFINITIONS
from core.motion.arrays import kind_of
from core.motion.segments import SEGMENT_DEFINITIONS
from core.motion.trust import CLUES, COEFFICIENTS, OTHER, RIGHT_WITHIN_DEG, LinesOfAngles, angle_clues
from core.recording import SPACES, Recording
from core.settings import Settings
from scripts.angle_truth import MEASURED, angle_errors_deg
from scripts.refinement_samples import DATA, load_samples
from scripts.train_refinement import train

Floats = NDArray[np.float64]
# Fewer and shorter trained networks than those that ship, which makes trust a little too small rather than too large.
FOLDS, NETWORKS, EPOCHS = 4, 3, 30
# Width and height of the training pictures; all but the first look at each body are half as large again.
SIZE, OTHER_SIZE = (360, 480), (540, 720)
RIDGE = 1e-5
# The training bodies never bend these: that an angle which is always the same is found says nothing.
NEVER_BENT = ("wrist", "ankle", "neck", "foot", "head")
KINDS = tuple(dict.fromkeys(kind_of(name) for name in MEASURED))
KIND_OF_EACH = np.array([KINDS.index(kind_of(name)) for name in MEASURED])
BENT = np.array([kind_of(name) not in NEVER_BENT for name in MEASURED])
LINES = LinesOfAngles.of(
    (*(each.lines for each in DEFINITIONS), *((each.line,) for each in SEGMENT_DEFINITIONS)),
)


def looks() -> tuple[list[Recording], list[Floats], NDArray[np.intp]]:
    """The training bodies, corrected as if never seen: recordings of as many frames as looks of one size, where the
    landmarks really are (N, 33, 3), and which fold each look belongs to."""
    samples = load_samples()
    fold = samples.body % FOLDS
    with np.load(DATA) as arrays:
        answered = arrays["answered"]
        image = arrays["image_4th_px"][answered].astype(np.float64) / 4
        world = arrays["world_mm"][answered].astype(np.float64) / 1e3
        visibility = arrays["visibility_255th"][answered].astype(np.float64) / 255
        truth = arrays["truth_mm"][np.nonzero(answered)[1]].astype(np.float64) / 1e3
    _, roll_rad, pixels_per_metre = upright(image, world, visibility)
    seen = np.concatenate([image[..., :2] / pixels_per_metre[:, None, None], world[..., 2:]], axis=-1)
    refined = np.empty_like(world)
    for held_out in range(FOLDS):
        here = fold == held_out
        points = learned_bodies(samples[here].bodies, train(samples[~here], NETWORKS, EPOCHS))
        points = turned(points, -roll_rad[here])
        refined[here] = with_face(seen[here], with_lengths(points, likely_lengths(points)))
    recordings, truths, folds = [], [], []
    for size, which in ((SIZE, samples.variant == 0), (OTHER_SIZE, samples.variant > 0)):
        recordings.append(_recording(size, *(array[which] for array in (image, world, refined, visibility))))
        truths.append(truth[which])
        folds.append(fold[which])
    return recordings, truths, np.concatenate(folds)


def _recording(size: tuple[int, int], image: Floats, world: Floats, refined: Floats, visibility: Floats) -> Recording:
    image, world, refined, visibility = (array[:, None] for array in (image, world, refined, visibility))
    return Recording(
        time=np.arange(float(len(image))),
        image=image.astype(np.float32),
        world=world.astype(np.float32),
        refined=refined.astype(np.float32),
        visibility=visibility.astype(np.float32),
        presence=np.ones_like(visibility, np.float32),
        width=size[0],
        height=size[1],
        frame_rate=0.0,
        source="training",
        settings=Settings(),
    )


def fitted(clues: Floats, right: NDArray[np.bool_], kind: NDArray[np.intp]) -> tuple[Floats, Floats]:
    """Log odds of each of KINDS, and weights of CLUES, none negative, from (M, C) clues."""

    def loss(parameters: Floats) -> tuple[float, Floats]:
        # The kinds' log odds are held near their common mean, the weights near 0.
        mean, own, weights = parameters[0], parameters[1 : 1 + len(KINDS)], parameters[1 + len(KINDS) :]
        z = mean + own[kind] - clues @ weights
        error = 1 / (1 + np.exp(-z)) - right
        by_kind = np.bincount(kind, error, len(KINDS)) / len(z)
        value = np.logaddexp(0, np.where(right, -z, z)).mean() + RIDGE * (own @ own / len(KINDS) + weights @ weights)
        gradient = [
            [error.mean()],
            by_kind + 2 * RIDGE * own / len(KINDS),
            -clues.T @ error / len(z) + 2 * RIDGE * weights,
        ]
        return float(value), np.concatenate(gradient)

    bounds = [(None, None)] * (1 + len(KINDS)) + [(0, None)] * len(CLUES)
    found = minimize(loss, np.zeros(len(bounds)), jac=True, bounds=bounds, method="L-BFGS-B").x
    return found[0] + found[1 : 1 + len(KINDS)], found[1 + len(KINDS) :]


def trusted(clues: Floats, kind: NDArray[np.intp], log_odds: Floats, weights: Floats) -> Floats:
    """(M,) probabilities."""
    return np.asarray(1 / (1 + np.exp(clues @ weights - log_odds[kind])))


def main() -> None:
    """Fit, check, write."""
    recordings, truths, fold = looks()
    every = np.concatenate([angle_clues(recording, LINES)[:, 0] for recording in recordings])
    models = {}
    for space in SPACES:
        pairs = zip(recordings, truths, strict=True)
        errors = np.concatenate([angle_errors_deg(recording, truth, space) for recording, truth in pairs])
        known = np.isfinite(errors) & np.isfinite(every).all(axis=-1) & BENT
        clues, error = every[known], errors[known]
        kind = np.broadcast_to(KIND_OF_EACH, known.shape)[known]
        own_fold = np.broadcast_to(fold[:, None], known.shape)[known]
        right = error < RIGHT_WITHIN_DEG
        trust = np.empty(len(error))
        for held_out in range(FOLDS):
            here = own_fold == held_out
            trust[here] = trusted(clues[here], kind[here], *fitted(clues[~here], right[~here], kind[~here]))
        print_reliability(space, trust, error)
        log_odds, weights = fitted(clues, right, kind)
        own = {KINDS[each]: round(float(log_odds[each]), 3) for each in np.unique(kind)}
        models[space] = {
            # What is not known is trusted as little as what is hardest.
            "log_odds": own | {OTHER: min(own.values())},
            "weights": dict(zip(CLUES, weights.round(3).tolist(), strict=True)),
            "usual": dict(zip(CLUES, np.median(clues, axis=0).round(3).tolist(), strict=True)),
        }
    COEFFICIENTS.write_text(json.dumps(models, indent=1) + "\n")


def print_reliability(space: str, trust: Floats, error: Floats) -> None:
    """For each tenth of trust how many angles, which share of them is right, and their mean error."""
    print(space)
    for low in np.arange(0, 1, 0.1):
        here = (trust >= low) & (trust < low + 0.1)
        if here.any():
            share, mean_deg = (error[here] < RIGHT_WITHIN_DEG).mean(), error[here].mean()
            print(f"  trust from {low:.1f}: {here.sum():7d} angles, {share:.2f} right, mean {mean_deg:.1f} deg")


if __name__ == "__main__":
    main()
