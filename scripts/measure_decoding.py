"""What reading a frame of a clip costs: python -m scripts.measure_decoding CLIP...

For each clip: decoding alone, decoding with a picture of 640 pixels for the detector made straight from what was
decoded, and the same by way of the full picture. In milliseconds of the processor's time for each frame, one thread, so
that other programs on the computer do not count.
"""

from __future__ import annotations

import platform
import sys
import time
from collections.abc import Callable
from pathlib import Path

import cv2

from core.media.videos import Clip, Frame, open_clip

LONGEST_PX = 640
MOST_FRAMES = 60


def nothing(frame: Frame) -> None:
    """Decoding alone."""


def small(frame: Frame) -> None:
    """What the detector is shown."""
    frame.scaled(LONGEST_PX)


def by_way_of_full_size(frame: Frame) -> None:
    """The same, first converted and then scaled."""
    scale = LONGEST_PX / max(frame.width, frame.height)
    if scale < 1:
        cv2.resize(frame.rgb, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)


def ms_per_frame(clip: Clip, look: Callable[[Frame], None]) -> float:
    """Of the processor's time, over the clip's beginning."""
    wanted = clip.pts[:MOST_FRAMES]
    with clip.reader() as reader:
        begun = time.process_time()
        for frame in reader.frames(int(wanted[0]), wanted):
            look(frame)
        return 1000 * (time.process_time() - begun) / len(wanted)


def main(paths: list[Path]) -> None:
    """Print a line for each clip."""
    cv2.setNumThreads(1)
    print(platform.processor() or platform.machine())
    for path in paths:
        clip = open_clip(path)
        decoding, direct, full = (ms_per_frame(clip, look) for look in (nothing, small, by_way_of_full_size))
        print(
            f"{path.name} {clip.width} x {clip.height}: decoding {decoding:.1f} ms a frame, with {LONGEST_PX} px "
            f"{direct:.1f} ms, by way of full size {full:.1f} ms"
        )


if __name__ == "__main__":
    main([Path(argument) for argument in sys.argv[1:]])
