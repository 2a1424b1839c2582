"""A clip's packets from any place on, wherever its container's search comes out.

Containers search by different things: MP4, MPEG-TS and -PS by when a packet is decoded, Matroska by when it is shown,
some to the nearest one they know, some not at all. So a search is only a proposal: what comes is compared with the
index. What comes too early is passed over; where it comes too late, an earlier place is tried, in the end the file's
beginning. No frame is lost, however badly a container searches.
"""

from __future__ import annotations

import contextlib
import itertools
from collections import Counter
from collections.abc import Iterator, Sequence

import av.error
from av.packet import Packet
from av.video.stream import VideoStream

from core.media.frame_order import IndexedPacket
from core.media.video_file import VideoFile, VideoSource, opened_video

# How many key frames before the wanted one to try.
_STEPS_BACK = (0, 1, 2, 4, 8)


class PacketIndex:
    """The packets of a clip, in the order of decoding."""

    def __init__(self, packets: Sequence[IndexedPacket], key_places: Sequence[int]) -> None:
        self.stamps = [packet.stamp for packet in packets]
        times = Counter(self.stamps)
        self.place_of = {stamp: place for place, stamp in enumerate(self.stamps) if times[stamp] == 1}
        # In MPEG-TS and -PS this is what is searched for; elsewhere it is earlier than the other, or the same.
        self.searched = [packet.pts if packet.dts is None else packet.dts for packet in packets]
        self.key_places = sorted(key_places)


class OutOfOrder(Exception):
    """After a search the packets did not come as they do when the file is read from its beginning."""


class PacketReader:
    """Reads a file's packets. To be closed."""

    def __init__(self, source: VideoSource, name: str, index: PacketIndex, threads: int, roughly: bool) -> None:
        self._source, self._name, self._index = source, name, index
        self._threads, self._roughly = threads, roughly
        self._stack = contextlib.ExitStack()
        self._may_search = self._is_fresh = True
        self._open()

    @property
    def file(self) -> VideoFile:
        """The open file; another one after some searches."""
        return self._file

    def close(self) -> None:
        """Free the file."""
        self._stack.close()

    def packets_from(self, place: int) -> Iterator[tuple[int, Packet[VideoStream]]]:
        """The packets from a key frame's place on, each with its place; the decoder is ready for them.

        Raises:
            OutOfOrder: while they are read: something is wrong with the search. From then on the file is always read
                from its beginning; call it again.
        """
        found = self._search(place) if self._may_search and not (self._is_fresh and place == 0) else None
        if found is None:
            if not self._is_fresh:
                self._stack.close()
                self._open()
            self._is_fresh = False
            return self._numbered(0, self._file.packets(), place, is_sure=True)
        return self._numbered(*found, place, is_sure=False)

    def _open(self) -> None:
        self._file = self._stack.enter_context(
            opened_video(self._source, self._name, self._threads, roughly=self._roughly)
        )
        self._is_fresh = True

    def _search(self, place: int) -> tuple[int, Iterator[Packet[VideoStream]]] | None:
        """Packets that begin at or before this place, and where they begin."""
        keys = self._index.key_places
        number = keys.index(place)
        self._is_fresh = False
        for back in _STEPS_BACK:
            if back > number:
                break
            stamp = self._index.searched[keys[number - back]]
            if stamp is None:
                break
            try:
                self._file.container.seek(stamp, stream=self._file.stream, backward=True)
            except av.error.FFmpegError:
                continue
            self._file.decoder.flush_buffers()
            packets = self._file.packets()
            for packet in packets:
                found = self._index.place_of.get(IndexedPacket.of(packet).stamp)
                if found is None:
                    continue  # one of several with this time stamp
                if found <= place:
                    return found, itertools.chain([packet], packets)
                break
        return None

    def _numbered(
        self, number: int, packets: Iterator[Packet[VideoStream]], place: int, *, is_sure: bool
    ) -> Iterator[tuple[int, Packet[VideoStream]]]:
        stamps = self._index.stamps
        for packet in packets:
            if number >= len(stamps):
                return
            if not is_sure:
                stamp = IndexedPacket.of(packet).stamp
                if stamp is not None and stamp != stamps[number]:
                    self._may_search = False
                    raise OutOfOrder
            if number >= place:
                yield number, packet
            number += 1
