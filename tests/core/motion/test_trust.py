"""Trust falls for every clue, never rises, and is known for whatever is shown."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from core.motion.angles import DEFINITIONS, joint_angle_arrays
from core.motion.arrays import FRAMES_AT_ONCE
from core.motion.limbs import LIMB_BONES, doubtful_bones, limb_trust
from core.motion.segments import SEGMENT_DEFINITIONS, segment_angle_arrays
from core.motion.trust import CLUES, LEAST_TRUST, OTHER, LinesOfAngles, angle_clues, angle_trust, trust_models
from core.recording import SPACES, Recording
from core.skeleton import BONES, LANDMARK_INDEX
from tests.core.recordings import some_recording, without

HIP, KNEE, ANKLE = (LANDMARK_INDEX[f"left_{name}"] for name in ("hip", "knee", "ankle"))
RIGHT_HIP, RIGHT_KNEE = LANDMARK_INDEX["right_hip"], LANDMARK_INDEX["right_knee"]
KNEE_LINES = next(definition.lines for definition in DEFINITIONS if definition.joint == "left_knee")


def leg() -> Recording:
    """Straight legs in the picture's plane, in the middle of the picture, nothing corrected."""
    recording = some_recording(refined=True, width=1000, height=1000)
    points = np.zeros((1, 1, 33, 3), np.float32)
    for hip, knee, ankle, x in (
        (HIP, KNEE, ANKLE, 0.1),
        (RIGHT_HIP, RIGHT_KNEE, LANDMARK_INDEX["right_ankle"], -0.1),
    ):
        points[0, 0, [hip, knee, ankle]] = (x, 0, 0), (x, 0.4, 0), (x, 0.8, 0)
    ones = np.ones((1, 1, 33), np.float32)
    image = (500 + 300 * points).astype(np.float32)
    return dataclasses.replace(
        recording, world=points, refined=points.copy(), image=image, visibility=ones, presence=ones.copy()
    )


def clue(recording: Recording, name: str) -> float:
    return float(angle_clues(recording, LinesOfAngles.of((KNEE_LINES,)))[0, 0, 0, CLUES.index(name)])


def turned(points: NDArray[np.float32], landmark: int, about: int, degrees: float) -> NDArray[np.float32]:
    """One landmark swung about another towards the camera."""
    moved = points.copy()
    reach = np.linalg.norm(points[0, 0, landmark] - points[0, 0, about])
    angle = np.radians(degrees)
    moved[0, 0, landmark] = points[0, 0, about] + reach * np.array([0, np.cos(angle), -np.sin(angle)])
    return moved


def test_nothing_speaks_against_a_leg_that_is_seen_well() -> None:
    for name in CLUES:
        assert clue(leg(), name) == pytest.approx(0, abs=1e-3), name


def test_what_is_hidden() -> None:
    recording = leg()
    recording.visibility[0, 0, KNEE], recording.presence[0, 0, KNEE] = 0.5, 0.5
    assert clue(recording, "hidden") == pytest.approx(np.sqrt(0.75))


@pytest.mark.parametrize(("inside_px", "expected"), [(120, 0.0), (60, 0.0), (30, 0.5), (0, 1.0), (-80, 1.0)])
def test_near_the_edge(inside_px: float, expected: float) -> None:
    """A shank and a thigh are 120 pixels long: half of that away from the edge is far enough."""
    recording = leg()
    recording.image[0, 0, :, 1] += 1000 - inside_px - recording.image[0, 0, ANKLE, 1]
    assert clue(recording, "near_edge") == pytest.approx(expected, abs=1e-3)


@pytest.mark.parametrize("degrees", [0, 20, 45, 90])
def test_end_on_is_the_part_of_a_bone_that_is_depth(degrees: float) -> None:
    recording = leg()
    assert recording.refined is not None
    corrected = turned(recording.refined, ANKLE, KNEE, degrees)
    recording = dataclasses.replace(recording, refined=corrected)
    assert clue(recording, "end_on") == pytest.approx(np.sin(np.radians(degrees)), abs=1e-3)
    # The shank was turned from where MediaPipe has it, and the knee bent as much.
    assert clue(recording, "turned") == pytest.approx(min(degrees / 60, 1), abs=1e-3)
    assert clue(recording, "changed") == pytest.approx(min(degrees / 60, 1), abs=1e-3)


def test_a_leg_turned_as_a_whole_has_not_changed_its_angle() -> None:
    recording = leg()
    assert recording.refined is not None
    corrected = turned(turned(recording.refined, KNEE, HIP, 30), ANKLE, HIP, 30)
    recording = dataclasses.replace(recording, refined=corrected)
    assert clue(recording, "turned") == pytest.approx(0.5, abs=1e-3)
    assert clue(recording, "changed") == pytest.approx(0, abs=1e-3)


def test_unequal_bones() -> None:
    recording = leg()
    recording.world[0, 0, RIGHT_KNEE, 1] = 0.32
    assert clue(recording, "uneven") == pytest.approx(np.log(1.25) / np.log(1.5), abs=1e-3)


def test_without_a_correction_it_is_taken_to_be_as_usual() -> None:
    recording = dataclasses.replace(leg(), refined=None)
    assert np.isnan(clue(recording, "turned")) and np.isnan(clue(recording, "changed"))
    assert np.isfinite(angle_trust(recording, "world", {"left_knee": KNEE_LINES})).all()


@settings(derandomize=True, deadline=None, max_examples=50)
@given(
    clues=st.lists(st.floats(0, 1), min_size=len(CLUES), max_size=len(CLUES)),
    worse=st.integers(0, len(CLUES) - 1),
    space=st.sampled_from(SPACES),
)
def test_no_clue_raises_trust(clues: list[float], worse: int, space: str) -> None:
    before = np.array([clues])
    after = before.copy()
    after[0, worse] = 1
    model = trust_models()[space]
    assert model.trust(after, ["left_knee"])[0] <= model.trust(before, ["left_knee"])[0]


@pytest.mark.parametrize("space", SPACES)
def test_the_calibration_knows_every_clue_and_trusts_the_unknown_least(space: str) -> None:
    model = trust_models()[space]
    assert (model.weights >= 0).all() and np.isfinite(model.usual).all()
    assert model.log_odds[OTHER] == min(model.log_odds.values())
    # Nothing was learned of joints that no training body bends.
    assert not {"wrist", "ankle", "neck", "foot", "head"} & set(model.log_odds)


def test_hidden_limbs_are_trusted_less_than_the_limit_and_seen_ones_more() -> None:
    hidden = leg()
    hidden.visibility[0, 0, ANKLE] = 0.02
    hidden = dataclasses.replace(hidden, refined=turned(hidden.world, ANKLE, KNEE, 70))
    (seen,), (doubtful,) = (angle_trust(each, "refined", {"left_knee": KNEE_LINES}).ravel() for each in (leg(), hidden))
    assert doubtful < LEAST_TRUST < seen


@pytest.mark.parametrize("space", SPACES)
def test_who_was_not_found_has_no_trust_and_everybody_else_has(space: str) -> None:
    recording = without(some_recording(3, 2, refined=True), 1, 0)
    for trust in (joint_angle_arrays(recording, space).trust, segment_angle_arrays(recording, space).trust):
        assert trust.dtype == np.float32
        missing = np.isnan(trust)
        assert missing[1, 0].all() and missing.sum() == trust.shape[-1]
        assert ((trust > 0) & (trust < 1))[~missing].all()


def test_a_long_recording_is_measured_frame_by_frame_alike() -> None:
    recording = some_recording(FRAMES_AT_ONCE + 3, refined=True)
    whole = joint_angle_arrays(recording).trust
    np.testing.assert_array_equal(whole[-2:], joint_angle_arrays(recording.part(FRAMES_AT_ONCE + 1, 10**6)).trust)


class TestLimbs:
    def test_are_upper_arms_forearms_thighs_and_shanks(self) -> None:
        names = {"shoulder": "elbow", "elbow": "wrist", "hip": "knee", "knee": "ankle"}
        expected = {
            (LANDMARK_INDEX[f"{side}_{start}"], LANDMARK_INDEX[f"{side}_{end}"])
            for side in ("left", "right")
            for start, end in names.items()
        }
        assert {BONES[index] for index in LIMB_BONES} == expected

    def test_have_the_trust_of_their_segments(self) -> None:
        recording = some_recording(2, 2, refined=True)
        arrays = segment_angle_arrays(recording, "refined")
        kinds = ("upper_arm", "forearm", "thigh", "shank")
        names = [each.segment for each in SEGMENT_DEFINITIONS if each.name in kinds]
        np.testing.assert_array_equal(limb_trust(recording, "refined"), arrays.only(names).trust)

    def test_only_they_can_be_doubtful(self) -> None:
        recording = some_recording(2, 2, refined=True)
        doubtful = doubtful_bones(recording, "refined")
        assert doubtful.shape == (2, 2, len(BONES))
        np.testing.assert_array_equal(doubtful[..., LIMB_BONES], limb_trust(recording, "refined") < LEAST_TRUST)
        assert not np.delete(doubtful, LIMB_BONES, axis=-1).any()

    def test_nobody_has_doubtful_ones(self) -> None:
        assert not doubtful_bones(without(some_recording(), 0, 0), "world").any()
