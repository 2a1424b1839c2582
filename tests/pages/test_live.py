"""The Live page: what its camera is given to do, and what comes of a recording."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from core import Recording, Settings, landmark_table
from core.media.live_video import LiveVideo
from core.motion.angles import JOINTS
from pages.live_protocol import Choices, parse_command
from pages.live_sessions import LiveSession, session_of
from tests.core.test_live import followed, recorded
from tests.pages.app import captions, choose, click, component_data, go_to, open_start, words
from tests.pages.conftest import Downloads


def open_live(**link: str) -> AppTest:
    return go_to(open_start(**link), "live")


def data(at: AppTest) -> dict[str, Any]:
    return component_data(at, "live")


def session(at: AppTest) -> LiveSession:
    found = session_of(data(at)["address"].split("/")[1])
    assert found is not None
    return found


def squat() -> Recording:
    return recorded(followed(True)[:40])


def video_of(recording: Recording, path: Path) -> Path:
    with LiveVideo(path, recording.width, recording.height) as video:
        for time_s in recording.time:
            video.add(np.full((recording.height, recording.width, 3), 90, np.uint8), float(time_s))
    return path


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_page_says_that_nothing_is_stored(language: str) -> None:
    at = open_live(lang=language)
    assert words("live.no_recordings", language, minutes="20") in captions(at)
    assert data(at)["labels"]["record"] == words("live.record", language)
    assert data(at)["errors"]["NoFrames"]


def test_the_camera_gets_an_address_of_its_own_and_what_to_do() -> None:
    at = open_live(model="heavy", live_movement="squat", live_fall="1", reading="flexion_deg", space="world")
    message = parse_command(json.dumps(data(at)["settings"]))
    expected = Choices(Settings(model="heavy"), True, "world", "flexion_deg", "squat", True)
    assert message == expected
    assert len(session(at).token) >= 32
    assert data(at)["movement"] == {"label": words("settings.live_movement_squat")}
    before = data(at)["address"]
    assert data(go_to(go_to(at, "start"), "live"))["address"] == before


@pytest.mark.usefixtures("own_sessions")
def test_every_session_has_a_token_of_its_own() -> None:
    assert data(open_live())["address"] != data(open_live())["address"]


def test_figures_and_their_bands_come_from_the_link_and_go_into_it() -> None:
    at = open_live(live_joints="left_knee,trunk_lean", live_targets="left_knee:80:100")
    shown = [(each["name"], each["low"], each["high"]) for each in data(at)["readouts"]]
    assert shown == [("left_knee", 80, 100), ("trunk_lean", None, None)]
    assert [JOINTS[each["index"]] for each in data(at)["readouts"]] == ["left_knee", "trunk_lean"]
    at.slider(key="live_target_trunk_lean").set_value((0, 30)).run()
    assert at.query_params["live_targets"] == "left_knee:80:100,trunk_lean:0:30"
    at.slider(key="live_target_left_knee").set_value((0, 180)).run()
    assert at.query_params["live_targets"] == "trunk_lean:0:30"
    choose(at, "live_joints", ["right_elbow"])
    assert [each["name"] for each in data(at)["readouts"]] == ["right_elbow"]


@pytest.mark.parametrize(
    "link",
    [
        {"live_joints": "tail"},
        {"live_joints": ",".join(JOINTS)},
        {"live_targets": "left_knee"},
        {"live_targets": "left_knee:100:80"},
        {"live_targets": "left_knee:0:900"},
        {"live_movement": "flying"},
        {"live_cues": "song"},
        {"live_countdown": "99"},
    ],
)
def test_a_link_that_asks_for_what_there_is_not_is_passed_over(link: dict[str, str]) -> None:
    at = open_live(**link)
    assert [each["name"] for each in data(at)["readouts"]] == ["left_knee", "right_knee"]
    assert (data(at)["movement"], data(at)["cues"], data(at)["countdown"]) == (None, "off", 3)


def test_a_recording_is_named_and_opened_on_the_video_page(downloads: Downloads) -> None:
    at = open_live()
    recording = squat()
    session(at).keep(recording, None, "stop")
    at.run()
    told = words("live.recorded_landmarks", seconds="1.9", frames=40, speed="20")
    assert told in captions(at)
    at.text_input(key="live_name_1").set_value("my/squat").run()
    assert downloads.name("live_landmarks_csv_1") == "my_squat_landmarks.csv"
    assert json.loads(downloads.content("live_json_1"))["source"] == "my/squat"
    click(at, "live_open_1")
    job = at.session_state["video_job"]
    assert job.wait(60)
    go_to(at, "video")  # AppTest goes back to where it was sent
    assert job.now.recording.source == "my/squat"
    np.testing.assert_array_equal(landmark_table(job.now.recording)["x_m"], landmark_table(recording)["x_m"])
    shown = component_data(at, "player")
    assert shown["video"] == "" and not shown["canFollow"]
    assert shown["labels"]["no_video"] == words("video.player_no_picture")
    assert shown["part"] == [0.0, pytest.approx(1.95)]
    assert any(caption.startswith("Recorded live") for caption in captions(at))
    assert not [slider for slider in at.slider if slider.key == "clip_part_choice"]


def test_without_the_picture_there_is_no_annotated_video_and_the_page_says_so() -> None:
    at = open_live()
    session(at).keep(squat(), None, "stop")
    at.run()
    click(at, "live_open_1")
    at.session_state["video_tabs"] = words("video.tab_download")
    go_to(at, "video")
    assert words("video.no_picture_to_annotate") in captions(at)
    assert not [button for button in at.button if button.key == "make_annotated"]


def test_a_recording_with_video_can_be_analysed_again(tmp_path: Path) -> None:
    at = open_live(model="lite")
    recording = squat()
    session(at).keep(recording, video_of(recording, tmp_path / "live.mp4"), "stop")
    at.run()
    assert words("live.recorded_video", seconds="1.9", frames=40, speed="20") in captions(at)
    click(at, "live_open_1")
    assert at.session_state["video_job"].wait(60)
    go_to(at, "video")
    assert component_data(at, "player")["video"].startswith("clips/")
    assert at.session_state["video_job"].now.recording.frames == 40
    assert words("video.changed") not in captions(at)
    choose(at, "model", "full")
    assert words("video.changed") in captions(at)


def test_discarding_and_why_one_ended_by_itself() -> None:
    at = open_live()
    session(at).keep(squat(), None, "length")
    at.run()
    assert words("live.ended_by_length") in [info.value for info in at.info]
    click(at, "live_discard_1")
    assert session(at).recordings == []
    assert words("live.no_recordings", minutes="20") in captions(at)


def test_a_camera_of_the_server_is_offered_only_if_it_is_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("POSESCOPE_CAMERAS", raising=False)
    assert data(open_live())["camera"] == ""
    assert not [each for each in open_live().segmented_control if each.key == "live_source"]
    monkeypatch.setenv("POSESCOPE_CAMERAS", "0, rtsp://user:secret@camera.local/yard")
    at = open_live()
    choice = at.segmented_control(key="live_source")
    assert choice.options == [
        words("live.source_own"),
        words("live.source_server", name="0"),
        words("live.source_server", name="camera.local/yard"),
    ]
    choice.set_value("1").run()
    assert data(at)["camera"] == "1"
    assert "secret" not in json.dumps(data(at))


def test_a_still_can_be_taken_instead() -> None:
    at = open_live()
    at.session_state["live_still"] = True
    at.run()
    assert words("live.still_hint") in captions(at)
    assert len(at.get("camera_input")) == 1
