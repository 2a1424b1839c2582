"""A clip in parallel: cut into chunks of a fixed length, each followed by a landmarker of its own, joined afterwards.

A chunk begins some frames early, so that the landmarker has found and smoothed the person when the chunk's own frames
come. Where a chunk begins depends on the clip alone, so the result is the same for any number of workers.
"""

from __future__ import annotations

import itertools
import os
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.detection.agreement import Look
from core.detection.anchor import SEARCH_FRAMES, Anchor, AnchorSearch, seen
from core.detection.identity.everyone import Everyone
from core.detection.landmarker import Detection, Landmarker
from core.detection.pursuit import Pursuit, Sighting
from core.media.videos import Clip, ClipReader
from core.settings import Settings
from core.skeleton import LANDMARKS

# A chunk's landmarker and warm-up cost as much as about sixteen frames, so long clips have long chunks; a short clip is
# still shared out between two cores, and the number of chunks is even, so that two cores finish together.
CHUNK_FRAMES, LONGEST_CHUNK_FRAMES, SHORTEST_SHARED_FRAMES = 150, 300, 48
WARM_UP_FRAMES = 10


@dataclass(frozen=True, eq=False)
class Track:
    """What was found in consecutive frames. F frames, P places for people; NaN where nobody is.

    Attributes:
        image, world: (F, P, 33, 3) float32.
        visibility, presence: (F, P, 33) float32.
        decoded: (F,) bool, whether there was a picture at all.
    """

    image: NDArray[np.float32]
    world: NDArray[np.float32]
    visibility: NDArray[np.float32]
    presence: NDArray[np.float32]
    decoded: NDArray[np.bool_]

    @classmethod
    def empty(cls, frames: int, people: int) -> Track:
        """Nobody anywhere."""
        shape = (frames, people, len(LANDMARKS))
        return cls(
            image=np.full((*shape, 3), np.nan, np.float32),
            world=np.full((*shape, 3), np.nan, np.float32),
            visibility=np.full(shape, np.nan, np.float32),
            presence=np.full(shape, np.nan, np.float32),
            decoded=np.zeros(frames, np.bool_),
        )

    def write(self, frame: int, found: Detection | None) -> None:
        """Put the one person of a frame in."""
        if found is not None and len(found.image):
            self.image[frame, 0], self.world[frame, 0] = found.image[0], found.world[0]
            self.visibility[frame, 0], self.presence[frame, 0] = found.visibility[0], found.presence[0]

    def empty_frames(self, start: int, stop: int) -> None:
        """Nobody in frames [start, stop)."""
        for array in (self.image, self.world, self.visibility, self.presence):
            array[start:stop] = np.nan


@dataclass(frozen=True)
class Chunk:
    """Frames [start, stop) of the wanted ones, to be followed from `warm_up` on."""

    warm_up: int
    start: int
    stop: int


def chunks_of(frames: int) -> list[Chunk]:
    """The chunks of a clip with so many wanted frames; with their warm-up they are about equally long."""
    length = CHUNK_FRAMES if frames < 10 * CHUNK_FRAMES else LONGEST_CHUNK_FRAMES
    count = 1 if frames < SHORTEST_SHARED_FRAMES else 2 * max(1, round(frames / (2 * length)))
    work = frames + (count - 1) * WARM_UP_FRAMES
    starts = [0, *(work * number // count - (number - 1) * WARM_UP_FRAMES for number in range(1, count)), frames]
    return [Chunk(max(0, start - WARM_UP_FRAMES), start, stop) for start, stop in itertools.pairwise(starts)]


class ParallelTracking:
    """Follows people through a clip's wanted frames, several chunks at once.

    Args:
        clip: the clip.
        stamps: (F,) the wanted frames' time stamps, ascending.
        settings: model, people, confidences, contrast.
        landmarker: for single pictures: of the settings' model, or a quicker one.
        workers: how many threads; as many as there are cores if None.
        search: finds out who is meant, when one person is to be followed.
    """

    def __init__(
        self,
        clip: Clip,
        stamps: NDArray[np.int64],
        settings: Settings,
        landmarker: Landmarker,
        workers: int | None = None,
        search: AnchorSearch | None = None,
    ) -> None:
        self.clip = clip
        self.stamps = stamps
        self.settings = settings
        self.chunks = chunks_of(len(stamps))
        self.track = Track.empty(len(stamps), 1)  # with everyone only which frames could be decoded
        self._done = np.zeros(len(self.chunks), np.int64)  # frames of each chunk, its warm-up not counted
        self._workers = max(1, min(workers or os.cpu_count() or 1, len(self.chunks)))
        self._local = threading.local()
        self._stop = threading.Event()
        self._landmarker = landmarker
        self.everyone: list[Everyone | None] = [None] * len(self.chunks)
        self._first_people: list[Look] = []
        self._first_people_known = threading.Event()
        self._search = search
        self._anchor_known = threading.Event()
        self.anchor: Anchor | None = None
        self.met_others = np.zeros(len(self.chunks), np.bool_)  # somebody else was found in the chunk

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
                future.result()  # an error in a worker is everybody's

    def _follow_chunk(self, number: int, readers: list[ClipReader]) -> None:
        if self._stop.is_set():
            return
        reader = getattr(self._local, "reader", None)
        if reader is None:
            reader = self._local.reader = self.clip.reader()
            readers.append(reader)
        if self._search is None:
            self._follow_everyone(number, reader)
            return
        try:
            if number == 0 and self._pursue_first(reader, self._search):
                return
        finally:
            if number == 0:
                self._anchor_known.set()
        self._pursue(number, reader)

    def _follow_everyone(self, number: int, reader: ClipReader) -> None:
        """Follow everyone in a chunk. Who is in the clip's first frame is expected in the other chunks too."""
        while number and not self._first_people_known.wait(0.1):
            if self._stop.is_set():
                return
        try:
            with Everyone(self.settings, self._landmarker, number, self._first_people, self._stop.is_set) as everyone:
                self.everyone[number] = everyone
                for frame, rgb, time_s in self.pictures(reader, number):
                    everyone.see(frame, rgb, time_s)
                    self._tell(number, frame)
                    if number == 0 and frame == 0:
                        self._first_people = everyone.looks()
                        self._first_people_known.set()
        finally:
            if number == 0:
                self._first_people_known.set()
        self._finish(number)

    def _pursue_first(self, reader: ClipReader, search: AnchorSearch) -> bool:
        """Pursue whom MediaPipe takes by itself, and find out who is meant; False if that is somebody else."""
        self.anchor = search.at_point()
        if self.anchor is not None:
            return False
        with Pursuit(self.settings) as pursuit:
            for frame, rgb, time_s in self.pictures(reader, 0):
                found = pursuit.see(rgb, time_s)
                self._write(0, frame, found)
                if not self._anchor_known.is_set() and found is not None:
                    self.anchor = search.among(frame, rgb, found.image[0])
                    if not self.anchor.is_plain:
                        return False
                if self.anchor is not None or frame >= SEARCH_FRAMES:
                    self._anchor_known.set()
            self.met_others[0] = pursuit.met_others
        self._finish(0)
        return True

    def _pursue(self, number: int, reader: ClipReader) -> None:
        """Pursue who is meant. Where they are at its beginning is not known: they are looked for where first seen."""
        with Pursuit(self.settings) as pursuit:
            while not self._anchor_known.wait(0.1):
                if self._stop.is_set():
                    return
            if self.anchor is not None:
                pursuit.look_for(self.anchor.body, self.clip.width, self.clip.height)
            for frame, rgb, time_s in self.pictures(reader, number):
                if self.anchor is not None and frame == self.anchor.frame:
                    pursuit.take_up(rgb, Sighting(self.anchor.body, time_s))
                self._write(number, frame, pursuit.see(rgb, time_s))
            self.met_others[number] = pursuit.met_others
        self._finish(number)

    def pictures(
        self, reader: ClipReader, number: int, warm_up: bool = True
    ) -> Iterator[tuple[int, NDArray[np.uint8], float]]:
        """A chunk's frames: place among the wanted ones, (H, W, 3) as the detector is shown it, time in seconds."""
        chunk = self.chunks[number]
        start = chunk.warm_up if warm_up else chunk.start
        stamps, frame = self.stamps[start : chunk.stop], start
        for picture in reader.frames(int(stamps[0]), stamps):
            # Several frames may have one time stamp.
            frame = max(frame, start + int(np.searchsorted(stamps, picture.pts)))
            if self._stop.is_set():
                return
            yield frame, seen(picture, self.settings), picture.time_s
            frame += 1

    def _write(self, number: int, frame: int, found: Detection | None) -> None:
        if frame >= self.chunks[number].start:
            self.track.write(frame, found)
            self._tell(number, frame)

    def _tell(self, number: int, frame: int) -> None:
        """A frame is done. Those of the warm-up do not count."""
        if frame >= self.chunks[number].start:
            self.track.decoded[frame] = True
            self._done[number] = frame - self.chunks[number].start + 1

    def _finish(self, number: int) -> None:
        """A chunk is done even if its last frames could not be decoded."""
        if not self._stop.is_set():
            self._done[number] = self.chunks[number].stop - self.chunks[number].start
