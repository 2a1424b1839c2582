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
# The second of two chunks has its warm-up, and waits until it is known whom to follow: together about so many frames.
BEGUN_LATER_FRAMES = 20
# To decode a frame takes so much longer, a million pixels, and to follow one person in it so long, in milliseconds
# (docs/benchmarks.md). Frames on the way to a chunk are decoded, too, about half of them.
DECODING_MS_PER_MPX, FOLLOWING_MS, DECODED_ON_THE_WAY = 3.0, 13.0, 0.55
# With larger pictures it takes longer to decode a frame twice than to do without a second chunk.
LARGEST_DECODED_TWICE_PX = 4_000_000
# How far a seam is moved to where decoding can start, as a share of a chunk: what lies between would be decoded twice.
MOVED_SHARE = 0.2


@dataclass(frozen=True)
class Chunk:
    """Frames [start, stop) of the wanted ones, to be followed from `warm_up` on."""

    warm_up: int
    start: int
    stop: int


def chunks_of(frames: int, keys: Sequence[int] = (), pixels: int = 0) -> list[Chunk]:
    """The chunks of a clip with so many wanted frames; each takes about equally long.

    Args:
        frames: how many.
        keys: places among them at which decoding can start, ascending. A chunk begins there if one is near.
        pixels: width times height of frames that take long to decode beside what is done with them; 0 where that does
            not count.
    """
    length = CHUNK_FRAMES if frames < 10 * CHUNK_FRAMES else LONGEST_CHUNK_FRAMES
    count = 1 if frames < SHORTEST_SHARED_FRAMES else 2 * max(1, round(frames / (2 * length)))
    farthest = MOVED_SHARE * frames / count
    work = frames + (count - 1) * WARM_UP_FRAMES
    seams = [work * number // count - (number - 1) * WARM_UP_FRAMES for number in range(1, count)]
    at_keys = [_at_a_key(seam, keys, farthest) for seam in seams]
    if count > 1 and pixels > LARGEST_DECODED_TWICE_PX and any(at is None for at in at_keys):
        return [Chunk(0, 0, frames)]
    if count == 2 and at_keys[0] is None and pixels:
        seams = [
            round((frames + WARM_UP_FRAMES) / (2 - _on_the_way(pixels)))
        ]  # the second one decodes what is before it
    starts = [0, *(seam if at is None else at for seam, at in zip(seams, at_keys, strict=True)), frames]
    return [Chunk(max(0, start - WARM_UP_FRAMES), start, stop) for start, stop in itertools.pairwise(starts)]


def _on_the_way(pixels: int) -> float:
    """How long a frame takes that is only decoded on the way, as a share of one that is looked at."""
    decoding_ms = DECODING_MS_PER_MPX * pixels / 1e6
    return DECODED_ON_THE_WAY * decoding_ms / (decoding_ms + FOLLOWING_MS)


def _at_a_key(seam: int, keys: Sequence[int], farthest: float) -> int | None:
    """The seam moved so that the warm-up begins where decoding can start; None if that is too far."""
    near = [key + WARM_UP_FRAMES for key in keys if key and abs(key + WARM_UP_FRAMES - seam) <= farthest]
    return min(near, key=lambda start: abs(start - seam), default=None)
