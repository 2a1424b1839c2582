"""The dashboard as its tests meet it: opened, clicked, read, and what `core` says about the same photos."""

from __future__ import annotations

import functools
import hashlib
import io
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from PIL import Image
from streamlit.testing.v1 import AppTest

from core import Recording, Settings, analyse_image, joint_angles
from core.rounding import plain_zero
from core.skeleton import LANDMARK_INDEX
from core.view.tables import CORRECTED_COLUMNS, full_landmark_table, left_right_table
from pages.language import all_texts

PROJECT = Path(__file__).resolve().parents[2]
SAMPLE_FOLDER = PROJECT / "samples"
ONE_PERSON_SAMPLES = ("squat90_side", "arms_raised_front", "tree_yoga")


def words(key: str, language: str = "en", **details: object) -> str:
    """The words that the page must show, straight from the .toml files."""
    template = all_texts()[key][language]
    return template.format(**details) if details else template


def open_start(**link: str) -> AppTest:
    """A new session on the Start page, opened by a link with these parameters."""
    at = AppTest.from_file(PROJECT / "pages" / "shell.py", default_timeout=60)
    for name, value in link.items():
        at.query_params[name] = value
    at.run()
    assert not at.exception
    return at


def go_to(at: AppTest, page: str) -> AppTest:
    at.switch_page(f"{page}.py").run()
    assert not at.exception
    return at


def open_image_page(**link: str) -> AppTest:
    return go_to(open_start(**link), "image")


def open_sample(name: str, **link: str) -> AppTest:
    at = open_start(**link)
    return click(at, f"sample_{name}")


def click(at: AppTest, key: str) -> AppTest:
    at.button(key=key).click().run()
    assert not at.exception
    return at


def setting(at: AppTest, name: str) -> Any:
    """A widget of the settings panel, whatever it is."""
    return at.get_by_key(f"setting_{name}")


def choose(at: AppTest, name: str, value: object) -> AppTest:
    setting(at, name).set_value(value).run()
    assert not at.exception
    return at


def pick_person(at: AppTest, person: int) -> AppTest:
    at.segmented_control(key="person_choice").set_value(person).run()
    assert not at.exception
    return at


def upload(at: AppTest, *files: tuple[str, bytes]) -> AppTest:
    """Put files into the upload field, whichever round it is in."""
    (field,) = at.file_uploader
    assert field.key == f"upload_{at.session_state['upload_round']}"
    for name, content in files:
        field.upload(name, content)
    at.run()
    assert not at.exception
    return at


def open_photos(at: AppTest) -> list[str]:
    return [photo.name for photo in at.session_state["photos"]]


def captions(at: AppTest) -> list[str]:
    return [caption.value for caption in at.main.caption]


def markdowns(at: AppTest) -> list[str]:
    return [markdown.value for markdown in at.main.markdown]


def button_labels(at: AppTest) -> dict[str, str]:
    return {str(button.key): button.label for button in at.button}


def component_data(at: AppTest, key: str) -> dict[str, Any]:
    """What a browser component has been given to show."""
    (component,) = (each for each in at.get("bidi_component") if each.key == key)
    data: dict[str, Any] = json.loads(component.proto.json)
    return data


def drawing(at: AppTest) -> str:
    """The picture with its overlay as the page shows it: equal for equal drawings, and short."""
    return hashlib.sha256(component_data(at, "picture")["overlay"].encode()).hexdigest()


def sample_bytes(name: str) -> bytes:
    return (SAMPLE_FOLDER / f"{name}.png").read_bytes()


def sample_rgb(name: str) -> np.ndarray[Any, Any]:
    return np.asarray(Image.open(io.BytesIO(sample_bytes(name))).convert("RGB"))


def encoded(rgb: np.ndarray[Any, Any], kind: str = "PNG") -> bytes:
    file = io.BytesIO()
    Image.fromarray(rgb).save(file, kind)
    return file.getvalue()


def sample_jpeg(name: str) -> bytes:
    return encoded(sample_rgb(name), "JPEG")


def darkened(name: str, factor: float) -> bytes:
    return encoded((sample_rgb(name) * factor).astype(np.uint8))


def grey_picture() -> bytes:
    return encoded(np.full((240, 320, 3), 128, np.uint8))


@functools.cache
def core_recording(content: bytes, **settings: Any) -> Recording:
    """What `core` finds by itself, with a landmarker of its own."""
    return analyse_image(content, Settings(**settings))


def assert_angles_are_cores(
    at: AppTest,
    recording: Recording,
    people: Sequence[int] = (0,),
    *,
    reading: str = "angle_deg",
    space: str = "refined",
    language: str = "en",
) -> None:
    shown = at.dataframe(key="angle_table").value
    angles = joint_angles(recording, space)
    expected = pd.concat(
        [left_right_table(angles[angles["person"] == person], reading).assign(person=person + 1) for person in people],
        ignore_index=True,
    )
    assert shown["joint"].tolist() == [words(f"body.{joint}", language) for joint in expected["joint"]]
    for column in ("left_deg", "right_deg", "centre_deg", "difference_deg", "trust"):
        wanted = plain_zero(expected[column].to_numpy(), 1)
        np.testing.assert_array_equal(shown[column].to_numpy(), wanted, err_msg=column)
    assert_people_are_told_apart(shown, expected["person"].tolist(), people, language)


def assert_landmarks_are_cores(at: AppTest, recording: Recording, people: Sequence[int] = (0,)) -> None:
    shown = at.dataframe(key="landmark_table").value
    table = full_landmark_table(recording)
    expected = table[table["person"].isin(people)]
    assert shown["number"].tolist() == [LANDMARK_INDEX[name] for name in expected["landmark"]]
    assert shown["landmark"].tolist() == [words(f"body.{name}") for name in expected["landmark"]]
    for column in ("x_px", "y_px", "z_px", "x_m", "y_m", "z_m", *CORRECTED_COLUMNS, "visibility", "presence"):
        wanted = plain_zero(expected[column].to_numpy(), 3 if column.endswith("_m") else 1)
        np.testing.assert_array_equal(shown[column].to_numpy(), wanted, err_msg=column)
    assert_people_are_told_apart(shown, (expected["person"] + 1).tolist(), people)


def assert_people_are_told_apart(
    shown: pd.DataFrame, numbers: list[int], people: Sequence[int], language: str = "en"
) -> None:
    if len(people) > 1:
        names = [words("image.person_number", language, number=number) for number in numbers]
        assert shown["person"].tolist() == names
    else:
        assert "person" not in shown.columns
