"""How fast the joints move: angles filtered over time, their velocities and accelerations.

Filtered is the reading with a sign (`core.motion.readings`): the plain one has corners where a joint passes through its
end, where it would stand still and then jump back. Every curve is filtered once, for the function, the file, the player
and the charts alike; what they show differs by sign and start only.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.motion.angles import joint_angle_arrays
from core.motion.arrays import AngleArrays
from core.motion.filters import Filtered, filtered
from core.motion.readings import PLAIN, SIGNED, from_signed, plain_from_signed, signed_reading
from core.recording import Recording
from core.settings import FilterSettings


@dataclass(frozen=True, eq=False)
class Kinematics:
    """K angles of P people in T frames, raw and filtered.

    Attributes:
        angles: what was measured.
        reading: the chosen one; `core.motion.readings.shown_reading` says which is shown of each angle.
        signed: the filtered reading with a sign, of joints `flexion_deg`.
        settings: how it was filtered.
    """

    angles: AngleArrays
    reading: str
    signed: Filtered
    settings: FilterSettings

    @cached_property
    def curves(self) -> Filtered:
        """The filtered angles in the reading that is shown, with velocity (deg/s) and acceleration (deg/s²)."""
        start, sign = from_signed(self.angles.names, self.reading)
        return _told(self.signed, start, sign)

    @cached_property
    def raw_deg(self) -> NDArray[np.float64]:
        """(T, P, K) the same before filtering."""
        start, sign = from_signed(self.angles.names, self.reading)
        return start + sign * self.angles.readings[signed_reading(self.angles, self.reading)] + 0.0

    @property
    def filtered_angles(self) -> AngleArrays:
        """The angles with the filtered curves as their readings."""
        if self.angles.column != "joint":
            return replace(self.angles, readings={self.reading: self.signed.values})
        plain = _told(self.signed, *plain_from_signed(self.angles.names))
        return replace(self.angles, readings={PLAIN: plain.values, SIGNED: self.signed.values})

    def table(self, start: int = 0, stop: int | None = None) -> pd.DataFrame:
        """A row for each frame, person and joint, in that order, of the frames from `start` to `stop`.

        The columns are those of `joint_kinematics`, whichever reading was chosen.

        Raises:
            ValueError: they are angles of segments.
        """
        if self.angles.column != "joint":
            raise ValueError(f"expected angles of joints, got those of {self.angles.column}s")
        plain = _told(self.signed, *plain_from_signed(self.angles.names))
        columns = {
            PLAIN: self.angles.readings[PLAIN],
            SIGNED: self.angles.readings[SIGNED],
            "filtered_deg": plain.values,
            "filtered_flexion_deg": self.signed.values,
            "velocity_deg_s": plain.velocity,
            "acceleration_deg_s2": plain.acceleration,
            "filled": plain.filled,
            "outlier": plain.outlier,
            "cutoff_hz": np.broadcast_to(plain.cutoff_hz, plain.values.shape),
        }
        table = self.angles.table(start, stop)[["frame", "time_s", "person", "joint", "space"]]
        for place, (name, values) in enumerate(columns.items(), start=4):
            table.insert(place, name, values[start:stop].ravel())
        return table


def angle_kinematics(angles: AngleArrays, reading: str, settings: FilterSettings | None = None) -> Kinematics:
    """Filter angles over time.

    Args:
        angles: of joints or segments, over a whole recording.
        reading: the chosen one of theirs.
        settings: how to filter; the defaults if None.
    """
    settings = settings or FilterSettings()
    signed_deg = angles.readings[signed_reading(angles, reading)]
    return Kinematics(angles, reading, filtered(angles.time, signed_deg, settings), settings)


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
        angle_deg, flexion_deg, filtered_deg, filtered_flexion_deg, velocity_deg_s, acceleration_deg_s2, filled,
        outlier, cutoff_hz, space`. `angle_deg` and `flexion_deg` are those of `joint_angles`. `filtered_flexion_deg` is
        `flexion_deg` after filtering: it has the sign. `filtered_deg` is the same counted as `angle_deg` is (180 minus
        flexion at a knee); it goes on where `angle_deg` turns round: negative where a thigh or an arm is behind the
        trunk, beyond 180 where a knee or elbow is beyond straight. Velocity and acceleration are the derivatives of
        `filtered_deg`, positive while that grows: while a knee straightens, while a thigh goes forwards. `filled` says
        that the filtered angle stands in a short gap or in place of an outlier, `outlier` that the raw one was not
        believed. `cutoff_hz` is that of the Butterworth filter, the same in every frame; NaN with another method. NaN
        where the person was not found, but for short gaps in what is filtered; in a photo velocity and acceleration
        are NaN.

    Raises:
        SpaceNotAvailable: the recording does not hold these coordinates.
    """
    return angle_kinematics(joint_angle_arrays(recording, space), PLAIN, settings).table()


def _told(signed: Filtered, start: NDArray[np.float64], sign: NDArray[np.float64]) -> Filtered:
    """The same movement counted from elsewhere, or the other way: zero stays plain zero."""
    return replace(
        signed,
        values=start + sign * signed.values + 0.0,
        velocity=sign * signed.velocity + 0.0,
        acceleration=sign * signed.acceleration + 0.0,
    )
