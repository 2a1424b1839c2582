"""Flexion and abduction in the body's own planes."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from core.motion.angles import PLANE_JOINTS, joint_angles
from core.skeleton import LANDMARK_INDEX
from tests.core.motion.bodies import (
    FORWARD,
    LEFT,
    UP,
    Body,
    angles_of,
    filmed,
    mirrored,
    moved,
    recorded,
    standing,
    turned_about,
)

EXACT = 0.001
SIDES = ("left", "right")
bounded = settings(derandomize=True, deadline=None, max_examples=60)
degrees = st.floats(-180, 180, width=32)
turns = st.builds(
    lambda x, y, z: turned_about(LEFT, x) @ turned_about(UP, y) @ turned_about(FORWARD, z), *[degrees] * 3
)


def flexion(body: Body, joint: str) -> list[float]:
    found = angles_of(body, "flexion_deg")
    return [found[f"{side}_{joint}"] for side in SIDES]


def both(value: float) -> object:
    return pytest.approx([value, value], abs=EXACT, nan_ok=True)


def reaching(forward: float, outward: float, down: float, limb: str = "arm") -> Body:
    """Arms or thighs point this much forwards, outwards and downwards."""
    body = standing()
    start, end, length = ("shoulder", "elbow", 0.3) if limb == "arm" else ("hip", "knee", 0.42)
    for side, outwards in (("left", LEFT), ("right", -LEFT)):
        direction = forward * FORWARD + outward * outwards - down * UP
        body[f"{side}_{end}"] = body[f"{side}_{start}"] + length * direction / np.linalg.norm(direction)
    return body


@pytest.mark.parametrize("angle", [-40, 0, 30, 90, 150, 180, 200])
def test_arms_raised_forwards(angle: float) -> None:
    assert flexion(standing(shoulder=angle), "shoulder_flexion") == both(angle)


@pytest.mark.parametrize("angle", [-30, 0, 45, 90, 135, 180])
def test_arms_raised_sideways(angle: float) -> None:
    assert flexion(standing(abduction=angle), "shoulder_abduction") == both(angle)


@pytest.mark.parametrize("angle", [-25, 0, 60, 120])
def test_thighs_raised_forwards(angle: float) -> None:
    assert flexion(standing(hip=angle), "hip_flexion") == both(angle)


def test_the_trunk_bent_over_straight_legs_flexes_the_hips() -> None:
    body = standing()
    lean = turned_about(LEFT, 70)
    for name in body:
        if not any(part in name for part in ("knee", "ankle", "heel", "foot")):
            body[name] = lean @ body[name]
    assert flexion(body, "hip_flexion") == both(70)


def test_where_a_limb_points_along_the_normal_there_is_no_angle() -> None:
    for off, known in ((0, False), (14, False), (16, True)):
        sideways, forwards = standing(abduction=90 - off), standing(shoulder=90 - off)
        assert np.isfinite(flexion(sideways, "shoulder_flexion")).all() == known
        assert np.isfinite(flexion(forwards, "shoulder_abduction")).all() == known
    # The plain angle is there all the same.
    assert angles_of(standing(abduction=90))["left_shoulder"] == pytest.approx(90, abs=EXACT)


@bounded
@given(forward=st.floats(-1, 1), outward=st.floats(-1, 1), down=st.floats(-1, 1), turn=turns)
def test_any_direction_of_the_arm_seen_from_anywhere(
    forward: float, outward: float, down: float, turn: np.ndarray
) -> None:
    length = math.hypot(forward, outward, down)
    assume(length > 0.1)
    body = moved(reaching(forward, outward, down), turn, 1, 0.3)
    for joint, aside in (("shoulder_flexion", forward), ("shoulder_abduction", outward)):
        in_plane = math.hypot(aside, down) / length
        assume(abs(in_plane - math.sin(math.radians(15))) > 1e-3)
        expected = math.degrees(math.atan2(aside, down))
        assume(abs(expected + 135) > 0.1)
        usual = expected + 360 if expected < -135 else expected
        wanted = usual if in_plane > math.sin(math.radians(15)) else math.nan
        assert flexion(body, joint) == pytest.approx([wanted] * 2, abs=0.01, nan_ok=True)


@bounded
@given(forward=st.floats(-0.5, 1), outward=st.floats(-0.5, 1), turn=turns)
def test_a_mirror_swaps_left_and_right(forward: float, outward: float, turn: np.ndarray) -> None:
    body = standing()
    body["left_elbow"] = reaching(forward, outward, 0.6)["left_elbow"]
    body["left_knee"] = reaching(forward, 0.1, 0.6, "thigh")["left_knee"]
    body = moved(body, turn)
    there, seen = angles_of(body, "flexion_deg"), angles_of(mirrored(body), "flexion_deg")
    for joint in PLANE_JOINTS:
        side, movement = joint.split("_", 1)
        other = {"left": "right", "right": "left"}[side]
        assert seen[f"{other}_{movement}"] == pytest.approx(there[joint], abs=0.01, nan_ok=True)


def test_the_plain_angle_is_the_same_without_sign() -> None:
    for angle in (-40, 60, 170, 200):
        body = standing(shoulder=angle)
        expected = min(abs(angle), 360 - abs(angle))
        assert angles_of(body)["left_shoulder_flexion"] == pytest.approx(expected, abs=EXACT)


def test_circling_arms_go_on_counting() -> None:
    angles = np.arange(0, 800, 10)
    table = joint_angles(filmed([standing(shoulder=float(angle)) for angle in angles]))
    for side in SIDES:
        own = table[table["joint"] == f"{side}_shoulder_flexion"]
        np.testing.assert_allclose(own["flexion_deg"], angles, atol=EXACT)
        assert own["angle_deg"].between(0, 180).all()


def test_the_picture_has_no_such_planes() -> None:
    flat = {name: 200 + 100 * point[:2] for name, point in moved(standing(shoulder=30), turned_about(UP, 60)).items()}
    for reading in ("angle_deg", "flexion_deg"):
        found = angles_of(flat, reading, "image")
        assert {joint for joint, value in found.items() if math.isnan(value)} == set(PLANE_JOINTS)


@pytest.mark.parametrize("lost", ["left_hip", "right_hip", "left_shoulder", "right_shoulder"])
def test_without_the_trunk_there_is_nothing(lost: str) -> None:
    body = standing()
    del body[lost]
    found = angles_of(body, "flexion_deg")
    assert all(math.isnan(found[joint]) for joint in PLANE_JOINTS)


def test_trust_is_that_of_trunk_and_limb() -> None:
    def trust(hidden: str) -> pd.Series:
        recording = recorded(standing())
        recording.visibility[0, 0, LANDMARK_INDEX[hidden]] = 0.3
        return joint_angles(recording).set_index("joint").loc[list(PLANE_JOINTS), "trust"]

    seen = trust("nose")
    assert (trust("right_shoulder") < seen).all()
    assert set(seen.index[trust("left_elbow") < seen]) == {"left_shoulder_flexion", "left_shoulder_abduction"}
