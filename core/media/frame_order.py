"""In which order a clip's frames are shown and when, made out from its packets without decoding."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from av.container import InputContainer
from av.packet import Packet
from av.video.stream import VideoStream

_TIME_BEGINS_ANEW_S = 1.0


class IndexedPacket(NamedTuple):
    """What is known of an encoded frame."""

    pts: int | None
    dts: int | None
    is_key: bool
    is_discard: bool

    @classmethod
    def of(cls, packet: Packet[VideoStream]) -> IndexedPacket:
        """What a packet says."""
        return cls(packet.pts, packet.dts, packet.is_keyframe, packet.is_discard)


class FrameOrder(NamedTuple):
    """Which time stamps a clip's frames have, ascending, at which of them decoding can start, and how they are told."""

    stamps: list[int]
    keys: list[int]
    unit_s: float
    counted: bool

    @classmethod
    def of(
        cls, packets: list[IndexedPacket], container: InputContainer, stream: VideoStream, frame_s: float
    ) -> FrameOrder:
        """From a clip's packets in the order of decoding; `frame_s` is a frame's mean duration."""
        shown = [packet for packet in packets if not packet.is_discard]
        unit = unit_s(stream)
        stamps = [packet.pts for packet in shown if packet.pts is not None]
        steps = np.diff([packet.dts for packet in packets if packet.dts is not None])
        # Some are missing, or time begins anew, as in two recordings in one file.
        if len(stamps) < len(shown) or (steps * unit < -_TIME_BEGINS_ANEW_S).any():
            return cls(list(range(len(shown))), [0], frame_s, counted=True)
        codec = stream.codec_context
        if "avi" in container.format.name and codec.has_b_frames:
            # AVI knows only the places of frames in the order of decoding; FFmpeg guesses from them, and not well.
            places = sorted(packet.dts for packet in shown if packet.dts is not None)
            return cls(places, places[:1], unit, counted=True)
        if codec.codec.intra_only and stamps != sorted(stamps):
            # Each picture is decoded by itself, in the order in which they were taken, whatever the stamps say.
            return cls(sorted(stamps), [min(stamps)], unit, counted=True)
        stamps.sort()
        keys = sorted(packet.pts for packet in shown if packet.is_key and packet.pts is not None)
        # A clip may begin between two key frames if what is before it is there but not to be shown.
        return cls(stamps, keys if keys[:1] == stamps[:1] else [*stamps[:1], *keys], unit, counted=False)


def unit_s(stream: VideoStream) -> float:
    """A container's unit of time, in seconds."""
    return float(stream.time_base or 0) or 1 / 90_000
