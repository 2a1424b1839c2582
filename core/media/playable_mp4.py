"""A copy of a clip that every browser plays, for looking at: upright, at the file's own times, with its sound.

Slow motion stays slow in it, as in the file: the player knows by how much (`Clip.slow_motion`).
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

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
    size = (max(1, round(clip.width * scale)), max(1, round(clip.height * scale)))  # as Frame.scaled rounds
    frames = len(clip.pts)
    slower = clip.slow_motion.factor
    usual_s = slower * clip.duration_s / frames
    sound = SoundPart(clip.source, clip.begins_at_s)
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
                writer.write(writer.prepare(frame.scaled(LONGEST_SIDE_PX)), slower * frame.time_s, usual_s)
                progress(min(1.0, done / frames))
        finished = True
    finally:
        if not finished:
            out.unlink(missing_ok=True)
    return True
