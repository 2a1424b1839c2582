"""A copy of a clip that every browser plays, for looking at: upright, at its own times, with its sound."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np

from core.media.sound import SoundPart
from core.media.video_writer import VideoWriter
from core.media.videos import Clip

# More pixels would only keep the browser busy.
LONGEST_SIDE_PX = 1280
_LOOKING_QUALITY = 22


def write_playable_mp4(
    clip: Clip,
    out: Path,
    *,
    progress: Callable[[float], None] = lambda _: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> bool:
    """Write the copy.

    Args:
        clip: what to copy.
        out: the file, which is written over; without a finished copy it is removed.
        progress: told the share that is done, 0 to 1.
        cancelled: asked before each frame.

    Returns:
        False if it was cancelled.

    Raises:
        VideoError: the clip cannot be read.
        OSError: the file cannot be written.
    """
    scale = min(1.0, LONGEST_SIDE_PX / max(clip.width, clip.height))
    size = (max(1, round(clip.width * scale)), max(1, round(clip.height * scale)))
    frames = len(clip.pts)
    usual_s = clip.duration_s / frames
    sound = SoundPart(clip.source, 0.0 if clip.counted else float(clip.pts[0]) * clip.seconds_per_pts)
    finished = False
    try:
        with (
            clip.reader() as reader,
            VideoWriter(
                out, *size, frame_rate=1 / usual_s if usual_s else 0.0, sound=sound, quality=_LOOKING_QUALITY
            ) as writer,
        ):
            for done, frame in enumerate(reader.frames(int(clip.pts[0])), 1):
                if cancelled():
                    return False
                rgb = frame.rgb if scale == 1 else cv2.resize(frame.rgb, size, interpolation=cv2.INTER_AREA)
                writer.write(writer.prepare(np.asarray(rgb, np.uint8)), frame.time_s, usual_s)
                progress(min(1.0, done / frames))
        finished = True
    finally:
        if not finished:
            out.unlink(missing_ok=True)
    return True
