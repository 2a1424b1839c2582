"""Joint angles of bodies that were built from their angles."""

import math
import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.motion.angles import DEFINITIONS, JOINTS, MAIN_JOINTS
from core.motion.lines import angle_between_deg
from core.skeleton import LANDMARKS
from tests.core.motion.bodies import (
    FORWARD,
    LEFT,
    UP,
    angles_of,
    bent,
    mirrored,
    moved,
    standing,
    turned_about,
)
from tests.core.truth import ONE_PERSON, TWO_PEOPLE, true_people

LIMBS = ("shoulder", "elbow", "wrist", "hip", "knee", "ankle")
CHAIN = [*(f"{side}_{joint}" for side in ("left", "right") for joint in LIMBS), "neck"]
NEUTRAL_DEG = {"shoulder": 0, "elbow": 180, "wrist": 180, "hip": 180, "knee": 180, "ankle": 90, "neck": 180}
EXACT = 0.001  # degrees: recordings hold single precision

bounded = settings(derandomize=True, deadline=None, max_examples=60)


def numbers(low: float, high: float) -> st.SearchStrategy[float]:
    return st.floats(low, high, allow_nan=False, width=32)


def for_each_joint(low: float, high: float) -> st.SearchStrategy[dict[str, float]]:
    return st.fixed_dictionaries({joint: numbers(low, high) for joint in CHAIN})


turns = st.builds(
    lambda x, y, z: turned_about(LEFT, x) @ turned_about(UP, y) @ turned_about(FORWARD, z),
    *[numbers(-180, 180)] * 3,
)
shifts = st.tuples(*[numbers(-3, 3)] * 3).map(np.array)


def main(angles: dict[str, float]) -> dict[str, float]:
    """Without those in the planes of the body: test_planes.py."""
    return {joint: angles[joint] for joint in MAIN_JOINTS}


class TestNeutralPosition:
    def test_all_flexion_is_zero(self) -> None:
        flexion = angles_of(standing(), "flexion_deg")
        assert list(flexion) == list(JOINTS)
        assert list(flexion.values()) == pytest.approx([0] * 21, abs=EXACT)

    def test_the_angles_are_those_of_the_neutral_zero_method(self) -> None:
        expected = {joint: NEUTRAL_DEG[joint.split("_")[-1]] for joint in CHAIN}
        found = main(angles_of(standing()))
        assert found == pytest.approx(expected | {"trunk_lean": 0, "pelvis_tilt": 90}, abs=EXACT)


BENT: list[tuple[str, float, float]] = [  # joint, by how many degrees it is bent, angle_deg
    ("elbow", 90, 90),
    ("elbow", 145, 35),
    ("elbow", 1, 179),
    ("shoulder", 90, 90),
    ("shoulder", 170, 170),
    ("wrist", 40, 140),
    ("hip", 30, 150),
    ("hip", 120, 60),
    ("knee", 90, 90),
    ("knee", 140, 40),
    ("ankle", 20, 70),
    ("ankle", -30, 120),
    ("neck", 25, 155),
]


@pytest.mark.parametrize(("joint", "flexion", "angle"), BENT, ids=[f"{joint} {by}" for joint, by, _ in BENT])
def test_one_joint_bent(joint: str, flexion: float, angle: float) -> None:
    body = standing(**{joint: flexion})
    names = ["neck"] if joint == "neck" else [f"left_{joint}", f"right_{joint}"]
    assert [angles_of(body)[name] for name in names] == pytest.approx([angle] * len(names), abs=EXACT)
    found = main(angles_of(body, "flexion_deg"))
    assert found == pytest.approx({name: flexion if name in names else 0 for name in MAIN_JOINTS}, abs=EXACT)


def test_a_squat() -> None:
    flexion = angles_of(standing(hip=90, knee=90, ankle=15, shoulder=90), "flexion_deg")
    expected = {"hip": 90, "knee": 90, "ankle": 15, "shoulder": 90, "elbow": 0, "wrist": 0}
    for joint, degrees in expected.items():
        assert [flexion[f"left_{joint}"], flexion[f"right_{joint}"]] == pytest.approx([degrees] * 2, abs=EXACT)


class TestSolidGeometry:
    @bounded
    @given(angle=for_each_joint(0, 180), roll=for_each_joint(0, 360))
    def test_each_angle_is_the_one_that_was_built(self, angle: dict[str, float], roll: dict[str, float]) -> None:
        found = angles_of(bent(angle, roll))
        assert {joint: found[joint] for joint in CHAIN} == pytest.approx(angle, abs=EXACT)

    @bounded
    @given(angle=for_each_joint(0, 180), roll=for_each_joint(0, 360), turn=turns, scale=numbers(0.25, 4), shift=shifts)
    def test_turning_moving_and_scaling_change_nothing(
        self, angle: dict[str, float], roll: dict[str, float], turn: np.ndarray, scale: float, shift: np.ndarray
    ) -> None:
        found = angles_of(moved(bent(angle, roll), turn, scale, shift))
        assert {joint: found[joint] for joint in CHAIN} == pytest.approx(angle, abs=0.01)

    @bounded
    @given(angle=for_each_joint(0, 180), roll=for_each_joint(0, 360), turn=turns)
    def test_a_mirror_swaps_left_and_right(
        self, angle: dict[str, float], roll: dict[str, float], turn: np.ndarray
    ) -> None:
        body = moved(bent(angle, roll), turn)
        seen, there = angles_of(mirrored(body), "flexion_deg"), angles_of(body, "flexion_deg")
        for joint in LIMBS:
            assert seen[f"left_{joint}"] == pytest.approx(there[f"right_{joint}"], abs=EXACT)
            assert seen[f"right_{joint}"] == pytest.approx(there[f"left_{joint}"], abs=EXACT)
        for joint in ("trunk_lean", "neck"):
            assert seen[joint] == pytest.approx(there[joint], abs=EXACT)
        assert seen["pelvis_tilt"] == pytest.approx(-there["pelvis_tilt"], abs=EXACT)


class TestAgainstTheVertical:
    @bounded
    @given(lean=numbers(0, 180), facing=numbers(-180, 180), direction=numbers(-180, 180), shift=shifts)
    def test_trunk_lean_to_any_side(self, lean: float, facing: float, direction: float, shift: np.ndarray) -> None:
        horizontal = turned_about(UP, direction) @ LEFT
        body = moved(standing(), turned_about(horizontal, lean) @ turned_about(UP, facing), 1, shift)
        assert angles_of(body)["trunk_lean"] == pytest.approx(lean, abs=0.01)
        assert angles_of(body, "flexion_deg")["trunk_lean"] == pytest.approx(lean, abs=0.01)

    @pytest.mark.parametrize("facing", [0, 60, 180], ids=["to the camera", "half aside", "away"])
    @pytest.mark.parametrize("tilt", [-90, -12.5, 0, 30, 90])
    def test_pelvis_tilt_is_positive_when_the_left_hip_is_higher(self, tilt: float, facing: float) -> None:
        # Seen from the front, a turn about the line to the camera that lifts the left side.
        body = standing()
        for side, sign in (("left", 1), ("right", -1)):
            body[f"{side}_hip"] = (
                sign * 0.15 * (math.cos(math.radians(tilt)) * LEFT + math.sin(math.radians(tilt)) * UP)
            )
        found = angles_of(moved(body, turned_about(UP, facing)))
        assert found["pelvis_tilt"] == pytest.approx(90 - tilt, abs=0.01)
        flexion = angles_of(moved(body, turned_about(UP, facing)), "flexion_deg")
        assert flexion["pelvis_tilt"] == pytest.approx(tilt, abs=0.01)

    def test_up_is_towards_smaller_y_in_the_picture_too(self) -> None:
        body = {
            "left_hip": np.array([330.0, 240]),
            "right_hip": np.array([270.0, 300]),
            "left_shoulder": np.array([330.0, 100]),
            "right_shoulder": np.array([270.0, 100]),
        }
        found = angles_of(body, "flexion_deg", "image")
        assert found["pelvis_tilt"] == pytest.approx(45, abs=EXACT)
        assert found["trunk_lean"] == pytest.approx(0, abs=EXACT)

    @bounded
    @given(angle=for_each_joint(0, 180), roll=for_each_joint(0, 360), facing=numbers(-180, 180))
    def test_the_way_somebody_faces_changes_no_angle_at_all(
        self, angle: dict[str, float], roll: dict[str, float], facing: float
    ) -> None:
        body = bent(angle, roll)
        for reading in ("angle_deg", "flexion_deg"):
            found, before = angles_of(moved(body, turned_about(UP, facing)), reading), angles_of(body, reading)
            assert main(found) == pytest.approx(main(before), abs=0.01)


@pytest.mark.parametrize("name", [*ONE_PERSON, TWO_PEOPLE])
def test_angles_of_the_rendered_people(name: str) -> None:
    names = [definition.joint for definition in DEFINITIONS]
    for truth in true_people(name):
        body = dict(zip(LANDMARKS, truth.cam, strict=True))
        found = angles_of(body)
        assert len(truth.angles_deg) == 8 and set(truth.angles_deg) <= set(names)
        assert {joint: found[joint] for joint in truth.angles_deg} == pytest.approx(truth.angles_deg, abs=0.01)


class TestAngleBetween:
    @bounded
    @given(dimensions=st.integers(2, 5), seed=st.integers(0, 10_000))
    def test_is_the_arc_cosine_for_vectors_that_are_neither_parallel_nor_opposite(
        self, dimensions: int, seed: int
    ) -> None:
        u, v = np.random.default_rng(seed).normal(size=(2, 50, dimensions))
        cosine = (u * v).sum(-1) / np.linalg.norm(u, axis=-1) / np.linalg.norm(v, axis=-1)
        generic = np.abs(cosine) < 0.99
        np.testing.assert_allclose(
            angle_between_deg(u, v)[generic], np.degrees(np.arccos(cosine[generic])), rtol=0, atol=1e-11
        )

    @pytest.mark.parametrize("small", [1e-3, 1e-5, 1e-7, 1e-9, 1e-12])
    @pytest.mark.parametrize("length", [1e-3, 1.0, 1e3])
    def test_keeps_its_precision_near_0_and_180(self, small: float, length: float) -> None:
        u = np.array([length, 0.0, 0.0])
        v = np.array([math.cos(small), math.sin(small), 0.0])
        assert float(angle_between_deg(u, v)) == pytest.approx(math.degrees(small), rel=1e-6)
        assert 180 - float(angle_between_deg(-u, v)) == pytest.approx(math.degrees(small), rel=1e-6, abs=1e-13)

    @pytest.mark.parametrize(
        ("u", "v", "degrees"),
        [
            ([1, 0], [5, 0], 0),
            ([1, 0], [-5, 0], 180),
            ([1, 0], [0, 3], 90),
            ([2, 0], [3, 3], 45),
            ([1, 1, 1], [-1, -1, -1], 180),
            ([1, 0, 0], [1, 1, 1], math.degrees(math.acos(1 / math.sqrt(3)))),
            ([1, 0, 0], [-0.5, math.sqrt(0.75), 0], 120),
        ],
    )
    def test_known_angles(self, u: list[float], v: list[float], degrees: float) -> None:
        assert float(angle_between_deg(np.array(u, float), np.array(v, float))) == pytest.approx(degrees, abs=1e-12)

    @pytest.mark.parametrize(
        ("u", "v"),
        [([0, 0], [1, 0]), ([1, 0], [0, 0]), ([0, 0], [0, 0]), ([math.nan, 0], [1, 0]), ([1, 0], [0, math.nan])],
    )
    def test_without_a_direction_there_is_no_angle_and_no_warning(self, u: list[float], v: list[float]) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            assert math.isnan(angle_between_deg(np.array(u, float), np.array(v, float)))

    def test_broadcasts(self) -> None:
        u = np.array([[1.0, 0], [0, 1], [-1, 0]])[:, None]
        v = np.array([[1.0, 0], [0, 2]])
        np.testing.assert_allclose(angle_between_deg(u, v), [[0, 90], [90, 0], [180, 90]], atol=1e-12)
