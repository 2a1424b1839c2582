"""A clip cut into chunks that can be followed at the same time.

A chunk begins some frames early, so that its landmarkers have settled when its own frames come. Where a chunk begins
depends on the clip alone, so the result is the same for any number of workers.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

# A chunk's landmarkers and warm-up cost as much as about sixteen frames, so long clips have long chunks; a short clip
# is still shared out between two cores, and the number of chunks is even, so that two cores finish together.
CHUNK_FRAMES, LONGEST_CHUNK_FRAMES, SHORTEST_SHARED_FRAMES = 150, 300, 48
WARM_UP_FRAMES = 10
# How far a seam is moved to where decoding can start, as a share of a chunk: what lies between would be decoded twice.
MOVED_SHARE = 0.2


@dataclass(frozen=True)
class Chunk:
    """Frames [start, stop) of the wanted ones, to be followed from `warm_up` on."""

    warm_up: int
    start: int
    stop: int


def chunks_of(frames: int, keys: Sequence[int] = ()) -> list[Chunk]:
    """The chunks of a clip with so many wanted frames; with their warm-up they are about equally long.

    Args:
        frames: how many.
        keys: places among them at which decoding can start, ascending. A chunk begins there if one is near.
    """
    length = CHUNK_FRAMES if frames < 10 * CHUNK_FRAMES else LONGEST_CHUNK_FRAMES
    count = 1 if frames < SHORTEST_SHARED_FRAMES else 2 * max(1, round(frames / (2 * length)))
    work = frames + (count - 1) * WARM_UP_FRAMES
    seams = [work * number // count - (number - 1) * WARM_UP_FRAMES for number in range(1, count)]
    starts = [0, *(_at_a_key(seam, keys, MOVED_SHARE * frames / count) for seam in seams), frames]
    return [Chunk(max(0, start - WARM_UP_FRAMES), start, stop) for start, stop in itertools.pairwise(starts)]


def _at_a_key(seam: int, keys: Sequence[int], farthest: float) -> int:
    """The seam moved so that the warm-up begins where decoding can start."""
    near = [key + WARM_UP_FRAMES for key in keys if key and abs(key + WARM_UP_FRAMES - seam) <= farthest]
    return min(near, key=lambda start: abs(start - seam), default=seam)
