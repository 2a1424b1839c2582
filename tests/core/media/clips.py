"""Clips made for the tests, with known pictures and times."""

from __future__ import annotations

import io
import itertools
import struct
from collections.abc import Iterable
from fractions import Fraction

import av
import numpy as np
from numpy.typing import NDArray


def numbered_frame(number: int, width: int = 64, height: int = 48) -> NDArray[np.uint8]:
    """A picture that says which one it is: its grey level is four times its number; the top left corner is red."""
    rgb = np.full((height, width, 3), 4 * number, np.uint8)
    rgb[:12, :16] = (255, 0, 0)
    return rgb


def number_of(rgb: NDArray[np.uint8]) -> int:
    """Which of the numbered frames this is."""
    height, width = rgb.shape[:2]
    return round(float(rgb[height // 2 :, width // 2 :].mean()) / 4)


def clip_bytes(
    times_ms: list[int],
    *,
    container: str = "mp4",
    codec: str = "libx264",
    key_every: int = 250,
    options: dict[str, str] | None = None,
    container_options: dict[str, str] | None = None,
    pictures: Iterable[NDArray[np.uint8]] | None = None,
) -> bytes:
    """A clip of numbered frames, or of other pictures, shown at these times."""
    shown = iter(map(numbered_frame, itertools.count()) if pictures is None else pictures)
    first = next(shown)
    file = io.BytesIO()
    with av.open(file, "w", format=container, options=container_options or {}) as output:
        stream = output.add_stream(codec, rate=Fraction(25), options=options or {})
        stream.height, stream.width = first.shape[:2]
        stream.pix_fmt = {"mjpeg": "yuvj420p", "gif": "rgb8", "ffv1": "bgr0"}.get(codec, "yuv420p")
        stream.time_base = stream.codec_context.time_base = Fraction(1, 1000)
        stream.gop_size = key_every
        for time_ms, rgb in zip(times_ms, itertools.chain([first], shown), strict=False):
            frame = av.VideoFrame.from_ndarray(rgb, format="rgb24").reformat(format=stream.pix_fmt)
            frame.pts, frame.time_base = time_ms, Fraction(1, 1000)
            output.mux(stream.encode(frame))
        output.mux(stream.encode())
    return file.getvalue()


def turned(mp4: bytes, degrees: int) -> bytes:
    """The same MP4 with a note, as phones write it, to turn the picture clockwise before it is shown."""
    cos, sin = {0: (1, 0), 90: (0, 1), 180: (-1, 0), 270: (0, -1)}[degrees]
    one = 1 << 16
    matrix = struct.pack(">9i", cos * one, sin * one, 0, -sin * one, cos * one, 0, 0, 0, 1 << 30)
    place = mp4.index(b"tkhd") + 4 + 4 + 4 * 5 + 8 + 8
    return mp4[:place] + matrix + mp4[place + 36 :]


def clip_of_sizes(pictures: list[NDArray[np.uint8]], times_ms: list[int]) -> bytes:
    """A clip whose pictures keep their own sizes, as calls have when the line gets worse: each frame is a JPEG."""
    file = io.BytesIO()
    with av.open(file, "w", format="matroska") as output:
        stream = output.add_stream("mjpeg", rate=25)
        stream.height, stream.width = pictures[0].shape[:2]
        stream.pix_fmt = "yuvj420p"
        for rgb, time_ms in zip(pictures, times_ms, strict=True):
            encoder = av.CodecContext.create("mjpeg", "w")
            encoder.height, encoder.width = rgb.shape[:2]
            encoder.pix_fmt, encoder.time_base = "yuvj420p", Fraction(1, 1000)
            frame = av.VideoFrame.from_ndarray(rgb, "rgb24")
            frame.pts, frame.time_base = time_ms, Fraction(1, 1000)
            for packet in [*encoder.encode(frame), *encoder.encode(None)]:
                packet.stream = stream
                output.mux(packet)
    return file.getvalue()


def stamped_clip(stamps_ms: list[int], *, container: str = "matroska", codec: str = "mjpeg") -> bytes:
    """Numbered frames in this order with exactly these time stamps, however odd; each is decoded by itself."""
    file = io.BytesIO()
    with av.open(file, "w", format=container, options={"avoid_negative_ts": "disabled"}) as output:
        stream = output.add_stream(codec, rate=25)
        stream.width, stream.height = 64, 48
        stream.pix_fmt = "yuvj420p" if codec == "mjpeg" else "yuv420p"
        stream.time_base = Fraction(1, 1000)
        encoder = av.CodecContext.create(codec, "w")
        encoder.width, encoder.height, encoder.pix_fmt = 64, 48, stream.pix_fmt
        encoder.time_base, encoder.gop_size = Fraction(1, 25), 1
        encoder.options = {"bf": "0"} if codec == "libx264" else {}
        packets = []
        for number in range(len(stamps_ms)):
            frame = av.VideoFrame.from_ndarray(numbered_frame(number), "rgb24").reformat(format=stream.pix_fmt)
            frame.pts, frame.time_base = number, Fraction(1, 25)
            packets += encoder.encode(frame)
        packets += encoder.encode(None)
        for number, (packet, stamp_ms) in enumerate(zip(packets, stamps_ms, strict=True)):
            packet.stream, packet.time_base = stream, Fraction(1, 1000)
            # Decoding has to go forwards whatever showing does.
            packet.pts, packet.dts = stamp_ms, min(stamps_ms) - len(stamps_ms) + number
            output.mux(packet)
    return file.getvalue()
