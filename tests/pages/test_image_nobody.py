"""Nobody found: a sentence, what would help, and each remedy at one click."""

from __future__ import annotations

import io
from typing import Any

import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from pages.widgets.choices import DEFAULTS
from pages.widgets.remedies import LOWER_THRESHOLD
from tests.pages.app import (
    assert_angles_are_cores,
    button_labels,
    captions,
    click,
    component_data,
    core_recording,
    darkened,
    grey_picture,
    markdowns,
    open_image_page,
    open_photos,
    sample_bytes,
    setting,
    upload,
    words,
)
from tests.pages.conftest import Detections

# So dark that only enhanced contrast helps: at 0.18 to 0.20 of its brightness.
DARK = darkened("arms_raised_front", 0.19)
# So dark that only a lower threshold helps: at 0.2, not at 0.4, and not with enhanced contrast.
DIM = darkened("tree_yoga", 0.10)


def remedies(at: AppTest) -> list[str]:
    return [label for key, label in sorted(button_labels(at).items()) if key.startswith("remedy_")]


def remedy_key(at: AppTest, beginning: str) -> str:
    (key,) = (key for key, label in button_labels(at).items() if label.startswith(beginning))
    return str(key)


def remedy(kind: str, language: str = "en", model: str = "heavy") -> str:
    if kind == "lower":
        return words("image.try_lower", language, value=LOWER_THRESHOLD)
    if kind == "model":
        return words("image.try_model", language, model=words(f"settings.model_{model}", language).lower())
    return words(f"image.try_{kind}", language)


def finds(people: str, language: str = "en") -> str:
    return f" – {words('image.would_find', language, people=people)}"


@pytest.mark.parametrize("language", ["en", "zh"])
def test_an_empty_picture_says_so_and_offers_what_may_help(language: str) -> None:
    at = upload(open_image_page(lang=language), ("grey.png", grey_picture()))
    assert [warning.value for warning in at.warning] == [words("image.nobody", language)]
    assert words("image.nothing_left", language) in markdowns(at)
    assert sorted(remedies(at)) == sorted(remedy(kind, language) for kind in ("lower", "contrast", "model"))
    assert [picture.alt for image in at.image for picture in image.proto.imgs] == ["grey.png"]
    assert not at.dataframe and not at.tabs


@pytest.mark.parametrize(
    ("kind", "change"),
    [
        ("lower", {"min_detection_confidence": LOWER_THRESHOLD}),
        ("contrast", {"enhance_contrast": True}),
        ("model", {"model": "heavy"}),
    ],
)
def test_each_remedy_changes_its_setting_at_one_click(kind: str, change: dict[str, Any]) -> None:
    at = upload(open_image_page(), ("grey.png", grey_picture()))
    click(at, remedy_key(at, remedy(kind)))
    assert at.session_state["choices"] == DEFAULTS | change
    ((name, value),) = change.items()
    assert setting(at, name).value == value
    assert [warning.value for warning in at.warning] == [words("image.nobody")]
    left = {remedy(each, model="full" if kind == "model" else "heavy") for each in ("lower", "contrast", "model")}
    assert set(remedies(at)) == left - ({remedy(kind)} if kind != "model" else set())


def test_what_has_been_done_already_is_not_offered() -> None:
    link = {"min_detection_confidence": "0.2", "enhance_contrast": "1", "model": "heavy"}
    at = upload(open_image_page(**link), ("grey.png", grey_picture()))
    assert remedies(at) == [remedy("model", model="full")]


@pytest.mark.parametrize(
    ("photo", "kind", "settings"),
    [
        pytest.param(DARK, "contrast", {"enhance_contrast": True}, id="contrast"),
        pytest.param(DIM, "lower", {"min_detection_confidence": LOWER_THRESHOLD}, id="threshold"),
    ],
)
def test_what_helps_stands_first_says_what_it_finds_and_does_it_at_one_click(
    photo: bytes, kind: str, settings: dict[str, Any]
) -> None:
    assert core_recording(photo).people == 0
    found = core_recording(photo, **settings)
    assert found.people == 1
    at = upload(open_image_page(), ("dark.png", photo))
    assert [warning.value for warning in at.warning] == [words("image.nobody")]
    assert words("image.nobody_hint") in markdowns(at)
    assert remedies(at)[0] == remedy(kind) + finds(words("image.one_person"))
    assert {label for label in remedies(at) if "finds" in label} == {remedies(at)[0]}
    assert at.button(key="remedy_0").proto.type == "primary"
    click(at, "remedy_0")
    assert not at.warning
    assert_angles_are_cores(at, found)


def test_what_would_help_is_told_in_chinese_too() -> None:
    at = upload(open_image_page(lang="zh"), ("dark.png", DARK))
    assert words("image.nobody_hint", "zh") in markdowns(at)
    assert remedies(at)[0] == remedy("contrast", "zh") + finds(words("image.one_person", "zh"), "zh")


def test_remedies_are_tried_once_and_not_at_every_click(detections: Detections) -> None:
    at = open_image_page()
    detections.clear()
    upload(at, ("grey.png", grey_picture()))
    assert sorted(detections.models) == ["full", "full", "full", "heavy"]
    detections.clear()
    at.run()
    at.segmented_control(key="setting_colours").set_value("classic").run()
    assert detections.models == []


def test_a_photo_without_people_stands_in_nobodys_way() -> None:
    photos = (("grey.png", grey_picture()), ("squat.png", sample_bytes("squat90_side")))
    at = click(upload(open_image_page(), *photos), "next_photo")
    assert not at.warning
    assert_angles_are_cores(at, core_recording(sample_bytes("squat90_side")))
    click(click(at, "previous_photo"), "remove_photo")
    assert open_photos(at) == ["squat.png"]
    assert not at.warning


@pytest.mark.parametrize("language", ["en", "zh"])
def test_where_nobody_is_the_thumbnail_says_so_once_it_is_known(language: str) -> None:
    photos = (("grey.png", grey_picture()), ("squat.png", sample_bytes("squat90_side")), ("notes.jpg", b"my notes"))

    def marks(at: AppTest) -> list[tuple[str, bool]]:
        return [(photo["alt"], photo["nobody"]) for photo in component_data(at, "thumbnails")["photos"]]

    unreadable = (words("image.thumbnail_unreadable", language, number=3, name="notes.jpg"), False)
    squat = (words("image.thumbnail_alt", language, number=2, name="squat.png"), False)
    grey = words("image.thumbnail_nobody", language, number=1, name="grey.png")
    at = upload(open_image_page(lang=language), *photos)
    assert marks(at) == [(grey, True), squat, unreadable]
    click(at, "next_photo")
    assert marks(at) == [(grey, True), squat, unreadable]
    at = click(upload(open_image_page(lang=language), photos[1], photos[0]), "measure_all")
    assert [nobody for _, nobody in marks(at)] == [False, True]


def test_whoever_is_taken_out_leaves_nobody() -> None:
    at = upload(open_image_page(), ("squat.png", sample_bytes("squat90_side")), ("grey.png", grey_picture()))
    click(at, "person_remove")
    (first, second) = component_data(at, "thumbnails")["photos"]
    assert first["nobody"] and not second["nobody"]  # nobody has looked at the second yet


@pytest.mark.parametrize("language", ["en", "zh"])
def test_of_a_film_it_says_which_picture_was_taken(language: str) -> None:
    pictures = [Image.open(io.BytesIO(content)) for content in (sample_bytes("squat90_side"), grey_picture())]
    frames = [picture.convert("RGB").resize((360, 480)) for picture in pictures]
    for first, second in (frames, frames[::-1]):
        film = io.BytesIO()
        first.save(film, "GIF", save_all=True, append_images=[second])
        at = upload(open_image_page(lang=language), ("film.gif", film.getvalue()))
        assert words("image.several_pictures", language, count=2) in captions(at)
