"""The clinical reading of segments: 0 in upright standing, with the sign a clinician expects."""

from __future__ import annotations

import numpy as np
import pytest

from core.motion.segments import SEGMENTS
from tests.core.motion.bodies import FORWARD, LEFT, UP, Body, moved, segments_of, standing, turned_about

EXACT = 0.01


def inclination(body: Body, space: str = "world") -> dict[str, float]:
    return segments_of(body, "inclination_deg", space)


@pytest.mark.parametrize("facing", [0, 40, 90, 180, -120])
def test_in_upright_standing_everything_is_0(facing: float) -> None:
    values = inclination(moved(standing(), turned_about(UP, facing)))
    assert tuple(values) == SEGMENTS
    assert values == pytest.approx(dict.fromkeys(SEGMENTS, 0.0), abs=EXACT)


@pytest.mark.parametrize("facing", [0, 90, 180])
@pytest.mark.parametrize(
    ("of_body", "segments"),
    [
        ({"hip": 30, "knee": 30}, {"left_thigh": 30}),
        ({"hip": -20, "knee": -20}, {"right_thigh": -20}),
        ({"hip": 25, "knee": 50}, {"left_shank": 25}),  # the knee before the ankle
        ({"ankle": 15}, {"left_foot": 15, "right_foot": 15}),  # toes up
        ({"ankle": -15}, {"left_foot": -15}),
        ({"shoulder": 70}, {"left_upper_arm": 70, "right_forearm": 70}),
        ({"neck": 20}, {"head": 20}),  # bent forwards
    ],
)
def test_the_signs(of_body: dict[str, float], segments: dict[str, float], facing: float) -> None:
    values = inclination(moved(standing(**of_body), turned_about(UP, facing)))
    assert {name: values[name] for name in segments} == pytest.approx(segments, abs=EXACT)


@pytest.mark.parametrize("facing", [0, 90, 180])
@pytest.mark.parametrize("roll", [-8, 8])
def test_pelvis_and_shoulders_are_positive_when_the_left_side_is_higher(roll: float, facing: float) -> None:
    values = inclination(moved(standing(), turned_about(UP, facing) @ turned_about(FORWARD, roll)))
    assert (values["pelvis"], values["shoulders"]) == pytest.approx((roll, roll), abs=EXACT)


def test_a_trunk_that_leans_forwards_is_positive() -> None:
    leaning = moved(standing(), turned_about(LEFT, 20))
    assert abs(inclination(leaning)["trunk"]) == pytest.approx(20, abs=EXACT)
    assert inclination(leaning)["trunk"] == pytest.approx(segments_of(leaning)["trunk"], abs=EXACT)


@pytest.mark.parametrize("facing", [90, -90])
def test_in_the_picture_foot_and_head_are_level_from_either_side(facing: float) -> None:
    body = moved(standing(ankle=10, neck=25), turned_about(UP, facing))
    flat = {name: 200 * point[:2] + np.array([320.0, 240.0]) for name, point in body.items()}
    values = inclination(flat, "image")
    assert (values["left_foot"], values["head"]) == pytest.approx((10, 25), abs=EXACT)
