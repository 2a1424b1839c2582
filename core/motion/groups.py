"""The angles in groups small enough to look at: joints, movements in the body's planes, segments in space."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from core.motion.angles import MAIN_JOINTS, PLANE_JOINTS, joint_angle_arrays
from core.motion.arrays import AngleArrays, kind_of
from core.motion.segments import SEGMENTS, segment_angle_arrays
from core.recording import Recording


@dataclass(frozen=True)
class AngleGroup:
    """Angles that are shown together.

    Attributes:
        names: the joints or segments, as in the tables.
        own_reading: the reading that is shown; None if it is the user's choice of "angle_deg" or "flexion_deg".
    """

    names: tuple[str, ...]
    measure_all: Callable[[Recording, str | None], AngleArrays]
    own_reading: str | None = None

    @property
    def kinds(self) -> tuple[str, ...]:
        """The joints or segments without their sides, each once."""
        return tuple(dict.fromkeys(kind_of(name) for name in self.names))

    def measure(self, recording: Recording, space: str | None = None) -> AngleArrays:
        """The angles of this group.

        Raises:
            SpaceNotAvailable: the recording does not hold these coordinates.
        """
        return self.measure_all(recording, space).only(self.names)

    def reading(self, chosen: str) -> str:
        """The reading to show."""
        return self.own_reading or chosen


# The main ones first.
GROUPS: dict[str, AngleGroup] = {
    "joints": AngleGroup(MAIN_JOINTS, joint_angle_arrays),
    "planes": AngleGroup(PLANE_JOINTS, joint_angle_arrays, "flexion_deg"),
    "vertical": AngleGroup(SEGMENTS, segment_angle_arrays, "inclination_deg"),
    "horizontal": AngleGroup(SEGMENTS, segment_angle_arrays, "horizontal_deg"),
}
MAIN_GROUP = "joints"
