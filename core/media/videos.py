"""Clips: upright RGB frames with the container's own times, streamed, from any place in the clip.

A clip is first indexed without decoding anything: PyAV reads the packets' time stamps, which say how many frames there
are, when each is shown, and where decoding can start. Frames are known by their time stamp (`pts`), never by counting,
so that several readers of one clip agree.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import av.error
import cv2
import numpy as np
from av.video.frame import VideoFrame
from av.video.reformatter import VideoReformatter
from numpy.typing import NDArray

from core.errors import NoPicturesInVideo
from core.media.cut_off import missing_at_end_s
from core.media.images import UNNAMED
from core.media.video_file import VideoSource, bytes_of, check_there, opened_video, packets_of


@dataclass(frozen=True, eq=False)
class Frame:
    """One upright picture of a clip.

    Attributes:
        pts: its time stamp in the container's units.
        time_s: seconds from the clip's first frame.
        rgb: (H, W, 3) uint8, contiguous.
    """

    pts: int
    time_s: float
    rgb: NDArray[np.uint8]


@dataclass(frozen=True, eq=False)
class Clip:
    """A clip that can be read, any number of times and by several threads, each with its own `frames`.

    Attributes:
        source: the path or the bytes.
        name: what to call it, never a path.
        pts: (T,) int64, the frames' time stamps in the order in which they are shown.
        key_pts: (K,) int64, those at which decoding can start, ascending.
        seconds_per_pts: the container's unit of time.
        width, height: of the upright picture, in pixels. Where a clip changes its size on the way all frames have the
            first one's.
        counted: the container has no time stamps; they are made by counting at the mean frame rate.
        missing_s: how many seconds of pictures the file announces behind its last frame: it was not copied or recorded
            to its end. 0 where nothing is known to be missing, NaN where it breaks off and does not say how much it
            would hold.
    """

    source: VideoSource
    name: str
    pts: NDArray[np.int64]
    key_pts: NDArray[np.int64]
    seconds_per_pts: float
    width: int
    height: int
    counted: bool
    missing_s: float = 0.0

    @property
    def time_s(self) -> NDArray[np.float64]:
        """(T,) seconds from the first frame."""
        return np.asarray((self.pts - self.pts[0]) * self.seconds_per_pts, np.float64)

    @property
    def duration_s(self) -> float:
        """From the first frame to the end of the last one."""
        span = float(self.time_s[-1])
        return span * len(self.pts) / (len(self.pts) - 1) if len(self.pts) > 1 else 0.0

    def reader(self) -> ClipReader:
        """Something that decodes frames from any place on. To be closed."""
        return ClipReader(self)


def open_clip(source: VideoSource, name: str | None = None) -> Clip:
    """Index a clip.

    Args:
        source: a path, or the bytes of a video file. The content decides what it is.
        name: what to call it; the file's name if None.

    Raises:
        FileMissing, EmptyFile: there is nothing to read.
        NotAVideo: the content is no video, or its index is lost.
        NoPicturesInVideo: there is no frame in it.
        VideoTooManyPixels: its pictures are beyond the limit (`core.media.limits`).
    """
    shown = Path(name or (UNNAMED if isinstance(source, bytes) else str(source))).name
    check_there(source, shown)
    with opened_video(source, shown) as (container, stream):
        packets: list[tuple[int | None, bool]] = []
        last_dts: int | None = None
        for packet in packets_of(container, stream):
            if packet.size:
                last_dts = packet.dts
                if not packet.is_discard:
                    packets.append((packet.pts, packet.is_keyframe))
        unit = float(stream.time_base or 0) or 1 / 90_000
        per_frame = 1 / float(stream.average_rate or stream.guessed_rate or 25)
        with bytes_of(source) as file:
            missing_s = missing_at_end_s(
                file,
                container,
                stream,
                end_s=unit * max((pts for pts, _ in packets if pts is not None), default=0) + per_frame,
                frame_s=per_frame,
                last_dts=last_dts,
            )
    first = _first_frame(source, shown)
    if not packets or first is None:
        raise NoPicturesInVideo(name=shown)
    counted = any(pts is None for pts, _ in packets)
    if counted:
        unit, stamps, keys = per_frame, list(range(len(packets))), [0]
    else:
        stamps = sorted(int(pts) for pts, _ in packets if pts is not None)
        keys = sorted(int(pts) for pts, is_key in packets if is_key and pts is not None)
    height, width = first.shape[:2]
    return Clip(
        source=source,
        name=shown,
        pts=np.array(stamps, np.int64),
        key_pts=np.array(keys or stamps[:1], np.int64),
        seconds_per_pts=unit,
        width=width,
        height=height,
        counted=counted,
        missing_s=missing_s,
    )


class ClipReader:
    """Decodes the frames of a clip from a wanted time stamp on; jumps forward over key frames where that is shorter."""

    def __init__(self, clip: Clip) -> None:
        self.clip = clip
        self._stack = contextlib.ExitStack()
        self._container, self._stream = self._stack.enter_context(opened_video(clip.source, clip.name))
        # One thread a reader: several readers share the cores.
        self._stream.thread_type = "NONE"
        self._hurry_until = int(clip.pts[0])
        self._reformatter = VideoReformatter()
        self._decoded = self._decode()
        self._last_pts: int | None = None
        self._count = 0

    def __enter__(self) -> ClipReader:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Free the file."""
        self._stack.close()

    def frames(self, from_pts: int, wanted: NDArray[np.int64] | None = None) -> Iterator[Frame]:
        """Frames from a time stamp on, in the order in which they are shown.

        Args:
            from_pts: frames before it are skipped without being converted.
            wanted: only these time stamps, ascending; all if None. The iteration ends after the last of them.
        """
        self._go_to(from_pts)
        self._hurry_until = from_pts
        last = None if wanted is None else int(wanted[-1])
        for decoded in self._decoded:
            pts = self._pts_of(decoded)
            self._last_pts = pts
            if last is not None and pts > last:
                return
            if pts >= from_pts and (wanted is None or _holds(wanted, pts)):
                time_s = (pts - int(self.clip.pts[0])) * self.clip.seconds_per_pts
                yield Frame(pts, time_s, self._of_the_clips_size(_upright_rgb(decoded, self._reformatter)))
            if last is not None and pts >= last:
                return

    def _of_the_clips_size(self, rgb: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """Some clips change their size on the way: calls do when the line gets worse, and what was joined of several.

        Whoever takes a frame's pixels for the clip's would be wrong by the ratio.
        """
        size = self.clip.width, self.clip.height
        if rgb.shape[1::-1] == size:
            return rgb
        return np.asarray(cv2.resize(rgb, size, interpolation=cv2.INTER_AREA), np.uint8)

    def _go_to(self, pts: int) -> None:
        """Start over at the key frame before `pts`, unless decoding on gets there without passing one."""
        if self.clip.counted:
            if self._last_pts is not None and self._last_pts >= pts:
                self._restart(0)
            return
        keys = self.clip.key_pts
        key = int(keys[max(0, int(np.searchsorted(keys, pts, side="right")) - 1)])
        if self._last_pts is None:
            if key > int(self.clip.pts[0]):
                self._restart(key)
        elif self._last_pts >= pts or key > self._last_pts:
            self._restart(key)

    def _restart(self, key_pts: int) -> None:
        with contextlib.suppress(av.error.FFmpegError):
            self._container.seek(key_pts, stream=self._stream, backward=True)
        self._decoded = self._decode()
        self._count = 0
        self._last_pts = None

    def _pts_of(self, decoded: VideoFrame) -> int:
        """The frame's time stamp; counted where the container has none."""
        self._count += 1
        if self.clip.counted:
            return self._count - 1
        if decoded.pts is None:
            return self._last_pts + 1 if self._last_pts is not None else int(self.clip.pts[0])
        return int(decoded.pts)

    def _decode(self) -> Iterator[VideoFrame]:
        # What comes after a damaged place is used as far as it can be decoded.
        for packet in packets_of(self._container, self._stream):
            # On the way to the frames that are wanted, those that no other frame is made from are left out.
            on_the_way = not self.clip.counted and packet.pts is not None and packet.pts < self._hurry_until
            self._stream.codec_context.skip_frame = "NONREF" if on_the_way else "DEFAULT"
            with contextlib.suppress(av.error.FFmpegError):
                yield from packet.decode()


def _first_frame(source: VideoSource, name: str) -> NDArray[np.uint8] | None:
    with opened_video(source, name) as (container, stream):
        for packet in packets_of(container, stream):
            with contextlib.suppress(av.error.FFmpegError):
                for decoded in packet.decode():
                    return _upright_rgb(decoded, VideoReformatter())
    return None


def _upright_rgb(decoded: VideoFrame, reformatter: VideoReformatter) -> NDArray[np.uint8]:
    """The frame as the recording device meant it: phones store sideways pictures and how to turn them."""
    # A reformatter that is kept prepares its tables once; one thread, because several readers share the cores.
    rgb = reformatter.reformat(decoded, format="rgb24", threads=1).to_ndarray()
    quarter_turns = round(decoded.rotation / 90) % 4
    return np.ascontiguousarray(np.rot90(rgb, quarter_turns) if quarter_turns else rgb)


def _holds(ascending: NDArray[np.int64], pts: int) -> bool:
    place = int(np.searchsorted(ascending, pts))
    return place < len(ascending) and int(ascending[place]) == pts
