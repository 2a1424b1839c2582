"""Where the detector has taken left for right for a while, and the recording with that undone.

Seen from the side, in a turn or behind a hand, a detector may exchange the legs, the arms or both for some frames, and
of somebody small or against the light it may take the front for the back. What it says is changed only where that is
decisive (`core.motion.exchanges`); everywhere else it stays as it was found.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.motion.exchanges import ARMS, HEAD, HIP, LEGS, SHOULDER, body_exchanges, limb_exchanges, runs
from core.recording import Recording, SideRepair
from core.skeleton import LANDMARK_INDEX

COLUMNS = ["person", "part", "from_s", "to_s", "frames"]

_HIPS = [LANDMARK_INDEX["left_hip"], LANDMARK_INDEX["right_hip"]]


def repair_swaps(recording: Recording) -> tuple[Recording, pd.DataFrame]:
    """Find the frames in which left and right are exchanged, and put them right where that is certain enough.

    What counts is how positions go on from frame to frame, relative to the hips, in the picture and in MediaPipe's 3D.
    Limbs that cross, bodies that turn and fast movements are continuous and left alone. A stretch is changed only if
    the next best explanation of the clip, in which any frame of it is right, is clearly less likely, and if it is seen
    to begin and to end. Where a clip begins or ends exchanged, that is changed only where the head contradicts the
    shoulders. Over gaps of more than 0.15 s nothing is decided; so nothing is found in clips of fewer than about seven
    frames a second. A clip that is exchanged for most of an unbroken piece is left as it is there, or has its shorter
    part changed to agree: continuity alone cannot tell these.

    Args:
        recording: T frames, P people.

    Returns:
        The recording with the landmarks of these stretches exchanged in `image`, `world`, `refined`, `visibility` and
        `presence` (the same object if there are none), and a table of the stretches, with the columns `person, part,
        from_s, to_s, frames`, as in `core.recording.SideRepair`. The recording's `repairs` hold the same.
    """
    arrays = {
        name: getattr(recording, name).copy()
        for name in ("image", "world", "refined", "visibility", "presence")
        if getattr(recording, name) is not None
    }
    repairs: list[SideRepair] = []
    for person in range(recording.people):
        path = _path(recording, person)
        theirs = [*path, *(array[:, person] for array in arrays.values())]
        body = body_exchanges(recording.time, path)
        for part, limbs, roots in (
            ("body", np.concatenate([LEGS, HIP, ARMS, SHOULDER]), HEAD),
            ("legs", LEGS, HIP),
            ("arms", ARMS, SHOULDER),
        ):
            if part == "body":
                exchanged = body.exchanged
            else:
                exchanged = limb_exchanges(recording.time, path, limbs, body.undecided)
            repairs += [
                SideRepair(
                    person=person,
                    part=part,
                    from_s=float(recording.time[start]),
                    to_s=float(recording.time[stop - 1]),
                    frames=stop - start,
                )
                for start, stop in runs(exchanged)
            ]
            follows = _followers(path, exchanged, roots)
            for array in theirs:
                _exchange(array, exchanged, limbs)
                _exchange(array, follows, roots)
    repairs.sort(key=lambda repair: (repair.person, repair.from_s))
    table = pd.DataFrame([repair.as_dict() for repair in repairs], columns=COLUMNS)
    if not repairs:
        return recording, table
    return replace(recording, **arrays, repairs=(*recording.repairs, *repairs)), table


def _exchange(array: NDArray[np.floating], frames: NDArray[np.bool_], pairs: NDArray[np.intp]) -> None:
    """Exchange left and right in place in these frames of (T, 33, ...)."""
    chosen = np.flatnonzero(frames)
    array[np.ix_(chosen, pairs.ravel())] = array[np.ix_(chosen, pairs[:, ::-1].ravel())]


def _path(recording: Recording, person: int) -> list[NDArray[np.float64]]:
    """Where the landmarks are relative to the middle of the hips, in the picture and in 3D: (T, 33, 2) and (T, 33, 3).

    In body heights, roughly: the largest extent of the landmarks, in the median over the frames.
    """
    spaces = []
    for points in (recording.image[:, person, :, :2], recording.world[:, person]):
        points = points.astype(np.float64)
        found = points[np.isfinite(points).all(axis=(1, 2))]
        height = float(np.median(np.ptp(found, axis=1).max(axis=-1))) if len(found) else 1.0
        centred = points - points[:, _HIPS].mean(axis=1, keepdims=True)
        spaces.append(centred / (height or 1.0))
    return spaces


def _followers(
    path: list[NDArray[np.float64]], exchanged: NDArray[np.bool_], pairs: NDArray[np.intp]
) -> NDArray[np.bool_]:
    """In which of the exchanged stretches these pairs are exchanged too: where they jump at the stretch's ends."""
    follows = np.zeros_like(exchanged)
    for start, stop in runs(exchanged):
        gain = 0.0
        for before, after in ((start - 1, start), (stop - 1, stop)):
            if before < 0 or after >= len(exchanged):
                continue
            for space in path:
                there, here = space[before, pairs], space[after, pairs]
                gain += np.nan_to_num(np.linalg.norm(here - there, axis=-1).sum())
                gain -= np.nan_to_num(np.linalg.norm(here[:, ::-1] - there, axis=-1).sum())
        follows[start:stop] = gain > 0
    return follows
