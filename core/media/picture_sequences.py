"""Animated WebP and AVIF: pictures one after the other in a picture file, made into an ordinary clip."""

from __future__ import annotations

import io
from collections.abc import Iterator
from fractions import Fraction

import av
import numpy as np
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError

from core.errors import NotAVideo
from core.media.limits import MOST_FRAMES
from core.media.video_file import VideoSource, bytes_of, check_size

_UNIT = Fraction(1, 1000)
# What browsers take for a picture that is to be shown for no time at all.
_USUAL_MS = 100
_ANIMATED = 0x02


def as_clip(source: VideoSource, name: str) -> VideoSource:
    """The source itself, or what is in it as a clip if it is an animated WebP or AVIF.

    FFmpeg does not decode the one, and takes the transparency of the other for a second clip. What breaks off is taken
    as far as it goes.

    Raises:
        NotAVideo: nothing of it can be read.
        VideoTooManyPixels: its pictures are beyond the limit.
    """
    with bytes_of(source) as file:
        begin = file.read(64)
        if not _is_sequence(begin):
            return source
        file.seek(0)
        return _clip_of(file, name)


def _is_sequence(begin: bytes) -> bool:
    if begin[:4] == b"RIFF" and begin[8:16] == b"WEBPVP8X":
        return bool(begin[20:21] and begin[20] & _ANIMATED)
    return begin[4:8] == b"ftyp" and b"avis" in begin[8 : int.from_bytes(begin[:4], "big")]


def _clip_of(file: io.BytesIO | io.BufferedReader, name: str) -> bytes:
    made = io.BytesIO()
    try:
        with Image.open(file, formats=("WEBP", "AVIF")) as pictures, av.open(made, "w", format="matroska") as output:
            check_size(*pictures.size, name)
            stream = output.add_stream("libx264", rate=25, options={"preset": "veryfast", "crf": "6", "bf": "0"})
            stream.width, stream.height = pictures.size
            stream.pix_fmt = "yuv444p"  # of any size
            stream.time_base = stream.codec_context.time_base = _UNIT
            time_ms = frames = 0
            for rgb, shown_ms in _pictures(pictures):
                frame = av.VideoFrame.from_ndarray(rgb, "rgb24").reformat(format="yuv444p")
                frame.pts, frame.time_base = time_ms, _UNIT
                output.mux(stream.encode(frame))
                time_ms += shown_ms
                frames += 1
            output.mux(stream.encode())
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, ValueError, EOFError) as error:
        raise NotAVideo(name=name) from error
    if not frames:
        raise NotAVideo(name=name)
    return made.getvalue()


def _pictures(pictures: Image.Image) -> Iterator[tuple[NDArray[np.uint8], int]]:
    """Each laid on white, and for how many milliseconds it is shown."""
    for number in range(min(getattr(pictures, "n_frames", 1), MOST_FRAMES)):
        try:
            pictures.seek(number)
            rgba = pictures.convert("RGBA")
        except (OSError, EOFError, ValueError):
            return
        white = Image.new("RGBA", rgba.size, "white")
        white.alpha_composite(rgba)
        yield np.asarray(white.convert("RGB")), round(pictures.info.get("duration") or _USUAL_MS)
