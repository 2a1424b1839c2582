"""`joint_angles` as a table: its rows, spaces, trust, what is missing, and angles in the picture's plane."""

import dataclasses
import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core import joint_angles
from core.errors import SpaceNotAvailable
from core.motion.angles import DEFINITIONS, JOINTS, MAIN_JOINTS
from core.recording import Recording
from core.skeleton import LANDMARK_INDEX, LANDMARKS
from tests.core.motion.bodies import angles_of, moved, recorded, standing
from tests.core.recordings import some_recording, without

COLUMNS = ["frame", "time_s", "person", "joint", "angle_deg", "flexion_deg", "space", "trust"]
# Which landmarks each angle needs, by hand.
NEEDS: dict[str, set[str]] = {
    **{
        f"{side}_{joint}": {f"{side}_{name}" for name in names.split()}
        for side in ("left", "right")
        for joint, names in {
            "shoulder": "hip shoulder elbow",
            "elbow": "shoulder elbow wrist",
            "wrist": "elbow wrist index pinky",
            "hip": "shoulder hip knee",
            "knee": "hip knee ankle",
            "ankle": "knee ankle heel foot_index",
        }.items()
    },
    "trunk_lean": {"left_hip", "right_hip", "left_shoulder", "right_shoulder"},
    "neck": {"left_hip", "right_hip", "left_shoulder", "right_shoulder", "left_ear", "right_ear"},
    "pelvis_tilt": {"left_hip", "right_hip"},
    **{
        f"{side}_{movement}": {"left_hip", "right_hip", "left_shoulder", "right_shoulder", f"{side}_{end}"}
        for side in ("left", "right")
        for movement, end in (("shoulder_flexion", "elbow"), ("shoulder_abduction", "elbow"), ("hip_flexion", "knee"))
    },
}


def of(table: pd.DataFrame, joint: str, column: str) -> list[float]:
    return list(table.loc[table["joint"] == joint, column])


class TestTable:
    recording = some_recording(frames=3, people=2, refined=True)
    table = joint_angles(recording)

    def test_columns(self) -> None:
        assert list(self.table.columns) == COLUMNS
        for column in ("time_s", "angle_deg", "flexion_deg"):
            assert self.table[column].dtype == np.float64
        for column in ("frame", "person"):
            assert self.table[column].dtype.kind == "i"

    def test_a_row_for_each_frame_person_and_joint_in_that_order(self) -> None:
        keys = [(frame, person, joint) for frame in range(3) for person in range(2) for joint in NEEDS]
        assert list(self.table[["frame", "person", "joint"]].itertuples(index=False, name=None)) == keys
        assert list(self.table.index) == list(range(len(keys)))

    def test_time_is_the_recordings(self) -> None:
        assert self.table["time_s"].tolist() == self.recording.time[self.table["frame"]].tolist()
        assert self.table["time_s"].nunique() == 3

    def test_each_person_in_each_frame_has_their_own_angles(self) -> None:
        for (frame, person), rows in self.table.groupby(["frame", "person"]):
            alone = dataclasses.replace(
                some_recording(), world=self.recording.refined[frame : frame + 1, person : person + 1]
            )
            np.testing.assert_array_equal(rows["angle_deg"], joint_angles(alone, "world")["angle_deg"])

    def test_ranges(self) -> None:
        main = self.table[self.table["joint"].isin(MAIN_JOINTS)]
        assert main["angle_deg"].between(0, 180).all()
        assert self.table["angle_deg"].dropna().between(0, 180).all()
        assert self.table["trust"].between(0, 1).all()

    def test_nobody_gives_an_empty_table_with_the_same_columns(self) -> None:
        empty = joint_angles(some_recording(frames=2, people=0))
        assert list(empty.columns) == COLUMNS and len(empty) == 0


class TestSpace:
    recording = some_recording(refined=True)

    @pytest.mark.parametrize("space", ["refined", "world", "image"])
    def test_says_where_the_angles_come_from(self, space: str) -> None:
        table = joint_angles(self.recording, space)
        assert set(table["space"]) == {space}
        points = np.asarray(getattr(self.recording, space)[0, 0], np.float64)[:, : 2 if space == "image" else 3]
        hip, knee, ankle = (points[LANDMARK_INDEX[f"left_{name}"]] for name in ("hip", "knee", "ankle"))
        cosine = (hip - knee) @ (ankle - knee) / np.linalg.norm(hip - knee) / np.linalg.norm(ankle - knee)
        assert of(table, "left_knee", "angle_deg") == pytest.approx([math.degrees(math.acos(cosine))], abs=1e-6)

    @pytest.mark.parametrize(("refined", "best"), [(True, "refined"), (False, "world")])
    def test_the_best_by_default(self, refined: bool, best: str) -> None:
        recording = some_recording(refined=refined)
        pd.testing.assert_frame_equal(joint_angles(recording), joint_angles(recording, best))
        assert set(joint_angles(recording)["space"]) == {best}

    @pytest.mark.parametrize("space", ["refined", "World", "pixels"])
    def test_what_is_not_there_is_refused(self, space: str) -> None:
        with pytest.raises(SpaceNotAvailable) as caught:
            joint_angles(some_recording(), space)
        assert str(caught.value) == (
            f"There are no “{space}” coordinates in this recording. Choose one of: world, image."
        )


class TestTrust:
    def test_the_definitions_need_what_they_should(self) -> None:
        assert {definition.joint: set(definition.landmarks) for definition in DEFINITIONS} == NEEDS
        assert tuple(NEEDS) == JOINTS

    @pytest.mark.parametrize("name", LANDMARKS)
    def test_falls_for_the_joints_that_need_the_landmark_and_no_other(self, name: str) -> None:
        before, recording = joint_angles(recorded(standing())), recorded(standing())
        recording.visibility[0, 0, LANDMARK_INDEX[name]] = 0.5
        recording.presence[0, 0, LANDMARK_INDEX[name]] = 0.25
        after = joint_angles(recording)
        for joint, needed in NEEDS.items():
            (seen,), (hidden,) = of(before, joint, "trust"), of(after, joint, "trust")
            assert hidden < seen if name in needed else hidden == seen, joint


class TestMissing:
    def test_a_person_who_was_not_found_has_nan_and_the_others_do_not(self) -> None:
        whole = some_recording(frames=3, people=3)
        table, reference = joint_angles(without(whole, 1, 2)), joint_angles(whole)
        gone = (table["frame"] == 1) & (table["person"] == 2)
        assert gone.sum() == len(JOINTS)
        for column in ("angle_deg", "flexion_deg", "trust"):
            assert table.loc[gone, column].isna().all()
        # Which turn an angle in a plane belongs to depends on the frames before: test_continuity.py.
        others = ~gone & table["joint"].isin(MAIN_JOINTS)
        pd.testing.assert_frame_equal(table[others], reference[others])
        assert table.loc[gone, "joint"].tolist() == list(JOINTS)

    @pytest.mark.parametrize("name", LANDMARKS)
    def test_a_missing_landmark_takes_only_the_joints_that_need_it(self, name: str) -> None:
        body = standing()
        body.pop(name, None)
        missing = {joint for joint, degrees in angles_of(body).items() if math.isnan(degrees)}
        assert missing == {joint for joint, needed in NEEDS.items() if name in needed}


def drawn(angle_deg: float, turn_deg: float, lengths: tuple[float, float]) -> list[np.ndarray]:
    """Three points in the picture with this angle at the second."""
    middle = np.array([960.0, 540.0])
    ends = []
    for degrees, length in ((turn_deg, lengths[0]), (turn_deg + angle_deg, lengths[1])):
        direction = np.array([math.cos(math.radians(degrees)), math.sin(math.radians(degrees))])
        ends.append(middle + length * direction)
    return [ends[0], middle, ends[1]]


TRIPLES = {
    "left_elbow": ("left_shoulder", "left_elbow", "left_wrist"),
    "right_shoulder": ("right_elbow", "right_shoulder", "right_hip"),
    "left_hip": ("left_shoulder", "left_hip", "left_knee"),
    "right_knee": ("right_hip", "right_knee", "right_ankle"),
}
WIDE = {"width": 1920, "height": 1080}


def picture_angle(joint: str, points: list[np.ndarray]) -> float:
    recording = recorded(dict(zip(TRIPLES[joint], points, strict=True)), **WIDE)
    return of(joint_angles(recording, "image"), joint, "angle_deg")[0]


class TestInThePicture:
    @settings(derandomize=True, deadline=None, max_examples=80)
    @given(
        joint=st.sampled_from(list(TRIPLES)),
        angle=st.floats(0, 180),
        turn=st.floats(0, 360),
        lengths=st.tuples(st.floats(40, 500), st.floats(40, 500)),
    )
    def test_angles_are_those_drawn(self, joint: str, angle: float, turn: float, lengths: tuple[float, float]) -> None:
        assert picture_angle(joint, drawn(angle, turn, lengths)) == pytest.approx(angle, abs=0.001)

    @pytest.mark.parametrize(
        ("angle", "turn", "wrong_by"),
        [(90, 0, 0.0), (90, 45, 31.3), (90, 135, 31.3), (45, 0, 15.6), (120, 30, 31.5), (60, 60, 24.0)],
        ids=lambda value: f"{value:g}",
    )
    def test_normalised_coordinates_would_be_wrong(self, angle: float, turn: float, wrong_by: float) -> None:
        """`wrong_by` from 16:9 alone: a slope of tan t becomes one of 16/9 tan t."""
        points = drawn(angle, turn, (200, 300))
        assert picture_angle("left_elbow", points) == pytest.approx(angle, abs=0.001)
        normalised = [point / [1920, 1080] for point in points]
        assert abs(picture_angle("left_elbow", normalised) - angle) == pytest.approx(wrong_by, abs=0.1)

    def test_z_does_not_count(self) -> None:
        flat = some_recording()
        random = np.random.default_rng(1)
        deep = flat.image.copy()
        deep[..., 2] = random.uniform(-500, 500, deep.shape[:-1])
        pd.testing.assert_frame_equal(
            joint_angles(flat, "image"), joint_angles(dataclasses.replace(flat, image=deep), "image")
        )

    def test_the_size_of_the_picture_does_not_count(self) -> None:
        small = some_recording(width=160, height=120)
        wide: Recording = dataclasses.replace(small, width=1920, height=1080)
        # Only how near the edge is decides trust.
        tables = [joint_angles(each, "image").drop(columns="trust") for each in (small, wide)]
        pd.testing.assert_frame_equal(*tables)


def test_the_recording_is_left_as_it_is() -> None:
    recording = recorded(moved(standing(knee=40), None, 2, 0.5))
    before = {name: getattr(recording, name).copy() for name in ("world", "image", "visibility", "presence")}
    for space in recording.spaces:
        joint_angles(recording, space)
    for name, array in before.items():
        np.testing.assert_array_equal(getattr(recording, name), array)
