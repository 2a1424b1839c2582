"""All joint angles as CSV."""

from __future__ import annotations

from collections.abc import Sequence
from typing import BinaryIO

from core.export.csv_text import Unmeasured, csv_bytes, write_csv
from core.export.pieces import angle_tables
from core.motion.angles import joint_angle_arrays, joint_angles
from core.recording import Recording

COLUMNS: dict[str, str] = {
    "frame": "number of the frame, from 0",
    "time_s": "seconds from the first frame",
    "person": "number of the person, from 0; the same person keeps it in every frame",
    "joint": "name of the joint; left and right are the person's own",
    "angle_deg": "degrees between the two parts of the body that meet there, 0 to 180; a straight limb has 180. Empty "
    "where it is not defined",
    "flexion_deg": "degrees from the neutral standing position, positive in flexion, dorsiflexion and abduction; "
    "a knee or elbow beyond straight is negative",
    "space": "the coordinates measured in: refined (corrected 3D), world (3D) or image (the picture's plane)",
    "trust": "0 to 1, how likely the angle is within 10 degrees of the truth (docs/trust.md)",
}


def angles_csv(recordings: Sequence[Recording | Unmeasured], space: str | None = None) -> bytes:
    """The joint angles of everyone in every frame of one or more recordings, as CSV in UTF-8.

    The columns are those of `joint_angles`, then `source` and `made_by`; `person_name` follows
    `person` where a recording has names. The origin is a column because lines of
    comment would break every program that expects the header first; `made_by` (JSON: versions, model, its SHA-256,
    settings) is filled in the first row of each recording and empty below.

    Degrees have up to nine significant digits. NaN is an empty cell; people who were not found in a frame keep their
    rows. A recording without people has one row, with its origin and the `reason`, and so has a source that could not
    be measured. A source whose name begins like a formula (= + - @) has a single quote in front of it.

    Args:
        recordings: may be none.
        space: "refined", "world" or "image"; each recording's best if None.

    Raises:
        SpaceNotAvailable: one of the recordings does not hold these coordinates.
    """
    return csv_bytes(recordings, list(COLUMNS), lambda recording: angle_tables(joint_angle_arrays(recording, space)))


def write_angles_csv(recordings: Sequence[Recording], stream: BinaryIO, space: str | None = None) -> None:
    """Writes what `angles_csv` gives into a file opened for bytes, piece by piece, without holding it in memory.

    Raises:
        SpaceNotAvailable: one of the recordings does not hold these coordinates; nothing has been written.
    """
    for recording in recordings:
        joint_angles(recording.part(0, 0), space)  # complains before the first byte is written
    write_csv(recordings, list(COLUMNS), lambda recording: angle_tables(joint_angle_arrays(recording, space)), stream)
