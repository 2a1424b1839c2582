"""The height of bodies whose bones are known, and metres that fit it."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import InvalidSetting
from core.motion.angles import joint_angles
from core.motion.body_height import SHARE_ABOVE_EARS, standing_height_m, with_body_height
from core.motion.segments import segment_angles
from core.recording import Recording
from tests.core.motion.bodies import FORWARD, LEFT, UP, Body, filmed, moved, recorded, standing, turned_about
from tests.core.recordings import some_recording

# Sole, shank, thigh, trunk, neck and head, as `standing` builds them.
HEEL_TO_EAR_M = 0.05 + 0.4 + 0.42 + 0.5 + 0.2
STANDING_M = HEEL_TO_EAR_M / (1 - SHARE_ABOVE_EARS)

degrees = st.floats(-170, 170)
heights = st.floats(0.5, 2.5)


def refined(recording: Recording, factor: float) -> Recording:
    return dataclasses.replace(recording, refined=(factor * recording.world).astype(np.float32))


@settings(deadline=None)
@given(
    hip=st.floats(0, 120),
    knee=st.floats(0, 140),
    ankle=st.floats(-20, 20),
    neck=st.floats(-30, 30),
    x=degrees,
    y=degrees,
)
def test_the_height_is_that_of_standing_whatever_the_posture_and_the_view(
    hip: float, knee: float, ankle: float, neck: float, x: float, y: float
) -> None:
    body = standing(hip=hip, knee=knee, ankle=ankle, neck=neck)
    seen = moved(body, turned_about(LEFT, x) @ turned_about(UP, y))
    assert standing_height_m(recorded(seen))[0] == pytest.approx(STANDING_M, abs=0.01)


@settings(deadline=None)
@given(height=heights, other=heights, hip=st.floats(0, 120))
def test_metres_fit_the_height_and_angles_stay(height: float, other: float, hip: float) -> None:
    recording = refined(recorded(standing(hip=hip, shoulder=40), moved(standing(knee=30), scale=0.6)), 1.1)
    scaled = with_body_height(recording, [height, other])
    np.testing.assert_allclose(standing_height_m(scaled), [height, other], rtol=1e-5)
    for space in ("world", "refined"):
        for measure in (joint_angles, segment_angles):
            before, after = (measure(each, space).select_dtypes("number") for each in (recording, scaled))
            # Straight joints magnify what 32 bits round off.
            np.testing.assert_allclose(after, before, atol=0.1)
    assert scaled.refined is not None and recording.refined is not None
    np.testing.assert_allclose(scaled.refined, 1.1 * scaled.world, rtol=1e-5)
    np.testing.assert_array_equal(scaled.image, recording.image)
    assert scaled.provenance["scaled_to_body_height_m"] == f"{height:g}, {other:g}"


def test_who_is_of_unknown_height_stays() -> None:
    recording = refined(recorded(standing(), standing(hip=40)), 1.2)
    assert with_body_height(recording, None) is recording
    scaled = with_body_height(recording, [None, 1.9])
    np.testing.assert_array_equal(scaled.world[:, 0], recording.world[:, 0])
    assert standing_height_m(scaled, "refined")[1] == pytest.approx(1.9, rel=1e-5)


def test_a_clip_has_one_factor_which_a_wrong_frame_does_not_change() -> None:
    bodies: list[Body | None] = [standing(hip=angle) for angle in range(0, 90, 10)]
    bodies[2], bodies[5] = moved(standing(), scale=3), None
    recording = filmed(bodies)
    scaled = with_body_height(recording, 1.8)
    ratio = np.divide(scaled.world, recording.world, where=recording.world != 0, out=np.full_like(scaled.world, np.nan))
    assert np.nanmin(ratio) == pytest.approx(np.nanmax(ratio), rel=1e-5)
    assert np.nanmedian(ratio) == pytest.approx(1.8 / STANDING_M, rel=1e-5)


def test_who_was_never_found_has_no_height_and_stays() -> None:
    recording = filmed([None, None])
    assert np.isnan(standing_height_m(recording)).all()
    np.testing.assert_array_equal(with_body_height(recording, 1.8).world, recording.world)


def test_nobody_has_no_height() -> None:
    assert standing_height_m(some_recording(people=0)).shape == (0,)
    assert with_body_height(some_recording(people=0), 1.8).people == 0


@pytest.mark.parametrize("height", [0.49, 2.51, float("nan"), float("inf"), -1.8])
def test_impossible_heights_are_refused(height: float) -> None:
    with pytest.raises(InvalidSetting):
        with_body_height(recorded(standing()), height)


def test_there_is_a_height_for_each_person() -> None:
    with pytest.raises(ValueError, match="each of 1 people, got 2"):
        with_body_height(recorded(standing()), [1.7, 1.8])


def test_pixels_have_no_height() -> None:
    with pytest.raises(ValueError, match="metres"):
        standing_height_m(recorded(moved(standing(), turned_about(FORWARD, 5))), "image")


def test_scaled_twice_nothing_that_holds_still_is_forgotten() -> None:
    recording = refined(recorded(standing(), standing(hip=40)), 1.2)
    once = with_body_height(recording, [1.6, None])
    twice = with_body_height(once, [None, 1.9])
    assert twice.provenance["scaled_to_body_height_m"] == "1.6, 1.9"
    np.testing.assert_allclose(standing_height_m(twice), [1.6, 1.9], rtol=1e-3)
    np.testing.assert_array_equal(twice.world[:, 0], once.world[:, 0])
    again = with_body_height(twice, [1.7, None])
    assert again.provenance["scaled_to_body_height_m"] == "1.7, 1.9"
    assert again.without_people([0]).provenance["scaled_to_body_height_m"] == "1.9"


def test_whose_length_is_not_known_is_not_said_to_be_scaled() -> None:
    legs = {name: point for name, point in standing().items() if not name.endswith(("ear", "shoulder"))}
    recording = recorded(standing(), legs)
    scaled = with_body_height(recording, 1.8)
    np.testing.assert_array_equal(scaled.world[:, 1], recording.world[:, 1])
    assert scaled.provenance["scaled_to_body_height_m"] == "1.8, unknown"
