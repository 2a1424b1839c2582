"""The desk, the clip on it and the clip's analyses: who comes between whom, step by step, and nobody loses anything."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from core import Recording, Settings
from core.errors import DetectionFailed, PosescopeError
from pages import clips_route
from pages.widgets import clips, video_job
from pages.widgets.annotated_video import AnnotatedVideo
from pages.widgets.clips import Desk, OpenClip
from pages.widgets.video_job import VideoJob
from tests.core.recordings import some_recording
from tests.pages.test_video_job import PATIENCE_S, SQUAT, Played

CONTENT = SQUAT.read_bytes()


@pytest.fixture
def unwatched(monkeypatch: pytest.MonkeyPatch) -> None:
    """The test does what the watch does, when it says so."""
    monkeypatch.setattr(Desk, "_watch", lambda *_: None)


def folder_of(opened: OpenClip) -> Path:
    assert opened.film is not None
    return opened.film.path.parent


def is_served(opened: OpenClip) -> bool:
    return opened.address.removeprefix("clips/") in clips_route._shared


def is_whole(opened: OpenClip) -> bool:
    assert opened.film is not None
    return opened.film.path.is_file() and is_served(opened)


def is_gone(opened: OpenClip) -> bool:
    return not folder_of(opened).exists() and not is_served(opened)


class TestDesk:
    def test_nothing_is_left_behind(self) -> None:
        desk = Desk()
        opened = desk.open("squat.mp4", CONTENT)
        assert is_whole(opened)
        desk.close()
        assert is_gone(opened) and desk.opened is None
        with pytest.raises(FileNotFoundError):
            opened.file("anything")

    def test_a_page_that_stays_closed_frees_its_files(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(clips, "FORGOTTEN_AFTER_S", 0.0)
        monkeypatch.setattr(clips, "WATCHED_EVERY_S", 0.001)
        desk = Desk(lambda: False)
        opened = desk.open("squat.mp4", CONTENT)
        deadline = time.monotonic() + PATIENCE_S
        while folder_of(opened).exists() and time.monotonic() < deadline:
            time.sleep(0.01)
        assert is_gone(opened) and desk.opened is None

    def test_a_clip_is_forgotten_only_when_nobody_has_looked_for_long(
        self, unwatched: None, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        looks = [False, True, False]
        desk = Desk(lambda: looks.pop(0))
        opened = desk.open("squat.mp4", CONTENT)
        assert not desk.forget_if_left(opened)  # just opened
        monkeypatch.setattr(clips, "FORGOTTEN_AFTER_S", -1.0)
        monkeypatch.setattr(desk, "_visited_s", float("inf"))
        assert not desk.forget_if_left(opened)  # somebody looks
        monkeypatch.setattr(desk, "_visited_s", 0.0)
        assert desk.forget_if_left(opened)
        assert is_gone(opened) and desk.opened is None

    def test_a_clip_that_a_returning_page_has_just_opened_stays(self, unwatched: None) -> None:
        """It comes back, and opens another one, just when the watch has found that nobody is there."""
        desk = Desk()
        left = desk.open("left.mp4", CONTENT)
        desk._visited_s = -1e9
        fresh = []

        def coming_back() -> bool:
            fresh.append(desk.open("fresh.mp4", CONTENT))
            return False

        desk.connected = coming_back
        assert desk.forget_if_left(left)
        assert desk.opened is fresh[0] and is_whole(fresh[0]) and is_gone(left)
        desk.close()

    def test_a_clip_that_a_returning_page_has_just_looked_at_stays(self, unwatched: None) -> None:
        desk = Desk()
        opened = desk.open("squat.mp4", CONTENT)
        desk._visited_s = -1e9

        def coming_back() -> bool:
            assert desk.visit() is opened
            return False

        desk.connected = coming_back
        assert not desk.forget_if_left(opened)
        assert desk.opened is opened and is_whole(opened)
        desk.close()

    @pytest.mark.parametrize("content", [b"Dear Sir or Madam, " * 9, b"", CONTENT[: len(CONTENT) // 30]])
    def test_a_file_that_cannot_be_used_leaves_the_good_one(self, content: bytes) -> None:
        desk = Desk()
        good = desk.open("squat.mp4", CONTENT)
        with pytest.raises(PosescopeError):
            desk.open("letter.mp4", content)
        assert desk.opened is good and is_whole(good)
        desk.close()

    def test_a_recording_whose_video_is_gone_leaves_the_good_clip(self, tmp_path: Path) -> None:
        desk = Desk()
        good = desk.open("squat.mp4", CONTENT)
        with pytest.raises(OSError, match="gone"):
            desk.open_recording("live", some_recording(5), tmp_path / "gone.mp4")
        assert desk.opened is good and is_whole(good)
        desk.close()

    def test_of_two_that_are_opened_at_once_one_is_left_and_the_other_gone(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The first one is still being read when the second one comes and is done."""
        desk = Desk()
        read, reading, on = clips.open_clip, threading.Event(), threading.Event()

        def slowly(path: Path, name: str) -> Any:
            if name == "slow.mp4":
                reading.set()
                assert on.wait(PATIENCE_S)
            return read(path, name)

        monkeypatch.setattr(clips, "open_clip", slowly)
        opened: list[OpenClip] = []
        thread = threading.Thread(target=lambda: opened.append(desk.open("slow.mp4", CONTENT)))
        thread.start()
        assert reading.wait(PATIENCE_S)
        quick = desk.open("quick.mp4", CONTENT)
        on.set()
        thread.join(PATIENCE_S)
        assert desk.opened is opened[0] and is_whole(opened[0]) and is_gone(quick)
        desk.close()

    def test_what_is_made_of_a_clip_that_has_been_closed_is_not_begun(self) -> None:
        desk = Desk()
        opened = desk.open("squat.mp4", CONTENT)
        place = opened.file("annotated.mp4")
        desk.close()
        made: list[object] = []
        opened.annotate(AnnotatedVideo((), place, lambda *_: made.append(1), lambda: True))
        opened.copy_for_browser()
        assert opened.annotated is None and opened.copy is None and not made


def ends(job: VideoJob, recording: Recording | None, **how: Any) -> None:
    """Let an analysis that does nothing by itself have ended."""
    job._publish(recording=recording, finished=True, **how)


class TestAnalyses:
    @pytest.fixture
    def opened(self, monkeypatch: pytest.MonkeyPatch) -> OpenClip:
        monkeypatch.setattr(VideoJob, "start", lambda job: None)
        desk = Desk()
        return desk.open("squat.mp4", CONTENT)

    def job(self, opened: OpenClip, **settings: Any) -> VideoJob:
        return VideoJob(opened, Settings(**settings))

    def shown(self, opened: OpenClip, recording: Recording | None, **how: Any) -> VideoJob:
        """The first analysis of a clip, ended so."""
        first = self.job(opened)
        assert opened.analyses.standing(lambda: first).shown is first
        ends(first, recording, **how)
        return first

    def standing(self, opened: OpenClip) -> Any:
        def none() -> VideoJob:
            raise AssertionError("it has one")

        return opened.analyses.standing(none)

    def test_what_has_been_found_stays_until_the_new_one_is_complete(self, opened: OpenClip) -> None:
        first = self.shown(opened, some_recording(72))
        second = self.job(opened, model="heavy")
        opened.analyses.begin(second)
        for _ in range(2):
            standing = self.standing(opened)
            assert (standing.shown, standing.coming, standing.ended) == (first, second, None)
            assert first.address.removeprefix("clips/") in clips_route._shared
            second._publish(recording=some_recording(40))
        ends(second, some_recording(72))
        standing = self.standing(opened)
        assert (standing.shown, standing.coming, standing.ended) == (second, None, None)
        assert first.address.removeprefix("clips/") not in clips_route._shared
        assert second.address.removeprefix("clips/") in clips_route._shared

    @pytest.mark.parametrize("how", [{"stopped": True}, {"error": DetectionFailed(reason="none")}])
    def test_one_that_ends_early_leaves_the_one_before(self, opened: OpenClip, how: dict[str, Any]) -> None:
        first = self.shown(opened, some_recording(72))
        second = self.job(opened, model="heavy")
        opened.analyses.begin(second)
        ends(second, some_recording(60), **how)
        standing = self.standing(opened)
        assert (standing.shown, standing.coming, standing.ended) == (first, None, second)
        third = self.job(opened)
        opened.analyses.begin(third)
        assert self.standing(opened).ended is None

    def test_one_that_is_given_up_leaves_the_one_before_even_if_it_is_complete_a_moment_later(
        self, opened: OpenClip
    ) -> None:
        first = self.shown(opened, some_recording(72))
        second = self.job(opened, model="heavy")
        opened.analyses.begin(second)
        opened.analyses.give_up()
        ends(second, some_recording(72))
        for _ in range(2):
            standing = self.standing(opened)
            assert (standing.shown, standing.coming, standing.ended) == (first, None, second)
            opened.analyses.give_up()  # nothing is left to give up
        assert second.closed and not first.closed

    @pytest.mark.parametrize("people", [0, None])
    def test_one_that_has_found_nobody_goes_at_once(self, opened: OpenClip, people: int | None) -> None:
        self.shown(opened, None if people is None else some_recording(72, people))
        second = self.job(opened)
        opened.analyses.begin(second)
        assert self.standing(opened).shown is second and self.standing(opened).coming is None

    def test_one_that_still_runs_is_replaced_at_once(self, opened: OpenClip) -> None:
        first = self.job(opened)
        opened.analyses.standing(lambda: first)
        second = self.job(opened, model="heavy")
        opened.analyses.begin(second)
        assert self.standing(opened).shown is second
        assert first._should_stop() and not second._should_stop()

    def test_of_several_new_ones_the_last_counts(self, opened: OpenClip) -> None:
        first = self.shown(opened, some_recording(72))
        second, third = self.job(opened, model="heavy"), self.job(opened, model="lite")
        opened.analyses.begin(second)
        opened.analyses.begin(third)
        assert second._should_stop()
        assert (self.standing(opened).shown, self.standing(opened).coming) == (first, third)

    def test_what_was_stopped_stays_until_the_next_goes_further(self, opened: OpenClip) -> None:
        first = self.shown(opened, some_recording(40), stopped=True)
        for frames, settings, further in ((30, {}, False), (50, {"model": "heavy"}, False), (50, {}, True)):
            again = self.job(opened, **settings)
            opened.analyses.begin(again)
            assert self.standing(opened).shown is first
            ends(again, some_recording(frames), stopped=True)
            assert self.standing(opened).shown is (again if further else first)

    def test_two_runs_at_once_begin_one_first_analysis(self, opened: OpenClip) -> None:
        making, on = threading.Event(), threading.Event()
        made: list[VideoJob] = []

        def slowly() -> VideoJob:
            making.set()
            assert on.wait(PATIENCE_S)
            made.append(self.job(opened))
            return made[-1]

        seen: list[VideoJob] = []
        runs = [threading.Thread(target=lambda: seen.append(opened.analyses.standing(slowly).shown)) for _ in range(2)]
        runs[0].start()
        assert making.wait(PATIENCE_S)
        runs[1].start()
        on.set()
        for run in runs:
            run.join(PATIENCE_S)
        assert len(made) == 1 and seen == made * 2

    def test_a_closed_clip_is_not_analysed(self, opened: OpenClip, monkeypatch: pytest.MonkeyPatch) -> None:
        begun: list[VideoJob] = []
        monkeypatch.setattr(VideoJob, "start", begun.append)
        opened.close()
        late = opened.analyses.standing(lambda: self.job(opened)).shown
        opened.analyses.begin(self.job(opened))
        assert not begun and late._should_stop()


@pytest.mark.parametrize("end", [Desk.close, lambda desk: desk.open("again.mp4", CONTENT)])
def test_analyses_end_with_their_clip(monkeypatch: pytest.MonkeyPatch, end: Callable[[Desk], object]) -> None:
    played = Played()
    monkeypatch.setattr(video_job, "analyse_video", played)
    desk = Desk()
    opened = desk.open("squat.mp4", CONTENT)
    job = opened.analyses.standing(lambda: VideoJob(opened, Settings())).shown
    played.tell(10)
    assert not played.cancelled()
    end(desk)
    assert played.cancelled()
    played.give(some_recording(10))
    assert job.wait(PATIENCE_S)
    desk.close()
