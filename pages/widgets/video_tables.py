"""The tables of a clip frame by frame, a stretch at a time, and what all its tables share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from core import Recording
from core.motion.arrays import AngleArrays, kind_of
from core.motion.readings import PLAIN, shown_reading
from core.rounding import NOTHING
from core.skeleton import LANDMARK_INDEX
from core.view.tables import full_landmark_table
from pages.language import body_label, text
from pages.widgets.clip_people import clip_people_shown
from pages.widgets.columns import angle_columns, as_read, landmark_columns, trust_column
from pages.widgets.numbers import landmarks_of_parts
from pages.widgets.people import person_words

# A browser need not hold millions of rows; the downloads have them all.
FRAMES_AT_ONCE = 300
HEIGHT_PX = 480


def landmarks_tab(recording: Recording) -> None:
    """The landmarks of everyone shown in a stretch of frames."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        wanted = landmarks_of_parts("video_parts")
        first = _first_frame(recording, "video_first_frame")
    people = clip_people_shown(recording)
    table = of_people(people, full_landmark_table(recording.part(first, first + FRAMES_AT_ONCE)))
    table = table[table["landmark"].isin(wanted) & np.isfinite(table["x_px"])]
    shown = table.assign(
        frame=table["frame"] + first,
        person=whose(recording, table),
        number=[LANDMARK_INDEX[name] for name in table["landmark"]],
        landmark=[body_label(name) for name in table["landmark"]],
    )
    columns = {**_moment_columns(), **landmark_columns()}
    order = [name for name in columns if name != "person" or len(people) > 1]
    clip_table(shown[order], columns, "video_landmark_table", "video.landmarks_alt", height=HEIGHT_PX)


def angles_table(recording: Recording, angles: AngleArrays, kinds: Sequence[str]) -> None:
    """The angles of everyone shown in a stretch of frames, as measured.

    Args:
        recording: whose people they are.
        angles: of the whole recording: those that go round depend on the frames before.
        kinds: which joints or segments, without their sides.
    """
    first = _first_frame(recording, "video_first_angle_frame")
    people = clip_people_shown(recording)
    own = angles.only([name for name in angles.names if kind_of(name) in kinds])
    table = of_people(people, own.table(first, first + FRAMES_AT_ONCE))
    readings = [reading for reading in own.readings if reading != "vertical_deg"]  # a level pelvis would have 90
    table = table.loc[table[readings].notna().any(axis=1)]
    # What counts from standing alone is not shown as a plain angle either.
    clinical = [shown_reading(name, PLAIN) != PLAIN for name in table[own.column]]
    if PLAIN in readings:
        table.loc[clinical, PLAIN] = np.nan
    shown = table.assign(
        person=whose(recording, table),
        **{own.column: [body_label(name) for name in table[own.column]]},
    )
    columns = {
        **_moment_columns(),
        **angle_columns(own.column),
        **{
            reading: st.column_config.NumberColumn(text(f"video.column_{reading}"), format="%.1f")
            for reading in readings
        },
        **trust_column(),
    }
    order = [name for name in columns if name != "person" or len(people) > 1]
    clip_table(shown[order], columns, f"video_angle_table_{own.column}", "video.angle_table_alt", height=HEIGHT_PX)
    st.caption(text("video.angle_table_hint"))


def clip_table(shown: pd.DataFrame, columns: Mapping[str, Any], key: str, alt: str, height: Any = "content") -> None:
    """A table to read; `alt` is the key of its name."""
    st.dataframe(
        as_read(shown, columns),
        column_config=columns,
        hide_index=True,
        height=height,
        key=key,
        placeholder=NOTHING,
        alt=text(alt),
    )


def of_people(people: Sequence[int], table: pd.DataFrame) -> pd.DataFrame:
    """The rows of these people."""
    return table[table["person"].isin(people)].reset_index(drop=True)


def whose(recording: Recording, table: pd.DataFrame) -> list[str]:
    """Whose each row is."""
    return [person_words(recording, person) for person in table["person"]]


def for_people(table: pd.DataFrame, people: Sequence[int]) -> pd.DataFrame:
    """Whose row it is need not be said of one person."""
    return table if len(people) > 1 else table.drop(columns="person")


def _first_frame(recording: Recording, key: str) -> int:
    """Where the stretch of frames begins."""
    last = recording.frames - 1
    # Another part of the clip may be shorter.
    if st.session_state.get(key, 0) > last:
        st.session_state[key] = last
    return st.number_input(
        text("video.from_frame"),
        min_value=0,
        max_value=last,
        step=min(FRAMES_AT_ONCE, max(1, last)),
        key=key,
        help=text("video.from_frame_help", count=FRAMES_AT_ONCE),
        width=220,
    )


def _moment_columns() -> dict[str, Any]:
    """When."""
    return {
        "frame": st.column_config.NumberColumn(text("video.column_frame"), width="small"),
        "time_s": st.column_config.NumberColumn(text("video.column_time"), format="%.3f"),
    }
