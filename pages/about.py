"""How the angles are defined, what the numbers are worth, which models and licences."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from core import VERSION
from core.detection.landmarker import MEDIAPIPE_VERSION
from core.detection.models import BUNDLES
from core.motion.angles import DEFINITIONS, AngleDefinition, Point
from pages.language import body_label, text


def point_words(point: Point) -> str:
    """A landmark, or two of which the mean is meant."""
    return f" {text('about.and')} ".join(body_label(name) for name in point)


def segment_words(segment: tuple[Point, Point] | str) -> str:
    """A line of the body, from one point to another, or the vertical."""
    if isinstance(segment, str):
        return text("about.vertical")
    start, end = segment
    return f"{point_words(start)} → {point_words(end)}"


def definition_row(definition: AngleDefinition) -> dict[str, object]:
    """One angle in words."""
    return {
        text("about.column_angle"): body_label(definition.joint),
        text("about.column_between"): f"{segment_words(definition.first)};  {segment_words(definition.second)}",
        text("about.column_neutral"): f"{definition.neutral_deg:g}",
        text("about.column_positive"): text("about.opens" if definition.flexion_sign > 0 else "about.closes"),
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
st.subheader(text("about.models"))
st.markdown(text("about.models_text"))
st.table(
    pd.DataFrame(
        [
            {
                text("about.column_model"): text(f"settings.model_{bundle.name}"),
                text("about.column_sha"): f"`{bundle.sha256}`",
            }
            for bundle in BUNDLES.values()
        ]
    ),
    hide_index=True,
    alt=text("about.models_alt"),
)
st.subheader(text("about.licences"))
st.markdown(text("about.licences_text"))
