"""How far a long analysis is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from core.recording import Recording


@dataclass(frozen=True)
class Progress:
    """Told now and then while a clip is analysed, and once at the end.

    Attributes:
        frames_done: frames analysed so far, in any part of the clip.
        frames_total: frames to analyse; an estimate where the container does not say.
        frames_per_s: analysed in a second of work.
        seconds_left: at this speed; 0 at the end.
        so_far: makes the recording of what is finished without a gap from the first frame on; None before there is any.
    """

    frames_done: int
    frames_total: int
    frames_per_s: float
    seconds_left: float
    so_far: Callable[[], Recording | None]
