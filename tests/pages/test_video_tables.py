"""The tables of a clip frame by frame: core's numbers, in both languages, a stretch at a time."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from core import Recording
from core.motion.arrays import kind_of
from core.motion.groups import GROUPS
from pages.widgets.video_tables import FRAMES_AT_ONCE
from tests.core.recordings import some_recording
from tests.pages.app import SAMPLE_FOLDER, go_to, open_start, words
from tests.pages.made_clips import analysed_as, three_people

FIRST = ("knee", "hip", "elbow")
HEADINGS = {
    "frame": "video.column_frame",
    "time_s": "video.column_time",
    "person": "image.column_person",
    "joint": "image.column_joint",
    "angle_deg": "video.column_angle_deg",
    "flexion_deg": "video.column_flexion_deg",
    "trust": "image.column_trust",
}


def open_made(monkeypatch: pytest.MonkeyPatch, recording: Recording, **link: str) -> AppTest:
    """The Video page with a clip in which this is found."""
    analysed_as(monkeypatch, recording)
    at = go_to(open_start(**link), "video")
    (field,) = at.file_uploader
    field.upload("clip.mp4", (SAMPLE_FOLDER / "squat_2reps.mp4").read_bytes())
    at.run()
    assert not at.exception
    return at


def measured(recording: Recording, group: str = "joints", kinds: tuple[str, ...] = FIRST) -> pd.DataFrame:
    """What core measures of these kinds of joints, where there is something."""
    angles = GROUPS[group].measure(recording, "refined")
    table = angles.only([name for name in angles.names if kind_of(name) in kinds]).table()
    return table[np.isfinite(table[list(angles.readings)]).any(axis=1)].reset_index(drop=True)


def angle_rows(at: AppTest) -> pd.DataFrame:
    table: pd.DataFrame = at.dataframe[0].value
    return table.reset_index(drop=True)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_angles_frame_by_frame_are_cores(monkeypatch: pytest.MonkeyPatch, language: str) -> None:
    recording = three_people()
    at = open_made(monkeypatch, recording, people="all")
    at.session_state["language"] = language  # later: AppTest asks for a selectbox's words outside of the session
    at.run()
    assert not at.exception
    shown, expected = angle_rows(at), measured(recording)
    assert tuple(shown.columns) == tuple(HEADINGS)
    for column in ("frame", "time_s", "angle_deg", "flexion_deg", "trust"):
        np.testing.assert_array_equal(shown[column], expected[column], err_msg=column)
    assert shown["joint"].tolist() == [words(f"body.{joint}", language) for joint in expected["joint"]]
    numbers = [words("image.person_number", language, number=person + 1) for person in expected["person"]]
    assert shown["person"].tolist() == numbers
    headings = json.loads(at.dataframe[0].proto.columns)
    assert {name: headings[name]["label"] for name in HEADINGS} == {
        name: words(key, language) for name, key in HEADINGS.items()
    }


def test_one_person_and_the_chosen_joints(monkeypatch: pytest.MonkeyPatch) -> None:
    recording = some_recording(40, refined=True, width=320, height=240)
    at = open_made(monkeypatch, recording)
    at.pills(key="curve_kinds").set_value(["ankle"]).run()
    assert not at.exception
    shown, expected = angle_rows(at), measured(recording, kinds=("ankle",))
    assert "person" not in shown
    assert set(shown["joint"]) == {words("body.left_ankle"), words("body.right_ankle")}
    np.testing.assert_array_equal(shown["flexion_deg"], expected["flexion_deg"])


def test_segments_have_their_own_readings(monkeypatch: pytest.MonkeyPatch) -> None:
    recording = some_recording(40, refined=True, width=320, height=240)
    at = open_made(monkeypatch, recording)
    at.segmented_control(key="curve_group").set_value("vertical").run()
    assert not at.exception
    shown, expected = angle_rows(at), measured(recording, "vertical", ("trunk", "thigh", "shank"))
    assert "vertical_deg" not in shown  # a level pelvis would have 90
    for column in ("frame", "inclination_deg", "horizontal_deg", "trust"):
        np.testing.assert_array_equal(shown[column], expected[column], err_msg=column)


def test_a_long_clip_is_shown_a_stretch_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    recording = some_recording(FRAMES_AT_ONCE + 50, refined=True, width=320, height=240)
    at = open_made(monkeypatch, recording)
    everything = measured(recording)
    shown = angle_rows(at)
    assert shown["frame"].unique().tolist() == list(range(FRAMES_AT_ONCE))
    at.number_input(key="video_first_angle_frame").set_value(FRAMES_AT_ONCE).run()
    assert not at.exception
    shown, expected = angle_rows(at), everything[everything["frame"] >= FRAMES_AT_ONCE]
    np.testing.assert_array_equal(shown["frame"], expected["frame"])
    np.testing.assert_array_equal(shown["angle_deg"], expected["angle_deg"])


def test_a_stretch_beyond_a_shorter_recording_becomes_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    recording = some_recording(40, refined=True, width=320, height=240)
    at = open_made(monkeypatch, recording)
    at.number_input(key="video_first_angle_frame").set_value(30).run()
    analysed_as(monkeypatch, recording.part(0, 20))
    at.slider(key="setting_every_nth_frame").set_value(2).run()
    at.button(key="analyse_again").click().run()
    assert not at.exception
    assert at.number_input(key="video_first_angle_frame").value == 19
