"""What the server does for one live camera: follow, measure, count, record. Runs in a thread of its own."""

from __future__ import annotations

import logging
import time
from collections import deque
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.detection.landmarker_pool import Place
from core.errors import FramesTooFast, MessageNotUnderstood
from core.live import LiveFrame, LivePose, LiveRecorder, flexion_and_trust, proposed_model
from core.media.cameras import ServerCamera, allowed_camera
from core.media.jpeg_frames import decoded_frame, encoded_frame
from core.media.live_video import LiveVideo
from core.motion.fall import FallWarning
from core.motion.repetitions import MOVEMENTS, RepetitionCounter
from pages.live_protocol import Choices, Counted, Frame, answer
from pages.live_sessions import LiveRecording, LiveSession

_LOG = logging.getLogger("posescope")
# No camera gives more; the page sends one frame at a time anyway.
MOST_FRAMES_PER_S = 120
# The first frames find the person and warm everything up.
WARM_UP_FRAMES = 5
MEASURED_S = 1.0


class LiveConnection:
    """The work for one connection. Its methods are called one after the other.

    Args:
        session: whose it is.
        place: its place among all cameras; given back by `close`.
    """

    def __init__(self, session: LiveSession, place: Place) -> None:
        self._session = session
        self._place = place
        self._choices: Choices | None = None
        self._pose: LivePose | None = None
        self._counter: RepetitionCounter | None = None
        self._fall: FallWarning | None = None
        self._recorder: LiveRecorder | None = None
        self._video: LiveVideo | None = None
        self._want_video: bool | None = None  # a recording begins with the next frame
        self._first_ms = float("nan")
        self._last_s = -1.0
        self._arrived: deque[float] = deque(maxlen=MOST_FRAMES_PER_S)
        self._speed = _Speed()
        self._camera: tuple[int, ServerCamera] | None = None
        self._looked = 0
        self._told: list[dict[str, Any]] = []

    def configure(self, choices: Choices) -> None:
        """Take the user's choices. Another landmarker ends a recording: it is of one kind from end to end.

        Raises:
            ModelError: a bundled model cannot be used.
        """
        before, self._choices = self._choices, choices
        if before is None or before.movement != choices.movement:
            self._count_anew()
        if not choices.fall:
            self._fall = None
        elif self._fall is None:
            self._fall = FallWarning()
        if self._pose is not None and before is not None and before.settings == choices.settings:
            self._pose.smooth = choices.smooth
            return
        self._end_recording("settings")
        self._pose = LivePose(self._place, choices.settings, smooth=choices.smooth)
        self._speed = _Speed()

    def record(self, video: bool) -> None:
        """Begin a recording with the next frame; repetitions are counted anew."""
        if self._recorder is None:
            self._want_video = video
            self._count_anew()

    def stop(self) -> None:
        """End the recording; if there is none, that is told."""
        self._want_video = None
        if self._recorder is None:
            self._told.append({"type": "not_recorded"})
        self._end_recording("stop")

    def see(self, frame: Frame) -> bytes:
        """The answer to a frame.

        Raises:
            LiveError: it is not one, or comes too soon after the others.
            DetectionFailed: the detector can go on no more.
            MessageNotUnderstood: it comes before the choices.
        """
        begun = time.perf_counter()
        self._check_speed(begun)
        if self._pose is None or self._choices is None:
            raise MessageNotUnderstood()
        rgb = decoded_frame(frame.jpeg)
        return self._seen(frame, rgb, begun)

    def look(self, camera: int) -> bytes:
        """The answer to the next frame of a camera of the server, with its picture.

        Raises:
            CameraNotAllowed, CameraNotOpened: it cannot be used.
            MessageNotUnderstood: it comes before the choices.
        """
        if self._pose is None or self._choices is None:
            raise MessageNotUnderstood()
        self._pace()
        rgb, time_s = self._server_camera(camera).newest()
        begun = time.perf_counter()
        self._looked += 1
        frame = Frame(1000 * time_s, self._looked, encoded_frame(rgb))
        return self._seen(frame, rgb, begun, picture=True)

    def told(self) -> list[dict[str, Any]]:
        """What there is to tell besides, each once; recordings of the session's connection before among it."""
        told, self._told = self._told, []
        return told + [told_of(kept) for kept in self._session.news()]

    def close(self) -> None:
        """Keep what has been recorded, close the landmarker, give the place back."""
        try:
            self._end_recording("left")
        finally:
            if self._camera is not None:
                self._camera[1].close()
            self._place.close()

    def _server_camera(self, place: int) -> ServerCamera:
        if self._camera is None or self._camera[0] != place:
            if self._camera is not None:
                self._camera[1].close()
                self._camera = None
            self._camera = place, ServerCamera(allowed_camera(place))
        return self._camera[1]

    def _seen(self, frame: Frame, rgb: NDArray[np.uint8], begun: float, picture: bool = False) -> bytes:
        assert self._pose is not None and self._choices is not None
        seen = self._pose.see(rgb, self._time_s(frame.capture_ms))
        angles = seen.angles(self._choices.space)
        if self._counter is not None:
            movement = self._counter.movement
            self._counter.see(seen.time_s, movement.flexion_deg(*flexion_and_trust(angles)))
        if self._fall is not None:
            self._fall.see(seen.time_s, seen.shown.image[0, 0], seen.shown.visibility[0, 0])
        recorded = self._record_frame(seen, rgb)
        busy_ms = 1000 * (time.perf_counter() - begun)
        self._measure_speed(busy_ms)
        counter = self._counter
        counted = Counted(busy_ms, recorded=recorded, fallen=self._fall is not None and self._fall.warns)
        if counter is not None:
            counted = Counted(
                busy_ms, len(counter.repetitions), counter.tempo_s, counter.effort, recorded, counted.fallen
            )
        return answer(frame, seen, angles, self._choices, counted, picture=picture)

    def _time_s(self, capture_ms: float) -> float:
        """Seconds from the first frame on, always rising, whatever the browser's clock does."""
        if np.isnan(self._first_ms):
            self._first_ms = capture_ms
        self._last_s = max((capture_ms - self._first_ms) / 1000, self._last_s + 0.001)
        return self._last_s

    def _check_speed(self, now: float) -> None:
        if len(self._arrived) == self._arrived.maxlen and now - self._arrived[0] < 1:
            raise FramesTooFast(most=MOST_FRAMES_PER_S)
        self._arrived.append(now)

    def _pace(self) -> None:
        """Wait until one more may be looked at: a file would be seen as fast as anybody asks."""
        if len(self._arrived) == self._arrived.maxlen:
            time.sleep(max(0.0, self._arrived[0] + 1 - time.perf_counter()))
        self._arrived.append(time.perf_counter())

    def _measure_speed(self, busy_ms: float) -> None:
        assert self._pose is not None
        measured = self._speed.see(busy_ms)
        if measured is not None:
            model = self._pose.settings.model
            proposed = proposed_model(model, *measured)
            self._told.append({"type": "proposal", "model": proposed or model, "per_s": round(measured[0], 1)})

    def _record_frame(self, seen: LiveFrame, rgb: NDArray[np.uint8]) -> int:
        """How many frames the recording has with this one; 0 if there is none."""
        if self._want_video is not None:
            self._begin_recording(seen, self._want_video)
        if self._recorder is None:
            return 0
        if not self._recorder.fits(seen):
            self._end_recording("size")
            return 0
        time_s = self._recorder.add(seen)
        frames = self._recorder.frames
        if self._video is not None:
            try:
                self._video.add(rgb, time_s)
            except Exception:  # PyAV's are of many kinds; what there is of the landmarks is kept
                _LOG.exception("A live video could not be written")
                self._end_recording("disk")
                return frames
        if self._recorder.full:
            self._end_recording("length")
        return frames

    def _begin_recording(self, seen: LiveFrame, video: bool) -> None:
        assert self._choices is not None
        self._want_video = None
        self._recorder = LiveRecorder(self._choices.settings, seen.width, seen.height)
        if video:
            try:
                self._video = LiveVideo(self._session.video_path(), seen.width, seen.height)
            except Exception:  # of whatever kind: the landmarks are recorded all the same
                _LOG.exception("A live video could not be begun")
                self._told.append({"type": "no_video"})
        self._told.append({"type": "recording", "video": self._video is not None})

    def _end_recording(self, why: str) -> None:
        recorder, self._recorder = self._recorder, None
        video, self._video = self._video, None
        path: Path | None = None
        if video is not None:
            try:
                video.close()
                path = video.path
            except Exception:  # of whatever kind: the landmarks are kept
                _LOG.exception("A live video could not be finished")
                video.path.unlink(missing_ok=True)
                why = "disk"
        if recorder is None or not recorder.frames:
            return
        self._session.keep(recorder.recording("live"), path, why)

    def _count_anew(self) -> None:
        movement = self._choices.movement if self._choices else None
        self._counter = RepetitionCounter(MOVEMENTS[movement]) if movement else None


class _Speed:
    """How fast the first second was."""

    def __init__(self) -> None:
        self._warming = WARM_UP_FRAMES
        self._begun = 0.0
        self._busy_ms: list[float] | None = []

    def see(self, busy_ms: float) -> tuple[float, float] | None:
        """Frames a second and milliseconds of work on each, once: when the second is over."""
        now = time.perf_counter()
        if self._warming:
            self._warming -= 1
            self._begun = now
        elif self._busy_ms is not None:
            self._busy_ms.append(busy_ms)
            if now - self._begun >= MEASURED_S:
                measured = len(self._busy_ms) / (now - self._begun), float(np.median(self._busy_ms))
                self._busy_ms = None
                return measured
        return None


def told_of(kept: LiveRecording) -> dict[str, Any]:
    """What the browser is told of a recording."""
    return {
        "type": "recorded",
        "id": kept.identity,
        "frames": kept.recording.frames,
        "seconds": float(kept.recording.time[-1]),
        "ended_by": kept.ended_by,
    }
