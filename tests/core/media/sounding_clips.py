"""Clips with sound made for the tests: a tone that becomes louder at a known time."""

from __future__ import annotations

import io
from fractions import Fraction

import av
import numpy as np
from numpy.typing import NDArray

LOUDER_AT_S = 1.0
FRAME_RATE = 25


def sounding_clip(
    container: str = "mp4", sound: str = "aac", *, seconds: float = 2.0, sound_seconds: float = 2.0, rate: int = 44_100
) -> bytes:
    """A grey clip of 64 × 48 pixels and 25 frames a second with a tone of 440 Hz that is loud from LOUDER_AT_S on."""
    file = io.BytesIO()
    with av.open(file, "w", format=container) as output:
        pictures = output.add_stream("mpeg4", rate=FRAME_RATE)
        pictures.width, pictures.height, pictures.pix_fmt = 64, 48, "yuv420p"
        tones = output.add_stream(sound, rate=rate)
        tones.codec_context.layout = "mono"
        for number in range(round(seconds * FRAME_RATE)):
            frame = av.VideoFrame.from_ndarray(np.full((48, 64, 3), 4 * (number % 50), np.uint8), "rgb24")
            frame.pts, frame.time_base = number, Fraction(1, FRAME_RATE)
            output.mux(pictures.encode(frame))
        output.mux(pictures.encode())
        time_s = np.arange(round(sound_seconds * rate)) / rate
        tone = np.sin(2 * np.pi * 440 * time_s) * np.where(time_s < LOUDER_AT_S, 0.05, 0.5)
        for start in range(0, len(tone), 1000):
            piece = av.AudioFrame.from_ndarray(tone[None, start : start + 1000].astype(np.float32), "fltp", "mono")
            piece.sample_rate, piece.pts, piece.time_base = rate, start, Fraction(1, rate)
            output.mux(tones.encode(piece))
        output.mux(tones.encode())
    return file.getvalue()


def heard(content: bytes) -> tuple[NDArray[np.float32], int]:
    """(N,) the samples from the file's time 0 on, and how many there are in a second."""
    with av.open(io.BytesIO(content)) as container:
        frames = list(container.decode(audio=0))
    rate = frames[0].sample_rate
    samples = np.concatenate([frame.to_ndarray()[0] for frame in frames])
    begin = round(float(frames[0].time or 0) * rate)
    return (np.pad(samples, (begin, 0)) if begin > 0 else samples[-begin:]), rate


def louder_at_s(content: bytes) -> float:
    """When the tone becomes loud, in the file's own time."""
    samples, rate = heard(content)
    return float(np.argmax(np.abs(samples) > 0.3)) / rate
