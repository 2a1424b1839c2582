"""The sound of a clip carried over into a new file: copied as it is where it can be, else encoded again."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import av.error
from av.audio.stream import AudioStream
from av.container import InputContainer, OutputContainer
from av.packet import Packet

# What every browser plays in an MP4 file. AC-3, Opus, Vorbis and PCM fit or are made to fit in there, but some
# programs stay silent or refuse the file.
_COPIED = ("aac", "mp3")
# An MP4 file may hold no MP3 slower than this.
_SLOWEST_MP3_HZ = 16_000
_AAC_RATES_HZ = (96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8_000)
_BITS_A_SECOND_AND_CHANNEL = 80_000


@dataclass(frozen=True)
class SoundPart:
    """A stretch of a clip's sound.

    Attributes:
        source: a path, or the bytes of the file.
        start_s: the container's time at which the new file begins, in seconds.
        end_s: the container's time at which the sound ends; None for the sound's own end.
    """

    source: str | Path | bytes
    start_s: float
    end_s: float | None = None


class SoundTrack:
    """Carries a stretch of sound over, step by step, so that picture and sound lie side by side in the file."""

    def __init__(
        self, part: SoundPart, container: InputContainer, stream: AudioStream, output: OutputContainer
    ) -> None:
        self._part, self._container, self._stream, self._output = part, container, stream, output
        codec = stream.codec_context
        self._copied = codec.name.removesuffix("float") in _COPIED and not (
            codec.name.startswith("mp3") and codec.sample_rate < _SLOWEST_MP3_HZ
        )
        if self._copied:
            self._target = output.add_stream_from_template(stream)
        else:
            rate = codec.sample_rate if codec.sample_rate in _AAC_RATES_HZ else 48_000
            channels = min(codec.channels, 2)
            self._target = output.add_stream("aac", rate=rate, bit_rate=_BITS_A_SECOND_AND_CHANNEL * channels)
            self._target.codec_context.layout = "stereo" if channels == 2 else "mono"
        self._pieces = self._copy() if self._copied else self._encode()
        self._next: tuple[float, list[Packet[AudioStream]]] | None = None

    @classmethod
    def add_to(cls, output: OutputContainer, part: SoundPart) -> SoundTrack | None:
        """Adds a sound track to a file that has not been begun; None when the source has no sound that can be read."""
        source = io.BytesIO(part.source) if isinstance(part.source, bytes) else str(part.source)
        try:
            container = av.open(source, "r")
        except (av.error.FFmpegError, OSError, ValueError):
            return None
        stream = container.streams.best("audio")
        # A sound in a codec that nobody here knows has no context; one that was announced and never came has no rate.
        if not isinstance(stream, AudioStream) or stream.codec_context is None or not stream.codec_context.sample_rate:
            container.close()
            return None
        return cls(part, container, stream, output)

    def write_until(self, time_s: float) -> None:
        """Writes the sound that begins before `time_s`, seconds from the new file's beginning."""
        while True:
            if self._next is None:
                self._next = next(self._pieces, None)
            if self._next is None or self._next[0] >= time_s:
                return
            self._output.mux(self._next[1])
            self._next = None

    def finish(self) -> None:
        """Writes the rest."""
        self.write_until(float("inf"))

    def close(self) -> None:
        """Frees the source."""
        self._container.close()

    def _copy(self) -> Iterator[tuple[float, list[Packet[AudioStream]]]]:
        """(seconds from the new beginning, packets) as they are, only moved."""
        before: Packet[AudioStream] | None = None
        for packet in self._packets():
            if packet.pts is None or packet.time_base is None or not packet.size:
                continue
            length = (packet.duration or 0) * packet.time_base
            start_s, end_s = self._span(packet.pts * packet.time_base, length)
            if self._is_over(end_s):
                return
            if end_s <= 0:
                before = packet
                continue
            # A packet sounds right only after the one before it. What lies before 0 is decoded and not played.
            for one in (before, packet):
                if one is not None:
                    yield max(start_s, 0.0), [self._moved(one)]
            before = None

    def _encode(self) -> Iterator[tuple[float, list[Packet[AudioStream]]]]:
        for packet in self._packets():
            with contextlib.suppress(av.error.FFmpegError):
                for frame in packet.decode():
                    if frame.pts is None or frame.time_base is None:
                        continue
                    start_s, end_s = self._span(
                        frame.pts * frame.time_base, Fraction(frame.samples, max(frame.sample_rate, 1))
                    )
                    if self._is_over(end_s):
                        yield max(start_s, 0.0), self._target.encode(None)
                        return
                    if end_s > 0:
                        frame.pts -= round(self._part.start_s / frame.time_base)
                        yield max(start_s, 0.0), self._target.encode(frame)
        yield float("-inf"), self._target.encode(None)

    def _packets(self) -> Iterator[Packet[AudioStream]]:
        """Up to the end, or to a place that cannot be read."""
        packets = self._container.demux(self._stream)
        while True:
            try:
                yield next(packets)
            except (StopIteration, av.error.FFmpegError):
                return

    def _span(self, start: Fraction, length: Fraction) -> tuple[float, float]:
        return float(start) - self._part.start_s, float(start + length) - self._part.start_s

    def _is_over(self, end_s: float) -> bool:
        """Whether sound that lasts until `end_s` would be longer than wanted. A millisecond is rounding."""
        return self._part.end_s is not None and end_s > self._part.end_s - self._part.start_s + 1e-3

    def _moved(self, packet: Packet[AudioStream]) -> Packet[AudioStream]:
        shift = round(self._part.start_s / packet.time_base)
        assert packet.pts is not None
        packet.pts -= shift
        packet.dts = packet.pts
        packet.stream = self._target
        return packet
