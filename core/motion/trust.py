"""How far an angle can be trusted: the probability that it is within 10 degrees of the truth.

Some joints are harder than others, and of every angle a few clues are known that go with large errors (`CLUES`). A
logistic regression makes a probability of both, with coefficients of its own for each of the three spaces; no clue can
raise the trust. scripts/calibrate_trust.py fits it to rendered bodies whose truth is known, corrected by networks that
had never seen them; docs/trust.md says how well it does on others.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.motion.arrays import in_blocks, kind_of
from core.motion.lines import Line, Point, angle_between_deg, line_ends, line_vectors
from core.recording import Recording
from core.skeleton import LANDMARK_INDEX, LANDMARKS, MIRRORED

# An angle is right when it is this close to the truth.
RIGHT_WITHIN_DEG = 10.0
# Angles trusted less are more often wrong than right: summaries leave them out, curves and limbs are drawn faint.
LEAST_TRUST = 0.4

# Each is 0 where nothing speaks against an angle, and rises to 1.
CLUES: tuple[str, ...] = (
    # One of its landmarks is not seen: the root of how far visibility times presence is from 1, as the step from 0.99
    # to 0.9 tells more than that from 0.5 to 0.4.
    "hidden",
    # A landmark is close to the edge of the picture or beyond it.
    "near_edge",
    # A line of the angle points at the camera, so that its direction rests on the depth.
    "end_on",
    # The correction has turned a line of the angle.
    "turned",
    # The correction has changed the angle itself.
    "changed",
    # MediaPipe has made a line longer on one side of the body than on the other.
    "uneven",
)
# From this many degrees, and from this ratio of lengths, on a clue counts no more.
MOST_TURNED_DEG, MOST_UNEVEN = 60.0, 1.5
# Kinds of joints and segments that trust has not been calibrated for.
OTHER = "other"
COEFFICIENTS = Path(__file__).parent / "data" / "trust.json"


@dataclass(frozen=True)
class TrustModel:
    """A logistic regression.

    Attributes:
        log_odds: for each kind of joint or segment the log odds of being right where no clue speaks against it.
        weights: for each of CLUES by how much it lowers them.
        usual: for each of CLUES what it usually is, for where it is not known.
    """

    log_odds: Mapping[str, float]
    weights: NDArray[np.float64]
    usual: NDArray[np.float64]

    def trust(self, clues: NDArray[np.float64], names: Sequence[str]) -> NDArray[np.float64]:
        """(..., K, C) clues of K joints or segments with these names to (..., K) probabilities."""
        against = np.where(np.isnan(clues), self.usual, clues) @ self.weights
        return np.asarray(
            1 / (1 + np.exp(against - [self.log_odds.get(kind_of(name), self.log_odds[OTHER]) for name in names]))
        )


@cache
def trust_models() -> dict[str, TrustModel]:
    """The model of each space."""
    return {
        space: TrustModel(
            model["log_odds"], *(np.array([model[part][clue] for clue in CLUES]) for part in ("weights", "usual"))
        )
        for space, model in json.loads(COEFFICIENTS.read_text()).items()
    }


def angle_trust(recording: Recording, space: str, needed: Mapping[str, tuple[Line, ...]]) -> NDArray[np.float32]:
    """The trust in each of K angles: the probability that it is within 10 degrees of the truth.

    Args:
        recording: T frames, P people.
        space: the coordinates that the angles are measured in.
        needed: for each joint or segment the lines of the body that its angle depends on; it is taken between the first
            two, or between a single one and the vertical.

    Returns:
        (T, P, K), 0 to 1. NaN where the person was not found.
    """
    model, lines = trust_models()[space], LinesOfAngles.of(tuple(needed.values()))

    def measure(part: Recording) -> tuple[NDArray[np.float64]]:
        unknown = np.isnan(part.visibility[..., lines.landmarks]).any(axis=-1)
        return (np.where(unknown, np.nan, model.trust(angle_clues(part, lines), tuple(needed))),)

    (trust,) = in_blocks(recording, measure)
    return trust.astype(np.float32)


@dataclass(frozen=True, eq=False)
class LinesOfAngles:
    """The lines that K angles depend on, ready for all to be looked up at once.

    Attributes:
        lines: the U lines, each once.
        across: the same on the body's other side.
        places: (K, L) which of the lines each angle depends on, the last ones repeated.
        landmarks: (K, M) which landmarks, some repeated.
        single: (K,) whether it is a single line against the vertical.
    """

    lines: tuple[Line, ...]
    across: tuple[Line, ...]
    places: NDArray[np.intp]
    landmarks: NDArray[np.intp]
    single: NDArray[np.bool_]

    @staticmethod
    @cache
    def of(needed: tuple[tuple[Line, ...], ...]) -> LinesOfAngles:
        """The lines of these angles."""
        lines = tuple(dict.fromkeys(line for each in needed for line in each))
        most = max(map(len, needed))
        places = np.array([[lines.index(each[min(place, len(each) - 1)]) for place in range(most)] for each in needed])
        return LinesOfAngles(
            lines=lines,
            across=tuple((_mirrored(start), _mirrored(end)) for start, end in lines),
            places=places,
            landmarks=line_ends(lines)[places].reshape(len(needed), -1),
            single=np.array([len(each) == 1 for each in needed]),
        )

    def worst(self, of_lines: NDArray[np.float64]) -> NDArray[np.float64]:
        """(..., U) of lines to (..., K) of angles: the largest among the lines of each."""
        return np.asarray(of_lines[..., self.places].max(axis=-1))


def _mirrored(point: Point) -> Point:
    first, last = (LANDMARKS[MIRRORED[LANDMARK_INDEX[name]]] for name in (point[0], point[-1]))
    return (first,) if len(point) == 1 else (first, last)


def angle_clues(recording: Recording, angles: LinesOfAngles) -> NDArray[np.float64]:
    """What speaks against each of K angles: (T, P, K, C), as in CLUES. NaN where it is not known."""
    world = recording.world.astype(np.float64)
    best = world if recording.refined is None else recording.refined.astype(np.float64)
    raw, own = line_vectors(world, angles.lines), line_vectors(best, angles.lines)
    raw_m, own_m = (np.linalg.norm(vectors, axis=-1) for vectors in (raw, own))
    across_m = np.linalg.norm(line_vectors(world, angles.across), axis=-1)
    seen = (recording.visibility * recording.presence).astype(np.float64)
    with np.errstate(invalid="ignore", divide="ignore"):
        end_on = np.abs(own[..., 2]) / own_m
        uneven = np.abs(np.log(raw_m / across_m)) / np.log(MOST_UNEVEN)
    turned, changed = _corrected_by_deg(raw, own, angles)
    if recording.refined is None:
        turned = changed = np.full(turned.shape, np.nan)
    clues = (
        np.sqrt(np.maximum(1 - seen[..., angles.landmarks].min(axis=-1), 0)),
        _near_edge(recording, angles),
        angles.worst(end_on),
        turned / MOST_TURNED_DEG,
        changed / MOST_TURNED_DEG,
        angles.worst(uneven),
    )
    return np.stack([np.minimum(clue, 1.0) for clue in clues], axis=-1)


def _corrected_by_deg(
    raw: NDArray[np.float64], own: NDArray[np.float64], angles: LinesOfAngles
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """(T, P, K) by how much the correction has turned one of an angle's lines, and changed the angle."""
    turned = angles.worst(angle_between_deg(raw, own))
    first, second = angles.places[:, 0], angles.places[:, min(1, angles.places.shape[1] - 1)]
    between = [angle_between_deg(vectors[..., first, :], vectors[..., second, :]) for vectors in (raw, own)]
    return turned, np.where(angles.single, turned, np.abs(between[1] - between[0]))


def _near_edge(recording: Recording, angles: LinesOfAngles) -> NDArray[np.float64]:
    """(T, P, K) 0 where every landmark is half a limb inside the picture, 1 where one is at its edge or beyond."""
    picture = recording.image[..., :2].astype(np.float64)
    size = np.array([recording.width, recording.height])
    inside = np.minimum(picture, size - picture).min(axis=-1)[..., angles.landmarks].min(axis=-1)
    length = angles.worst(np.linalg.norm(line_vectors(picture, angles.lines), axis=-1))
    return np.asarray(np.clip(1 - inside / np.maximum(length / 2, 1.0), 0, 1))
