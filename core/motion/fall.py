"""A warning while the camera is running: somebody who stood has gone down quickly and stays down.

A rule of thumb, no medical alarm: it knows the picture only. Two things must come together, so that neither a squat nor
lying down on a mat warns: the shoulders drop by more than a trunk's length within a second, and then the trunk lies.
"""

from __future__ import annotations

from collections import deque

import numpy as np
from numpy.typing import NDArray

from core.skeleton import LANDMARK_INDEX

_SHOULDERS = [LANDMARK_INDEX["left_shoulder"], LANDMARK_INDEX["right_shoulder"]]
_HIPS = [LANDMARK_INDEX["left_hip"], LANDMARK_INDEX["right_hip"]]
# A drop of so many trunk lengths within so many seconds.
DROP_TRUNKS, DROP_WITHIN_S = 1.0, 1.0
# Lying: the trunk is this far from upright, for so long, at the latest so long after the drop.
LYING_DEG, LYING_FOR_S, LYING_WITHIN_S = 55.0, 0.7, 3.0
# Up again.
UPRIGHT_DEG, UPRIGHT_FOR_S = 35.0, 0.5
# Trunk length is taken from the time before the fall, when the camera saw it whole.
MEMORY_S = 4.0
LEAST_VISIBILITY = 0.3


class FallWarning:
    """Watches one person.

    Attributes:
        warns: somebody has fallen and is not up yet.
    """

    def __init__(self) -> None:
        self.warns = False
        self._past: deque[tuple[float, float, float]] = deque()  # time, height of the shoulders, trunk length
        self._dropped_s = -np.inf
        self._lying_since: float | None = None
        self._upright_since: float | None = None

    def see(self, time_s: float, image: NDArray[np.floating], visibility: NDArray[np.floating]) -> bool:
        """The next frame; gives `warns`.

        Args:
            time_s: rising.
            image: (33, 2 or 3) x and y in pixels, y down; NaN where nobody was found, which changes nothing.
            visibility: (33,), 0 to 1.
        """
        ends = [*_SHOULDERS, *_HIPS]
        if not np.isfinite(image[ends, :2]).all() or visibility[ends].mean() < LEAST_VISIBILITY:
            return self.warns
        shoulders, hips = image[_SHOULDERS, :2].mean(axis=0), image[_HIPS, :2].mean(axis=0)
        up = hips - shoulders
        trunk_px = float(np.hypot(*up))
        lean_deg = float(np.degrees(np.arctan2(abs(up[0]), up[1])))
        self._watch_drop(time_s, float(shoulders[1]), trunk_px)
        self._watch_lean(time_s, lean_deg)
        return self.warns

    def _watch_drop(self, time_s: float, shoulders_px: float, trunk_px: float) -> None:
        while self._past and not 0 <= time_s - self._past[0][0] <= MEMORY_S:
            self._past.popleft()
        usual_px = float(np.percentile([each[2] for each in self._past], 80)) if self._past else trunk_px
        lately = [height for seen_s, height, _ in self._past if time_s - seen_s <= DROP_WITHIN_S]
        if lately and shoulders_px - min(lately) > DROP_TRUNKS * usual_px:
            self._dropped_s = time_s
        self._past.append((time_s, shoulders_px, trunk_px))

    def _watch_lean(self, time_s: float, lean_deg: float) -> None:
        self._lying_since = _since(self._lying_since, time_s, lean_deg >= LYING_DEG)
        self._upright_since = _since(self._upright_since, time_s, lean_deg <= UPRIGHT_DEG)
        if self._lying_since is not None and time_s - self._lying_since >= LYING_FOR_S:
            self.warns = self.warns or self._lying_since - self._dropped_s <= LYING_WITHIN_S
        if self._upright_since is not None and time_s - self._upright_since >= UPRIGHT_FOR_S:
            self.warns = False


def _since(before: float | None, now: float, true: bool) -> float | None:
    """Since when something has been true; None while it is not."""
    return (now if before is None else before) if true else None
