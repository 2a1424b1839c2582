"""Joint angles filtered over time, with their speeds, as CSV."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import BinaryIO

import pandas as pd

from core.export.csv_text import write_csv
from core.export.pieces import kinematics_tables
from core.motion.angles import joint_angle_arrays, joint_angles
from core.motion.kinematics import angle_kinematics
from core.recording import Recording
from core.settings import FilterSettings

COLUMNS: dict[str, str] = {
    "frame": "number of the frame, from 0",
    "time_s": "seconds from the first frame",
    "person": "number of the person, from 0; the same person keeps it in every frame",
    "joint": "name of the joint; left and right are the person's own",
    "angle_deg": "degrees as measured, raw, without a sign. Empty where the person was not found or the angle is not "
    "defined",
    "flexion_deg": "degrees from the neutral standing position as measured, raw, with a sign",
    "filtered_deg": "the angle after filtering, counted as angle_deg is, but with a sign: it goes on where angle_deg "
    "turns round, below 0 (a thigh behind the trunk) and beyond 180 (a knee beyond straight)",
    "filtered_flexion_deg": "flexion_deg after filtering: the same movement",
    "velocity_deg_s": "degrees a second: how fast filtered_deg grows; below 0 while a knee bends",
    "acceleration_deg_s2": "degrees a second squared, of filtered_deg",
    "filled": "True where the filtered angle stands in a short gap or in place of an outlier",
    "outlier": "True where the raw angle was not believed",
    "cutoff_hz": "of the Butterworth filter for this joint and person; empty with another filter",
    "space": "the coordinates measured in: refined (corrected 3D), world (3D) or image (the picture's plane)",
}


def write_kinematics_csv(
    recordings: Sequence[Recording],
    stream: BinaryIO,
    space: str | None = None,
    smoothing: FilterSettings | None = None,
) -> None:
    """The table of `joint_kinematics` of one or more recordings, into a file opened for bytes, piece by piece.

    Written as `angles_csv` writes its own; `made_by` holds the filter's settings under `smoothing`.

    Args:
        recordings: may be none.
        stream: takes the bytes; it stays open.
        space: "refined", "world" or "image"; each recording's best if None.
        smoothing: how to filter; the defaults if None.

    Raises:
        SpaceNotAvailable: one of the recordings does not hold these coordinates; nothing has been written.
    """
    smoothing = smoothing or FilterSettings()
    for recording in recordings:
        joint_angles(recording.part(0, 0), space)  # complains before the first byte is written

    def tables(recording: Recording) -> Iterable[pd.DataFrame]:
        return kinematics_tables(angle_kinematics(joint_angle_arrays(recording, space), "angle_deg", smoothing))

    write_csv(recordings, list(COLUMNS), tables, stream, smoothing)
