"""A video file opened: there, with pictures that can be decoded, and within the limits; known before any is decoded."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import av.error
from av.codec.context import CodecContext
from av.container import InputContainer
from av.packet import Packet
from av.stream import Disposition
from av.video.codeccontext import VideoCodecContext
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from core.errors import EmptyFile, FileMissing, NoPicturesInVideo, NotAVideo, UnknownCodec, VideoTooManyPixels
from core.media.limits import MOST_PIXELS

VideoSource = str | Path | bytes

# A picture of something else than what was filmed: a cover, or what players show while one looks for a place.
_NO_CLIP = Disposition.attached_pic | Disposition.timed_thumbnails
# FFmpeg's own decoders leave out the transparency of these.
_DECODER_WITH_ALPHA = {"vp8": "libvpx", "vp9": "libvpx-vp9"}
# Others look at `skip_frame` when they are opened, or never.
_HURRYING = ("h264", "hevc", "mpeg1video", "mpeg2video", "mpeg4")
_ENCRYPTED_TAGS = ("encv", "drmi")


@dataclass(frozen=True, eq=False)
class VideoFile:
    """An open file.

    Attributes:
        container, stream: the file, and its pictures.
        decoder: what decodes them.
    """

    container: InputContainer
    stream: VideoStream
    decoder: VideoCodecContext

    def packets(self) -> Iterator[Packet[VideoStream]]:
        """The stream's packets with something in them, up to the end or to a place that cannot be read."""
        packets = self.container.demux(self.stream)
        while True:
            try:
                packet = next(packets)
            except (StopIteration, av.error.FFmpegError):
                return
            if packet.size:
                yield packet

    def decoded(self, packet: Packet[VideoStream] | None) -> list[VideoFrame]:
        """What comes out of the decoder after a packet; after None, the end, what is still in it.

        What comes after a damaged place is used as far as it can be decoded.
        """
        with contextlib.suppress(av.error.FFmpegError):
            return self.decoder.decode(packet)
        return []

    def decoded_by_itself(self, packet: Packet[VideoStream]) -> list[VideoFrame]:
        """A key frame decoded as if the container had said nothing about it."""
        decoder = CodecContext.create(self.decoder.codec.name, "r")
        assert isinstance(decoder, VideoCodecContext)
        decoder.extradata = self.decoder.extradata
        with contextlib.suppress(av.error.FFmpegError):
            return [*decoder.decode(packet), *decoder.decode(None)]
        return []

    @property
    def may_hurry(self) -> bool:
        """Whether the decoder can be told packet by packet to leave out what no other frame is made from."""
        return self.decoder.codec.name in _HURRYING

    @property
    def is_encrypted(self) -> bool:
        """Whether the file says so before a packet is read."""
        return self.stream.codec_context.codec_tag in _ENCRYPTED_TAGS or "enc_key_id" in self.stream.metadata

    @property
    def pixel_aspect(self) -> Fraction:
        """How wide a pixel is in relation to its height; 1 where nobody says."""
        told = self.stream.sample_aspect_ratio or self.decoder.sample_aspect_ratio
        return told if told and Fraction(1, 10) <= told <= 10 else Fraction(1)


def check_there(source: VideoSource, name: str) -> None:
    """Refuse what has no content.

    Raises:
        FileMissing, EmptyFile: there is nothing to read.
    """
    if isinstance(source, bytes):
        if not source:
            raise EmptyFile(name=name)
        return
    path = Path(source)
    try:
        if not path.is_file():
            raise FileMissing(name=name)
        if path.stat().st_size == 0:
            raise EmptyFile(name=name)
    except (OSError, ValueError) as error:
        raise FileMissing(name=name) from error


@contextlib.contextmanager
def opened_video(source: VideoSource, name: str, threads: int = 1, *, roughly: bool = False) -> Iterator[VideoFile]:
    """The file, with a decoder for its pictures that works in so many threads.

    Args:
        source, name: as `core.media.videos.open_clip`.
        threads: how many.
        roughly: the edges of blocks stay in frames from which no other is made: a tenth of the time less. In a picture
            that is then made half as large they are not seen.

    Raises:
        NotAVideo: the content is no video, or its index is lost.
        NoPicturesInVideo: it has none.
        UnknownCodec: it has some that nothing here can decode.
        VideoTooManyPixels: they are beyond the limit.
    """
    # FFmpeg decodes a frame while it opens a file if the header is not enough; this keeps it from those too large.
    limit = {"max_pixels": str(MOST_PIXELS)}
    with _opened(source, name, limit) as container:
        stream = _pictures(container, name)
        if not stream.width or not stream.height:
            with _opened(source, name, {"skip_frame": "all"}) as undecoded:
                stream_there = _pictures(undecoded, name)
                check_size(stream_there.width, stream_there.height, name)
        check_size(stream.width, stream.height, name)
        decoder = _decoder(stream)
        decoder.options = {**limit, "skip_loop_filter": "noref"} if roughly else limit
        decoder.thread_type = "NONE" if threads == 1 else "FRAME"
        decoder.thread_count = threads
        yield VideoFile(container, stream, decoder)


@contextlib.contextmanager
def bytes_of(source: VideoSource) -> Iterator[io.BytesIO | io.BufferedReader]:
    """The file itself, to be read at any place."""
    with io.BytesIO(source) if isinstance(source, bytes) else Path(source).open("rb") as file:
        yield file


def check_size(width: int, height: int, name: str) -> None:
    """Refuse pictures beyond the limit.

    Raises:
        VideoTooManyPixels: they are.
    """
    if width * height > MOST_PIXELS:
        limit = f"{MOST_PIXELS / 1e6:g}"
        raise VideoTooManyPixels(name=name, width=width, height=height, limit_megapixels=limit)


def _opened(source: VideoSource, name: str, options: dict[str, str]) -> InputContainer:
    try:
        return av.open(io.BytesIO(source) if isinstance(source, bytes) else str(source), "r", options=options)
    except (av.error.FFmpegError, OSError, ValueError) as error:
        raise NotAVideo(name=name) from error


def _pictures(container: InputContainer, name: str) -> VideoStream:
    """Which of a file's pictures are the clip: the default ones first, then FFmpeg's choice."""
    streams = [stream for stream in container.streams.video if not stream.disposition & _NO_CLIP]
    if not streams:
        raise NoPicturesInVideo(name=name)
    # PyAV's types do not know that there may be no decoder.
    decodable = [stream for stream in streams if getattr(stream, "codec_context", None) is not None]
    if not decodable:
        raise UnknownCodec(name=name)
    best = container.streams.best("video")
    return max(
        decodable,
        key=lambda stream: (
            bool(stream.disposition & Disposition.default),
            best is not None and stream.index == best.index,
            stream.width * stream.height,
            -stream.index,
        ),
    )


def _decoder(stream: VideoStream) -> VideoCodecContext:
    own = stream.codec_context
    name = _DECODER_WITH_ALPHA.get(own.codec.name)
    if name is None or stream.metadata.get("alpha_mode") != "1":
        return own
    decoder = CodecContext.create(name, "r")
    assert isinstance(decoder, VideoCodecContext)
    decoder.extradata = own.extradata
    decoder.width, decoder.height = own.width, own.height
    return decoder
