"""A link holds the choices, the same in every language, and no link can break the page."""

from __future__ import annotations

import functools
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from core import OverlayStyle, Settings
from core.motion.angles import JOINTS
from core.recording import SPACES
from core.settings import COLOURS, FILTERS, LOW_VISIBILITY, MODELS, PEOPLE, SEARCHES, FilterSettings
from pages.widgets.choices import (
    CLOCKS,
    CUES,
    DEFAULTS,
    FOLLOWED,
    LONGEST_COUNTDOWN_S,
    MOVEMENT_CHOICES,
    READINGS,
    TILTS,
    from_link,
)
from pages.widgets.live_choices import MOST_JOINTS, joint_words, target_words
from tests.pages.app import open_image_page, setting


def session() -> None:
    """A page that does nothing but take the link and write it again."""
    from pages.widgets.choices import choices, write_link

    choices()
    write_link()


# The choices' names for what core says about smoothing.
CORES_SMOOTHING = {
    "smoothing": FilterSettings().method,
    "cutoff_auto": FilterSettings().cutoff_hz is None,
    "filter_order": FilterSettings().order,
    "window_s": FilterSettings().window_s,
    "gap_s": FilterSettings().gap_s,
    "outliers": FilterSettings().outlier_threshold is not None,
}


def fractions(low: float, high: float) -> st.SearchStrategy[float]:
    return st.floats(low, high).map(lambda number: round(number, 2))


VALID: dict[str, st.SearchStrategy[Any]] = {
    "model": st.sampled_from(MODELS),
    "people": st.sampled_from(PEOPLE),
    "max_people": st.integers(1, 20),
    "search": st.sampled_from(SEARCHES),
    "min_detection_confidence": fractions(0.0, 1.0),
    "min_presence_confidence": fractions(0.0, 1.0),
    "enhance_contrast": st.booleans(),
    "follow": st.sampled_from(FOLLOWED),
    "every_nth_frame": st.integers(1, 10),
    "min_tracking_confidence": fractions(0.05, 0.95),
    "repair_sides": st.booleans(),
    "clock": st.sampled_from(CLOCKS),
    "recorded_fps": fractions(1, 999),
    "smoothing": st.sampled_from(FILTERS),
    "cutoff_auto": st.booleans(),
    "cutoff_hz": fractions(0.1, 100.0),
    "filter_order": st.sampled_from([2, 4, 6, 8]),
    "window_s": fractions(0.01, 10.0),
    "gap_s": fractions(0.0, 10.0),
    "outliers": st.booleans(),
    "colours": st.sampled_from(COLOURS),
    "line_scale": fractions(0.25, 4.0),
    "min_visibility": fractions(0.0, 1.0),
    "low_visibility": st.sampled_from(LOW_VISIBILITY),
    "angles": st.booleans(),
    "numbers": st.booleans(),
    "boxes": st.booleans(),
    "dim_background": st.booleans(),
    "enhanced": st.booleans(),
    "reading": st.sampled_from(READINGS),
    "space": st.sampled_from(SPACES),
    "both": st.booleans(),
    "height_cm": st.one_of(st.just(0.0), fractions(50, 250)),
    "tilt": st.sampled_from(TILTS),
    "pitch_deg": fractions(-60, 60),
    "roll_deg": fractions(-45, 45),
    "live_joints": st.lists(st.sampled_from(JOINTS), min_size=1, max_size=MOST_JOINTS, unique=True).map(joint_words),
    "live_targets": st.dictionaries(st.sampled_from(JOINTS), st.sampled_from([(0, 30), (-40, 180), (80, 80)])).map(
        target_words
    ),
    "live_movement": st.sampled_from(MOVEMENT_CHOICES),
    "live_cues": st.sampled_from(CUES),
    "live_countdown": st.integers(0, LONGEST_COUNTDOWN_S),
    "live_smooth": st.booleans(),
    "live_fall": st.booleans(),
}


@functools.cache
def browser() -> AppTest:
    """One for all: making it takes far longer than running so small a page."""
    return AppTest.from_function(session, default_timeout=10)


def visit(link: dict[str, Any], **state: Any) -> AppTest:
    """A visit to the link by somebody whose session holds nothing but `state`."""
    at = browser()
    for name in list(at.session_state.keys()):
        del at.session_state[name]
    for name, value in state.items():
        at.session_state[name] = value
    at.query_params = dict(link)
    at.run()
    assert not at.exception
    return at


def link_of(chosen: dict[str, Any], language: str = "en") -> dict[str, Any]:
    return visit({}, choices=dict(chosen), language=language).query_params


def choices_of(link: dict[str, Any]) -> dict[str, Any]:
    chosen: dict[str, Any] = visit(link).session_state["choices"]
    return chosen


def test_every_choice_has_a_default_that_is_cores() -> None:
    assert set(VALID) == set(DEFAULTS)
    for name, value in DEFAULTS.items():
        for defaults in (Settings().as_dict(), OverlayStyle().as_dict(), CORES_SMOOTHING):
            assert defaults.get(name, value) == value, name
    named = Settings().as_dict() | OverlayStyle().as_dict() | CORES_SMOOTHING
    assert {name for name in DEFAULTS if name not in named} == {
        "reading",
        "space",
        "both",
        "height_cm",
        "tilt",
        "pitch_deg",
        "roll_deg",
        "cutoff_hz",
        "clock",
        "recorded_fps",
        *(name for name in DEFAULTS if name.startswith("live_")),
    }


@settings(max_examples=60, deadline=None)
@given(st.fixed_dictionaries(VALID))
def test_choices_survive_the_link(chosen: dict[str, Any]) -> None:
    read = choices_of(link_of(chosen))
    assert read == chosen
    assert {name: type(value) for name, value in read.items()} == {name: type(chosen[name]) for name in chosen}


@settings(max_examples=30, deadline=None)
@given(st.fixed_dictionaries(VALID))
def test_the_link_is_the_same_in_both_languages_and_names_only_what_is_not_the_default(chosen: dict[str, Any]) -> None:
    english, chinese = link_of(chosen, "en"), link_of(chosen, "zh")
    assert (english.pop("lang"), chinese.pop("lang")) == ("en", "zh")
    assert english == chinese
    assert set(english) == {name for name in chosen if chosen[name] != DEFAULTS[name]}
    assert all(value.isascii() for value in english.values())


def test_defaults_leave_nothing_but_the_language_in_the_link() -> None:
    assert link_of(DEFAULTS) == {"lang": "en"}
    assert choices_of({}) == DEFAULTS


def test_the_link_holds_cores_own_words() -> None:
    chosen = DEFAULTS | {"model": "heavy", "enhance_contrast": True, "line_scale": 1.25, "max_people": 3}
    link = {"model": "heavy", "enhance_contrast": "1", "line_scale": "1.25", "max_people": "3", "lang": "zh"}
    assert link_of(chosen, "zh") == link
    assert from_link(link) == chosen


def test_a_slider_in_the_browser_counts_in_binary_fractions() -> None:
    chosen = DEFAULTS | {"min_detection_confidence": 0.05 + 2 * 0.05}
    assert chosen["min_detection_confidence"] == 0.15000000000000002
    link = link_of(chosen)
    assert link == {"min_detection_confidence": "0.15", "lang": "en"}
    assert choices_of(link)["min_detection_confidence"] == 0.15


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("model", "huge"),
        ("model", ""),
        ("model", "Heavy"),
        ("model", "2"),
        ("people", "two"),
        ("max_people", "0"),
        ("max_people", "-1"),
        ("max_people", "2.5"),
        ("max_people", "1000000"),
        ("max_people", "many"),
        ("max_people", ""),
        ("min_detection_confidence", "1.5"),
        ("min_detection_confidence", "-0.1"),
        ("min_detection_confidence", "nan"),
        ("min_detection_confidence", "inf"),
        ("min_detection_confidence", "50%"),
        ("min_presence_confidence", ""),
        ("enhance_contrast", "yes"),
        ("enhance_contrast", "True"),
        ("enhance_contrast", "2"),
        ("colours", "red"),
        ("line_scale", "0"),
        ("line_scale", "100"),
        ("line_scale", "1e999"),
        ("smoothing", "kalman"),
        ("cutoff_hz", "0"),
        ("cutoff_hz", "1000"),
        ("filter_order", "3"),
        ("window_s", "0"),
        ("gap_s", "-1"),
        ("min_visibility", "2"),
        ("low_visibility", "gone"),
        ("angles", ""),
        ("dim_background", "on"),
        ("reading", "radians"),
        ("space", "corrected"),
        ("height_cm", "49"),
        ("height_cm", "251"),
        ("height_cm", "nan"),
        ("height_cm", "-180"),
        ("tilt", "yes"),
        ("pitch_deg", "61"),
        ("roll_deg", "nan"),
        ("space", "'; DROP TABLE"),
        ("segmentation", "1"),
        ("max_image_bytes", "1"),
        ("choices", "{}"),
        ("", ""),
    ],
)
def test_what_is_not_allowed_in_a_link_is_ignored(name: str, value: str) -> None:
    assert from_link({name: value}) == DEFAULTS
    assert choices_of({name: value, "people": "all"}) == DEFAULTS | {"people": "all"}


@settings(max_examples=300, deadline=None)
@given(st.dictionaries(st.one_of(st.sampled_from(sorted(DEFAULTS)), st.text(max_size=8)), st.text(max_size=12)))
def test_any_link_gives_choices_that_core_takes(link: dict[str, str]) -> None:
    chosen = from_link(link)
    assert set(chosen) == set(DEFAULTS)
    for kind in (Settings, OverlayStyle):
        names = [name for name in chosen if name in kind().as_dict()]
        accepted = kind(**{name: chosen[name] for name in names}).as_dict()
        assert {name: accepted[name] for name in names} == {name: chosen[name] for name in names}
    assert chosen["reading"] in READINGS and chosen["space"] in SPACES


def test_of_a_name_that_comes_twice_the_last_counts() -> None:
    assert choices_of({"model": ["lite", "heavy"]})["model"] == "heavy"


ENDS = {
    "min_detection_confidence": ("0", "1"),
    "min_presence_confidence": ("0", "1"),
    "min_visibility": ("0", "1"),
    "line_scale": ("0.25", "4"),
    "max_people": ("1", "20"),
}


@pytest.mark.parametrize(("name", "value"), [(name, end) for name, ends in ENDS.items() for end in ends])
def test_the_page_opens_with_the_ends_of_what_core_allows(name: str, value: str) -> None:
    at = open_image_page(people="all", **{name: value})
    assert setting(at, name).value == float(value)
    assert from_link({name: value})[name] == float(value)


@pytest.mark.parametrize("value", ["0.52", "0.333333"])
def test_the_page_opens_with_a_number_between_the_steps_of_its_slider(value: str) -> None:
    at = open_image_page(min_detection_confidence=value)
    assert at.slider(key="setting_min_detection_confidence").value == float(value)


def test_the_settings_panel_shows_what_the_link_says_and_writes_it_back() -> None:
    link = {"model": "lite", "people": "all", "max_people": "3", "colours": "classic", "numbers": "1", "lang": "zh"}
    at = open_image_page(**link)
    shown = {name: setting(at, name).value for name in ("model", "people", "max_people", "colours")}
    assert shown == {"model": "lite", "people": "all", "max_people": 3, "colours": "classic"}
    assert at.toggle(key="setting_numbers").value is True
    assert at.query_params == link


def test_one_click_brings_the_defaults_back() -> None:
    at = open_image_page(model="heavy", line_scale="2", space="image", lang="zh")
    at.button(key="reset_settings").click().run()
    assert not at.exception
    assert at.session_state["choices"] == DEFAULTS
    assert at.query_params == {"lang": "zh"}
    assert at.segmented_control(key="setting_model").value == "full"
