"""Photos come in by upload or camera, one or many, good or broken; each session has its own."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from core.errors import DamagedImage, EmptyFile, ImageTooSmall, NotAnImage, PosescopeError
from core.skeleton import LANDMARKS
from tests.pages.app import (
    ONE_PERSON_SAMPLES,
    assert_angles_are_cores,
    assert_landmarks_are_cores,
    button_labels,
    captions,
    choose,
    click,
    component_data,
    core_recording,
    encoded,
    go_to,
    markdowns,
    open_image_page,
    open_photos,
    sample_bytes,
    sample_jpeg,
    sample_rgb,
    upload,
    words,
)
from tests.pages.conftest import Detections

THREE = [(f"{name}.png", sample_bytes(name)) for name in ONE_PERSON_SAMPLES]


def position(number: int, count: int, language: str = "en") -> str:
    return words("image.photo_of", language, number=number, count=count)


def is_disabled(at: AppTest, key: str) -> bool:
    return bool(at.button(key=key).proto.disabled)


# --- several photos -------------------------------------------------------------------------------------------------


def test_one_photo_needs_no_pager() -> None:
    at = upload(open_image_page(), THREE[0])
    assert not {"previous_photo", "next_photo"} & button_labels(at).keys()
    assert button_labels(at)["remove_photo"] == words("image.remove")
    assert "thumbnails" not in [each.key for each in at.get("bidi_component")]


def test_several_photos_at_once_show_the_first_and_a_strip_of_all() -> None:
    at = upload(open_image_page(), *THREE)
    assert open_photos(at) == [name for name, _ in THREE]
    assert position(1, 3) in markdowns(at)
    assert_angles_are_cores(at, core_recording(THREE[0][1]))
    strip = component_data(at, "thumbnails")
    assert [photo["alt"] for photo in strip["photos"]] == [
        words("image.thumbnail_alt", number=number, name=name) for number, (name, _) in enumerate(THREE, 1)
    ]
    assert len({photo["source"] for photo in strip["photos"]}) == 3
    assert all(photo["source"].startswith("data:image/jpeg;base64,") for photo in strip["photos"])
    assert strip["current"] == 0


def test_the_pager_goes_through_the_photos_and_stops_at_the_ends() -> None:
    at = upload(open_image_page(), *THREE)
    assert is_disabled(at, "previous_photo") and not is_disabled(at, "next_photo")
    for number in (2, 3):
        click(at, "next_photo")
        assert position(number, 3) in markdowns(at)
        assert component_data(at, "thumbnails")["current"] == number - 1
        assert_angles_are_cores(at, core_recording(THREE[number - 1][1]))
        assert_landmarks_are_cores(at, core_recording(THREE[number - 1][1]))
    assert is_disabled(at, "next_photo")
    click(at, "previous_photo")
    assert position(2, 3) in markdowns(at)
    assert_angles_are_cores(at, core_recording(THREE[1][1]))


def test_going_back_over_many_photos_does_not_detect_again(detections: Detections) -> None:
    at = upload(open_image_page(), *THREE, *((f"{name}.jpg", sample_jpeg(name)) for name in ONE_PERSON_SAMPLES))
    detections.clear()
    for _ in range(5):
        click(at, "next_photo")
    assert position(6, 6) in markdowns(at)
    assert detections.models == ["full"] * 5
    for _ in range(5):
        click(at, "previous_photo")
    assert position(1, 6) in markdowns(at)
    assert detections.models == ["full"] * 5


def test_photos_can_be_removed_one_by_one() -> None:
    at = click(click(upload(open_image_page(), *THREE), "next_photo"), "remove_photo")
    assert open_photos(at) == [THREE[0][0], THREE[2][0]]
    assert position(2, 2) in markdowns(at)
    assert_angles_are_cores(at, core_recording(THREE[2][1]))
    click(at, "remove_photo")
    assert open_photos(at) == [THREE[0][0]]
    assert_angles_are_cores(at, core_recording(THREE[0][1]))
    click(at, "remove_photo")
    assert open_photos(at) == []
    assert words("image.empty") in markdowns(at)
    assert not at.dataframe


def test_the_upload_field_is_empty_again_once_the_photos_are_open() -> None:
    at = upload(open_image_page(), THREE[0])
    assert [(field.key, field.value) for field in at.file_uploader] == [("upload_1", [])]
    click(at, "remove_photo")
    assert open_photos(at.run()) == []


def test_photos_uploaded_later_come_behind_and_are_shown() -> None:
    at = upload(upload(open_image_page(), THREE[0]), THREE[1], THREE[2])
    assert open_photos(at) == [name for name, _ in THREE]
    assert position(2, 3) in markdowns(at)
    assert_angles_are_cores(at, core_recording(THREE[1][1]))


def test_a_photo_uploaded_twice_is_there_once_and_is_shown() -> None:
    at = upload(upload(open_image_page(), *THREE), THREE[1])
    assert open_photos(at) == [name for name, _ in THREE]
    assert position(2, 3) in markdowns(at)


def test_above_the_most_photos_the_first_are_kept_and_that_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pages.widgets.photos.MOST_PHOTOS", 2)
    at = upload(open_image_page(), *THREE)
    assert open_photos(at) == [THREE[0][0], THREE[1][0]]
    assert [warning.value for warning in at.warning] == [words("image.too_many", limit=2)]
    click(at, "remove_photo")
    upload(at, THREE[2])
    assert open_photos(at) == [THREE[1][0], THREE[2][0]]
    assert not at.warning


# --- what cannot be used --------------------------------------------------------------------------------------------

WHOLE_JPEG = sample_jpeg("tree_yoga")
BROKEN: list[tuple[str, bytes, PosescopeError]] = [
    ("half.jpg", WHOLE_JPEG[: len(WHOLE_JPEG) // 2], DamagedImage(name="half.jpg")),
    ("nothing.png", b"", EmptyFile(name="nothing.png")),
    ("notes.jpg", b"These are my notes.\n", NotAnImage(name="notes.jpg")),
    (
        "dot.png",
        encoded(sample_rgb("tree_yoga")[:8, :8]),
        ImageTooSmall(name="dot.png", width=8, height=8, smallest_side=16),
    ),
]


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize(("name", "content", "error"), BROKEN, ids=[name for name, *_ in BROKEN])
def test_a_file_that_cannot_be_used_is_explained_and_the_next_one_works(
    name: str, content: bytes, error: PosescopeError, language: str
) -> None:
    at = upload(open_image_page(lang=language), (name, content))
    sentence = str(error) if language == "en" else words(f"errors.{type(error).__name__}", "zh", **error.details)
    assert [shown.value for shown in at.error] == [sentence]
    assert name in sentence
    assert not at.dataframe
    upload(at, THREE[0])
    assert not at.error
    assert open_photos(at) == [name, THREE[0][0]]
    assert_angles_are_cores(at, core_recording(THREE[0][1]), language=language)
    assert [bool(photo["source"]) for photo in component_data(at, "thumbnails")["photos"]] == [False, True]
    click(at, "previous_photo")
    assert [shown.value for shown in at.error] == [sentence]
    click(at, "remove_photo")
    assert not at.error
    assert_angles_are_cores(at, core_recording(THREE[0][1]), language=language)


def test_settings_can_be_changed_while_a_broken_photo_is_shown() -> None:
    at = upload(open_image_page(), ("notes.jpg", b"These are my notes.\n"))
    choose(at, "model", "lite")
    assert [shown.value for shown in at.error] == [str(NotAnImage(name="notes.jpg"))]


# --- camera and the other sources -----------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_picture_from_the_camera_is_measured_like_any_other(language: str) -> None:
    at = open_image_page()
    at.segmented_control(key="source").set_value("camera").run()
    at.segmented_control(key="language_choice").set_value(language).run()
    (camera,) = at.camera_input
    assert camera.label == words("image.camera", language)
    picture = sample_jpeg("arms_raised_front")
    camera.upload("camera.jpg", picture).run()
    assert not at.exception
    assert open_photos(at) == [words("image.camera_name", language, number=1) + ".jpg"]
    assert_angles_are_cores(at, core_recording(picture), language=language)


def test_every_picture_from_the_camera_gets_its_own_name() -> None:
    at = open_image_page()
    at.segmented_control(key="source").set_value("camera").run()
    for name in ("arms_raised_front", "tree_yoga"):
        at.camera_input[0].upload("camera.jpg", sample_jpeg(name)).run()
    assert not at.exception
    assert open_photos(at) == ["Camera picture 1.jpg", "Camera picture 2.jpg"]
    assert_angles_are_cores(at, core_recording(sample_jpeg("tree_yoga")))


def test_the_chosen_source_stays_over_a_change_of_page() -> None:
    at = open_image_page()
    at.segmented_control(key="source").set_value("camera").run()
    go_to(go_to(at, "about"), "image")
    assert at.segmented_control(key="source").value == "camera"
    assert len(at.camera_input) == 1


def test_pasting_has_a_button_only_where_it_is_the_source() -> None:
    at = open_image_page()
    at.segmented_control(key="source").set_value("paste").run()
    assert component_data(at, "add_photo")["button"] == words("image.paste_button")
    assert not at.file_uploader
    at.segmented_control(key="source").set_value("upload").run()
    assert component_data(at, "add_photo")["button"] == ""


def test_samples_can_be_added_beside_photos_of_ones_own() -> None:
    at = upload(open_image_page(), THREE[0])
    assert "sample_tree_yoga" not in button_labels(at)
    at.segmented_control(key="source").set_value("sample").run()
    click(at, "sample_tree_yoga")
    assert open_photos(at) == [THREE[0][0], "tree_yoga.png"]
    assert_angles_are_cores(at, core_recording(sample_bytes("tree_yoga")))


# --- whose photos ---------------------------------------------------------------------------------------------------


def test_two_sessions_do_not_see_each_others_photos() -> None:
    mine, yours = open_image_page(), open_image_page()
    upload(mine, THREE[0])
    yours.run()
    assert "photos" not in yours.session_state or open_photos(yours) == []
    assert words("image.empty") in markdowns(yours) and not yours.dataframe
    upload(yours, THREE[1])
    mine.run()
    assert (open_photos(mine), open_photos(yours)) == ([THREE[0][0]], [THREE[1][0]])
    assert_angles_are_cores(mine, core_recording(THREE[0][1]))
    assert_angles_are_cores(yours, core_recording(THREE[1][1]))
    choose(mine, "model", "lite")
    assert any("full model" in caption for caption in captions(yours.run()))


@pytest.mark.usefixtures("own_sessions")
def test_results_are_kept_for_their_own_session_only(detections: Detections) -> None:
    """Were they shared, the time that an answer takes would tell who has looked at the same photo."""
    mine, yours = open_image_page(), open_image_page()
    for at in (mine, yours):
        detections.clear()
        upload(at, THREE[0])
        assert detections.models == ["full"]
        at.run()
        assert detections.models == ["full"]


def test_the_landmarks_are_named_in_the_language_of_the_page() -> None:
    at = upload(open_image_page(lang="zh"), THREE[0])
    shown = at.dataframe(key="landmark_table").value["landmark"].tolist()
    assert shown == [words(f"body.{name}", "zh") for name in LANDMARKS]
