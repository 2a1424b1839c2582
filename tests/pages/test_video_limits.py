"""What the Video page says of clips that break off, and of those that are too large or too long."""

from __future__ import annotations

import pytest

from pages.widgets.video_job import VideoJob
from tests.core.media.clips import clip_bytes
from tests.pages.app import words
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
