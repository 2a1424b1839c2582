"""A camera's frames, followed one by one: what is shown, and the recording that comes of it."""

from __future__ import annotations

import functools
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from core import Recording, Settings
from core.detection.landmarker import Detection
from core.detection.landmarker_pool import LandmarkerPool
from core.detection.refine import refined_body
from core.errors import CameraNotAllowed, CameraNotOpened
from core.live import LiveFrame, LivePose, LiveRecorder, flexion_and_trust, proposed_model, record_camera
from core.media.cameras import CAMERAS_VARIABLE, camera_name
from core.motion.angles import joint_angle_arrays
from core.motion.repetitions import MOVEMENTS, RepetitionCounter

SQUAT = Path(__file__).resolve().parents[2] / "samples" / "squat_2reps.mp4"
PER_S = 20
LITE = Settings(model="lite")


@functools.cache
def squat_frames() -> list[NDArray[np.uint8]]:
    clip = cv2.VideoCapture(str(SQUAT))
    frames = []
    while (read := clip.read())[0]:
        frames.append(np.asarray(cv2.cvtColor(read[1], cv2.COLOR_BGR2RGB), np.uint8))
    return frames


@functools.cache
def followed(smooth: bool) -> list[LiveFrame]:
    with LandmarkerPool(1).take() as place:
        pose = LivePose(place, LITE, smooth=smooth)
        return [pose.see(rgb, index / PER_S) for index, rgb in enumerate(squat_frames())]


def recorded(frames: list[LiveFrame]) -> Recording:
    recorder = LiveRecorder(LITE, frames[0].width, frames[0].height)
    for frame in frames:
        recorder.add(frame)
    return recorder.recording("squat")


def test_somebody_is_followed_and_measured_in_every_frame() -> None:
    frames = followed(True)
    assert all(frame.found for frame in frames)
    for space in ("refined", "world", "image"):
        angles = frames[30].angles(space)
        assert angles.readings["angle_deg"].shape == angles.trust.shape == (1, 1, len(angles.names))
        limbs = frames[30].limbs(space)
        assert limbs.shape == (8,) and np.isfinite(limbs).all()


def test_the_live_angles_count_the_two_squats() -> None:
    movement = MOVEMENTS["squat"]
    counter = RepetitionCounter(movement)
    for frame in [*followed(True), *followed(True)[:1]]:
        time_s = frame.time_s if frame is not followed(True)[0] or not counter.repetitions else 3.6
        counter.see(time_s, movement.flexion_deg(*flexion_and_trust(frame.angles("refined"))))
    assert len(counter.repetitions) == 2


def test_smoothing_steadies_what_is_shown_and_leaves_what_is_recorded() -> None:
    steady, raw = followed(True), followed(False)
    for one, other in zip(steady, raw, strict=True):
        np.testing.assert_array_equal(one.detection.world, other.detection.world)
        np.testing.assert_array_equal(other.shown.image[0], other.detection.image)

    def trembling(frames: list[LiveFrame]) -> float:
        points = np.stack([frame.shown.world[0, 0] for frame in frames])
        return float(np.abs(np.diff(points, n=2, axis=0)).mean())

    assert trembling(steady) < 0.8 * trembling(raw)
    late_px = np.abs(np.stack([a.shown.image[0, 0] - b.shown.image[0, 0] for a, b in zip(steady, raw, strict=True)]))
    assert late_px[..., :2].mean() < 3


def test_the_correction_agrees_with_that_of_the_whole_clip() -> None:
    """Frame by frame it lacks the look ahead; it must still be nearer to the final answer than MediaPipe's is."""
    frames = followed(False)
    whole = recorded(frames)
    assert whole.refined is not None
    live = np.stack([frame.shown.refined[0, 0] for frame in frames if frame.shown.refined is not None])
    to_final = np.linalg.norm(live - whole.refined[:, 0], axis=-1).mean()
    raw_to_final = np.linalg.norm(whole.world[:, 0] - whole.refined[:, 0], axis=-1).mean()
    assert to_final < 0.4 * raw_to_final


def test_a_recording_holds_what_was_seen_at_its_own_times() -> None:
    frames = followed(True)[10:60]
    recording = recorded(frames)
    assert recording.image.shape == (50, 1, 33, 3)
    assert recording.time[0] == 0
    np.testing.assert_allclose(recording.time, np.arange(50) / PER_S, atol=1e-9)
    assert recording.frame_rate == pytest.approx(PER_S)
    assert (recording.source, recording.settings) == ("squat", LITE)
    assert recording.provenance["model_sha256"] and recording.provenance["recorded_from"] == "live camera"
    np.testing.assert_array_equal(recording.image[7, 0], frames[7].detection.image[0])
    expected = refined_body(recording.image, recording.world, recording.visibility, recording.time)
    np.testing.assert_allclose(recording.refined, expected)
    assert joint_angle_arrays(recording).trust.shape[0] == 50


def nobody(time_s: float) -> LiveFrame:
    empty = np.zeros((0, 33, 3), np.float32)
    detection = Detection(empty, empty, empty[..., 0], empty[..., 0], None)
    return LiveFrame(time_s, 432, 576, detection, followed(True)[0].shown)


def test_nobody_is_nan_and_nobody_at_all_is_no_person() -> None:
    some = recorded([*followed(True)[:5], *(nobody(0.25 + index / PER_S) for index in range(5))])
    assert some.people == 1
    assert np.isfinite(some.image[:5]).all() and np.isnan(some.image[5:]).all() and np.isnan(some.refined[5:]).all()
    none = recorded([nobody(index / PER_S) for index in range(5)])
    assert (none.frames, none.people) == (5, 0)


def test_an_empty_picture_shows_nobody() -> None:
    with LandmarkerPool(1).take() as place:
        frame = LivePose(place, LITE).see(np.full((480, 640, 3), 128, np.uint8), 0.0)
    assert not frame.found
    assert np.isnan(frame.shown.image).all() and np.isnan(frame.angles("refined").readings["angle_deg"]).all()


def test_frames_of_another_size_do_not_fit() -> None:
    recorder = LiveRecorder(LITE, 640, 480)
    assert not recorder.fits(followed(True)[0])
    with pytest.raises(ValueError, match="640 × 480"):
        recorder.add(followed(True)[0])


@pytest.mark.parametrize(
    ("model", "per_s", "busy_ms", "proposed"),
    [
        ("full", 30, 10, None),
        ("full", 12, 60, "lite"),
        ("heavy", 18, 45, "full"),
        ("heavy", 8, 120, "lite"),
        ("lite", 10, 90, None),
        ("lite", 30, 8, "full"),
        ("full", 30, 3, "heavy"),
        ("full", 15, 10, None),  # a camera that gives no more
    ],
)
def test_the_most_exact_model_that_keeps_25_is_proposed(
    model: str, per_s: float, busy_ms: float, proposed: str | None
) -> None:
    assert proposed_model(model, per_s, busy_ms) == proposed


def test_a_camera_of_this_computer_is_recorded_without_a_dashboard(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(CameraNotAllowed, match="POSESCOPE_CAMERAS"):
        record_camera(str(SQUAT), 1)
    monkeypatch.setenv(CAMERAS_VARIABLE, f"0, {SQUAT}")
    seen: list[LiveFrame] = []

    def ten(frame: LiveFrame) -> bool:
        seen.append(frame)
        return len(seen) < 10

    recording = record_camera(str(SQUAT), 60, LITE, ten)
    assert (recording.frames, recording.people, recording.source) == (10, 1, "squat_2reps.mp4")
    assert (np.diff(recording.time) > 0).all()
    short = record_camera(str(SQUAT), 0.05, LITE)
    assert short.time[-2] < 0.05 <= short.time[-1]
    with pytest.raises(CameraNotOpened):
        record_camera(str(SQUAT), 60, LITE)  # a file ends


@pytest.mark.parametrize(
    ("camera", "name"),
    [("0", "0"), ("rtsp://me:secret@10.0.0.5:554/yard", "10.0.0.5/yard"), ("/dev/video7", "video7")],
)
def test_a_cameras_name_holds_no_password(camera: str, name: str) -> None:
    assert camera_name(camera) == name


def test_a_camera_that_does_not_answer_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(CAMERAS_VARIABLE, "/nowhere/at/all.mp4")
    with pytest.raises(CameraNotOpened, match=r"all\.mp4"):
        record_camera("/nowhere/at/all.mp4", 1)
