"""The analysis of a clip in its thread: cancelled, replaced, left behind by a closed page."""

from __future__ import annotations

import functools
import threading
import time
from collections.abc import Callable
from dataclasses import astuple
from pathlib import Path
from typing import Any

import pytest

from core import Recording, Settings
from core.progress import Progress
from pages.widgets.clips import Desk
from pages.widgets.measurement import Measurement
from pages.widgets.roster import Who
from pages.widgets.video_job import VideoJob
from tests.core.recordings import some_recording
from tests.pages.app import SAMPLE_FOLDER

SQUAT = SAMPLE_FOLDER / "squat_2reps.mp4"


@pytest.fixture
def desk() -> Desk:
    return Desk()


def slow(started: threading.Event) -> Callable[..., Recording]:
    """An analysis that goes on until it is told to stop, and tells what it has: one frame more each time."""

    def analyse(_: Path, settings: Settings, progress: Any, cancelled: Any, *, name: str) -> Recording:
        everything = some_recording(10_000)
        frames = 0
        while not cancelled():
            frames += 1
            progress(Progress(frames, 10_000, 100.0, 9.0, functools.partial(everything.part, 0, frames)))
            started.set()
            time.sleep(0.01)
        return everything.part(0, frames)

    return analyse


def test_cancel_ends_it_and_keeps_what_is_there(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    started = threading.Event()
    monkeypatch.setattr("pages.widgets.video_job.analyse_video", slow(started))
    job = VideoJob(desk.open("squat.mp4", SQUAT.read_bytes()), Settings())
    job.start()
    assert started.wait(60)
    job.cancel()
    assert job.wait(60)
    assert job.cancelled and job.recording is not None and job.recording.frames > 0
    desk.close()


def test_a_closed_page_stops_the_work(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    started, closed = threading.Event(), threading.Event()
    monkeypatch.setattr("pages.widgets.video_job.analyse_video", slow(started))
    monkeypatch.setattr("pages.widgets.clip_work.CLOSED_AFTER_S", 0.2)
    job = VideoJob(desk.open("squat.mp4", SQUAT.read_bytes()), Settings(), lambda: not closed.is_set())
    job.start()
    assert started.wait(60)
    assert not job.finished
    closed.set()
    assert job.wait(60)
    desk.close()


def test_another_analysis_and_another_clip_end_the_one_before(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pages.widgets.video_job.analyse_video", slow(threading.Event()))
    jobs = []
    for _ in range(2):
        jobs.append(VideoJob(desk.opened or desk.open("squat.mp4", SQUAT.read_bytes()), Settings()))
        desk.replace_work(jobs[-1].close)
        jobs[-1].start()
    assert jobs[0].wait(60) and not jobs[1].finished
    desk.open("again.mp4", SQUAT.read_bytes())
    assert jobs[1].wait(60)
    desk.close()


def test_nothing_is_left_behind(desk: Desk) -> None:
    opened = desk.open("squat.mp4", SQUAT.read_bytes())
    folder = opened.film.path.parent
    assert folder.is_dir()
    desk.close()
    assert not folder.exists()
    with pytest.raises(FileNotFoundError):
        desk.file("anything")


def test_a_page_that_stays_closed_frees_its_files(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pages.widgets.clips.FORGOTTEN_AFTER_S", 0.1)
    desk = Desk(lambda: False)
    folder = desk.open("squat.mp4", SQUAT.read_bytes()).film.path.parent
    deadline = time.monotonic() + 5
    while folder.exists() and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not folder.exists()
    assert desk.opened is None


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
    assert job.wait(60) and job.error is None
    return job


def test_page_and_player_asking_at_once_each_get_what_they_asked_for(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = finished_job(desk, monkeypatch)
    tall, short = Measurement(190.0, "filmed", 0.0, 0.0), Measurement(150.0, "filmed", 0.0, 0.0)
    assert job.measured(tall) is not None
    asked = _Interrupted(*astuple(tall))
    object.__setattr__(asked, "meanwhile", lambda: job.measured(short))
    answer = job.measured(asked)
    assert answer is not None and answer.provenance["scaled_to_body_height_m"] == "1.9"
    desk.close()


def test_names_are_the_ones_asked_for_whoever_else_asks(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    job = finished_job(desk, monkeypatch)
    known = Measurement(0.0, "filmed", 0.0, 0.0)

    def shown(names: tuple[str, ...]) -> Recording | None:
        return job.shown(known, Who(names=names, numbers=(0,), removed=(), colours=()))

    assert shown(("Ann",)) is not None
    asked = _InterruptedNames(("Ann",))
    asked.meanwhile = lambda: shown(("Bob",))
    answer = shown(asked)
    assert answer is not None and answer.names == ("Ann",)
    desk.close()
