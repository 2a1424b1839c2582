"""Anti-aliased shapes on a picture, placed to a fraction of a pixel: bones, points, rings, sectors, panels.

Long shapes are filled by OpenCV in fixed-point coordinates; small ones are stamped from their distance field, which
keeps a ring of two pixels round. Every picture is (H, W, 3) uint8 and is altered in place; positions are x, y in
pixels. Anything may lie outside the picture, however far.
"""

from __future__ import annotations

import math

import cv2
import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.uint8]
Floats = NDArray[np.float64]
Colour = tuple[int, int, int]
_Small = NDArray[np.float32]

_FRACTION_BITS = 4
# How much wider than asked OpenCV 5 fills an anti-aliased polygon, in pixels, measured over widths and directions.
_FILL_EXCESS = 1.35
# Half a unit circle, (9, 2), from the right of a bar's direction round its tip to the left.
_CAP = np.stack([np.cos(np.linspace(-np.pi / 2, np.pi / 2, 9)), np.sin(np.linspace(-np.pi / 2, np.pi / 2, 9))], axis=-1)


def rgb_of(code: str) -> Colour:
    """Red, green and blue, 0 to 255, of "#RRGGBB"."""
    return int(code[1:3], 16), int(code[3:5], 16), int(code[5:7], 16)


def darker(colour: Colour, share: float) -> Colour:
    """The same hue with `share` of its brightness."""
    red, green, blue = (round(part * share) for part in colour)
    return red, green, blue


def visible_spans(starts: Floats, ends: Floats, width: int, height: int, margin: float) -> Floats:
    """Which part of each line lies in the picture.

    Args:
        starts, ends: (N, 2).
        margin: how far outside of the picture still counts, in pixels.

    Returns:
        (N, 2), the fractions of each line where that part begins and ends; begin > end where there is none.
    """
    low, high = np.full(2, -margin), np.array([width, height]) + margin
    step = ends - starts
    inside = (starts >= low) & (starts <= high)
    with np.errstate(divide="ignore", invalid="ignore"):
        to_low, to_high = (low - starts) / step, (high - starts) / step
    # A line along an axis never crosses the other pair of edges: it is between them everywhere or nowhere.
    enter = np.where(step == 0, 0.0, np.minimum(to_low, to_high))
    leave = np.where(step == 0, np.where(inside, 1.0, -1.0), np.maximum(to_low, to_high))
    return np.stack([np.maximum(enter.max(-1), 0.0), np.minimum(leave.min(-1), 1.0)], axis=-1)


def draw_bar(picture: Picture, start: Floats, end: Floats, width: float, colour: Colour) -> None:
    """A straight bar with round ends. `start` and `end` must lie in or near the picture (`visible_spans`)."""
    step = end - start
    length = math.hypot(step[0], step[1])
    ahead = step / length if length else np.array([1.0, 0.0])
    radius = max(width - _FILL_EXCESS, 0.2) / 2
    half = radius * (_CAP @ np.array([ahead, [-ahead[1], ahead[0]]]))
    outline = np.concatenate([end + half, start - half])
    # The centre of the first pixel is 0, 0 for OpenCV and ½, ½ for a landmark.
    fixed = np.round((outline - 0.5) * 2**_FRACTION_BITS).astype(np.int32)
    cv2.fillConvexPoly(picture, fixed, colour, cv2.LINE_AA, _FRACTION_BITS)


def draw_disc(picture: Picture, centre: Floats, radius: float, colour: Colour, rim: float, rim_colour: Colour) -> None:
    """A filled disc of `radius` with a rim of `rim` pixels around it."""
    patch = _Patch.around(picture, centre, radius + rim)
    if patch is not None:
        patch.paint(_coverage(radius + rim - patch.distance), rim_colour)
        patch.paint(_coverage(radius - patch.distance), colour)
        patch.put_back()


def draw_ring(
    picture: Picture, centre: Floats, radius: float, width: float, colour: Colour, rim: float, rim_colour: Colour
) -> None:
    """A ring whose stroke, `width` pixels wide, runs at `radius`, with a rim on either side; its inside stays."""
    patch = _Patch.around(picture, centre, radius + width / 2 + rim)
    if patch is not None:
        off_stroke = np.abs(patch.distance - radius)
        patch.paint(_coverage(width / 2 + rim - off_stroke), rim_colour)
        patch.paint(_coverage(width / 2 - off_stroke), colour)
        patch.put_back()


def draw_sector(
    picture: Picture, centre: Floats, radius: float, towards: tuple[Floats, Floats], colour: Colour, strength: float
) -> None:
    """The sector between two directions, the short way round: a thin veil with a firm arc as its edge.

    Args:
        towards: two unit vectors, each (2,).
        strength: 0 to 1, 0 is invisible.
    """
    stroke = max(1.2, radius / 16)
    patch = _Patch.around(picture, centre, radius + stroke)
    if patch is None:
        return
    (x1, y1), (x2, y2) = towards[0].tolist(), towards[1].tolist()
    turn = math.copysign(1.0, x1 * y2 - y1 * x2)
    # Signed distances to the two legs: positive on the side where the sector lies.
    after_first = turn * (x1 * patch.y - y1 * patch.x)
    before_second = -turn * (x2 * patch.y - y2 * patch.x)
    between = _coverage(np.minimum(after_first, before_second))
    patch.paint(between * _coverage(radius - patch.distance) * 0.22 * strength, colour)
    patch.paint(between * _coverage(stroke / 2 - np.abs(patch.distance - radius)) * 0.9 * strength, colour)
    patch.put_back()


def draw_panel(picture: Picture, centre: Floats, size: Floats, corner: float, colour: Colour, opacity: float) -> None:
    """A rectangle of `size` (width, height) with round corners."""
    patch = _Patch.around(picture, centre, float(size[0]) / 2, float(size[1]) / 2)
    if patch is not None:
        over_x = np.maximum(np.abs(patch.x) - float(size[0]) / 2 + corner, 0.0)
        over_y = np.maximum(np.abs(patch.y) - float(size[1]) / 2 + corner, 0.0)
        patch.paint(_coverage(corner - np.sqrt(over_x * over_x + over_y * over_y)) * opacity, colour)
        patch.put_back()


def blend(picture: Picture, left: int, top: int, coverage: NDArray[np.uint8], colour: Colour) -> None:
    """Paints `colour` through `coverage`, (h, w), 0 to 255, whose first pixel lies at `left`, `top`."""
    height, width = picture.shape[:2]
    x0, y0 = max(left, 0), max(top, 0)
    x1, y1 = min(left + coverage.shape[1], width), min(top + coverage.shape[0], height)
    if x0 < x1 and y0 < y1:
        share = coverage[y0 - top : y1 - top, x0 - left : x1 - left, None].astype(np.float32) / 255
        area = picture[y0:y1, x0:x1]
        area[:] = (area + share * (np.array(colour, np.float32) - area) + 0.5).astype(np.uint8)


def _coverage(depth: _Small) -> _Small:
    """How much of a pixel is covered whose centre lies `depth` pixels inside the edge."""
    covered: _Small = np.minimum(np.maximum(depth + 0.5, 0.0), 1.0)
    return covered


class _Patch:
    """The part of a picture around a point, with each pixel's offset from that point."""

    def __init__(self, target: Picture, x: _Small, y: _Small) -> None:
        self.target, self.x, self.y = target, x, y
        self.distance: _Small = np.sqrt(x * x + y * y)
        self.pixels = target.astype(np.float32)

    @classmethod
    def around(cls, picture: Picture, centre: Floats, reach: float, reach_down: float | None = None) -> _Patch | None:
        """None when nothing within `reach` of `centre` (and `reach_down` of it vertically) lies in the picture."""
        height, width = picture.shape[:2]
        across, down = float(centre[0]), float(centre[1])
        tall = reach if reach_down is None else reach_down
        left, right = max(math.floor(across - reach - 1), 0), min(math.ceil(across + reach + 1), width)
        top, bottom = max(math.floor(down - tall - 1), 0), min(math.ceil(down + tall + 1), height)
        if left >= right or top >= bottom:
            return None
        x: _Small = np.arange(right - left, dtype=np.float32)[None, :] + np.float32(left + 0.5 - across)
        y: _Small = np.arange(bottom - top, dtype=np.float32)[:, None] + np.float32(top + 0.5 - down)
        return cls(picture[top:bottom, left:right], x, y)

    def paint(self, share: _Small, colour: Colour) -> None:
        """Mixes `share`, 0 to 1 for each pixel, of `colour` in."""
        self.pixels += share[..., None] * (np.array(colour, np.float32) - self.pixels)

    def put_back(self) -> None:
        """Writes the painted pixels into the picture."""
        self.target[:] = (self.pixels + 0.5).astype(np.uint8)
