"""The 3D skeleton to turn. The browser keeps the view that the user has turned to, whatever is drawn next.

`st.plotly_chart` would lose it each time its data change.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import plotly.graph_objects as go
import streamlit as st

from core.view.figures import VIEWS
from pages.assets import PLOTLY_URL
from pages.language import text
from pages.widgets.component import component_from

_COMPONENT = component_from(Path(__file__).parent, isolate_styles=False)


def skeleton_3d(
    figure: go.Figure,
    *,
    aspect: float,
    key: str,
    alt: str,
    bodies: Mapping[str, Any],
    on_pick: Callable[[int, int], None],
    on_body: Callable[[str], None],
) -> None:
    """Show a figure of `core.view.figures.skeleton_figure`.

    Args:
        figure: what to draw.
        aspect: width over height of the picture beside it, whose height the figure takes.
        key: whose view is kept.
        alt: what it shows, for those who do not see it.
        bodies: the buttons for the body to show, from `body_buttons`.
        on_pick: called with the landmark and the person when a point has been clicked.
        on_body: called with the body whose button has been pressed.
    """

    def picked() -> None:
        pick = st.session_state[key].pick
        if pick:
            on_pick(int(pick["landmark"]), int(pick["person"]))

    def body_wanted() -> None:
        body = st.session_state[key].body
        if body:
            on_body(str(body))

    _COMPONENT(
        key=key,
        data={
            "plotly": PLOTLY_URL,
            "figure": figure.to_json(),
            "views": VIEWS,
            "labels": {view: text(f"image.view_{view}") for view in VIEWS},
            "group": text("image.views"),
            "bodies": dict(bodies),
            "waiting": text("image.drawing"),
            "alt": alt,
            "aspect": aspect,
            "key": key,
        },
        on_pick_change=picked,
        on_body_change=body_wanted,
    )
