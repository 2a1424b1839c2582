"""A video file opened: there, a video, with pictures, and within the limits; all known before a frame is decoded."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Iterator
from pathlib import Path

import av
import av.error
from av.container import InputContainer
from av.packet import Packet
from av.video.stream import VideoStream

from core.errors import EmptyFile, FileMissing, NoPicturesInVideo, NotAVideo, VideoTooManyPixels
from core.media.limits import MOST_PIXELS

VideoSource = str | Path | bytes


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
def opened_video(source: VideoSource, name: str) -> Iterator[tuple[InputContainer, VideoStream]]:
    """The file and its pictures.

    Raises:
        NotAVideo: the content is no video, or its index is lost.
        NoPicturesInVideo: it has none.
        VideoTooManyPixels: they are beyond the limit.
    """
    # FFmpeg decodes a frame while it opens a file if the header is not enough; this keeps it from those too large.
    limit = {"max_pixels": str(MOST_PIXELS)}
    with _opened(source, name, limit) as container:
        stream = _pictures(container, name)
        if not stream.width or not stream.height:
            with _opened(source, name, {"skip_frame": "all"}) as undecoded:
                _check_size(_pictures(undecoded, name), name)
        _check_size(stream, name)
        stream.codec_context.options = limit
        yield container, stream


def packets_of(container: InputContainer, stream: VideoStream) -> Iterator[Packet[VideoStream]]:
    """The stream's packets up to the end or to a place that cannot be read."""
    packets = container.demux(stream)
    while True:
        try:
            yield next(packets)
        except (StopIteration, av.error.FFmpegError):
            return


@contextlib.contextmanager
def bytes_of(source: VideoSource) -> Iterator[io.BytesIO | io.BufferedReader]:
    """The file itself, to be read at any place."""
    with io.BytesIO(source) if isinstance(source, bytes) else Path(source).open("rb") as file:
        yield file


def _opened(source: VideoSource, name: str, options: dict[str, str]) -> InputContainer:
    try:
        return av.open(io.BytesIO(source) if isinstance(source, bytes) else str(source), "r", options=options)
    except (av.error.FFmpegError, OSError, ValueError) as error:
        raise NotAVideo(name=name) from error


def _pictures(container: InputContainer, name: str) -> VideoStream:
    # A cover picture of a sound file is a video stream to FFmpeg, but no video.
    streams = [stream for stream in container.streams.video if not _is_cover(stream)]
    if not streams:
        raise NoPicturesInVideo(name=name)
    return streams[0]


def _is_cover(stream: VideoStream) -> bool:
    return bool(stream.disposition & av.stream.Disposition.attached_pic)


def _check_size(stream: VideoStream, name: str) -> None:
    width, height = stream.width, stream.height
    if width * height > MOST_PIXELS:
        limit = f"{MOST_PIXELS / 1e6:g}"
        raise VideoTooManyPixels(name=name, width=width, height=height, limit_megapixels=limit)
