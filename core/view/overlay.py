"""The skeleton over the picture: bones, points, boxes, a darkened background.

How large things are drawn is decided in overlay_figure.py, text is in overlay_labels.py, names in overlay_names.py.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from core.motion.unsure import drawn_people
from core.recording import Recording
from core.settings import OverlayStyle
from core.skeleton import (
    BONE_SIDES,
    BONES,
    CLASSIC_LINE_COLOUR,
    CLASSIC_POINT_COLOUR,
    LANDMARK_INDEX,
    SIDE_COLOURS,
    SIDES,
)
from core.view.overlay_figure import Figure, known_points, make_figure
from core.view.overlay_labels import draw_labels, draw_sectors
from core.view.overlay_names import draw_name_tags, name_tags
from core.view.overlay_shapes import (
    Colour,
    Floats,
    Picture,
    darker,
    draw_bar,
    draw_disc,
    draw_ring,
    rgb_of,
    visible_spans,
)

# Yellow is the brightest of the safe colours and neither side's, and a ring with a gap is a shape of its own.
ACCENT = rgb_of("#FFE83D")
_WHITE: Colour = (255, 255, 255)
_INK: Colour = (14, 18, 24)
_DIMMED = 0.35
_CASING_SHADE = 0.18
_BONES = np.array(BONES)
_EYES = [LANDMARK_INDEX["left_eye"], LANDMARK_INDEX["right_eye"]]
_MOUTH = [LANDMARK_INDEX["mouth_left"], LANDMARK_INDEX["mouth_right"]]


def draw_overlay(
    rgb: NDArray[np.uint8],
    recording: Recording,
    style: OverlayStyle,
    *,
    frame: int = 0,
    people: Sequence[int] | None = None,
    angle_labels: Mapping[tuple[int, int], float] | None = None,
    highlight: Collection[int] = (),
    colours: Sequence[str] | None = None,
) -> Picture:
    """A new picture with the people of one frame drawn over it.

    People and landmarks that are NaN are left out; landmarks outside the picture are drawn as far as their bones
    reach into it. People nearer to the camera, that is larger ones, lie on top.

    Args:
        rgb: (height, width, 3) uint8, as large as the recording says; it is not altered.
        people: the indices of the people to draw; None is everyone but unsure finds (`core.motion.unsure`).
        angle_labels: degrees for (person, landmark index), written when `style.angles`; NaN writes nothing.
        highlight: landmark indices to mark with a ring, also where the landmark itself is hidden.
        colours: the people's own, "#RRGGBB" each, beside their names; as in `person_colour`. They are written where the
            recording has names; without, boxes of several people carry their numbers, from 1.

    Returns:
        (height, width, 3) uint8.

    Raises:
        ValueError: the picture's shape is not the recording's.
    """
    expected = (recording.height, recording.width, 3)
    if rgb.shape != expected or rgb.dtype != np.uint8:
        raise ValueError(f"the picture must be uint8 of the shape {expected}, got {rgb.dtype} {rgb.shape}")
    if style.dim_background and recording.mask is not None:
        picture = _dimmed(rgb, recording.mask[frame])
    else:
        picture = np.array(rgb, order="C")
    drawn = drawn_people(recording, None, style.min_visibility) if people is None else people
    made = (make_figure(recording, frame, person, style) for person in drawn)
    figures = sorted((figure for figure in made if figure is not None), key=lambda figure: figure.height)
    angles = {key: value for key, value in (angle_labels or {}).items() if style.angles and np.isfinite(value)}
    for figure in figures:
        draw_sectors(picture, figure, angles)
        _draw_bones(picture, figure, style)
        _draw_points(picture, figure, style)
        _draw_highlight(picture, figure, highlight)
    boxes = _boxes(figures, recording, frame) if style.boxes or recording.names else {}
    if style.boxes:
        for figure in figures:
            if figure.person in boxes:
                _draw_brackets(picture, boxes[figure.person], figure)
    names = name_tags(picture, figures, boxes, recording.names, colours) if recording.names else []
    numbers = boxes if recording.people > 1 and not recording.names else {}
    draw_labels(picture, figures, style, angles=angles, tags=numbers, taken=[name.box for name in names])
    draw_name_tags(picture, names)
    return picture


def person_box(recording: Recording, frame: int, person: int) -> tuple[float, float, float, float] | None:
    """Left, top, right and bottom in pixels of a box around a person, clipped to the picture.

    It spans the landmarks inside the picture and, where the face is known, the crown of the head, with a margin of
    6 % of its longer side, at least 4 pixels.

    Returns:
        None when no landmark lies inside the picture.
    """
    points = known_points(recording, frame, person)
    size = np.array([recording.width, recording.height], dtype=np.float64)
    inside = points[((points >= 0) & (points <= size)).all(axis=-1)]
    if not len(inside):
        return None
    # No landmark lies above the eyes. The crown is about 1.6 times as far above them as the mouth is below.
    eyes, mouth = points[_EYES].mean(axis=0), points[_MOUTH].mean(axis=0)
    crown = np.clip(eyes + 1.6 * (eyes - mouth), 0, size)
    if ((eyes >= 0) & (eyes <= size) & ~np.isnan(mouth)).all():
        inside = np.concatenate([inside, crown[None]])
    low, high = inside.min(axis=0), inside.max(axis=0)
    margin = max(0.06 * float((high - low).max()), 4.0)
    left, top = np.clip(low - margin, 0, size).tolist()
    right, bottom = np.clip(high + margin, 0, size).tolist()
    return left, top, right, bottom


def _dimmed(rgb: NDArray[np.uint8], mask: NDArray[np.uint8]) -> Picture:
    """A copy that is dark outside the mask and unchanged inside, with an edge that fades outwards."""
    height, width = mask.shape
    # The soft edge needs no detail: it is made small and enlarged, which takes a tenth of the time at 12 megapixels.
    shrink = max(min(height, width) // 360, 1)
    small = cv2.resize(mask, (max(width // shrink, 1), max(height // shrink, 1)), interpolation=cv2.INTER_AREA)
    reach = max(min(small.shape) // 240, 1)
    grown = cv2.dilate(small, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * reach + 1, 2 * reach + 1)))
    soft = cv2.resize(cv2.GaussianBlur(grown, (0, 0), reach * 0.8), (width, height), interpolation=cv2.INTER_LINEAR)
    gain = np.rint(255 * (_DIMMED + (1 - _DIMMED) * np.arange(256) / 255)).astype(np.uint8)
    share = cv2.LUT(cv2.max(soft, mask), gain)
    return np.asarray(cv2.multiply(rgb, cv2.merge([share, share, share]), scale=1 / 255), dtype=np.uint8)


def _draw_bones(picture: Picture, figure: Figure, style: OverlayStyle) -> None:
    """Every bone with a dark casing, the farthest first, so that a crossing shows which one is in front."""
    starts, ends = figure.points[_BONES[:, 0]], figure.points[_BONES[:, 1]]
    shown = figure.shown[_BONES].all(axis=1)
    solid = figure.solid[_BONES].all(axis=1)
    order = np.argsort(-figure.depth[_BONES].mean(axis=1), kind="stable")
    height, width = picture.shape[:2]
    spans = visible_spans(starts, ends, width, height, margin=2 * figure.line + 4)
    for bone in order[shown[order]]:
        colour = rgb_of(CLASSIC_LINE_COLOUR if style.colours == "classic" else SIDE_COLOURS[BONE_SIDES[bone]])
        start, step = starts[bone], ends[bone] - starts[bone]
        length = float(np.hypot(*step))
        if length == 0:
            continue
        # A hollow point stays open: its bones end at the ring.
        gaps = [0.0 if figure.solid[index] else _ring_reach(figure, index) / length for index in BONES[bone]]
        first, last = max(spans[bone, 0], gaps[0]), min(spans[bone, 1], 1 - gaps[1])
        if first >= last:
            continue
        stroke = float(figure.strokes[bone])
        if solid[bone]:
            _draw_bone(picture, start + first * step, start + last * step, stroke, colour)
        else:
            for begin, end in _dashes(first, last, length, 5 * max(stroke, 1.5)):
                _draw_bone(picture, start + begin * step, start + end * step, 0.6 * stroke, colour)


def _draw_bone(picture: Picture, start: Floats, end: Floats, stroke: float, colour: Colour) -> None:
    draw_bar(picture, start, end, stroke + 2 * _casing(stroke), darker(colour, _CASING_SHADE))
    draw_bar(picture, start, end, stroke, colour)


def _dashes(first: float, last: float, length: float, period: float) -> list[tuple[float, float]]:
    """The dashes of a line between two fractions of it; they keep their place when the line is clipped.

    A dash takes two fifths of the period; its round ends add to that.
    """
    count = max(round(length / period), 1)
    begin, end = int(first * count), int(np.ceil(last * count))
    spans = [(max((i + 0.3) / count, first), min((i + 0.7) / count, last)) for i in range(begin, end)]
    return [(start, stop) for start, stop in spans if start < stop]


def _draw_points(picture: Picture, figure: Figure, style: OverlayStyle) -> None:
    reach = figure.radii + figure.line * 2 + 4
    size = np.array([picture.shape[1], picture.shape[0]])
    near = ((figure.points > -reach[:, None]) & (figure.points < size + reach[:, None])).all(axis=1)
    order = np.argsort(-figure.depth, kind="stable")
    classic = style.colours == "classic"
    for index in order[(near & figure.shown)[order]]:
        colour = rgb_of(CLASSIC_POINT_COLOUR if classic else SIDE_COLOURS[SIDES[index]])
        centre, radius = figure.points[index], float(figure.radii[index])
        rim = max(0.3 * radius, 0.7)
        if not figure.solid[index]:
            stroke = _ring_stroke(radius)
            draw_ring(
                picture, centre, _ring_radius(radius), stroke, colour, _casing(stroke), darker(colour, _CASING_SHADE)
            )
        elif classic:
            draw_disc(picture, centre, radius, colour, rim, _WHITE)
        else:
            draw_disc(picture, centre, radius, colour, rim, darker(colour, _CASING_SHADE))


def _draw_highlight(picture: Picture, figure: Figure, highlight: Collection[int]) -> None:
    stroke = max(0.7 * figure.line, 1.6)
    for index in highlight:
        centre = figure.points[index]
        if np.isfinite(centre).all():
            radius = max(2.2 * float(figure.radii[index]), 2.2 * figure.line, 4.0) + stroke
            draw_ring(picture, centre, radius, stroke, ACCENT, _casing(stroke), _INK)


def _boxes(figures: Sequence[Figure], recording: Recording, frame: int) -> dict[int, Floats]:
    """The box of everyone who has one, (4,), by person."""
    found = {figure.person: person_box(recording, frame, figure.person) for figure in figures}
    return {person: np.array(box) for person, box in found.items() if box is not None}


def _draw_brackets(picture: Picture, box: Floats, figure: Figure) -> None:
    """The four corners of a box: they frame a person without a line through the neighbours."""
    stroke = max(0.5 * figure.line, 1.2)
    arm = 0.16 * float(np.min(box[2:] - box[:2]))
    corners = [(x, y, 1 if x == box[0] else -1, 1 if y == box[1] else -1) for x in box[[0, 2]] for y in box[[1, 3]]]
    for colour, width in ((_INK, stroke + 2 * _casing(stroke)), (_WHITE, stroke)):
        for x, y, right, down in corners:
            draw_bar(picture, np.array([x, y]), np.array([x + right * arm, y]), width, colour)
            draw_bar(picture, np.array([x, y]), np.array([x, y + down * arm]), width, colour)


def _casing(stroke: float) -> float:
    """Width of the dark edge on either side of a stroke."""
    return max(0.3 * stroke, 0.7)


def _ring_stroke(radius: float) -> float:
    return max(0.45 * radius, 1.0)


def _ring_radius(radius: float) -> float:
    # Below this the ring would close.
    return max(radius, 2.4)


def _ring_reach(figure: Figure, index: int) -> float:
    radius = float(figure.radii[index])
    return _ring_radius(radius) + _ring_stroke(radius) / 2 + _casing(_ring_stroke(radius)) + 0.5 * figure.line
