"""The limbs of the body and how far the direction of each can be trusted, for views that draw doubtful ones faint."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from core.motion.segments import SEGMENT_DEFINITIONS
from core.motion.trust import LEAST_TRUST, angle_trust
from core.recording import Recording
from core.skeleton import BONES, LANDMARK_INDEX

_KINDS = ("upper_arm", "forearm", "thigh", "shank")
_SEGMENTS = tuple(definition for definition in SEGMENT_DEFINITIONS if definition.name in _KINDS)


def _bone_of(names: tuple[str, ...]) -> int:
    ends = {LANDMARK_INDEX[name] for name in names}
    return next(index for index, bone in enumerate(BONES) if set(bone) == ends)


# For each limb its place among BONES.
LIMB_BONES: tuple[int, ...] = tuple(_bone_of(definition.landmarks) for definition in _SEGMENTS)


def limb_trust(recording: Recording, space: str) -> NDArray[np.float32]:
    """How far the directions of upper arms, forearms, thighs and shanks can be trusted.

    Returns:
        (T, P, L), as in `angle_trust`, for the bones LIMB_BONES.
    """
    return angle_trust(recording, space, {definition.segment: (definition.line,) for definition in _SEGMENTS})


def doubtful_bones(recording: Recording, space: str) -> NDArray[np.bool_]:
    """(T, P, B) which of BONES point in a direction that is not to be relied on; those that are no limbs never do."""
    doubtful = np.zeros((recording.frames, recording.people, len(BONES)), bool)
    doubtful[..., LIMB_BONES] = limb_trust(recording, space) < LEAST_TRUST
    return doubtful
