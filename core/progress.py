"""How far a long analysis is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from core.recording import Recording

# What is being done, in this order. Some take a while after the last frame has been looked at.
PHASES: tuple[str, ...] = ("following", "identities", "sides", "refining")
# So many frames are compared at once: no copy of a long clip is made for it.
BLOCK_FRAMES = 1024


@dataclass(frozen=True)
class Progress:
    """Told now and then while a clip is analysed, and once at the end.

    Attributes:
        frames_done: frames analysed so far, in any part of the clip.
        frames_total: frames to analyse; an estimate where the container does not say.
        frames_per_s: analysed in a second of work.
        seconds_left: at this speed; 0 at the end.
        so_far: makes the recording of what is finished without a gap from the first frame on; None before there is any.
        phase: one of PHASES: people are followed from frame to frame, it is worked out who is who, left and right are
            checked, the 3D body is corrected.
    """

    frames_done: int
    frames_total: int
    frames_per_s: float
    seconds_left: float
    so_far: Callable[[], Recording | None]
    phase: str = PHASES[0]


def same_frames(before: Recording, person: int, after: Recording, other: int) -> int:
    """In how many frames, from the first one on, one recording's person is another's: seen at exactly the same places.

    Args:
        before, after: two recordings of one clip, as far as it was analysed at two moments.
        person: an index in `before`.
        other: an index in `after`.

    Returns:
        0 to the frames of the shorter one. Where neither was found they agree.
    """
    frames = min(before.frames, after.frames)
    for start in range(0, frames, BLOCK_FRAMES):
        stop = min(start + BLOCK_FRAMES, frames)
        block, same_block = before.image[start:stop, person], after.image[start:stop, other]
        same = ((block == same_block) | (np.isnan(block) & np.isnan(same_block))).all(axis=(1, 2))
        same &= before.time[start:stop] == after.time[start:stop]
        if not same.all():
            return start + int(same.argmin())
    return frames


def goes_on(before: Recording, after: Recording) -> bool:
    """Whether the earlier recording is the beginning of the later one: the same people in the same order, no frame of
    it changed."""
    return (
        before.people == after.people
        and before.frames <= after.frames
        and all(same_frames(before, person, after, person) == before.frames for person in range(before.people))
    )
