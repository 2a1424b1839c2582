"""What the user knows of person and camera changes every number after the analysis, on both pages alike."""

from __future__ import annotations

import json
import struct
from urllib.parse import parse_qsl, urlsplit

import numpy as np
import pytest

from core.motion.body_height import standing_height_m, with_body_height
from core.motion.level import estimated_tilt, levelled
from pages.widgets.measurement import Measurement
from tests.core.recordings import some_recording
from tests.pages.app import (
    assert_angles_are_cores,
    assert_landmarks_are_cores,
    captions,
    choose,
    component_data,
    core_recording,
    open_sample,
    sample_bytes,
    setting,
    words,
)
from tests.pages.conftest import Detections, Downloads
from tests.pages.test_video import opened_squat, squat_recording


def minus(angle_deg: float) -> str:
    return f"{angle_deg:g}".replace("-", "−")


TILTED = {"tilt": "manual", "pitch_deg": "10", "roll_deg": "-4"}


def test_nothing_is_known_at_first() -> None:
    at = open_sample("squat90_side")
    assert setting(at, "height_cm").value is None
    assert setting(at, "tilt").value == "filmed"
    assert_landmarks_are_cores(at, core_recording(sample_bytes("squat90_side")))


def test_a_body_height_scales_metres_and_can_be_taken_back(detections: Detections) -> None:
    at = open_sample("squat90_side")
    recording = core_recording(sample_bytes("squat90_side"))
    detections.clear()
    choose(at, "height_cm", 185.0)
    scaled = with_body_height(recording, 1.85)
    assert standing_height_m(scaled)[0] == pytest.approx(1.85, rel=1e-4)
    assert_landmarks_are_cores(at, scaled)
    assert words("image.measured_height", height="185") in captions(at)
    assert at.query_params["height_cm"] in ("185", ["185"])
    assert_landmarks_are_cores(choose(at, "height_cm", None), recording)
    assert "height_cm" not in at.query_params
    assert detections.models == []


def test_a_known_tilt_levels_the_angles() -> None:
    at = open_sample("squat90_side", **TILTED)
    level = levelled(core_recording(sample_bytes("squat90_side")), 10, -4)
    assert_angles_are_cores(at, level)
    assert_landmarks_are_cores(at, level)
    assert words("image.measured_manual", pitch="10", roll="−4") in captions(at)


def test_the_angles_of_the_tilt_are_asked_for_only_where_they_count() -> None:
    at = open_sample("squat90_side")
    assert "setting_pitch_deg" not in [field.key for field in at.number_input]
    choose(choose(at, "tilt", "manual"), "pitch_deg", 12.0)
    assert_angles_are_cores(at, levelled(core_recording(sample_bytes("squat90_side")), 12))


@pytest.mark.parametrize("name", ["arms_raised_front", "tree_yoga"])
def test_what_was_estimated_is_said(name: str) -> None:
    at = open_sample(name, tilt="feet")
    recording = core_recording(sample_bytes(name))
    tilt = estimated_tilt(recording)
    if tilt is None:
        assert words("image.measured_no_tilt") in captions(at)
        assert_angles_are_cores(at, recording)
    else:
        pitch, roll = round(tilt.pitch_deg, 1), round(tilt.roll_deg, 1)
        assert words("image.measured_feet", pitch=minus(pitch), roll=minus(roll)) in captions(at)
        assert_angles_are_cores(at, levelled(recording, pitch, roll))


def test_the_samples_show_both_cases() -> None:
    tilts = [estimated_tilt(core_recording(sample_bytes(name))) for name in ("arms_raised_front", "tree_yoga")]
    assert tilts[0] is not None and tilts[1] is None


def test_files_have_the_measured_numbers_and_say_so(downloads: Downloads) -> None:
    open_sample("squat90_side", height_cm="170", **TILTED)
    document = json.loads(downloads.content("download_json"))
    told = document["made_by"]
    assert (told["scaled_to_body_height_m"], told["levelled_pitch_deg"], told["levelled_roll_deg"]) == (
        "1.7",
        "10",
        "-4",
    )
    expected = levelled(with_body_height(core_recording(sample_bytes("squat90_side")), 1.7), 10, -4)
    landmarks = document["frames"][0]["people"][0]["landmarks"]
    np.testing.assert_allclose([list(each["metres"].values()) for each in landmarks], expected.world[0, 0], rtol=1e-5)


def test_a_clip_is_measured_so_in_player_and_tables() -> None:
    at = opened_squat(height_cm="170", **TILTED)
    expected = levelled(with_body_height(squat_recording(), 1.7), 10, -4)
    job = at.session_state["video_job"]
    np.testing.assert_allclose(job.measured(job.now, Measurement(170, "manual", 10, -4)).refined, expected.refined)
    assert any(words("image.measured_manual", pitch="10", roll="−4") in caption for caption in captions(at))
    address = urlsplit(component_data(at, "player")["landmarks"])
    message = job._landmarks(dict(parse_qsl(address.query)))
    (length,) = struct.unpack_from("<I", message)
    header = json.loads(message[4 : 4 + length])
    points = header["count"] * 33
    start = 4 + length + 8 * header["count"] + 2 * 2 * points
    metres = np.frombuffer(message, "<i2", 3 * points, start).reshape(-1, 33, 3) / 1000
    assert expected.refined is not None
    np.testing.assert_allclose(metres, expected.refined[: header["count"], 0], atol=6e-4)
    # While the work went on other bodies were sent: the player has to begin anew.
    assert header["revision"] == job.now.revision == 1


def test_parameters_of_an_address_that_make_no_sense_are_passed_over() -> None:
    at = opened_squat()
    job = at.session_state["video_job"]
    plain = job._landmarks({"space": "refined"})
    assert job._landmarks({"space": "refined", "height_cm": "9000", "tilt": "upside down", "roll_deg": "x"}) == plain


def test_where_nothing_is_known_a_recording_stays_itself() -> None:
    recording = some_recording()
    assert Measurement(0, "filmed", 10, 10).apply(recording) is recording
    assert Measurement(0, "manual", 0, 0).apply(recording) is recording
