"""The Methods page states every definition, the measured errors and what trust means."""

from __future__ import annotations

import json

import pytest
from streamlit.testing.v1 import AppTest

from core.motion.accuracy import FOUR_JOINTS, measured_errors, measured_trust
from core.motion.angles import DEFINITIONS, AngleDefinition
from core.motion.segments import SEGMENT_DEFINITIONS
from core.recording import SPACES
from tests.pages.app import go_to, markdowns, open_start, words

SPACES_TABLE, ERRORS, TRUST, ANGLES, SEGMENTS = range(5)


def methods(language: str = "en") -> AppTest:
    return go_to(open_start(lang=language), "methods")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_angle_is_defined(language: str) -> None:
    table = methods(language).table[ANGLES].value
    angle, between, neutral, positive, source = table.columns
    assert list(table.columns) == [
        words(f"methods.column_{name}", language) for name in ("angle", "between", "neutral", "positive", "source")
    ]
    assert table[angle].tolist() == [words(f"body.{definition.joint}", language) for definition in DEFINITIONS]
    # Against the vertical, standing reads 0 whichever reading is chosen: a level pelvis too.
    upright = {"pelvis_tilt": 0.0}
    assert [float(degrees) for degrees in table[neutral]] == [
        upright.get(definition.joint, definition.neutral_deg) for definition in DEFINITIONS
    ]
    assert table[positive].tolist() == [words(f"methods.{grows_when(each)}", language) for each in DEFINITIONS]
    assert table[source].tolist() == [definition.source or "–" for definition in DEFINITIONS]
    for definition, line in zip(DEFINITIONS, table[between], strict=True):
        for landmark in definition.landmarks:
            assert words(f"body.{landmark}", language) in line, definition.joint
        for plane in ("sagittal", "frontal"):
            assert (words(f"methods.{plane}", language) in line) == (definition.plane == plane)


def grows_when(definition: AngleDefinition) -> str:
    if definition.joint == "pelvis_tilt":
        return "inclines_left_up"
    in_plane = {"sagittal": "forwards", "frontal": "outwards"}
    return in_plane.get(definition.plane or "", "opens" if definition.flexion_sign > 0 else "closes")


# When each kind of segment reads 0, and what makes it positive.
INCLINATIONS = {
    "foot": ("level", "toes_up"),
    "shank": ("up", "forwards"),
    "thigh": ("down", "raised"),
    "upper_arm": ("down", "raised"),
    "forearm": ("down", "raised"),
    "pelvis": ("level", "left_up"),
    "trunk": ("up", "forwards"),
    "shoulders": ("level", "left_up"),
    "head": ("level", "head"),
}


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_segment_is_defined(language: str) -> None:
    table = methods(language).table[SEGMENTS].value
    assert list(table.columns) == [
        words(f"methods.column_{name}", language) for name in ("segment", "line", "level", "inclines")
    ]
    for definition, (_, row) in zip(SEGMENT_DEFINITIONS, table.iterrows(), strict=True):
        segment, line, level, inclines = row
        assert segment == words(f"body.{definition.segment}", language)
        assert all(words(f"body.{landmark}", language) in line for landmark in definition.landmarks)
        zero, positive = INCLINATIONS[definition.name]
        assert level == words(f"methods.zero_{zero}", language)
        assert inclines == words(f"methods.inclines_{positive}", language)


@pytest.mark.parametrize(
    ("language", "line"),
    [
        ("en", "left knee → left hip;  left knee → left ankle"),
        ("zh", "左膝 → 左髋;  左膝 → 左踝"),
    ],
)
def test_the_knee_is_told_in_words(language: str, line: str) -> None:
    table = methods(language).table[ANGLES].value
    row = [definition.joint for definition in DEFINITIONS].index("left_knee")
    assert table[words("methods.column_between", language)][row] == line


@pytest.mark.parametrize("language", ["en", "zh"])
def test_everything_is_explained(language: str) -> None:
    at = methods(language)
    assert [title.value for title in at.title] == [words("methods.title", language)]
    for key in (
        "lead",
        "spaces_text",
        "errors_text",
        "definitions_text",
        "segments_text",
        "filters_text",
        "limits_text",
    ):
        assert words(f"methods.{key}", language) in markdowns(at)
    assert words("methods.trust_text", language, within="10", least="0.4") in markdowns(at)
    assert at.table[SPACES_TABLE].value.iloc[:, 0].tolist() == [words(f"methods.{space}", language) for space in SPACES]


@pytest.mark.parametrize("model", ["lite", "full", "heavy"])
def test_the_errors_are_those_measured_with_the_chosen_model(model: str) -> None:
    at = methods()
    at.segmented_control(key="methods_model").set_value(model).run()
    assert not at.exception
    errors = measured_errors(model)
    bars = json.loads(at.get("plotly_chart")[0].proto.spec)["data"]
    assert [bar["name"] for bar in bars] == [words(f"methods.{space}") for space in SPACES]
    table = at.table[ERRORS].value
    first = errors[errors["joint"] == FOUR_JOINTS].set_index("space")
    assert table.iloc[0, 0] == words("methods.four_joints")
    for space in SPACES:
        own = first.loc[space]
        told = words("methods.error_figures", mean=own["mean_deg"], median=own["median_deg"], p90=own["p90_deg"])
        assert table[words(f"methods.{space}")][0] == told


def test_what_trust_is_worth_is_told_for_each_step() -> None:
    table = methods().table[TRUST].value
    measured = measured_trust()
    best = measured[(measured["space"] == "refined")].sort_values("from").iloc[-1]
    told = words(
        "methods.trust_figures",
        share=f"{100 * best['right_share']:.0f}",
        error=best["mean_error_deg"],
        count=best["angles"],
    )
    assert table[words("methods.column_trust")].iloc[0] == "0.8 – 1.0"
    assert table[words("methods.refined")].iloc[0] == told
