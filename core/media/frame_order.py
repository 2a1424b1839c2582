"""In which order a clip's frames are shown and when, made out from its packets without decoding."""

from __future__ import annotations

import itertools
from bisect import bisect_left
from typing import NamedTuple

import numpy as np
from av.packet import Packet
from av.video.stream import VideoStream

from core.media.video_file import VideoFile

_TIME_BEGINS_ANEW_S = 1.0
_GAPS_LOOKED_AT = 3


class IndexedPacket(NamedTuple):
    """What is known of an encoded frame. One that is discarded is decoded and never shown."""

    pts: int | None
    dts: int | None
    is_key: bool
    is_discard: bool
    duration: int = 0

    @classmethod
    def of(cls, packet: Packet[VideoStream]) -> IndexedPacket:
        """What a packet says."""
        return cls(packet.pts, packet.dts, packet.is_keyframe, packet.is_discard, packet.duration or 0)

    @property
    def stamp(self) -> int | None:
        """What it is known by: when it is shown, or else decoded."""
        return self.dts if self.pts is None else self.pts


class FrameOrder(NamedTuple):
    """Which time stamps a clip's frames have and where decoding can start.

    Attributes:
        stamps: (T) the frames' time stamps, ascending.
        keys: (K) those at which decoding can start, ascending.
        key_places: (K) their packets' places in the order of decoding.
        unit_s: the unit of the time stamps.
        counted: the frames can be told apart only by counting them from the first one.
    """

    stamps: list[int]
    keys: list[int]
    key_places: list[int]
    unit_s: float
    counted: bool

    @classmethod
    def of(cls, packets: list[IndexedPacket], file: VideoFile, frame_s: float) -> FrameOrder:
        """From a clip's packets in the order of decoding; `frame_s` is a frame's mean duration."""
        shown = [packet for packet in packets if not packet.is_discard]
        unit = unit_s(file.stream)
        stamps = [packet.pts for packet in shown if packet.pts is not None]
        steps = np.diff([packet.dts for packet in packets if packet.dts is not None])
        # Some are missing, or time begins anew, as in two recordings in one file.
        if len(stamps) < len(shown) or (steps * unit < -_TIME_BEGINS_ANEW_S).any():
            return cls._counted(list(range(len(shown))), frame_s)
        codec = file.stream.codec_context
        if "avi" in file.container.format.name and codec.has_b_frames:
            # AVI knows only the places of frames in the order of decoding; FFmpeg guesses from them, and not well.
            return cls._counted(sorted(packet.dts for packet in shown if packet.dts is not None), unit)
        if "asf" in file.container.format.name and codec.has_b_frames and stamps == sorted(stamps):
            # These are the times of decoding, though frames are shown in another order.
            return cls._counted(stamps, unit)
        if codec.codec.intra_only and stamps != sorted(stamps):
            # Each picture is decoded by itself, in the order in which they were taken, whatever the stamps say.
            return cls._counted(sorted(stamps), unit)
        stamps.sort()
        keys = sorted(
            (packet.pts, place)
            for place, packet in enumerate(packets)
            if packet.is_key and packet.pts is not None and not packet.is_discard
        )
        if [key for key, _ in keys[:1]] != stamps[:1]:
            # A clip may begin between two key frames if what is before it is there but not to be shown.
            keys = [(stamp, 0) for stamp in stamps[:1]] + keys
        return cls(stamps, [key for key, _ in keys], [place for _, place in keys], unit, counted=False)

    def beginning_at(self, first: int) -> tuple[FrameOrder, int]:
        """The same without the frames before this time stamp, and how many they are."""
        lost = bisect_left(self.stamps, first)
        if not lost or lost == len(self.stamps):
            return self, 0
        begin = self.stamps[lost]
        kept = [(key, place) for key, place in zip(self.keys, self.key_places, strict=True) if key >= begin]
        if [key for key, _ in kept[:1]] != [begin]:
            kept = [(begin, 0), *kept]
        keys, places = [key for key, _ in kept], [place for _, place in kept]
        return self._replace(stamps=self.stamps[lost:], keys=keys, key_places=places), lost

    @classmethod
    def _counted(cls, stamps: list[int], unit: float) -> FrameOrder:
        return cls(stamps, stamps[:1], [0 for _ in stamps[:1]], unit, counted=True)


def without_second_halves(packets: list[IndexedPacket], seen: list[int]) -> list[IndexedPacket]:
    """The packets, those discarded that hold only the second half picture of a frame.

    Some camcorders store half pictures in packets of their own, all or some of them. Nothing in a packet says so, but
    the frames that come out show it: between two of them lies one stamp that no frame has. A packet that lasts twice as
    long as the shortest one holds a whole frame.

    Args:
        packets: of an interlaced clip, in the order of decoding.
        seen: the time stamps of the clip's first frames, as they came out of the decoder.
    """
    stamps = sorted(packet.pts for packet in packets if packet.pts is not None and not packet.is_discard)
    unseen = [sum(before < stamp < after for stamp in stamps) for before, after in itertools.pairwise(seen)]
    if len(unseen) < _GAPS_LOOKED_AT or set(unseen) != {1}:
        return packets
    shortest = min((packet.duration for packet in packets if packet.duration > 0), default=0)
    halves, is_second = [], False
    for packet in packets:
        is_whole = shortest > 0 and packet.duration >= 1.5 * shortest
        halves.append(packet._replace(is_discard=True) if is_second and not is_whole else packet)
        is_second = not is_second and not is_whole
    return halves


def unit_s(stream: VideoStream) -> float:
    """A container's unit of time, in seconds."""
    return float(stream.time_base or 0) or 1 / 90_000
