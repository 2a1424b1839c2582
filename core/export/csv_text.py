"""What the CSV files have in common: how numbers are written and where their origin stands.

A file is UTF-8 without a byte order mark, begins with its header line and separates with commas. Lines with comments
would break every program that expects the header first, and a second file gets lost on the way. So the origin stands
in two columns after the measured ones: `source` in every row, and `made_by`, as JSON, in the first row of each
recording only. A source without anybody has one row all the same, with its origin and `reason`; only a table with such
a row has that column.

Where a recording has names, `person_name` follows `person`; of several recordings all have the column then, empty in
those without names.
"""

from __future__ import annotations

import io
import json
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import BinaryIO

import numpy as np
import pandas as pd

from core.export.numbers import without_minus_zero
from core.export.provenance import made_by, person_names, readable
from core.recording import Recording
from core.settings import FilterSettings

ORIGIN_COLUMNS: dict[str, str] = {
    "source": "name of the picture, video or camera session; a ' stands before a name that begins like a formula",
    "made_by": "in the first row of each source: versions, model and its SHA-256, settings, as JSON",
}

REASON_COLUMN: dict[str, str] = {
    "reason": "why a source has nothing measured: nobody was found, or why it could not be read; only in a table that "
    "holds such a source",
}
NOBODY, EVERYBODY_REMOVED = "nobody was found", "everybody who was found has been taken out as no person"

NAME_COLUMN: dict[str, str] = {
    "person_name": "what the person is called; only where people were given names. A ' stands before a name that "
    "begins like a formula",
}

# Nine significant digits tell every float32 from its neighbours, also for readers that go through double precision.
_NUMBER = "%.9g"
# With these a spreadsheet takes a cell for a formula.
_FORMULA_STARTS = ("=", "+", "-", "@")


@dataclass(frozen=True)
class Unmeasured:
    """A source that could not be measured, for a table of several.

    Attributes:
        source: its name, never a path.
        reason: what was wrong with it, in a sentence.
    """

    source: str
    reason: str


def write_csv(
    recordings: Sequence[Recording | Unmeasured],
    columns: Sequence[str],
    tables_of: Callable[[Recording], Iterable[pd.DataFrame]],
    stream: BinaryIO,
    smoothing: FilterSettings | None = None,
) -> None:
    """The recordings' tables below each other, as CSV, written piece by piece.

    Args:
        recordings: may be none: the header is there all the same. A source that could not be measured has a row.
        columns: the table's, in the order in which they are written.
        tables_of: makes the table of one recording, piece by piece. NaN becomes an empty cell.
        stream: takes the bytes; it stays open.
        smoothing: how the tables' curves were filtered, if they were; it becomes part of their origin.
    """
    text = io.TextIOWrapper(stream, "utf-8", newline="", write_through=True)
    named = any(isinstance(each, Recording) and each.names for each in recordings)
    measured = columns_with_name(columns) if named else list(columns)
    why = [_reason(each) for each in recordings]
    written = [*measured, *ORIGIN_COLUMNS, *(REASON_COLUMN if any(why) else ())]

    def write(table: pd.DataFrame) -> None:
        in_order = table.reindex(columns=written, fill_value="")
        in_order.to_csv(text, header=False, index=False, float_format=_NUMBER, lineterminator="\n")

    try:
        text.write(",".join(written) + "\n")
        for recording, reason in zip(recordings, why, strict=True):
            source = spreadsheet_text(readable(recording.source))
            if not isinstance(recording, Recording):
                write(pd.DataFrame({"source": [source], "reason": [reason]}))
                continue
            first_row = json.dumps(made_by(recording, smoothing=smoothing), ensure_ascii=False)
            if reason:
                write(pd.DataFrame({"source": [source], "made_by": [first_row], "reason": [reason]}))
                continue
            names = np.array([spreadsheet_text(name) for name in person_names(recording)], dtype=object)
            for piece in tables_of(recording):
                origin = np.full(len(piece), "", dtype=object)
                origin[:1], first_row = first_row, ""
                if named:
                    piece = piece.assign(person_name=names[piece["person"]] if len(names) else "")
                write(without_minus_zero(piece).assign(source=source, made_by=origin))
    finally:
        text.detach()


def _reason(recording: Recording | Unmeasured) -> str:
    """Why there is nothing to measure; empty where there is."""
    if not isinstance(recording, Recording):
        return readable(recording.reason)
    if recording.people or not recording.frames:
        return ""
    return EVERYBODY_REMOVED if "removed_people" in recording.provenance else NOBODY


def columns_with_name(columns: Iterable[str]) -> list[str]:
    """These columns with `person_name` after `person`."""
    return [each for column in columns for each in ((column, *NAME_COLUMN) if column == "person" else (column,))]


def csv_bytes(
    recordings: Sequence[Recording | Unmeasured],
    columns: Sequence[str],
    tables_of: Callable[[Recording], Iterable[pd.DataFrame]],
) -> bytes:
    """What `write_csv` writes, at once."""
    content = io.BytesIO()
    write_csv(recordings, columns, tables_of, content)
    return content.getvalue()


def spreadsheet_text(text: str) -> str:
    """Text that no spreadsheet runs as a formula: what begins like one gets a single quote in front."""
    # Spreadsheets read full-width signs like the plain ones, and some pass over spaces.
    as_read = unicodedata.normalize("NFKC", text).lstrip()
    return f"'{text}" if as_read.startswith(_FORMULA_STARTS) else text
