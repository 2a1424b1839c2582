"""How far an angle can be trusted."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from core.recording import Recording
from core.skeleton import LANDMARK_INDEX


def angle_trust(recording: Recording, space: str, needed: Sequence[Sequence[str]]) -> NDArray[np.float32]:
    """The trust in each of K angles.

    Args:
        recording: T frames, P people.
        space: the coordinates that the angles are measured in. All are trusted alike so far.
        needed: for each angle the landmarks that it depends on.

    Returns:
        (T, P, K), 0 to 1: the smallest product of visibility and presence among the landmarks needed. NaN where the
        person was not found.
    """
    certainty = recording.visibility * recording.presence
    most = max(map(len, needed))
    # A landmark that is named again changes no minimum.
    padded = [[LANDMARK_INDEX[name] for name in [*names, *[names[-1]] * (most - len(names))]] for names in needed]
    trust: NDArray[np.float32] = certainty[..., padded].min(axis=-1)
    return trust
