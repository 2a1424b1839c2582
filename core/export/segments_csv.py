"""All segment angles as CSV."""

from __future__ import annotations

from collections.abc import Sequence
from typing import BinaryIO

from core.export.csv_text import Unmeasured, csv_bytes, write_csv
from core.export.pieces import angle_tables
from core.motion.segments import segment_angle_arrays, segment_angles
from core.recording import Recording

COLUMNS: dict[str, str] = {
    "frame": "number of the frame, from 0",
    "time_s": "seconds from the first frame",
    "person": "number of the person, from 0; the same person keeps it in every frame",
    "segment": "part of the body; left and right are the person's own",
    "vertical_deg": "degrees from the vertical, in the body's sagittal plane: positive forwards, 0 in standing (foot "
    "and head: 90). Pelvis and shoulders: 90 when level. In the picture's plane positive to the right. Empty where it "
    "is not defined",
    "horizontal_deg": "degrees above the horizontal, -90 to 90; pelvis and shoulders: positive when the left is higher",
    "inclination_deg": "the clinical reading: degrees from upright standing, where every segment has 0. Positive when "
    "it leans, bends or is raised forwards (foot: toes up); pelvis and shoulders: when the left side is higher. In the "
    "picture's plane positive to the right; foot and head are measured against the horizontal there",
    "space": "the coordinates measured in: refined (corrected 3D), world (3D) or image (the picture's plane)",
    "trust": "0 to 1, how likely the angle is within 10 degrees of the truth (docs/trust.md)",
}


def segments_csv(recordings: Sequence[Recording | Unmeasured], space: str | None = None) -> bytes:
    """The segment angles of everyone in every frame of one or more recordings, as `angles_csv` writes those of joints.

    Args:
        recordings: may be none.
        space: "refined", "world" or "image"; each recording's best if None.

    Raises:
        SpaceNotAvailable: one of the recordings does not hold these coordinates.
    """
    return csv_bytes(recordings, list(COLUMNS), lambda recording: angle_tables(segment_angle_arrays(recording, space)))


def write_segments_csv(recordings: Sequence[Recording], stream: BinaryIO, space: str | None = None) -> None:
    """Writes what `segments_csv` gives into a file opened for bytes, piece by piece.

    Raises:
        SpaceNotAvailable: one of the recordings does not hold these coordinates; nothing has been written.
    """
    for recording in recordings:
        segment_angles(recording.part(0, 0), space)  # complains before the first byte is written
    write_csv(recordings, list(COLUMNS), lambda recording: angle_tables(segment_angle_arrays(recording, space)), stream)
