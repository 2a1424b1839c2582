"""Angles over time as a Plotly figure: a row for each kind of joint or segment, left and right in their colours."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from core.motion.arrays import kind_of, side_of
from core.motion.groups import GROUPS, MAIN_GROUP
from core.motion.trust import LEAST_TRUST
from core.recording import Recording
from core.skeleton import SIDE_COLOURS
from core.view.figures import Label, english
from core.view.theme import FONT, THEMES, Theme

ROW_HEIGHT_PX = 170
# Beyond this many points the browser draws with the graphics card.
MOST_DRAWN_AS_PATHS = 4000
FAINT = 0.35


def curves_figure(
    recording: Recording,
    kinds: Sequence[str],
    *,
    group: str = MAIN_GROUP,
    person: int = 0,
    space: str | None = None,
    reading: str = "angle_deg",
    min_trust: float = LEAST_TRUST,
    theme: str = "light",
    label: Label = english,
) -> go.Figure:
    """The angles of one person.

    Args:
        recording: whose.
        kinds: which of the group's kinds of joints or segments, a row each.
        group: one of GROUPS.
        person: the index in the recording.
        space: what to measure in; the recording's best if None.
        reading: "angle_deg" or "flexion_deg"; groups with a reading of their own show that.
        min_trust: below it a curve is faint. Where the person was not found there is a gap.
        theme: "light" or "dark".
        label: the words for joints, sides and axes.

    Raises:
        SpaceNotAvailable: the recording does not hold these coordinates.
    """
    angles = GROUPS[group].measure(recording, space)
    angle = angles.readings[GROUPS[group].reading(reading)][:, person]
    trust = angles.trust[:, person]
    trace = go.Scattergl if recording.frames > MOST_DRAWN_AS_PATHS else go.Scatter
    traces = []
    named: set[str] = set()
    for row, kind in enumerate(kinds, 1):
        for index, name in enumerate(angles.names):
            if kind_of(name) != kind:
                continue
            side = side_of(name)
            for faint in (True, False):
                known = trust[:, index] >= min_trust
                traces.append(
                    trace(
                        x=recording.time,
                        y=angle[:, index] if faint else np.where(known, angle[:, index], np.nan),
                        mode="lines",
                        line={"color": SIDE_COLOURS[side], "width": 2},
                        opacity=FAINT if faint else 1.0,
                        xaxis="x",
                        yaxis=f"y{row}" if row > 1 else "y",
                        name=label(side),
                        legendgroup=side,
                        showlegend=not faint and side not in named,
                        hoverinfo="skip" if faint else None,
                        hovertemplate=None if faint else f"%{{y:.1f}}°<extra>{label(name)}</extra>",
                    )
                )
            named.add(side)
    return go.Figure(traces, _layout(kinds, THEMES[theme], label))


def _layout(kinds: Sequence[str], colours: Theme, label: Label) -> dict[str, Any]:
    layout: dict[str, Any] = {
        "template": "none",
        "paper_bgcolor": colours.ground,
        "plot_bgcolor": colours.ground,
        "font": {"family": FONT, "color": colours.ink, "size": 13},
        "margin": {"l": 8, "r": 16, "t": 36, "b": 44},
        "height": max(1, len(kinds)) * ROW_HEIGHT_PX + 90,
        "legend": {"orientation": "h", "y": 1.0, "yanchor": "bottom", "x": 0},
        "hovermode": "x unified",
        "hoverlabel": {"font": {"family": FONT, "color": colours.ink}, "bgcolor": colours.ground},
        "xaxis": {
            "title": {"text": label("time_axis")},
            "automargin": True,
            "gridcolor": colours.grid,
            "zeroline": False,
            "anchor": f"y{len(kinds)}" if len(kinds) > 1 else "y",
        },
    }
    height = 1 / max(1, len(kinds))
    for row, kind in enumerate(kinds, 1):
        top = 1 - (row - 1) * height
        layout[f"yaxis{row}" if row > 1 else "yaxis"] = {
            "domain": [max(0.0, top - height * 0.86), top],
            "title": {"text": label(kind)},
            "ticksuffix": "°",
            "automargin": True,
            "gridcolor": colours.grid,
            "zeroline": False,
        }
    return layout
