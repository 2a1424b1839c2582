"""Segments in space, of bodies whose every segment is known."""

import dataclasses
import math
from typing import ClassVar

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core import segment_angles
from core.errors import SpaceNotAvailable
from core.motion.segments import DOWN, SEGMENT_DEFINITIONS, SEGMENTS
from core.skeleton import LANDMARK_INDEX, LANDMARKS
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
    segments_of,
    standing,
    turned_about,
)
from tests.core.recordings import some_recording, without

COLUMNS = [
    "frame",
    "time_s",
    "person",
    "segment",
    "vertical_deg",
    "horizontal_deg",
    "inclination_deg",
    "space",
    "trust",
]
EXACT = 0.01
bounded = settings(derandomize=True, deadline=None, max_examples=60)
degrees = st.floats(-180, 180, width=32)
LEVEL = ("pelvis", "shoulders")
SIDED = ("foot", "shank", "thigh", "upper_arm", "forearm")
NEEDS = {
    **{
        f"{side}_{segment}": {f"{side}_{name}" for name in names.split()}
        for side in ("left", "right")
        for segment, names in {
            "foot": "heel foot_index",
            "shank": "ankle knee",
            "thigh": "hip knee",
            "upper_arm": "shoulder elbow",
            "forearm": "elbow wrist",
        }.items()
    },
    "pelvis": {"left_hip", "right_hip"},
    "trunk": {"left_hip", "right_hip", "left_shoulder", "right_shoulder"},
    "shoulders": {"left_shoulder", "right_shoulder"},
    "head": {"left_ear", "right_ear", "left_eye_outer", "right_eye_outer"},
}
STANDING_ELEVATION = {"foot": 0, "shank": 90, "thigh": -90, "upper_arm": -90, "forearm": -90, "trunk": 90, "head": 0}


def by_kind(values: dict[str, float]) -> dict[str, float]:
    """Of a body with equal sides."""
    for kind in SIDED:
        assert values[f"left_{kind}"] == pytest.approx(values[f"right_{kind}"], abs=EXACT)
    return {name.removeprefix("left_"): value for name, value in values.items() if not name.startswith("right_")}


class TestTable:
    recording = some_recording(frames=3, people=2, refined=True)

    def test_a_row_for_each_frame_person_and_segment_in_that_order(self) -> None:
        table = segment_angles(self.recording)
        assert list(table.columns) == COLUMNS
        keys = [(frame, person, name) for frame in range(3) for person in range(2) for name in NEEDS]
        assert list(table[["frame", "person", "segment"]].itertuples(index=False, name=None)) == keys
        assert table["time_s"].tolist() == self.recording.time[table["frame"]].tolist()
        assert set(table["space"]) == {"refined"}
        assert tuple(NEEDS) == SEGMENTS

    @pytest.mark.parametrize("space", ["refined", "world", "image"])
    def test_elevation_is_between_straight_down_and_straight_up(self, space: str) -> None:
        table = segment_angles(self.recording, space)
        assert table["horizontal_deg"].between(-90, 90).all()
        level = table[table["segment"].isin(LEVEL)]
        np.testing.assert_allclose(level["vertical_deg"], 90 - level["horizontal_deg"], atol=1e-9)

    def test_nobody_and_no_frames(self) -> None:
        for recording in (some_recording(frames=2, people=0), some_recording(frames=0)):
            table = segment_angles(recording)
            assert list(table.columns) == COLUMNS and len(table) == 0

    def test_coordinates_that_are_not_there_are_refused(self) -> None:
        with pytest.raises(SpaceNotAvailable):
            segment_angles(some_recording(), "refined")

    @pytest.mark.parametrize("name", LANDMARKS)
    def test_trust_falls_and_angles_go_with_the_landmark(self, name: str) -> None:
        recording = recorded(standing())
        seen = segment_angles(recording).set_index("segment")["trust"]
        recording.visibility[0, 0, LANDMARK_INDEX[name]] = 0.5
        recording.presence[0, 0, LANDMARK_INDEX[name]] = 0.25
        hidden = segment_angles(recording).set_index("segment")["trust"]
        assert set(seen.index[hidden < seen]) == {segment for segment, needed in NEEDS.items() if name in needed}
        assert (hidden <= seen).all()
        body = standing()
        body.pop(name, None)
        gone = {segment for segment, value in segments_of(body, "horizontal_deg").items() if math.isnan(value)}
        assert gone == {segment for segment, needed in NEEDS.items() if name in needed}

    def test_who_was_not_found_has_nan(self) -> None:
        table = segment_angles(without(some_recording(frames=3, people=2), 1, 1))
        gone = (table["frame"] == 1) & (table["person"] == 1)
        assert table.loc[gone, ["vertical_deg", "horizontal_deg", "trust"]].isna().all(axis=None)
        assert table.loc[~gone, "horizontal_deg"].notna().all()


class TestPositions:
    def test_standing(self) -> None:
        neutral = {definition.name: definition.neutral_deg for definition in SEGMENT_DEFINITIONS}
        assert by_kind(segments_of(standing())) == pytest.approx(neutral, abs=EXACT)
        elevation = STANDING_ELEVATION | dict.fromkeys(LEVEL, 0)
        assert by_kind(segments_of(standing(), "horizontal_deg")) == pytest.approx(elevation, abs=EXACT)

    def test_a_squat(self) -> None:
        body = standing(hip=70, knee=100, ankle=20, shoulder=80, elbow=30, neck=15)
        found = by_kind(segments_of(body))
        expected = {"thigh": 70, "shank": 30, "foot": 100, "upper_arm": 80, "forearm": 110, "trunk": 0, "head": 105}
        assert {name: found[name] for name in expected} == pytest.approx(expected, abs=EXACT)
        found = by_kind(segments_of(body, "horizontal_deg"))
        expected = {"thigh": -20, "shank": 60, "foot": -10, "upper_arm": -10, "forearm": 20, "trunk": 90, "head": -15}
        assert {name: found[name] for name in expected} == pytest.approx(expected, abs=EXACT)

    @pytest.mark.parametrize("lean", [-90, -20, 15, 90, 170])
    def test_the_whole_body_leaning_forwards(self, lean: float) -> None:
        found = by_kind(segments_of(moved(standing(), turned_about(LEFT, lean))))
        for definition in SEGMENT_DEFINITIONS:
            if definition.name not in LEVEL:
                sign = -1 if definition.vertical == DOWN else 1
                expected = definition.neutral_deg + sign * lean
                off = (found[definition.name] - expected + 180) % 360 - 180
                assert off == pytest.approx(0, abs=EXACT), definition.name
        assert found["trunk"] == pytest.approx(lean, abs=EXACT)

    @pytest.mark.parametrize("roll", [-30, 0, 12, 80])
    def test_pelvis_and_shoulders_are_positive_when_the_left_is_higher(self, roll: float) -> None:
        body = moved(standing(), turned_about(FORWARD, roll))
        for name in LEVEL:
            assert segments_of(body, "horizontal_deg")[name] == pytest.approx(roll, abs=EXACT)
        assert segments_of(body)["pelvis"] == pytest.approx(90 - roll, abs=EXACT)
        assert angles_of(body, "flexion_deg")["pelvis_tilt"] == pytest.approx(roll, abs=EXACT)

    def test_a_limb_straight_to_the_side_is_neither_before_nor_behind(self) -> None:
        found = segments_of(standing(abduction=90))
        assert math.isnan(found["left_upper_arm"]) and math.isnan(found["right_forearm"])
        assert segments_of(standing(abduction=90), "horizontal_deg")["left_upper_arm"] == pytest.approx(0, abs=EXACT)

    @pytest.mark.parametrize(("roll", "known"), [(70, True), (80, False), (90, False), (110, True)])
    def test_lying_on_the_side_nothing_is_forwards(self, roll: float, known: bool) -> None:
        found = segments_of(moved(standing(hip=40), turned_about(FORWARD, roll)))
        assert math.isfinite(found["left_thigh"]) == known
        assert math.isfinite(found["pelvis"])


class TestSeenFromAnywhere:
    @bounded
    @given(facing=degrees, lean=st.floats(-80, 80), hip=st.floats(-30, 120), knee=st.floats(0, 140))
    def test_the_way_somebody_faces_changes_nothing(self, facing: float, lean: float, hip: float, knee: float) -> None:
        body = moved(standing(hip=hip, knee=knee, shoulder=40), turned_about(LEFT, lean))
        seen = moved(body, turned_about(UP, facing), 1.7, 0.4)
        for reading in ("vertical_deg", "horizontal_deg"):
            assert segments_of(seen, reading) == pytest.approx(segments_of(body, reading), abs=0.02)

    @bounded
    @given(facing=degrees, lean=st.floats(-80, 80), roll=st.floats(-60, 60), hip=st.floats(-30, 120))
    def test_a_mirror_swaps_left_and_right(self, facing: float, lean: float, roll: float, hip: float) -> None:
        body = standing(hip=hip, shoulder=40)
        body["left_wrist"] = body["left_elbow"] + np.array([0.05, 0.1, -0.2])
        body = moved(body, turned_about(UP, facing) @ turned_about(FORWARD, roll) @ turned_about(LEFT, lean))
        swap = {"left": "right", "right": "left"}
        for reading, level in (("vertical_deg", lambda value: 180 - value), ("horizontal_deg", lambda value: -value)):
            there, seen = segments_of(body, reading), segments_of(mirrored(body), reading)
            for name, value in there.items():
                side, _, kind = name.partition("_")
                expected = level(value) if name in LEVEL else value
                other = f"{swap[side]}_{kind}" if side in swap else name
                assert seen[other] == pytest.approx(expected, abs=0.02, nan_ok=True), name


def tumbling(turns_deg: np.ndarray, lost: tuple[int, ...] = ()) -> list[Body | None]:
    """Somersaults forwards."""
    return [
        None if frame in lost else moved(standing(hip=80, knee=90), turned_about(UP, 30) @ turned_about(LEFT, turn))
        for frame, turn in enumerate(turns_deg)
    ]


class TestFullTurns:
    turns_deg = np.arange(0, 1100, 7.0)

    @pytest.mark.parametrize("lost", [(), (20, 21, 22, 60, 90, 91)], ids=["whole", "with gaps"])
    def test_somersaults_go_on_counting(self, lost: tuple[int, ...]) -> None:
        table = segment_angles(filmed(tumbling(self.turns_deg, lost)))
        start = segments_of(standing(hip=80, knee=90))
        expected = self.turns_deg.copy()
        expected[list(lost)] = np.nan
        for definition in SEGMENT_DEFINITIONS:
            own = table.loc[table["segment"] == definition.segment, "vertical_deg"].to_numpy()
            if definition.vertical is None:
                np.testing.assert_allclose(own, np.where(np.isnan(expected), np.nan, 90), atol=0.02)
                continue
            sign = -1 if definition.vertical == DOWN else 1
            np.testing.assert_allclose(own, start[definition.segment] + sign * expected, atol=0.02)

    def test_nothing_jumps_from_frame_to_frame_whatever_the_movement(self) -> None:
        table = segment_angles(some_recording(frames=200))
        for _, own in table.groupby("segment"):
            assert np.nanmax(np.abs(np.diff(own["vertical_deg"]))) <= 180 + 1e-9


class TestInThePicture:
    body: ClassVar[Body] = {
        "left_hip": np.array([330.0, 240]),
        "right_hip": np.array([270.0, 240]),
        "left_shoulder": np.array([390.0, 140]),
        "right_shoulder": np.array([410.0, 140]),
        "left_knee": np.array([230.0, 340]),
    }

    def test_positive_is_to_the_right(self) -> None:
        found = segments_of(self.body, space="image")
        assert found["trunk"] == pytest.approx(45, abs=EXACT)
        assert found["left_thigh"] == pytest.approx(-45, abs=EXACT)
        assert found["pelvis"] == pytest.approx(90, abs=EXACT)
        found = segments_of(self.body, "horizontal_deg", "image")
        assert found["trunk"] == pytest.approx(45, abs=EXACT)
        assert found["left_thigh"] == pytest.approx(-45, abs=EXACT)

    def test_depth_does_not_count(self) -> None:
        flat = some_recording()
        deep = dataclasses.replace(flat, image=flat.image * np.array([1, 1, -5], np.float32))
        pd.testing.assert_frame_equal(segment_angles(flat, "image"), segment_angles(deep, "image"))
