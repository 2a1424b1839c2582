"""What the Video page says of clips that break off, and of those that are too large or too long."""

from __future__ import annotations

import pytest

from core.media import video_file
from pages.widgets import video_source
from pages.widgets.video_job import VideoJob
from tests.core.media.clips import clip_bytes
from tests.pages.app import captions, words
from tests.pages.made_clips import analysed_as, three_people
from tests.pages.test_video import grey_clip, open_video_page, upload_clip


def test_how_much_of_a_clip_is_missing_is_said_before_and_after_the_analysis(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = grey_clip(100)  # every frame is as large as the others
    analysed_as(monkeypatch, three_people())
    run = VideoJob.start
    monkeypatch.setattr(VideoJob, "start", lambda job: None)
    at = upload_clip(open_video_page(), "cut.mkv", whole[: len(whole) // 2])
    told = words("video.missing_end").format(seconds="2.0")
    assert [warning.value for warning in at.warning] == [told]
    assert not at.session_state["video_job"].finished
    run(at.session_state["video_job"])
    at.run()
    assert not at.exception
    assert at.session_state["video_job"].finished
    assert [warning.value for warning in at.warning] == [told]


def test_where_it_is_not_known_how_much_that_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    content = clip_bytes(
        [40 * number for number in range(50)], key_every=10, container_options={"movflags": "+frag_keyframe+empty_moov"}
    )
    analysed_as(monkeypatch, three_people())
    at = upload_clip(open_video_page(), "cut.mp4", content[: len(content) * 3 // 4])
    assert [warning.value for warning in at.warning] == [words("video.missing_end_unknown")]


def test_nothing_is_said_of_a_whole_clip(monkeypatch: pytest.MonkeyPatch) -> None:
    analysed_as(monkeypatch, three_people())
    assert not upload_clip(open_video_page(), "wall.mkv", grey_clip()).warning


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_limits_stand_beside_the_upload_field(language: str) -> None:
    at = open_video_page(lang=language)
    assert words("video.limits", language).format(megapixels="36", frames="108,000") in captions(at)


def test_with_a_clip_open_they_are_known(monkeypatch: pytest.MonkeyPatch) -> None:
    analysed_as(monkeypatch, three_people())
    at = upload_clip(open_video_page(), "wall.mkv", grey_clip())
    assert not any("36 megapixels" in caption for caption in captions(at))


def test_of_a_clip_that_is_too_long_the_first_part_is_analysed_and_another_can_be_chosen(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(video_source, "MOST_FRAMES", 40)
    analysed_as(monkeypatch, three_people())
    at = upload_clip(open_video_page(), "long.mkv", grey_clip(100))
    told = words("video.too_long").format(frames="100", limit="40")
    assert told in captions(at)
    settings = at.session_state["video_job"].settings
    assert (settings.start_s, settings.end_s) == (0.0, 1.56)  # the fortieth frame's time
    at.slider(key="clip_part_choice").set_value((2.0, 3.0)).run()
    at.button(key="analyse_again").click().run()
    assert not at.exception
    settings = at.session_state["video_job"].settings
    assert (settings.start_s, settings.end_s) == (2.0, 3.0)


def test_every_third_frame_of_a_long_clip_is_few_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(video_source, "MOST_FRAMES", 40)
    analysed_as(monkeypatch, three_people())
    at = upload_clip(open_video_page(every_nth_frame="3"), "long.mkv", grey_clip(100))
    assert not any(caption.startswith("This clip has 100 frames") for caption in captions(at))
    settings = at.session_state["video_job"].settings
    assert (settings.start_s, settings.end_s, settings.every_nth_frame) == (0.0, None, 3)


def test_too_large_pictures_are_told_in_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(video_file, "MOST_PIXELS", 100)
    at = upload_clip(open_video_page(), "wall.mkv", grey_clip())
    (error,) = at.error
    assert "“wall.mkv” have 160 × 120 pixels" in error.value
    assert "video_job" not in at.session_state
