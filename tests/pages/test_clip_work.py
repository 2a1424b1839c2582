"""Files that are made from the open clip: they end with it, and outlive a short absence of who waits for them."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from core.errors import PosescopeError
from core.progress import Progress
from pages import clips_route
from pages.widgets import clip_work
from pages.widgets.annotated_video import AnnotatedVideo
from pages.widgets.clip_work import Audience
from pages.widgets.clips import Desk
from tests.pages.app import SAMPLE_FOLDER

SQUAT = SAMPLE_FOLDER / "squat_2reps.mp4"
# Only whoever waits for something that never comes waits so long.
PATIENCE_S = 30


@pytest.fixture
def desk() -> Desk:
    desk = Desk()
    desk.open("squat.mp4", SQUAT.read_bytes())
    return desk


class Endless:
    """Work that goes on until it is told to stop, and leaves what it has written."""

    def __init__(self) -> None:
        self.begun = threading.Event()

    def __call__(self, path: Path, progress: Callable[[Progress], None], cancelled: Callable[[], bool]) -> None:
        while not cancelled():
            path.write_bytes(b"as far as it got")
            progress(Progress(1, 4, 1.0, 3.0, lambda: None))
            self.begun.set()
            time.sleep(0.001)


def started(desk: Desk, make: Any, connected: Callable[[], bool] = lambda: True) -> AnnotatedVideo:
    assert desk.opened is not None
    video = AnnotatedVideo(("this",), desk.opened.file("annotated.mp4"), make, connected)
    desk.opened.annotate(video)
    return video


def left_in_folder(desk: Desk) -> list[str]:
    assert desk.opened is not None and desk.opened.film is not None
    return [file.name for file in desk.opened.film.path.parent.iterdir()]


@pytest.mark.parametrize("end", [Desk.close, lambda desk: desk.open("again.mp4", SQUAT.read_bytes())])
def test_an_annotated_video_ends_with_its_clip(
    desk: Desk, end: Callable[[Desk], object], caplog: pytest.LogCaptureFixture
) -> None:
    work = Endless()
    video = started(desk, work)
    assert work.begun.wait(PATIENCE_S) and video.share == 0.25
    end(desk)
    assert video.wait(PATIENCE_S)
    assert not video.path.parent.exists()
    assert video.error is None and video.wanted == () and not caplog.records
    desk.close()


def test_an_annotated_video_that_is_replaced_by_none_ends_and_is_removed(desk: Desk) -> None:
    work = Endless()
    video = started(desk, work)
    assert work.begun.wait(PATIENCE_S)
    assert desk.opened is not None
    desk.opened.annotate(None)
    assert video.wait(PATIENCE_S)
    assert left_in_folder(desk) == ["clip.mp4"]
    assert desk.opened.annotated is None
    desk.close()


def test_of_several_annotated_videos_one_lies_there(desk: Desk) -> None:
    for _ in range(3):
        video = started(desk, lambda path, *_: path.write_bytes(b"done"))
        assert video.wait(PATIENCE_S)
    assert sorted(left_in_folder(desk)) == sorted(["clip.mp4", video.path.name])
    desk.close()


def test_an_annotated_video_outlives_a_short_absence_only(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    now = SimpleNamespace(time_s=100.0)
    monkeypatch.setattr(clip_work, "time", SimpleNamespace(monotonic=lambda: now.time_s))
    looks = threading.Event()
    asked = []

    def make(_path: Path, _progress: object, cancelled: Callable[[], bool]) -> None:
        for seen, seconds in [(True, 1), (False, 9), (True, 5), (False, 9), (False, 2)]:
            now.time_s += seconds
            (looks.set if seen else looks.clear)()
            asked.append(cancelled())

    video = started(desk, make, looks.is_set)
    assert video.wait(PATIENCE_S)
    assert asked == [False, False, False, False, True]
    desk.close()


def test_an_audience_that_never_came_is_gone_after_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    now = SimpleNamespace(time_s=0.0)
    monkeypatch.setattr(clip_work, "time", SimpleNamespace(monotonic=lambda: now.time_s))
    audience = Audience(lambda: False)
    now.time_s = clip_work.CLOSED_AFTER_S
    assert not audience.is_gone()
    now.time_s += 0.1
    assert audience.is_gone()


def test_files_of_the_same_name_have_places_of_their_own(desk: Desk) -> None:
    assert desk.opened is not None
    places = {desk.opened.file("landmarks.csv") for _ in range(20)}
    assert len(places) == 20 and {place.suffix for place in places} == {".csv"}
    desk.close()


@pytest.mark.parametrize("fault", [RuntimeError("nobody thought of this"), PosescopeError(), OSError("disk full")])
def test_a_copy_that_cannot_be_made_is_told_and_logged(
    desk: Desk, fault: Exception, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: Any, **__: Any) -> bool:
        raise fault

    monkeypatch.setattr("pages.widgets.playable_copy.write_playable_mp4", fail)
    assert desk.opened is not None
    desk.opened.copy_for_browser()
    assert desk.opened.copy is not None
    assert desk.opened.copy.wait(PATIENCE_S)
    assert desk.opened.copy.failed and not desk.opened.copy.address
    (record,) = caplog.records
    assert record.levelno == logging.ERROR and record.exc_info is not None and record.exc_info[1] is fault
    desk.close()


def test_a_copy_stops_when_its_clip_is_closed_and_is_served_no_more(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also if it was just about to be shared."""
    begun = threading.Event()

    def endless(_clip: object, out: Path, *, progress: Callable[[float], None], cancelled: Callable[[], bool]) -> bool:
        out.write_bytes(b"nearly there")
        progress(0.9)
        begun.set()
        while not cancelled():
            time.sleep(0.001)
        return True

    monkeypatch.setattr("pages.widgets.playable_copy.write_playable_mp4", endless)
    assert desk.opened is not None
    desk.opened.copy_for_browser()
    assert desk.opened.copy is not None
    copy = desk.opened.copy
    assert begun.wait(PATIENCE_S) and copy.share == 0.9
    desk.close()
    assert copy.wait(PATIENCE_S)
    assert not copy.failed and not copy.path.parent.exists()
    assert copy.address and copy.address.removeprefix("clips/") not in clips_route._shared
