"""The chunks of a clip joined: the same person all through, or everyone, each by themself.

For one person, each chunk has been pursued by itself. Where the person of one chunk cannot be the one who was seen
before, the chunk is pursued once more from its first frame on, this time knowing where the person is.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from core.detection.identity.identities import Identity, joined
from core.detection.pursuit import Pursuit, Sighting
from core.detection.same_person import LONGEST_ABSENCE_S, can_be, continues
from core.detection.tracking import ParallelTracking, Track

# A person who was seen so shortly before a chunk begins is taken up where they were.
JUST_SEEN_S = 0.5
# With several people, who is seen no longer than this, or than this share of the whole, is a mistake.
SHORTEST_S, SHORTEST_SHARE = 0.3, 0.2


class Following:
    """Follows one person through what `ParallelTracking` has found; changes its track in place.

    Args:
        tracking: a finished or a cancelled tracking with one place for people.
        cancelled: asked for each frame that is looked at again.
    """

    def __init__(self, tracking: ParallelTracking, cancelled: Callable[[], bool]) -> None:
        self._tracking = tracking
        self._track = tracking.track
        self._cancelled = cancelled
        clip = tracking.clip
        self._time_s = (tracking.stamps - clip.pts[0]) * clip.seconds_per_pts

    def run(self, frames: int) -> int:
        """Keep only the person who is meant, in the first so many frames.

        Returns:
            How many frames are ready: fewer than `frames` only if it was cancelled.
        """
        anchor = self._anchor(frames)
        if anchor is None:
            return frames
        self._backward(anchor)
        first = next(number for number, chunk in enumerate(self._tracking.chunks) if anchor < chunk.stop)
        for number in range(first + 1, len(self._tracking.chunks)):
            start, stop = self._tracking.chunks[number].start, min(self._tracking.chunks[number].stop, frames)
            if start >= frames:
                break
            if not self._joins(number, stop) and (ready := self._pursue_again(number, stop)) < stop:
                return ready
        return frames

    def _anchor(self, frames: int) -> int | None:
        """A frame in which the person who is meant is the one that was found; None if nobody was."""
        found = np.flatnonzero(self._found()[:frames])
        if not found.size:
            return None
        anchor = self._tracking.anchor
        if anchor is None:
            return int(found[0])
        return int(found[np.abs(found - anchor.frame).argmin()])

    def _joins(self, number: int, stop: int) -> bool:
        """Whether the chunk goes on with the person who was seen before it."""
        start = self._tracking.chunks[number].start
        last = int(np.flatnonzero(self._found()[:start])[-1])
        found = start + np.flatnonzero(self._found()[start:stop])
        if not found.size:
            return float(self._time_s[start] - self._time_s[last]) > JUST_SEEN_S
        first = int(found[0])
        absence_s = float(self._time_s[first] - self._time_s[last])
        bodies = self._track.image[last, 0], self._track.image[first, 0]
        if first == last + 1:
            return continues(*bodies, absence_s)
        met_others = bool(self._tracking.met_others[: number + 1].any())
        return can_be(*bodies, absence_s) or (absence_s > LONGEST_ABSENCE_S and not met_others)

    def _pursue_again(self, number: int, stop: int) -> int:
        """Pursue the person through a chunk, from where they were seen before it; how many frames are ready then."""
        tracking, start = self._tracking, self._tracking.chunks[number].start
        last = int(np.flatnonzero(self._found()[:start])[-1])
        sighting = Sighting(self._track.image[last, 0].copy(), float(self._time_s[last]))
        self._track.empty_frames(start, stop)
        with tracking.clip.reader() as reader, Pursuit(tracking.settings, sighting) as pursuit:
            for frame, rgb, time_s in tracking.pictures(reader, number, warm_up=False):
                if self._cancelled():
                    return frame
                if frame >= stop:
                    break
                if frame == start and time_s - sighting.time_s <= JUST_SEEN_S:
                    pursuit.take_up(rgb, sighting)
                self._track.write(frame, pursuit.see(rgb, time_s))
            tracking.met_others[number] |= pursuit.met_others
        return stop

    def _backward(self, anchor: int) -> None:
        last = anchor
        for frame in range(anchor - 1, -1, -1):
            if not self._found()[frame]:
                continue
            gap_s = float(self._time_s[last] - self._time_s[frame])
            bodies = self._track.image[last, 0], self._track.image[frame, 0]
            if (frame == last - 1 and continues(*bodies, gap_s)) or can_be(*bodies, gap_s):
                last = frame
            else:
                self._track.empty_frames(frame, frame + 1)

    def _found(self) -> NDArray[np.bool_]:
        return np.isfinite(self._track.image[:, 0, 0, 0])


def everyone_joined(tracking: ParallelTracking, frames: int) -> tuple[Track, int]:
    """Everyone in the first so many frames, each at one place all through.

    Args:
        tracking: a tracking of everyone, which may still be running.
        frames: only these.

    Returns:
        The track, its people by when they were first seen, and how many people were left out at most.
    """
    most = tracking.settings.max_people
    if not frames:
        return Track.empty(len(tracking.stamps), most), 0
    everyone = [each for each in tracking.everyone if each is not None]
    tracklets = [tracklet for each in everyone for tracklet in each.tracklets(frames)]
    people = joined(tracklets, [chunk.start for chunk in tracking.chunks])
    stamps_s = tracking.stamps[:frames] * tracking.clip.seconds_per_pts
    span_s = float(stamps_s[-1] - stamps_s[0])
    people = [person for person in people if _seen_s(person) >= min(SHORTEST_S, SHORTEST_SHARE * span_s)]
    longest = sorted(people, key=lambda person: -sum(map(len, person.tracklets)))[:most]
    track = Track.empty(len(tracking.stamps), most)
    track.decoded[:] = tracking.track.decoded
    for place, person in enumerate(person for person in people if person in longest):
        for tracklet in person.tracklets:
            for frame, look in zip(tracklet.frames, tracklet.looks, strict=True):
                track.image[frame, place], track.world[frame, place] = look.image, look.world
                track.visibility[frame, place], track.presence[frame, place] = look.visibility, look.presence
    left_out = max((each.left_out for each in everyone), default=0)
    return track, max(left_out, len(people) - len(longest))


def _seen_s(person: Identity) -> float:
    return sum(tracklet.time_s[-1] - tracklet.time_s[0] for tracklet in person.tracklets)
