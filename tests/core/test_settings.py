"""Settings, OverlayStyle, FilterSettings: what each choice may be, and what a user reads if it is something else."""

import dataclasses
import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from core.errors import InvalidSetting
from core.settings import FilterSettings, OverlayStyle, Settings

MODEL = "one of lite (0), full (1), heavy (2)"
FRACTION = "a number from 0 to 1"
SWITCH = "one of True, False"
HZ = "a number from 0.1 to 100"
FRACTIONS = ("min_detection_confidence", "min_presence_confidence", "min_tracking_confidence")
WHOLE_NUMBERS = {
    "max_people": (1, 20),
    "max_image_bytes": (1, 2_000_000_000),
    "max_image_pixels": (1, 500_000_000),
    "min_image_side": (1, 4096),
    "every_nth_frame": (1, 1000),
}
STYLE_SWITCHES = ("numbers", "angles", "boxes", "dim_background", "enhanced")

# How to make it, the field, values that stand for themselves, values that are refused, what the error allows.
FIELDS: list[tuple[Callable[..., Any], str, list[Any], list[Any], str]] = [
    (
        Settings,
        "model",
        ["lite", "full", "heavy"],
        ["Full", "", "3", 3, -1, True, False, 1.0, math.nan, None, ["full"], b"full"],
        MODEL,
    ),
    (Settings, "people", ["one", "all"], ["two", "One", "", 1, True, None], "one of one, all"),
    *(
        (
            Settings,
            name,
            [low, low + 1, high],
            [low - 1, high + 1, True, float(low), math.nan, math.inf, "5", None],
            f"a whole number from {low} to {high}",
        )
        for name, (low, high) in WHOLE_NUMBERS.items()
    ),
    *(
        (Settings, name, [0.0, 0.25, 1.0], [-0.01, 1.01, True, False, math.nan, math.inf, "0.5", None], FRACTION)
        for name in FRACTIONS
    ),
    *(
        (Settings, name, [True, False], [0, 1, 1.0, "True", None, math.nan], SWITCH)
        for name in ("enhance_contrast", "segmentation", "repair_sides")
    ),
    (Settings, "search", ["thorough", "quick"], ["Quick", "", 1, None], "one of thorough, quick"),
    (
        Settings,
        "follow",
        ["largest", "central", "first"],
        ["nearest", "", 1, None],
        "one of largest, central, first, point",
    ),
    (Settings, "follow_point", [None], [(1.0, 20.0, 30.0)], "given together with follow “point”, and only then"),
    (Settings, "start_s", [0.0, 2.5, 1e6], [-0.1, True, math.nan, math.inf, "1", None], "a number from 0 to 1e+06"),
    (Settings, "end_s", [None, 0.5, 1e6], [True, math.nan, math.inf, "1"], "a number from 0 to 1e+06"),
    (
        Settings,
        "recorded_frame_rate",
        [None, "stored", 1, 239.76, 100_000],
        [0, -30, True, math.nan, math.inf, "240", "file"],
        "a number from 1 to 100000",
    ),
    (OverlayStyle, "colours", ["sides", "classic"], ["Sides", "", 0, True, None], "one of sides, classic"),
    (OverlayStyle, "low_visibility", ["hollow", "hidden"], ["faint", "", 1, False, None], "one of hollow, hidden"),
    (OverlayStyle, "min_visibility", [0.0, 0.5, 1.0], [-0.1, 1.1, True, math.nan, "0.5", None], FRACTION),
    (
        OverlayStyle,
        "line_scale",
        [0.25, 1.0, 4.0],
        [0.2, 4.1, 0, True, math.nan, -math.inf, "1", None],
        "a number from 0.25 to 4",
    ),
    *((OverlayStyle, name, [True, False], [0, 1, "yes", None], SWITCH) for name in STYLE_SWITCHES),
    (
        FilterSettings,
        "method",
        ["none", "butterworth", "savgol"],
        ["Butterworth", "", None, True, 0],
        "one of none, butterworth, savgol",
    ),
    (FilterSettings, "cutoff_hz", [None, 0.1, 6.0, 100.0], [0, 0.09, 101, True, math.nan, "6"], HZ),
    (FilterSettings, "order", [2, 4, 6, 8], [0, 1, 3, 10, 4.0, True, None, "4"], "one of 2, 4, 6, 8"),
    (FilterSettings, "polynomial", [2, 3, 5], [1, 6, True, 3.0, None], "a whole number from 2 to 5"),
    (FilterSettings, "window_s", [0.01, 0.5, 10.0], [0, 10.1, True, math.nan, None], "a number from 0.01 to 10"),
    (FilterSettings, "gap_s", [0.0, 0.1, 10.0], [-0.1, 10.1, True, math.nan, None], "a number from 0 to 10"),
    (
        FilterSettings,
        "outlier_threshold",
        [None, 1.0, 3.0, 100.0],
        [0.9, 101, True, math.inf, "3"],
        "a number from 1 to 100",
    ),
    (
        FilterSettings,
        "outlier_window_s",
        [0.05, 0.5, 10.0],
        [0.04, 11, False, math.nan, None],
        "a number from 0.05 to 10",
    ),
]
ACCEPTED = [
    pytest.param(make, name, value, id=f"{name}={value!r}") for make, name, good, _, _ in FIELDS for value in good
]
REFUSED = [
    pytest.param(make, name, value, allowed, id=f"{name}={value!r}")
    for make, name, _, bad, allowed in FIELDS
    for value in bad
]


def test_every_field_is_in_the_table() -> None:
    for make in (Settings, OverlayStyle, FilterSettings):
        assert {field.name for field in dataclasses.fields(make)} == {name for m, name, *_ in FIELDS if m is make}


@pytest.mark.parametrize(("make", "name", "value"), ACCEPTED)
def test_accepted(make: Callable[..., Any], name: str, value: object) -> None:
    assert getattr(make(**{name: value}), name) == value


@pytest.mark.parametrize(("make", "name", "value", "allowed"), REFUSED)
def test_refused(make: Callable[..., Any], name: str, value: object, allowed: str) -> None:
    with pytest.raises(InvalidSetting) as caught:
        make(**{name: value})
    assert caught.value.details == {"name": name, "value": repr(value), "allowed": allowed}
    assert str(caught.value) == f"The setting “{name}” is {value!r}, but it must be {allowed}."


@pytest.mark.parametrize(("number", "name"), [(0, "lite"), (1, "full"), (2, "heavy")])
def test_a_model_by_its_number(number: int, name: str) -> None:
    numbered = Settings(model=number)  # type: ignore[arg-type]
    assert numbered.model == name
    assert numbered == Settings(model=name)


@pytest.mark.parametrize(
    ("make", "name"),
    [
        *((Settings, name) for name in FRACTIONS),
        (OverlayStyle, "min_visibility"),
        (OverlayStyle, "line_scale"),
        *((FilterSettings, name) for name in ("cutoff_hz", "gap_s", "outlier_threshold")),
    ],
    ids=lambda value: value if isinstance(value, str) else value.__name__,
)
def test_a_whole_number_becomes_a_float(make: Callable[..., Any], name: str) -> None:
    value = getattr(make(**{name: 1}), name)
    assert type(value) is float and value == 1.0
    assert make(**{name: 1}) == make(**{name: 1.0})


def test_a_numpy_float_is_a_number_like_any_other() -> None:
    assert Settings(min_presence_confidence=np.float64(0.25)) == Settings(min_presence_confidence=0.25)


def test_defaults() -> None:
    assert Settings().as_dict() == {
        "model": "full",
        "people": "one",
        "max_people": 10,
        "search": "thorough",
        "min_detection_confidence": 0.5,
        "min_presence_confidence": 0.5,
        "min_tracking_confidence": 0.5,
        "enhance_contrast": False,
        "segmentation": False,
        "follow": "largest",
        "follow_point": None,
        "start_s": 0.0,
        "end_s": None,
        "every_nth_frame": 1,
        "recorded_frame_rate": None,
        "repair_sides": True,
        "max_image_bytes": 200_000_000,
        "max_image_pixels": 64_000_000,
        "min_image_side": 16,
    }
    assert OverlayStyle().as_dict() == {
        "colours": "sides",
        "line_scale": 1.0,
        "min_visibility": 0.5,
        "low_visibility": "hollow",
        "numbers": False,
        "angles": False,
        "boxes": False,
        "dim_background": False,
        "enhanced": False,
    }
    assert FilterSettings().as_dict() == {
        "method": "butterworth",
        "cutoff_hz": None,
        "order": 4,
        "window_s": 0.3,
        "polynomial": 3,
        "gap_s": 0.25,
        "outlier_threshold": 4.0,
        "outlier_window_s": 0.4,
    }


@pytest.mark.parametrize(
    ("make", "choices"),
    [
        (Settings, {"model": "heavy", "max_people": 3}),
        (OverlayStyle, {"line_scale": 2.5, "boxes": True}),
        (FilterSettings, {"method": "savgol", "gap_s": 0.5}),
    ],
)
def test_as_dict_makes_the_same_again(make: Callable[..., Any], choices: dict[str, Any]) -> None:
    changed = make(**choices)
    assert make(**changed.as_dict()) == changed


@pytest.mark.parametrize(("make", "name", "value"), ACCEPTED)
def test_equality_and_hash_go_by_value(make: Callable[..., Any], name: str, value: object) -> None:
    one, same = make(**{name: value}), make(**{name: value})
    assert one == same and hash(one) == hash(same)
    assert len({one, same, make()}) == (1 if value == getattr(make(), name) else 2)


@pytest.mark.parametrize(("make", "name", "value"), ACCEPTED)
def test_fields_cannot_be_changed(make: Callable[..., Any], name: str, value: object) -> None:
    made = make()
    with pytest.raises(dataclasses.FrozenInstanceError):
        setattr(made, name, value)
    assert made == make()


@pytest.mark.parametrize("make", [Settings, OverlayStyle, FilterSettings])
def test_only_keywords(make: Callable[..., Any]) -> None:
    with pytest.raises(TypeError):
        make("full")
    with pytest.raises(TypeError):
        make(no_such_setting=1)


def test_replace_validates_again() -> None:
    with pytest.raises(InvalidSetting, match="max_people"):
        dataclasses.replace(Settings(), max_people=0)


def test_a_point_to_follow_needs_its_choice() -> None:
    assert Settings(follow="point", follow_point=(1, 20, 30)).follow_point == (1.0, 20.0, 30.0)
    for wrong in ({"follow": "point"}, {"follow": "point", "follow_point": (1.0, 20.0)}, {"follow_point": (1, 2, 3)}):
        with pytest.raises(InvalidSetting, match="follow_point"):
            Settings(**wrong)


def test_a_part_ends_after_it_begins() -> None:
    assert Settings(start_s=1, end_s=2).end_s == 2.0
    with pytest.raises(InvalidSetting, match="later than the start, 2 s"):
        Settings(start_s=2, end_s=2)
