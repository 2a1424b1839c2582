"""In which frames left and right are exchanged, decided over the whole clip and only where it is decisive.

First the whole body, then the legs and the arms by themselves are exchanged or not in every frame. The best sequence is
found by dynamic programming (Viterbi, IEEE Trans. Inf. Theory 1967, 13:260): the one in which the body goes on as it
was, in the picture and in 3D, with few changes. For every frame the best sequence that says otherwise is known too, and
a stretch counts only where that is clearly less likely. Between the two lies what nobody can tell, and what the
detector said is left alone there: it is right more often than not.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from core.skeleton import LANDMARK_INDEX


def _pairs(*names: str) -> NDArray[np.intp]:
    """(K, 2): the left and the right landmark of each name."""
    sides = [(f"left_{name}", f"right_{name}") for name in names]
    return np.array([[LANDMARK_INDEX[left], LANDMARK_INDEX[right]] for left, right in sides])


LEGS = _pairs("knee", "ankle", "heel", "foot_index")
ARMS = _pairs("elbow", "wrist", "pinky", "index", "thumb")
# Often only the limbs are exchanged and the trunk is not: these go with them where their own positions say so.
HIP, SHOULDER = _pairs("hip"), _pairs("shoulder")
HEAD = np.concatenate(
    [
        _pairs("eye_inner", "eye", "eye_outer", "ear"),
        np.array([[LANDMARK_INDEX["mouth_left"], LANDMARK_INDEX["mouth_right"]]]),
    ]
)
# What has a vote on whether the whole body is exchanged. Hands and feet are found too badly.
_VOTERS = (HIP, SHOULDER, _pairs("knee", "ankle"), _pairs("elbow", "wrist"))

# Frames further apart than this say nothing: in 0.15 s a swinging leg covers a good part of the way to the other one.
_LONGEST_STEP_S = 0.15
# How many frames back the body is compared: while it changes, a detector may be undecided for a frame or two.
_FRAMES_BACK = 3
# Positions are never trusted to less than this, as a share of the body's height: 1.5 cm.
_SMALLEST_DEVIATION = 0.008
# A change must make the movement this much likelier (in nats, mean over the limb's landmarks and both spaces). Leaving
# the path by the factor f costs ln(1 + f^2): legs 20 cm apart that jump bring 5 where the noise is 1.5 cm.
_CHANGE = 2.5
# What being exchanged costs, in nats a second: the detector is right more often than not. A limb by itself is seldom
# exchanged for longer than a step takes.
_BODY_A_SECOND = 3.0
_LIMB_A_SECOND = 4.0
# By so many nats an exchange must be likelier than any explanation without it. On the street clip, with three models,
# the kernels of four processors and disturbed copies, what was held for one wrongly reached 2.7 for the whole body and
# 5.6 for a limb; 175 of 269 true ones of the body pass, and legs or arms of an average walk reach 9.
BODY_MARGIN = 5.0
LIMB_MARGIN = 8.0


@dataclass(frozen=True)
class BodyExchanges:
    """Whether the whole body is exchanged.

    Attributes:
        exchanged: (T,) bool, the frames in which it is.
        undecided: (T,) bool, the frames in which that is likelier than not, but not decisive.
    """

    exchanged: NDArray[np.bool_]
    undecided: NDArray[np.bool_]


def body_exchanges(time_s: NDArray[np.float64], path: list[NDArray[np.float64]]) -> BodyExchanges:
    """In which frames the whole body is exchanged, as when its front is taken for its back.

    From each landmark of the right to that of the left goes a vector. From frame to frame it hardly turns, and all of
    them turn round at once where left and right are exchanged. Hips, shoulders, legs and arms have a vote of the same
    weight: the cosine between a frame and another one, up to three before.

    Args:
        time_s: (T,).
        path: where the landmarks are, for each space (T, 33, D); NaN where nobody was found.
    """
    known = _known(path, np.concatenate(_VOTERS))
    if len(known) < 3:
        return BodyExchanges(np.zeros(len(time_s), bool), np.zeros(len(time_s), bool))
    at_s = time_s[known]
    votes = [_votes(at_s, [space[known] for space in path], back) for back in range(1, _FRAMES_BACK + 1)]
    # Where the head contradicts the shoulders, being exchanged is the likelier.
    contradicted = _head_contradicts(path)
    a_frame = np.where(contradicted[known][1:], -_BODY_A_SECOND, _BODY_A_SECOND)
    step_s = np.diff(at_s)
    a_frame = a_frame * np.where(step_s <= _LONGEST_STEP_S, step_s, 0.0)
    # A state is whether this frame is exchanged and whether those before it are: bit 0, 1, 2.
    state = np.arange(2**_FRAMES_BACK)
    steps = np.full((len(known) - 1, len(state), len(state)), np.inf)
    for before in state:
        for now in (0, 1):
            cost = a_frame * now + (_CHANGE if before % 2 != now else 0.0)
            for back, vote in enumerate(votes):
                other = before >> back & 1
                cost = cost + np.maximum(vote if other != now else -vote, 0.0)
            steps[:, before, (before * 2 + now) % len(state)] = cost
    clear = _clearness(steps, np.zeros(len(state)), state % 2 == 1)
    exchanged = decisive(time_s, known, clear, contradicted, BODY_MARGIN)
    undecided = np.zeros(len(time_s), bool)
    undecided[known] = clear > 0
    return BodyExchanges(exchanged, undecided & ~exchanged)


def _votes(at_s: NDArray[np.float64], path: list[NDArray[np.float64]], back: int) -> NDArray[np.float64]:
    """How the body is turned against the frame so far back: (T - 1,) from 4, the same, to -4, the other way round.

    0 where that frame is too long ago, or not there.
    """
    total = np.zeros(len(at_s))
    for pairs in _VOTERS:
        across = [(space[:, pairs[:, 0]] - space[:, pairs[:, 1]]).reshape(len(at_s), -1) for space in path]
        total[back:] += _cosine(np.concatenate(across, axis=1)[back:], np.concatenate(across, axis=1)[:-back])
    total[back:][at_s[back:] - at_s[:-back] > _LONGEST_STEP_S] = 0.0
    return total[1:]


def _head_contradicts(path: list[NDArray[np.float64]]) -> NDArray[np.bool_]:
    """Where the head's left is at the shoulders' right: (T,)."""
    cosines = []
    for space in path:
        head, shoulders = ((space[:, pairs[:, 0]] - space[:, pairs[:, 1]]).mean(axis=1) for pairs in (HEAD, SHOULDER))
        cosines.append(_cosine(head, shoulders))
    return np.asarray(np.mean(cosines, axis=0) < -0.5)


def _cosine(one: NDArray[np.float64], other: NDArray[np.float64]) -> NDArray[np.float64]:
    """Of the angle between vectors (T, D): (T,); 0 where one has no length."""
    lengths = np.linalg.norm(one, axis=-1) * np.linalg.norm(other, axis=-1)
    return np.asarray((one * other).sum(axis=-1) / np.where(lengths > 0, lengths, 1.0))


def limb_exchanges(
    time_s: NDArray[np.float64],
    path: list[NDArray[np.float64]],
    pairs: NDArray[np.intp],
    undecided: NDArray[np.bool_],
) -> NDArray[np.bool_]:
    """The frames (T,) in which these pairs are exchanged by themselves.

    Args:
        time_s: (T,).
        path: for each space (T, 33, D), with the whole body put right.
        pairs: (K, 2), the left and the right landmarks.
        undecided: (T,), where it cannot be told whether the whole body is exchanged: there no limb is put against it.
    """
    known = _known(path, pairs)
    if len(known) < 3:
        return np.zeros(len(time_s), bool)
    step_s = np.diff(time_s[known])
    linked = (step_s > 0) & (step_s <= _LONGEST_STEP_S)
    off = _off_the_path([space[known][:, pairs] for space in path], step_s, linked)
    stay = off[:, :, 0].mean(axis=-1)
    # Both sides must gain: a limb that is lost and found again elsewhere has not been exchanged.
    gain = (off[:, :, 0] - off[:, :, 1]).min(axis=-1)
    costs = np.where(linked[:, None, None], np.stack([stay, stay - gain + _CHANGE], axis=-1), 0.0)
    # A state is whether the limb is exchanged and whether that has changed in the step before: 2 and 1.
    state = np.arange(4)
    was_exchanged, had_changed = state[:, None] // 2, state[:, None] % 2
    is_exchanged, changes = state[None] // 2, state[None] % 2
    a_frame = np.where(linked, _LIMB_A_SECOND * step_s, _CHANGE)
    possible = is_exchanged == was_exchanged ^ changes
    steps = np.full((len(step_s), 4, 4), np.inf)
    steps[:, possible] = (costs[:, had_changed, changes] + a_frame[:, None, None] * is_exchanged)[:, possible]
    clear = _clearness(steps, np.array([0.0, np.inf, _CHANGE, np.inf]), state >= 2)
    exchanged = decisive(time_s, known, clear, np.zeros(len(time_s), bool), LIMB_MARGIN)
    for start, stop in runs(exchanged):
        exchanged[start:stop] &= not undecided[start:stop].any()
    return exchanged


def _known(path: list[NDArray[np.float64]], pairs: NDArray[np.intp]) -> NDArray[np.intp]:
    """The frames in which all of these pairs were found."""
    return np.flatnonzero(np.logical_and.reduce([np.isfinite(space[:, pairs]).all(axis=(1, 2, 3)) for space in path]))


def decisive(
    time_s: NDArray[np.float64],
    known: NDArray[np.intp],
    clear: NDArray[np.float64],
    contradicted: NDArray[np.bool_],
    margin: float,
) -> NDArray[np.bool_]:
    """The frames (T,) of the stretches that are clear enough, with both ends seen or the head against them."""
    found = clear > 0
    linked = np.diff(time_s[known]) <= _LONGEST_STEP_S
    # A gap may hide anything: what is before it and what is after it are two stretches.
    edges = np.flatnonzero(np.concatenate([[True], ~linked | (np.diff(found.astype(np.int8)) != 0), [True]]))
    for first, end in pairwise(edges.tolist()):
        if not found[first]:
            continue
        ends_seen = first > 0 and linked[first - 1] and end < len(known) and linked[end - 1]
        speaks_for_it = ends_seen or np.median(contradicted[known[first:end]]) > 0.5
        found[first:end] = speaks_for_it and clear[first:end].min() >= margin
    exchanged = np.zeros(len(time_s), bool)
    exchanged[known] = found
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


def _clearness(
    steps: NDArray[np.float64], first: NDArray[np.float64], exchanged: NDArray[np.bool_]
) -> NDArray[np.float64]:
    """How clear it is that frames are exchanged: (T,) nats, positive where they are.

    By so much is the cheapest sequence of states in which a frame is exchanged cheaper than the cheapest one in which
    it is not.

    Args:
        steps: (T - 1, S, S), the cost of going from one state in a frame to another in the next.
        first: (S,), the cost of each state in the first frame.
        exchanged: (S,), whether that is a state in which the limbs are exchanged.
    """
    until, onwards = np.zeros((2, len(steps) + 1, len(first)))
    until[0] = first
    for frame, step in enumerate(steps):
        until[frame + 1] = (until[frame][:, None] + step).min(axis=0)
    for frame in range(len(steps) - 1, -1, -1):
        onwards[frame] = (steps[frame] + onwards[frame + 1]).min(axis=1)
    whole = until + onwards
    return np.asarray(whole[:, ~exchanged].min(axis=1) - whole[:, exchanged].min(axis=1))


def runs(flags: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Where runs of True begin and where they have ended."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], flags, [False]]).astype(np.int8)))
    return [(int(start), int(stop)) for start, stop in edges.reshape(-1, 2)]
