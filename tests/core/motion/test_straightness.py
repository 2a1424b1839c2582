"""Knees and elbows beyond straight have negative flexion, and nothing flips."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.core.motion.bodies import FORWARD, LEFT, UP, Body, angles_of, mirrored, moved, standing, turned_about

EXACT = 0.01
SIDES = ("left", "right")
bounded = settings(derandomize=True, deadline=None, max_examples=60)
degrees = st.floats(-180, 180, width=32)
turns = st.builds(
    lambda x, y, z: turned_about(LEFT, x) @ turned_about(UP, y) @ turned_about(FORWARD, z), *[degrees] * 3
)


def flexion(body: Body, joint: str, space: str = "world") -> float:
    found = angles_of(body, "flexion_deg", space)
    left, right = (found[f"{side}_{joint}"] for side in SIDES)
    assert left == pytest.approx(right, abs=EXACT)
    return left


# Degrees beyond straight and what is read: nothing up to 2, in full from 4 to 15.
BEYOND = [(1, 0), (2, 0), (3, -1.5), (4, -4), (8, -8), (15, -15)]


@bounded
@given(turn=turns)
@pytest.mark.parametrize("joint", ["knee", "elbow"])
@pytest.mark.parametrize(("beyond", "read"), BEYOND)
def test_beyond_straight_is_negative_seen_from_anywhere(
    joint: str, beyond: float, read: float, turn: np.ndarray
) -> None:
    body = moved(standing(**{joint: -beyond}), turn)
    assert flexion(body, joint) == pytest.approx(read, abs=0.02)
    assert angles_of(body)[f"left_{joint}"] == pytest.approx(180 - beyond, abs=EXACT)


@pytest.mark.parametrize("joint", ["knee", "elbow"])
@pytest.mark.parametrize("bend", [0.5, 3, 10, 20, 90, 140])
def test_flexion_is_the_whole_bend(joint: str, bend: float) -> None:
    assert flexion(standing(**{joint: bend}), joint) == pytest.approx(bend, abs=EXACT)


@pytest.mark.parametrize("joint", ["knee", "elbow"])
def test_what_no_joint_can_do_counts_as_flexion(joint: str) -> None:
    assert flexion(standing(**{joint: -35}), joint) == pytest.approx(35, abs=EXACT)


@pytest.mark.parametrize("joint", ["knee", "elbow"])
def test_from_flexed_to_beyond_straight_without_a_step(joint: str) -> None:
    bends = np.arange(60, -60, -0.25)
    read = np.array([flexion(standing(**{joint: float(bend)}), joint) for bend in bends])
    # Twice as steep in the dead zone, four times where it turns from unlikely to impossible.
    assert np.abs(np.diff(read)).max() < 5 * 0.25
    assert read.min() == pytest.approx(-15, abs=1)


@bounded
@given(bend=st.floats(0, 40), out=st.floats(0.0, 360.0))
def test_a_small_turn_of_the_bend_changes_little(bend: float, out: float) -> None:
    """Around a nearly straight knee, in whatever direction: noise does not flip it."""

    def read(direction: float) -> float:
        body = standing()
        aside = math.cos(math.radians(direction)) * LEFT + math.sin(math.radians(direction)) * FORWARD
        shank = -UP * math.cos(math.radians(bend)) + aside * math.sin(math.radians(bend))
        ankle = body["left_knee"] + 0.4 * shank
        for name in ("left_heel", "left_foot_index"):
            body[name] += ankle - body["left_ankle"]
        body["left_ankle"] = ankle
        return angles_of(body, "flexion_deg")["left_knee"]

    # From flexion to beyond straight within 34 degrees of turn: 2 * 15 degrees at most.
    assert abs(read(out + 1) - read(out)) < 2


@pytest.mark.parametrize("turned_out", [-20, 0, 30, 60])
def test_the_knee_is_told_by_its_own_foot_however_the_leg_is_turned_out(turned_out: float) -> None:
    body = standing(knee=-10)
    for side, sign in (("left", 1), ("right", -1)):
        turn = turned_about(UP, sign * turned_out)
        hip = body[f"{side}_hip"]
        for name in ("knee", "ankle", "heel", "foot_index"):
            body[f"{side}_{name}"] = hip + turn @ (body[f"{side}_{name}"] - hip)
    assert flexion(body, "knee") == pytest.approx(-10, abs=EXACT)


@pytest.mark.parametrize(
    ("pose", "read"),
    [
        ({"shoulder": 90}, -10),
        ({"abduction": 90}, -10),
        ({"shoulder": -40}, -10),
        ({"shoulder": 120}, -10),
        ({"shoulder": 150}, 10),
        ({"abduction": 170}, 10),
    ],
)
def test_the_back_of_the_arm_goes_with_the_arm_until_overhead(pose: dict[str, float], read: float) -> None:
    assert flexion(standing(elbow=-10, **pose), "elbow") == pytest.approx(read, abs=EXACT)


@pytest.mark.parametrize("pose", [{"shoulder": 90}, {"abduction": 90}, {"shoulder": 170}, {"hip": 90}])
def test_bent_in_any_pose_is_flexion(pose: dict[str, float]) -> None:
    body = standing(elbow=25, knee=25, **pose)
    assert flexion(body, "elbow") == pytest.approx(25, abs=EXACT)
    assert flexion(body, "knee") == pytest.approx(25, abs=EXACT)


def test_the_sides_are_told_apart() -> None:
    one, other = standing(knee=-10, elbow=20), standing(knee=30, elbow=-8)
    body = {name: (one if name.startswith("left") else other)[name] for name in one}
    for seen, (first, second) in ((body, SIDES), (mirrored(body), SIDES[::-1])):
        found = angles_of(seen, "flexion_deg")
        expected = {f"{first}_knee": -10, f"{first}_elbow": 20, f"{second}_knee": 30, f"{second}_elbow": -8}
        assert {joint: found[joint] for joint in expected} == pytest.approx(expected, abs=EXACT)


@pytest.mark.parametrize("lost", ["left_heel", "left_foot_index"])
def test_without_the_foot_the_bend_counts_as_flexion(lost: str) -> None:
    body = standing(knee=-10)
    del body[lost]
    found = angles_of(body, "flexion_deg")
    assert found["left_knee"] == pytest.approx(10, abs=EXACT)
    assert found["right_knee"] == pytest.approx(-10, abs=EXACT)


def test_without_the_trunk_an_elbows_bend_counts_as_flexion() -> None:
    body = standing(elbow=-10)
    del body["right_hip"]
    assert flexion(body, "elbow") == pytest.approx(10, abs=EXACT)


class TestInThePicture:
    @staticmethod
    def seen(body: Body, turn: float) -> Body:
        """From the front at 0, from the person's left or right at 90 and -90."""
        return {name: 300 + 200 * point[:2] for name, point in moved(body, turned_about(UP, turn)).items()}

    @pytest.mark.parametrize("turn", [90, -90])
    @pytest.mark.parametrize("bend", [-10, -6, 10, 70])
    def test_knees_from_either_side(self, turn: float, bend: float) -> None:
        assert flexion(self.seen(standing(knee=bend), turn), "knee", "image") == pytest.approx(bend, abs=0.05)

    def test_from_the_front_the_foot_tells_nothing(self) -> None:
        """A knock knee with the toes turned out is no knee beyond straight."""
        body = standing()
        for name, shift in (("ankle", 0.05), ("heel", 0.05), ("foot_index", 0.12)):
            body[f"left_{name}"] = body[f"left_{name}"] + shift * LEFT
        found = angles_of(self.seen(body, 0), "flexion_deg", "image")
        assert found["left_knee"] == pytest.approx(math.degrees(math.atan(0.05 / 0.4)), abs=0.05)

    @pytest.mark.parametrize("turn", [90, -90])
    def test_elbows_have_no_other_side(self, turn: float) -> None:
        assert flexion(self.seen(standing(elbow=-10), turn), "elbow", "image") == pytest.approx(10, abs=0.05)
