"""How fast the joints move: angles filtered over time, their velocities and accelerations."""

from __future__ import annotations

import numpy as np
import pandas as pd

from core.motion.angles import JOINTS, joint_angles
from core.motion.filters import filtered
from core.motion.gaps import continuous_deg
from core.recording import Recording
from core.settings import FilterSettings


def joint_kinematics(
    recording: Recording, space: str | None = None, settings: FilterSettings | None = None
) -> pd.DataFrame:
    """Angles raw and filtered, with their velocities and accelerations, of everyone in every frame.

    Args:
        recording: T frames, P people.
        space: as in `joint_angles`; the recording's best if None.
        settings: how to filter; the defaults if None.

    Returns:
        A row for each frame, person and joint, in that order, with the columns `frame, time_s, person, joint,
        angle_deg, filtered_deg, velocity_deg_s, acceleration_deg_s2, filled, outlier`. `angle_deg` is that of
        `joint_angles`; angles that go round, such as headings, are moved by whole turns so that no curve jumps.
        Velocity and acceleration are the derivatives of the filtered curve, positive while `angle_deg` grows. `filled`
        says that `filtered_deg` stands in a short gap or in place of an outlier, `outlier` that `angle_deg` was not
        believed. NaN where the person was not found, but for short gaps in what is filtered; in a photo velocity and
        acceleration are NaN.

    Raises:
        SpaceNotAvailable: the recording does not hold these coordinates.
    """
    table = joint_angles(recording, space)[["frame", "time_s", "person", "joint", "angle_deg"]]
    shape = (recording.frames, recording.people, len(JOINTS))
    angle_deg = continuous_deg(table["angle_deg"].to_numpy(np.float64).reshape(shape))
    curves = filtered(recording.time, angle_deg, settings)
    return table.assign(
        angle_deg=angle_deg.ravel(),
        filtered_deg=curves.values.ravel(),
        velocity_deg_s=curves.velocity.ravel(),
        acceleration_deg_s2=curves.acceleration.ravel(),
        filled=curves.filled.ravel(),
        outlier=curves.outlier.ravel(),
    )
