"""Who is who in a clip: tracklets joined into identities.

A tracklet may be the same person as a later one. How likely that is say log-odds (`likeness.py`): where the body
should be by its speed before and after, how large it is, the colours of its clothes, the proportions of its bones.
Whoever is missing has either come back or left, and whoever appears has come back or is new: of all ways to join, each
person once, the likeliest one altogether is found with the Hungarian method. The sure joins are made first; then longer
stretches tell more about each person, and the others are decided. At a seam between two chunks both have followed the
same people for some frames: there it is who overlaps.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from core.detection.agreement import SAME_PERSON, oks
from core.detection.identity.likeness import End, clues, described, log_odds, looks_only
from core.detection.identity.tracklet import Tracklet
from core.detection.people import body_size_px

# After so long an absence someone who comes back is somebody new.
LONGEST_ABSENCE_S = 5.0
# By how many nats a join must be better than the best that could be done without it: first the sure ones (twenty to
# one), at last whatever is likelier than not.
MARGINS = (3.0, 0.0)
# What may be either of two people's is only given to one if that is likelier by so many nats than not, and the other
# less likely by as many: while two who look alike are behind one another a gap is better than an exchange.
GIVEN = 3.0
# At a seam bodies are one person that are alike in the last so many frames that both sides have.
SEAM_FRAMES = 3
LEAST_FRAMES = 3
# Bodies at least so similar are near each other, and no more than this, they are not.
NEAR_BY, NOT_NEAR = 0.2, 0.05
IMPOSSIBLE = 1e6


@dataclass(eq=False)
class Identity:
    """One person: their tracklets, in order."""

    tracklets: list[Tracklet]

    @property
    def first(self) -> Tracklet:
        """The earliest."""
        return self.tracklets[0]

    @property
    def last(self) -> Tracklet:
        """The latest."""
        return self.tracklets[-1]


@dataclass(frozen=True)
class Decision:
    """Whether two stretches were taken for one person, and how sure that is.

    Attributes:
        is_join: they were joined; or they were not, though nothing else forbade it.
        absence_s: how long nobody was seen in between.
        odds: the log-odds that it is one person, in nats.
        margin: by how many nats the likeliest outcome altogether is better than the likeliest one in which this is
            decided the other way. Never below 0.
    """

    is_join: bool
    absence_s: float
    odds: float
    margin: float


def joined(tracklets: list[Tracklet], starts: list[int]) -> list[Identity]:
    """The people, by when they were first seen, of two at once the larger first.

    Args:
        tracklets: of all chunks; nothing is altered.
        starts: each chunk's first frame. What a chunk has followed before, in its warm-up, belongs to the chunk before
            and is used for the seam only.
    """
    people = _over_seams([tracklet for tracklet in tracklets if not tracklet.shared], starts)
    people = [person for person in people if not _is_scrap(person, tracklets)]
    people, _ = decided(people)
    for tracklet in tracklets:
        if tracklet.shared and len(part := tracklet.since(starts[tracklet.chunk])):
            _give(part, people)
    return people


def decided(people: list[Identity]) -> tuple[list[Identity], list[Decision]]:
    """Join stretches of one person each, which do not overlap where they are one's, and say how sure that is."""
    decisions: list[Decision] = []
    for least in MARGINS:
        while people:
            odds, absence_s = _odds(people)
            sure = {row: (column, margin) for row, column, margin in _likeliest(odds) if margin >= least and margin > 0}
            if not sure:
                break
            decisions += [
                Decision(True, float(absence_s[row, column]), float(odds[row, column]), margin)
                for row, (column, margin) in sure.items()
            ]
            people = _chained(people, {row: column for row, (column, _) in sure.items()})
    if people:
        odds, absence_s = _odds(people)
        decisions += [
            Decision(False, float(absence_s[row, column]), float(odds[row, column]), -float(odds[row, column]))
            for row, column in np.argwhere(odds > -IMPOSSIBLE)
        ]
    return people, decisions


def _over_seams(tracklets: list[Tracklet], starts: list[int]) -> list[Identity]:
    """Join who is followed on both sides of a seam, and take the warm-ups away."""
    tracklets = [tracklet for tracklet in tracklets if tracklet.frames[-1] >= starts[tracklet.chunk]]
    chunk = np.array([tracklet.chunk for tracklet in tracklets])
    alike = np.full((len(tracklets), len(tracklets)), -IMPOSSIBLE)
    for row, column in np.argwhere(chunk[None] == chunk[:, None] + 1):
        alike[row, column] = _seam_similarity(tracklets[row], tracklets[column])
    for row, column in np.argwhere((alike > -IMPOSSIBLE) & (alike < SAME_PERSON)):
        # Whoever turns over is seen differently by two landmarkers. It is the same body if there is no other near.
        others = np.concatenate([np.delete(alike[row], column), np.delete(alike[:, column], row)])
        if alike[row, column] < NEAR_BY or (others >= NOT_NEAR).any():
            alike[row, column] = -IMPOSSIBLE
    pairs = {row: column for row, column, _ in _likeliest(alike)}
    return _chained([Identity([tracklet.since(starts[tracklet.chunk])]) for tracklet in tracklets], pairs)


def _give(shared: Tracklet, people: list[Identity]) -> None:
    """Give what may be either of two people to the one whom it fits before and after, if it fits one only."""
    fits: list[tuple[float, float, int, Identity]] = []
    for person in people:
        place = sum(tracklet.frames[-1] < shared.frames[0] for tracklet in person.tracklets)
        around = person.tracklets[max(0, place - 1) : place + 1]
        if place and all(_apart(shared, tracklet) for tracklet in around):
            befores = [join_odds(around[0], shared)] + [join_odds(shared, after) for after in around[1:]]
            fits.append((min(befores), sum(befores), place, person))
    fits.sort(key=lambda fit: -fit[0])
    if fits and fits[0][0] >= GIVEN and all(both <= -GIVEN for _, both, _, _ in fits[1:]):
        _, _, place, person = fits[0]
        person.tracklets.insert(place, shared)


def _apart(one: Tracklet, other: Tracklet) -> bool:
    """Whether one is over before the other begins."""
    return one.frames[-1] < other.frames[0] or other.frames[-1] < one.frames[0]


def _is_scrap(person: Identity, tracklets: list[Tracklet]) -> bool:
    """A glimpse that is too short to say who it is, beside what is longer."""
    is_glimpse = len(person.tracklets) == 1 and len(person.first) < LEAST_FRAMES
    return is_glimpse and any(len(tracklet) >= LEAST_FRAMES for tracklet in tracklets)


def _order(person: Identity) -> tuple[int, float]:
    return person.first.frames[0], -float(body_size_px(person.first.looks[0].image))


def _likeliest(odds: NDArray[np.float64]) -> list[tuple[int, int, float]]:
    """Which rows to join to which columns, so that it is likeliest altogether; not to join counts 0.

    Returns:
        Row, column, and by how much all would be less likely without this join.
    """
    if not (odds > 0).any():
        return []
    gains = np.maximum(odds, 0.0)
    rows, columns = linear_sum_assignment(-gains)
    best = float(gains[rows, columns].sum())
    found = []
    for row, column in zip(rows, columns, strict=True):
        if gains[row, column] > 0:
            without = gains.copy()
            without[row, column] = 0.0
            others = linear_sum_assignment(-without)
            found.append((int(row), int(column), best - float(without[others].sum())))
    return found


def _chained(people: list[Identity], pairs: dict[int, int]) -> list[Identity]:
    """People joined to those who they are later, in order."""
    later = set(pairs.values())
    result = []
    for place in range(len(people)):
        if place not in later:
            tracklets = list(people[place].tracklets)
            while place in pairs:
                place = pairs[place]
                tracklets += people[place].tracklets
            result.append(Identity(tracklets))
    return sorted(result, key=_order)


def _odds(people: list[Identity]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """(P, P) the log-odds that the end of one and the beginning of another are one person, and the seconds between."""
    end_s = np.array([person.last.time_s[-1] for person in people])
    start_s = np.array([person.first.time_s[0] for person in people])
    absence_s = start_s[None] - end_s[:, None]
    odds = np.full(absence_s.shape, -IMPOSSIBLE)
    pairs = np.argwhere((absence_s > 0) & (absence_s <= LONGEST_ABSENCE_S))
    ends = {row: described(people[row].tracklets, -1) for row in np.unique(pairs[:, 0])}
    starts = {column: described(people[column].tracklets, 0) for column in np.unique(pairs[:, 1])}
    for row, column in pairs:
        odds[row, column] = _log_odds(people[row].last, people[column].first, ends[row], starts[column])
    return odds, absence_s


def _log_odds(last: Tracklet, first: Tracklet, end: End, start: End) -> float:
    return log_odds(clues(end, start, first.continues is not None and first.continues is last.key))


def join_odds(earlier: Tracklet, later: Tracklet) -> float:
    """The log-odds, in nats, that two tracklets are one person."""
    return _log_odds(earlier, later, described([earlier], -1), described([later], 0))


def alike_odds(one: Tracklet, other: Tracklet) -> float:
    """The same by how they look alone: by clothes and bones, wherever and whenever they were."""
    return log_odds(looks_only(clues(described([one], -1), described([other], 0))))


def _seam_similarity(last: Tracklet, first: Tracklet) -> float:
    """For two that overlap: at a seam those who are alike in the frames of both are one."""
    shared = sorted({*last.frames[-SEAM_FRAMES:]} & {*first.frames})
    if not shared:
        return -IMPOSSIBLE
    bodies = [np.stack([each.at(frame) for frame in shared]) for each in (last, first)]
    # Where they part in the end, one of the two has gone over to somebody else.
    return float(oks(*bodies).min())
