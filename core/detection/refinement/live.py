"""The 3D correction while the camera is running: each frame by itself, with bones that settle.

`refined_body` looks ahead in time and takes one set of bones from the whole clip. Here nothing is known of what comes:
the learned correction is the same, lengths are the median of what was seen so far, smoothing is left to whoever shows
it. It takes about half a millisecond.
"""

from __future__ import annotations

from collections import deque

import numpy as np

from core.detection.refine import as_learned, with_face
from core.detection.refinement.bones import likely_lengths, with_lengths
from core.detection.refinement.features import Array

# Bones are taken from so many of the last bodies: three seconds, so that another person has their own soon.
LENGTHS_OF = 90
# After a gap longer than this it may be somebody else.
FORGET_AFTER_S = 2.0


class LiveCorrection:
    """Corrects one person's bodies as they come. Not for several threads at once."""

    def __init__(self) -> None:
        self._lengths: deque[Array] = deque(maxlen=LENGTHS_OF)
        self._seen_s = -np.inf

    def __call__(self, image: Array, world: Array, visibility: Array, time_s: float) -> Array:
        """The body corrected, (33, 3) metres, in the frame of `world`.

        Args:
            image: (33, 3), x and y in pixels, z in the same pixels.
            world: (33, 3) metres, origin between the hips, x right, y down, z away from the camera.
            visibility: (33,), 0 to 1.
            time_s: when, in seconds.
        """
        if not 0 <= time_s - self._seen_s <= FORGET_AFTER_S:
            self._lengths.clear()
        self._seen_s = time_s
        seen, points = as_learned(image[None], world[None], visibility[None])
        self._lengths.append(likely_lengths(points)[0])
        lengths = np.median(np.stack(self._lengths), axis=0)
        return np.asarray(with_face(seen, with_lengths(points, lengths))[0], np.float32)
