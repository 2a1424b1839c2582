"""Recordings as tables: each number in its row and column."""

import dataclasses

import numpy as np
import pandas as pd
import pytest

from core import joint_angles, landmark_table, segment_angles
from core.motion.segments import SEGMENTS
from core.skeleton import LANDMARKS
from core.view.tables import CORRECTED_COLUMNS, full_landmark_table, left_right_table
from tests.core.motion.bodies import recorded, standing
from tests.core.recordings import some_recording, without

LANDMARK_COLUMNS = [
    "frame",
    "time_s",
    "person",
    "landmark",
    "x_px",
    "y_px",
    "z_px",
    "x_m",
    "y_m",
    "z_m",
    "visibility",
    "presence",
]
NUMBERS = LANDMARK_COLUMNS[4:]
LEFT_RIGHT_COLUMNS = ["joint", "left_deg", "right_deg", "centre_deg", "difference_deg", "trust"]
KINDS = ["shoulder", "elbow", "wrist", "hip", "knee", "ankle", "trunk_lean", "neck", "pelvis_tilt"]
CENTRE = {"trunk_lean", "neck", "pelvis_tilt"}


class TestLandmarkTable:
    recording = some_recording(frames=3, people=2)
    table = landmark_table(recording)

    def test_columns(self) -> None:
        assert list(self.table.columns) == LANDMARK_COLUMNS

    def test_a_row_for_each_frame_person_and_landmark_in_that_order(self) -> None:
        keys = [(frame, person, name) for frame in range(3) for person in range(2) for name in LANDMARKS]
        assert list(self.table[["frame", "person", "landmark"]].itertuples(index=False, name=None)) == keys

    def test_every_number_stands_in_its_place(self) -> None:
        for (frame, person), rows in self.table.groupby(["frame", "person"]):
            where = (frame, person)
            np.testing.assert_array_equal(rows[["x_px", "y_px", "z_px"]], self.recording.image[where])
            np.testing.assert_array_equal(rows[["x_m", "y_m", "z_m"]], self.recording.world[where])
            np.testing.assert_array_equal(rows["visibility"], self.recording.visibility[where])
            np.testing.assert_array_equal(rows["presence"], self.recording.presence[where])
            assert set(rows["time_s"]) == {self.recording.time[frame]}

    def test_metres_are_mediapipes_also_beside_corrected_ones(self) -> None:
        recording = some_recording(refined=True)
        np.testing.assert_array_equal(landmark_table(recording)[["x_m", "y_m", "z_m"]], recording.world[0, 0])

    def test_the_full_table_has_the_corrected_ones_too(self) -> None:
        recording = some_recording(frames=2, people=2, refined=True)
        assert recording.refined is not None
        table = full_landmark_table(recording)
        assert list(table.columns) == [*LANDMARK_COLUMNS[:10], *CORRECTED_COLUMNS, *LANDMARK_COLUMNS[10:]]
        np.testing.assert_array_equal(table[list(CORRECTED_COLUMNS)], recording.refined.reshape(-1, 3))
        pd.testing.assert_frame_equal(table[LANDMARK_COLUMNS], landmark_table(recording))

    def test_without_a_correction_its_columns_are_empty(self) -> None:
        assert full_landmark_table(self.recording)[list(CORRECTED_COLUMNS)].isna().all(axis=None)

    def test_a_person_who_was_not_found_has_nan(self) -> None:
        table = landmark_table(without(self.recording, 2, 1))
        gone = (table["frame"] == 2) & (table["person"] == 1)
        assert table.loc[gone, NUMBERS].isna().all(axis=None)
        pd.testing.assert_frame_equal(table[~gone], self.table[~gone])

    def test_nobody_gives_an_empty_table_with_the_same_columns(self) -> None:
        table = landmark_table(some_recording(frames=2, people=0))
        assert list(table.columns) == LANDMARK_COLUMNS and len(table) == 0


class TestLeftRightTable:
    angles = joint_angles(some_recording(seed=3))
    by_joint = angles.set_index("joint")

    @pytest.mark.parametrize("reading", ["angle_deg", "flexion_deg"])
    def test_left_stands_beside_right(self, reading: str) -> None:
        table = left_right_table(self.angles, reading)
        assert list(table.columns) == LEFT_RIGHT_COLUMNS
        assert table["joint"].tolist() == KINDS
        for row in table.itertuples():
            if row.joint in CENTRE:
                shown = "flexion_deg" if row.joint in ("trunk_lean", "pelvis_tilt") else reading
                assert row.centre_deg == self.by_joint.loc[row.joint, shown]
                assert np.isnan([row.left_deg, row.right_deg, row.difference_deg]).all()
            else:
                left, right = (self.by_joint.loc[f"{side}_{row.joint}", reading] for side in ("left", "right"))
                assert (row.left_deg, row.right_deg, row.difference_deg) == (left, right, left - right)
                assert np.isnan(row.centre_deg)

    def test_angles_are_read_unless_flexion_is_wanted(self) -> None:
        pd.testing.assert_frame_equal(left_right_table(self.angles), left_right_table(self.angles, "angle_deg"))
        assert not left_right_table(self.angles).equals(left_right_table(self.angles, "flexion_deg"))

    @pytest.mark.parametrize("reading", ["vertical_deg", "horizontal_deg", "inclination_deg"])
    def test_segments_stand_beside_each_other_too(self, reading: str) -> None:
        angles = segment_angles(some_recording(seed=3))
        by_segment = angles.set_index("segment")[reading]
        table = left_right_table(angles, reading, SEGMENTS).set_index("segment")
        for kind in ("foot", "shank", "thigh", "upper_arm", "forearm"):
            expected = [by_segment[f"left_{kind}"], by_segment[f"right_{kind}"]]
            np.testing.assert_array_equal(table.loc[kind, ["left_deg", "right_deg"]].to_numpy(float), expected)
        for kind in ("pelvis", "trunk", "shoulders", "head"):
            np.testing.assert_array_equal(table.loc[kind, "centre_deg"], by_segment[kind])
        assert len(table) == 9

    def test_trust_is_that_of_the_less_certain_side(self) -> None:
        for row in left_right_table(self.angles).itertuples():
            names = [row.joint] if row.joint in CENTRE else [f"left_{row.joint}", f"right_{row.joint}"]
            assert row.trust == min(self.by_joint.loc[name, "trust"] for name in names)

    def test_the_difference_is_left_minus_right(self) -> None:
        left, right = standing(knee=70), standing(knee=40)
        body = {name: (left if name.startswith("left") else right)[name] for name in left}
        knee = left_right_table(joint_angles(recorded(body)), "flexion_deg").set_index("joint").loc["knee"]
        assert [knee["left_deg"], knee["right_deg"], knee["difference_deg"]] == pytest.approx([70, 40, 30], abs=0.001)

    @pytest.mark.parametrize("side", ["left", "right"])
    def test_a_missing_side_leaves_the_other(self, side: str) -> None:
        body = standing()
        del body[f"{side}_ankle"]
        recording = recorded(body)
        ankle = [LANDMARKS.index(f"{side}_ankle")]
        visibility = recording.visibility.copy()
        visibility[0, 0, ankle] = np.nan
        table = left_right_table(joint_angles(dataclasses.replace(recording, visibility=visibility)))
        knee = table.set_index("joint").loc["knee"]
        other = {"left": "right", "right": "left"}[side]
        assert np.isnan(knee[f"{side}_deg"]) and np.isnan(knee["difference_deg"]) and np.isnan(knee["trust"])
        assert knee[f"{other}_deg"] == pytest.approx(180, abs=0.001)
