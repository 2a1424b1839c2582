"""Several people in a clip: chosen, named, coloured, taken out, in every table, chart and file."""

from __future__ import annotations

import io
import json
import struct
from typing import Any
from urllib.parse import parse_qsl

import numpy as np
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from core import FilterSettings, Recording, Settings, joint_angles
from core.export.angles_csv import angles_csv
from core.motion.angles import MAIN_JOINTS
from core.motion.summary import finding_summary, movement_summary
from core.skeleton import PERSON_COLOURS
from core.view.tables import landmark_table
from pages.widgets.people import EVERYONE
from pages.widgets.smoothed import smoothed
from tests.pages.app import captions, choose, click, component_data, words
from tests.pages.conftest import Downloads
from tests.pages.made_clips import FRAMES, analysed_as, three_people
from tests.pages.test_video import grey_clip, open_video_page, upload_clip


@pytest.fixture
def found(monkeypatch: pytest.MonkeyPatch) -> Recording:
    recording = three_people()
    analysed_as(monkeypatch, recording)
    return recording


def opened(language: str = "en", **link: str) -> AppTest:
    """The language comes last: AppTest asks for a selectbox's words outside of the session, where they are English."""
    at = upload_clip(open_video_page(people="all", lang="en", **link), "street.mkv", grey_clip())
    at.session_state["language"] = language
    at.run()
    assert not at.exception
    return at


def pick(at: AppTest, person: int) -> AppTest:
    at.segmented_control(key="clip_person_choice").set_value(person).run()
    assert not at.exception
    return at


def show_tab(at: AppTest, name: str) -> AppTest:
    at.session_state["video_tabs"] = words(f"video.tab_{name}")
    at.run()
    assert not at.exception
    return at


def name_person(at: AppTest, number: int, name: str) -> AppTest:
    at.text_input(key=f"clip_person_name_{number}").set_value(name).run()
    assert not at.exception
    return at


def options(at: AppTest) -> list[str]:
    return list(at.segmented_control(key="clip_person_choice").options)


def figure(at: AppTest) -> dict[str, Any]:
    drawn: dict[str, Any] = json.loads(at.get("plotly_chart")[0].proto.spec)
    return drawn


def legend(at: AppTest) -> list[str]:
    return [trace["name"] for trace in figure(at)["data"] if trace["showlegend"]]


def player_message(at: AppTest) -> dict[str, Any]:
    """The header of what the player is sent."""
    link = component_data(at, "player")["landmarks"]
    parameters = dict(parse_qsl(link.partition("?")[2]))
    message = at.session_state["video_job"]._landmarks({**parameters, "first": "0", "revision": "-1"})
    (length,) = struct.unpack_from("<I", message)
    header: dict[str, Any] = json.loads(message[4 : 4 + length])
    return header


@pytest.mark.parametrize("language", ["en", "zh"])
def test_everyone_is_there_at_first_with_a_number_and_a_colour(language: str, found: Recording) -> None:
    at = opened(language)
    names = [words("image.person_number", language, number=number) for number in (1, 2, 3)]
    assert at.segmented_control(key="clip_person_choice").value == EVERYONE
    player = component_data(at, "player")
    assert player["people"] == [
        {"name": name, "colour": colour} for name, colour in zip(names, PERSON_COLOURS, strict=False)
    ]
    assert (player["person"], player["named"]) == (EVERYONE, True)
    assert legend(at) == names


def test_the_chosen_person_is_the_one_in_every_table_and_chart(found: Recording) -> None:
    at = pick(opened(), 1)
    assert component_data(at, "player")["person"] == 1
    assert legend(at) == [words("body.left"), words("body.right")]

    summary = show_tab(at, "summary").dataframe[0].value
    assert len(summary) == len(MAIN_JOINTS) and "person" not in summary

    landmarks = show_tab(at, "landmarks").dataframe[0].value
    table = landmark_table(found)
    own = table[(table["person"] == 1) & np.isfinite(table["x_px"])]
    assert len(own) == 33 * FRAMES // 2
    np.testing.assert_array_equal(landmarks["x_px"], own["x_px"])
    assert "person" not in landmarks

    quality = show_tab(at, "quality")
    assert quality.metric[0].value == "50.0 %"
    assert len(quality.metric) == 2 and len(quality.dataframe[0].value) == 33


def test_of_everyone_each_row_says_whose_it_is(found: Recording) -> None:
    at = name_person(opened(), 2, "Cleo")
    summary = show_tab(at, "summary").dataframe[0].value
    names = ["Person 1", "Person 2", "Cleo"]
    assert summary["person"].tolist() == [name for name in names for _ in MAIN_JOINTS]
    quality = show_tab(at, "quality")
    assert [metric.label for metric in quality.metric][::2] == [words("video.found_share", who=name) for name in names]
    shares = finding_summary(found)["found_share"]
    assert [metric.value for metric in quality.metric][::2] == [f"{100 * share:.1f} %" for share in shares]
    landmarks = show_tab(at, "landmarks").dataframe[0].value
    assert landmarks["person"].value_counts().to_dict() == {
        "Person 1": 33 * FRAMES,
        "Person 2": 33 * FRAMES // 2,
        "Cleo": 33 * FRAMES // 4,
    }


def test_the_summary_is_cores_for_the_one_who_is_chosen(found: Recording) -> None:
    at = show_tab(pick(opened(smoothing="none", gap_s="0", outliers="0"), 2), "summary")
    settings = FilterSettings(method="none", gap_s=0.0, outlier_threshold=None)
    expected = movement_summary(smoothed(found, "joints", "refined", "angle_deg", settings))
    own = expected[expected["person"] == 2]
    for column in ("minimum_deg", "maximum_deg", "mean_deg"):
        np.testing.assert_allclose(at.dataframe[0].value[column], own[column], rtol=1e-12)


def test_a_name_and_a_colour_go_everywhere(found: Recording, downloads: Downloads) -> None:
    at = name_person(opened(), 0, "Anna")
    at.color_picker(key="clip_person_colour_0").set_value("#123456").run()
    assert not at.exception
    assert component_data(at, "player")["people"][0] == {"name": "Anna", "colour": "#123456"}
    assert options(at)[0] == ':color[●]{foreground="#123456"} Anna'
    assert legend(at) == ["Anna", "Person 2", "Person 3"]
    assert figure(at)["data"][2]["line"]["color"] == "#123456"
    show_tab(at, "download")
    read = pd.read_csv(io.BytesIO(downloads.content("video_download_angles_csv")))
    angles = joint_angles(found)
    assert read["person_name"].tolist() == [("Anna", "Person 2", "Person 3")[person] for person in angles["person"]]
    np.testing.assert_allclose(read["angle_deg"], angles["angle_deg"], rtol=1e-8)
    parquet = pd.read_parquet(io.BytesIO(downloads.content("video_download_landmarks_parquet")))
    assert parquet["person_name"].unique().tolist() == ["Anna", "Person 2", "Person 3"]
    assert json.loads(downloads.content("video_download_json"))["people"][0] == {"person": 0, "name": "Anna"}


def test_naming_filters_nothing_again(found: Recording, monkeypatch: pytest.MonkeyPatch) -> None:
    at = opened()
    calls = []
    monkeypatch.setattr("pages.widgets.smoothed.angle_kinematics", lambda *arguments: calls.append(arguments))
    name_person(at, 1, "Ben")
    assert calls == []


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Anna \t Maria ", "Anna Maria"),
        ("x" * 80, "x" * 40),
        ("", "Person 1"),
        ("\u202egnp.exe", "gnp.exe"),
        ("<img src=x onerror=alert(1)>", "<img src=x onerror=alert(1)>"),
    ],
)
def test_what_is_typed_becomes_one_short_line(typed: str, kept: str, found: Recording) -> None:
    at = opened()
    at.text_input(key="clip_person_name_0").set_value(typed).run()
    assert not at.exception
    assert component_data(at, "player")["people"][0]["name"] == kept


def test_a_hostile_name_is_text_in_markdown_and_in_charts(found: Recording) -> None:
    at = name_person(opened(), 0, "<b>*x*</b> :red[y] $z$")
    assert options(at)[0].endswith(r" \<b\>\*x\*\</b\> \:red\[y\]…")
    assert "<b>" not in json.dumps(figure(at)["data"])
    assert "<b>" not in "".join(metric.label for metric in show_tab(at, "quality").metric).replace(r"\<b\>", "")


def test_what_is_no_person_is_gone_everywhere_and_can_be_brought_back(found: Recording, downloads: Downloads) -> None:
    at = name_person(opened(), 2, "Cleo")
    assert player_message(at)["people"] == 3
    click(pick(at, 1), "clip_person_remove")
    assert [person["name"] for person in component_data(at, "player")["people"]] == ["Person 1", "Cleo"]
    assert [person["colour"] for person in component_data(at, "player")["people"]] == [
        PERSON_COLOURS[0],
        PERSON_COLOURS[2],
    ]
    assert player_message(at)["people"] == 2
    assert at.segmented_control(key="clip_person_choice").value == EVERYONE
    assert legend(at) == ["Person 1", "Cleo"]
    assert any(caption.startswith(words("image.people", count=2)) for caption in captions(at))
    assert set(show_tab(at, "summary").dataframe[0].value["person"]) == {"Person 1", "Cleo"}
    show_tab(at, "download")
    read = pd.read_csv(io.BytesIO(downloads.content("video_download_angles_csv")))
    angles = joint_angles(found)
    np.testing.assert_allclose(read["angle_deg"], angles[angles["person"] != 1]["angle_deg"], rtol=1e-8)
    assert read["person_name"].unique().tolist() == ["Person 1", "Cleo"]
    assert json.loads(read["made_by"][0])["removed_people"] == "1"

    click(at, "clip_person_bring_back_1")
    assert [person["name"] for person in component_data(at, "player")["people"]] == ["Person 1", "Person 2", "Cleo"]
    assert player_message(at)["people"] == 3
    assert "removed_people" not in pd.read_csv(io.BytesIO(downloads.content("video_download_angles_csv")))["made_by"][0]


def test_all_can_be_taken_out_and_come_back(found: Recording) -> None:
    at = opened()
    for number in (0, 1, 2):
        if number < 2:
            pick(at, 0)
        click(at, "clip_person_remove")
        assert component_data(at, "player")["people"] == [
            {"name": f"Person {left + 1}", "colour": PERSON_COLOURS[left]} for left in range(number + 1, 3)
        ]
    assert [info.value for info in at.info] == [words("people.all_removed")]
    assert not at.tabs and not at.warning
    click(at, "clip_person_bring_back_2")
    assert len(at.tabs) == 5 and not at.info


def test_one_person_without_a_name_has_none_in_the_files(monkeypatch: pytest.MonkeyPatch, downloads: Downloads) -> None:
    alone = three_people().without_people([1, 2])
    analysed_as(monkeypatch, alone)
    at = show_tab(opened(), "download")
    assert b"person_name" not in downloads.content("video_download_angles_csv")
    assert "clip_person_choice" not in [control.key for control in at.segmented_control]
    assert component_data(at, "player")["named"] is False
    name_person(at, 0, "Anna")
    assert component_data(at, "player")["named"] is True
    read = pd.read_csv(io.BytesIO(downloads.content("video_download_angles_csv")))
    assert set(read["person_name"]) == {"Anna"}


def test_names_belong_to_an_analysis(found: Recording) -> None:
    """With other settings the same number may be somebody else."""
    at = name_person(opened(), 0, "Anna")
    click(choose(at, "max_people", 5), "analyse_again")
    assert component_data(at, "player")["people"][0]["name"] == "Person 1"
    click(choose(at, "max_people", 10), "analyse_again")
    assert component_data(at, "player")["people"][0]["name"] == "Anna"


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize(("count", "key"), [(1, "one_left_out"), (4, "left_out")])
def test_who_was_left_out_is_told(language: str, count: int, key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    analysed_as(monkeypatch, three_people(left_out=count))
    sentence = words(f"video.{key}", language, count=count)
    advice = words(
        "video.left_out_advice",
        language,
        at_most=words("settings.max_people", language),
        more=words("settings.more", language),
    )
    assert f"{sentence} {advice}" in captions(opened(language))
    # No more can be looked for than the most there is.
    assert sentence in captions(opened(language, max_people="20"))


def test_nobody_left_out_is_not_told(found: Recording) -> None:
    assert not any("left out" in caption for caption in captions(opened()))


def test_the_files_without_names_would_be_cores(found: Recording, downloads: Downloads) -> None:
    show_tab(opened(), "download")
    told = downloads.content("video_download_angles_csv").decode().splitlines()
    plain = angles_csv([found]).decode().splitlines()
    assert [line.split(",")[:3] for line in told[1:]] == [line.split(",")[:3] for line in plain[1:]]
    assert [line.split(",")[5:7] for line in told[1:]] == [line.split(",")[4:6] for line in plain[1:]]


def test_how_closely_to_search_is_asked_where_everyone_is_looked_for(found: Recording) -> None:
    at = opened(search="quick")
    assert at.segmented_control(key="setting_search").value == "quick"
    assert at.session_state["video_job"].settings.search == "quick"
    choose(at, "search", "thorough")
    assert words("video.changed") in captions(at)


def test_what_is_chosen_for_several_people_does_not_count_for_one(found: Recording) -> None:
    at = upload_clip(open_video_page(search="quick", max_people="3"), "street.mkv", grey_clip())
    assert not [each for each in at.segmented_control if each.key == "setting_search"]
    settings = at.session_state["video_job"].settings
    assert (settings.search, settings.max_people) == (Settings().search, Settings().max_people)
    assert words("video.changed") not in captions(at)
