"""One person of one frame made ready to draw: which landmarks show, and how large everything on them is.

Two things decide the size. The picture sets the size that reads well when the whole picture is looked at: it grows
with the square root of its area, so that the same photo at twice the resolution gets the same overlay. The person
sets an upper limit: a line may be no wider than about a third of a forearm, so that somebody small in a group photo
stays visible beneath the skeleton. The person's size is the length of the chain shoulder, hip, knee, ankle, which
changes little when somebody squats, sits or raises the arms, so that lines do not pulse through a video.
Text follows the same two, but its lower limit is what can be read when the whole picture is looked at.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.recording import Recording
from core.settings import OverlayStyle
from core.skeleton import BODY_PARTS, BONES, LANDMARK_INDEX, LANDMARKS
from core.view.overlay_shapes import Floats

# Shares of the square root of the picture's area, and of the person's chain length.
_LINE_OF_PICTURE, _LINE_OF_PERSON, _SMALLEST_LINE = 1 / 215, 1 / 75, 1.2
_TEXT_OF_PICTURE, _TEXT_OF_PERSON, _SMALLEST_TEXT_OF_PICTURE, _SMALLEST_TEXT = 1 / 42, 1 / 16, 1 / 90, 10.0
_RADIUS_OF_LINE = 1.35
# Eye landmarks lie about a tenth of the face's diagonal apart; larger points would run into each other.
_RADIUS_OF_FACE = 1 / 34

_CHAINS = np.array(
    [[LANDMARK_INDEX[f"{side}_{name}"] for name in ("shoulder", "hip", "knee", "ankle")] for side in ("left", "right")]
)
_HEAD = list(BODY_PARTS["head"])
_BONES = np.array(BONES)
_HEAD_BONES = np.isin(_BONES, _HEAD).all(axis=1)


def _fineness() -> Floats:
    """(33,), a landmark's size relative to the large joints: face, hands and feet are drawn finer."""
    sizes = np.ones(len(LANDMARKS))
    for part, size in (("head", 0.5), ("hands", 0.65), ("feet", 0.75)):
        sizes[list(BODY_PARTS[part])] = size
    return sizes


_FINENESS = _fineness()


@dataclass(frozen=True, kw_only=True)
class Figure:
    """A person to be drawn.

    Attributes:
        person: the index in the recording.
        points: (33, 2) float64, x and y in pixels; only where `shown` are they to be used.
        depth: (33,) float64, larger is farther from the camera; 0 where unknown.
        shown: (33,) bool, the landmark is drawn at all.
        solid: (33,) bool, it is drawn filled; otherwise hollow.
        height: the person's size, in pixels.
        line: width of a bone between large joints, in pixels.
        strokes: (35,) float64, width of each bone, in pixels.
        text: size of text, in pixels.
        radii: (33,) float64, of the points, in pixels.
    """

    person: int
    points: Floats
    depth: Floats
    shown: NDArray[np.bool_]
    solid: NDArray[np.bool_]
    height: float
    line: float
    strokes: Floats
    text: float
    radii: Floats


def make_figure(recording: Recording, frame: int, person: int, style: OverlayStyle) -> Figure | None:
    """None when the person has no landmark in this frame.

    A landmark without a position is not shown; one without a visibility counts as visible.
    """
    points = known_points(recording, frame, person)
    depth = np.nan_to_num(recording.image[frame, person, :, 2].astype(np.float64), posinf=0.0, neginf=0.0)
    found = ~np.isnan(points[:, 0])
    if not found.any():
        return None
    solid = ~(recording.visibility[frame, person] < style.min_visibility)
    shown = np.asarray(found & solid if style.low_visibility == "hidden" else found)
    picture_size = math.sqrt(recording.width * recording.height)
    height = person_height(points)
    line = _line_width(picture_size, height) * style.line_scale
    radii = _radii(points, line, style.line_scale)
    return Figure(
        person=person,
        points=points,
        depth=depth,
        shown=shown,
        solid=solid,
        height=height,
        line=line,
        strokes=_strokes(line, radii),
        text=_text_size(picture_size, height),
        radii=radii,
    )


def known_points(recording: Recording, frame: int, person: int) -> Floats:
    """(33, 2) float64, x and y in pixels; both NaN where either is not finite."""
    points: Floats = recording.image[frame, person, :, :2].astype(np.float64)
    points[~np.isfinite(points).all(axis=-1)] = np.nan
    return points


def person_height(points: Floats) -> float:
    """The person's size: the longer chain shoulder, hip, knee, ankle, in pixels.

    Where neither chain is complete it is the longer side of what there is; 0 where that is a single point.

    Args:
        points: (33, 2), NaN where a landmark is missing; at least one is not.
    """
    steps = np.diff(points[_CHAINS], axis=1)
    lengths = np.hypot(steps[..., 0], steps[..., 1]).sum(axis=-1)
    complete = lengths[~np.isnan(lengths)]
    return float(complete.max() if len(complete) else np.ptp(points[~np.isnan(points[:, 0])], axis=0).max())


def _line_width(picture_size: float, height: float) -> float:
    wanted = picture_size * _LINE_OF_PICTURE
    return max(min(wanted, height * _LINE_OF_PERSON) if height else wanted, _SMALLEST_LINE)


def _text_size(picture_size: float, height: float) -> float:
    smallest = max(picture_size * _SMALLEST_TEXT_OF_PICTURE, _SMALLEST_TEXT)
    wanted = picture_size * _TEXT_OF_PICTURE
    return max(min(wanted, height * _TEXT_OF_PERSON) if height else wanted, smallest)


def _radii(points: Floats, line: float, line_scale: float) -> Floats:
    radii: Floats = line * _RADIUS_OF_LINE * _FINENESS
    face = points[_HEAD][~np.isnan(points[_HEAD, 0])]
    if len(face) > 1:
        diagonal = float(np.hypot(*np.ptp(face, axis=0)))
        limit = max(diagonal * _RADIUS_OF_FACE * line_scale, 1.0)
        radii[_HEAD] = np.minimum(radii[_HEAD], limit)
    return radii


def _strokes(line: float, radii: Floats) -> Floats:
    strokes: Floats = line * _FINENESS[_BONES].min(axis=1)
    # The face's lines shrink with its points.
    strokes[_HEAD_BONES] = np.minimum(strokes[_HEAD_BONES], radii[_HEAD].max())
    return strokes
