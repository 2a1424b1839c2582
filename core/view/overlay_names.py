"""People's names over the picture: a tag above each head, with a dot in the person's colour."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from core.skeleton import BODY_PARTS, LANDMARK_INDEX
from core.view.overlay_figure import Figure
from core.view.overlay_labels import put_text, render_text
from core.view.overlay_shapes import Colour, Floats, Picture, draw_disc, draw_panel, rgb_of
from core.view.people import person_colour, short_name

_WHITE: Colour = (255, 255, 255)
_INK: Colour = (14, 18, 24)
_EYES = [LANDMARK_INDEX["left_eye"], LANDMARK_INDEX["right_eye"]]
_MOUTH = [LANDMARK_INDEX["mouth_left"], LANDMARK_INDEX["mouth_right"]]
_HEAD = list(BODY_PARTS["head"])
# OpenCV's own fonts: the second one knows Chinese and most other scripts.
_LATIN, _ANY_SCRIPT = "sans", "uni"


@dataclass(frozen=True, kw_only=True)
class NameTag:
    """A name that has its place.

    Attributes:
        name: what is written.
        centre, size: (2,), of the tag, in pixels.
        text: size of the text, in pixels.
        colour: the person's.
    """

    name: str
    centre: Floats
    size: Floats
    text: float
    colour: Colour

    @property
    def box(self) -> Floats:
        """(4,): left, top, right, bottom."""
        return np.concatenate([self.centre - self.size / 2, self.centre + self.size / 2])


def name_tags(
    picture: Picture,
    figures: Sequence[Figure],
    boxes: Mapping[int, Floats],
    names: Sequence[str],
    colours: Sequence[str] | None = None,
) -> list[NameTag]:
    """The tags of everyone who has a box, none on another one as far as there is room above it.

    Args:
        picture: (H, W, 3) uint8, where they are to be drawn.
        figures: who is drawn.
        boxes: left, top, right and bottom around each person.
        names, colours: of all people of the recording; colours as in `person_colour`.
    """
    tags: list[NameTag] = []
    bounds = np.array([picture.shape[1], picture.shape[0]], np.float64)
    for figure in figures:
        if figure.person not in boxes:
            continue
        box = boxes[figure.person]
        name = short_name(names[figure.person])
        text = figure.text
        _, _, width, _ = cv2.getTextSize((0, 0), name, (0, 0), _font(name), max(round(text), 6), 600)
        size = np.array([width + 2.2 * text, 1.6 * text])
        centre = _above_head(figure, box) - np.array([0, size[1] / 2])
        for other in sorted(tags, key=lambda tag: -float(tag.centre[1])):
            if (np.abs(centre - other.centre) < (size + other.size) / 2).all():
                centre[1] = other.centre[1] - (size[1] + other.size[1]) / 2 - 2
        centre = np.clip(centre, size / 2, np.maximum(bounds - size / 2, size / 2))
        colour = rgb_of(person_colour(figure.person, colours))
        tags.append(NameTag(name=name, centre=centre, size=size, text=text, colour=colour))
    return tags


def draw_name_tags(picture: Picture, tags: Sequence[NameTag]) -> None:
    """Draws them."""
    for tag in tags:
        draw_panel(picture, tag.centre, tag.size, 0.35 * tag.text, _INK, 0.82)
        dot = np.array([tag.centre[0] - tag.size[0] / 2 + 0.85 * tag.text, tag.centre[1]])
        draw_disc(picture, dot, 0.38 * tag.text, tag.colour, max(0.1 * tag.text, 1.0), _WHITE)
        coverage, _ = render_text(tag.name, tag.text, _font(tag.name))
        put_text(picture, tag.centre + np.array([0.6 * tag.text, 0]), coverage, _WHITE)


def _above_head(figure: Figure, box: Floats) -> Floats:
    """(2,), a point just above the crown; without a face, of the box."""
    head = figure.points[_HEAD]
    if not np.isfinite(head).all():
        return np.array([(box[0] + box[2]) / 2, box[1]])
    # The crown is about 1.6 times as far above the eyes as the mouth is below, and a third of that is hair and air.
    eyes, mouth = figure.points[_EYES].mean(axis=0), figure.points[_MOUTH].mean(axis=0)
    top = min(float(head[:, 1].min()), float((eyes + 2.2 * (eyes - mouth))[1]))
    return np.array([float(head[:, 0].mean()), top - 0.3 * figure.text])


def _font(name: str) -> cv2.FontFace:
    return cv2.FontFace(_LATIN if name.isascii() else _ANY_SCRIPT)
