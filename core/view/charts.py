"""Plotly charts of one frame: the visibility of each landmark, left against right."""

from __future__ import annotations

from typing import Any

import pandas as pd
import plotly.graph_objects as go

from core.recording import Recording
from core.skeleton import LANDMARKS, SIDE_COLOURS, SIDES
from core.view.figures import Label, english
from core.view.theme import FONT, THEMES, Theme


def visibility_figure(
    recording: Recording, *, frame: int = 0, person: int = 0, theme: str = "light", label: Label = english
) -> go.Figure:
    """A bar for each landmark: how visible it is, 0 to 1, in the colours of the sides."""
    colours = THEMES[theme]
    visibility = recording.visibility[frame, person]
    names = [label(name) for name in LANDMARKS]
    bars = []
    for side, colour in SIDE_COLOURS.items():
        own = [index for index in range(len(LANDMARKS)) if SIDES[index] == side]
        bars.append(
            go.Bar(
                x=visibility[own],
                y=[names[index] for index in own],
                orientation="h",
                name=label(side),
                marker={"color": colour},
                hovertemplate="%{y}<br>%{x:.3f}<extra></extra>",
            )
        )
    layout = _chart_layout(colours, height=len(LANDMARKS) * 19 + 90)
    layout["xaxis"] |= {"range": [0, 1], "title": {"text": label("visibility_axis")}}
    layout["yaxis"] |= {"categoryorder": "array", "categoryarray": names[::-1], "tickfont": {"size": 12}}
    return go.Figure(bars, layout)


def left_right_figure(
    table: pd.DataFrame, *, theme: str = "light", axis: str = "angle_axis", label: Label = english
) -> go.Figure:
    """Left against right for each joint, from `left_right_table`; joints in the middle of the body are left out."""
    colours = THEMES[theme]
    pairs = table[table["centre_deg"].isna()]
    joints = [label(joint) for joint in pairs["joint"]]
    bars = [
        go.Bar(
            x=joints,
            y=pairs[f"{side}_deg"],
            name=label(side),
            marker={"color": SIDE_COLOURS[side]},
            hovertemplate="%{x}<br>%{y:.1f}°<extra>%{fullData.name}</extra>",
        )
        for side in ("left", "right")
    ]
    layout = _chart_layout(colours, height=340)
    layout["yaxis"] |= {"title": {"text": label(axis)}, "ticksuffix": "°"}
    return go.Figure(bars, layout | {"barmode": "group"})


def _chart_layout(colours: Theme, height: int) -> dict[str, Any]:
    return {
        "template": "none",
        "paper_bgcolor": colours.ground,
        "plot_bgcolor": colours.ground,
        "font": {"family": FONT, "color": colours.ink, "size": 13},
        "margin": {"l": 8, "r": 16, "t": 36, "b": 40},
        "height": height,
        "legend": {"orientation": "h", "y": 1.0, "yanchor": "bottom", "x": 0},
        "xaxis": {"automargin": True, "gridcolor": colours.grid, "zeroline": False},
        "yaxis": {"automargin": True, "gridcolor": colours.grid, "zeroline": False},
        "bargap": 0.3,
    }
