"""The annotated video from the page: what may be chosen for it, and that it is of what the page shows."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from core import OverlayStyle, Recording
from pages.widgets.annotated_video import AnnotatedVideo
from tests.core.recordings import some_recording
from tests.pages.app import captions, choose, click, words
from tests.pages.conftest import Downloads
from tests.pages.made_clips import analysed_as
from tests.pages.test_video import grey_clip, open_video_page, upload_clip

MADE = b"an annotated video"


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What each annotated video was made from. They take no time."""
    analysed_as(monkeypatch, some_recording(12, refined=True, width=160, height=120))
    asked: list[dict[str, Any]] = []

    def draw(_: Path, recording: Recording, style: OverlayStyle, out: Path, **rest: Any) -> Path:
        asked.append({"recording": recording, "style": style, **rest})
        out.write_bytes(MADE)
        return out

    monkeypatch.setattr("pages.widgets.video_downloads.annotated_mp4", draw)
    return asked


def opened(**link: str) -> AppTest:
    at = upload_clip(open_video_page(**link), "wall.mkv", grey_clip())
    at.session_state["video_tabs"] = words("video.tab_download")
    at.run()
    assert not at.exception
    return at


def video_of(at: AppTest) -> AnnotatedVideo:
    video: AnnotatedVideo = at.session_state["video_job"].opened.annotated
    return video


def make(at: AppTest) -> AppTest:
    click(at, "make_annotated")
    assert video_of(at).wait(60)
    at.run()
    assert not at.exception
    return at


def test_the_overlay_options_of_photos_can_be_chosen(drawn: list[dict[str, Any]]) -> None:
    at = opened()
    choose(choose(choose(at, "colours", "classic"), "line_scale", 4.0), "min_visibility", 0.8)
    for name in ("angles", "numbers", "boxes"):
        assert at.toggle(key=f"setting_{name}").value is False
        choose(at, name, True)
    assert any(words("settings.overlay") in caption and "dimmed" in caption for caption in captions(at))
    make(at)
    (asked,) = drawn
    assert asked["style"] == OverlayStyle(
        colours="classic", line_scale=4.0, min_visibility=0.8, angles=True, numbers=True, boxes=True
    )


def test_what_was_chosen_for_photos_is_seen_and_dimming_is_left_out(drawn: list[dict[str, Any]]) -> None:
    at = opened(numbers="1", dim_background="1")
    assert at.toggle(key="setting_numbers").value is True
    make(at)
    assert drawn[0]["style"] == OverlayStyle(numbers=True)


def test_another_choice_or_recording_needs_another_video(drawn: list[dict[str, Any]], downloads: Downloads) -> None:
    at = make(opened())
    assert downloads.content("video_download_mp4") == MADE
    first = video_of(at)
    job = at.session_state["video_job"]
    assert first.wanted[0] is drawn[0]["recording"] is job.now.recording  # held, so that its id goes to no other
    downloads.offered.clear()
    job._publish(recording=dataclasses.replace(job.now.recording))
    at.run()
    assert not at.exception and "video_download_mp4" not in downloads.offered
    make(at)
    assert "video_download_mp4" in downloads.offered and not first.path.exists()
    assert drawn[1]["recording"] is job.now.recording


def test_analysing_again_removes_it(drawn: list[dict[str, Any]], downloads: Downloads) -> None:
    at = make(opened())
    path = video_of(at).path
    assert path.read_bytes() == MADE
    click(choose(at, "every_nth_frame", 2), "analyse_again")
    assert video_of(at) is None and not path.exists()
    assert len(drawn) == 1


def test_two_clicks_at_once_make_two_files(
    drawn: list[dict[str, Any]], downloads: Downloads, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened()
    inner: list[bytes] = []

    def write(recordings: object, stream: Any) -> None:
        stream.write(b"half")
        stream.flush()
        if not inner:
            inner.append(b"")
            inner[0] = downloads.content("video_download_landmarks_csv")
        stream.write(b" and half")

    monkeypatch.setattr("pages.widgets.video_downloads.write_landmarks_csv", write)
    assert downloads.content("video_download_landmarks_csv") == b"half and half"
    assert inner == [b"half and half"]
