"""How fast the joints move: angles filtered over time, their velocities and accelerations."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.motion.angles import joint_angle_arrays
from core.motion.arrays import AngleArrays
from core.motion.continuity import unwrapped_deg
from core.motion.filters import Filtered, filtered
from core.recording import Recording
from core.settings import FilterSettings


@dataclass(frozen=True, eq=False)
class Kinematics:
    """One reading of K angles of P people in T frames, raw and filtered.

    Attributes:
        angles: what was measured.
        reading: which of its readings this is about.
        raw_deg: (T, P, K) that reading; what goes round is moved by whole turns so that no curve jumps.
        curves: the same filtered, with velocity (deg/s) and acceleration (deg/s²).
        settings: how it was filtered.
    """

    angles: AngleArrays
    reading: str
    raw_deg: NDArray[np.float64]
    curves: Filtered
    settings: FilterSettings

    @property
    def filtered_angles(self) -> AngleArrays:
        """The angles with the filtered curve as their only reading."""
        return replace(self.angles, readings={self.reading: self.curves.values})

    def table(self, start: int = 0, stop: int | None = None) -> pd.DataFrame:
        """A row for each frame, person and joint or segment, in that order, of the frames from `start` to `stop`.

        The columns are those of `joint_kinematics`; the raw one is called as the reading is.
        """
        columns = {
            self.reading: self.raw_deg,
            "filtered_deg": self.curves.values,
            "velocity_deg_s": self.curves.velocity,
            "acceleration_deg_s2": self.curves.acceleration,
            "filled": self.curves.filled,
            "outlier": self.curves.outlier,
            "cutoff_hz": np.broadcast_to(self.curves.cutoff_hz, self.raw_deg.shape),
        }
        table = self.angles.table(start, stop)[["frame", "time_s", "person", self.angles.column, "space"]]
        for place, (name, values) in enumerate(columns.items(), start=4):
            table.insert(place, name, values[start:stop].ravel())
        return table


def angle_kinematics(angles: AngleArrays, reading: str, settings: FilterSettings | None = None) -> Kinematics:
    """Filter one reading of angles over time.

    Args:
        angles: of joints or segments, over a whole recording.
        reading: one of theirs.
        settings: how to filter; the defaults if None.
    """
    settings = settings or FilterSettings()
    raw_deg = unwrapped_deg(angles.readings[reading])
    return Kinematics(angles, reading, raw_deg, filtered(angles.time, raw_deg, settings), settings)


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
        angle_deg, filtered_deg, velocity_deg_s, acceleration_deg_s2, filled, outlier, cutoff_hz, space`. `angle_deg`
        is that of `joint_angles`; angles that go round, such as headings, are moved by whole turns so that no curve
        jumps. Velocity and acceleration are the derivatives of the filtered curve, positive while `angle_deg` grows.
        `filled` says that `filtered_deg` stands in a short gap or in place of an outlier, `outlier` that `angle_deg`
        was not believed. `cutoff_hz` is that of the Butterworth filter, the same in every frame; NaN with another
        method. NaN where the person was not found, but for short gaps in what is filtered; in a photo velocity and
        acceleration are NaN.

    Raises:
        SpaceNotAvailable: the recording does not hold these coordinates.
    """
    return angle_kinematics(joint_angle_arrays(recording, space), "angle_deg", settings).table()
