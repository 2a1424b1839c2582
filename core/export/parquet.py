"""All landmarks, joint angles or filtered angles as Parquet: the tables' own numbers, for programs.

The columns are those of `full_landmark_table`, `joint_angles` or `joint_kinematics`, then `source`; `person_name`
follows `person` if a recording has names, null in those without. The origin of each
recording (versions, model, its SHA-256, settings) stands in the schema's metadata under "posescope", as JSON: a list
with an object for each recording, in their order, with its `source`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from core.export.numbers import without_minus_zero
from core.export.pieces import angle_tables, kinematics_tables, landmark_tables
from core.export.provenance import made_by, person_names, source_name
from core.export.whole_file import whole_file
from core.motion.angles import joint_angle_arrays
from core.motion.kinematics import angle_kinematics
from core.recording import Recording
from core.settings import FilterSettings
from core.view.tables import CORRECTED_COLUMNS

METADATA_KEY = "posescope"

_WHO_AND_WHEN = [("frame", pa.int64()), ("time_s", pa.float64()), ("person", pa.int64())]
LANDMARKS_SCHEMA = pa.schema(
    [
        *_WHO_AND_WHEN,
        ("landmark", pa.string()),
        *((name, pa.float32()) for name in ("x_px", "y_px", "z_px", "x_m", "y_m", "z_m", *CORRECTED_COLUMNS)),
        ("visibility", pa.float32()),
        ("presence", pa.float32()),
        ("source", pa.string()),
    ]
)
ANGLES_SCHEMA = pa.schema(
    [
        *_WHO_AND_WHEN,
        ("joint", pa.string()),
        ("angle_deg", pa.float64()),
        ("flexion_deg", pa.float64()),
        ("space", pa.string()),
        ("trust", pa.float32()),
        ("source", pa.string()),
    ]
)
KINEMATICS_SCHEMA = pa.schema(
    [
        *_WHO_AND_WHEN,
        ("joint", pa.string()),
        *((name, pa.float64()) for name in ("angle_deg", "flexion_deg", "filtered_deg", "filtered_flexion_deg")),
        *((name, pa.float64()) for name in ("velocity_deg_s", "acceleration_deg_s2")),
        ("filled", pa.bool_()),
        ("outlier", pa.bool_()),
        ("cutoff_hz", pa.float64()),
        ("space", pa.string()),
        ("source", pa.string()),
    ]
)


def landmarks_parquet(recordings: Sequence[Recording], out: Path) -> Path:
    """The landmarks of everyone in every frame of one or more recordings, written piece by piece.

    Numbers are the recording's own in all their digits; NaN stays NaN. A recording without people has no rows; its
    origin is there all the same.

    Args:
        recordings: may be none.
        out: the file, which is written over; it is there whole or not at all.

    Returns:
        `out`.

    Raises:
        OSError: the file cannot be written.
    """
    return _write(recordings, LANDMARKS_SCHEMA, landmark_tables, out)


def angles_parquet(recordings: Sequence[Recording], out: Path, space: str | None = None) -> Path:
    """The joint angles of everyone in every frame, as `landmarks_parquet` does it.

    Args:
        recordings: may be none.
        out: the file, which is written over; it is there whole or not at all.
        space: "refined", "world" or "image"; each recording's best if None.

    Raises:
        SpaceNotAvailable: one of the recordings does not hold these coordinates.
        OSError: the file cannot be written.
    """
    return _write(recordings, ANGLES_SCHEMA, lambda recording: angle_tables(joint_angle_arrays(recording, space)), out)


def kinematics_parquet(
    recordings: Sequence[Recording], out: Path, space: str | None = None, smoothing: FilterSettings | None = None
) -> Path:
    """`joint_kinematics` of everyone in every frame, as `landmarks_parquet` does it.

    Args:
        recordings: may be none.
        out: the file, which is written over; it is there whole or not at all.
        space: "refined", "world" or "image"; each recording's best if None.
        smoothing: how to filter; the defaults if None. It stands in the metadata.

    Raises:
        SpaceNotAvailable: one of the recordings does not hold these coordinates.
        OSError: the file cannot be written.
    """
    smoothing = smoothing or FilterSettings()

    def tables(recording: Recording) -> Iterable[pd.DataFrame]:
        return kinematics_tables(angle_kinematics(joint_angle_arrays(recording, space), "angle_deg", smoothing))

    return _write(recordings, KINEMATICS_SCHEMA, tables, out, smoothing)


def _write(
    recordings: Sequence[Recording],
    schema: pa.Schema,
    tables_of: Callable[[Recording], Iterable[pd.DataFrame]],
    out: Path,
    smoothing: FilterSettings | None = None,
) -> Path:
    origins = [
        {"source": source_name(recording), **made_by(recording, smoothing=smoothing)} for recording in recordings
    ]
    if any(recording.names for recording in recordings):
        after = schema.get_field_index("person") + 1
        schema = schema.insert(after, pa.field("person_name", pa.string()))
    metadata = {METADATA_KEY: json.dumps(origins, ensure_ascii=False)}
    with whole_file(out) as unfinished, pq.ParquetWriter(unfinished, schema.with_metadata(metadata)) as writer:
        for recording in recordings:
            names = np.array(person_names(recording), dtype=object)
            for piece in tables_of(recording):
                rows = without_minus_zero(piece).assign(
                    source=source_name(recording), person_name=names[piece["person"]] if len(names) else None
                )
                # From pandas: NaN is a number here and not a gap.
                columns = [pa.array(rows[field.name], field.type, from_pandas=False) for field in schema]
                writer.write_table(pa.Table.from_arrays(columns, schema=schema))
    return out
