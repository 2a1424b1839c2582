"""The tables and charts of one photo. Selecting a row marks the joint in the picture and in 3D."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from core import Recording, joint_angles, landmark_table
from core.motion.angles import DEFINITIONS
from core.skeleton import BODY_PARTS, LANDMARK_INDEX, LANDMARKS
from core.view.figures import left_right_figure, visibility_figure
from core.view.tables import left_right_table
from pages.language import body_label, text
from pages.widgets.choices import choices
from pages.widgets.selection import people_shown, select, selected

# Where each kind of joint is: both sides of it.
JOINT_LANDMARKS: dict[str, tuple[int, ...]] = {}
for _definition in DEFINITIONS:
    _known = JOINT_LANDMARKS.get(_definition.name, ())
    JOINT_LANDMARKS[_definition.name] = tuple(sorted({*_known, *(LANDMARK_INDEX[name] for name in _definition.at)}))


def angle_table(recording: Recording) -> None:
    """Joint angles, left beside right."""
    table = _angles_left_right(recording)
    several = len(people_shown(recording)) > 1
    columns = {
        "person": st.column_config.NumberColumn(text("image.column_person"), width="small"),
        "joint": st.column_config.TextColumn(text("image.column_joint")),
        "left_deg": st.column_config.NumberColumn(text("image.column_left"), format="%.1f"),
        "right_deg": st.column_config.NumberColumn(text("image.column_right"), format="%.1f"),
        "centre_deg": st.column_config.NumberColumn(text("image.column_centre"), format="%.1f"),
        "difference_deg": st.column_config.NumberColumn(text("image.column_difference"), format="%+.1f"),
        "trust": st.column_config.ProgressColumn(
            text("image.column_trust"), help=text("image.column_trust_help"), min_value=0, max_value=1, format="%.2f"
        ),
    }
    shown = table.assign(joint=[body_label(joint) for joint in table["joint"]])
    matching = [row for row, joint in enumerate(table["joint"]) if _is_marked(JOINT_LANDMARKS[joint])]
    _selectable(
        shown if several else shown.drop(columns="person"),
        columns,
        key="angle_table",
        marked_rows=matching,
        landmarks_of_row=[JOINT_LANDMARKS[joint] for joint in table["joint"]],
        alt=text("image.angles_alt"),
    )
    st.caption(text("image.angles_hint"))


def landmarks_table(recording: Recording) -> None:
    """The landmarks, filtered by part of the body and visibility."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        parts = st.pills(
            text("image.filter_parts"),
            list(BODY_PARTS),
            format_func=body_label,
            selection_mode="multi",
            key="filter_parts",
        )
        lowest = st.slider(text("image.filter_visibility"), 0.0, 1.0, 0.0, 0.05, key="filter_visibility", width=260)
    wanted = {LANDMARKS[index] for part in parts or BODY_PARTS for index in BODY_PARTS[part]}
    people = people_shown(recording)
    table = landmark_table(recording)
    table = table[
        table["person"].isin(people) & table["landmark"].isin(wanted) & (table["visibility"] >= lowest)
    ].reset_index(drop=True)
    if table.empty:
        st.info(text("image.nothing_matches"), icon=":material/filter_alt:")
        return
    index = [LANDMARK_INDEX[name] for name in table["landmark"]]
    shown = table.drop(columns=["frame", "time_s"]).assign(
        number=index, landmark=[body_label(name) for name in table["landmark"]], person=table["person"] + 1
    )
    first = ["number", "landmark"] if len(people) == 1 else ["person", "number", "landmark"]
    rest = ["x_px", "y_px", "z_px", "x_m", "y_m", "z_m", "visibility", "presence"]
    columns = {
        "person": st.column_config.NumberColumn(text("image.column_person"), width="small"),
        "number": st.column_config.NumberColumn(text("image.column_number"), width="small"),
        "landmark": st.column_config.TextColumn(text("image.column_landmark")),
        **{
            f"{axis}_{unit}": st.column_config.NumberColumn(f"{axis} ({unit})", format=digits)
            for axis in "xyz"
            for unit, digits in (("px", "%.1f"), ("m", "%.3f"))
        },
        "visibility": st.column_config.ProgressColumn(
            text("image.column_visibility"), min_value=0, max_value=1, format="%.2f"
        ),
        "presence": st.column_config.NumberColumn(text("image.column_presence"), format="%.2f"),
    }
    _selectable(
        shown[[*first, *rest]],
        columns,
        key="landmark_table",
        marked_rows=[row for row, landmark in enumerate(index) if landmark in selected()],
        landmarks_of_row=[(landmark,) for landmark in index],
        alt=text("image.landmarks_alt"),
    )


def charts(recording: Recording) -> None:
    """Left against right, and the visibility of each landmark, of the first person shown."""
    theme = st.context.theme.type or "light"
    people = people_shown(recording)
    table = _angles_left_right(recording)
    axis = "angle_axis" if choices()["reading"] == "angle_deg" else "flexion_axis"
    for person in people:
        who = f" · {body_label('person')} {person + 1}" if len(people) > 1 else ""
        left, right = st.columns(2, gap="medium")
        with left:
            st.markdown(f"#### {text('image.charts_left_right')}{who}")
            own = table[table["person"] == person + 1]
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


def _angles_left_right(recording: Recording) -> pd.DataFrame:
    """`left_right_table` of everyone shown, with the person's number from 1 as the first column."""
    angles = joint_angles(recording, choices()["space"])
    tables = []
    for person in people_shown(recording):
        table = left_right_table(angles[angles["person"] == person], choices()["reading"])
        table.insert(0, "person", person + 1)
        tables.append(table)
    return pd.concat(tables, ignore_index=True)


def _is_marked(landmarks: tuple[int, ...]) -> bool:
    return not set(landmarks).isdisjoint(selected())


def _selectable(
    table: pd.DataFrame,
    columns: Mapping[str, Any],
    *,
    key: str,
    marked_rows: list[int],
    landmarks_of_row: list[tuple[int, ...]],
    alt: str,
) -> None:
    """A table whose selected rows are the marked landmarks, whoever has marked them."""

    def rows_selected() -> None:
        rows = st.session_state[key].selection.rows
        select(tuple(int(i) for i in np.unique([i for row in rows for i in landmarks_of_row[row]])))

    st.session_state[key] = {"selection": {"rows": marked_rows, "columns": [], "cells": []}}
    st.dataframe(
        table,
        column_config=columns,
        hide_index=True,
        height="content",
        key=key,
        on_select=rows_selected,
        selection_mode="multi-row",
        placeholder="",
        alt=alt,
    )
