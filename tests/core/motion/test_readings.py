"""Which reading is shown of each angle, and that both readings are one movement."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.motion.angles import JOINTS, PLANE_JOINTS, joint_angle_arrays
from core.motion.readings import (
    PLAIN,
    SIGNED,
    from_signed,
    peak_directions,
    plain_from_signed,
    shown_deg,
    shown_reading,
)
from core.motion.segments import SEGMENTS, segment_angle_arrays
from tests.core.motion.bodies import recorded, standing
from tests.core.recordings import some_recording

CLINICAL = {*PLANE_JOINTS, "trunk_lean", "pelvis_tilt"}


@pytest.mark.parametrize("joint", JOINTS)
def test_what_counts_from_standing_is_shown_so_whatever_is_chosen(joint: str) -> None:
    assert shown_reading(joint, SIGNED) == SIGNED
    assert shown_reading(joint, PLAIN) == (SIGNED if joint in CLINICAL else PLAIN)


@pytest.mark.parametrize("reading", ["inclination_deg", "horizontal_deg", "vertical_deg"])
def test_segments_are_shown_as_chosen(reading: str) -> None:
    angles = segment_angle_arrays(some_recording(3, 2))
    np.testing.assert_array_equal(shown_deg(angles, reading), angles.readings[reading])
    assert all(shown_reading(name, reading) == reading for name in SEGMENTS)


@settings(derandomize=True, deadline=None)
@given(hip=st.floats(-60, 120), knee=st.floats(-12, 140), elbow=st.floats(-12, 140), shoulder=st.floats(-50, 170))
def test_the_plain_reading_is_the_signed_one_told_otherwise(
    hip: float, knee: float, elbow: float, shoulder: float
) -> None:
    """But for where the plain one has turned round: there they are mirror images of each other."""
    angles = joint_angle_arrays(recorded(standing(hip=hip, knee=knee, elbow=elbow, shoulder=shoulder)))
    start, sign = plain_from_signed(angles.names)
    told = start + sign * angles.readings[SIGNED]
    plain = angles.readings[PLAIN]
    known = np.isfinite(plain)
    folded = np.where(told > 180, 360 - told, np.abs(told))
    # The dead zone of knees and elbows that are hardly beyond straight.
    np.testing.assert_allclose(folded[known], plain[known], atol=4.0)
    shown_start, shown_sign = from_signed(angles.names, PLAIN)
    shown = shown_start + shown_sign * angles.readings[SIGNED]
    limbs = np.array([joint not in CLINICAL for joint in JOINTS])
    np.testing.assert_array_equal(shown[..., limbs], told[..., limbs])
    np.testing.assert_array_equal(shown[..., ~limbs], angles.readings[SIGNED][..., ~limbs])


def test_the_peak_is_the_deepest_flexion() -> None:
    plain = dict(zip(JOINTS, peak_directions(JOINTS, PLAIN).tolist(), strict=True))
    signed = dict(zip(JOINTS, peak_directions(JOINTS, SIGNED).tolist(), strict=True))
    for joint in ("left_knee", "right_elbow", "left_hip", "right_ankle", "neck", "left_wrist"):
        assert (plain[joint], signed[joint]) == (-1, 1)
    for joint in ("left_shoulder", "trunk_lean", *PLANE_JOINTS):
        assert (plain[joint], signed[joint]) == (1, 1)
    assert (plain["pelvis_tilt"], signed["pelvis_tilt"]) == (0, 0)
    segments = dict(zip(SEGMENTS, peak_directions(SEGMENTS, "inclination_deg").tolist(), strict=True))
    assert {name for name, direction in segments.items() if direction == 0} == {"pelvis", "shoulders"}
    assert set(segments.values()) == {0, 1}
