"""With two people in a photo: each of them, or both, in every table, picture and chart."""

from __future__ import annotations

import io
import json
import zipfile

import numpy as np
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from core import Recording, joint_angles
from core.skeleton import PERSON_COLOURS
from pages.widgets.people import EVERYONE
from tests.pages.app import (
    assert_angles_are_cores,
    assert_landmarks_are_cores,
    button_labels,
    captions,
    choose,
    click,
    component_data,
    core_recording,
    drawing,
    go_to,
    markdowns,
    open_sample,
    pick_person,
    sample_bytes,
    upload,
    words,
)
from tests.pages.conftest import Detections, Downloads


def recording() -> Recording:
    found = core_recording(sample_bytes("two_people"), people="all", enhance_contrast=True)
    assert found.people == 2
    return found


def people_drawn(at: AppTest) -> list[int]:
    return sorted({point["person"] for point in component_data(at, "picture")["points"] if point["shown"]})


@pytest.mark.parametrize("language", ["en", "zh"])
def test_everyone_is_shown_at_first_and_can_be_picked(language: str) -> None:
    at = open_sample("two_people", lang=language)
    picker = at.segmented_control(key="person_choice")
    assert picker.value == EVERYONE
    assert list(picker.options) == [
        *(
            f':color[●]{{foreground="{colour}"}} {words("image.person_number", language, number=number)}'
            for number, colour in enumerate(PERSON_COLOURS[:2], 1)
        ),
        words("image.everyone", language),
    ]
    assert any(caption.startswith(words("image.people", language, count=2)) for caption in captions(at))
    assert_angles_are_cores(at, recording(), (0, 1), language=language)
    assert people_drawn(at) == [0, 1]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_who_is_left_out_is_told(language: str) -> None:
    at = open_sample("two_people", lang=language)
    shared = {"at_most": words("settings.max_people", language), "more": words("settings.more", language)}
    sentence = words("image.one_left_out", language, count=1, **shared)
    assert sentence not in captions(at)
    choose(at, "max_people", 1)
    assert sentence in captions(at)


def test_picking_a_person_changes_tables_picture_3d_and_charts(detections: Detections) -> None:
    at = open_sample("two_people")
    detections.clear()
    overlays, figures = [], []
    for people in ((0, 1), (0,), (1,)):
        if len(people) == 1:
            pick_person(at, people[0])
        assert_angles_are_cores(at, recording(), people)
        assert_landmarks_are_cores(at, recording(), people)
        assert people_drawn(at) == list(people)
        assert len(at.get("plotly_chart")) == 2 * len(people)
        overlays.append(drawing(at))
        figures.append(json.loads(component_data(at, "skeleton")["figure"]))
    assert len(set(overlays)) == 3
    assert len(figures[0]["data"]) > len(figures[1]["data"]) and figures[1]["data"] != figures[2]["data"]
    pick_person(at, EVERYONE)
    assert_angles_are_cores(at, recording(), (0, 1))
    assert_landmarks_are_cores(at, recording(), (0, 1))
    assert drawing(at) == overlays[0]
    assert detections.models == []


def test_the_picked_person_stays_over_a_change_of_page_and_of_the_look() -> None:
    at = choose(pick_person(open_sample("two_people"), 1), "numbers", True)
    go_to(go_to(at, "about"), "image")
    assert at.segmented_control(key="person_choice").value == 1
    assert_angles_are_cores(at, recording(), (1,))


def test_another_photo_is_shown_with_everyone() -> None:
    at = pick_person(open_sample("two_people"), 1)
    upload(at, ("squat.png", sample_bytes("squat90_side")))
    alone = core_recording(sample_bytes("squat90_side"), people="all", enhance_contrast=True)
    assert alone.people == 1
    assert "person_choice" not in [control.key for control in at.segmented_control]
    assert_angles_are_cores(at, alone)
    click(at, "previous_photo")
    assert at.segmented_control(key="person_choice").value == EVERYONE
    assert_angles_are_cores(at, recording(), (0, 1))


def test_when_only_one_person_is_looked_for_nobody_has_to_pick() -> None:
    at = choose(pick_person(open_sample("two_people"), 1), "people", "one")
    one = core_recording(sample_bytes("two_people"), people="one", enhance_contrast=True)
    assert one.people == 1
    assert "person_choice" not in [control.key for control in at.segmented_control]
    assert_angles_are_cores(at, one)


# --- marks ----------------------------------------------------------------------------------------------------------


def rows_marked(at: AppTest, key: str) -> list[int]:
    return list(at.session_state[key]["selection"]["rows"])


def test_a_marked_joint_is_marked_in_both_tables_the_picture_and_3d() -> None:
    at = pick_person(open_sample("two_people"), EVERYONE)
    plain = json.loads(component_data(at, "skeleton")["figure"])
    mark(at, "mark_joints", [(1, "knee")])
    assert rows_marked(at, "angle_table") == [9 + 4], "the knees of the second person"
    assert rows_marked(at, "landmark_table") == [33 + 25, 33 + 26]
    assert component_data(at, "picture")["selected"] == [[1, 25], [1, 26]]
    marked = json.loads(component_data(at, "skeleton")["figure"])
    assert len(marked["data"]) == len(plain["data"]) + 1
    pick_person(at, 1)
    assert rows_marked(at, "angle_table") == [4]
    assert rows_marked(at, "landmark_table") == [25, 26]
    pick_person(at, 0)
    assert rows_marked(at, "angle_table") == rows_marked(at, "landmark_table") == []


def test_a_click_on_a_point_marks_it_and_its_joint_and_a_second_click_frees_it() -> None:
    at = open_sample("squat90_side")
    mark(at, "pick", 13, 0)
    assert rows_marked(at, "landmark_table") == [13]
    assert rows_marked(at, "angle_table") == [1], "the elbow"
    mark(at, "pick", 0, 0)
    assert rows_marked(at, "landmark_table") == [0]
    assert rows_marked(at, "angle_table") == [], "there is no joint at the nose"
    mark(at, "pick", 0, 0)
    assert rows_marked(at, "landmark_table") == []
    assert component_data(at, "picture")["selected"] == []


def test_a_click_on_the_second_persons_elbow_marks_theirs() -> None:
    at = open_sample("two_people")
    mark(at, "pick", 13, 1)
    assert rows_marked(at, "landmark_table") == [33 + 13]
    assert rows_marked(at, "angle_table") == [9 + 1]


def mark(at: AppTest, how: str, *what: object) -> None:
    """Do to this session what a click in the browser does, which AppTest cannot click: then show the page again."""

    def click_in_the_browser(how: str, what: tuple[object, ...]) -> None:
        from pages.widgets import selection

        getattr(selection, how)(*what)

    script = AppTest.from_function(click_in_the_browser, args=(how, what), default_timeout=60)
    names = ("marked_landmarks", "marked_joints")
    for name in names:
        if name in at.session_state:
            script.session_state[name] = at.session_state[name]
    script.run()
    assert not script.exception
    for name in names:
        at.session_state[name] = script.session_state[name]
    at.run()
    assert not at.exception


# --- names, colours, and who is no person -----------------------------------------------------------------------------


def name_person(at: AppTest, number: int, name: str) -> AppTest:
    at.text_input(key=f"person_name_{number}").set_value(name).run()
    assert not at.exception
    return at


def names_in(at: AppTest, key: str = "angle_table") -> list[str]:
    return list(dict.fromkeys(at.dataframe(key=key).value["person"]))


def test_a_name_and_a_colour_go_into_picture_3d_tables_charts_and_files(
    downloads: Downloads, detections: Detections
) -> None:
    at = open_sample("two_people")
    detections.clear()
    before = drawing(at)
    name_person(at, 1, "Ben")
    named = drawing(at)
    at.color_picker(key="person_colour_1").set_value("#123456").run()
    assert not at.exception
    assert len({before, named, drawing(at)}) == 3
    assert names_in(at) == names_in(at, "landmark_table") == ["Person 1", "Ben"]
    assert component_data(at, "picture")["names"] == ["Person 1", "Ben"]
    drawn = json.loads(component_data(at, "skeleton")["figure"])["data"]
    assert [(trace["text"], trace["textfont"]["color"]) for trace in drawn if trace["mode"] == "text"] == [
        (["<b>Person 1</b>"], PERSON_COLOURS[0]),
        (["<b>Ben</b>"], "#123456"),
    ]
    heading = f"#### {words('image.charts_left_right')} · " + ':color[●]{foreground="#123456"} Ben'
    assert heading in markdowns(at)
    read = pd.read_csv(io.BytesIO(downloads.content("download_angles")))
    angles = joint_angles(recording())
    assert read["person_name"].tolist() == [("Person 1", "Ben")[person] for person in angles["person"]]
    np.testing.assert_allclose(read["angle_deg"], angles["angle_deg"], rtol=1e-8)
    with zipfile.ZipFile(io.BytesIO(downloads.content("download_zip"))) as archive:
        assert b"Ben" in archive.read("two_people_skeleton.html")
    assert detections.models == []


def test_what_is_no_person_is_gone_and_can_be_brought_back(downloads: Downloads, detections: Detections) -> None:
    at = open_sample("two_people")
    detections.clear()
    before = drawing(at)
    assert "person_remove" not in button_labels(at), "of several people one must be chosen first"
    click(pick_person(at, 0), "person_remove")
    assert any(caption.startswith(words("image.one_person")) for caption in captions(at))
    assert_angles_are_cores(at, recording().without_people([0]))
    assert_landmarks_are_cores(at, recording().without_people([0]))
    assert people_drawn(at) == [0]
    assert len(at.get("plotly_chart")) == 2
    read = pd.read_csv(io.BytesIO(downloads.content("download_angles")))
    assert len(read) == len(joint_angles(recording())) / 2
    assert json.loads(read["made_by"][0])["removed_people"] == "0"
    assert drawing(at) != before

    click(at, "person_bring_back_0")
    assert_angles_are_cores(at, recording(), (0, 1))
    assert drawing(at) == before
    assert detections.models == []


def test_the_background_is_dark_where_only_the_one_taken_out_was() -> None:
    at = choose(pick_person(open_sample("two_people"), 0), "dim_background", True)
    both = drawing(at)
    click(at, "person_remove")
    without_first = drawing(at)
    click(at, "person_bring_back_0")
    pick_person(at, 1)
    # Only the second one is drawn in both, but the mask had the first one, too.
    assert len({both, without_first, drawing(at)}) == 3


def test_all_can_be_taken_out_and_come_back() -> None:
    at = click(open_sample("squat90_side"), "person_remove")
    assert [info.value for info in at.info] == [words("people.all_removed")]
    assert not at.warning and not at.tabs
    click(at, "person_bring_back_0")
    assert_angles_are_cores(at, core_recording(sample_bytes("squat90_side")))


def test_one_person_has_no_name_in_the_files_until_one_is_given(downloads: Downloads) -> None:
    at = open_sample("squat90_side")
    assert b"person_name" not in downloads.content("download_angles")
    name_person(at, 0, "=HYPERLINK(1)")
    assert set(pd.read_csv(io.BytesIO(downloads.content("download_angles")))["person_name"]) == {"'=HYPERLINK(1)"}
    name_person(at, 0, "")
    assert b"person_name" not in downloads.content("download_angles")


def test_a_click_on_somebody_chooses_them_and_one_beside_everybody_all() -> None:
    at = open_sample("two_people")
    assert component_data(at, "picture")["chosen"] == EVERYONE
    at.session_state["person"] = 1
    at.run()
    assert component_data(at, "picture")["chosen"] == 1
    assert_angles_are_cores(at, recording(), (1,))
