"""Where the detector has taken left for right for a while, and the recording with that undone.

Seen from the side, in a turn or behind a hand, a detector may exchange the legs, the arms or both for some frames. Each
limb then jumps to where the other one was. Whether that has happened is decided over the whole clip by dynamic
programming (Viterbi, IEEE Trans. Inf. Theory 1967, 13:260): first the whole body, as when its front is taken for its
back, then the legs and the arms by themselves are exchanged or not in every frame, and the cheapest sequence is the one
in which limbs go on moving as they were, in the picture and in 3D, with few changes.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.recording import Recording, SideRepair
from core.skeleton import LANDMARK_INDEX

COLUMNS = ["person", "part", "from_s", "to_s", "frames"]


def _pairs(*names: str) -> NDArray[np.intp]:
    """(K, 2): the left and the right landmark of each name."""
    sides = [(f"left_{name}", f"right_{name}") for name in names]
    return np.array([[LANDMARK_INDEX[left], LANDMARK_INDEX[right]] for left, right in sides])


_LEGS = _pairs("knee", "ankle", "heel", "foot_index")
_ARMS = _pairs("elbow", "wrist", "pinky", "index", "thumb")
# Often only the limbs are exchanged and the trunk is not: these go with them where their own positions say so.
_HIP, _SHOULDER = _pairs("hip"), _pairs("shoulder")
_HEAD = np.concatenate(
    [
        _pairs("eye_inner", "eye", "eye_outer", "ear"),
        np.array([[LANDMARK_INDEX["mouth_left"], LANDMARK_INDEX["mouth_right"]]]),
    ]
)
_HIPS = [LANDMARK_INDEX["left_hip"], LANDMARK_INDEX["right_hip"]]

# Frames further apart than this say nothing: in 0.15 s a swinging leg covers a good part of the way to the other one.
_LONGEST_STEP_S = 0.15
# Positions are never trusted to less than this, as a share of the body's height: 1.5 cm.
_SMALLEST_DEVIATION = 0.008
# A change must make the movement this much likelier (in nats, mean over the limb's landmarks and both spaces). Leaving
# the path by the factor f costs ln(1 + f^2): legs 20 cm apart that jump bring 5 where the noise is 1.5 cm.
_CHANGE = 2.5
# What being exchanged costs, in nats a second. For the whole body next to nothing: it decides that the shorter part of
# the clip is the wrong one. A limb by itself is seldom exchanged for longer than a step takes.
_BODY_A_SECOND = 0.03
_LIMB_A_SECOND = 4.0


def repair_swaps(recording: Recording) -> tuple[Recording, pd.DataFrame]:
    """Find the frames in which left and right are exchanged, and put them right.

    What counts is how positions go on from frame to frame, relative to the hips, in the picture and in MediaPipe's 3D.
    Limbs that cross, bodies that turn and fast movements are continuous and left alone. Where limbs are too close to
    tell, and over gaps of more than 0.15 s, nothing is decided; so nothing is found in clips of fewer than about seven
    frames a second. A clip that is exchanged for more than half of an unbroken piece is taken to be right there and
    wrong in the rest: continuity alone cannot tell these.

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
        for part, groups, roots, a_second in (
            ("body", [np.concatenate([_LEGS, _HIP]), np.concatenate([_ARMS, _SHOULDER])], _HEAD, _BODY_A_SECOND),
            ("legs", [_LEGS], _HIP, _LIMB_A_SECOND),
            ("arms", [_ARMS], _SHOULDER, _LIMB_A_SECOND),
        ):
            exchanged = _exchanged(recording.time, path, groups, a_second)
            repairs += [
                SideRepair(
                    person=person,
                    part=part,
                    from_s=float(recording.time[start]),
                    to_s=float(recording.time[stop - 1]),
                    frames=stop - start,
                )
                for start, stop in _runs(exchanged)
            ]
            follows = _followers(path, exchanged, roots)
            for frames, pairs in (*((exchanged, group) for group in groups), (follows, roots)):
                for array in (*path, *(array[:, person] for array in arrays.values())):
                    _exchange(array, frames, pairs)
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


def _exchanged(
    time_s: NDArray[np.float64], path: list[NDArray[np.float64]], groups: list[NDArray[np.intp]], a_second: float
) -> NDArray[np.bool_]:
    """The frames (T,) in which all these groups of pairs are exchanged together."""
    limbs = [[space[:, pairs] for space in path] for pairs in groups]  # each (T, K, 2, D)
    there = [np.isfinite(space).all(axis=(1, 2, 3)) for group in limbs for space in group]
    known = np.flatnonzero(np.logical_and.reduce(there))
    exchanged = np.zeros(len(time_s), bool)
    if len(known) < 3:
        return exchanged
    step_s = np.diff(time_s[known])
    linked = (step_s > 0) & (step_s <= _LONGEST_STEP_S)
    totals = np.stack([_off_the_path([space[known] for space in group], step_s, linked) for group in limbs])
    stay = totals[:, :, :, 0].mean(axis=-1).sum(axis=0)
    # Both sides of every group must gain: a limb that is lost and found again elsewhere has not been exchanged.
    gains = (totals[:, :, :, 0] - totals[:, :, :, 1]).min(axis=-1)
    gain = np.where((gains > 0).all(axis=0), gains.sum(axis=0), gains.min(axis=0))
    costs = np.where(linked[:, None, None], np.stack([stay, stay - gain + _CHANGE], axis=-1), 0.0)
    # A limb by itself is not taken to be exchanged from the first frame on without something that speaks for it.
    start = _CHANGE if len(groups) == 1 else 0.0
    exchanged_cost = np.where(linked, a_second * step_s, start)
    exchanged[known] = _cheapest(costs, np.concatenate([[start], exchanged_cost]))
    # Frames in between in which nobody was found belong to the stretch around them.
    frame = np.arange(known[0], known[-1] + 1)
    before = known[np.searchsorted(known, frame, side="right") - 1]
    after = known[np.searchsorted(known, frame)]
    exchanged[frame] = exchanged[before] & exchanged[after]
    return exchanged


def _off_the_path(
    limbs: list[NDArray[np.float64]], step_s: NDArray[np.float64], linked: NDArray[np.bool_]
) -> NDArray[np.float64]:
    """How unlikely each step from a frame to the next is, with and without a change between left and right.

    A landmark should be where it would be if it had gone on as in the step before. That step may have held a change
    itself.

    Args:
        limbs: for each space (T, K, 2, D): frames, pairs, left and right, coordinates.
        step_s: (T - 1,).
        linked: (T - 1,), whether the step is short enough to say something.

    Returns:
        (T - 1, 2, 2, 2) nats, the mean over landmarks and spaces: whether there was a change in the step before,
        whether there is one now, and for which of the two limbs.
    """
    usable = linked[1:] & linked[:-1]
    ratio = np.zeros(len(step_s))
    ratio[1:] = np.where(usable, step_s[1:] / np.where(usable, step_s[:-1], 1.0), 0.0)
    total = np.zeros((len(step_s), 2, 2, 2))
    for space in limbs:
        here, then = space[:-1], space[1:]
        off = np.empty((len(step_s), 2, 2, *space.shape[1:3]))
        for changed in (0, 1):
            earlier = np.concatenate([here[:1], here[:-1]])
            earlier = earlier[:, :, ::-1] if changed else earlier
            expected = here + ratio[:, None, None, None] * (here - earlier)
            off[:, changed, 0] = np.linalg.norm(then - expected, axis=-1)
            off[:, changed, 1] = np.linalg.norm(then[:, :, ::-1] - expected, axis=-1)
        # The usual deviation must not be that of the exchanges themselves, which may be many.
        usual = float(np.median(off[linked, 0].min(axis=1))) if linked.any() else 0.0
        total += np.log1p((off / max(usual, _SMALLEST_DEVIATION)) ** 2).mean(axis=-2) / len(limbs)
    return total


def _cheapest(costs: NDArray[np.float64], exchanged_cost: NDArray[np.float64]) -> NDArray[np.bool_]:
    """The cheapest sequence (T,) of exchanged or not.

    A state is whether the limbs are exchanged and whether that has changed in the step before.

    Args:
        costs: (T - 1, 2, 2) of each step: by whether there was a change in the step before, and whether there is one.
        exchanged_cost: (T,) of being exchanged in each frame.
    """
    best = {(0, 0): 0.0, (1, 0): float(exchanged_cost[0])}
    came_from: list[dict[tuple[int, int], tuple[int, int]]] = []
    for step, while_exchanged in zip(costs.tolist(), exchanged_cost[1:].tolist(), strict=True):
        reached: dict[tuple[int, int], float] = {}
        origin: dict[tuple[int, int], tuple[int, int]] = {}
        for state, cost in best.items():
            for changes in (0, 1):
                now = (state[0] ^ changes, changes)
                whole = cost + step[state[1]][changes] + while_exchanged * now[0]
                if whole < reached.get(now, np.inf):
                    reached[now], origin[now] = whole, state
        best = reached
        came_from.append(origin)
    state = min(best, key=best.__getitem__)
    states = [state]
    for origin in reversed(came_from):
        state = origin[state]
        states.append(state)
    return np.array([bool(exchanged) for exchanged, _ in reversed(states)])


def _followers(
    path: list[NDArray[np.float64]], exchanged: NDArray[np.bool_], pairs: NDArray[np.intp]
) -> NDArray[np.bool_]:
    """In which of the exchanged stretches these pairs are exchanged too: where they jump at the stretch's ends."""
    follows = np.zeros_like(exchanged)
    for start, stop in _runs(exchanged):
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


def _runs(flags: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Where runs of True begin and where they have ended."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], flags, [False]]).astype(np.int8)))
    return [(int(start), int(stop)) for start, stop in edges.reshape(-1, 2)]
