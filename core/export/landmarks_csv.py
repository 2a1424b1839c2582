"""All landmarks as CSV."""

from __future__ import annotations

from collections.abc import Sequence
from typing import BinaryIO

from core.export.csv_text import Unmeasured, csv_bytes, write_csv
from core.export.pieces import landmark_tables
from core.recording import Recording

COLUMNS: dict[str, str] = {
    "frame": "number of the frame, from 0",
    "time_s": "seconds from the first frame",
    "person": "number of the person, from 0; the same person keeps it in every frame",
    "landmark": "name of the landmark; left and right are the person's own",
    "x_px": "pixels from the picture's left edge",
    "y_px": "pixels from the picture's upper edge, downwards",
    "z_px": "depth in the same pixels, from the middle of the hips, smaller is nearer to the camera; estimated",
    "x_m": "metres from the middle of the hips, to the right of the picture; as MediaPipe gives it",
    "y_m": "metres from the middle of the hips, downwards",
    "z_m": "metres from the middle of the hips, away from the camera",
    "x_corrected_m": "x_m after the 3D correction; empty where none was made",
    "y_corrected_m": "y_m after the 3D correction",
    "z_corrected_m": "z_m after the 3D correction",
    "visibility": "0 to 1, how likely the landmark is in view and not hidden",
    "presence": "0 to 1, how likely the landmark is inside the picture",
}


def landmarks_csv(recordings: Sequence[Recording | Unmeasured]) -> bytes:
    """The landmarks of everyone in every frame of one or more recordings, as CSV in UTF-8.

    The columns are those of `full_landmark_table`, then `source` and `made_by`; `person_name` follows
    `person` where a recording has names. The origin is a column because lines of
    comment would break every program that expects the header first; `made_by` (JSON: versions, model, its SHA-256,
    settings) is filled in the first row of each recording and empty below.

    Numbers have up to nine significant digits: cast to float32 they are the recording's own. NaN is an empty cell;
    people who were not found in a frame keep their rows. A recording without people has one row, with its origin and
    the `reason`, and so has a source that could not be measured. A source whose name begins like a formula (= + - @)
    has a single quote in front of it.
    """
    return csv_bytes(recordings, list(COLUMNS), landmark_tables)


def write_landmarks_csv(recordings: Sequence[Recording], stream: BinaryIO) -> None:
    """Writes what `landmarks_csv` gives into a file opened for bytes, piece by piece, without holding it in memory."""
    write_csv(recordings, list(COLUMNS), landmark_tables, stream)
