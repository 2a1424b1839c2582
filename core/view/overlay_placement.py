"""Where a label goes so that it covers least.

A label looks for its place among directions and distances around its point. It avoids, in this order: other labels,
the edge of the picture, points, bones; otherwise it stays near and on the side it belongs to. The numbers of a small
face go around it in a ring instead: eleven points within a few pixels leave no place beside each.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from core.skeleton import BONES
from core.view.overlay_figure import Figure
from core.view.overlay_shapes import Floats, Picture

_BONES = np.array(BONES)
_ALONG_BONE = np.linspace(0, 1, 9)
_TURNS = np.linspace(0, 2 * np.pi, 24, endpoint=False)
_OPEN = np.radians(115)
# What it costs to lie wholly outside the picture or on another label, on a point, on a ninth of a bone, to turn to
# the opposite side, to go one distance further.
_COVERS_LABEL, _COVERS_POINT, _COVERS_BONE, _WRONG_SIDE, _FURTHER = 60.0, 4.0, 1.5, 5.0, 2.0


@dataclass
class LabelSpace:
    """What a label must keep clear of.

    Attributes:
        size: (2,), the picture's width and height.
        points, marks: (N, 2), landmarks, and positions along bones.
        taken: boxes (left, top, right, bottom) of the labels placed so far.
    """

    size: Floats
    points: Floats
    marks: Floats
    taken: list[Floats] = field(default_factory=list)

    @classmethod
    def among(cls, figures: Sequence[Figure], picture: Picture) -> LabelSpace:
        """The space left by the bones and points of `figures`."""
        points, marks = [np.empty((0, 2))], [np.empty((0, 2))]
        for figure in figures:
            points.append(figure.points[figure.shown])
            bones = figure.points[_BONES[figure.shown[_BONES].all(axis=1)]]
            steps = bones[:, :1] + _ALONG_BONE[:, None] * (bones[:, 1:] - bones[:, :1])
            marks.append(steps.reshape(-1, 2))
        size = np.array([picture.shape[1], picture.shape[0]], dtype=np.float64)
        return cls(size, np.concatenate(points), np.concatenate(marks))

    def take(self, centre: Floats, size: Floats) -> None:
        """Marks the place of a label as taken."""
        self.taken.append(np.concatenate([centre - size / 2, centre + size / 2]))

    def place(self, anchor: Floats, towards: Floats, size: Floats, clear: float, distances: Floats) -> Floats:
        """Takes the best place for a label of `size` (width, height) and returns its centre.

        Args:
            anchor: the point the label belongs to.
            towards: the direction, a unit vector, on which the label should lie.
            clear: the gap in pixels between the anchor and the label's edge.
            distances: further pixels away to try, the first one the best.
        """
        turns = np.arctan2(towards[1], towards[0]) + _TURNS
        ways = np.stack([np.cos(turns), np.sin(turns)], axis=-1)
        reach = clear + reach_of_box(size, ways)[None, :] + distances[:, None]
        centres = (anchor + reach[..., None] * ways).reshape(-1, 2)
        astray = np.tile(_WRONG_SIDE * (1 - np.cos(_TURNS)) / 2, len(distances))
        far = np.repeat(_FURTHER * np.arange(len(distances)), len(_TURNS))
        best = centres[np.argmin(astray + far + self._cover(centres, size))]
        self.take(best, size)
        return np.asarray(best, dtype=np.float64)

    def _cover(self, centres: Floats, size: Floats) -> Floats:
        """(N,), what a label at each of the centres, (N, 2), costs by what it covers."""
        # One axis at a time: NumPy is many times slower over a last axis of two.
        (left, top), (right, bottom) = (centres - size / 2).T[:, :, None], (centres + size / 2).T[:, :, None]
        area = float(size[0] * size[1])
        inside = _overlap(left, right, 0, self.size[0]) * _overlap(top, bottom, 0, self.size[1])
        cost: Floats = _COVERS_LABEL * (1 - inside[:, 0] / area)
        if self.taken:
            x0, y0, x1, y1 = np.stack(self.taken).T
            shared = _overlap(left, right, x0, x1) * _overlap(top, bottom, y0, y1)
            cost = cost + _COVERS_LABEL * shared.sum(axis=-1) / area
        for spots, price in ((self.points, _COVERS_POINT), (self.marks, _COVERS_BONE)):
            near = ((spots > [left.min(), top.min()]) & (spots < [right.max(), bottom.max()])).all(axis=-1)
            x, y = spots[near].T
            cost = cost + price * ((x > left) & (x < right) & (y > top) & (y < bottom)).sum(axis=-1)
        return cost


def _overlap(low: Floats, high: Floats, other_low: Floats | float, other_high: Floats | float) -> Floats:
    """Length that two spans on one axis have in common."""
    shared: Floats = np.maximum(np.minimum(high, other_high) - np.maximum(low, other_low), 0.0)
    return shared


def reach_of_box(size: Floats, ways: Floats) -> Floats:
    """How far the edge of a box of `size` lies from its middle along unit vectors, (..., 2)."""
    reach: Floats = np.min(size / 2 / np.maximum(np.abs(ways), 1e-9), axis=-1)
    return reach


def ring_around(points: Floats, text: float, gap: Floats) -> Floats | None:
    """Centres of labels in an even ring around crowded points, in the points' own order around their middle.

    Args:
        points: (N, 2), all finite.
        text: height of the labels, in pixels.
        gap: a direction, (2,), in which the ring stays open.

    Returns:
        (N, 2), or None when the points lie far enough apart for each to have its label beside it.
    """
    count = len(points)
    middle = (points.min(axis=0) + points.max(axis=0)) / 2
    radius = float(np.hypot(*np.ptp(points, axis=0))) / 2
    if count < 3 or radius > 6 * text:
        return None
    offsets = points - middle
    opening = np.arctan2(gap[1], gap[0])
    turns = (np.arctan2(offsets[:, 1], offsets[:, 0]) - opening) % (2 * np.pi)
    slots = np.empty(count)
    slots[np.argsort(turns)] = opening + np.linspace(_OPEN / 2, 2 * np.pi - _OPEN / 2, count)
    ways = np.stack([np.cos(slots), np.sin(slots)], axis=-1)
    return np.asarray(middle + max(radius + 1.1 * text, 0.27 * count * text) * ways, dtype=np.float64)
