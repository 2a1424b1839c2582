"""What the CSV files have in common: how numbers are written and where their origin stands.

A file is UTF-8 without a byte order mark, begins with its header line and separates with commas. Lines with comments
would break every program that expects the header first, and a second file gets lost on the way. So the origin stands
in two columns after the measured ones: `source` in every row, and `made_by`, as JSON, in the first row of each
recording only. A recording without rows, because nobody was found in it, leaves neither.
"""

from __future__ import annotations

import io
import json
import unicodedata
from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd

from core.export.provenance import made_by, source_name
from core.recording import Recording

ORIGIN_COLUMNS: dict[str, str] = {
    "source": "name of the picture, video or camera session; a ' stands before a name that begins like a formula",
    "made_by": "in the first row of each source: versions, model and its SHA-256, settings, as JSON",
}

# Nine significant digits tell every float32 from its neighbours, also for readers that go through double precision.
_NUMBER = "%.9g"
# With these a spreadsheet takes a cell for a formula.
_FORMULA_STARTS = ("=", "+", "-", "@")


def csv_bytes(
    recordings: Sequence[Recording], columns: Sequence[str], table_of: Callable[[Recording], pd.DataFrame]
) -> bytes:
    """The recordings' tables below each other, as CSV.

    Args:
        recordings: may be none: the header is there all the same.
        columns: the table's, in the order in which they are written.
        table_of: makes the table of one recording. NaN becomes an empty cell.
    """
    text = io.StringIO()
    text.write(",".join([*columns, *ORIGIN_COLUMNS]) + "\n")
    for recording in recordings:
        table = table_of(recording)[list(columns)]
        origin = np.full(len(table), "", dtype=object)
        origin[:1] = json.dumps(made_by(recording), ensure_ascii=False)
        table = table.assign(source=spreadsheet_text(source_name(recording)), made_by=origin)
        table.to_csv(text, header=False, index=False, float_format=_NUMBER, lineterminator="\n")
    return text.getvalue().encode("utf-8")


def spreadsheet_text(text: str) -> str:
    """Text that no spreadsheet runs as a formula: what begins like one gets a single quote in front."""
    # Spreadsheets read full-width signs like the plain ones, and some pass over spaces.
    as_read = unicodedata.normalize("NFKC", text).lstrip()
    return f"'{text}" if as_read.startswith(_FORMULA_STARTS) else text
