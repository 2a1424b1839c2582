"""How far angles are from the truth, for bodies whose landmarks are known exactly."""

from __future__ import annotations

import dataclasses

import numpy as np
from numpy.typing import NDArray

from core.motion.angles import JOINTS, PLANE_JOINTS, joint_angle_arrays
from core.motion.segments import SEGMENTS, segment_angle_arrays
from core.recording import Recording

# The joints and segments of `angle_errors_deg`, in its order.
MEASURED = (*JOINTS, *SEGMENTS)


def angle_errors_deg(recording: Recording, truth_m: NDArray[np.floating], space: str) -> NDArray[np.float64]:
    """The errors of the angles of the first person.

    Args:
        recording: T frames.
        truth_m: (T, 33, 3), where the landmarks are, x right, y down, z away from the camera.
        space: where the angles are measured.

    Returns:
        (T, K) degrees, 0 to 180, for MEASURED: of joints that of `angle_deg`, in the body's planes that of
        `flexion_deg` (a thigh as far behind the trunk as it is before it is wrong), of segments that of `vertical_deg`.
        NaN where one of both is not defined.
    """
    true = dataclasses.replace(recording, world=truth_m[:, None].astype(np.float32), refined=None)
    joints = []
    for each, where in ((recording, space), (true, "world")):
        angles = joint_angle_arrays(each, where)
        in_plane = np.isin(angles.names, PLANE_JOINTS)
        joints.append(np.where(in_plane, angles.readings["flexion_deg"], angles.readings["angle_deg"]))
    segments = [
        segment_angle_arrays(each, where).readings["vertical_deg"]
        for each, where in ((recording, space), (true, "world"))
    ]
    if space == "image":
        # There forwards is unknown: only how far from the vertical can be compared.
        segments = [np.abs(_around_0(each)) for each in segments]
    errors = [np.abs(measured - wanted)[:, 0] for measured, wanted in (joints, segments)]
    return np.abs(_around_0(np.concatenate(errors, axis=-1)))


def _around_0(degrees: NDArray[np.float64]) -> NDArray[np.float64]:
    """The same directions from -180 to 180."""
    return (degrees + 180) % 360 - 180
