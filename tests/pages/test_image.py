"""The Image page: a photo in, core's numbers out, and the settings between."""

from __future__ import annotations

import base64
import itertools
import json
import re
from typing import Any

import numpy as np
import pytest

from core import joint_angles, segment_angles
from core.motion.groups import GROUPS
from core.recording import SPACES
from core.skeleton import BODY_PARTS, LANDMARKS
from core.view.tables import left_right_table
from pages.widgets.choices import DEFAULTS
from pages.widgets.selection import JOINT_LANDMARKS
from tests.pages.app import (
    assert_angles_are_cores,
    assert_landmarks_are_cores,
    captions,
    choose,
    component_data,
    core_recording,
    drawing,
    go_to,
    markdowns,
    open_image_page,
    open_photos,
    open_sample,
    sample_bytes,
    sample_jpeg,
    setting,
    upload,
    words,
)
from tests.pages.conftest import Detections


def status_line(people: str, model: str, space: str, size: tuple[int, int], language: str = "en") -> str:
    """What the status line must begin with, as a pattern: the milliseconds may be any."""
    parts = (
        words("image.status", language, people=people, model=model, ms="MILLISECONDS", space=space),
        words("image.status_size", language, width=size[0], height=size[1]),
    )
    return re.escape(" · ".join(parts)).replace("MILLISECONDS", r"\d+")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_empty_page_says_what_to_do(language: str) -> None:
    at = open_image_page(lang=language)
    assert words("image.empty", language) in markdowns(at)
    assert [field.label for field in at.file_uploader] == [words("image.upload", language)]
    source = at.segmented_control(key="source")
    assert list(source.options) == [
        words(f"image.source_{name}", language) for name in ("upload", "camera", "paste", "sample")
    ]
    assert source.value == "upload"
    assert not at.dataframe and not at.tabs and not at.download_button
    assert component_data(at, "add_photo")["button"] == ""


@pytest.mark.parametrize(("name", "content"), [("squat.png", None), ("squat.jpg", "jpeg")])
def test_an_uploaded_photo_is_measured_without_another_click(name: str, content: str | None) -> None:
    photo = sample_jpeg("squat90_side") if content == "jpeg" else sample_bytes("squat90_side")
    at = upload(open_image_page(), (name, photo))
    assert open_photos(at) == [name]
    assert words("image.empty") not in markdowns(at)
    recording = core_recording(photo)
    assert recording.people == 1
    assert_angles_are_cores(at, recording)
    assert_landmarks_are_cores(at, recording)
    assert [tab.label for tab in at.tabs] == [
        words(f"image.tab_{tab}") for tab in ("angles", "landmarks", "charts", "download")
    ]


@pytest.mark.parametrize(
    ("language", "pattern"),
    [
        ("en", r"1 person · full model · \d+ ms · corrected 3D · 720 × 960 px"),
        ("zh", r"1 人 · 标准模型 · \d+ 毫秒 · 校正三维 · 720 × 960 像素"),
    ],
)
def test_the_status_line_says_what_was_found_and_how(language: str, pattern: str) -> None:
    at = open_sample("squat90_side", lang=language)
    assert len([caption for caption in captions(at) if re.match(pattern, caption)]) == 1
    one = words("image.one_person", language)
    expected = status_line(
        one,
        words("settings.model_full", language).lower(),
        words("image.space_refined", language),
        (720, 960),
        language,
    )
    assert any(re.match(expected, caption) for caption in captions(at))


def test_picture_and_3d_skeleton_show_the_person() -> None:
    at = open_sample("squat90_side")
    recording = core_recording(sample_bytes("squat90_side"))
    picture = component_data(at, "picture")
    assert (picture["width"], picture["height"]) == (720, 960)
    assert picture["original"].startswith("data:image/jpeg;base64,") and picture["original"] != picture["overlay"]
    assert picture["alt"] == words("image.picture_alt", name="squat90_side.png", people=words("image.one_person"))
    assert [point["label"] for point in picture["points"]] == [
        f"{index} {words(f'body.{name}')}" for index, name in enumerate(LANDMARKS)
    ]
    for point, (x, y, _) in zip(picture["points"], recording.image[0, 0], strict=True):
        assert (point["x"], point["y"]) == (pytest.approx(x, abs=0.051), pytest.approx(y, abs=0.051))
    skeleton = component_data(at, "skeleton")
    assert skeleton["alt"] == words("image.figure_alt", people=words("image.one_person"))
    assert f"25 {words('body.left_knee')}" in skeleton["figure"]
    assert skeleton["aspect"] == 720 / 960


def test_another_model_detects_anew(detections: Detections) -> None:
    at = open_sample("squat90_side")
    for model in ("lite", "heavy"):
        detections.clear()
        choose(at, "model", model)
        assert detections.models == [model]
        assert_angles_are_cores(at, core_recording(sample_bytes("squat90_side"), model=model))
        assert_landmarks_are_cores(at, core_recording(sample_bytes("squat90_side"), model=model))
        name, space = words(f"settings.model_{model}").lower(), words("image.space_refined")
        expected = status_line(words("image.one_person"), name, space, (720, 960))
        assert any(re.match(expected, caption) for caption in captions(at))
    detections.clear()
    choose(at, "model", "full")
    assert detections.models == [], "this has been detected before"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("people", "all"),
        ("min_detection_confidence", 0.3),
        ("min_presence_confidence", 0.4),
        ("enhance_contrast", True),
    ],
)
def test_a_setting_of_the_detection_is_handed_to_core(name: str, value: Any, detections: Detections) -> None:
    at = upload(open_image_page(), ("two.png", sample_bytes("two_people")))
    detections.clear()
    choose(at, name, value)
    assert detections.models == ["full"]
    recording = core_recording(sample_bytes("two_people"), **{name: value})
    assert_angles_are_cores(at, recording, people=range(recording.people))


def test_how_the_overlay_looks_never_detects_again(detections: Detections) -> None:
    at = open_sample("squat90_side")
    detections.clear()
    drawn = [drawing(at)]
    for name, value in (
        ("colours", "classic"),
        ("angles", True),
        ("reading", "flexion_deg"),
        ("space", "image"),
        ("numbers", True),
        ("boxes", True),
        ("line_scale", 2.0),
        ("dim_background", True),
        ("min_visibility", 1.0),
        ("low_visibility", "hidden"),
    ):
        choose(at, name, value)
        drawn.append(drawing(at))
        assert drawn[-1] not in drawn[:-1], f"{name} changes nothing in the picture"
    assert detections.models == []


def test_the_enhanced_picture_can_be_looked_at_as_long_as_it_is_what_the_detector_sees() -> None:
    at = open_sample("squat90_side")
    plain = drawing(at)
    assert "setting_enhanced" not in [toggle.key for toggle in at.toggle]
    detected_better = drawing(choose(at, "enhance_contrast", True))
    shown_better = drawing(choose(at, "enhanced", True))
    assert len({plain, detected_better, shown_better}) == 3
    choose(at, "enhance_contrast", False)
    assert "setting_enhanced" not in [toggle.key for toggle in at.toggle]
    assert drawing(at) == plain


def test_the_spaces_differ() -> None:
    recording = core_recording(sample_bytes("squat90_side"))
    for one, other in itertools.combinations(SPACES, 2):
        apart = joint_angles(recording, one)["angle_deg"] - joint_angles(recording, other)["angle_deg"]
        assert apart.abs().median() > 2


@pytest.mark.parametrize("space", SPACES)
@pytest.mark.parametrize("reading", ["angle_deg", "flexion_deg"])
def test_angles_are_read_as_chosen(reading: str, space: str, detections: Detections) -> None:
    at = open_sample("squat90_side")
    detections.clear()
    choose(choose(at, "reading", reading), "space", space)
    recording = core_recording(sample_bytes("squat90_side"))
    assert_angles_are_cores(at, recording, reading=reading, space=space)
    assert any(f" · {words(f'image.space_{space}')} · " in caption for caption in captions(at))
    assert detections.models == []


@pytest.mark.parametrize("space", SPACES)
@pytest.mark.parametrize("group", ["planes", "vertical", "horizontal"])
def test_other_angles_are_shown_when_they_are_asked_for(group: str, space: str) -> None:
    at = choose(choose(open_sample("squat90_side"), "reading", "flexion_deg"), "space", space)
    picker = at.segmented_control(key="angle_group")
    assert list(picker.options) == [words(f"image.group_{name}") for name in GROUPS]
    picker.set_value(group).run()
    assert not at.exception
    recording = core_recording(sample_bytes("squat90_side"))
    angles = joint_angles(recording, space) if group == "planes" else segment_angles(recording, space)
    reading = {"planes": "flexion_deg", "vertical": "inclination_deg", "horizontal": "horizontal_deg"}[group]
    expected = left_right_table(angles, reading, GROUPS[group].names)
    shown = at.dataframe(key=f"angle_table_{group}").value
    column = "joint" if group == "planes" else "segment"
    assert shown[column].tolist() == [words(f"body.{kind}") for kind in expected[column]]
    for name in ("left_deg", "right_deg", "centre_deg", "difference_deg", "trust"):
        np.testing.assert_array_equal(shown[name].to_numpy(), expected[name].to_numpy(), err_msg=name)
    flat = words(f"image.group_{group}_flat")
    assert any(flat in caption for caption in captions(at)) == (space == "image")
    assert "angle_table" not in [table.key for table in at.dataframe]


def test_a_segment_is_marked_at_both_of_its_ends() -> None:
    assert [LANDMARKS[index] for index in JOINT_LANDMARKS["thigh"]] == [
        "left_hip",
        "right_hip",
        "left_knee",
        "right_knee",
    ]


def test_settings_and_results_survive_a_change_of_page(detections: Detections) -> None:
    at = open_sample("squat90_side")
    chosen = {"model": "lite", "min_detection_confidence": 0.4, "colours": "classic", "boxes": True, "line_scale": 1.5}
    for name, value in chosen.items():
        choose(at, name, value)
    detections.clear()
    link = at.query_params
    go_to(go_to(at, "about"), "image")
    assert at.session_state["choices"] == DEFAULTS | chosen
    assert {name: setting(at, name).value for name in chosen} == chosen
    assert at.query_params == link
    assert open_photos(at) == ["squat90_side.png"]
    recording = core_recording(sample_bytes("squat90_side"), model="lite", min_detection_confidence=0.4)
    assert_angles_are_cores(at, recording)
    assert detections.models == []


def test_the_most_people_can_be_chosen_only_when_all_are_wanted() -> None:
    at = open_image_page()
    assert "setting_max_people" not in [slider.key for slider in at.slider]
    choose(at, "people", "all")
    assert at.slider(key="setting_max_people").value == 10


def test_the_landmarks_can_be_filtered_by_part_of_the_body_and_visibility() -> None:
    at = open_sample("squat90_side")
    at.pills(key="filter_parts").set_value(["legs", "feet"]).run()
    shown = at.dataframe(key="landmark_table").value
    assert shown["number"].tolist() == [*BODY_PARTS["legs"], *BODY_PARTS["feet"]]
    at.pills(key="filter_parts").set_value([]).run()
    at.slider(key="filter_visibility").set_value(0.95).run()
    visibility = core_recording(sample_bytes("squat90_side")).visibility[0, 0]
    expected = [index for index in range(33) if visibility[index] >= 0.95]
    assert 0 < len(expected) < 33
    assert at.dataframe(key="landmark_table").value["number"].tolist() == expected
    at.pills(key="filter_parts").set_value(["hands"]).run()
    at.slider(key="filter_visibility").set_value(1.0).run()
    assert not at.exception
    assert [info.value for info in at.info] == [words("image.nothing_matches")]
    assert "landmark_table" not in [table.key for table in at.dataframe]


def numbers_of(values: list[float] | dict[str, str]) -> list[float]:
    """A row of a Plotly figure, which may be packed."""
    if isinstance(values, list):
        return values
    unpacked: list[float] = np.frombuffer(base64.b64decode(values["bdata"]), values["dtype"]).tolist()
    return unpacked


def test_the_charts_hold_the_numbers_of_the_tables() -> None:
    at = open_sample("squat90_side")
    left_right, visibility = (json.loads(chart.proto.spec) for chart in at.get("plotly_chart"))
    table = at.dataframe(key="angle_table").value.dropna(subset="left_deg")
    for bars, column in zip(left_right["data"], ("left_deg", "right_deg"), strict=True):
        assert bars["x"] == table["joint"].tolist()
        np.testing.assert_array_equal(numbers_of(bars["y"]), table[column])
    assert left_right["layout"]["yaxis"]["title"]["text"] == words("body.angle_axis")
    found = {
        name: value for bars in visibility["data"] for name, value in zip(bars["y"], numbers_of(bars["x"]), strict=True)
    }
    table = at.dataframe(key="landmark_table").value
    assert found == dict(zip(table["landmark"], table["visibility"], strict=True))
    choose(at, "reading", "flexion_deg")
    layout = json.loads(at.get("plotly_chart")[0].proto.spec)["layout"]
    assert layout["yaxis"]["title"]["text"] == words("body.flexion_axis")
