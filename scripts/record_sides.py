"""Write down where the man on the roof of the street clip was found, for the tests of exchanged sides.

    python -m scripts.record_sides lite tests/core/motion/street/lite_avx512.npz

`tests/core/motion/test_swaps.py` reads what the models found with the kernels for AVX-512, AVX2, AVX and SSE, so that
it needs no detector and says the same on every processor. `scripts/older_processor.c` stands in for the older ones. Of
heavy two are kept: with AVX and SSE it found every side right.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

from core import Recording, Settings, analyse_video

CLIP = Path(__file__).parents[1] / "samples" / "street_two_people.mp4"
# He faces the camera for three seconds, is seen from his right side after that and turns a somersault at the end.
LONGEST_S = 6.0


def write(recording: Recording, path: Path) -> None:
    """His landmarks in the picture, in tenths of a pixel, and in 3D, in millimetres.

    As differences from one frame in which he was found to the next, which need less space; `found` tells in which.
    """
    frames = recording.time <= LONGEST_S
    image, world = recording.image[frames, 0, :, :2] * 10, recording.world[frames, 0] * 1000
    found = np.isfinite(image).all(axis=(1, 2))
    np.savez_compressed(
        path,
        time=recording.time[frames],
        found=found,
        image=np.diff(image[found].round().astype(np.int16), axis=0, prepend=np.int16(0)),
        world=np.diff(world[found].round().astype(np.int16), axis=0, prepend=np.int16(0)),
    )


if __name__ == "__main__":
    model, target = sys.argv[1:]
    write(analyse_video(CLIP, Settings(model=model, repair_sides=False)), Path(target))
