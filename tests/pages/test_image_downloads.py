"""The files to take away hold core's numbers, of one photo and of all."""

from __future__ import annotations

import io
import json
import zipfile

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from core import Recording, Settings, joint_angles, segment_angles
from core.errors import NotAnImage
from core.recording import SPACES
from core.view.tables import CORRECTED_COLUMNS, full_landmark_table
from pages.widgets.choices import DEFAULTS
from tests.pages.app import (
    button_labels,
    captions,
    choose,
    click,
    core_recording,
    grey_picture,
    open_image_page,
    open_photos,
    open_sample,
    pick_person,
    sample_bytes,
    upload,
    words,
)
from tests.pages.conftest import Downloads

KINDS = ("zip", "landmarks", "angles", "segments", "json", "png", "html")
LANDMARK_NUMBERS = ["x_px", "y_px", "z_px", "x_m", "y_m", "z_m", *CORRECTED_COLUMNS, "visibility", "presence"]
SQUAT, TREE = (("squat.png", sample_bytes("squat90_side")), ("tree.png", sample_bytes("tree_yoga")))


def two_people() -> Recording:
    return core_recording(sample_bytes("two_people"), people="all", enhance_contrast=True)


def assert_landmarks_are(content: bytes, *recordings: Recording) -> pd.DataFrame:
    read = pd.read_csv(io.BytesIO(content))
    table = pd.concat([full_landmark_table(recording) for recording in recordings], ignore_index=True)
    if any(recording.people > 1 for recording in recordings):
        names = read.pop("person_name")
        assert names.dropna().tolist() == [f"Person {person + 1}" for person in read["person"][names.notna()]]
    assert list(read.columns) == [*table.columns, "source", "made_by"]
    for name in ("frame", "person", "landmark"):
        assert read[name].tolist() == table[name].tolist()
    np.testing.assert_array_equal(read[LANDMARK_NUMBERS].to_numpy(np.float32), table[LANDMARK_NUMBERS].to_numpy())
    return read


def assert_angles_are(content: bytes, *recordings: Recording, space: str = "refined") -> pd.DataFrame:
    read = pd.read_csv(io.BytesIO(content))
    table = pd.concat([joint_angles(recording, space) for recording in recordings], ignore_index=True)
    for name in ("frame", "person", "joint", "space"):
        assert read[name].tolist() == table[name].tolist()
    for name in ("angle_deg", "flexion_deg"):
        np.testing.assert_allclose(read[name], table[name], rtol=1e-8)
    return read


@pytest.mark.parametrize("language", ["en", "zh"])
def test_there_is_a_button_for_each_file(language: str, downloads: Downloads) -> None:
    at = open_sample("squat90_side", lang=language)
    assert {button.key: button.label for button in at.download_button} == {
        f"download_{kind}": words(f"image.download_{kind}", language) for kind in KINDS
    }
    assert {key: name for key, (name, _) in downloads.offered.items()} == {
        "download_zip": "squat90_side.zip",
        "download_landmarks": "squat90_side_landmarks.csv",
        "download_angles": "squat90_side_angles.csv",
        "download_segments": "squat90_side_segments.csv",
        "download_json": "squat90_side_recording.json",
        "download_png": "squat90_side_overlay.png",
        "download_html": "squat90_side_skeleton.html",
    }
    at.download_button(key="download_landmarks").click().run()
    assert not at.exception


def test_the_landmarks_are_cores(downloads: Downloads) -> None:
    upload(open_image_page(), SQUAT)
    read = assert_landmarks_are(downloads.content("download_landmarks"), core_recording(SQUAT[1]))
    assert set(read["source"]) == {"squat.png"}
    made_by = json.loads(read["made_by"][0])
    assert made_by["model"] == "full"
    assert made_by["settings"]["min_detection_confidence"] == 0.5


@pytest.mark.parametrize("space", SPACES)
def test_the_angles_are_cores_in_the_chosen_space(space: str, downloads: Downloads) -> None:
    choose(upload(open_image_page(), SQUAT), "space", space)
    assert_angles_are(downloads.content("download_angles"), core_recording(SQUAT[1]), space=space)


@pytest.mark.parametrize("space", SPACES)
def test_the_segments_are_cores_in_the_chosen_space(space: str, downloads: Downloads) -> None:
    choose(upload(open_image_page(), SQUAT), "space", space)
    read = pd.read_csv(io.BytesIO(downloads.content("download_segments")))
    expected = segment_angles(core_recording(SQUAT[1]), space)
    assert read["segment"].tolist() == expected["segment"].tolist()
    assert set(read["space"]) == {space}
    for name in ("vertical_deg", "horizontal_deg"):
        np.testing.assert_allclose(read[name], expected[name], rtol=1e-8)


def test_the_tables_have_everyone_whoever_is_looked_at(downloads: Downloads) -> None:
    pick_person(open_sample("two_people"), 1)
    assert_landmarks_are(downloads.content("download_landmarks"), two_people())
    assert_angles_are(downloads.content("download_angles"), two_people())


def test_the_settings_that_made_the_numbers_are_told(downloads: Downloads) -> None:
    chosen = {"model": "lite", "min_detection_confidence": 0.4, "enhance_contrast": True}
    at = upload(open_image_page(), SQUAT)
    for name, value in chosen.items():
        choose(at, name, value)
    made_by = json.loads(pd.read_csv(io.BytesIO(downloads.content("download_landmarks")))["made_by"][0])
    assert {name: made_by["settings"][name] for name in chosen} == chosen
    assert Settings(**made_by["settings"]).people == DEFAULTS["people"]
    assert_landmarks_are(downloads.content("download_landmarks"), core_recording(SQUAT[1], **chosen))


def test_the_picture_has_the_photos_size_and_only_the_chosen_person(downloads: Downloads) -> None:
    at = open_sample("two_people")
    drawn = {}
    for person in (-1, 0, 1):
        pick_person(at, person)
        picture = Image.open(io.BytesIO(downloads.content("download_png")))
        assert picture.size == (1280, 960)
        drawn[person] = np.asarray(picture.convert("RGB")).astype(int)
    original = np.asarray(Image.open(io.BytesIO(sample_bytes("two_people"))).convert("RGB")).astype(int)
    knees = two_people().image[0, :, 25, :2].round().astype(int)
    for person in (0, 1):
        for knee_of in (0, 1):
            x, y = knees[knee_of]
            changed = np.abs(drawn[person] - original)[y - 3 : y + 4, x - 3 : x + 4].max() > 60
            assert changed == (person == knee_of)


def test_the_json_and_the_3d_page_can_be_opened(downloads: Downloads) -> None:
    open_sample("squat90_side")
    content = json.loads(downloads.content("download_json"))
    assert "squat90_side.png" in json.dumps(content)
    page = downloads.content("download_html").decode()
    assert page.startswith("<!DOCTYPE html>") and "squat90_side.png" in page
    assert words("body.left_knee") in page


def test_the_zip_has_everything(downloads: Downloads) -> None:
    upload(open_image_page(), SQUAT)
    archive = zipfile.ZipFile(io.BytesIO(downloads.content("download_zip")))
    assert archive.testzip() is None
    assert archive.namelist() == [
        f"squat_{name}"
        for name in (
            "landmarks.csv",
            "angles.csv",
            "segments.csv",
            "recording.json",
            "overlay.png",
            "skeleton.html",
            "README.txt",
        )
    ]
    assert_landmarks_are(archive.read("squat_landmarks.csv"), core_recording(SQUAT[1]))
    assert_angles_are(archive.read("squat_angles.csv"), core_recording(SQUAT[1]))
    assert archive.read("squat_segments.csv") == downloads.content("download_segments")
    assert archive.read("squat_overlay.png") == downloads.content("download_png")


@pytest.mark.parametrize("kind", ["html", "zip"])
def test_the_3d_page_speaks_the_language_of_the_dashboard(kind: str, downloads: Downloads) -> None:
    open_sample("squat90_side", lang="zh")
    content = downloads.content(f"download_{kind}")
    if kind == "zip":
        content = zipfile.ZipFile(io.BytesIO(content)).read("squat90_side_skeleton.html")
    page = content.decode()
    assert f'<html lang="{words("export.lang", "zh")}">' in page
    assert words("export.title", "zh") in page and words("export.title", "en") not in page
    figure = page.split('id="figure">')[1].split("</script>")[0]
    labels = [text for trace in json.loads(figure)["data"] for text in trace.get("text") or []]
    assert f"25 {words('body.left_knee', 'zh')}" in labels
    assert words("body.left_knee", "en") not in " ".join(labels)


# --- all photos together --------------------------------------------------------------------------------------------


def test_one_photo_needs_no_common_table() -> None:
    at = upload(open_image_page(), SQUAT)
    assert "measure_all" not in button_labels(at)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_all_photos_are_measured_into_common_tables(language: str, downloads: Downloads) -> None:
    at = upload(open_image_page(lang=language), SQUAT, TREE)
    assert button_labels(at)["measure_all"] == words("image.measure_all", language, count=2)
    assert not {"download_all_landmarks", "download_all_angles"} & downloads.offered.keys()
    click(at, "measure_all")
    assert "measure_all" not in button_labels(at) and not at.progress
    labels = {button.key: button.label for button in at.download_button}
    assert labels["download_all_landmarks"] == words("image.download_all_landmarks", language)
    assert labels["download_all_angles"] == words("image.download_all_angles", language)
    assert labels["download_all_segments"] == words("image.download_all_segments", language)
    assert downloads.name("download_all_landmarks") == "posescope_landmarks.csv"
    recordings = core_recording(SQUAT[1]), core_recording(TREE[1])
    for read in (
        assert_landmarks_are(downloads.content("download_all_landmarks"), *recordings),
        assert_angles_are(downloads.content("download_all_angles"), *recordings),
    ):
        assert list(dict.fromkeys(read["source"])) == ["squat.png", "tree.png"]
        assert read["made_by"].notna().sum() == 2
    read = pd.read_csv(io.BytesIO(downloads.content("download_all_segments")))
    assert list(dict.fromkeys(read["source"])) == ["squat.png", "tree.png"]
    expected = pd.concat([segment_angles(recording) for recording in recordings])
    np.testing.assert_allclose(read["horizontal_deg"], expected["horizontal_deg"], rtol=1e-8)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_what_has_nothing_measured_is_told_and_has_a_row_with_the_reason(language: str, downloads: Downloads) -> None:
    broken, empty = ("notes.jpg", b"my notes"), ("grey.png", grey_picture())
    at = click(upload(open_image_page(lang=language), SQUAT, broken, empty, TREE), "measure_all")
    (warning,) = at.warning
    assert "notes.jpg" in warning.value
    assert words("image.one_without_anybody", language, names="grey.png") in captions(at)
    for kind in ("landmarks", "angles", "segments"):
        read = pd.read_csv(io.BytesIO(downloads.content(f"download_all_{kind}")))
        assert list(dict.fromkeys(read["source"])) == ["squat.png", "notes.jpg", "grey.png", "tree.png"]
        reasons = read.dropna(subset="reason").set_index("source")["reason"].to_dict()
        assert reasons == {"notes.jpg": str(NotAnImage(name="notes.jpg")), "grey.png": "nobody was found"}
        assert read[read["reason"].notna()]["person"].isna().all() and read["person"].notna().sum() > 2


def test_the_same_picture_under_two_names_has_each_name_in_its_files(downloads: Downloads) -> None:
    at = upload(open_image_page(), SQUAT, ("again.png", SQUAT[1]))
    assert open_photos(at) == ["squat.png", "again.png"]
    for number, name in enumerate(("squat", "again")):
        if number:
            click(at, "next_photo")
        assert any(caption.endswith(f"{name}\\.png") or caption.endswith(f"{name}.png") for caption in captions(at))
        for kind in ("landmarks", "angles", "segments"):
            assert downloads.name(f"download_{kind}") == f"{name}_{kind}.csv"
            assert set(pd.read_csv(io.BytesIO(downloads.content(f"download_{kind}")))["source"]) == {f"{name}.png"}
        assert json.loads(downloads.content("download_json"))["source"] == f"{name}.png"
        with zipfile.ZipFile(io.BytesIO(downloads.content("download_zip"))) as archive:
            assert all(member.startswith(f"{name}_") for member in archive.namelist())
            assert archive.read(f"{name}_README.txt").decode().startswith(f"{name}.png\n")
    click(at, "measure_all")
    read = pd.read_csv(io.BytesIO(downloads.content("download_all_landmarks")))
    assert read["source"].value_counts().to_dict() == {"squat.png": 33, "again.png": 33}


def test_a_photo_that_comes_again_under_another_name_has_that_name(downloads: Downloads) -> None:
    at = click(upload(open_image_page(), SQUAT), "remove_photo")
    upload(at, ("again.png", SQUAT[1]))
    assert set(pd.read_csv(io.BytesIO(downloads.content("download_landmarks")))["source"]) == {"again.png"}


def test_other_settings_or_photos_have_to_be_measured_anew(downloads: Downloads) -> None:
    at = click(upload(open_image_page(), SQUAT, TREE), "measure_all")
    choose(at, "colours", "classic")
    assert "measure_all" not in button_labels(at), "the look changes no numbers"
    choose(at, "model", "lite")
    assert button_labels(at)["measure_all"] == words("image.measure_all", count=2)
    assert "download_all_landmarks" not in [button.key for button in at.download_button]
    click(at, "measure_all")
    lite = [core_recording(content, model="lite") for _, content in (SQUAT, TREE)]
    assert_landmarks_are(downloads.content("download_all_landmarks"), *lite)
    upload(at, ("arms.png", sample_bytes("arms_raised_front")))
    assert button_labels(at)["measure_all"] == words("image.measure_all", count=3)
