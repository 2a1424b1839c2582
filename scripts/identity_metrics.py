"""How well identities are kept, by what the field of multi-object tracking counts: identity switches and IDF1.

IDF1 after Ristani et al., Performance Measures and a Data Set for Multi-Target, Multi-Camera Tracking (2016): each true
person is matched with at most one identity for the whole clip, so that as many detections as possible agree; IDF1 is
the harmonic mean of how much of the truth and how much of the detections that explains. A switch is a true person who
is matched, from one frame in which they are found to the next, with another identity (MOTA's IDSW).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from core.detection.agreement import oks

FOUND_OKS = 0.5


@dataclass(frozen=True)
class IdentityScore:
    """What is counted.

    Attributes:
        switches: identity switches, over all people.
        idf1: 0 to 1.
        found: the share of the truth that is found, whoever it is taken for.
        identities: how many there are.
    """

    switches: int
    idf1: float
    found: float
    identities: int


def identity_score(truth: NDArray[np.float64], image: NDArray[np.float32]) -> IdentityScore:
    """Compare a recording with the truth.

    Args:
        truth: (T, Q, 33, 2) pixels, NaN for who is not there.
        image: (T, P, 33, 3) of a recording with the same frames.
    """
    similarity = oks(truth[:, :, None].astype(np.float32), image[:, None])  # (T, Q, P)
    agrees = np.nan_to_num(similarity) >= FOUND_OKS
    true_count = int(np.isfinite(truth[..., 0, 0]).sum())
    found_count = int(np.isfinite(image[..., 0, 0]).sum())
    together = agrees.sum(axis=0)
    rows, columns = linear_sum_assignment(-together)
    right = int(together[rows, columns].sum())
    matched = _matched(np.nan_to_num(similarity))
    switches = sum(int((np.diff(who[who >= 0]) != 0).sum()) for who in matched.T)
    idf1 = 2 * right / max(1, true_count + found_count)
    return IdentityScore(switches, idf1, float((matched >= 0).sum()) / max(1, true_count), image.shape[1])


def true_people(truth: NDArray[np.float64], image: NDArray[np.float32]) -> NDArray[np.int64]:
    """(T, Q) at which place of a recording each true person stands in each frame; -1 for none. Arguments as above."""
    return _matched(np.nan_to_num(oks(truth[:, :, None].astype(np.float32), image[:, None])))


def _matched(similarity: NDArray[np.float64]) -> NDArray[np.int64]:
    """(T, Q) which identity each true person is matched with in each frame; -1 for none."""
    matched = np.full(similarity.shape[:2], -1)
    for frame, table in enumerate(similarity):
        for person, identity in zip(*linear_sum_assignment(-table), strict=True):
            if table[person, identity] >= FOUND_OKS:
                matched[frame, person] = identity
    return matched
