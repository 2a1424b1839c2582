"""How angles are defined and measured, how wrong they are, and what trust means."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from core.motion.accuracy import FOUR_JOINTS, measured_errors, measured_trust
from core.motion.angles import DEFINITIONS, SAGITTAL, AngleDefinition
from core.motion.lines import Line, Point
from core.motion.readings import PLAIN, shown_reading
from core.motion.segments import DOWN, SEGMENT_DEFINITIONS, SegmentDefinition
from core.motion.trust import LEAST_TRUST, RIGHT_WITHIN_DEG
from core.recording import SPACES
from core.settings import MODELS
from core.view.accuracy_figure import accuracy_figure
from pages.language import body_label, text


def point_words(point: Point) -> str:
    """A landmark, or two of which the mean is meant."""
    return f" {text('methods.and')} ".join(body_label(name) for name in point)


def line_words(line: Line | str) -> str:
    """A line of the body, from one point to another, or the vertical."""
    if isinstance(line, str):
        return text("methods.vertical")
    start, end = line
    return f"{point_words(start)} → {point_words(end)}"


def definition_row(definition: AngleDefinition) -> dict[str, object]:
    """One angle in words."""
    plane = "" if definition.plane is None else f" ({text(f'methods.{definition.plane}')})"
    return {
        text("methods.column_angle"): body_label(definition.joint),
        text("methods.column_between"): f"{line_words(definition.first)};  {line_words(definition.second)}{plane}",
        text("methods.column_neutral"): f"{_neutral_deg(definition):g}",
        text("methods.column_positive"): text(f"methods.{_positive(definition)}"),
        text("methods.column_source"): definition.source or "–",
    }


def _neutral_deg(definition: AngleDefinition) -> float:
    """What is shown in standing with “Angle” chosen."""
    return definition.neutral_deg if shown_reading(definition.joint, PLAIN) == PLAIN else 0.0


def _positive(definition: AngleDefinition) -> str:
    if definition.plane is not None:
        return "forwards" if definition.plane == SAGITTAL else "outwards"
    if definition.side_to_side:
        return "inclines_left_up"
    return "opens" if definition.flexion_sign > 0 else "closes"


def segment_row(definition: SegmentDefinition) -> dict[str, object]:
    """One segment in words."""
    return {
        text("methods.column_segment"): body_label(definition.segment),
        text("methods.column_line"): line_words(definition.line),
        text("methods.column_level"): text(f"methods.zero_{_zero(definition)}"),
        text("methods.column_inclines"): text(f"methods.inclines_{_inclines(definition)}"),
    }


def _zero(definition: SegmentDefinition) -> str:
    if definition.vertical == DOWN:
        return "down"
    return "up" if definition.neutral_deg == 0 else "level"


def _inclines(definition: SegmentDefinition) -> str:
    if definition.vertical is None:
        return "left_up"
    if definition.vertical == DOWN:
        return "raised"
    if definition.neutral_deg == 0:
        return "forwards"
    return "toes_up" if definition.inclines < 0 else "head"


def space_row(space: str) -> dict[str, str]:
    """What one of the three spaces is and what it is for."""
    return {
        text("methods.column_space"): text(f"methods.{space}"),
        text("methods.column_what"): text(f"methods.{space}_what"),
        text("methods.column_use"): text(f"methods.{space}_use"),
    }


def label(name: str) -> str:
    """The words of the chart."""
    own = (*SPACES, FOUR_JOINTS, "error_axis")
    return text(f"methods.{name}") if name in own else body_label(name)


def errors_table(errors: pd.DataFrame) -> pd.DataFrame:
    """A row for each joint, and for each space "mean (median; 90 %)"."""
    written = errors.assign(
        figures=[
            text("methods.error_figures", mean=f"{mean:.1f}", median=f"{median:.1f}", p90=f"{p90:.1f}")
            for mean, median, p90 in zip(errors["mean_deg"], errors["median_deg"], errors["p90_deg"], strict=True)
        ]
    )
    wide = written.pivot(index="joint", columns="space", values="figures").loc[list(dict.fromkeys(errors["joint"]))]
    most = errors.groupby("joint")["angles"].max().loc[wide.index]
    return pd.DataFrame(
        {
            text("methods.column_angle"): [label(joint) for joint in wide.index],
            **{label(space): list(wide[space]) for space in SPACES},
            text("methods.column_count"): [str(count) for count in most],
        }
    )


def trust_table() -> pd.DataFrame:
    """A row for each step of trust, the highest first; for each space the share that is right, the error, the count."""
    measured = measured_trust().sort_values("from", ascending=False)
    rows = []
    for (low, high), step in measured.groupby(["from", "to"], sort=False):
        row = {text("methods.column_trust"): f"{low:.1f} – {high:.1f}"} | {label(space): "–" for space in SPACES}
        for space, share, error, count in zip(
            step["space"], step["right_share"], step["mean_error_deg"], step["angles"], strict=True
        ):
            row[label(space)] = text(
                "methods.trust_figures", share=f"{100 * share:.0f}", error=f"{error:.1f}", count=count
            )
        rows.append(row)
    return pd.DataFrame(rows)


def measured() -> None:
    """The measured errors of one model."""
    model = st.segmented_control(
        text("methods.model"),
        MODELS,
        format_func=lambda name: text(f"settings.model_{name}"),
        default="full",
        required=True,
        key="methods_model",
    )
    errors = measured_errors(str(model))
    st.plotly_chart(
        accuracy_figure(errors, theme=st.context.theme.type or "light", label=label),
        theme=None,
        key="methods_errors",
        config={"displaylogo": False, "displayModeBar": False},
        alt=text("methods.errors_alt"),
    )
    st.caption(text("methods.errors_caption"))
    st.table(errors_table(errors), hide_index=True, alt=text("methods.errors_alt"))
    clip = measured_errors(str(model), "clips").set_index(["joint", "space"])["median_deg"]
    figures = {space: f"{clip[FOUR_JOINTS, space]:.1f}" for space in SPACES}
    st.markdown(text("methods.clip_text", **figures))


def section(heading: str, body: str) -> None:
    """A heading and what is said beneath it."""
    st.subheader(heading)
    st.markdown(body)


st.title(text("methods.title"))
st.markdown(text("methods.lead"))
section(text("methods.spaces"), text("methods.spaces_text"))
st.table(pd.DataFrame([space_row(space) for space in SPACES]), hide_index=True, alt=text("methods.spaces_alt"))
section(text("methods.errors"), text("methods.errors_text"))
measured()
section(text("methods.trust"), text("methods.trust_text", within=f"{RIGHT_WITHIN_DEG:g}", least=f"{LEAST_TRUST:g}"))
st.table(trust_table(), hide_index=True, alt=text("methods.trust_alt"))
section(text("methods.definitions"), text("methods.definitions_text"))
st.table(
    pd.DataFrame([definition_row(each) for each in DEFINITIONS]), hide_index=True, alt=text("methods.definitions_alt")
)
section(text("methods.segments"), text("methods.segments_text"))
st.table(
    pd.DataFrame([segment_row(each) for each in SEGMENT_DEFINITIONS]), hide_index=True, alt=text("methods.segments_alt")
)
section(text("methods.filters"), text("methods.filters_text"))
section(text("methods.limits"), text("methods.limits_text"))
