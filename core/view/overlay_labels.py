"""Text on the picture: joint angles with their sectors, landmark numbers and people's numbers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from core.rounding import number_text
from core.settings import OverlayStyle
from core.skeleton import BODY_PARTS, BONES, LANDMARK_INDEX, SIDE_COLOURS, SIDES
from core.view.overlay_figure import Figure
from core.view.overlay_placement import LabelSpace, reach_of_box, ring_around
from core.view.overlay_shapes import Colour, Floats, Picture, blend, draw_bar, draw_panel, draw_sector, rgb_of

_WHITE: Colour = (255, 255, 255)
_INK: Colour = (14, 18, 24)
_SEMIBOLD = 600
_DIGIT_HEIGHT = 0.75  # of the font size, in OpenCV's built-in sans
_HEAD = list(BODY_PARTS["head"])


def _bends() -> dict[int, tuple[int, int]]:
    """For the landmark at a bend: the landmarks at the far ends of its two bones."""
    table = {
        "shoulder": ("hip", "elbow"),
        "elbow": ("shoulder", "wrist"),
        "wrist": ("elbow", "index"),
        "hip": ("shoulder", "knee"),
        "knee": ("hip", "ankle"),
        "ankle": ("knee", "foot_index"),
    }
    index = LANDMARK_INDEX
    return {
        index[f"{side}_{joint}"]: (index[f"{side}_{ends[0]}"], index[f"{side}_{ends[1]}"])
        for side in ("left", "right")
        for joint, ends in table.items()
    }


BENDS = _bends()


def draw_sectors(picture: Picture, figure: Figure, angles: Mapping[tuple[int, int], float]) -> None:
    """A small sector at each labelled joint that is bent: it shows between which bones the angle is."""
    for index, ends in BENDS.items():
        if (figure.person, index) not in angles or not figure.shown[[index, *ends]].all():
            continue
        legs = figure.points[list(ends)] - figure.points[index]
        lengths = np.hypot(legs[:, 0], legs[:, 1])
        radius = min(0.35 * float(lengths.min()), 1.2 * figure.text)
        if radius > 1.5 * figure.radii[index]:
            first, second = legs / lengths[:, None]
            # A straight limb has no inside: its sector would jump from one side to the other through a video.
            bend = 180 - np.degrees(np.arccos(np.clip(first @ second, -1, 1)))
            strength = float(np.clip((bend - 10) / 20, 0, 1))
            if strength > 0:
                draw_sector(picture, figure.points[index], radius, (first, second), _WHITE, strength)


@dataclass(frozen=True, kw_only=True)
class _Label:
    """A text that has its place.

    Attributes:
        anchor, radius: the point it belongs to and that point's radius.
        centre, size: (2,), of the text with what is around it.
        text: size of the text, in pixels.
        coverage: (h, w) uint8, the text itself.
        panel: opacity of the panel beneath; 0 is a dark halo instead.
    """

    anchor: Floats
    radius: float
    centre: Floats
    size: Floats
    text: float
    coverage: NDArray[np.uint8]
    colour: Colour
    panel: float = 0.0


def draw_labels(
    picture: Picture,
    figures: Sequence[Figure],
    style: OverlayStyle,
    *,
    angles: Mapping[tuple[int, int], float],
    tags: Mapping[int, Floats],
    taken: Sequence[Floats] = (),
) -> None:
    """Writes everything that is to be read.

    Args:
        angles: degrees for (person, landmark index).
        tags: the box (left, top, right, bottom) of each person whose number is to be written at its corner.
        taken: boxes that labels keep clear of.
    """
    if not (angles or style.numbers or tags):
        return
    font = cv2.FontFace("sans")
    space = LabelSpace.among(figures, picture)
    space.taken.extend(taken)
    for figure in figures:
        if figure.person in tags:
            _draw_tag(picture, figure, tags[figure.person], font, space)
    labels: list[_Label] = []
    # Those with the least choice of place come first.
    if style.numbers:
        labels += [label for figure in figures for label in _face_numbers(figure, picture, style, font, space)]
    labels += [label for figure in figures for label in _angles(figure, picture, style, angles, font, space)]
    if style.numbers:
        labels += [label for figure in figures for label in _body_numbers(figure, picture, style, font, space)]
    for label in labels:
        _draw_leader(picture, label)
    for label in labels:
        _draw_label(picture, label)


def _readable(figure: Figure, picture: Picture) -> NDArray[np.bool_]:
    """(33,), which landmarks are shown and inside the picture."""
    size = np.array([picture.shape[1], picture.shape[0]])
    inside = ((figure.points >= 0) & (figure.points <= size)).all(axis=-1)
    return np.asarray(figure.shown & inside, dtype=np.bool_)


def _tint(style: OverlayStyle, index: int) -> Colour:
    """A light tint of the landmark's side: where two points lie close together it tells whose label it is."""
    if style.colours == "classic":
        return _WHITE
    red, green, blue = (round(255 - 0.5 * (255 - part)) for part in rgb_of(SIDE_COLOURS[SIDES[index]]))
    return red, green, blue


def _draw_tag(picture: Picture, figure: Figure, box: Floats, font: cv2.FontFace, space: LabelSpace) -> None:
    """A person's number, counted from 1, on the upper left corner of the box."""
    coverage, ink = render_text(str(figure.person + 1), 1.1 * figure.text, font)
    size = np.array([max(ink[0] + 0.8 * figure.text, 1.5 * figure.text), 1.5 * figure.text])
    centre = np.clip(box[:2] + size * [0.5, -0.5], size / 2, np.maximum(space.size - size / 2, size / 2))
    space.take(centre, size)
    draw_panel(picture, centre, size, 0.3 * figure.text, _WHITE, 0.94)
    put_text(picture, centre, coverage, _INK)


def _angles(
    figure: Figure,
    picture: Picture,
    style: OverlayStyle,
    angles: Mapping[tuple[int, int], float],
    font: cv2.FontFace,
    space: LabelSpace,
) -> Iterator[_Label]:
    """The angles, each on the outside of its bend."""
    text = figure.text
    readable = _readable(figure, picture)
    for index in BENDS:
        if not readable[index] or (figure.person, index) not in angles:
            continue
        coverage, ink = render_text(number_text(angles[figure.person, index], 0, "°"), text, font)
        size = np.array([ink[0] + 0.6 * text, 1.3 * text])
        anchor, radius = figure.points[index], float(figure.radii[index])
        distances = text * np.array([0, 0.6, 1.3, 2.2])
        centre = space.place(anchor, _outside(figure, index), size, radius + 0.35 * text, distances)
        yield _Label(
            anchor=anchor,
            radius=radius,
            centre=centre,
            size=size,
            text=text,
            coverage=coverage,
            colour=_tint(style, index),
            panel=0.8 if figure.solid[index] else 0.55,
        )


def _face_numbers(
    figure: Figure, picture: Picture, style: OverlayStyle, font: cv2.FontFace, space: LabelSpace
) -> Iterator[_Label]:
    """The numbers of the face, in a ring around it when it is small."""
    readable = _readable(figure, picture)
    head = [index for index in _HEAD if readable[index]]
    if not head:
        return
    # Open towards the shoulders, whose own numbers are there.
    gap = _middle(figure, (11, 12)) - _middle(figure, _HEAD)
    ring = ring_around(figure.points[head], _number_size(figure), gap)
    for place, index in enumerate(head):
        yield _number(figure, index, style, font, space, None if ring is None else ring[place])


def _body_numbers(
    figure: Figure, picture: Picture, style: OverlayStyle, font: cv2.FontFace, space: LabelSpace
) -> Iterator[_Label]:
    """The numbers below the face, each beside its landmark."""
    for index in np.flatnonzero(_readable(figure, picture)).tolist():
        if index not in _HEAD:
            yield _number(figure, index, style, font, space, None)


def _number(
    figure: Figure, index: int, style: OverlayStyle, font: cv2.FontFace, space: LabelSpace, centre: Floats | None
) -> _Label:
    """A landmark's number at `centre`, or where there is room."""
    text = _number_size(figure)
    coverage, ink = render_text(str(index), text, font)
    size = ink + 0.25 * text
    anchor, radius = figure.points[index], float(figure.radii[index])
    if centre is None:
        distances = text * np.array([0, 0.5, 1.1, 1.8, 2.6, 3.5, 4.5])
        centre = space.place(anchor, _away(figure, index), size, radius + 0.15 * text, distances)
    else:
        space.take(centre, size)
    return _Label(
        anchor=anchor,
        radius=radius,
        centre=centre,
        size=size,
        text=text,
        coverage=coverage,
        colour=_tint(style, index),
    )


def _number_size(figure: Figure) -> float:
    return max(0.72 * figure.text, 9.0)


def _outside(figure: Figure, index: int) -> Floats:
    """Unit vector away from the inside of a bend; for a straight joint, across it and away from the body."""
    legs = figure.points[list(BENDS[index])] - figure.points[index]
    lengths = np.maximum(np.hypot(legs[:, 0], legs[:, 1]), 1e-9)
    units = legs / lengths[:, None]
    across = np.array([units[0, 1] - units[1, 1], units[1, 0] - units[0, 0]])
    body = _middle(figure, range(11, 33))
    across *= np.sign(across @ (figure.points[index] - body)) or 1.0
    return _unit(-units.sum(axis=0) + 0.3 * across)


def _away(figure: Figure, index: int) -> Floats:
    """Unit vector away from what surrounds a landmark: the face's middle, or the bones that meet in it."""
    if index in BODY_PARTS["head"]:
        return _unit(figure.points[index] - _middle(figure, _HEAD))
    meeting = [a + b - index for a, b in BONES if index in (a, b)]
    return _unit(figure.points[index] - _middle(figure, meeting))


def _middle(figure: Figure, indices: Sequence[int]) -> Floats:
    """Mean of the landmarks that are known, (2,)."""
    points = figure.points[list(indices)]
    points = points[~np.isnan(points[:, 0])]
    return np.asarray(points.mean(axis=0) if len(points) else np.zeros(2))


def _unit(vector: Floats) -> Floats:
    length = float(np.hypot(*vector))
    return vector / length if np.isfinite(length) and length > 1e-6 else np.array([1.0, 0.0])


def _draw_leader(picture: Picture, label: _Label) -> None:
    """A fine line from a point to a label that had to go further off."""
    step = label.centre - label.anchor
    length = max(float(np.hypot(*step)), 1e-9)
    own = float(reach_of_box(label.size, step / length))
    if length - own - label.radius > 0.8 * label.text:
        end = label.anchor + step * (1 - own / length)
        stroke = max(label.text / 20, 0.6)
        draw_bar(picture, label.anchor, end, stroke + 1.2, _INK)
        draw_bar(picture, label.anchor, end, stroke, label.colour)


def _draw_label(picture: Picture, label: _Label) -> None:
    if label.panel:
        draw_panel(picture, label.centre, label.size, 0.4 * label.text, _INK, label.panel)
    else:
        reach = max(round(label.text / 9), 1)
        halo = cv2.dilate(label.coverage, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * reach + 1, 2 * reach + 1)))
        put_text(picture, label.centre, np.asarray(cv2.GaussianBlur(halo, (0, 0), reach / 2), np.uint8), _INK)
    put_text(picture, label.centre, label.coverage, label.colour)


def render_text(text: str, size: float, font: cv2.FontFace) -> tuple[NDArray[np.uint8], Floats]:
    """Text on a canvas of its own, so that nothing is wrapped or lost at the picture's edge.

    Returns:
        The coverage, (h, w), 0 to 255, with the digits in the middle, and their width and height in pixels.
    """
    pixels = max(round(size), 6)
    _, _, width, _ = cv2.getTextSize((0, 0), text, (0, 0), font, pixels, _SEMIBOLD)
    digits = round(_DIGIT_HEIGHT * pixels)
    pad = pixels // 2
    canvas = np.zeros((digits + 2 * pad, width + 2 * pad, 3), np.uint8)
    cv2.putText(canvas, text, (pad, pad + digits), (255, 255, 255), font, pixels, _SEMIBOLD)
    return np.ascontiguousarray(canvas[..., 0]), np.array([width, digits], dtype=np.float64)


def put_text(picture: Picture, centre: Floats, coverage: NDArray[np.uint8], colour: Colour) -> None:
    """Paints rendered text around a point."""
    height, width = coverage.shape
    blend(picture, round(centre[0] - width / 2), round(centre[1] - height / 2), coverage, colour)
