"""What was found in consecutive frames as arrays, made of everyone's tracklets."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.detection.identity.identities import Identity
from core.skeleton import LANDMARKS


@dataclass(frozen=True, eq=False)
class Track:
    """People in consecutive frames. F frames, P people; NaN where one is not found.

    Attributes:
        image, world: (F, P, 33, 3) float32.
        visibility, presence: (F, P, 33) float32.
    """

    image: NDArray[np.float32]
    world: NDArray[np.float32]
    visibility: NDArray[np.float32]
    presence: NDArray[np.float32]

    @classmethod
    def of(cls, people: list[Identity], frames: int) -> Track:
        """These people, in their order, in the first so many frames."""
        shape = (frames, len(people), len(LANDMARKS))
        track = cls(
            image=np.full((*shape, 3), np.nan, np.float32),
            world=np.full((*shape, 3), np.nan, np.float32),
            visibility=np.full(shape, np.nan, np.float32),
            presence=np.full(shape, np.nan, np.float32),
        )
        for place, person in enumerate(people):
            for tracklet in person.tracklets:
                for name in ("image", "world", "visibility", "presence"):
                    seen = np.stack([getattr(look, name) for look in tracklet.looks])
                    getattr(track, name)[tracklet.frames, place] = seen
        return track
