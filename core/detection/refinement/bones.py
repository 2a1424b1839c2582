"""Bones of human length, the same on the left and on the right, and in a clip the same in every frame.

Only lengths are changed here. Directions, which the angles come from, are left as the learned correction gives them:
a depth that is solved for from bone lengths turned out worse than the learned one even where the true lengths were
known (docs/refinement.md).
"""

from __future__ import annotations

import numpy as np

from core.detection.refinement.features import HIPS, PLACE, SHOULDERS, USED_MIRRORED, Array
from core.skeleton import LANDMARK_INDEX

# Every limb, hand and foot hangs from the point before it, in an order in which that has been placed already. With the
# mean lengths of the bodies learned from, in metres.
_LIMBS = (
    ("shoulder", "elbow", 0.241),
    ("elbow", "wrist", 0.236),
    ("wrist", "pinky", 0.094),
    ("wrist", "index", 0.105),
    ("wrist", "thumb", 0.069),
    ("hip", "knee", 0.390),
    ("knee", "ankle", 0.403),
    ("ankle", "heel", 0.065),
    ("ankle", "foot_index", 0.191),
)
_CHAINS = tuple(
    (PLACE[LANDMARK_INDEX[f"{side}_{start}"]], PLACE[LANDMARK_INDEX[f"{side}_{end}"]])
    for start, end, _ in _LIMBS
    for side in ("left", "right")
)
HEAD = [PLACE[landmark] for landmark in (0, 7, 8)]
# Between the hips, between the shoulders, from between the hips to between the shoulders, from there to nose and ears,
# limbs.
USUAL_LENGTH_M = np.array([0.202, 0.336, 0.447, 0.243, 0.241, 0.241, *np.repeat([m for *_, m in _LIMBS], 2)])
# How far a length is moved from the usual one towards the one found.
RELIANCE = 0.25
# Which segment is the same on the other side.
_OTHER_SIDE = np.array(
    [0, 1, 2, 3, 5, 4, *(6 + _CHAINS.index((USED_MIRRORED[a], USED_MIRRORED[b])) for a, b in _CHAINS)]
)


def segments(points: Array) -> Array:
    """(N, K, 3) to the (N, S, 3) vectors along the body's segments."""
    hips, shoulders = points[:, HIPS], points[:, SHOULDERS]
    neck = shoulders.mean(axis=1)
    chains = np.array(_CHAINS)
    return np.concatenate(
        [
            (hips[:, 1] - hips[:, 0])[:, None],
            (shoulders[:, 1] - shoulders[:, 0])[:, None],
            (neck - hips.mean(axis=1))[:, None],
            points[:, HEAD] - neck[:, None],
            points[:, chains[:, 1]] - points[:, chains[:, 0]],
        ],
        axis=1,
    )


def from_segments(vectors: Array) -> Array:
    """The body, with its origin between the hips, whose segments these are: (N, S, 3) to (N, K, 3)."""
    points = np.empty((len(vectors), len(PLACE), 3), vectors.dtype)
    neck = vectors[:, 2]
    for side, sign in enumerate((-0.5, 0.5)):
        points[:, HIPS[side]] = sign * vectors[:, 0]
        points[:, SHOULDERS[side]] = neck + sign * vectors[:, 1]
    points[:, HEAD] = neck[:, None] + vectors[:, 3 : 3 + len(HEAD)]
    for place, (start, end) in enumerate(_CHAINS, start=3 + len(HEAD)):
        points[:, end] = points[:, start] + vectors[:, place]
    return points


def lengths(points: Array) -> Array:
    """(N, S) the lengths of the segments."""
    return np.asarray(np.linalg.norm(segments(points), axis=-1))


def likely_lengths(points: Array) -> Array:
    """(N, S) how long the segments are likely to be, left and right alike.

    Where the depth is uncertain the learned answer lies between the possible ones and its bones are too short. So a
    length is drawn towards the usual one.

    """
    found = lengths(points)
    both = (found + found[:, _OTHER_SIDE]) / 2
    return np.asarray(USUAL_LENGTH_M + RELIANCE * (both - USUAL_LENGTH_M))


def with_lengths(points: Array, wanted_m: Array) -> Array:
    """The bodies (N, K, 3) with segments of these lengths, (N, S) or (S,), in the directions that they have."""
    vectors = segments(points)
    found = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return from_segments(vectors * (wanted_m[..., None] / np.maximum(found, 1e-6)))
