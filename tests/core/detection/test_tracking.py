"""Clips from end to end: the same whatever the workers, the same person all through, the truth's angles and times."""

from __future__ import annotations

import json
import threading
from pathlib import Path

import numpy as np
import pytest

from core import Recording, Settings, analyse_video, joint_angles
from core.detection import tracking
from core.detection.identity.chunks import LONGEST_CHUNK_FRAMES, WARM_UP_FRAMES, Chunk, chunks_of
from core.detection.identity.picture import Picture
from core.detection.identity.tracker import Tracker
from core.errors import DetectionFailed, NothingInPart
from core.media.videos import ClipReader, open_clip
from core.motion.angles import angle_between_deg
from core.progress import Progress
from tests.core.media.clips import clip_bytes

SAMPLES = Path(__file__).resolve().parents[3] / "samples"
STREET, SQUAT = SAMPLES / "street_two_people.mp4", SAMPLES / "squat_2reps.mp4"


@pytest.fixture(scope="module")
def street() -> Recording:
    return analyse_video(STREET, Settings())


@pytest.fixture(scope="module")
def squat() -> Recording:
    return analyse_video(SQUAT, Settings())


def hips(recording: Recording) -> np.ndarray:
    return recording.image[:, 0, 23:25, :2].mean(axis=1)


def test_the_result_does_not_depend_on_the_workers(street: Recording) -> None:
    for workers in (1, 3):
        again = analyse_video(STREET, Settings(), workers=workers)
        for name in ("time", "image", "world", "visibility", "presence"):
            assert np.array_equal(getattr(street, name), getattr(again, name), equal_nan=True), name


def assert_is_the_man(street: Recording) -> None:
    assert street.people == 1
    x, y = hips(street).T
    on_the_roof = street.time < 5.3
    assert np.nanmax(y[on_the_roof]) < 250  # she walks at y = 390
    assert np.isfinite(y[on_the_roof]).mean() > 0.9
    # Once he has jumped he runs off to the right, while she is at the left edge.
    landed = street.time > 6.7
    assert np.nanmin(x[landed]) > 500
    assert np.isfinite(x[landed]).mean() > 0.7
    # In between nobody is followed who is where she is.
    between = (street.time >= 5.3) & (street.time <= 6.7)
    her_x = np.interp(street.time[between], [5.2, 6.6], [259, 0])
    assert not np.any(np.hypot(x[between] - her_x, y[between] - 395) < 80)


def test_the_man_on_the_roof_is_never_changed_for_the_woman_who_walks_past(street: Recording) -> None:
    assert_is_the_man(street)


@pytest.mark.parametrize("seam", [80, 140])
def test_wherever_the_seam_is(seam: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """At frame 130 she is where he was first seen: that chunk has to be pursued again."""
    chunks = [Chunk(0, 0, seam), Chunk(seam - 10, seam, 230)]
    monkeypatch.setattr(tracking, "chunks_of", lambda *_: chunks)
    assert_is_the_man(analyse_video(STREET, Settings()))


def test_somebody_else_is_followed_when_asked_for() -> None:
    # At 4 seconds the woman is at (445, 394).
    her = Settings(follow="point", follow_point=(4.0, 445.0, 394.0), start_s=3.5, end_s=5.0)
    recording = analyse_video(STREET, her)
    y = hips(recording)[:, 1]
    near = np.abs(recording.time - 4.0) < 0.4
    assert np.isfinite(y[near]).mean() > 0.8
    assert np.nanmin(y[near]) > 330


def test_the_squats_knee_goes_down_and_up_twice_with_the_containers_times(squat: Recording) -> None:
    truth = json.loads(SQUAT.with_suffix(".json").read_text())
    assert squat.time == pytest.approx(np.arange(72) / 20, abs=1e-6)
    angles = joint_angles(squat)
    knee = angles[angles["joint"] == "left_knee"]["angle_deg"].to_numpy()
    assert np.isfinite(knee).all()
    bent = knee < 125
    assert np.count_nonzero(np.diff(bent.astype(int)) == 1) == 2
    truth_px = np.array([[each["px"] for each in frame["landmarks"]] for frame in truth["per_frame"]])
    error = np.linalg.norm(squat.image[:, 0, 11:29, :2] - truth_px[:, 11:29], axis=-1)
    height = np.ptp(truth_px[..., 1], axis=1).mean()
    assert np.median(error) < 0.04 * height


@pytest.mark.parametrize(("knee", "triple"), [("left_knee", (23, 25, 27)), ("right_knee", (24, 26, 28))])
def test_the_squats_knee_curve_follows_the_exact_truth(squat: Recording, knee: str, triple: tuple[int, ...]) -> None:
    truth = json.loads(SQUAT.with_suffix(".json").read_text())
    points = np.array([[each["cam"] for each in frame["landmarks"]] for frame in truth["per_frame"]])
    hip, middle, ankle = (points[:, index] for index in triple)
    exact_deg = angle_between_deg(hip - middle, ankle - middle)
    angles = joint_angles(squat)
    measured_deg = angles[angles["joint"] == knee]["angle_deg"].to_numpy()
    assert np.corrcoef(measured_deg, exact_deg)[0, 1] > 0.98
    assert np.abs(measured_deg - exact_deg).mean() < 10


def test_a_part_and_every_other_frame() -> None:
    recording = analyse_video(SQUAT, Settings(model="lite", start_s=1.0, end_s=2.0, every_nth_frame=2))
    assert recording.time == pytest.approx(np.arange(20, 41, 2) / 20)
    assert np.isfinite(recording.image).all()


def test_a_part_without_frames_is_told() -> None:
    with pytest.raises(NothingInPart, match="between 9 and 10 seconds"):
        analyse_video(SQUAT, Settings(start_s=9, end_s=10))


def test_nobody_in_a_clip_is_a_recording_without_people() -> None:
    recording = analyse_video(clip_bytes([40 * number for number in range(12)]), Settings(model="lite"))
    assert (recording.frames, recording.people) == (12, 0)
    assert recording.source == "picture" or recording.source


def test_progress_is_told_and_ends_complete() -> None:
    told: list[Progress] = []
    recording = analyse_video(SQUAT, Settings(model="lite"), progress=told.append)
    assert told[-1].frames_done == told[-1].frames_total == recording.frames == 72
    assert [each.frames_done for each in told] == sorted(each.frames_done for each in told)
    partial = told[-1].so_far()
    assert partial is not None
    assert partial.frames == 72


def test_cancelling_is_quick_and_keeps_what_is_there() -> None:
    begun = threading.Event()

    def progress(told: Progress) -> None:
        if told.frames_done > 20:
            begun.set()

    recording = analyse_video(STREET, Settings(model="heavy"), progress=progress, cancelled=begun.is_set)
    assert 0 < recording.frames < 230
    whole = open_clip(STREET).time_s
    assert recording.time == pytest.approx(whole[: recording.frames])


def test_an_error_in_one_chunk_ends_the_others_and_frees_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    """What one worker meets is told at once, not when all the others have come to their ends."""
    done, closed = [0], [0]
    see, close = Tracker.see, ClipReader.close

    def counted(self: Tracker, picture: Picture) -> None:
        if threading.get_ident() not in threads:
            threads.append(threading.get_ident())
        if threading.get_ident() != threads[0]:
            raise DetectionFailed(reason="made up")
        done[0] += 1
        see(self, picture)

    def closing(self: ClipReader) -> None:
        closed[0] += 1
        close(self)

    threads: list[int] = []
    monkeypatch.setattr(Tracker, "see", counted)
    monkeypatch.setattr(ClipReader, "close", closing)
    with pytest.raises(DetectionFailed, match="made up"):
        analyse_video(STREET, Settings(model="heavy"), workers=2)
    assert done[0] < 100  # of 240
    assert closed[0] >= 2


@pytest.mark.parametrize("frames", [1, 47, 48, 150, 230, 449, 450, 1499, 1500, 18_000])
def test_chunks_cover_the_clip_once(frames: int) -> None:
    chunks = chunks_of(frames)
    assert [chunk.start for chunk in chunks[1:]] == [chunk.stop for chunk in chunks[:-1]]
    assert (chunks[0].start, chunks[0].warm_up, chunks[-1].stop) == (0, 0, frames)
    assert all(chunk.start - chunk.warm_up == WARM_UP_FRAMES for chunk in chunks[1:])
    work = [chunk.stop - chunk.warm_up for chunk in chunks]
    assert max(work) - min(work) <= 1
    assert max(work) <= 1.5 * LONGEST_CHUNK_FRAMES
