"""The clip with its skeletons as an MP4 file that every browser plays."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.errors import NothingInPart
from core.export.ahead import ahead
from core.export.provenance import made_by, source_name
from core.export.whole_file import whole_file
from core.media.sound import SoundPart
from core.media.video_file import VideoSource
from core.media.video_writer import VideoWriter
from core.media.videos import Clip, Frame, open_clip
from core.motion.angles import coordinates, joint_angles
from core.motion.moment import SAME_TIME_S, moment
from core.motion.unsure import drawn_people
from core.progress import Progress
from core.recording import Recording
from core.settings import OverlayStyle
from core.view.angle_labels import angle_labels
from core.view.blurred_faces import BlurredFaces
from core.view.overlay import draw_overlay
from core.view.skeleton_3d_frame import Skeleton3DFrame

# 0 lets x264 choose; with threads of its own it works on several frames at a time.
ENCODER_THREADS = 0
_SECONDS_BETWEEN_REPORTS = 0.2
_FRAME_RATE_OF_ONE_FRAME = 25.0


def annotated_mp4(
    source: VideoSource,
    recording: Recording,
    style: OverlayStyle,
    out: Path,
    *,
    people: Sequence[int] | None = None,
    space: str | None = None,
    reading: str = "angle_deg",
    side_by_side: bool = False,
    blur_faces: bool = False,
    colours: Sequence[str] | None = None,
    progress: Callable[[Progress], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Path | None:
    """Draws a recording over its clip: H.264, `yuv420p`, index first, original frame times, with the clip's sound.

    Every frame of the analysed part is there; the file begins with the first analysed one. A frame that was not
    analysed (`every_nth_frame`) shows landmarks on the straight line between its analysed neighbours, after the last
    one that one's. Slow motion plays as slowly as in the clip. The sound is copied if it is AAC or MP3, else encoded as
    AAC; it begins and ends with the part.
    "comment" in the file's metadata is its origin as JSON, as in `overlay_png`.

    Args:
        source: the clip that was analysed: a path, or the bytes of the file.
        recording: what was found in it.
        style: how to draw it. `enhanced` is without effect.
        out: the file, which is written over; it is there whole or not at all.
        people: which people to draw; everyone but unsure finds (`core.motion.unsure`) if None or all of several.
        space: what written angles and the 3D skeleton are measured in: "refined", "world" or "image"; the recording's
            best if None.
        reading: what written angles count: "angle_deg" or "flexion_deg".
        side_by_side: the 3D skeleton stands to the right of the picture.
        blur_faces: make the face of everyone in the recording unrecognisable, also of those who are not drawn. People
            who were not found, such as all but one with `people` "one" in the settings, cannot be blurred.
        colours: the people's own, as in `draw_overlay`; their names are written where the recording has some.
        progress: told now and then, and at the end; `so_far` gives None.
        cancelled: asked before each frame; True ends the work.

    Returns:
        `out`; None if it was cancelled, and then there is no new file.

    Raises:
        VideoError, ImageError: the clip cannot be read.
        NothingInPart: the clip has no frame where the recording has some.
        SpaceNotAvailable: the recording does not hold these coordinates.
        ValueError: the clip's pictures are of another size than the recording's.
        OSError: the file cannot be written.
    """
    coordinates(recording.part(0, 0), space or recording.spaces[0])  # complains if they are not there
    clip = open_clip(source, recording.source).recorded_at(recording.settings.recorded_frame_rate)
    if (clip.width, clip.height) != (recording.width, recording.height):
        size = f"{recording.width} × {recording.height}"
        raise ValueError(f"the clip must be as large as the recording, {size}, got {clip.width} × {clip.height}")
    part = _Part.of(clip, recording)
    # Of the whole recording: from frame to frame somebody would come and go.
    people = drawn_people(recording, people, style.min_visibility)
    panel = None
    if side_by_side:
        side = min(clip.width, clip.height)
        panel = Skeleton3DFrame(
            recording,
            side,
            clip.height,
            people=people,
            space=space,
            min_visibility=style.min_visibility,
            low_visibility=style.low_visibility,
        )
    faces = BlurredFaces(recording) if blur_faces else None
    drawing = _Drawing(recording, style, people, space, reading, panel, faces, colours)
    origin = made_by(recording, style, drawn=people) | {"side_by_side": side_by_side, "blurred_faces": blur_faces}
    if style.angles:
        origin["angles"] = {"space": space or recording.spaces[0], "reading": reading}
    width = clip.width + (panel.width if panel else 0)
    tags = {"title": source_name(recording), "comment": json.dumps(origin, ensure_ascii=False)}
    try:
        with (
            whole_file(out) as unfinished,
            clip.reader() as reader,
            VideoWriter(
                unfinished,
                width,
                clip.height,
                frame_rate=part.frame_rate,
                sound=part.sound,
                tags=tags,
                threads=ENCODER_THREADS,
            ) as writer,
        ):
            watch = _Watch(part, progress, cancelled)
            _write(reader.frames(int(part.pts[0]), part.pts), drawing, writer, watch)
            if not watch.done:
                raise part.nothing
    except _Cancelled:
        return None
    return out


def _write(frames: Iterable[Frame], drawing: _Drawing, writer: VideoWriter, watch: _Watch) -> None:
    """Reads, draws and encodes at the same time: NumPy, OpenCV and FFmpeg all let go of Python's lock."""
    with ahead(frames) as read:
        drawn = ((frame, writer.prepare(drawing.draw(frame))) for frame in read)
        with ahead(drawn) as pictures:
            watch.begin()
            for frame, picture in pictures:
                writer.write(picture, *watch.part.shown(frame))
                watch.step()
    watch.end()


class _Cancelled(Exception):
    """The user wants no more of it."""


@dataclass(frozen=True)
class _Part:
    """The frames of a clip that a recording is about.

    Attributes:
        pts: (N,) int64, their time stamps in the container's units.
        time_s: (N,) when each begins, in seconds from the first of them, as the file plays: slow motion stays slow.
        duration_s: (N,) how long each is shown, in the same seconds.
        sound: what is to be heard with them.
        nothing: the error to raise when none of them can be read.
    """

    pts: NDArray[np.int64]
    time_s: NDArray[np.float64]
    duration_s: NDArray[np.float64]
    sound: SoundPart
    nothing: NothingInPart

    @classmethod
    def of(cls, clip: Clip, recording: Recording) -> _Part:
        """From the first analysed frame to the last, and those after it that it stands for."""
        times = clip.time_s
        first, last = (float(recording.time[i]) for i in (0, -1)) if recording.frames else (0.0, -1.0)
        settings = recording.settings
        start = int(np.searchsorted(times, first - SAME_TIME_S))
        stop = int(np.searchsorted(times, last + SAME_TIME_S)) + settings.every_nth_frame - 1
        if settings.end_s is not None:
            stop = min(stop, int(np.searchsorted(times, settings.end_s + SAME_TIME_S, side="right")))
        stop = min(stop, len(times))
        nothing = NothingInPart(name=clip.name, start_s=f"{first:g}", end_s=f"{max(last, first):g}")
        if start >= stop:
            raise nothing
        played_s = times * clip.slow_motion.factor
        mean_s = clip.slow_motion.factor * clip.duration_s / len(times) or 1 / _FRAME_RATE_OF_ONE_FRAME
        duration_s = np.diff(played_s, append=played_s[-1] + mean_s)[start:stop]
        time_s = played_s[start:stop] - played_s[start]
        begins_s = clip.begins_at_s + float(played_s[start])
        ends_s = None if stop == len(times) else begins_s + float(time_s[-1] + duration_s[-1])
        return cls(clip.pts[start:stop], time_s, duration_s, SoundPart(clip.source, begins_s, ends_s), nothing)

    @property
    def frame_rate(self) -> float:
        """The mean, in frames a second."""
        return len(self.pts) / float(self.time_s[-1] + self.duration_s[-1])

    def shown(self, frame: Frame) -> tuple[float, float]:
        """When a frame begins in the new file and how long it is shown, in seconds."""
        index = min(int(np.searchsorted(self.pts, frame.pts)), len(self.pts) - 1)
        return float(self.time_s[index]), float(self.duration_s[index])


@dataclass(frozen=True)
class _Drawing:
    """Everything that is drawn into one frame."""

    recording: Recording
    style: OverlayStyle
    people: Sequence[int] | None
    space: str | None
    reading: str
    panel: Skeleton3DFrame | None
    faces: BlurredFaces | None
    colours: Sequence[str] | None

    def draw(self, frame: Frame) -> NDArray[np.uint8]:
        """A new picture, with the panel to its right if there is one."""
        now = moment(self.recording, frame.time_s)
        rgb = frame.rgb
        if self.faces:
            rgb = self.faces.blur(rgb, frame.time_s)
        labels = angle_labels(joint_angles(now, self.space), self.reading) if self.style.angles else None
        picture = draw_overlay(rgb, now, self.style, people=self.people, angle_labels=labels, colours=self.colours)
        return np.hstack([picture, self.panel.draw(now)]) if self.panel else picture


class _Watch:
    """Tells how far the work is and asks whether to go on."""

    def __init__(
        self,
        part: _Part,
        progress: Callable[[Progress], None] | None,
        cancelled: Callable[[], bool] | None,
    ) -> None:
        self.part = part
        self._progress, self._cancelled = progress, cancelled
        self.done = 0
        self._begun = self._told = time.perf_counter()

    def begin(self) -> None:
        """Before the first frame."""
        self._ask()

    def step(self) -> None:
        """After each frame."""
        self.done += 1
        self._ask()
        if time.perf_counter() - self._told >= _SECONDS_BETWEEN_REPORTS:
            self._tell(len(self.part.pts))

    def end(self) -> None:
        """After the last frame: frames that could not be read are not waited for."""
        self._tell(self.done)

    def _ask(self) -> None:
        if self._cancelled is not None and self._cancelled():
            raise _Cancelled

    def _tell(self, total: int) -> None:
        self._told = time.perf_counter()
        speed = self.done / max(self._told - self._begun, 1e-6)
        if self._progress is not None:
            self._progress(Progress(self.done, total, speed, (total - self.done) / max(speed, 1e-6), lambda: None))
