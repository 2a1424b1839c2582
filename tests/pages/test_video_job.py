"""The analysis of a clip in its thread: what is known of it at each moment, stopped, broken off, left behind."""

from __future__ import annotations

import itertools
import json
import logging
import struct
import threading
import tracemalloc
from collections.abc import Callable
from dataclasses import astuple
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core import Recording, Settings
from core.errors import DetectionFailed, PosescopeError
from core.progress import Progress
from pages.widgets import video_job
from pages.widgets.clips import Desk
from pages.widgets.measurement import Measurement
from pages.widgets.roster import Who
from pages.widgets.video_job import VideoJob
from tests.core.recordings import some_recording
from tests.pages.app import SAMPLE_FOLDER

SQUAT = SAMPLE_FOLDER / "squat_2reps.mp4"
# Only whoever waits for something that never comes waits so long.
PATIENCE_S = 60


@pytest.fixture
def desk() -> Desk:
    return Desk()


class Played:
    """An analysis that goes one step at a time: what it tells, and how it ends, is said by the test.

    Each call of `tell`, `give` and `fail` comes back when the job has taken it in.
    """

    def __init__(self) -> None:
        self._told: list[Progress | Recording | Exception] = []
        self._there, self._taken = threading.Semaphore(0), threading.Semaphore(0)
        self.cancelled: Callable[[], bool] = lambda: False

    def __call__(self, _: Path, settings: Settings, progress: Any, cancelled: Any, *, name: str) -> Recording:
        self.cancelled = cancelled
        while True:
            self._there.acquire()
            told = self._told.pop(0)
            if isinstance(told, Recording):
                return told
            if isinstance(told, Exception):
                raise told
            progress(told)
            self._taken.release()

    def tell(self, frames: int, so_far: Any = None, *, total: int = 100, phase: str = "following") -> None:
        """`so_far` is a recording, or makes one."""
        self._told.append(Progress(frames, total, 10.0, 1.0, so_far if callable(so_far) else lambda: so_far, phase))
        self._there.release()
        assert self._taken.acquire(timeout=PATIENCE_S)

    def give(self, end: Recording | Exception) -> None:
        self._told.append(end)
        self._there.release()


@pytest.fixture
def played(monkeypatch: pytest.MonkeyPatch) -> Played:
    analysis = Played()
    monkeypatch.setattr(video_job, "analyse_video", analysis)
    monkeypatch.setattr(video_job, "PREVIEW_EVERY_S", 0.0)
    monkeypatch.setattr(video_job, "PAUSE_PER_WORK", 0.0)
    return analysis


def begun(desk: Desk, **settings: Any) -> VideoJob:
    opened = desk.opened or desk.open("squat.mp4", SQUAT.read_bytes())
    job = VideoJob(opened, Settings(**settings))
    job.start()
    return job


def ask(job: VideoJob, **parameters: str) -> dict[str, Any]:
    """The header of what the player is sent; that it has asked is why there are previews."""
    message = job._landmarks({"first": "0", "revision": "-1", "space": "world", **parameters})
    (length,) = struct.unpack_from("<I", message)
    header: dict[str, Any] = json.loads(message[4 : 4 + length])
    return header


def test_stop_keeps_what_is_there_and_says_how_far_it_came(desk: Desk, played: Played) -> None:
    everything = some_recording(100)
    job = begun(desk)
    played.tell(40, everything.part(0, 30))
    job.cancel()
    assert played.cancelled()
    played.give(everything.part(0, 40))
    assert job.wait(PATIENCE_S)
    assert job.now.stopped and not job.now.complete and job.now.frames == 40
    assert job.now.recording is not None
    told = job.now.recording.provenance
    assert (told["analysis_ended_by"], told["wanted_until_s"]) == ("stop", "3.60")
    assert float(told["analysed_until_s"]) == pytest.approx(everything.time[39], abs=0.006)
    desk.close()


def test_stopped_when_everything_was_there_it_is_complete(desk: Desk, played: Played) -> None:
    job = begun(desk)
    played.tell(100, None)
    job.cancel()
    played.give(some_recording(100))
    assert job.wait(PATIENCE_S)
    assert job.now.complete
    assert job.now.recording is not None and "analysis_ended_by" not in job.now.recording.provenance
    desk.close()


def test_a_closed_page_stops_the_work(desk: Desk, played: Played, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pages.widgets.clip_work.CLOSED_AFTER_S", -1.0)
    closed = threading.Event()
    monkeypatch.setattr("pages.widgets.clip_work.Audience.is_gone", lambda audience: not audience._connected())
    job = VideoJob(desk.open("squat.mp4", SQUAT.read_bytes()), Settings(), lambda: not closed.is_set())
    job.start()
    played.tell(1, None)
    assert not played.cancelled()
    closed.set()
    assert played.cancelled()
    played.give(some_recording(5))
    assert job.wait(PATIENCE_S) and job.now.stopped
    desk.close()


class Watched(VideoJob):
    """Every snapshot that anybody can ever have seen."""

    def __setattr__(self, name: str, value: Any) -> None:
        super().__setattr__(name, value)
        if name == "now":
            self.__dict__.setdefault("seen", []).append(value)


@pytest.mark.parametrize("end", ["complete", "stopped", "failed"])
def test_no_half_set_state_is_ever_visible(desk: Desk, played: Played, end: str) -> None:
    """Whatever moment a page or a route asks in: revision, recording and how it ended belong together."""
    first, other = some_recording(50, seed=1), some_recording(100, seed=2)
    job = Watched(desk.open("squat.mp4", SQUAT.read_bytes()), Settings())
    job.start()
    for recording in (first.part(0, 20), first.part(0, 40), other.part(0, 60)):
        ask(job)
        played.tell(recording.frames, recording)
    if end == "stopped":
        job.cancel()
    played.give(DetectionFailed(reason="none") if end == "failed" else other.part(0, 80 if end == "stopped" else 100))
    assert job.wait(PATIENCE_S)
    of_revision: dict[int, list[Recording]] = {}
    for state in job.__dict__["seen"]:
        assert state.finished or (state.error is None and not state.stopped and state.coached is None)
        assert not state.finished or state.progress is None
        if state.recording is not None:
            of_revision.setdefault(state.revision, []).append(state.recording)
    for recordings in of_revision.values():
        for earlier, later in itertools.pairwise(recordings):
            np.testing.assert_array_equal(earlier.image, later.image[: earlier.frames])
    assert list(of_revision) == [0, 1, 2]
    ends = {"complete": (False, False), "stopped": (True, False), "failed": (False, True)}
    assert (job.now.stopped, job.now.error is not None) == ends[end]
    assert job.now.coached is not None  # nobody waits for it any more
    desk.close()


def test_a_revision_comes_with_its_recording(desk: Desk, played: Played, monkeypatch: pytest.MonkeyPatch) -> None:
    """The analysis stands still where it has just found out that earlier frames have changed; a player asks then."""
    before, after = some_recording(40, seed=1), some_recording(60, seed=2)
    job = begun(desk)
    ask(job)
    played.tell(40, before)
    reached, on = threading.Event(), threading.Event()
    compare = video_job.goes_on

    def standing_still(*recordings: Recording) -> bool:
        answer = compare(*recordings)
        reached.set()
        assert on.wait(PATIENCE_S)
        return answer

    monkeypatch.setattr(video_job, "goes_on", standing_still)
    assert ask(job)["revision"] == 0
    telling = threading.Thread(target=played.tell, args=(60, after))
    telling.start()
    assert reached.wait(PATIENCE_S)
    header = ask(job)
    assert (header["revision"], header["total"]) == (0, 40)
    on.set()
    telling.join(PATIENCE_S)
    header = ask(job, revision="0", first="40")
    assert (header["revision"], header["first"], header["total"]) == (1, 0, 60)
    played.give(after)
    assert job.wait(PATIENCE_S)
    desk.close()


def test_the_recording_is_there_before_the_coach_looks(
    desk: Desk, played: Played, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, on = threading.Event(), threading.Event()

    def slow_coach(*_: Any) -> dict[int, Any]:
        asked.set()
        assert on.wait(PATIENCE_S)
        return {}

    monkeypatch.setattr(video_job, "clip_pictures", slow_coach)
    job = begun(desk)
    played.give(some_recording(100))
    assert asked.wait(PATIENCE_S)
    assert job.now.complete and job.now.frames == 100 and job.now.coached is None
    on.set()
    assert job.wait(PATIENCE_S)
    assert job.now.coached is not None and not job.now.coached.failed
    desk.close()


@pytest.mark.parametrize("fault", [RuntimeError("nobody thought of this"), PosescopeError(), OSError("gone")])
def test_a_coach_that_fails_fails_alone(
    desk: Desk, played: Played, fault: Exception, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: Any) -> None:
        raise fault

    monkeypatch.setattr(video_job, "clip_pictures", fail)
    job = begun(desk)
    played.give(some_recording(100))
    assert job.wait(PATIENCE_S)
    assert job.now.complete and job.now.frames == 100
    assert job.now.coached is not None and job.now.coached.failed
    (record,) = caplog.records
    assert record.levelno == logging.ERROR and record.exc_info is not None and record.exc_info[1] is fault
    desk.close()


@pytest.mark.parametrize("fault", [RuntimeError("nobody thought of this"), DetectionFailed(reason="none")])
def test_an_error_in_the_middle_keeps_what_there_is(desk: Desk, played: Played, fault: Exception) -> None:
    everything = some_recording(100)
    job = begun(desk)
    played.tell(50, everything.part(0, 45))
    played.give(fault)
    assert job.wait(PATIENCE_S)
    assert job.now.error is not None and not job.now.complete and job.now.frames == 45
    assert job.now.recording is not None
    assert job.now.recording.provenance["analysis_ended_by"] == "error"
    assert ask(job)["complete"] is True
    desk.close()


def test_a_clip_that_is_closed_in_the_middle_is_no_failure(
    desk: Desk, played: Played, caplog: pytest.LogCaptureFixture
) -> None:
    job = begun(desk)
    played.tell(50, None)
    job.close()
    played.give(FileNotFoundError("the folder is gone"))
    assert job.wait(PATIENCE_S)
    assert job.now.stopped and job.now.error is None and not caplog.records
    desk.close()


def test_a_preview_that_fails_costs_no_analysis(desk: Desk, played: Played, caplog: pytest.LogCaptureFixture) -> None:
    job = begun(desk)
    ask(job)
    played.tell(10, lambda: 1 / 0)
    played.give(some_recording(100))
    assert job.wait(PATIENCE_S)
    assert job.now.complete and len(caplog.records) == 1
    desk.close()


def test_previews_are_made_for_who_looks_and_for_new_frames_only(desk: Desk, played: Played) -> None:
    job = begun(desk)
    made = []

    def preview() -> Recording:
        made.append(1)
        return some_recording(10)

    played.tell(1, preview)
    assert not made  # nobody has asked
    ask(job)
    played.tell(2, preview)
    played.tell(3, preview)
    assert len(made) == 1  # nobody has asked again
    ask(job)
    played.tell(3, preview)
    assert len(made) == 2
    ask(job)
    played.tell(3, preview)
    assert len(made) == 2  # nothing is new
    played.tell(4, preview)
    assert len(made) == 3
    played.give(some_recording(100))
    assert job.wait(PATIENCE_S)
    desk.close()


def test_many_previews_of_a_long_clip_need_no_memory_of_its_size(desk: Desk, played: Played) -> None:
    """Beside what `so_far` itself makes; here that is nothing."""
    everything = some_recording(6000, 4)
    job = begun(desk)
    tracemalloc.start()
    try:
        before, _ = tracemalloc.get_traced_memory()
        for frames in range(3000, 6000, 100):
            ask(job, first=str(frames - 100), revision="0")
            played.tell(frames, everything.part(0, frames), total=6000)
        peak = tracemalloc.get_traced_memory()[1] - before
    finally:
        tracemalloc.stop()
    assert job.now.frames == 5900 and job.now.revision == 0
    assert peak < 0.5 * everything.image.nbytes
    played.give(everything)
    assert job.wait(PATIENCE_S)
    desk.close()


def test_what_is_published_leads_to_nothing_that_was_needed_on_the_way(desk: Desk, played: Played) -> None:
    job = begun(desk)
    played.tell(10, some_recording(10))
    assert job.now.progress is not None and job.now.progress.so_far() is None
    played.give(some_recording(100))
    assert job.wait(PATIENCE_S)
    assert job._told is None
    desk.close()


@pytest.mark.parametrize(
    ("told", "phase"),
    [
        ((0, "following"), "beginning"),
        ((50, "following"), "following"),
        ((100, "following"), "ending"),
        ((100, "identities"), "identities"),
        ((98, "refining"), "refining"),
    ],
)
def test_there_is_a_word_for_whatever_it_does(desk: Desk, played: Played, told: tuple[int, str], phase: str) -> None:
    job = begun(desk)
    assert job.now.phase == "beginning"
    played.tell(told[0], None, phase=told[1])
    assert job.now.phase == phase
    played.give(some_recording(100))
    assert job.wait(PATIENCE_S)
    assert job.now.phase == "over"
    desk.close()


def test_a_filter_that_fails_leaves_the_player_what_was_measured(
    desk: Desk, played: Played, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    job = begun(desk)
    played.give(some_recording(100))
    assert job.wait(PATIENCE_S)
    monkeypatch.setattr(video_job, "smoothed", lambda *_: 1 / 0)
    header = ask(job, smoothing="{}")
    assert (header["complete"], header["count"]) == (True, 100)
    assert len(caplog.records) == 1
    desk.close()


class _Interrupted(Measurement):
    """While somebody compares it, another thread asks for something else."""

    meanwhile: Callable[[], object]

    def __eq__(self, other: object) -> bool:
        self.meanwhile()
        return astuple(self) == astuple(other)  # type: ignore[call-overload]  # only ever compared with its like

    __hash__ = None  # type: ignore[assignment]  # no key of anything


class _InterruptedNames(tuple[str, ...]):
    meanwhile: Callable[[], object]

    def __eq__(self, other: object) -> bool:
        self.meanwhile()
        return super().__eq__(other)

    def __ne__(self, other: object) -> bool:
        return not self == other

    __hash__ = tuple.__hash__


def finished_job(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> VideoJob:
    monkeypatch.setattr("pages.widgets.video_job.analyse_video", lambda *_, **__: some_recording(5, source="squat.mp4"))
    job = VideoJob(desk.open("squat.mp4", SQUAT.read_bytes()), Settings())
    job.start()
    assert job.wait(60) and job.now.error is None
    return job


def test_page_and_player_asking_at_once_each_get_what_they_asked_for(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = finished_job(desk, monkeypatch)
    tall, short = Measurement(190.0, "filmed", 0.0, 0.0), Measurement(150.0, "filmed", 0.0, 0.0)
    assert job.measured(job.now, tall) is not None
    asked = _Interrupted(*astuple(tall))
    object.__setattr__(asked, "meanwhile", lambda: job.measured(job.now, short))
    answer = job.measured(job.now, asked)
    assert answer is not None and answer.provenance["scaled_to_body_height_m"] == "1.9"
    desk.close()


def test_names_are_the_ones_asked_for_whoever_else_asks(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    job = finished_job(desk, monkeypatch)
    known = Measurement(0.0, "filmed", 0.0, 0.0)

    def shown(names: tuple[str, ...]) -> Recording | None:
        return job.shown(job.now, known, Who(names=names, numbers=(0,), removed=(), colours=()))

    assert shown(("Ann",)) is not None
    asked = _InterruptedNames(("Ann",))
    asked.meanwhile = lambda: shown(("Bob",))
    answer = shown(asked)
    assert answer is not None and answer.names == ("Ann",)
    desk.close()
