"""Clips: upright RGB frames with square pixels and the container's own times, streamed, from any place in the clip.

A clip is first indexed without decoding more than its beginning: PyAV reads the packets' time stamps, which say how
many frames there are, when each is shown, and where decoding can start. Frames are known by their time stamp (`pts`),
never by counting, so that several readers of one clip agree.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

import numpy as np
from av.video.frame import VideoFrame
from numpy.typing import NDArray

from core.errors import NoPicturesInVideo, VideoEncrypted
from core.media.cut_off import missing_at_end_s
from core.media.first_look import FirstFrames, FirstLook, told_form
from core.media.frame_order import FrameOrder, IndexedPacket, unit_s, without_second_halves
from core.media.frames import Frame
from core.media.images import UNNAMED
from core.media.interlaced import deinterlaced
from core.media.orientation import UPRIGHT
from core.media.packet_reader import OutOfOrder, PacketIndex, PacketReader
from core.media.picture_sequences import as_clip
from core.media.slow_motion import AS_STORED, SlowMotion, marked_slow_motion, mean_rate
from core.media.video_file import VideoSource, bytes_of, check_there, opened_video

__all__ = ["Clip", "ClipReader", "Frame", "open_clip"]

# Where a search has led behind the wanted frame: how many key frames further back to begin.
_STEPS_BACK = (1, 2)


@dataclass(frozen=True, eq=False)
class Clip:
    """A clip that can be read, any number of times and by several threads, each with its own `frames`.

    Attributes:
        source: the path or the bytes; of an animated picture the clip that was made of it.
        name: what to call it, never a path.
        pts: (T,) int64, the frames' time stamps in the order in which they are shown.
        key_pts: (K,) int64, those at which decoding can start, ascending.
        seconds_per_pts: the container's unit of time, in seconds of reality.
        width, height: of the upright picture with square pixels. Where a clip changes its size on the way all frames
            have the first one's, each picture as large as it fits in.
        counted: the frames are told apart by counting from the first one: the container has no time stamps, or none
            that go with the pictures.
        lost_at_start: how many frames stand in the file before the first one that can be decoded, as where a broadcast
            is recorded from some moment on. They are no frames of the clip.
        missing_s: how many seconds of pictures the file announces behind its last frame, in the file's time: it was not
            copied or recorded to its end. 0 where nothing is known to be missing, NaN where it breaks off and does not
            say how much it would hold.
        slow_motion: how many times slower than life the file plays, and what says so. All times of the clip and its
            frames are those of reality; what plays the file itself needs them times `slow_motion.factor`.
        form: how the stored pictures are made upright (`core.media.orientation`).
        form_changes: a frame may say another form, which is then in force until the next one says something.
        pixel_aspect: how wide a stored pixel is in relation to its height.
        is_interlaced: frames are made of two half pictures.
        plays_as_seen: what plays the file by itself, such as a browser, shows the same pictures the same way. Few know
            an orientation that mirrors or stands in the stream, and not all pixels that are not square.
    """

    source: VideoSource
    name: str
    pts: NDArray[np.int64]
    key_pts: NDArray[np.int64]
    seconds_per_pts: float
    width: int
    height: int
    counted: bool
    lost_at_start: int = 0
    missing_s: float = 0.0
    slow_motion: SlowMotion = AS_STORED
    form: int = UPRIGHT
    form_changes: bool = False
    pixel_aspect: float = 1.0
    is_interlaced: bool = False
    plays_as_seen: bool = True
    _key_places: tuple[int, ...] = ()
    _index: PacketIndex = field(default_factory=lambda: PacketIndex([], []), repr=False)
    _marked: SlowMotion = AS_STORED

    @property
    def time_s(self) -> NDArray[np.float64]:
        """(T,) seconds from the first frame, in reality."""
        return np.asarray((self.pts - self.pts[0]) * self.seconds_per_pts, np.float64)

    @property
    def duration_s(self) -> float:
        """From the first frame to the end of the last one, in reality."""
        span = float(self.time_s[-1])
        return span * len(self.pts) / (len(self.pts) - 1) if len(self.pts) > 1 else 0.0

    @property
    def begins_at_s(self) -> float:
        """When the first frame is shown by the file's own clock, on which its sound lies."""
        return 0.0 if self.counted else float(self.pts[0]) * self.seconds_per_pts * self.slow_motion.factor

    def recorded_at(self, frame_rate: float | Literal["stored"] | None) -> Clip:
        """The same clip with the times that `Settings.recorded_frame_rate` means."""
        slow = self._marked
        if frame_rate == "stored":
            slow = SlowMotion(1.0, "settings" if self._marked.told_by else "")
        elif frame_rate is not None:
            stored = mean_rate(self.time_s * self.slow_motion.factor)
            slow = SlowMotion(float(frame_rate) / stored if stored else 1.0, "settings")
        unit = self.seconds_per_pts * self.slow_motion.factor / slow.factor
        return replace(self, seconds_per_pts=unit, slow_motion=slow)

    def reader(self, threads: int = 1, *, roughly: bool = False) -> ClipReader:
        """Something that decodes frames from any place on. To be closed.

        Args:
            threads: how many decode at the same time, each a frame of its own. The pictures do not depend on it. More
                than one pays where a single reader works; several readers share the cores better by themselves.
            roughly: as `core.media.video_file.opened_video`: for pictures that are only looked at in half their size.
        """
        return ClipReader(self, threads, roughly)


def open_clip(source: VideoSource, name: str | None = None) -> Clip:
    """Index a clip.

    Args:
        source: a path, or the bytes of a video file. The content decides what it is; animated WebP, AVIF and GIF
            files are clips, too.
        name: what to call it; the file's name if None.

    Raises:
        FileMissing, EmptyFile: there is nothing to read.
        NotAVideo: the content is no video, or its index is lost.
        NoPicturesInVideo: there is no frame in it.
        UnknownCodec, VideoEncrypted, NothingDecoded: there are some, but they cannot be decoded.
        VideoTooManyPixels: its pictures are beyond the limit (`core.media.limits`).
    """
    shown = Path(name or (UNNAMED if isinstance(source, bytes) else str(source))).name
    check_there(source, shown)
    source = as_clip(source, shown)
    with opened_video(source, shown) as file:
        packets: list[IndexedPacket] = []
        is_encrypted, first = file.is_encrypted, FirstFrames(file)
        for packet in file.packets():
            is_encrypted = is_encrypted or (not packets and packet.has_sidedata("encryption_info"))
            packets.append(IndexedPacket.of(packet))
            if not is_encrypted and not first.is_enough:
                first.add(packet)
        if is_encrypted:
            raise VideoEncrypted(name=shown)
        if not packets:
            raise NoPicturesInVideo(name=shown)
        first.end()
        look = FirstLook.at(first, file, shown)
        if look.is_interlaced:
            packets = without_second_halves(packets, look.first_stamps)
        stream = file.stream
        per_frame = 1 / float(stream.average_rate or stream.guessed_rate or 25)
        order = FrameOrder.of(packets, file, per_frame)
        if not order.stamps:
            raise NoPicturesInVideo(name=shown)
        stored_s = np.array(order.stamps, np.float64) * order.unit_s
        with bytes_of(source) as content:
            slow = marked_slow_motion(content, file.container, stored_s)
            missing_s = missing_at_end_s(
                content,
                file.container,
                stream,
                end_s=unit_s(stream) * max((each.pts for each in packets if each.pts is not None), default=0)
                + per_frame,
                frame_s=per_frame,
                last_dts=packets[-1].dts,
            )
    lost = 0
    if look.first_stamps and not order.counted:
        order, lost = order.beginning_at(look.first_stamps[0])
    return Clip(
        source=source,
        name=shown,
        pts=np.array(order.stamps, np.int64),
        key_pts=np.array(order.keys, np.int64),
        seconds_per_pts=order.unit_s / slow.factor,
        width=look.width,
        height=look.height,
        counted=order.counted,
        lost_at_start=lost,
        missing_s=missing_s,
        slow_motion=slow,
        form=look.form,
        form_changes=look.form_changes,
        pixel_aspect=look.pixel_aspect,
        is_interlaced=look.is_interlaced,
        plays_as_seen=look.plays_as_seen,
        _key_places=tuple(order.key_places),
        _index=PacketIndex(packets, order.key_places),
        _marked=slow,
    )


class ClipReader:
    """Decodes the frames of a clip from a wanted time stamp on; jumps forward over key frames where that is shorter."""

    def __init__(self, clip: Clip, threads: int = 1, roughly: bool = False) -> None:
        self.clip = clip
        self._packets = PacketReader(clip.source, clip.name, clip._index, threads, roughly)
        self._form = clip.form
        self._last_pts: int | None = None
        self._count = self._same = self._begun_at = 0
        self._is_first_after_search = False
        self._hurry_until = int(clip.pts[0])
        self._decoded: Iterator[VideoFrame] = iter(())
        self._begin_at(0)

    def __enter__(self) -> ClipReader:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Free the file."""
        self._packets.close()
        # What is decoded goes round in a circle with this reader, and with it all the pictures that the decoder keeps
        # for use again: they would wait for the garbage collector.
        self._decoded = iter(())

    def frames(self, from_pts: int, wanted: NDArray[np.int64] | None = None) -> Iterator[Frame]:
        """Frames from a time stamp on, in the order in which they are shown.

        Args:
            from_pts: frames before it are skipped without being converted.
            wanted: only these time stamps, ascending; all if None. Where several frames have one time stamp so many of
                them come as it is wanted times. The iteration ends after the last of them. One that cannot be decoded
                does not come.
        """
        self._go_to(from_pts)
        clip = self.clip
        last = None if wanted is None else int(wanted[-1])
        first = from_pts if wanted is None else max(from_pts, int(wanted[0]))
        for decoded, pts in self._decoded_from(first):
            if last is not None and pts > last:
                return
            if pts >= from_pts and (wanted is None or self._is_wanted(pts, wanted)):
                time_s = (pts - int(clip.pts[0])) * clip.seconds_per_pts
                yield Frame(pts, time_s, clip.width, clip.height, self._form, clip.pixel_aspect, decoded)
            if pts == last and self._same + 1 >= self._times(pts):
                return

    def _decoded_from(self, first: int) -> Iterator[tuple[VideoFrame, int]]:
        """What is decoded from where the reader is, forwards; from earlier on if `first` does not come."""
        is_there = self._times(first) > 0
        steps_back = list(_STEPS_BACK)
        while True:
            try:
                for decoded in self._decoded:
                    pts = self._pts_of(decoded)
                    if self._last_pts is not None and pts < self._last_pts:
                        continue  # a damaged file's, or one that came before: its moment has passed
                    if pts > first and is_there and self._is_first_after_search and steps_back:
                        break
                    self._is_first_after_search = self._is_first_after_search and pts < first
                    self._same = self._same + 1 if pts == self._last_pts else 0
                    self._last_pts = pts
                    # Only key frames say so. PyAV makes a cycle of a frame that is asked, which then waits for the
                    # garbage collector: of 4K there were gigabytes.
                    if self.clip.form_changes and decoded.key_frame and (form := told_form(decoded)) is not None:
                        self._form = form
                    yield decoded, pts
                else:
                    return
            except OutOfOrder:
                self._begin_at(0)  # from there it comes for certain
                continue
            self._begin_at(max(0, self._begun_at - steps_back.pop(0)))

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
        before = self._before(pts)
        self._hurry_until = pts
        if self.clip.counted:
            if self._last_pts is not None and self._last_pts >= pts:
                self._begin_at(0)
            return
        keys = self.clip.key_pts
        # Of several frames with one time stamp nobody knows at which one decoding would start.
        count = np.searchsorted(keys, before, side="left" if self._times(before) > 1 else "right")
        number = max(0, int(count) - 1)
        key = int(keys[number])
        reached = int(self.clip.pts[0]) - 1 if self._last_pts is None else self._last_pts
        if reached >= pts or (key > reached and number > self._begun_at):
            self._begin_at(number)

    def _before(self, pts: int) -> int:
        """From where on to decode so that the frame at `pts` is whole: an interlaced one needs the one before it."""
        if not self.clip.is_interlaced:
            return pts
        return int(self.clip.pts[max(0, int(np.searchsorted(self.clip.pts, pts)) - 1)])

    def _begin_at(self, key: int) -> None:
        """Start decoding at a key frame, by its number."""
        self._begun_at = key
        self._form = self.clip.form
        self._last_pts = None
        self._count = self._same = 0
        self._is_first_after_search = key > 0
        self._decoded = deinterlaced(self._decode(self.clip._key_places[key]))

    def _pts_of(self, decoded: VideoFrame) -> int:
        """The frame's time stamp; where frames are counted, that of its number."""
        self._count += 1
        if self.clip.counted:
            return int(self.clip.pts[min(self._count, len(self.clip.pts)) - 1])
        if decoded.pts is None:
            return self._last_pts + 1 if self._last_pts is not None else int(self.clip.pts[0])
        return int(decoded.pts)

    def _decode(self, place: int) -> Iterator[VideoFrame]:
        packets = self._packets.packets_from(place)
        file = self._packets.file
        may_hurry = file.may_hurry and not self.clip.counted and not self.clip.is_interlaced
        for _, packet in packets:
            # On the way to the frames that are wanted, those that no other frame is made from are left out.
            on_the_way = may_hurry and packet.pts is not None and packet.pts < self._hurry_until
            file.decoder.skip_frame = "NONREF" if on_the_way else "DEFAULT"
            yield from file.decoded(packet)
        yield from file.decoded(None)
