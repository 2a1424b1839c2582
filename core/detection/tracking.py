"""A clip in parallel: cut into chunks of a fixed length, each followed by a landmarker of its own, joined afterwards.

A chunk begins some frames early, so that the landmarker has found and smoothed the person when the chunk's own frames
come. Where a chunk begins depends on the clip alone, so the result is the same for any number of workers.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.detection.anchor import SEARCH_FRAMES, Anchor, AnchorSearch, alone, seen
from core.detection.landmarker import Detection
from core.detection.people import distinct_people
from core.detection.video_landmarker import VideoLandmarker
from core.media.videos import Clip, ClipReader
from core.settings import Settings
from core.skeleton import LANDMARKS

# A new landmarker costs as much as six frames, so long clips have longer chunks; short ones are still shared out.
CHUNK_FRAMES, LONG_CHUNK_FRAMES, LONG_CLIP_FRAMES = 120, 300, 1500
WARM_UP_FRAMES = 10
# For how many frames a chunk's landmarker is shown only the place where the person who is meant was first seen, and how
# far around them.
LOOK_FRAMES = 4
LOOK_MARGIN = 0.2


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

    def write(self, frame: int, found: Detection) -> None:
        """Put one frame's people in, those found twice once, the largest first."""
        self.decoded[frame] = True
        people = distinct_people(found.image, found.visibility)[: self.image.shape[1]]
        places = slice(0, len(people))
        self.image[frame, places] = found.image[people]
        self.world[frame, places] = found.world[people]
        self.visibility[frame, places] = found.visibility[people]
        self.presence[frame, places] = found.presence[people]

    def copy_from(self, other: Track, here: slice, there: slice) -> None:
        """Take over frames of another track."""
        for name in ("image", "world", "visibility", "presence", "decoded"):
            getattr(self, name)[here] = getattr(other, name)[there]


@dataclass(frozen=True)
class Chunk:
    """Frames [start, stop) of the wanted ones, to be followed from `warm_up` on."""

    warm_up: int
    start: int
    stop: int


def chunks_of(frames: int) -> list[Chunk]:
    """The chunks of a clip with so many wanted frames."""
    length = CHUNK_FRAMES if frames < LONG_CLIP_FRAMES else LONG_CHUNK_FRAMES
    starts = range(0, frames, length)
    return [Chunk(max(0, start - WARM_UP_FRAMES), start, min(frames, start + length)) for start in starts]


class ParallelTracking:
    """Follows people through a clip's wanted frames, several chunks at once.

    Args:
        clip: the clip.
        stamps: (F,) the wanted frames' time stamps, ascending.
        settings: model, people, confidences, contrast.
        workers: how many threads; as many as there are cores if None.
        search: finds out who is meant, when one person is to be followed.
    """

    def __init__(
        self,
        clip: Clip,
        stamps: NDArray[np.int64],
        settings: Settings,
        workers: int | None = None,
        search: AnchorSearch | None = None,
    ) -> None:
        self.clip = clip
        self.stamps = stamps
        self.settings = settings
        self.chunks = chunks_of(len(stamps))
        places = 1 if settings.people == "one" else settings.max_people
        self.track = Track.empty(len(stamps), places)
        self._done = np.zeros(len(self.chunks), np.int64)  # frames of each chunk, its warm-up not counted
        self._workers = max(1, min(workers or os.cpu_count() or 1, len(self.chunks)))
        self._local = threading.local()
        self._stop = threading.Event()
        self._search = search
        self._anchor_known = threading.Event()
        self.anchor: Anchor | None = None

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
        """Work. Yields now and then while it goes on; ends when it is done or cancelled."""
        readers: list[ClipReader] = []
        with ThreadPoolExecutor(self._workers, thread_name_prefix="tracking") as pool:
            futures = [pool.submit(self._follow_chunk, number, readers) for number in range(len(self.chunks))]
            try:
                while not all(future.done() for future in futures):
                    if cancelled():
                        break
                    wait(futures, every_s)
                    yield
            finally:
                self._stop.set()
                for future in futures:
                    future.cancel()
        for reader in readers:
            reader.close()
        for future in futures:
            if future.done() and not future.cancelled():
                future.result()  # an error in a worker is everybody's

    def _follow(
        self, reader: ClipReader, landmarker: VideoLandmarker, stamps: NDArray[np.int64], look_until: int
    ) -> Iterator[tuple[int, NDArray[np.uint8], Detection]]:
        """Decode and detect the frames with these stamps; gives their place among them and what was seen.

        Until somebody is found, and at most until the place `look_until`, the landmarker is shown only where the person
        who is meant was first seen: it would take whoever is easiest to find.
        """
        place, looking = 0, True
        for frame in reader.frames(int(stamps[0]), stamps):
            place = max(place, int(np.searchsorted(stamps, frame.pts)))
            if self._stop.is_set():
                return
            rgb = seen(frame, self.settings)
            if looking and place < look_until and self.anchor is not None:
                rgb = alone(rgb, self.anchor.body, LOOK_MARGIN)
            found = landmarker.detect(rgb, frame.time_s)
            looking = looking and not len(found.image)
            yield place, rgb, found
            place += 1

    def _follow_chunk(self, number: int, readers: list[ClipReader]) -> None:
        if self._stop.is_set():
            return
        reader = getattr(self._local, "reader", None)
        if reader is None:
            reader = self._local.reader = self.clip.reader()
            readers.append(reader)
        if number == 0:
            try:
                known = self._follow_first_chunk(reader)
            finally:
                self._anchor_known.set()
            if known:
                return
        self._follow_known(number, reader)

    def _follow_first_chunk(self, reader: ClipReader) -> bool:
        """Follow whom MediaPipe takes by itself, and find out who is meant; False if that is somebody else."""
        self.anchor = self._search.at_point() if self._search is not None else None
        if self._search is None or self.anchor is not None:
            return False
        chunk = self.chunks[0]
        with VideoLandmarker(self.settings) as landmarker:
            for place, rgb, found in self._follow(reader, landmarker, self.stamps[: chunk.stop], 0):
                self._write(0, place, found)
                if not self._anchor_known.is_set() and len(found.image):
                    self.anchor = self._search.among(place, rgb, found.image[0])
                    if not self.anchor.is_plain:
                        return False
                if self.anchor is not None or place >= SEARCH_FRAMES:
                    self._anchor_known.set()
        self._finish(0)
        return True

    def _follow_known(self, number: int, reader: ClipReader) -> None:
        chunk = self.chunks[number]
        with VideoLandmarker(self.settings) as landmarker:
            while not self._anchor_known.wait(0.1):
                if self._stop.is_set():
                    return
            stamps = self.stamps[chunk.warm_up : chunk.stop]
            for place, _, found in self._follow(reader, landmarker, stamps, self._look_until(chunk)):
                self._write(number, place, found)
        self._finish(number)

    def _write(self, number: int, place: int, found: Detection) -> None:
        chunk = self.chunks[number]
        frame = chunk.warm_up + place
        if frame >= chunk.start:
            self.track.write(frame, found)
            self._done[number] = frame - chunk.start + 1

    def _finish(self, number: int) -> None:
        """A chunk is done even if its last frames could not be decoded."""
        if not self._stop.is_set():
            self._done[number] = self.chunks[number].stop - self.chunks[number].start

    def _look_until(self, chunk: Chunk) -> int:
        """Up to which of the chunk's frames only the place of the person who is meant is shown."""
        if self.anchor is None:
            return 0
        return int(np.clip(self.anchor.frame - chunk.warm_up, 0, chunk.stop - chunk.warm_up)) + LOOK_FRAMES
