"""A stretch of a clip in which there is no doubt who is followed; identities are made of these."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from core.detection.agreement import Look, oks
from core.detection.identity.appearance import colours
from core.detection.identity.picture import Picture

# Over how long a speed is measured at the ends of a tracklet.
SPEED_S = 0.3
# Colours are taken in one frame of so many.
COLOURS_EVERY = 5
TRUNK = [11, 12, 23, 24]


@dataclass(eq=False)
class Tracklet:
    """One person in frames that follow each other.

    Attributes:
        chunk: number of the chunk in which they were followed.
        frames: places among the wanted frames, ascending.
        time_s: of each frame, in seconds from the clip's first one.
        looks: what was seen in each.
        colours: (5, 3) for some of them, as `core.detection.identity.appearance.colours`; None for the others.
        picture_px: (2,) width and height of the clip's picture, (inf, inf) as long as there is none.
        shared: it may be either of two people, who are behind one another.
        key: what tells it from others; copies share it.
        continues: key of the tracklet that the same landmarker was following before it was cut, if any.
    """

    chunk: int
    frames: list[int] = field(default_factory=list)
    time_s: list[float] = field(default_factory=list)
    looks: list[Look] = field(default_factory=list)
    colours: list[NDArray[np.float32] | None] = field(default_factory=list)
    picture_px: tuple[float, float] = (np.inf, np.inf)
    shared: bool = False
    key: object = field(default_factory=object)
    continues: object | None = None

    def __len__(self) -> int:
        return len(self.frames)

    @property
    def bodies(self) -> NDArray[np.float32]:
        """(N, 33, 3) x, y, z in pixels."""
        return np.stack([look.image for look in self.looks])

    def add(self, picture: Picture, look: Look) -> None:
        """One frame more at the end."""
        is_sampled = len(self) % COLOURS_EVERY == 0
        self.picture_px = float(picture.size[0]), float(picture.size[1])
        self.frames.append(picture.frame)
        self.time_s.append(picture.time_s)
        self.looks.append(look)
        self.colours.append(colours(*picture.around(look.image), look.visibility) if is_sampled else None)

    def cut(self, place: int) -> Tracklet:
        """Keep what is before a place; what is from there on becomes a tracklet of its own."""
        rest = Tracklet(self.chunk, picture_px=self.picture_px, continues=self.key)
        for name in ("frames", "time_s", "looks", "colours"):
            values = getattr(self, name)
            setattr(rest, name, values[place:])
            setattr(self, name, values[:place])
        return rest

    def until(self, frame: float) -> Tracklet:
        """A copy that ends before a frame."""
        return self.part(slice(None, int(np.searchsorted(self.frames, frame))))

    def since(self, frame: int) -> Tracklet:
        """A copy that begins at a frame."""
        return self.part(slice(int(np.searchsorted(self.frames, frame)), None))

    def part(self, part: slice) -> Tracklet:
        """A copy of some of its frames."""
        return Tracklet(
            self.chunk,
            frames=self.frames[part],
            time_s=self.time_s[part],
            looks=self.looks[part],
            colours=self.colours[part],
            picture_px=self.picture_px,
            shared=self.shared,
            key=self.key,
            continues=self.continues,
        )

    def at(self, frame: int) -> NDArray[np.float32]:
        """(33, 3) the body in a frame that it has."""
        return self.looks[int(np.searchsorted(self.frames, frame))].image

    def is_at(self, frame: int, body: NDArray[np.float32], similarity: float) -> bool:
        """Whether the person is where this body (33, 3) is, in a frame: at least so similar (OKS)."""
        place = int(np.searchsorted(self.frames, frame))
        there = place < len(self) and self.frames[place] == frame
        return there and float(oks(self.looks[place].image, body)) >= similarity

    def predicted(self, time_s: float, longest_s: float = np.inf) -> NDArray[np.float64]:
        """(33, 2) the body of the nearer end, moved on at that end's speed, for no longer than `longest_s`."""
        after = time_s >= self.time_s[-1]
        end = -1 if after else 0
        moving_s = float(np.clip(time_s - self.time_s[end], -longest_s, longest_s))
        body: NDArray[np.float64] = self.looks[end].image[:, :2] + moving_s * self.velocity(end)
        return body

    def velocity(self, end: int) -> NDArray[np.float64]:
        """(2,) pixels a second of the middle of the body at one end; 0 where there is too little to tell."""
        times = np.array(self.time_s)
        near = np.flatnonzero(np.abs(times - times[end]) <= SPEED_S)
        if len(near) < 3:
            return np.zeros(2)
        since_s, middles = times[near] - times[near].mean(), self._middles(near)
        # The slope of the line of least squares.
        velocity: NDArray[np.float64] = since_s @ middles / (since_s @ since_s)
        return velocity

    def unsteadiness(self, end: int) -> tuple[float, float]:
        """How little is known of the end: how far the middle of the body is from a steady motion there.

        Returns:
            Standard deviations of its place, in pixels, and of its speed, in pixels a second, each along one axis; 0
            where there is too little to tell. Where somebody turns over in the air the landmarks jump about.
        """
        times = np.array(self.time_s)
        near = np.flatnonzero(np.abs(times - times[end]) <= SPEED_S)
        if len(near) < 4:
            return 0.0, 0.0
        since_s, middles = times[near] - times[near].mean(), self._middles(near)
        off = middles - middles.mean(axis=0) - np.outer(since_s, self.velocity(end))
        place_px = float(np.sqrt((off**2).sum() / (2 * (len(near) - 2))))
        return place_px, place_px / float(np.sqrt(since_s @ since_s))

    def _middles(self, places: NDArray[np.int64]) -> NDArray[np.float64]:
        """(N, 2) the middle of the trunk at some places."""
        trunks = np.stack([self.looks[place].image[TRUNK, :2] for place in places])
        middles: NDArray[np.float64] = trunks.astype(np.float64).mean(axis=1)
        return middles
