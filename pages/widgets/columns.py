"""Columns that several tables have, under the tables' own column names."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from core.rounding import plain_zero
from core.view.tables import CORRECTED_COLUMNS
from pages.language import text

# Wide enough for the longest name of a joint.
NAME_PX = 190
_DECIMALS = re.compile(r"%\+?\.(\d)f")


def as_read(table: pd.DataFrame, columns: Mapping[str, Any]) -> pd.DataFrame:
    """The table as its columns' formats will show it: without "-0.0"."""
    decimals = {name: _DECIMALS.fullmatch(_format(column)) for name, column in columns.items()}
    return table.assign(
        **{
            name: plain_zero(table[name].to_numpy(), int(found[1]))
            for name, found in decimals.items()
            if found and name in table
        }
    )


def _format(column: Mapping[str, Any]) -> str:
    return str((column.get("type_config") or {}).get("format") or "")


def person_column() -> dict[str, Any]:
    """Whose row it is: the name."""
    return {"person": st.column_config.TextColumn(text("image.column_person"), width="small")}


def angle_columns(name: str) -> dict[str, Any]:
    """Whose "joint" or "segment", and which."""
    return person_column() | {name: st.column_config.TextColumn(text(f"image.column_{name}"), width=NAME_PX)}


def trust_column() -> dict[str, Any]:
    """How much an angle is to be trusted, 0 to 1."""
    return {
        "trust": st.column_config.ProgressColumn(
            text("image.column_trust"), help=text("image.column_trust_help"), min_value=0, max_value=1, format="%.2f"
        )
    }


def landmark_columns() -> dict[str, Any]:
    """Whose landmark, which, where, and how surely."""
    return {
        **person_column(),
        "number": st.column_config.NumberColumn(text("image.column_number"), width="small"),
        "landmark": st.column_config.TextColumn(text("image.column_landmark")),
        **{
            f"{axis}_{unit}": st.column_config.NumberColumn(f"{axis} ({unit})", format=digits)
            for axis in "xyz"
            for unit, digits in (("px", "%.1f"), ("m", "%.3f"))
        },
        **{
            name: st.column_config.NumberColumn(text("image.column_corrected", axis=name[0]), format="%.3f")
            for name in CORRECTED_COLUMNS
        },
        "visibility": st.column_config.ProgressColumn(
            text("image.column_visibility"), min_value=0, max_value=1, format="%.2f"
        ),
        "presence": st.column_config.NumberColumn(text("image.column_presence"), format="%.2f"),
    }
