"""Angles over time with their speeds, against knees that bend as a formula says."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
import pytest

from core.errors import SpaceNotAvailable
from core.motion.angles import JOINTS, MAIN_JOINTS, joint_angles
from core.motion.kinematics import joint_kinematics
from core.recording import Recording
from core.settings import FilterSettings
from tests.core.motion.bodies import filmed, recorded, standing
from tests.core.motion.signals import even_times, uneven_times
from tests.core.recordings import some_recording, without

COLUMNS = [
    "frame", "time_s", "person", "joint", "angle_deg", "flexion_deg", "filtered_deg", "filtered_flexion_deg",
    "velocity_deg_s", "acceleration_deg_s2", "filled", "outlier", "cutoff_hz", "space",
]  # fmt: skip
SECONDS = 2.5  # for one squat
EXACT = FilterSettings(cutoff_hz=8)


def squatting(time_s: np.ndarray) -> Recording:
    """Knees that bend from 0 to 90 degrees and back as a cosine."""
    bent = 45 * (1 - np.cos(2 * np.pi * time_s / SECONDS))
    frames = [recorded(standing(knee=float(knee))) for knee in bent]
    arrays = {
        name: np.concatenate([getattr(frame, name) for frame in frames])
        for name in ("image", "world", "visibility", "presence")
    }
    return dataclasses.replace(frames[0], time=time_s, **arrays)


def of(table: pd.DataFrame, joint: str = "left_knee", person: int = 0) -> pd.DataFrame:
    return table[(table["joint"] == joint) & (table["person"] == person)].reset_index(drop=True)


@pytest.mark.parametrize("chosen", [EXACT, FilterSettings(), FilterSettings(method="savgol")], ids=lambda c: c.method)
@pytest.mark.parametrize("time_s", [even_times(5), uneven_times(5, spread=0.25)], ids=["even", "uneven"])
def test_a_squat(chosen: FilterSettings, time_s: np.ndarray) -> None:
    knee = of(joint_kinematics(squatting(time_s), settings=chosen))
    angular = 2 * np.pi / SECONDS
    inside = (time_s > 0.5) & (time_s < time_s[-1] - 0.5)
    for column, truth, tolerance in (
        ("filtered_deg", 180 - 45 * (1 - np.cos(angular * time_s)), 0.5),
        ("velocity_deg_s", -45 * angular * np.sin(angular * time_s), 0.02 * 45 * angular),
        ("acceleration_deg_s2", -45 * angular**2 * np.cos(angular * time_s), 0.05 * 45 * angular**2),
    ):
        assert np.abs(knee[column] - truth)[inside].max() < tolerance, column
    assert not knee["filled"].any() and not knee["outlier"].any()


def test_the_table_is_that_of_the_angles_with_more_columns() -> None:
    recording = some_recording(frames=12, people=2, refined=True)
    for space in ("refined", "world", "image", None):
        table, angles = joint_kinematics(recording, space), joint_angles(recording, space)
        assert list(table.columns) == COLUMNS
        shared = ["frame", "time_s", "person", "joint", "angle_deg", "flexion_deg"]
        pd.testing.assert_frame_equal(table[shared], angles[shared])
    assert {table[column].dtype.kind for column in ("filled", "outlier")} == {"b"}


def test_no_curve_ever_jumps() -> None:
    """Whatever the joints are, raw and filtered never change by a whole turn from one frame to the next."""
    for seed in range(3):
        table = joint_kinematics(some_recording(frames=60, seed=seed))
        for joint in JOINTS:
            assert of(table, joint)["flexion_deg"].diff().abs().max() <= 180


def swinging(of_body: str, lowest: float, highest: float, time_s: np.ndarray, hz: float = 1.0) -> Recording:
    """One joint goes to and fro between two flexions, as a sine."""
    middle, amplitude = (lowest + highest) / 2, (highest - lowest) / 2
    flexion = middle + amplitude * np.sin(2 * np.pi * hz * time_s)
    return dataclasses.replace(filmed([standing(**{of_body: float(each)}) for each in flexion]), time=time_s)


@pytest.mark.parametrize(
    ("of_body", "joint", "sign"),
    [
        ("hip", "hip_flexion", 1),
        ("shoulder", "shoulder_flexion", 1),
        ("abduction", "shoulder_abduction", 1),
        ("ankle", "ankle", -1),
    ],
)
def test_a_joint_that_swings_through_neutral_is_fastest_there(of_body: str, joint: str, sign: int) -> None:
    """30 degrees to either side once a second: 188 degrees a second at 0, 1184 degrees a second squared at the ends."""
    time_s = even_times(5, 60)
    table = joint_kinematics(swinging(of_body, -30, 30, time_s), settings=EXACT)
    inside = (time_s > 0.5) & (time_s < 4.5)
    angular = 2 * np.pi
    for side in ("left", "right"):
        own = of(table, f"{side}_{joint}")
        for column, truth, tolerance in (
            ("filtered_flexion_deg", 30 * np.sin(angular * time_s), 0.2),
            ("velocity_deg_s", sign * 30 * angular * np.cos(angular * time_s), 2),
            ("acceleration_deg_s2", -sign * 30 * angular**2 * np.sin(angular * time_s), 25),
        ):
            assert np.abs(own[column] - truth)[inside].max() < tolerance, column
        assert own["velocity_deg_s"].abs()[inside].max() == pytest.approx(188.5, abs=1)
        np.testing.assert_allclose(own["angle_deg"], angles_as_is(own["flexion_deg"], joint), atol=1e-9)


def angles_as_is(flexion_deg: pd.Series, joint: str) -> np.ndarray:
    return np.asarray(90 - flexion_deg if joint == "ankle" else flexion_deg.abs())


@pytest.mark.parametrize("joint", ["knee", "elbow"])
def test_a_joint_that_goes_beyond_straight_does_not_turn_round_there(joint: str) -> None:
    """From 40 degrees of flexion to 12 beyond straight: 180 is passed, not touched."""
    time_s = even_times(5, 60)
    table = joint_kinematics(swinging(joint, -12, 40, time_s, hz=0.5), settings=EXACT)
    truth = 180 - (14 + 26 * np.sin(np.pi * time_s))
    inside = (time_s > 0.5) & (time_s < 4.5)
    own = of(table, f"left_{joint}")
    off = np.abs(own["filtered_deg"] - truth)[inside]
    # Up to 2 degrees beyond straight read 0, on purpose.
    assert off.max() < 2.1 and off.median() < 0.2
    np.testing.assert_allclose(own["filtered_deg"], 180 - own["filtered_flexion_deg"], atol=1e-9)
    assert own["filtered_deg"].max() == pytest.approx(192, abs=0.5)
    passing = inside & (np.abs(truth - 186) < 1)  # beyond the dead zone it has its full speed again
    wanted = -26 * np.pi * np.cos(np.pi * time_s)
    assert np.abs(own["velocity_deg_s"] - wanted)[passing].max() < 20


def test_an_arm_that_is_raised_overhead_while_it_could_not_be_measured_is_where_it_is() -> None:
    """Lost at 170 degrees, found again behind the trunk: -50 and not 310."""
    bodies = [standing(shoulder=float(angle)) for angle in np.linspace(90, 170, 30)]
    bodies += [None] * 40
    bodies += [standing(shoulder=float(angle)) for angle in np.linspace(-50, -20, 30)]
    own = of(joint_kinematics(filmed(bodies)), "left_shoulder_flexion")
    np.testing.assert_allclose(own["flexion_deg"].iloc[[29, 70]], [170, -50], atol=0.01)
    np.testing.assert_allclose(own["filtered_flexion_deg"].iloc[[29, 70]], [170, -50], atol=1)


def test_a_short_gap_is_filled_and_marked_a_long_one_not() -> None:
    recording = squatting(even_times(5))
    truth = of(joint_kinematics(recording, settings=EXACT))
    short, long = range(30, 34), range(80, 110)
    for frame in (*short, *long):
        recording = without(recording, frame, 0)
    knee = of(joint_kinematics(recording, settings=EXACT))
    assert list(knee.index[knee["filled"]]) == list(short)
    assert knee.loc[[*short, *long], "angle_deg"].isna().all()
    for column in ("filtered_deg", "velocity_deg_s", "acceleration_deg_s2"):
        assert list(knee.index[knee[column].isna()]) == list(long)
    np.testing.assert_allclose(knee.loc[short, "filtered_deg"], truth.loc[short, "filtered_deg"], atol=0.5)


def test_a_wrong_frame_is_an_outlier_and_replaced() -> None:
    recording = squatting(even_times(5))
    truth = of(joint_kinematics(recording, settings=EXACT))
    recording.world[40] = recorded(standing(knee=140)).world[0]
    knee = of(joint_kinematics(recording, settings=EXACT))
    assert list(knee.index[knee["outlier"]]) == list(knee.index[knee["filled"]]) == [40]
    assert knee.loc[40, "angle_deg"] == pytest.approx(40, abs=0.01)
    np.testing.assert_allclose(knee["filtered_deg"], truth["filtered_deg"], atol=0.5)


def test_a_photo_has_no_speed() -> None:
    recording = some_recording()
    table = joint_kinematics(recording)
    angles = joint_angles(recording)
    np.testing.assert_array_equal(table["filtered_flexion_deg"], angles["flexion_deg"])
    limbs = angles["joint"].isin([name for name in MAIN_JOINTS if "knee" not in name and "elbow" not in name])
    np.testing.assert_allclose(table["filtered_deg"][limbs], angles["angle_deg"][limbs], atol=1e-9)
    assert table["velocity_deg_s"].isna().all() and table["acceleration_deg_s2"].isna().all()


@pytest.mark.parametrize(("frames", "people"), [(0, 1), (3, 0)])
def test_nobody(frames: int, people: int) -> None:
    recording = some_recording(frames=max(frames, 1), people=people).part(0, frames)
    table = joint_kinematics(recording)
    assert list(table.columns) == COLUMNS and not len(table)


def test_coordinates_that_are_not_there() -> None:
    with pytest.raises(SpaceNotAvailable):
        joint_kinematics(some_recording(), "refined")
