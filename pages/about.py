"""How the angles are defined, what the numbers are worth, which models and licences."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from core import VERSION
from core.detection.landmarker import MEDIAPIPE_VERSION
from core.detection.models import BUNDLES, FINDER_SHA256
from core.motion.angles import DEFINITIONS, SAGITTAL, AngleDefinition, Line, Point
from core.motion.segments import DOWN, SEGMENT_DEFINITIONS, SegmentDefinition
from pages.language import body_label, text


def point_words(point: Point) -> str:
    """A landmark, or two of which the mean is meant."""
    return f" {text('about.and')} ".join(body_label(name) for name in point)


def segment_words(segment: Line | str) -> str:
    """A line of the body, from one point to another, or the vertical."""
    if isinstance(segment, str):
        return text("about.vertical")
    start, end = segment
    return f"{point_words(start)} → {point_words(end)}"


def definition_row(definition: AngleDefinition) -> dict[str, object]:
    """One angle in words."""
    plane = "" if definition.plane is None else f" ({text(f'about.{definition.plane}')})"
    return {
        text("about.column_angle"): body_label(definition.joint),
        text("about.column_between"): f"{segment_words(definition.first)};  {segment_words(definition.second)}{plane}",
        text("about.column_neutral"): f"{definition.neutral_deg:g}",
        text("about.column_positive"): text(f"about.{_positive(definition)}"),
        text("about.column_source"): definition.source or "–",
    }


def _positive(definition: AngleDefinition) -> str:
    if definition.plane is not None:
        return "forwards" if definition.plane == SAGITTAL else "outwards"
    return "opens" if definition.flexion_sign > 0 else "closes"


def segment_row(definition: SegmentDefinition) -> dict[str, object]:
    """One segment in words."""
    return {
        text("about.column_segment"): body_label(definition.segment),
        text("about.column_line"): segment_words(definition.line),
        text("about.column_against"): text(
            "about.straight_down" if definition.vertical == DOWN else "about.straight_up"
        ),
        text("about.column_standing"): f"{definition.neutral_deg:g}",
    }


st.title(text("about.title"))
st.markdown(text("about.what", version=VERSION, mediapipe=MEDIAPIPE_VERSION))
st.subheader(text("about.worth"))
st.markdown(text("about.worth_text"))
st.subheader(text("about.definitions"))
st.markdown(text("about.definitions_text"))
st.table(
    pd.DataFrame([definition_row(each) for each in DEFINITIONS]), hide_index=True, alt=text("about.definitions_alt")
)
st.subheader(text("about.segments"))
st.markdown(text("about.segments_text"))
st.table(
    pd.DataFrame([segment_row(each) for each in SEGMENT_DEFINITIONS]), hide_index=True, alt=text("about.segments_alt")
)
st.subheader(text("about.models"))
st.markdown(text("about.models_text"))
st.table(
    pd.DataFrame(
        [
            {text("about.column_model"): name, text("about.column_sha"): f"`{sha256}`"}
            for name, sha256 in (
                *((text(f"settings.model_{bundle.name}"), bundle.sha256) for bundle in BUNDLES.values()),
                (text("about.finder"), FINDER_SHA256),
            )
        ]
    ),
    hide_index=True,
    alt=text("about.models_alt"),
)
st.subheader(text("about.licences"))
st.markdown(text("about.licences_text"))
