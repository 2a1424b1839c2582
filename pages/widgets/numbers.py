"""The tables and charts of one photo. Selecting a row marks the joint in the picture and in 3D."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any, TypeVar

import pandas as pd
import streamlit as st

from core import Recording
from core.motion.groups import GROUPS, MAIN_GROUP
from core.rounding import NOTHING
from core.skeleton import BODY_PARTS, LANDMARK_INDEX, LANDMARKS
from core.view.charts import left_right_figure, visibility_figure
from core.view.tables import CORRECTED_COLUMNS, full_landmark_table, left_right_table
from pages.language import body_label, text
from pages.widgets.choices import choices
from pages.widgets.columns import angle_columns, as_read, landmark_columns, trust_column
from pages.widgets.people import marked_name, people_shown, person_words
from pages.widgets.selection import (
    MarkedJoint,
    MarkedLandmark,
    mark_joints,
    mark_landmarks,
    marked_joints,
    marked_landmarks,
)

Row = TypeVar("Row", MarkedJoint, MarkedLandmark)


def angle_table(recording: Recording) -> None:
    """One group of angles, left beside right; the main joints at first."""
    group = angle_group_picker("angle_group")
    table = _angles_left_right(recording, group)
    several = len(people_shown(recording)) > 1
    (name,) = {"joint", "segment"} & set(table.columns)
    columns = {
        **angle_columns(name),
        "left_deg": st.column_config.NumberColumn(text("image.column_left"), format="%.1f"),
        "right_deg": st.column_config.NumberColumn(text("image.column_right"), format="%.1f"),
        "centre_deg": st.column_config.NumberColumn(text("image.column_centre"), format="%.1f"),
        "difference_deg": st.column_config.NumberColumn(text("image.column_difference"), format="%+.1f"),
        **trust_column(),
    }
    shown = table.assign(
        person=[person_words(recording, person) for person in table["person"]],
        **{name: [body_label(kind) for kind in table[name]]},
    )
    rows = [(int(person), str(kind)) for person, kind in zip(table["person"], table[name], strict=True)]
    _selectable(
        shown if several else shown.drop(columns="person"),
        columns,
        key="angle_table" if group == MAIN_GROUP else f"angle_table_{group}",
        rows=rows,
        marked=marked_joints(),
        mark=mark_joints,
        alt=text("image.angles_alt"),
    )
    st.caption(group_hint(group))
    st.caption(text("image.angles_hint"))


def angle_group_picker(key: str) -> str:
    """Which of GROUPS to show."""
    group = st.segmented_control(
        text("image.angle_group"),
        list(GROUPS),
        format_func=lambda name: text(f"image.group_{name}"),
        default=MAIN_GROUP,
        required=True,
        key=key,
        label_visibility="collapsed",
    )
    return str(group or MAIN_GROUP)


def group_hint(group: str) -> str:
    """How to read the angles of a group, in the coordinates chosen."""
    in_picture = choices()["space"] == "image" and group != MAIN_GROUP
    return text(f"image.group_{group}_hint") + (f" {text(f'image.group_{group}_flat')}" if in_picture else "")


def landmarks_of_parts(key: str) -> set[str]:
    """The landmarks of the parts of the body that the user picks; all if none is picked."""
    parts = st.pills(
        text("image.filter_parts"), list(BODY_PARTS), format_func=body_label, selection_mode="multi", key=key
    )
    return {LANDMARKS[index] for part in parts or BODY_PARTS for index in BODY_PARTS[part]}


def landmarks_table(recording: Recording) -> None:
    """The landmarks, filtered by part of the body and visibility."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        wanted = landmarks_of_parts("filter_parts")
        lowest = st.slider(text("image.filter_visibility"), 0.0, 1.0, 0.0, 0.05, key="filter_visibility", width=260)
    people = people_shown(recording)
    table = full_landmark_table(recording)
    table = table[
        table["person"].isin(people) & table["landmark"].isin(wanted) & (table["visibility"] >= lowest)
    ].reset_index(drop=True)
    if table.empty:
        st.info(text("image.nothing_matches"), icon=":material/filter_alt:")
        return
    index = [LANDMARK_INDEX[name] for name in table["landmark"]]
    shown = table.drop(columns=["frame", "time_s"]).assign(
        number=index,
        landmark=[body_label(name) for name in table["landmark"]],
        person=[person_words(recording, person) for person in table["person"]],
    )
    first = ["number", "landmark"] if len(people) == 1 else ["person", "number", "landmark"]
    rest = ["x_px", "y_px", "z_px", "x_m", "y_m", "z_m", *CORRECTED_COLUMNS, "visibility", "presence"]
    _selectable(
        shown[[*first, *rest]],
        landmark_columns(),
        key="landmark_table",
        rows=[(int(person), landmark) for person, landmark in zip(table["person"], index, strict=True)],
        marked=marked_landmarks(),
        mark=mark_landmarks,
        alt=text("image.landmarks_alt"),
    )


def charts(recording: Recording, colours: Sequence[str]) -> None:
    """Left against right, and the visibility of each landmark, of everyone shown, each under their name."""
    theme = st.context.theme.type or "light"
    people = people_shown(recording)
    table = _angles_left_right(recording, MAIN_GROUP)
    axis = "angle_axis" if choices()["reading"] == "angle_deg" else "flexion_axis"
    for person in people:
        who = f" · {marked_name(recording.names[person], colours[person])}" if recording.names else ""
        left, right = st.columns(2, gap="medium")
        with left:
            st.markdown(f"#### {text('image.charts_left_right')}{who}")
            own = table[table["person"] == person]
            st.plotly_chart(
                left_right_figure(own, theme=theme, axis=axis, label=body_label),
                theme=None,
                key=f"left_right_{person}",
                config={"displayModeBar": False},
                alt=text("image.charts_left_right_alt"),
            )
        with right:
            st.markdown(f"#### {text('image.charts_visibility')}{who}")
            st.plotly_chart(
                visibility_figure(recording, person=person, theme=theme, label=body_label),
                theme=None,
                key=f"visibility_{person}",
                config={"displayModeBar": False},
                alt=text("image.charts_visibility_alt"),
            )


def _angles_left_right(recording: Recording, group: str) -> pd.DataFrame:
    """`left_right_table` of everyone shown, with the person's index as the first column."""
    chosen = GROUPS[group]
    angles = chosen.measure(recording, choices()["space"]).table()
    reading = chosen.reading(choices()["reading"])
    tables = []
    for person in people_shown(recording):
        table = left_right_table(angles[angles["person"] == person], reading, chosen.names)
        table.insert(0, "person", person)
        tables.append(table)
    return pd.concat(tables, ignore_index=True)


def _selectable(
    table: pd.DataFrame,
    columns: Mapping[str, Any],
    *,
    key: str,
    rows: list[Row],
    marked: Collection[Row],
    mark: Callable[[Iterable[Row]], None],
    alt: str,
) -> None:
    """A table whose selected rows are what is marked, whoever has marked it; `rows` says what each row stands for."""

    def rows_selected() -> None:
        mark(rows[row] for row in st.session_state[key].selection.rows)

    selection = [row for row, meaning in enumerate(rows) if meaning in marked]
    st.session_state[key] = {"selection": {"rows": selection, "columns": [], "cells": []}}
    st.dataframe(
        as_read(table, columns),
        column_config=columns,
        hide_index=True,
        height="content",
        key=key,
        on_select=rows_selected,
        selection_mode="multi-row",
        placeholder=NOTHING,
        alt=alt,
    )
