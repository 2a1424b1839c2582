"""The 3D skeleton to turn, as a Plotly figure.

It shows the person as they stand before the camera: x to the right of the picture, depth away from the
camera, height up. It keeps MediaPipe's coordinates for what it reads out (y down, z away from the camera).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from core.errors import SpaceNotAvailable
from core.motion.limbs import doubtful_bones
from core.motion.unsure import drawn_people
from core.recording import Recording
from core.skeleton import BODY_PARTS, BONE_SIDES, BONES, LANDMARKS, SIDE_COLOURS, SIDES
from core.view.people import person_colour, plotly_text, short_name
from core.view.theme import FONT, THEMES, Theme

Label = Callable[[str], str]


def english(name: str) -> str:
    """The default label: the name as words."""
    return name.replace("_", " ")


def _camera(eye: tuple[float, float, float], up: tuple[float, float, float], projection: str) -> dict[str, Any]:
    return {
        "eye": dict(zip("xyz", eye, strict=True)),
        "up": dict(zip("xyz", up, strict=True)),
        "center": {"x": 0, "y": 0, "z": 0},
        "projection": {"type": projection},
    }


# Seen from the camera, from the picture's right, from above; straight views without perspective, to measure in.
VIEWS: dict[str, dict[str, Any]] = {
    "front": _camera((0.0, -1.3, 0.0), (0, 0, 1), "orthographic"),
    "side": _camera((1.3, 0.0, 0.0), (0, 0, 1), "orthographic"),
    "top": _camera((0.0, 0.0, 1.3), (0, 1, 0), "orthographic"),
    "free": _camera((0.84, -1.54, 0.49), (0, 0, 1), "perspective"),
}

FLOOR_CELLS = 8


def skeleton_figure(
    recording: Recording,
    *,
    frame: int = 0,
    people: Sequence[int] | None = None,
    space: str | None = None,
    pale_space: str | None = None,
    theme: str = "light",
    view: str = "free",
    selected: Collection[tuple[int, int]] = (),
    min_visibility: float = 0.5,
    low_visibility: str = "hollow",
    label: Label = english,
    colours: Sequence[str] | None = None,
) -> go.Figure:
    """The 3D skeleton of one frame.

    Args:
        recording: whose people to show.
        frame: which frame.
        people: which people; all but unsure finds (`core.motion.unsure`) if None. Those not found in this frame are
            left out.
        space: "refined" or "world" in metres, or "image": the picture's x, y with MediaPipe's z, in pixels. The
            recording's best if None. In metres everyone has the origin between their own hips; several people are
            set side by side as they stand in the picture.
        pale_space: draw the same people in these coordinates too, thin and pale; None for no such second body.
        theme: "light" or "dark".
        view: "front", "side", "top" or "free".
        selected: (person, landmark) pairs to mark.
        min_visibility: landmarks below it are drawn hollow and their bones faint, or not at all. Limbs of little trust
            are faint.
        low_visibility: "hollow" or "hidden", as in `OverlayStyle`.
        label: the words for landmark and axis names.
        colours: the people's own, as in `person_colour`: that of their names over their heads, where they have some.

    Raises:
        SpaceNotAvailable: the recording does not hold these coordinates.
    """
    space = space or recording.spaces[0]
    points = _points(recording, space, frame)
    neutral = THEMES[theme]
    wanted = drawn_people(recording, None, min_visibility) if people is None else people
    shown = [person for person in wanted if np.isfinite(points[person]).all()]
    unit = "px" if space == "image" else "m"
    places = _to_display(points) + _offsets(recording, space, frame, shown)
    traces = [_floor(places[shown], neutral)] if shown else []
    extent = places[shown]
    if pale_space is not None:
        pale = _to_display(_points(recording, pale_space, frame)) + _offsets(recording, space, frame, shown)
        traces += [_pale_bones(pale[person], neutral) for person in shown]
        extent = np.concatenate([extent, pale[shown]])
    doubtful = doubtful_bones(recording.part(frame, frame + 1), space)[0]
    for person in shown:
        visible = ~(recording.visibility[frame, person] < min_visibility)
        readout = (points[person], recording.visibility[frame, person])
        seen = visible[np.array(BONES)].all(axis=-1)
        there = np.full(len(LANDMARKS), True) if low_visibility == "hollow" else visible
        traces += _bones(places[person], seen & ~doubtful[person], there[np.array(BONES)].all(axis=-1))
        place = np.where(there[:, None], places[person], np.nan)
        traces.append(_landmarks(place, visible, readout, person, _who(recording, person, label), unit, label))
        marked = sorted(landmark for whose, landmark in selected if whose == person)
        if recording.names:
            traces.append(_name(places[person], recording.names[person], person_colour(person, colours)))
        if marked:
            traces.append(_marks(places[person][marked], neutral))
    # Made in one go: updating a figure's layout afterwards costs ten times as much.
    return go.Figure(traces, _skeleton_layout(extent, unit, neutral, view, label))


def _points(recording: Recording, space: str, frame: int) -> NDArray[np.float64]:
    """(P, 33, 3) in the space's own units and axes: x right, y down, z away from the camera."""
    if space not in recording.spaces:
        raise SpaceNotAvailable(space=space, available=", ".join(recording.spaces))
    arrays = {"refined": recording.refined, "world": recording.world, "image": recording.image}
    array = arrays[space]
    assert array is not None
    return np.asarray(array[frame], np.float64)


def _to_display(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """From x right, y down, z away to Plotly's x right, y away, z up."""
    return np.stack([points[..., 0], points[..., 2], -points[..., 1]], axis=-1)


def _offsets(recording: Recording, space: str, frame: int, shown: list[int]) -> NDArray[np.float64]:
    """(P, 1, 3) where to put each person, so that several in metres stand side by side as in the picture."""
    offsets = np.zeros((recording.people, 1, 3))
    if space == "image" or len(shown) < 2:
        return offsets
    image = recording.image[frame, shown, :, :2].astype(np.float64)
    world = recording.world[frame, shown, :, :2].astype(np.float64)
    # The farthest one's scale: with any other, two who do not touch in the picture could overlap here.
    px_per_m = np.ptp(image, axis=1).max(axis=-1) / np.ptp(world, axis=1).max(axis=-1)
    hips_px = image[:, 23:25].mean(axis=1)
    offsets[shown, 0, 0] = (hips_px[:, 0] - hips_px[:, 0].mean()) / px_per_m.min()
    return offsets


def _bones(place: NDArray[np.float64], sure: NDArray[np.bool_], there: NDArray[np.bool_]) -> list[go.Scatter3d]:
    """One trace a side for the bones that are sure, one for those that are guessed; of those that are to be drawn."""
    traces = []
    for side, colour in SIDE_COLOURS.items():
        for seen in (True, False):
            bones = [
                bone
                for bone, bone_side, bone_sure, drawn in zip(BONES, BONE_SIDES, sure, there, strict=True)
                if drawn and bone_side == side and bool(bone_sure) is seen
            ]
            if not bones:
                continue
            x, y, z = _lines(place, bones)
            traces.append(
                go.Scatter3d(
                    x=x,
                    y=y,
                    z=z,
                    mode="lines",
                    line={"color": colour, "width": 7 if seen else 3},
                    opacity=1.0 if seen else 0.4,
                    hoverinfo="skip",
                    showlegend=False,
                )
            )
    return traces


def _pale_bones(place: NDArray[np.float64], colours: Theme) -> go.Scatter3d:
    """All bones of the second body, without sides: it is there to compare with."""
    x, y, z = _lines(place, BONES)
    return go.Scatter3d(
        x=x,
        y=y,
        z=z,
        mode="lines",
        line={"color": colours.faint_ink, "width": 2.5},
        opacity=0.55,
        hoverinfo="skip",
        showlegend=False,
    )


def _lines(place: NDArray[np.float64], bones: Sequence[tuple[int, int]]) -> NDArray[np.float64]:
    """(3, 3 * bones): x, y, z of both ends of each bone and a gap."""
    line = np.full((len(bones), 3, 3), np.nan)
    line[:, :2] = place[np.array(bones)]
    return line.reshape(-1, 3).T


def _landmarks(
    place: NDArray[np.float64],
    visible: NDArray[np.bool_],
    readout: tuple[NDArray[np.float64], NDArray[np.float32]],
    person: int,
    who: str,
    unit: str,
    label: Label,
) -> go.Scatter3d:
    points, visibility = readout
    digits = ".0f" if unit == "px" else ".3f"
    x, y, z = place.T
    return go.Scatter3d(
        x=x,
        y=y,
        z=z,
        mode="markers",
        marker={
            "size": [3.5 if index < 11 else 5.5 for index in range(len(LANDMARKS))],
            "color": [SIDE_COLOURS[side] for side in SIDES],
            "symbol": ["circle" if seen else "circle-open" for seen in visible],
            "line": {"width": 0},
        },
        text=[f"{index} {label(name)}{who}" for index, name in enumerate(LANDMARKS)],
        customdata=[
            [index, person, *map(float, points[index]), float(visibility[index])] for index in range(len(LANDMARKS))
        ],
        hovertemplate=(
            "<b>%{text}</b><br>"
            f"x %{{customdata[2]:{digits}}} {unit}<br>"
            f"y %{{customdata[3]:{digits}}} {unit}<br>"
            f"z %{{customdata[4]:{digits}}} {unit}<br>"
            f"{label('visibility')} %{{customdata[5]:.2f}}<extra></extra>"
        ),
        showlegend=False,
    )


def _who(recording: Recording, person: int, label: Label) -> str:
    """Whose landmark it is, to be put after its name; empty where that is plain."""
    if recording.names:
        return f" · {plotly_text(recording.names[person])}"
    return f" · {label('person')} {person + 1}" if recording.people > 1 else ""


def _name(place: NDArray[np.float64], name: str, colour: str) -> go.Scatter3d:
    """A person's name a little above the head."""
    x, y, z = place[list(BODY_PARTS["head"])].mean(axis=0)
    height = float(np.ptp(place[:, 2]))
    return go.Scatter3d(
        x=[x],
        y=[y],
        z=[z + 0.11 * height],
        mode="text",
        text=[f"<b>{plotly_text(short_name(name))}</b>"],
        textfont={"family": FONT, "size": 13, "color": colour},
        hoverinfo="skip",
        showlegend=False,
    )


def _marks(places: NDArray[np.float64], colours: Theme) -> go.Scatter3d:
    x, y, z = places.T
    return go.Scatter3d(
        x=x,
        y=y,
        z=z,
        mode="markers",
        marker={"size": 11, "color": colours.accent, "symbol": "circle-open", "line": {"width": 3}},
        hoverinfo="skip",
        showlegend=False,
    )


def _floor(places: NDArray[np.float64], colours: Theme) -> go.Scatter3d:
    """A square grid under the lowest point of anybody."""
    centre, reach = _extent(places)
    x = np.linspace(centre[0] - reach, centre[0] + reach, FLOOR_CELLS + 1)
    y = np.linspace(centre[1] - reach, centre[1] + reach, FLOOR_CELLS + 1)
    lines = np.full((2 * (FLOOR_CELLS + 1), 3, 3), np.nan)
    lines[: FLOOR_CELLS + 1, 0, :2] = np.stack([x, np.full_like(x, y[0])], axis=-1)
    lines[: FLOOR_CELLS + 1, 1, :2] = np.stack([x, np.full_like(x, y[-1])], axis=-1)
    lines[FLOOR_CELLS + 1 :, 0, :2] = np.stack([np.full_like(y, x[0]), y], axis=-1)
    lines[FLOOR_CELLS + 1 :, 1, :2] = np.stack([np.full_like(y, x[-1]), y], axis=-1)
    lines[:, :2, 2] = places[..., 2].min()
    grid_x, grid_y, grid_z = lines.reshape(-1, 3).T
    return go.Scatter3d(
        x=grid_x,
        y=grid_y,
        z=grid_z,
        mode="lines",
        line={"color": colours.grid, "width": 1.5},
        hoverinfo="skip",
        showlegend=False,
    )


def _extent(places: NDArray[np.float64]) -> tuple[NDArray[np.float64], float]:
    """The middle of all points and half the side of a cube that holds them with a margin."""
    points = places.reshape(-1, 3)
    low, high = points.min(axis=0), points.max(axis=0)
    return (low + high) / 2, float((high - low).max() / 2 * 1.08)


def _skeleton_layout(places: NDArray[np.float64], unit: str, colours: Theme, view: str, label: Label) -> dict[str, Any]:
    centre, reach = _extent(places) if places.size else (np.zeros(3), 1.0)
    axes = {
        f"{axis}axis": {
            # The same length of each axis and the cube's shape keep one metre the same length in every direction.
            "range": [centre[index] - reach, centre[index] + reach],
            "title": {"text": f"{label(name)} ({unit})", "font": {"size": 11, "color": colours.faint_ink}},
            "tickfont": {"size": 10, "color": colours.faint_ink},
            "nticks": 5,
            "showgrid": False,
            "zeroline": False,
            "showbackground": False,
            "showspikes": False,
            "linecolor": colours.grid,
            "tickcolor": colours.grid,
        }
        for index, (axis, name) in enumerate((("x", "axis_x"), ("y", "axis_depth"), ("z", "axis_height")))
    }
    return {
        "template": "none",
        "paper_bgcolor": colours.ground,
        "font": {"family": FONT, "color": colours.ink},
        "margin": {"l": 0, "r": 0, "t": 0, "b": 0},
        "showlegend": False,
        "hoverlabel": {"font": {"family": FONT}},
        "scene": {
            **axes,
            "aspectmode": "cube",
            "bgcolor": colours.ground,
            "camera": VIEWS[view],
            "dragmode": "orbit",
        },
    }
