"""What this is, which models and licences."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from core import VERSION
from core.detection.landmarker import MEDIAPIPE_VERSION
from core.detection.models import BUNDLES, FINDER_SHA256
from pages.language import text

st.title(text("about.title"))
st.markdown(text("about.what", version=VERSION, mediapipe=MEDIAPIPE_VERSION))
st.subheader(text("about.worth"))
st.markdown(text("about.worth_text"))
st.page_link("methods.py", label=text("about.to_methods"), icon=":material/straighten:")
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
