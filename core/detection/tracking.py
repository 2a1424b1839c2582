"""A clip's people, followed in several chunks at once and joined to identities.

Everyone and one person are the same work: with one person meant, each chunk follows whoever is most likely them, and
the answer is the identity that was meant. Whom a chunk has not found although they were there at its beginning or its
end is looked for in it once more.
"""

from __future__ import annotations

import itertools
import os
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, wait

import numpy as np
from numpy.typing import NDArray

from core.detection.agreement import SAME_PERSON, oks
from core.detection.identity.chunks import chunks_of
from core.detection.identity.identities import Identity, joined
from core.detection.identity.newcomers import Newcomers, Search
from core.detection.identity.picture import Picture
from core.detection.identity.target import NEAR_POINT, Anchor, Target, chosen, is_pointed_at, one_look
from core.detection.identity.tracker import Before, Tracker
from core.detection.identity.tracklet import Tracklet
from core.detection.landmarker import Landmarker
from core.media.videos import Clip, ClipReader
from core.settings import Settings

# For how many frames to wait for somebody before the chunks begin without knowing whom to follow.
SEARCH_FRAMES = 30
# In how many frames before and after it somebody is looked for who is not found where they were pointed at: people move
# on by half their size in that time, hardly more.
POINTED_FRAMES = 10
# With several people, who is seen no longer than this, or than this share of the whole, is a mistake.
SHORTEST_S, SHORTEST_SHARE = 0.3, 0.2
# With one chunk so many frames more than there are cores are decoded ahead, so that no core waits while people are
# looked for. Larger pictures than this are looked at in half their size mostly, and need not be decoded sharply.
DECODED_AHEAD, SHARP_PX = 2, 1_500_000
# Somebody else was followed for so long instead of the person who is meant: it is worth looking for them once more.
DISTRACTED_S = 0.3


class ParallelTracking:
    """Follows people through a clip's wanted frames, several chunks at once.

    Args:
        clip: the clip.
        stamps: (F,) the wanted frames' time stamps, ascending.
        settings: model, people, confidences, contrast.
        landmarker: for single pictures: of the settings' model, or a quicker one.
        workers: how many threads; as many as there are cores if None.

    Attributes:
        decoded: (F,) bool, whether there was a picture at all.
    """

    def __init__(
        self,
        clip: Clip,
        stamps: NDArray[np.int64],
        settings: Settings,
        landmarker: Landmarker,
        workers: int | None = None,
    ) -> None:
        self.clip = clip
        self.stamps = stamps
        self.settings = settings
        keys = np.searchsorted(stamps, clip.key_pts)
        # Where several people are followed that takes longer than decoding.
        pixels = clip.width * clip.height if settings.people == "one" else 0
        self.chunks = chunks_of(len(stamps), [int(key) for key in keys], pixels)
        self.decoded = np.zeros(len(stamps), np.bool_)
        self._done = np.zeros(len(self.chunks), np.int64)  # frames of each chunk, its warm-up not counted
        most = workers or os.cpu_count() or 1
        self._workers = max(1, min(most, len(self.chunks)))
        self._decoders = most + DECODED_AHEAD if len(self.chunks) == 1 and most > 1 else 1
        self._roughly = clip.width * clip.height > SHARP_PX
        self._local = threading.local()
        self._stop = threading.Event()
        self._landmarker = landmarker
        self._trackers: list[list[Tracker]] = [[] for _ in self.chunks]
        self._targets: list[list[Target]] = [[] for _ in self.chunks]
        self._first_people: tuple[NDArray[np.float32], ...] = ()
        self._anchor: Anchor | None = None
        self._beginning_known = threading.Event()

    @property
    def frames_done(self) -> int:
        """Frames followed so far, in any chunk."""
        return int(self._done.sum())

    @property
    def frames_finished(self) -> int:
        """Frames finished without a gap from the first one on."""
        for chunk, done in zip(self.chunks, self._done, strict=True):
            if done < chunk.stop - chunk.start:
                return chunk.start + int(done)
        return len(self.stamps)

    def run(self, cancelled: Callable[[], bool], every_s: float = 0.2) -> Iterator[None]:
        """Work. Yields now and then while it goes on; ends when it is done, cancelled, or one worker has failed."""
        readers: list[ClipReader] = []
        try:
            with ThreadPoolExecutor(self._workers, thread_name_prefix="tracking") as pool:
                futures = [pool.submit(self._follow_chunk, number, readers) for number in range(len(self.chunks))]
                try:
                    waiting = set(futures)
                    while waiting and not cancelled():
                        ended, waiting = wait(waiting, every_s)
                        if any(future.exception() is not None for future in ended):
                            break
                        yield
                finally:
                    self._stop.set()
                    for future in futures:
                        future.cancel()
        finally:
            for reader in readers:
                reader.close()
        self._stop.clear()
        for future in futures:
            if future.done() and not future.cancelled():
                future.result()  # what went wrong in a worker is raised here

    def look_again(self, cancelled: Callable[[], bool]) -> None:
        """In chunks in which somebody has not been found who was there just before they are looked for once more.

        After `run`.

        Args:
            cancelled: asked for each frame that is looked at; True ends it.

        Raises:
            DetectionFailed: MediaPipe refused a frame.
        """
        for number, chunk in enumerate(self.chunks):
            if cancelled() or self._done[number] == 0:
                return
            if self.settings.people == "one":
                missed = self._distracted(number)
                if len(missed) * self._frame_s > DISTRACTED_S:
                    last = self._last_before(missed[0])
                    target = None if last is None else Target(self.settings, None, last)
                    start = chunk.warm_up if missed[0] == chunk.start else missed[0]
                    self._again(number, start, missed[-1], target, cancelled)
            elif number:
                for tracklet in self._missed_behind(number):
                    target = Target(self.settings, None, tracklet)
                    self._again(number, chunk.warm_up, chunk.start, target, cancelled)

    def people(self, frames: int) -> tuple[list[Identity], int]:
        """Who is in the first so many frames, each at one place all through.

        May be asked while the work goes on.

        Returns:
            The people by when they were first seen, and how many people were left out at most. With `people` "one" at
            most one, and nobody counts as left out.
        """
        if not frames:
            return [], 0
        people = joined(self._tracklets(frames), [chunk.start for chunk in self.chunks])
        if self.settings.people == "one":
            return self._meant(people), 0
        stamps_s = self.stamps[:frames] * self.clip.seconds_per_pts
        span_s = float(stamps_s[-1] - stamps_s[0])
        people = [person for person in people if _seen_s(person) >= min(SHORTEST_S, SHORTEST_SHARE * span_s)]
        most = self.settings.max_people
        longest = sorted(people, key=lambda person: -sum(map(len, person.tracklets)))[:most]
        left_out = max((tracker.left_out for several in self._trackers for tracker in several), default=0)
        return [person for person in people if person in longest], max(left_out, len(people) - len(longest))

    def _pictures(self, reader: ClipReader, start: int, stop: int) -> Iterator[Picture]:
        """The wanted frames [start, stop)."""
        stamps, frame = self.stamps[start:stop], start
        for source in reader.frames(int(stamps[0]), stamps):
            # Several frames may have one time stamp.
            frame = max(frame, start + int(np.searchsorted(stamps, source.pts)))
            if self._stop.is_set():
                return
            yield Picture.of(frame, source, self.settings)
            frame += 1

    def _tracklets(self, frames: float = np.inf) -> list[Tracklet]:
        return [each for several in self._trackers for tracker in several for each in tracker.tracklets(frames)]

    def _follow_chunk(self, number: int, readers: list[ClipReader]) -> None:
        if self._stop.is_set():
            return
        reader = getattr(self._local, "reader", None)
        if reader is None:
            reader = self._local.reader = self.clip.reader(self._decoders, roughly=self._roughly)
            readers.append(reader)
        try:
            if number == 0 and self.settings.follow_point is not None and self.settings.people == "one":
                self._anchor = self._anchor_at_point(reader)
            self._follow(number, reader)
        finally:
            if number == 0:
                self._beginning_known.set()
        if not self._stop.is_set():  # a chunk is done even if its last frames could not be decoded
            self._done[number] = self.chunks[number].stop - self.chunks[number].start

    def _follow(self, number: int, reader: ClipReader) -> None:
        pictures = self._pictures(reader, self.chunks[number].warm_up, self.chunks[number].stop)
        # What is on the way to it is decoded, and it is searched, while the beginning is not known yet.
        first = next(pictures, None)
        search = self._search(number, self._stop.is_set)
        if number and first is not None:
            search.look_ahead(first)
        while number and not self._beginning_known.wait(0.1):
            if self._stop.is_set():
                return
        is_one = self.settings.people == "one"
        tell = self._tell_anchor if number == 0 and self._anchor is None else None
        target = Target(self.settings, self._anchor, tell=tell) if is_one else None
        self._targets[number] += [target] if target is not None else []
        before = Before(self._first_people)
        with Tracker(self.settings, search, number, target, before, self._stop.is_set) as tracker:
            self._trackers[number].append(tracker)
            for picture in itertools.chain([] if first is None else [first], pictures):
                tracker.see(picture)
                self._tell(number, picture.frame)
                if number == 0 and not self._beginning_known.is_set():
                    self._tell_beginning(tracker, target, picture.frame)

    def _search(self, number: int, stopped: Callable[[], bool]) -> Newcomers:
        """Who finds people in a chunk's pictures; chunks that are followed at once use different lanes."""
        return Newcomers(self.settings, self._landmarker, number % 2, stopped)

    def _tell_anchor(self, anchor: Anchor) -> None:
        """Who is meant is known: the other chunks, which wait for it, may begin."""
        if self.settings.follow_point is None and not self._beginning_known.is_set():
            self._anchor = anchor
            self._beginning_known.set()

    def _tell_beginning(self, tracker: Tracker, target: Target | None, frame: int) -> None:
        """Who was there first: they are expected in the other chunks too. If nobody was, those wait no longer."""
        if target is None:
            self._first_people = tuple(look.image for look in tracker.looks())
        if target is None or self._anchor is not None or frame >= SEARCH_FRAMES:
            self._beginning_known.set()

    def _tell(self, number: int, frame: int) -> None:
        """A frame is done. Those of the warm-up do not count."""
        if frame >= self.chunks[number].start:
            self.decoded[frame] = True
            self._done[number] = frame - self.chunks[number].start + 1

    def _anchor_at_point(self, reader: ClipReader) -> Anchor | None:
        """Who is at `settings.follow_point`; None if nobody is seen there.

        Somebody may not be found in the very frame in which they were pointed at, and somebody else who stands near
        be found: then the frame next to it counts in which somebody is at the point.
        """
        assert self.settings.follow_point is not None
        time_s = (self.stamps - self.clip.pts[0]) * self.clip.seconds_per_pts
        at = int(np.clip(np.searchsorted(time_s, self.settings.follow_point[0]), 0, len(self.stamps) - 1))
        first = next(self._anchors(reader, at, at + SEARCH_FRAMES), None)
        if first is not None and is_pointed_at(first, self.settings.follow_point[1:]):
            return first
        best: Anchor | None = None
        for anchor in self._anchors(reader, max(0, at - POINTED_FRAMES), at + POINTED_FRAMES + 1):
            is_nearer = best is None or abs(anchor.frame - at) < abs(best.frame - at)
            if is_nearer and is_pointed_at(anchor, self.settings.follow_point[1:]):
                best = anchor
        is_near = first is not None and is_pointed_at(first, self.settings.follow_point[1:], NEAR_POINT)
        return best or (first if is_near else None)

    def _anchors(self, reader: ClipReader, start: int, stop: int) -> Iterator[Anchor]:
        """Who is meant in each of the frames [start, stop) in which anybody is found."""
        wanted = self.stamps[start:stop]
        for frame, source in enumerate(reader.frames(int(wanted[0]), wanted), start):
            if self._stop.is_set():
                return
            picture = Picture.of(frame, source, self.settings)
            found, _ = self._search(0, self._stop.is_set).look(
                picture, [], self.settings.max_people, search=Search.WHOLE
            )
            if found:
                meant = chosen(np.stack([look.image for look in found]), self.settings, picture.size)
                yield Anchor(frame, one_look(picture, found[meant], 0))

    def _meant(self, people: list[Identity]) -> list[Identity]:
        """The identity that is meant: who is where the anchor is."""
        if self._anchor is None:
            # Who was pointed at and is not found is not replaced by whoever is.
            return people[:1] if self.settings.follow_point is None else []
        frame, body = self._anchor.frame, self._anchor.look.image
        there = [
            (float(oks(each.at(frame), body)), place)
            for place, person in enumerate(people)
            for each in person.tracklets
            if each.is_at(frame, body, 0.0)
        ]
        best = max(there, default=(0.0, -1))
        return [people[best[1]]] if best[0] >= SAME_PERSON else people[:1]

    def _missed_behind(self, number: int) -> list[Tracklet]:
        """Who reaches the seam before a chunk and is not followed in it."""
        seam = self.chunks[number].start
        before = [each for tracker in self._trackers[number - 1] for each in tracker.tracklets()]
        there = [each for tracker in self._trackers[number] for each in tracker.tracklets()]
        return [
            each
            for each in before
            if each.frames[-1] == seam - 1
            and not any(other.is_at(seam - 1, each.looks[-1].image, SAME_PERSON) for other in there)
        ]

    def _distracted(self, number: int) -> list[int]:
        """Frames in which somebody else was taken for the person who is meant while that one was not followed."""
        meant = self._meant_tracklets()
        keys, frames = {each.key for each in meant}, {frame for each in meant for frame in each.frames}
        start = self.chunks[number].start
        taken = [each for target in self._targets[number] for each in target.taken]
        return sorted({frame for frame, key in taken if frame >= start and frame not in frames and key not in keys})

    def _last_before(self, frame: int) -> Tracklet | None:
        """How the person who is meant was last seen before a frame."""
        before = [each for each in self._meant_tracklets() if each.frames[0] < frame]
        return before[-1].until(frame) if before else None

    def _meant_tracklets(self) -> list[Tracklet]:
        """The tracklets of the person who is meant."""
        meant = self._meant(joined(self._tracklets(), [chunk.start for chunk in self.chunks]))
        return [each for person in meant for each in person.tracklets]

    def _again(self, number: int, start: int, until: int, target: Target | None, cancelled: Callable[[], bool]) -> None:
        """Look for somebody in a chunk once more: from a frame on, and behind another as long as they are followed."""
        there = tuple(each for tracker in self._trackers[number] for each in tracker.tracklets())
        with (
            self.clip.reader(self._decoders, roughly=self._roughly) as reader,
            Tracker(
                self.settings, self._search(number, cancelled), number, target, Before((), there), cancelled
            ) as tracker,
        ):
            self._trackers[number].append(tracker)
            for picture in self._pictures(reader, start, self.chunks[number].stop):
                if cancelled() or (picture.frame > until and not tracker.follows_somebody):
                    return
                tracker.see(picture)

    @property
    def _frame_s(self) -> float:
        """How long a frame lasts on average."""
        span = float(self.stamps[-1] - self.stamps[0]) * self.clip.seconds_per_pts
        return span / max(1, len(self.stamps) - 1)


def _seen_s(person: Identity) -> float:
    return sum(tracklet.time_s[-1] - tracklet.time_s[0] for tracklet in person.tracklets)
