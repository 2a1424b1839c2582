"""The Video page: a clip in, core's numbers out, and the analysis in between."""

from __future__ import annotations

import dataclasses
import functools
import io
import json
import struct
from typing import Any
from urllib.parse import parse_qsl

import av
import numpy as np
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from core import FilterSettings, Recording, Settings, analyse_video, joint_kinematics, landmark_table
from core.export.angles_csv import angles_csv
from core.export.segments_csv import segments_csv
from core.motion.angles import MAIN_JOINTS, joint_angle_arrays
from core.motion.groups import GROUPS
from core.motion.kinematics import angle_kinematics
from core.motion.summary import joint_summary, movement_summary
from core.recording import SideRepair
from tests.pages.app import (
    SAMPLE_FOLDER,
    captions,
    choose,
    click,
    component_data,
    go_to,
    markdowns,
    open_start,
    words,
)
from tests.pages.conftest import Downloads

SUMMED_UP = ("minimum_deg", "maximum_deg", "range_deg", "mean_deg", "peak_time_s", "left_minus_right_deg")
SQUAT = SAMPLE_FOLDER / "squat_2reps.mp4"


@functools.cache
def squat_recording(**settings: Any) -> Recording:
    return analyse_video(SQUAT, Settings(**settings))


def open_video_page(**link: str) -> AppTest:
    return go_to(open_start(**link), "video")


def upload_clip(at: AppTest, name: str, content: bytes) -> AppTest:
    (field,) = at.file_uploader
    field.upload(name, content)
    at.run()
    assert not at.exception
    return at


def finished(at: AppTest) -> AppTest:
    """The page once the analysis is over, and if there is a new one, that one."""
    job = at.session_state["video_job"]
    standing = job.opened.analyses.standing(lambda: job)
    assert (standing.coming or standing.shown).wait(60)
    at.run()
    assert not at.exception
    return at


def opened_squat(**link: str) -> AppTest:
    return finished(upload_clip(open_video_page(**link), "squat.mp4", SQUAT.read_bytes()))


def grey_clip(frames: int = 12) -> bytes:
    """A wall: nobody."""
    file = io.BytesIO()
    with av.open(file, "w", format="matroska") as container:
        stream = container.add_stream("mjpeg", rate=25)
        stream.width, stream.height, stream.pix_fmt = 160, 120, "yuvj420p"
        for _ in range(frames):
            container.mux(stream.encode(av.VideoFrame.from_ndarray(np.full((120, 160, 3), 128, np.uint8), "rgb24")))
        container.mux(stream.encode())
    return file.getvalue()


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_empty_page_says_what_to_do(language: str) -> None:
    at = open_video_page(lang=language)
    assert words("video.empty", language) in markdowns(at)
    assert [field.label for field in at.file_uploader] == [words("video.upload", language)]
    assert not at.tabs and not at.dataframe and not at.error


def test_an_uploaded_clip_is_analysed_without_another_click() -> None:
    at = opened_squat()
    recording = squat_recording()
    assert any(f"{recording.frames} frames" in caption for caption in captions(at))
    player = component_data(at, "player")
    assert (player["width"], player["height"]) == (recording.width, recording.height)
    assert player["part"][0] == 0 and player["part"][1] == pytest.approx(3.6, abs=0.01)
    assert [tab.label for tab in at.tabs] == [
        words(f"video.tab_{name}") for name in ("angles", "summary", "landmarks", "quality", "download")
    ]
    np.testing.assert_array_equal(at.session_state["video_job"].now.recording.image, recording.image)


def test_an_upload_that_the_browser_tells_twice_is_taken_over_once() -> None:
    """It does so when the page asks for something of its own before it has got to know that the field is gone."""
    at = open_video_page()
    (field,) = at.file_uploader
    field.upload("squat.mp4", SQUAT.read_bytes())
    told = at._tree.get_widget_states()
    at.run()
    job = at.session_state["video_job"]
    at._run(told)
    assert not at.exception
    assert at.session_state["video_job"] is job and not job.now.stopped
    finished(at)


def test_the_summary_is_cores() -> None:
    at = opened_squat()
    at.session_state["video_tabs"] = words("video.tab_summary")
    at.run()
    shown = at.dataframe[0].value
    expected = movement_summary(
        angle_kinematics(joint_angle_arrays(squat_recording()).only(MAIN_JOINTS), "angle_deg", FilterSettings())
    )
    assert shown["joint"].tolist() == [words(f"body.{joint}") for joint in expected["joint"]]
    for column in (*SUMMED_UP, "peak_velocity_deg_s"):
        # How arrays lie in memory decides the last digit of a sum.
        np.testing.assert_allclose(shown[column], expected[column], rtol=1e-12, err_msg=column)
    known = expected["frames_used"] + expected["frames_left_out"]
    np.testing.assert_array_equal(shown["used_share"], expected["frames_used"] / known)
    assert any("Butterworth" in caption for caption in captions(at))


def test_the_summary_of_the_raw_angles_can_be_had() -> None:
    at = opened_squat(smoothing="none", gap_s="0", outliers="0")
    at.session_state["video_tabs"] = words("video.tab_summary")
    at.run()
    expected = joint_summary(squat_recording())
    expected = expected[expected["joint"].isin(MAIN_JOINTS)]
    for column in SUMMED_UP:
        np.testing.assert_allclose(at.dataframe[0].value[column], expected[column], rtol=1e-12, err_msg=column)
    assert any(caption.startswith(words("video.summary_raw")) for caption in captions(at))


def test_another_filter_changes_curves_without_another_analysis() -> None:
    at = opened_squat()
    job = at.session_state["video_job"]
    before = filtered_knee(at)
    at.selectbox(key="setting_smoothing").set_value("savgol").run()
    assert not at.exception
    assert at.session_state["video_job"] is job
    assert any("Savitzky-Golay" in caption for caption in captions(at))
    after = filtered_knee(at)
    assert len(after) == len(before) and not np.allclose(before, after)
    at.segmented_control(key="curve_quantity").set_value("velocity").run()
    assert not at.exception
    assert json.loads(at.get("plotly_chart")[0].proto.spec)["layout"]["yaxis"]["ticksuffix"] == "°/s"


def filtered_knee(at: AppTest) -> np.ndarray:
    """What the player is sent for one knee."""
    link = component_data(at, "player")["landmarks"]
    parameters = dict(parse_qsl(link.partition("?")[2]))
    assert json.loads(parameters["smoothing"])["gap_s"] == 0.25
    job = at.session_state["video_job"]
    message = job._landmarks({**parameters, "first": "0", "revision": "-1"})
    (length,) = struct.unpack_from("<I", message)
    frames, joints = job.now.recording.frames, len(MAIN_JOINTS)
    place = 4 + length + frames * (8 + 33 * 2 * 2 + 33 * 3 * 2)
    angles = np.frombuffer(message, "<i2", frames * joints, place).reshape(frames, joints) / 10
    settings = FilterSettings(**json.loads(parameters["smoothing"]))
    own = GROUPS["joints"].measure(job.now.recording, parameters["space"])
    expected = angle_kinematics(own, "angle_deg", settings).curves.values[:, 0]
    np.testing.assert_allclose(angles, expected, atol=0.0501)
    return np.asarray(angles[:, MAIN_JOINTS.index("left_knee")])


@pytest.mark.parametrize("group", GROUPS)
def test_the_summary_of_each_group_of_angles_can_be_had(group: str) -> None:
    at = opened_squat()
    at.session_state["video_tabs"] = words("video.tab_summary")
    at.run()
    at.segmented_control(key="summary_group").set_value(group).run()
    assert not at.exception
    angles = GROUPS[group].measure(squat_recording())
    kinematics = angle_kinematics(angles, GROUPS[group].reading("angle_deg"))
    expected = movement_summary(kinematics)
    shown = at.dataframe[0].value
    assert shown[angles.column].tolist() == [words(f"body.{name}") for name in GROUPS[group].names]
    for column in ("minimum_deg", "maximum_deg", "left_minus_right_deg"):
        np.testing.assert_array_equal(shown[column], expected[column], err_msg=column)


def test_curves_of_the_main_joints_at_first_and_of_segments_when_asked_for() -> None:
    at = opened_squat()
    assert len(component_data(at, "player")["joints"]) == len(GROUPS["joints"].kinds)
    assert at.pills(key="curve_kinds").value == ["knee", "hip", "elbow"]
    at.segmented_control(key="curve_group").set_value("vertical").run()
    assert not at.exception
    assert list(at.pills(key="curve_kinds_vertical").options) == [
        words(f"body.{kind}") for kind in GROUPS["vertical"].kinds
    ]
    at.pills(key="curve_kinds_vertical").set_value(["shank"]).run()
    assert not at.exception
    names = {trace["name"] for trace in json.loads(at.get("plotly_chart")[0].proto.spec)["data"]}
    assert names == {words("body.left"), words("body.right")}


def test_the_landmarks_and_the_quality_are_shown() -> None:
    at = opened_squat()
    at.session_state["video_tabs"] = words("video.tab_landmarks")
    at.run()
    shown = at.dataframe[0].value
    np.testing.assert_array_equal(shown["x_px"], landmark_table(squat_recording())["x_px"])
    at.session_state["video_tabs"] = words("video.tab_quality")
    at.run()
    assert len(at.dataframe[0].value) == 33
    assert at.metric[0].value == "100.0 %"


def test_the_quality_tab_says_where_left_and_right_were_changed_back() -> None:
    at = opened_squat()
    at.session_state["video_tabs"] = words("video.tab_quality")
    at.run()
    assert words("video.no_repairs") in captions(at)
    job = at.session_state["video_job"]
    repair = SideRepair(person=0, part="legs", from_s=0.5, to_s=0.9, frames=9)
    job._publish(recording=dataclasses.replace(job.now.recording, repairs=(repair,)))
    at.run()
    assert not at.exception
    (row,) = at.dataframe[0].value.to_dict("records")
    assert row == {"part": words("video.part_legs"), "from_s": 0.5, "to_s": 0.9, "frames": 9}
    assert words("video.repairs_hint") in captions(at)


def test_sides_are_repaired_unless_switched_off() -> None:
    at = open_video_page(repair_sides="0")
    upload_clip(at, "squat.mp4", SQUAT.read_bytes())
    assert at.session_state["video_job"].settings.repair_sides is False
    at.session_state["video_tabs"] = words("video.tab_quality")
    finished(at)
    assert words("video.repairs_off") in captions(at)


def test_downloads_are_cores(downloads: Downloads) -> None:
    at = opened_squat()
    at.session_state["video_tabs"] = words("video.tab_download")
    at.run()
    assert not at.exception
    recording = at.session_state["video_job"].now.recording
    assert downloads.name("video_download_angles_csv") == "squat_angles.csv"
    assert downloads.content("video_download_angles_csv") == angles_csv([recording])
    assert downloads.name("video_download_segments_csv") == "squat_segments.csv"
    assert downloads.content("video_download_segments_csv") == segments_csv([recording])
    parquet = pd.read_parquet(io.BytesIO(downloads.content("video_download_landmarks_parquet")))
    np.testing.assert_array_equal(parquet["x_px"], landmark_table(recording)["x_px"])
    assert downloads.content("video_download_json").startswith(b"{")
    assert downloads.name("video_download_kinematics_csv") == "squat_kinematics.csv"
    kinematics = pd.read_csv(io.BytesIO(downloads.content("video_download_kinematics_csv")))
    np.testing.assert_allclose(kinematics["filtered_deg"], joint_kinematics(recording)["filtered_deg"], rtol=1e-8)
    parquet = pd.read_parquet(io.BytesIO(downloads.content("video_download_kinematics_parquet")))
    np.testing.assert_array_equal(parquet["velocity_deg_s"], joint_kinematics(recording)["velocity_deg_s"])


def test_changed_settings_wait_for_a_click() -> None:
    at = opened_squat()
    first = at.session_state["video_job"]
    choose(at, "every_nth_frame", 3)
    at.slider(key="clip_part_choice").set_value((1.0, 2.0)).run()
    assert at.session_state["video_job"] is first
    assert words("video.changed") in captions(at)
    click(at, "analyse_again")
    finished(at)
    job = at.session_state["video_job"]
    assert (job.settings.start_s, job.settings.end_s, job.settings.every_nth_frame) == (1.0, 2.0, 3)
    np.testing.assert_allclose(job.now.recording.time, [1.0, 1.15, 1.3, 1.45, 1.6, 1.75, 1.9], atol=1e-6)
    assert component_data(at, "player")["part"] == [1.0, 2.0]
    assert words("video.changed") not in captions(at)


def test_the_look_never_analyses_again() -> None:
    at = opened_squat()
    choose(choose(at, "line_scale", 2.0), "colours", "classic")
    assert component_data(at, "player")["style"]["colours"] == "classic"
    assert words("video.changed") not in captions(at)


def test_nobody_found_offers_remedies() -> None:
    at = finished(upload_clip(open_video_page(), "wall.mkv", grey_clip()))
    assert [warning.value for warning in at.warning] == [words("video.nobody")]
    first = at.session_state["video_job"]
    click(at, "video_remedy_0")
    assert at.session_state["video_job"] is not first
    assert finished(at).session_state["video_job"].settings.min_detection_confidence == 0.2


@pytest.mark.parametrize(
    ("content", "sentence"), [(b"Dear Sir or Madam, " * 9, "is not a video"), (b"", "is empty")], ids=["text", "empty"]
)
def test_what_is_no_clip_is_told_in_a_sentence(content: bytes, sentence: str) -> None:
    at = upload_clip(open_video_page(), "letter.mp4", content)
    (error,) = at.error
    assert "“letter.mp4”" in error.value and sentence in error.value
    upload_clip(at, "wall.mkv", grey_clip())
    assert not at.error


def test_a_sample_opens_with_one_click() -> None:
    at = open_video_page()
    at.segmented_control(key="video_source").set_value("sample").run()
    finished(click(at, "clip_squat_2reps"))
    assert at.session_state["video_job"].now.recording.source == "squat_2reps.mp4"
