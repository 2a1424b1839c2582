"""The measured errors of joint angles as a Plotly chart: raw, corrected and in the picture's plane side by side."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from core.recording import SPACES
from core.view.figures import Label, english
from core.view.theme import FONT, THEMES


def accuracy_figure(errors: pd.DataFrame, *, theme: str = "light", label: Label = english) -> go.Figure:
    """A bar for each joint and space: the mean error, in degrees.

    Args:
        errors: from `measured_errors`.
        theme: "light" or "dark".
        label: the words for joints, spaces and "error_axis".
    """
    colours = THEMES[theme]
    fills = dict(zip(SPACES, (colours.accent, colours.faint_ink, colours.grid), strict=True))
    bars = []
    for space in SPACES:
        own = errors[errors["space"] == space]
        bars.append(
            go.Bar(
                x=own["mean_deg"],
                y=[label(joint) for joint in own["joint"]],
                orientation="h",
                name=label(space),
                marker={"color": fills[space]},
                hovertemplate="%{y}: %{x:.1f}°<extra>%{fullData.name}</extra>",
            )
        )
    return go.Figure(
        bars,
        {
            "template": "none",
            "paper_bgcolor": colours.ground,
            "plot_bgcolor": colours.ground,
            "font": {"family": FONT, "color": colours.ink, "size": 13},
            "margin": {"l": 8, "r": 16, "t": 36, "b": 40},
            "height": 480,
            "barmode": "group",
            "bargap": 0.3,
            "legend": {"orientation": "h", "y": 1.0, "yanchor": "bottom", "x": 0},
            "xaxis": {
                "automargin": True,
                "gridcolor": colours.grid,
                "zeroline": False,
                "ticksuffix": "°",
                "title": {"text": label("error_axis")},
            },
            "yaxis": {"automargin": True, "autorange": "reversed", "zeroline": False},
        },
    )
