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
import numpy as np
from av.video.frame import VideoFrame
from numpy.typing import NDArray

from core.errors import NoPicturesInVideo
from core.media.cut_off import missing_at_end_s
from core.media.frame_order import FrameOrder, IndexedPacket, unit_s
from core.media.frames import Frame
from core.media.images import UNNAMED
from core.media.video_file import VideoSource, bytes_of, check_there, opened_video, packets_of

__all__ = ["Clip", "ClipReader", "Frame", "open_clip"]


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
        counted: the frames are told apart by counting from the first one: the container has no time stamps, or none
            that go with the pictures.
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
        packets = [IndexedPacket.of(packet) for packet in packets_of(container, stream) if packet.size]
        per_frame = 1 / float(stream.average_rate or stream.guessed_rate or 25)
        order = FrameOrder.of(packets, container, stream, per_frame)
        with bytes_of(source) as file:
            missing_s = missing_at_end_s(
                file,
                container,
                stream,
                end_s=unit_s(stream) * max((each.pts for each in packets if each.pts is not None), default=0)
                + per_frame,
                frame_s=per_frame,
                last_dts=packets[-1].dts if packets else None,
            )
    size = _first_size(source, shown)
    if not order.stamps or size is None:
        raise NoPicturesInVideo(name=shown)
    return Clip(
        source=source,
        name=shown,
        pts=np.array(order.stamps, np.int64),
        key_pts=np.array(order.keys, np.int64),
        seconds_per_pts=order.unit_s,
        width=size[0],
        height=size[1],
        counted=order.counted,
        missing_s=missing_s,
    )


class ClipReader:
    """Decodes the frames of a clip from a wanted time stamp on; jumps forward over key frames where that is shorter."""

    def __init__(self, clip: Clip) -> None:
        self.clip = clip
        self._stack = contextlib.ExitStack()
        self._hurry_until = int(clip.pts[0])
        self._open()

    def __enter__(self) -> ClipReader:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Free the file."""
        self._stack.close()

    def _open(self) -> None:
        self._container, self._stream = self._stack.enter_context(opened_video(self.clip.source, self.clip.name))
        # One thread a reader: several readers share the cores.
        self._stream.thread_type = "NONE"
        self._decoded = self._decode()
        self._last_pts: int | None = None
        self._count = self._same = 0

    def frames(self, from_pts: int, wanted: NDArray[np.int64] | None = None) -> Iterator[Frame]:
        """Frames from a time stamp on, in the order in which they are shown.

        Args:
            from_pts: frames before it are skipped without being converted.
            wanted: only these time stamps, ascending; all if None. Where several frames have one time stamp so many of
                them come as it is wanted times. The iteration ends after the last of them.
        """
        self._go_to(from_pts)
        self._hurry_until = from_pts
        last = None if wanted is None else int(wanted[-1])
        for decoded in self._decoded:
            pts = self._pts_of(decoded)
            if self._last_pts is not None and pts < self._last_pts:
                continue  # a damaged file's: its moment has passed
            self._same = self._same + 1 if pts == self._last_pts else 0
            self._last_pts = pts
            if last is not None and pts > last:
                return
            if pts >= from_pts and (wanted is None or self._is_wanted(pts, wanted)):
                time_s = (pts - int(self.clip.pts[0])) * self.clip.seconds_per_pts
                yield Frame(pts, time_s, self.clip.width, self.clip.height, decoded)
            if pts == last and self._same + 1 >= self._times(pts):
                return

    def _is_wanted(self, pts: int, wanted: NDArray[np.int64]) -> bool:
        """Whether a frame is; `_same` others with its time stamp came before it."""
        low, high = (int(np.searchsorted(wanted, pts, side=side)) for side in ("left", "right"))
        if low == 0 and high < len(wanted):  # what is wanted may begin in the midst of them
            return low < high and self._same >= self._times(pts) - high
        return self._same < high - low

    def _times(self, pts: int) -> int:
        """How many frames have a time stamp."""
        stamps = self.clip.pts
        return int(np.searchsorted(stamps, pts, side="right") - np.searchsorted(stamps, pts, side="left"))

    def _go_to(self, pts: int) -> None:
        """Start over at the key frame before `pts`, unless decoding on gets there without passing one."""
        if self.clip.counted:
            if self._last_pts is not None and self._last_pts >= pts:
                self._stack.close()
                self._open()
            return
        keys = self.clip.key_pts
        # Of several frames with one time stamp nobody knows at which one decoding would start.
        before = np.searchsorted(keys, pts, side="left" if self._times(pts) > 1 else "right")
        key = int(keys[max(0, int(before) - 1)])
        if self._last_pts is None:
            if key > int(self.clip.pts[0]):
                self._restart(key)
        elif self._last_pts >= pts or key > self._last_pts:
            self._restart(key)

    def _restart(self, key_pts: int) -> None:
        with contextlib.suppress(av.error.FFmpegError):
            self._container.seek(key_pts, stream=self._stream, backward=True)
        self._decoded = self._decode()
        self._same = 0
        self._last_pts = None

    def _pts_of(self, decoded: VideoFrame) -> int:
        """The frame's time stamp; where frames are counted, that of its number."""
        self._count += 1
        if self.clip.counted:
            return int(self.clip.pts[min(self._count, len(self.clip.pts)) - 1])
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


def _first_size(source: VideoSource, name: str) -> tuple[int, int] | None:
    """Width and height of the first frame that can be decoded, upright."""
    with opened_video(source, name) as (container, stream):
        for packet in packets_of(container, stream):
            with contextlib.suppress(av.error.FFmpegError):
                for decoded in packet.decode():
                    is_turned = round(decoded.rotation / 90) % 2
                    return (decoded.height, decoded.width) if is_turned else (decoded.width, decoded.height)
    return None
