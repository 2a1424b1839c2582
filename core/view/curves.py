"""Angles over time as a Plotly figure: a row for each kind of joint or segment.

Of one person left and right have their colours; of several each person has one, and the right side is dashed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from core.motion.arrays import AngleArrays, kind_of, side_of
from core.motion.kinematics import Kinematics
from core.motion.trust import LEAST_TRUST
from core.skeleton import SIDE_COLOURS
from core.view.figures import Label, english
from core.view.people import person_colour, plotly_text, short_name
from core.view.theme import FONT, THEMES, Theme

ROW_HEIGHT_PX = 170
LEGEND_ROW_PX, PEOPLE_A_ROW = 22, 4
# Beyond this many points the browser draws with the graphics card.
MOST_DRAWN_AS_PATHS = 4000
# How much of their colour lines have: what is not to be trusted, what is filled in, what is raw.
FAINT, DOTTED, THIN = 0.35, 0.8, 0.5
QUANTITIES: dict[str, str] = {"angle": "°", "velocity": "°/s", "acceleration": "°/s²"}


def curves_figure(
    kinematics: Kinematics,
    kinds: Sequence[str],
    *,
    people: Sequence[int] = (0,),
    names: Sequence[str] = (),
    colours: Sequence[str] | None = None,
    quantity: str = "angle",
    raw: bool = True,
    min_trust: float = LEAST_TRUST,
    theme: str = "light",
    label: Label = english,
) -> go.Figure:
    """The filtered angles of one person or of several, or how fast they change.

    Args:
        kinematics: whose.
        kinds: which kinds of joints or segments, a row each.
        people: their indices in the recording.
        names, colours: of all people of the recording, for several of them; numbers from 1 without names, colours as in
            `person_colour`.
        quantity: one of QUANTITIES.
        raw: the raw angle is beside the filtered one, thin; of one person only.
        min_trust: below it a curve is faint. Where nothing was measured and a short gap was filled it is dotted.
        theme: "light" or "dark".
        label: the words for joints, sides and axes.
    """
    curves = kinematics.curves
    values = {"angle": curves.values, "velocity": curves.velocity, "acceleration": curves.acceleration}[quantity]

    def curve(person: int, index: int) -> list[_Line]:
        one = (slice(None), person, index)
        filled = curves.filled[one]
        measured = np.where(filled, np.nan, values[one])
        trusted = kinematics.angles.trust[one] >= min_trust
        lines = [
            _Line(np.where(_with_neighbours(filled), values[one], np.nan), DOTTED, dash="dot"),
            _Line(measured, FAINT),
            _Line(np.where(trusted, measured, np.nan), 1.0),
        ]
        return [_Line(kinematics.raw_deg[one], THIN, width=1), *lines] if with_raw else lines

    with_raw = raw and quantity == "angle" and len(people) == 1
    looks = _looks(people, names, colours, label)
    return _figure(kinematics.angles, kinds, looks, curve, QUANTITIES[quantity], theme, label)


@dataclass(frozen=True, eq=False)
class _Line:
    """One line of a curve; the one with the full colour is the curve itself, to point at and in the legend.

    Without a `dash` of its own it has that of its side.
    """

    values: NDArray[np.float64]
    opacity: float
    width: float = 2
    dash: str = ""


@dataclass(frozen=True)
class _Look:
    """How one person's curves of one side look, and what they are called in the legend and to point at.

    Of several people the legend has each once, for both sides.
    """

    person: int
    colour: str
    dash: str
    legend: str
    who: str


def _looks(
    people: Sequence[int], names: Sequence[str], colours: Sequence[str] | None, label: Label
) -> dict[str, list[_Look]]:
    """For each side those of all people."""
    looks: dict[str, list[_Look]] = {side: [] for side in SIDE_COLOURS}
    for side, own in looks.items():
        for person in people:
            if len(people) == 1:
                own.append(_Look(person, SIDE_COLOURS[side], "solid", label(side), ""))
                continue
            name = names[person] if names else f"{label('person')} {person + 1}"
            who = plotly_text(short_name(name))
            dash = "dash" if side == "right" else "solid"
            own.append(_Look(person, person_colour(person, colours), dash, who, f"{who} · "))
    return looks


def _with_neighbours(there: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """These frames and those beside them, so that a line through them meets the one it goes on from."""
    wide = there.copy()
    wide[1:] |= there[:-1]
    wide[:-1] |= there[1:]
    return wide


def _figure(
    angles: AngleArrays,
    kinds: Sequence[str],
    looks: Mapping[str, Sequence[_Look]],
    curve: Callable[[int, int], list[_Line]],
    unit: str,
    theme: str,
    label: Label,
) -> go.Figure:
    trace = go.Scattergl if len(angles.time) > MOST_DRAWN_AS_PATHS else go.Scatter
    traces = []
    named: set[str] = set()
    for row, kind in enumerate(kinds, 1):
        for index, name in enumerate(angles.names):
            if kind_of(name) != kind:
                continue
            side = side_of(name)
            for look in looks[side]:
                for line in curve(look.person, index):
                    main = line.opacity == 1
                    words = f"{look.who}{label(name)}"
                    group = f"{look.person} {look.legend}"
                    traces.append(
                        trace(
                            x=angles.time,
                            y=line.values,
                            mode="lines",
                            line={"color": look.colour, "width": line.width, "dash": line.dash or look.dash},
                            opacity=line.opacity,
                            xaxis="x",
                            yaxis=f"y{row}" if row > 1 else "y",
                            name=look.legend,
                            legendgroup=group,
                            showlegend=main and group not in named,
                            hoverinfo=None if main else "skip",
                            hovertemplate=f"%{{y:.1f}}{unit}<extra>{words}</extra>" if main else None,
                        )
                    )
                named.add(f"{look.person} {look.legend}")
    layout = _layout(kinds, unit, THEMES[theme], label)
    people = len(looks["left"])
    if people > 1:
        # At one time there would be more to read than fits on a screen, and the legend takes its place from the curves.
        layout |= {"hovermode": "closest", "height": layout["height"] + LEGEND_ROW_PX * (people // PEOPLE_A_ROW)}
    return go.Figure(traces, layout)


def _layout(kinds: Sequence[str], unit: str, colours: Theme, label: Label) -> dict[str, Any]:
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
            "ticksuffix": unit,
            "automargin": True,
            "gridcolor": colours.grid,
            "zeroline": False,
        }
    return layout
