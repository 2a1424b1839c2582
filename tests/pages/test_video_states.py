"""What the Video page says and keeps at every state of an analysis: nothing is lost, nothing is silent."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from core import Recording, Settings
from core.errors import DetectionFailed
from core.progress import PHASES
from pages.widgets import clips, video_job, video_numbers, video_result
from pages.widgets.clip_analyses import Standing
from pages.widgets.video_job import VideoJob
from tests.core.recordings import some_recording
from tests.pages.app import captions, choose, click, component_data, words
from tests.pages.made_clips import FRAMES, analysed_as, three_people
from tests.pages.test_video import grey_clip, open_video_page, upload_clip
from tests.pages.test_video_job import PATIENCE_S, Played

LANGUAGES = ("en", "zh")
EVERYTHING = some_recording(100, refined=True, width=160, height=120)


@pytest.fixture
def analyses(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Played]]:
    """One for each analysis that the page begins, in order; the test says how they go on."""
    begun: list[Played] = []

    def analyse(source: Any, settings: Settings, progress: Any, cancelled: Any, *, name: str) -> Recording:
        begun.append(Played())
        there.release()
        return begun[-1](source, settings, progress, cancelled, name=name)

    there = threading.Semaphore(0)
    monkeypatch.setattr(video_job, "analyse_video", analyse)
    monkeypatch.setattr(video_job, "clip_pictures", lambda *_: {})
    start = VideoJob.start

    def start_and_wait(job: VideoJob) -> None:
        start(job)
        assert there.acquire(timeout=PATIENCE_S)

    monkeypatch.setattr(VideoJob, "start", start_and_wait)
    yield begun
    for analysis in begun:
        analysis.give(RuntimeError("the test is over"))


def opened(**link: str) -> AppTest:
    return upload_clip(open_video_page(**link), "wall.mkv", grey_clip())


def said_in(at: AppTest, language: str) -> AppTest:
    """The page in a language. It comes last: AppTest cannot go on from a page that is not in English."""
    at.session_state["language"] = language
    at.run()
    assert not at.exception
    return at


def standing(at: AppTest) -> Standing:
    job = at.session_state["video_job"]
    now: Standing = job.opened.analyses.standing(lambda: job)
    return now


def ended(at: AppTest, analysis: Played, end: Recording | Exception) -> AppTest:
    """The page after the analysis that worked has ended so."""
    job = standing(at).coming or standing(at).shown
    analysis.give(end)
    assert job.wait(PATIENCE_S)
    at.run()
    assert not at.exception
    return at


def stopped(at: AppTest, analysis: Played, end: Recording) -> AppTest:
    click(at, "cancel_video")
    assert analysis.cancelled()
    return ended(at, analysis, end)


def progress_words(at: AppTest) -> list[str]:
    return [bar.proto.text for bar in at.get("progress")]


def keys(at: AppTest) -> set[str | None]:
    return {button.key for button in at.button}


def assert_shown(at: AppTest, recording: Recording) -> None:
    """The player, the tabs and their tables are those of this recording."""
    job = at.session_state["video_job"]
    np.testing.assert_array_equal(job.now.recording.image, recording.image)
    assert component_data(at, "player")["landmarks"].startswith(job.address)
    assert len(at.tabs) == 5


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("people", ["one", "all"])
def test_it_is_said_whom_is_looked_for(analyses: list[Played], language: str, people: str) -> None:
    at = said_in(opened(people=people), language)
    assert progress_words(at) == [words(f"video.beginning_{people}", language)]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("phase", [*PHASES[1:], "ending"])
def test_while_the_end_is_worked_out_it_is_said_what_is_done(analyses: list[Played], language: str, phase: str) -> None:
    at = opened()
    analyses[0].tell(100, phase=PHASES[0] if phase == "ending" else phase)
    said_in(at, language)
    what = words(f"video.phase_{phase}", language)
    assert progress_words(at) == [words("video.finishing", language, what=what)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_after_stop_it_is_said_how_far_it_came(analyses: list[Played], language: str) -> None:
    at = opened()
    analyses[0].tell(50, EVERYTHING.part(0, 10))
    part = EVERYTHING.part(0, 40)
    said_in(stopped(at, analyses[0], part), language)
    assert_shown(at, part)
    until = f"{part.time[-1]:.1f}"
    assert [info.value for info in at.info] == [words("video.stopped", language, until=until, end="0.5")]
    assert words("video.to_the_end_hint", language) in captions(at)


def test_after_stop_what_there_is_is_kept_until_all_is_there(analyses: list[Played]) -> None:
    part = EVERYTHING.part(0, 40)
    at = stopped(opened(), analyses[0], part)
    click(at, "analyse_on")
    assert_shown(at, part)
    assert words("video.coming") in captions(at) and "analyse_on" not in keys(at)
    ended(at, analyses[1], EVERYTHING)
    assert_shown(at, EVERYTHING)
    assert not at.info and "analyse_on" not in keys(at)


def test_it_is_said_that_it_is_stopping(analyses: list[Played]) -> None:
    at = click(opened(), "cancel_video")
    assert progress_words(at) == [words("video.stopping")]
    assert at.button(key="cancel_video").disabled


def test_a_page_that_comes_back_finds_what_there_was_when_it_was_closed(
    analyses: list[Played], monkeypatch: pytest.MonkeyPatch
) -> None:
    at = opened()
    part = EVERYTHING.part(0, 40)
    analyses[0].tell(50, part)
    monkeypatch.setattr("pages.widgets.clip_work.Audience.is_gone", lambda _: True)
    assert analyses[0].cancelled()
    ended(at, analyses[0], part)
    assert_shown(at, part)
    assert "analyse_on" in keys(at) and len(at.info) == 1


def test_stopped_before_anything_was_there_it_can_be_begun_again(analyses: list[Played]) -> None:
    at = opened()
    stopped(at, analyses[0], some_recording(0, 0))
    assert [info.value for info in at.info] == [words("video.nothing_yet")]
    click(at, "analyse_on")
    ended(at, analyses[1], EVERYTHING)
    assert_shown(at, EVERYTHING)


@pytest.mark.parametrize("language", LANGUAGES)
def test_after_an_error_in_the_middle_it_is_said_how_far_it_came(analyses: list[Played], language: str) -> None:
    at = opened()
    part = EVERYTHING.part(0, 30)
    analyses[0].tell(30, part)
    said_in(ended(at, analyses[0], DetectionFailed(reason="nothing")), language)
    assert_shown(at, part)
    (error,) = at.error
    until = f"{part.time[-1]:.1f}"
    assert error.value.endswith(words("video.broken_off", language, until=until, end="0.5"))
    assert words("video.coaching", language) not in captions(at)


def test_after_an_error_in_the_middle_what_there_is_is_kept_until_all_is_there(analyses: list[Played]) -> None:
    at = opened()
    part = EVERYTHING.part(0, 30)
    analyses[0].tell(30, part)
    click(ended(at, analyses[0], DetectionFailed(reason="nothing")), "analyse_on")
    assert_shown(at, part)
    ended(at, analyses[1], EVERYTHING)
    assert_shown(at, EVERYTHING)
    assert not at.error and not at.info


def test_an_error_before_anything_was_there_is_told_and_can_be_tried_again(analyses: list[Played]) -> None:
    at = ended(opened(), analyses[0], DetectionFailed(reason="nothing"))
    assert len(at.error) == 1 and not at.tabs and not at.warning
    assert not [each for each in at.get("bidi_component") if each.key == "player"]
    click(at, "analyse_on")
    ended(at, analyses[1], EVERYTHING)
    assert_shown(at, EVERYTHING)


def again(at: AppTest) -> AppTest:
    """Other settings, and the click that they wait for."""
    return click(choose(at, "min_detection_confidence", 0.3), "analyse_again")


def test_the_analysis_before_is_shown_until_the_new_one_is_complete(analyses: list[Played]) -> None:
    at = ended(opened(), analyses[0], EVERYTHING)
    again(at)
    other = some_recording(100, seed=1, refined=True)
    for frames in (0, 50, 100):
        analyses[1].tell(frames, other.part(0, frames))
        at.run()
        assert_shown(at, EVERYTHING)
        assert words("video.coming") in captions(at)
    ended(at, analyses[1], other)
    assert_shown(at, other)
    assert words("video.coming") not in captions(at)
    assert at.session_state["video_job"].settings.min_detection_confidence == 0.3


@pytest.mark.parametrize("language", LANGUAGES)
def test_cancelling_the_new_one_keeps_the_one_before(analyses: list[Played], language: str) -> None:
    at = again(ended(opened(), analyses[0], EVERYTHING))
    click(at, "cancel_video")
    assert analyses[1].cancelled() and not standing(at).coming
    said_in(at, language)
    assert_shown(at, EVERYTHING)
    assert words("video.coming_stopped", language) in captions(at)
    assert "analyse_again" in keys(at)


def test_a_new_one_that_fails_keeps_the_one_before(analyses: list[Played]) -> None:
    at = again(ended(opened(), analyses[0], EVERYTHING))
    ended(at, analyses[1], DetectionFailed(reason="nothing"))
    assert_shown(at, EVERYTHING)
    (error,) = at.error
    assert words("video.before_stays") in error.value


def test_following_somebody_else_keeps_who_was_followed_until_it_is_complete(analyses: list[Played]) -> None:
    at = ended(opened(), analyses[0], EVERYTHING)

    def click_on_somebody(x_px: float) -> None:
        at.session_state["follow_point"] = (0.2, x_px, 60.0)
        click(at.run(), "analyse_again")
        coming = standing(at).coming
        assert coming is not None and coming.settings.follow_point == (0.2, x_px, 60.0)
        assert_shown(at, EVERYTHING)

    click_on_somebody(50.0)
    click(at, "cancel_video")
    assert_shown(at, EVERYTHING)
    assert at.session_state["follow_point"] is None and "analyse_again" not in keys(at)
    click_on_somebody(51.0)
    other = some_recording(100, seed=2)
    ended(at, analyses[2], other)
    assert_shown(at, other)
    assert at.session_state["video_job"].settings.follow_point == (0.2, 51.0, 60.0)


def test_names_belong_to_the_analysis_that_they_were_given_in(analyses: list[Played]) -> None:
    at = opened(people="all")
    stopped(at, analyses[0], three_people().part(0, 30))
    at.text_input(key="clip_person_name_0").set_value("Anna").run()
    click(at, "clip_person_remove_2")
    assert [each["name"] for each in component_data(at, "player")["people"]] == ["Anna", "Person 2"]
    click(at, "analyse_on")
    assert [each["name"] for each in component_data(at, "player")["people"]] == ["Anna", "Person 2"]
    ended(at, analyses[1], three_people())
    assert [each["name"] for each in component_data(at, "player")["people"]] == ["Person 1", "Person 2", "Person 3"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_coach_that_fails_takes_nothing_along(
    analyses: list[Played], language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any) -> None:
        raise RuntimeError("nobody thought of this")

    monkeypatch.setattr(video_job, "clip_pictures", fail)
    at = said_in(ended(opened(), analyses[0], EVERYTHING), language)
    assert_shown(at, EVERYTHING)
    assert any(words("video.coach_failed", language) in caption for caption in captions(at))
    assert not at.error


def test_the_findings_do_not_wait_for_the_coach(analyses: list[Played], monkeypatch: pytest.MonkeyPatch) -> None:
    asked, on = threading.Event(), threading.Event()

    def slow(*_: Any) -> dict[int, Any]:
        asked.set()
        assert on.wait(PATIENCE_S)
        return {}

    monkeypatch.setattr(video_job, "clip_pictures", slow)
    at = opened()
    analyses[0].give(EVERYTHING)
    assert asked.wait(PATIENCE_S)
    at.run()
    assert_shown(at, EVERYTHING)
    assert words("video.coaching") in captions(at)
    on.set()
    assert at.session_state["video_job"].wait(PATIENCE_S)
    at.run()
    assert words("video.coaching") not in captions(at)


@pytest.mark.parametrize(
    ("tab", "reading"),
    [
        ("angles", "curves_figure"),
        ("summary", "movement_summary"),
        ("quality", "landmark_quality"),
    ],
)
def test_a_reading_that_fails_fails_alone(
    tab: str, reading: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise RuntimeError("nobody thought of this")

    analysed_as(monkeypatch, three_people())
    at = opened(people="all")
    monkeypatch.setattr(video_numbers, reading, fail)
    at.session_state["video_tabs"] = words(f"video.tab_{tab}")
    at.run()
    assert not at.exception and len(at.tabs) == 5
    assert [error.value for error in at.error] == [words("common.part_failed")]
    assert any("nobody thought of this" in str(record.exc_info) for record in caplog.records)
    at.session_state["video_tabs"] = words("video.tab_landmarks")
    at.run()
    assert not at.error and len(at.dataframe) == 1


@pytest.mark.parametrize("reading", ["camera_advice", "finding_summary", "absence_sentence"])
def test_a_line_above_the_player_that_fails_fails_alone(reading: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise RuntimeError("nobody thought of this")

    analysed_as(monkeypatch, three_people())
    monkeypatch.setattr(video_result, reading, fail)
    at = opened(people="all")
    assert_shown(at, three_people())
    assert [error.value for error in at.error] == [words("common.part_failed")]


def test_a_filter_that_fails_fails_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise RuntimeError("nobody thought of this")

    analysed_as(monkeypatch, three_people())
    monkeypatch.setattr("pages.widgets.smoothed.angle_kinematics", fail)
    at = opened(people="all")
    at.session_state["video_tabs"] = words("video.tab_quality")
    at.run()
    assert not at.exception and len(at.tabs) == 5 and len(at.dataframe) == 1
    assert [error.value for error in at.error] == [words("common.part_failed")]


@pytest.mark.parametrize("language", LANGUAGES)
def test_from_when_to_when_somebody_was_not_found_is_told(language: str, monkeypatch: pytest.MonkeyPatch) -> None:
    found = three_people()
    half, quarter = FRAMES // 2, FRAMES // 4
    sentences = [
        words("video.absent", language, spans=words("video.absent_from_to", language, start=f"{a:.1f}", end=f"{b:.1f}"))
        for a, b in ((0.0, found.time[half - 1]), (found.time[quarter], found.time[-1]))
    ]
    analysed_as(monkeypatch, found)
    at = opened(people="all")
    at.session_state["video_tabs"] = words("video.tab_quality")
    said_in(at, language)
    names = [words("image.person_number", language, number=number) for number in (2, 3)]
    assert "  \n".join(f"{name}: {told}" for name, told in zip(names, sentences, strict=True)) in captions(at)


def test_of_the_one_who_is_studied_it_is_told_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    analysed_as(monkeypatch, three_people())
    at = opened(people="all")
    at.session_state["video_tabs"] = words("video.tab_quality")
    at.segmented_control(key="clip_person_choice").set_value(1).run()
    told = [caption for caption in captions(at) if "Not found" in caption]
    assert len(told) == 2 and told[0] == f"Person 2: {told[1]}"


def test_of_many_people_the_quality_tab_tells_it(monkeypatch: pytest.MonkeyPatch) -> None:
    many = some_recording(FRAMES, 5, refined=True, width=160, height=120)
    many.image[3:9, :4] = np.nan
    analysed_as(monkeypatch, many)
    at = opened(people="all")
    assert words("video.absent_several", count=4, quality=words("video.tab_quality")) in captions(at)


LETTER = b"Dear Sir or Madam, " * 9


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("content", [LETTER, b""], ids=["text", "empty"])
def test_a_file_that_cannot_be_used_leaves_what_is_open(analyses: list[Played], language: str, content: bytes) -> None:
    at = ended(opened(), analyses[0], EVERYTHING)
    job = at.session_state["video_job"]
    said_in(upload_clip(at, "letter.mp4", content), language)
    (error,) = at.error
    assert "“letter.mp4”" in error.value
    assert error.value.endswith(words("video.stays_open", language, name="wall.mkv"))
    assert at.session_state["video_job"] is job
    assert_shown(at, EVERYTHING)


def test_after_a_file_that_cannot_be_used_another_one_can_be_opened(analyses: list[Played]) -> None:
    at = ended(opened(), analyses[0], EVERYTHING)
    for content in (LETTER, b""):
        upload_clip(at, "letter.mp4", content)
    upload_clip(at, "other.mkv", grey_clip(20))
    assert not at.error and at.session_state["video_job"].opened.name == "other.mkv"


def test_a_file_that_cannot_be_used_does_not_end_an_analysis(analyses: list[Played]) -> None:
    at = opened()
    upload_clip(at, "letter.mp4", LETTER)
    assert len(analyses) == 1 and not analyses[0].cancelled()
    ended(at, analyses[0], EVERYTHING)
    assert_shown(at, EVERYTHING)


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        (OSError(28, "No space left on device"), "There is no room for “wall.mkv”"),
        (FileNotFoundError("gone"), "There is no readable file “wall.mkv”"),
        (RuntimeError("nobody thought of this"), "Posescope could not do this"),
    ],
)
def test_whatever_keeps_a_clip_from_being_opened_is_told_and_the_field_stays(
    fault: Exception, told: str, monkeypatch: pytest.MonkeyPatch, analyses: list[Played]
) -> None:
    def fail(*_: Any) -> None:
        raise fault

    at = open_video_page()
    with monkeypatch.context() as patch:
        patch.setattr(clips, "open_clip", fail)
        upload_clip(at, "wall.mkv", grey_clip())
    (error,) = at.error
    assert told in error.value
    upload_clip(at, "wall.mkv", grey_clip())
    assert not at.error and len(analyses) == 1


def test_another_clip_ends_the_analysis_of_the_one_before(analyses: list[Played]) -> None:
    at = opened()
    analyses[0].tell(30, EVERYTHING.part(0, 30))
    upload_clip(at, "other.mkv", grey_clip(20))
    assert analyses[0].cancelled() and not analyses[1].cancelled()
    assert component_data(at, "player")["landmarks"].startswith(at.session_state["video_job"].address)
    ended(at, analyses[1], EVERYTHING)
    assert_shown(at, EVERYTHING)
    assert at.session_state["video_job"].opened.name == "other.mkv"


def test_two_users_at_once_each_have_their_own(own_sessions: None, analyses: list[Played]) -> None:
    """One stops and names, the other one's analysis goes on, whoever comes first."""
    ann, bob = opened(), opened()
    assert len(analyses) == 2
    mine, yours = some_recording(100, seed=1, refined=True), some_recording(100, seed=2, refined=True)
    stopped(ann, analyses[0], mine.part(0, 40))
    assert not analyses[1].cancelled()
    ann.text_input(key="clip_person_name_0").set_value("Ann").run()
    ended(bob, analyses[1], yours)
    ann.run()
    assert_shown(ann, mine.part(0, 40))
    assert_shown(bob, yours)
    assert [component_data(at, "player")["people"][0]["name"] for at in (ann, bob)] == ["Ann", "Person 1"]
    upload_clip(ann, "letter.mp4", LETTER)
    bob.run()
    assert ann.error and not bob.error


def test_a_page_that_comes_back_after_its_clip_was_forgotten_says_what_to_do(
    analyses: list[Played], monkeypatch: pytest.MonkeyPatch
) -> None:
    desks: list[clips.Desk] = []
    visit = clips.Desk.visit

    def remembered(desk: clips.Desk) -> Any:
        desks.append(desk)
        return visit(desk)

    monkeypatch.setattr(clips.Desk, "visit", remembered)
    at = opened()
    desks[-1].close()
    assert analyses[0].cancelled()
    at.run()
    assert not at.exception
    assert words("video.empty") in [each.value for each in at.main.markdown]
