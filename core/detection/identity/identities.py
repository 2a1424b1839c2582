"""Who is who in a clip: tracklets joined into identities.

A tracklet may be the same person as a later one. How likely that is says a cost: where the body should be by its speed,
how large it is, the colours of its clothes, the proportions of its bones. The joins with the least cost altogether are
found with the Hungarian method, the sure ones first; then longer stretches tell more about each person, and the others
are joined. At a seam between two chunks both have followed the same people for some frames: there it is who overlaps.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from core.detection.agreement import SAME_PERSON, oks
from core.detection.identity.appearance import REGIONS, log_proportions
from core.detection.identity.tracklet import TRUNK, Tracklet
from core.detection.people import body_size_px

# Costs are half squared deviations: 2 is two standard deviations. First who is missing for a moment only, then longer,
# up to the longest absence after which someone who comes back is not somebody new: (seconds, highest cost of a join).
STEPS = ((0.15, 3.0), (1.0, 3.0), (5.0, 4.0))
# Standard deviations: of the trunk's place in body sizes, at once, by acceleration and by speed; of
# the logarithm of the size in the picture, at once and by speed; of colours in CIE Lab units; of a bone's logarithm.
PLACE, ACCELERATION, PLACE_PER_S = 0.05, 1.7, 0.8
SIZE, SIZE_PER_S = 0.1, 0.2
COLOUR, BONE = 9.0, 0.1
# What bones, and the colour of one region, can cost at most: a body half hidden has wrong ones.
DEAREST_BONES, DEAREST_COLOUR = 1.0, 5.0
# What the place that one end foretells can cost at most.
DEAREST_PLACE = 4.0
# A speed says where somebody is for so long; it is compared with where they are so long after they are seen again.
PREDICTED_S, COMPARED_S = 1.0, (0.0, 0.2, 0.4)
# The landmarker that had been following somebody is probably still right.
CHANGE_OF_LANDMARKER = 0.5
# At a seam bodies are one person that are alike in the last so many frames that both sides have.
SEAM_FRAMES = 3
# How much of each end describes somebody.
DESCRIBED_S = 2.0
LEAST_FRAMES = 3
# How far a trunk may be from where it was lost, in body sizes: a little, and as fast as a sprinter.
REACH, REACH_PER_S = 0.3, 4.0
# What costs less fits.
FITS = 0.5
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


@dataclass(frozen=True, eq=False)
class _Described:
    """How somebody looks at one end: (5, 3) colours, how many frames each rests on, (12,) bones."""

    colours: NDArray[np.float64]
    samples: NDArray[np.int64]
    bones: NDArray[np.float64]


def joined(tracklets: list[Tracklet], starts: list[int]) -> list[Identity]:
    """The people, by when they were first seen, of two at once the larger first.

    Args:
        tracklets: of all chunks; nothing is altered.
        starts: each chunk's first frame. What a chunk has followed before, in its warm-up, belongs to the chunk before
            and is used for the seam only.
    """
    people = _over_seams([tracklet for tracklet in tracklets if not tracklet.shared], starts)
    people = [person for person in people if not _is_scrap(person, tracklets)]
    for longest_s, highest in STEPS:
        while people and (pairs := _cheapest(_costs(people, longest_s), highest)):
            people = _chained(people, pairs)
    for tracklet in tracklets:
        if tracklet.shared and len(part := tracklet.since(starts[tracklet.chunk])):
            _give(part, people)
    return people


def _over_seams(tracklets: list[Tracklet], starts: list[int]) -> list[Identity]:
    """Join who is followed on both sides of a seam, and take the warm-ups away."""
    tracklets = [tracklet for tracklet in tracklets if tracklet.frames[-1] >= starts[tracklet.chunk]]
    chunk = np.array([tracklet.chunk for tracklet in tracklets])
    costs = np.full((len(tracklets), len(tracklets)), IMPOSSIBLE)
    for row, column in np.argwhere(chunk[None] == chunk[:, None] + 1):
        costs[row, column] = _seam_cost(tracklets[row], tracklets[column])
    pairs = _cheapest(costs, 2.0)
    return _chained([Identity([tracklet.since(starts[tracklet.chunk])]) for tracklet in tracklets], pairs)


def _give(shared: Tracklet, people: list[Identity]) -> None:
    """Give what may be either of two people to the one whom it fits before and after, if it fits one only."""
    fits: list[tuple[float, int, Identity]] = []
    for person in people:
        place = sum(tracklet.frames[-1] < shared.frames[0] for tracklet in person.tracklets)
        around = person.tracklets[max(0, place - 1) : place + 1]
        if place and all(_apart(shared, tracklet) for tracklet in around):
            costs = [max(_misplaced(tracklet, shared), _misplaced(shared, tracklet)) for tracklet in around]
            fits.append((max(costs), place, person))
    fits.sort(key=lambda fit: fit[0])
    if fits and fits[0][0] < FITS and (len(fits) == 1 or fits[1][0] > FITS):
        _, place, person = fits[0]
        person.tracklets.insert(place, shared)


def _apart(one: Tracklet, other: Tracklet) -> bool:
    """Whether one is over before the other begins."""
    return one.frames[-1] < other.frames[0] or other.frames[-1] < one.frames[0]


def _is_scrap(person: Identity, tracklets: list[Tracklet]) -> bool:
    """A piece between two cuts that is too short to say who it is."""
    only = person.first
    is_cut = only.continues is not None or any(other.continues is only.key for other in tracklets)
    return is_cut and len(person.tracklets) == 1 and len(only) < LEAST_FRAMES


def _order(person: Identity) -> tuple[int, float]:
    return person.first.frames[0], -float(body_size_px(person.first.looks[0].image))


def _cheapest(costs: NDArray[np.float64], highest: float) -> dict[int, int]:
    """Which rows to join to which columns, so that it costs least altogether; not to join costs `highest` each."""
    count = len(costs)
    table = np.full((2 * count, 2 * count), IMPOSSIBLE)
    table[:count, :count] = costs
    table[:count, count:][np.diag_indices(count)] = highest / 2
    table[count:, :count][np.diag_indices(count)] = highest / 2
    table[count:, count:] = 0.0
    rows, columns = linear_sum_assignment(table)
    return {int(row): int(column) for row, column in zip(rows, columns, strict=True) if max(row, column) < count}


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


def _costs(people: list[Identity], longest_s: float) -> NDArray[np.float64]:
    """(P, P) what it costs to join the end of one to the beginning of another."""
    costs = np.full((len(people), len(people)), IMPOSSIBLE)
    end_s = np.array([person.last.time_s[-1] for person in people])
    start_s = np.array([person.first.time_s[0] for person in people])
    absence_s = start_s[None] - end_s[:, None]
    near = _distances(people) <= REACH + REACH_PER_S * absence_s
    pairs = np.argwhere((absence_s > 0) & (absence_s <= longest_s) & near)
    ends = {row: _described(people[row], -1) for row in np.unique(pairs[:, 0])}
    starts = {column: _described(people[column], 0) for column in np.unique(pairs[:, 1])}
    for row, column in pairs:
        costs[row, column] = _cost(people[row], people[column], ends[row], starts[column])
    return costs


def _distances(people: list[Identity]) -> NDArray[np.float64]:
    """(P, P) how far the trunk has moved from the end of one to the beginning of another, in body sizes."""
    last = np.stack([person.last.looks[-1].image for person in people]).astype(np.float64)
    first = np.stack([person.first.looks[0].image for person in people]).astype(np.float64)
    size = np.maximum(body_size_px(last)[:, None], body_size_px(first)[None])
    middles = [bodies[:, TRUNK, :2].mean(axis=1) for bodies in (last, first)]
    distances: NDArray[np.float64] = np.linalg.norm(middles[0][:, None] - middles[1][None], axis=-1) / size
    return distances


def _cost(earlier: Identity, later: Identity, end: _Described, start: _Described) -> float:
    last, first = earlier.last, later.first
    absence_s = first.time_s[0] - last.time_s[-1]
    grown = np.log(float(body_size_px(first.looks[0].image)) / float(body_size_px(last.looks[-1].image)))
    grown_cost = 0.5 * (grown / (SIZE + SIZE_PER_S * absence_s)) ** 2
    # Somebody who jumps or falls is somewhere else than one of the two says, but not than both.
    place = 0.5 * (min(_misplaced(last, first), DEAREST_PLACE) + min(_misplaced(first, last), DEAREST_PLACE))
    same_landmarker = first.continues is last.key
    return float(place + grown_cost + _unlike(end, start) + (0.0 if same_landmarker else CHANGE_OF_LANDMARKER))


def join_cost(earlier: Tracklet, later: Tracklet) -> float:
    """What it costs that two tracklets are one person."""
    one, other = Identity([earlier]), Identity([later])
    return _cost(one, other, _described(one, -1), _described(other, 0))


def appearance_cost(one: Tracklet, other: Tracklet) -> float:
    """What it costs that two tracklets are one person, wherever and whenever they were."""
    return _unlike(_described(Identity([one]), -1), _described(Identity([other]), 0))


def _misplaced(known: Tracklet, other: Tracklet) -> float:
    """What it costs that one is not where the other's end and speed say, at once and a little later.

    How far somebody may be from there grows as by an unknown acceleration, then as by an unknown speed.
    """
    end, first = (-1, 0) if other.time_s[0] > known.time_s[-1] else (0, -1)
    times = np.array(other.time_s)
    size = max(float(body_size_px(known.looks[end].image)), float(body_size_px(other.looks[first].image)))
    costs = []
    for later_s in COMPARED_S:
        place = int(np.abs(np.abs(times - times[first]) - later_s).argmin())
        away_s = abs(float(times[place]) - known.time_s[end])
        deviation = PLACE + min(0.5 * ACCELERATION * away_s**2, PLACE_PER_S * away_s)
        expected = known.predicted(float(times[place]), PREDICTED_S)
        distance = np.linalg.norm((expected - other.looks[place].image[:, :2])[TRUNK], axis=-1).mean() / size
        costs.append(0.5 * (distance / deviation) ** 2)
    return float(np.mean(costs))


def _unlike(one: _Described, other: _Described) -> float:
    """What it costs that two look different."""
    both = np.isfinite(one.colours[:, 0]) & np.isfinite(other.colours[:, 0])
    bones = min(DEAREST_BONES, 0.5 * float(np.nanmean(((one.bones - other.bones) / BONE) ** 2)))
    if not both.any():
        return bones
    apart = np.linalg.norm(one.colours[both] - other.colours[both], axis=-1)
    # A region seen in a few frames only weighs less.
    weights = np.minimum(np.minimum(one.samples, other.samples)[both], 3)
    costs = np.minimum(0.5 * (apart / COLOUR) ** 2, DEAREST_COLOUR)
    return bones + float(np.average(costs, weights=weights))


def _seam_cost(last: Tracklet, first: Tracklet) -> float:
    """For two that overlap: at a seam those who are alike in the frames of both are one."""
    shared = sorted({*last.frames[-SEAM_FRAMES:]} & {*first.frames})
    if not shared:
        return IMPOSSIBLE
    bodies = [np.stack([each.at(frame) for frame in shared]) for each in (last, first)]
    # Where they part in the end, one of the two has gone over to somebody else.
    similarity = float(oks(*bodies).min())
    return 1.0 - similarity if similarity >= SAME_PERSON else IMPOSSIBLE


def _described(person: Identity, end: int) -> _Described:
    """How somebody looks near one end: the medians over `DESCRIBED_S`, which may reach over several tracklets."""
    order = person.tracklets if end == 0 else person.tracklets[::-1]
    at_s = order[0].time_s[end]
    near = [
        (tracklet.colours[place], tracklet.looks[place].world)
        for tracklet in order
        if abs(tracklet.time_s[end] - at_s) <= DESCRIBED_S
        for place, time_s in enumerate(tracklet.time_s)
        if abs(time_s - at_s) <= DESCRIBED_S
    ]
    nowhere = np.full((REGIONS, 3), np.nan)
    colours = np.stack([nowhere, *(colour for colour, _ in near if colour is not None)]).astype(np.float64)
    there = np.isfinite(colours[..., 0])
    medians = np.full(colours.shape[1:], np.nan)
    for region in np.flatnonzero(there.any(axis=0)):
        medians[region] = np.median(colours[there[:, region], region], axis=0)
    bones = np.median(log_proportions(np.stack([world for _, world in near])), axis=0)
    return _Described(medians, there.sum(axis=0), bones)
