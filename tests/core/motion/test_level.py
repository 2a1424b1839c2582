"""A camera's tilt: taken out when it is known, found from people who stand."""

from __future__ import annotations

import dataclasses
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.motion.angles import joint_angles
from core.motion.level import estimated_tilt, levelled, levelled_deg
from core.motion.segments import segment_angles
from core.recording import Recording
from tests.core.motion.bodies import LEFT, UP, Body, filmed, moved, recorded, segments_of, standing, turned_about
from tests.core.recordings import some_recording
from tests.core.truth import true_recording

EXACT = 1e-3
tilts = st.floats(-40, 40)
rolls = st.floats(-25, 25)


def camera(pitch_deg: float, roll_deg: float) -> np.ndarray:
    """How a camera, tilted downwards and rolled clockwise, sees a level world: turned about its x axis, then about its
    line of sight."""
    return turned_about(np.array([0, 0, 1.0]), -roll_deg) @ turned_about(np.array([1.0, 0, 0]), pitch_deg)


def seen(body: Body, pitch_deg: float, roll_deg: float) -> Body:
    return moved(body, camera(pitch_deg, roll_deg))


def seen_whole(*bodies: Body | None) -> Recording:
    """A clip (or one frame) in whose picture everybody is where they are in space, 300 pixels a metre."""
    recording = filmed(bodies)
    places = np.where(np.isfinite(recording.world), recording.world, 0)
    found = np.isfinite(recording.world).any(axis=(-2, -1), keepdims=True)
    return dataclasses.replace(
        recording,
        world=np.where(found, places, np.nan).astype(np.float32),
        image=np.where(found, 300 * places + 500, np.nan).astype(np.float32),
    )


class TestLevelled:
    @settings(deadline=None)
    @given(pitch=tilts, roll=rolls, turn=st.floats(-180, 180))
    def test_a_tilt_that_is_taken_out_leaves_no_trace(self, pitch: float, roll: float, turn: float) -> None:
        body = moved(standing(hip=40, knee=60, shoulder=30), turned_about(UP, turn) @ turned_about(LEFT, 20))
        recording = recorded(seen(body, pitch, roll))
        recording = dataclasses.replace(recording, refined=recording.world)
        level = levelled(recording, pitch, roll)
        np.testing.assert_allclose(level.world, recorded(body).world, atol=1e-6)
        assert level.refined is not None
        np.testing.assert_array_equal(level.refined, level.world)
        for measure in (joint_angles, segment_angles):
            wanted, measured = (
                measure(each).drop(columns="trust").select_dtypes("number") for each in (recorded(body), level)
            )
            np.testing.assert_allclose(measured, wanted, atol=0.05)

    def test_up_is_where_the_formula_says(self) -> None:
        pitch, roll = math.radians(25), math.radians(10)
        up = [-math.sin(roll) * math.cos(pitch), -math.cos(roll) * math.cos(pitch), -math.sin(pitch)]
        np.testing.assert_allclose(camera(25, 10) @ UP, up, atol=1e-12)
        recording = recorded({"left_hip": np.zeros(3), "left_knee": np.array(up)})
        knee = levelled(recording, 25, 10).world[0, 0, 25]
        np.testing.assert_allclose(knee, UP, atol=1e-6)

    def test_filmed_downwards_somebody_upright_leans_back_until_it_is_levelled(self) -> None:
        body = seen(standing(), 15, 0)
        assert segments_of(body)["trunk"] == pytest.approx(15, abs=EXACT)
        table = segment_angles(levelled(recorded(body), 15))
        assert table.set_index("segment")["vertical_deg"]["trunk"] == pytest.approx(0, abs=EXACT)

    def test_the_picture_and_the_angles_between_bones_stay(self) -> None:
        recording = some_recording(3, 2, refined=True)
        level = levelled(recording, 12, -5)
        np.testing.assert_array_equal(level.image, recording.image)
        before, after = (joint_angles(each).set_index("joint")["angle_deg"] for each in (recording, level))
        for joint in ("left_knee", "right_elbow", "left_shoulder_flexion"):
            np.testing.assert_allclose(after[joint], before[joint], atol=0.02)

    def test_it_is_told(self) -> None:
        told = levelled(some_recording(), 12.5, -3).provenance
        assert (told["levelled_pitch_deg"], told["levelled_roll_deg"]) == ("12.5", "-3")

    @settings(derandomize=True, deadline=None)
    @given(turns=st.lists(st.tuples(tilts, rolls), min_size=1, max_size=3))
    def test_levelled_again_and_again_is_levelled_once_by_what_is_told(self, turns: list[tuple[float, float]]) -> None:
        filmed_so = recorded(standing(hip=40, knee=60, shoulder=30))
        level = dataclasses.replace(filmed_so, refined=filmed_so.world)
        for pitch, roll in turns:
            up = camera(*levelled_deg(level)) @ camera(pitch, roll) @ UP  # as it was filmed
            level = levelled(level, pitch, roll)
            np.testing.assert_allclose(camera(*levelled_deg(level)) @ UP, up, atol=1e-5)
        total = levelled_deg(level)
        np.testing.assert_allclose(level.world, levelled(filmed_so, *total).world, atol=1e-5)
        assert level.refined is not None
        np.testing.assert_array_equal(level.refined, level.world)

    def test_levelled_and_turned_back_it_is_as_it_was(self) -> None:
        recording = some_recording(2, 2)
        back = levelled(levelled(recording, 12, 0), -12, 0)
        np.testing.assert_allclose(back.world, recording.world, atol=1e-6)
        assert levelled_deg(back) == (0, 0)

    def test_no_tilt_changes_nothing(self) -> None:
        recording = some_recording()
        assert levelled(recording, 0, 0) is recording

    @pytest.mark.parametrize("angles", [(math.nan, 0), (0, math.inf)])
    def test_what_is_no_angle_is_refused(self, angles: tuple[float, float]) -> None:
        with pytest.raises(ValueError, match="two angles"):
            levelled(some_recording(), *angles)


class TestEstimated:
    @settings(deadline=None)
    @given(pitch=st.floats(-30, 30), roll=st.floats(-15, 15), turn=st.floats(-180, 180))
    def test_somebody_upright_gives_the_tilt(self, pitch: float, roll: float, turn: float) -> None:
        tilt = estimated_tilt(seen_whole(seen(moved(standing(), turned_about(UP, turn)), pitch, roll)))
        assert tilt is not None and tilt.frames == 1
        # Real bodies lean a little towards the camera when they are found, and have their heels above their toes.
        assert (tilt.pitch_deg, tilt.roll_deg) == pytest.approx((pitch, roll), abs=5)

    def test_moments_in_which_somebody_walks_bends_or_is_lost_do_not_count(self) -> None:
        upright = seen(standing(), 12, 4)
        still = estimated_tilt(seen_whole(*[upright] * 20))
        walking = [moved(upright, shift=np.array([0.05 * step, 0, 0])) for step in range(10)]
        bent = [seen(moved(standing(), turned_about(LEFT, 60)), 12, 4)] * 8
        mixed = estimated_tilt(seen_whole(*[upright] * 20, None, None, *walking, None, *bent))
        assert still is not None and mixed is not None
        assert (mixed.pitch_deg, mixed.roll_deg) == pytest.approx((still.pitch_deg, still.roll_deg), abs=0.3)
        assert still.frames == 20 and 18 <= mixed.frames <= 22

    def test_the_height_of_the_person_does_not_matter_much(self) -> None:
        small, tall = (
            estimated_tilt(seen_whole(moved(seen(standing(), 10, 0), scale=factor))) for factor in (0.7, 1.2)
        )
        assert small is not None and tall is not None
        assert small.pitch_deg == pytest.approx(tall.pitch_deg, abs=1.5)

    @pytest.mark.parametrize(("name", "pitch"), [("arms_raised_front", 1.7), ("squat90_side", 2.4)])
    def test_the_samples_true_landmarks_give_their_camera(self, name: str, pitch: float) -> None:
        recording = true_recording(name)
        tilt = estimated_tilt(dataclasses.replace(recording, visibility=np.ones_like(recording.visibility)))
        assert tilt is not None
        assert (tilt.pitch_deg, tilt.roll_deg) == pytest.approx((pitch, 0), abs=5)

    @settings(deadline=None)
    @given(x=st.floats(50, 130))
    def test_somebody_who_lies_tells_nothing(self, x: float) -> None:
        assert estimated_tilt(seen_whole(moved(standing(), turned_about(LEFT, x)))) is None

    def test_somebody_on_one_leg_tells_nothing(self) -> None:
        body = standing()
        raised = {name: point + 0.4 * UP for name, point in body.items() if name in ("left_heel", "left_foot_index")}
        assert estimated_tilt(seen_whole({**body, **raised})) is None

    def test_feet_that_are_not_seen_tell_nothing(self) -> None:
        recording = seen_whole(standing())
        visibility = recording.visibility.copy()
        visibility[..., 29] = 0.2
        assert estimated_tilt(dataclasses.replace(recording, visibility=visibility)) is None

    @pytest.mark.parametrize(
        "recording",
        [some_recording(people=0), some_recording(frames=0), filmed([None] * 9), seen_whole(*[standing()] * 3)],
        ids=["nobody", "no frames", "never found", "too short"],
    )
    def test_with_too_little_nothing_is_said(self, recording: Recording) -> None:
        assert estimated_tilt(recording) is None

    def test_pixels_tell_nothing(self) -> None:
        with pytest.raises(ValueError, match="metres"):
            estimated_tilt(some_recording(), "image")
