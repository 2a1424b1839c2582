"""Summaries against numbers worked out by hand."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
import pytest

from core.motion.angles import JOINTS, joint_angle_arrays
from core.motion.kinematics import angle_kinematics
from core.motion.segments import segment_angle_arrays
from core.motion.summary import angle_summary, finding_summary, joint_summary, landmark_quality, movement_summary
from core.recording import Recording
from core.settings import FilterSettings
from core.skeleton import LANDMARK_INDEX, LANDMARKS
from tests.core.motion.bodies import FORWARD, LEFT, filmed, moved, standing, turned_about
from tests.core.recordings import some_recording, without

LEFT_LEG, RIGHT_LEG = (
    [LANDMARK_INDEX[f"{side}_{name}"] for name in ("hip", "knee", "ankle", "heel", "foot_index")]
    for side in ("left", "right")
)


def knees(left_deg: list[float], right_deg: list[float]) -> Recording:
    """One person whose knees have these angles, a frame every tenth of a second."""
    recording = some_recording(len(left_deg))
    world = recording.world.copy()
    for frame, (left, right) in enumerate(zip(left_deg, right_deg, strict=True)):
        for (hip, knee, ankle, heel, toes), degrees in ((LEFT_LEG, left), (RIGHT_LEG, right)):
            angle = np.radians(degrees)
            world[frame, 0, knee] = 0
            world[frame, 0, hip] = (1, 0, 0)
            world[frame, 0, ankle] = world[frame, 0, heel] = (np.cos(angle), np.sin(angle), 0)
            # Forwards, as toes are: so the knee is never beyond straight.
            world[frame, 0, toes] = world[frame, 0, ankle] - (0, 0.5, 0)
    return dataclasses.replace(
        recording,
        time=np.arange(len(left_deg)) / 10,
        world=world,
        visibility=np.ones_like(recording.visibility),
        presence=np.ones_like(recording.presence),
    )


def row(table: pd.DataFrame, joint: str) -> pd.Series:
    (found,) = (each for _, each in table.iterrows() if each["joint"] == joint)
    return found


def test_a_knee_that_bends_and_straightens() -> None:
    table = joint_summary(knees([170, 90, 130, 170], [160, 100, 130, 150]), min_trust=0)
    assert list(table["joint"]) == list(JOINTS)
    left = row(table, "left_knee")
    expected = {
        "minimum_deg": 90,
        "maximum_deg": 170,
        "range_deg": 80,
        "mean_deg": 140,
        "peak_deg": 90,
        "peak_time_s": 0.1,
    }
    for name, value in expected.items():
        assert left[name] == pytest.approx(value, abs=1e-4), name
    # 10, -10, 0, 20 degrees apart.
    assert left["left_minus_right_deg"] == pytest.approx(5, abs=1e-4)
    assert row(table, "right_knee")["left_minus_right_deg"] == pytest.approx(5, abs=1e-4)
    assert np.isnan(row(table, "neck")["left_minus_right_deg"])


@pytest.mark.parametrize("reading", ["angle_deg", "flexion_deg"])
def test_what_goes_to_both_sides_keeps_its_sign(reading: str) -> None:
    """A thigh swung from 40 degrees behind the trunk to 20 before it, a pelvis up to 6 degrees lower on the left."""
    bodies = [moved(standing(hip=hip), turned_about(FORWARD, roll)) for hip, roll in ((-40, 2), (0, 0), (20, -6))]
    table = joint_summary(filmed(bodies), reading=reading, min_trust=0)
    hip = row(table, "left_hip_flexion")
    expected = {"minimum_deg": -40, "maximum_deg": 20, "range_deg": 60, "peak_deg": 20, "peak_time_s": 0.08}
    for name, value in expected.items():
        assert hip[name] == pytest.approx(value, abs=0.01), name
    pelvis = row(table, "pelvis_tilt")
    for name, value in {"minimum_deg": -6, "maximum_deg": 2, "peak_deg": -6, "peak_time_s": 0.08}.items():
        assert pelvis[name] == pytest.approx(value, abs=0.01), name


def test_flexion_has_its_peak_where_the_knee_is_bent_most() -> None:
    left = row(joint_summary(knees([170, 90, 130], [170, 90, 130]), reading="flexion_deg", min_trust=0), "left_knee")
    assert left["maximum_deg"] == pytest.approx(90, abs=1e-4)
    assert left["peak_time_s"] == pytest.approx(0.1)


def test_frames_without_the_person_count_nowhere() -> None:
    recording = without(knees([170, 10, 130], [170, 10, 130]), 1, 0)
    left = row(joint_summary(recording, min_trust=0), "left_knee")
    assert left["minimum_deg"] == pytest.approx(130, abs=1e-4)
    assert left["mean_deg"] == pytest.approx(150, abs=1e-4)
    assert (left["frames_used"], left["frames_left_out"]) == (2, 0)


def test_what_is_not_trusted_is_left_out_and_counted() -> None:
    angles = joint_angle_arrays(knees([170, 10, 130, 90], [160, 100, 120, 90]))
    trust = np.full_like(angles.trust, 0.9)
    trust[:, 0, JOINTS.index("left_knee")] = (0.4, 0.39, 0.8, np.nan)
    angles.readings["angle_deg"][3, 0, JOINTS.index("left_knee")] = np.nan
    table = angle_summary(dataclasses.replace(angles, trust=trust), "angle_deg")
    left, right = row(table, "left_knee"), row(table, "right_knee")
    assert (left["minimum_deg"], left["maximum_deg"]) == (pytest.approx(130, abs=1e-4), pytest.approx(170, abs=1e-4))
    assert left["range_deg"] == pytest.approx(40, abs=1e-4)
    assert left["mean_deg"] == pytest.approx(150, abs=1e-4)
    assert (left["frames_used"], left["frames_left_out"]) == (2, 1)
    assert left["trust"] == pytest.approx((0.4 + 0.39 + 0.8) / 3)
    assert left["left_minus_right_deg"] == right["left_minus_right_deg"] == pytest.approx(10, abs=1e-4)
    assert (right["frames_used"], right["minimum_deg"]) == (4, pytest.approx(90, abs=1e-4))


def test_an_angle_that_is_never_trusted_has_no_summary() -> None:
    angles = joint_angle_arrays(knees([170, 10], [160, 100]))
    table = angle_summary(dataclasses.replace(angles, trust=np.full_like(angles.trust, 0.1)), "angle_deg")
    assert table[["minimum_deg", "maximum_deg", "range_deg", "mean_deg", "peak_time_s"]].isna().all(axis=None)
    assert (table["frames_used"] == 0).all() and row(table, "left_knee")["frames_left_out"] == 2


def test_the_summary_of_filtered_angles_has_the_largest_velocity_of_each() -> None:
    time_s = np.arange(0, 5, 1 / 50)
    bent = 45 * (1 - np.cos(2 * np.pi * time_s / 2.5))
    recording = dataclasses.replace(knees(list(180 - bent), list(180 - bent / 3)), time=time_s)
    kinematics = angle_kinematics(joint_angle_arrays(recording), "angle_deg", FilterSettings(cutoff_hz=8))
    table = movement_summary(kinematics)
    fastest = 45 * 2 * np.pi / 2.5
    assert row(table, "left_knee")["peak_velocity_deg_s"] == pytest.approx(fastest, rel=0.02)
    assert row(table, "right_knee")["peak_velocity_deg_s"] == pytest.approx(fastest / 3, rel=0.02)
    assert row(table, "left_knee")["minimum_deg"] == pytest.approx(90, abs=0.5)
    pd.testing.assert_frame_equal(
        table.drop(columns="peak_velocity_deg_s"), angle_summary(kinematics.filtered_angles, "angle_deg")
    )
    assert (
        movement_summary(angle_kinematics(joint_angle_arrays(recording.part(0, 1)), "angle_deg"))["peak_velocity_deg_s"]
        .isna()
        .all()
    )


def test_segments_are_summed_up_like_joints() -> None:
    bodies = [moved(standing(), turned_about(LEFT, turn)) for turn in (0, 100, 200, 300, 370)]
    table = angle_summary(segment_angle_arrays(filmed(bodies)), "vertical_deg", min_trust=0).set_index("segment")
    assert table.loc["trunk", "maximum_deg"] == pytest.approx(370, abs=0.01)
    assert table.loc["trunk", "range_deg"] == pytest.approx(370, abs=0.01)
    assert table.loc["trunk", "peak_time_s"] == pytest.approx(0.16)
    assert table.loc["left_thigh", "left_minus_right_deg"] == pytest.approx(0, abs=0.01)
    assert np.isnan(table.loc["trunk", "left_minus_right_deg"])


@pytest.mark.parametrize("frames", [0, 1, 2])
def test_short_recordings_have_a_summary(frames: int) -> None:
    recording = some_recording(frames)
    assert len(joint_summary(recording)) == len(JOINTS)
    assert joint_summary(recording, min_trust=0)["range_deg"].isna().all() == (frames == 0)
    assert landmark_quality(recording)["jitter_px"].isna().all()


def test_nobody_has_no_rows() -> None:
    recording = some_recording(3, 0)
    assert len(joint_summary(recording)) == len(finding_summary(recording)) == len(landmark_quality(recording)) == 0


def test_how_much_of_the_time_each_person_was_found() -> None:
    recording = dataclasses.replace(some_recording(5, 2), time=np.array([0.0, 0.1, 0.2, 0.4, 0.5]))
    table = finding_summary(without(without(recording, 1, 1), 2, 1))
    assert list(table["found_share"]) == pytest.approx([1.0, 0.6])
    assert list(table["longest_gap_s"]) == pytest.approx([0.0, 0.4])
    assert list(table["first_s"]) == [0.0, 0.0]
    assert list(table["last_s"]) == [0.5, 0.5]


def test_visibility_is_the_mean_where_the_person_was_found() -> None:
    recording = some_recording(3)
    visibility = recording.visibility.copy()
    visibility[:, 0, 0] = (0.2, 0.9, 0.6)
    table = landmark_quality(without(dataclasses.replace(recording, visibility=visibility), 1, 0))
    assert table["visibility"][0] == pytest.approx(0.4)


def moving(image_xy: np.ndarray, time: np.ndarray) -> Recording:
    recording = some_recording(len(time))
    image = recording.image.copy()
    image[:, 0, :, :2] = image_xy[:, None]
    return dataclasses.replace(recording, time=time, image=image)


def test_steady_movement_does_not_tremble_whatever_the_frame_times() -> None:
    time = np.cumsum(np.random.default_rng(0).uniform(0.01, 0.06, 50))
    steady = moving(np.stack([300 * time, 40 - 20 * time], axis=-1), time)
    assert landmark_quality(steady)["jitter_px"].max() < 1e-3


def test_jitter_is_the_deviation_of_the_noise() -> None:
    time = np.arange(4000) / 30
    noise = np.random.default_rng(1).normal(0, 2, (len(time), 2))
    table = landmark_quality(moving(100 + noise, time))
    assert len(table) == len(LANDMARKS)
    # 2 px in x and in y.
    assert table["jitter_px"][0] == pytest.approx(2 * np.sqrt(2), rel=0.06)
