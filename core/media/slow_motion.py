"""Slow motion that is stored at the speed at which it is to be played: how much slower than life that is."""

from __future__ import annotations

import re
import struct
from typing import BinaryIO, NamedTuple

import numpy as np
from av.container import InputContainer
from numpy.typing import NDArray

# Android's cameras write at how many pictures a second they took a clip, whatever it is stored at.
_ANDROID = "com.android.capture.fps"
_SONY = re.compile(rb'captureFps="([0-9.]+)[a-z]?"')
_MOST_BOX_BYTES = 16_000_000
# A camera may miss some pictures, or take fewer in the dark: that is no slow motion.
_LEAST_DIFFERENCE = 1.2
# No camera takes so many a second and drops to a part of them by itself.
_SURELY_SLOW_MOTION = 100.0
_EVEN_STEPS = 1.2


class SlowMotion(NamedTuple):
    """How a clip's own time and reality go together.

    Attributes:
        factor: how many times slower than life the file plays: 8 for 240 pictures a second stored at 30. Below 1 for
            time lapse.
        told_by: what says so: the name of a mark in the file, "settings", or nothing where the file's time is real.
    """

    factor: float
    told_by: str


AS_STORED = SlowMotion(1.0, "")


def marked_slow_motion(file: BinaryIO, container: InputContainer, stored_s: NDArray[np.float64]) -> SlowMotion:
    """What a file says about itself.

    Apple's clips as they were recorded have real times; what its editor slows down bears no mark.

    Args:
        file: the file itself.
        container: the same, opened.
        stored_s: (T,) when its frames are shown, in seconds.
    """
    rate = mean_rate(stored_s)
    if not rate:
        return AS_STORED
    for mark, told in ((_ANDROID, container.metadata.get(_ANDROID, "")), ("captureFps", _sonys_rate(file, container))):
        try:
            taken = float(told)
        except ValueError:
            continue
        if not 0 < taken < 1e6:
            continue
        factor = taken / rate
        # With sound, or with uneven times, fewer pictures than announced are a camera's in the dark.
        is_sure = taken >= _SURELY_SLOW_MOTION or (not container.streams.audio and _is_even(stored_s))
        if factor * _LEAST_DIFFERENCE < 1 or (factor > _LEAST_DIFFERENCE and is_sure):
            return SlowMotion(factor, mark)
    return AS_STORED


def mean_rate(stored_s: NDArray[np.float64]) -> float:
    """Frames a second by the file's own times, 0 if there are not two."""
    span = float(stored_s[-1] - stored_s[0]) if len(stored_s) > 1 else 0.0
    return (len(stored_s) - 1) / span if span else 0.0


def _is_even(stored_s: NDArray[np.float64]) -> bool:
    steps = np.diff(stored_s)
    return bool(np.percentile(steps, 95) < _EVEN_STEPS * np.median(steps))


def _sonys_rate(file: BinaryIO, container: InputContainer) -> str:
    """From the XML that Sony's cameras put beside the pictures."""
    if "mp4" not in container.format.name:
        return ""
    file_bytes = file.seek(0, 2)
    place = 0
    while place + 8 <= file_bytes:
        file.seek(place)
        length, kind, long_length = struct.unpack(">I4sQ", file.read(16).ljust(16, b"\0"))
        length = {0: file_bytes - place, 1: long_length}.get(length, length)
        if length < 8:
            break
        if kind in (b"moov", b"meta", b"uuid") and length <= _MOST_BOX_BYTES:
            file.seek(place)
            if found := _SONY.search(file.read(length)):
                return found[1].decode()
        place += length
    return ""
