"""The About page states every definition and every checksum."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from core import VERSION
from core.detection.landmarker import MEDIAPIPE_VERSION
from core.detection.models import BUNDLES, FINDER_SHA256
from core.motion.angles import DEFINITIONS, AngleDefinition
from core.motion.segments import DOWN, SEGMENT_DEFINITIONS
from tests.pages.app import go_to, markdowns, open_start, words


def about(language: str) -> AppTest:
    return go_to(open_start(lang=language), "about")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_angle_is_defined(language: str) -> None:
    table = about(language).table[0].value
    angle, between, neutral, positive, source = table.columns
    assert list(table.columns) == [
        words(f"about.column_{name}", language) for name in ("angle", "between", "neutral", "positive", "source")
    ]
    assert table[angle].tolist() == [words(f"body.{definition.joint}", language) for definition in DEFINITIONS]
    assert [float(degrees) for degrees in table[neutral]] == [definition.neutral_deg for definition in DEFINITIONS]
    assert table[positive].tolist() == [words(f"about.{grows_when(each)}", language) for each in DEFINITIONS]
    assert table[source].tolist() == [definition.source or "–" for definition in DEFINITIONS]
    for definition, line in zip(DEFINITIONS, table[between], strict=True):
        for landmark in definition.landmarks:
            assert words(f"body.{landmark}", language) in line, definition.joint
        for plane in ("sagittal", "frontal"):
            assert (words(f"about.{plane}", language) in line) == (definition.plane == plane)


def grows_when(definition: AngleDefinition) -> str:
    in_plane = {"sagittal": "forwards", "frontal": "outwards"}
    return in_plane.get(definition.plane or "", "opens" if definition.flexion_sign > 0 else "closes")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_segment_is_defined(language: str) -> None:
    table = about(language).table[1].value
    assert list(table.columns) == [
        words(f"about.column_{name}", language) for name in ("segment", "line", "against", "standing")
    ]
    for definition, (_, row) in zip(SEGMENT_DEFINITIONS, table.iterrows(), strict=True):
        segment, line, against, standing = row
        assert segment == words(f"body.{definition.segment}", language)
        assert all(words(f"body.{landmark}", language) in line for landmark in definition.landmarks)
        start = "straight_down" if definition.vertical == DOWN else "straight_up"
        assert (against, float(standing)) == (words(f"about.{start}", language), definition.neutral_deg)


@pytest.mark.parametrize(
    ("language", "line"),
    [
        ("en", "left knee → left hip;  left knee → left ankle"),
        ("zh", "左膝 → 左髋;  左膝 → 左踝"),
    ],
)
def test_the_knee_is_told_in_words(language: str, line: str) -> None:
    table = about(language).table[0].value
    row = [definition.joint for definition in DEFINITIONS].index("left_knee")
    assert table[words("about.column_between", language)][row] == line


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_checksums_are_those_that_the_models_are_checked_against(language: str) -> None:
    table = about(language).table[2].value
    assert table[words("about.column_model", language)].tolist() == [
        *(words(f"settings.model_{name}", language) for name in ("lite", "full", "heavy")),
        words("about.finder", language),
    ]
    assert table[words("about.column_sha", language)].tolist() == [
        *(f"`{BUNDLES[name].sha256}`" for name in ("lite", "full", "heavy")),
        f"`{FINDER_SHA256}`",
    ]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_versions_worth_and_licences_are_told(language: str) -> None:
    at = about(language)
    assert [title.value for title in at.title] == [words("about.title", language)]
    assert words("about.what", language, version=VERSION, mediapipe=MEDIAPIPE_VERSION) in markdowns(at)
    for key in ("worth_text", "definitions_text", "segments_text", "models_text", "licences_text"):
        assert words(f"about.{key}", language) in markdowns(at)
