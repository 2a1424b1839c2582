"""The Start page says what this is and opens each sample analysed at one click."""

from __future__ import annotations

from pathlib import Path

import pytest

from core import Settings
from core.detection.models import read_bundle
from core.errors import ModelMissing
from pages.widgets.analysis import landmarker
from pages.widgets.photos import SAMPLES
from pages.widgets.plain_text import plain
from pages.widgets.rendering import close_up_jpeg, moments_jpeg
from pages.widgets.sample_tiles import MOVEMENT
from tests.pages.app import (
    ONE_PERSON_SAMPLES,
    assert_angles_are_cores,
    assert_landmarks_are_cores,
    button_labels,
    captions,
    click,
    component_data,
    core_recording,
    go_to,
    markdowns,
    open_image_page,
    open_photos,
    open_sample,
    open_start,
    sample_bytes,
    upload,
    words,
)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_page_says_what_this_is_and_what_it_is_not(language: str) -> None:
    at = open_start(lang=language)
    assert [title.value for title in at.title] == [words("start.headline", language)]
    for key in ("sentence", "private", "good", "not_good"):
        assert words(f"start.{key}", language) in markdowns(at)
    for key in ("samples", "private_title", "good_title", "not_good_title"):
        assert words(f"start.{key}", language) in [subheader.value for subheader in at.subheader]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_there_is_a_tile_for_each_sample(language: str) -> None:
    at = open_start(lang=language)
    titles = {name: words(f"start.sample_{name}", language) for name in (MOVEMENT, "live", *SAMPLES)}
    assert set(SAMPLES) == {*ONE_PERSON_SAMPLES, "two_people"}
    pictures = [picture for image in at.image for picture in image.proto.imgs]
    assert [picture.alt for picture in pictures] == [
        words("start.alt_sample", language, name=title) for title in titles.values()
    ]
    assert len({picture.url for picture in pictures}) == len(titles)
    for name, title in titles.items():
        assert f"**{title}**" in markdowns(at)
        assert words(f"start.sample_{name}_why", language) in captions(at)
        assert button_labels(at)[f"sample_{name}"] == words("start.open_sample", language)


@pytest.mark.parametrize("name", ONE_PERSON_SAMPLES)
def test_a_click_on_a_sample_opens_it_analysed(name: str) -> None:
    at = open_sample(name)
    assert open_photos(at) == [f"{name}.png"]
    assert at.session_state["photos"][0].content == sample_bytes(name)
    assert any(caption.startswith(words("image.one_person")) for caption in captions(at))
    assert_angles_are_cores(at, core_recording(sample_bytes(name)))
    assert at.query_params == {"lang": "en"}


def test_the_sample_of_two_people_looks_for_everyone() -> None:
    at = open_sample("two_people")
    assert at.query_params == {"people": "all", "enhance_contrast": "1", "lang": "en"}
    assert at.segmented_control(key="setting_people").value == "all"
    assert at.toggle(key="setting_enhance_contrast").value is True
    recording = core_recording(sample_bytes("two_people"), people="all", enhance_contrast=True)
    assert recording.people == 2
    assert any(caption.startswith(words("image.people", count=2)) for caption in captions(at))
    assert_angles_are_cores(at, recording, people=(0, 1))
    assert_landmarks_are_cores(at, recording, people=(0, 1))


def test_a_click_on_the_movement_opens_it_analysed_on_the_video_page() -> None:
    at = open_sample(MOVEMENT)
    job = at.session_state["video_job"]
    assert job.wait(60)
    at.run()
    assert job.now.recording.source == f"{MOVEMENT}.mp4"
    # What is known of this clip: 72 frames in 3.6 s, one person in all of them.
    assert job.now.recording.image.shape[:2] == (72, 1)
    assert any("72 frames" in caption for caption in captions(at))
    assert component_data(at, "player")["landmarks"].startswith(job.address)


def test_the_movement_comes_in_place_of_the_clip_that_was_open() -> None:
    at = open_sample(MOVEMENT)
    at.session_state["clip_part"] = (0.0, 1.0)
    before = at.session_state["video_job"]
    click(go_to(at, "start"), f"sample_{MOVEMENT}")
    job = at.session_state["video_job"]
    assert job is not before and job.settings.end_s is None
    assert before.wait(60) and job.wait(60)


def test_a_sample_keeps_the_settings_that_the_user_has_chosen() -> None:
    at = open_sample("squat90_side", model="lite", colours="classic")
    assert at.session_state["choices"]["model"] == "lite"
    assert at.query_params == {"model": "lite", "colours": "classic", "lang": "en"}
    assert_angles_are_cores(at, core_recording(sample_bytes("squat90_side"), model="lite"))


def test_a_sample_opened_twice_is_one_photo_and_a_second_one_comes_beside_it() -> None:
    at = open_sample("squat90_side")
    click(go_to(at, "start"), "sample_tree_yoga")
    click(go_to(at, "start"), "sample_squat90_side")
    assert open_photos(at) == ["squat90_side.png", "tree_yoga.png"]
    assert at.session_state["current_photo"] == 0
    assert_angles_are_cores(at, core_recording(sample_bytes("squat90_side")))


def test_the_button_for_an_own_photo_leads_to_the_upload_field() -> None:
    at = click(open_start(), "own_photo")
    assert [field.label for field in at.file_uploader] == [words("image.upload")]
    assert not at.title


def test_the_button_for_an_own_clip_leads_to_the_video_page() -> None:
    at = click(open_start(), "own_clip")
    assert words("video.empty") in markdowns(at)
    assert not at.title


@pytest.mark.parametrize("key", ["own_camera", "sample_live"])
def test_the_button_and_the_tile_of_the_camera_lead_to_the_live_page(key: str) -> None:
    at = click(open_start(), key)
    assert component_data(at, "live")["address"].startswith("live-camera/")
    assert not at.title


def test_the_samples_wait_on_the_empty_image_page_too() -> None:
    at = click(open_image_page(), "sample_arms_raised_front")
    assert open_photos(at) == ["arms_raised_front.png"]
    assert_angles_are_cores(at, core_recording(sample_bytes("arms_raised_front")))


@pytest.fixture
def _models_are_missing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """As after a clone that left the large files out: nothing has been loaded yet, and nothing can be."""
    monkeypatch.setattr("core.detection.landmarker.read_bundle", lambda model: read_bundle(model, tmp_path))
    landmarker.clear()
    close_up_jpeg.clear()
    moments_jpeg.clear()


@pytest.mark.usefixtures("_models_are_missing")
@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_missing_model_is_told_with_what_to_do_and_the_page_stays_usable(language: str) -> None:
    path = "core/detection/bundles/pose_landmarker_full.task"
    sentence = str(ModelMissing(path=path)) if language == "en" else words("errors.ModelMissing", "zh", path=path)
    at = open_start(lang=language)
    assert [error.value for error in at.error] == [plain(sentence)]
    assert [title.value for title in at.title] == [words("start.headline", language)]
    assert words("start.private", language) in markdowns(at)
    upload(click(at, "own_photo"), ("squat.png", sample_bytes("squat90_side")))
    assert [error.value for error in at.error] == [plain(sentence)]
    assert not at.dataframe


def test_what_makes_a_sample_worth_opening_are_valid_settings() -> None:
    for name, chosen in SAMPLES.items():
        settings = Settings(**chosen).as_dict()  # type: ignore[arg-type]
        assert {key: settings[key] for key in chosen} == chosen, name
