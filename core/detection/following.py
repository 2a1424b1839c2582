"""The same person all through a clip: which of the skeletons found are the one that is followed.

MediaPipe follows one person as long as it can, then takes whoever it finds next. Its answers are therefore cut into
tracklets, stretches without a jump. Starting from the person who is meant, a tracklet is accepted if that person can
have got there in the time between; everybody else's frames are emptied. Where the person was in view when a chunk
ended, but the next chunk's landmarker took somebody else, the person is taken up again in a picture that shows nobody
else.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from core.detection.anchor import alone, everyone_in, seen
from core.detection.landmarker import Landmarker
from core.detection.people import body_size_px
from core.detection.tracking import ParallelTracking, Track
from core.detection.video_landmarker import VideoLandmarker
from core.media.videos import ClipReader

# How far all landmarks may move on average between two frames, in body sizes (a body's size is the diagonal of its
# landmarks, about 1.8 m): a jitter, and a speed of about 14 m/s for a hand thrown forward.
JITTER, FASTEST_PER_S = 0.2, 8.0
# How far the hips may be from where they were lost: a little, and as fast as a sprinter.
REACH, REACH_PER_S = 0.3, 4.0
# After so long, somebody found elsewhere may be anybody.
LONGEST_ABSENCE_S = 3.0
# A person does not become three times as large within an absence.
LARGEST_GROWTH = 3.0
# Where somebody else is followed, how often to look for the person who is meant.
LOOK_EVERY_FRAMES = 10


class Following:
    """Follows one person through what `ParallelTracking` has found; changes its track in place.

    Args:
        tracking: a finished or a cancelled tracking with one place for people.
        landmarker: for single pictures of the same model.
    """

    def __init__(self, tracking: ParallelTracking, landmarker: Landmarker) -> None:
        self._tracking = tracking
        self._landmarker = landmarker
        self._track = tracking.track
        clip = tracking.clip
        self._time_s = (tracking.stamps - clip.pts[0]) * clip.seconds_per_pts
        self._seams = {chunk.start: chunk.stop for chunk in tracking.chunks[1:]}

    def run(self, frames: int) -> None:
        """Keep only the person who is meant, in the first so many frames."""
        with self._tracking.clip.reader() as reader:
            anchor = self._anchor(reader, frames)
            if anchor is None:
                return
            self._forward(reader, anchor, frames)
            self._backward(anchor)

    def _anchor(self, reader: ClipReader, frames: int) -> int | None:
        """A frame in which the person who is meant is the one that was found; None if nobody was."""
        found = np.flatnonzero(self._found()[:frames])
        anchor = self._tracking.anchor
        if anchor is None or anchor.frame >= frames:
            return int(found[0]) if found.size else None
        is_meant = self._moved(self._track.image[anchor.frame, 0], anchor.body) < JITTER
        if is_meant:
            return anchor.frame
        taken = self._take_up(reader, anchor.frame, anchor.body, self._chunk_end(anchor.frame))
        if taken >= 0:
            return taken
        return int(found[np.abs(found - anchor.frame).argmin()]) if found.size else None

    def _forward(self, reader: ClipReader, anchor: int, frames: int) -> None:
        last = anchor
        while (frame := last + 1) < frames:
            if self._continues(last, frame):
                last = frame
                continue
            if frame in self._seams:
                taken = self._take_up(reader, frame, self._track.image[last, 0], self._seams[frame])
                if taken >= 0:
                    last = self._end_of(taken)
                    continue
            last = self._next_sight(reader, last, frames)
            if last < 0:
                return

    def _next_sight(self, reader: ClipReader, last: int, frames: int) -> int:
        """Where the person is seen again after having been lost; empties what is not them. -1 if never."""
        frame = last + 1
        while frame < frames:
            if not self._found()[frame]:
                frame += 1
                continue
            if self._can_be(self._track.image[last, 0], self._track.image[frame, 0], self._absence_s(last, frame)):
                return frame
            end = min(self._end_of(frame) + 1, frames)
            seen = self._look_elsewhere(reader, last, frame, end)
            if seen >= 0:
                return seen
            frame = end
        return -1

    def _look_elsewhere(self, reader: ClipReader, last: int, start: int, end: int) -> int:
        """Somebody else is followed in [start, end): look for the person beside them, and empty the rest."""
        other = self._track.image[start:end, 0].copy()
        self._empty(start, end)
        for frame in range(start, end, LOOK_EVERY_FRAMES):
            if self._absence_s(last, frame) > LONGEST_ABSENCE_S:
                return -1
            for candidate in self._everyone_in(reader, frame):
                if self._moved(other[frame - start], candidate) < JITTER:
                    continue
                possible = self._can_be(self._track.image[last, 0], candidate, self._absence_s(last, frame))
                if possible:
                    taken = self._take_up(reader, frame, candidate, min(end, self._chunk_end(frame)))
                    if taken >= 0:
                        return taken
        return -1

    def _backward(self, anchor: int) -> None:
        last = anchor
        for frame in range(anchor - 1, -1, -1):
            if not self._found()[frame]:
                continue
            gap_s = self._absence_s(frame, last)
            near = frame == last - 1 and self._moved(self._track.image[last, 0], self._track.image[frame, 0]) <= (
                JITTER + FASTEST_PER_S * gap_s
            )
            if near or self._can_be(self._track.image[last, 0], self._track.image[frame, 0], gap_s):
                last = frame
            else:
                self._empty(frame, frame + 1)

    def _take_up(self, reader: ClipReader, start: int, body: NDArray[np.float32], stop: int) -> int:
        """Follow a body from `start` on, first in a picture that shows nobody else.

        Returns:
            The frame in which it is found first; -1, and nothing is changed, if that is not soon.
        """
        tracking, previous, misses = self._tracking, body, 0
        found_track = Track.empty(stop - start, 1)
        with VideoLandmarker(tracking.settings) as landmarker:
            for frame in reader.frames(int(tracking.stamps[start]), tracking.stamps[start:stop]):
                place = int(np.searchsorted(tracking.stamps[start:stop], frame.pts))
                locked = bool(np.isfinite(found_track.image[:place]).any())
                rgb = seen(frame, tracking.settings)
                found = landmarker.detect(rgb if locked else alone(rgb, previous), frame.time_s)
                same = len(found.image) and self._moved(previous, found.image[0]) < 1
                if same:
                    previous, misses = found.image[0], 0
                    found_track.write(place, found)
                else:
                    misses += 1
                found_track.decoded[place] = True
                if misses > LOOK_EVERY_FRAMES:
                    break
        ends = np.flatnonzero(np.isfinite(found_track.image[:, 0, 0, 0]))
        if not ends.size or ends[0] > LOOK_EVERY_FRAMES:
            return -1
        end = int(ends[-1]) + 1
        self._track.copy_from(found_track, slice(start, start + end), slice(0, end))
        return start + int(ends[0])

    def _everyone_in(self, reader: ClipReader, frame: int) -> NDArray[np.float32]:
        """(P, 33, 3) the people in one frame."""
        stamp = self._tracking.stamps[frame : frame + 1]
        for picture in reader.frames(int(stamp[0]), stamp):
            return everyone_in(seen(picture, self._tracking.settings), self._tracking.settings, self._landmarker)
        return np.zeros((0, 33, 3), np.float32)

    def _found(self) -> NDArray[np.bool_]:
        return np.isfinite(self._track.image[:, 0, 0, 0])

    def _continues(self, before: int, frame: int) -> bool:
        """Found again in the next frame, without a jump."""
        limit = JITTER + FASTEST_PER_S * self._absence_s(before, frame)
        return self._moved(self._track.image[before, 0], self._track.image[frame, 0]) <= limit

    def _end_of(self, frame: int) -> int:
        """The last frame of the tracklet that begins here."""
        while frame + 1 < len(self._track.image) and self._continues(frame, frame + 1):
            frame += 1
        return frame

    def _chunk_end(self, frame: int) -> int:
        return next(chunk.stop for chunk in self._tracking.chunks if frame < chunk.stop)

    def _absence_s(self, before: int, frame: int) -> float:
        return float(self._time_s[frame] - self._time_s[before])

    def _empty(self, start: int, stop: int) -> None:
        for array in (self._track.image, self._track.world, self._track.visibility, self._track.presence):
            array[start:stop] = np.nan

    @staticmethod
    def _moved(before: NDArray[np.float32], after: NDArray[np.float32]) -> float:
        """The mean distance of the landmarks in body sizes; NaN (never small enough) if one is not there."""
        size = max(float(body_size_px(before)), float(body_size_px(after)))
        return float(np.linalg.norm(after[:, :2] - before[:, :2], axis=-1).mean()) / size

    @staticmethod
    def _can_be(before: NDArray[np.float32], after: NDArray[np.float32], absence_s: float) -> bool:
        """Can the person have got there in that time?"""
        sizes = float(body_size_px(before)), float(body_size_px(after))
        hips = [body[23:25, :2].mean(axis=0) for body in (before, after)]
        distance = float(np.linalg.norm(hips[1] - hips[0])) / max(sizes)
        return (
            absence_s <= LONGEST_ABSENCE_S
            and max(sizes) <= LARGEST_GROWTH * min(sizes)
            and distance <= REACH + REACH_PER_S * absence_s
        )


def keep_identities(track: Track) -> Track:
    """With several people: the same person at the same place in every frame, as far as nobody jumps.

    Each frame's people go to the nearest place that they can continue; whoever fits none takes a free place, the one
    that has been empty longest.
    """
    frames, places = track.image.shape[:2]
    kept = Track.empty(frames, places)
    kept.decoded[:] = track.decoded
    last_seen = np.full(places, -1)
    for frame in range(frames):
        present = np.flatnonzero(np.isfinite(track.image[frame, :, 0, 0]))
        taken: set[int] = set()
        for person in present:
            place = _place_for(kept, last_seen, track.image[frame, person], taken)
            taken.add(place)
            last_seen[place] = frame
            for name in ("image", "world", "visibility", "presence"):
                getattr(kept, name)[frame, place] = getattr(track, name)[frame, person]
    return kept


def _place_for(kept: Track, last_seen: NDArray[np.int64], body: NDArray[np.float32], taken: set[int]) -> int:
    free = [place for place in range(len(last_seen)) if place not in taken]
    near = [
        (Following._moved(kept.image[last_seen[place], place], body), place) for place in free if last_seen[place] >= 0
    ]
    distance, place = min(near, default=(np.inf, -1))
    if distance < 0.5:
        return place
    return min(free, key=lambda each: int(last_seen[each]))
