"""Square parts of a picture in which the landmarker looks for one person, and the way back from there.

Every crop of the same person is another look: larger or smaller, in a mirror, turned, with everybody else blacked out.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from core.detection.landmarker import Detection
from core.skeleton import MIRRORED

# The landmark network looks at 256 x 256 pixels in the middle of the crop; many more than that add only work.
SMALLEST_PX, LARGEST_PX = 256, 384
# MediaPipe can give a mask only for such a width.
MULTIPLE_PX = 4
# How far around a box a person alone is shown, in longer sides of the box: a hand or a foot may reach out of it.
MARGIN = 0.08
# A crop whose edges are so close to the pixels' begins and ends with them.
SNAPPED_PX = 1e-3
Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Crop:
    """One look at a part of the picture.

    Attributes:
        centre: x, y in pixels of the picture.
        side: its width and height in those pixels.
        turn_deg: by how much what is seen is turned clockwise.
        mirrored: left and right exchanged, after turning.
        alone: only what is in this box (left, top, right, bottom) is shown, the rest is black; None shows everything.
        fixed_px: exactly how wide and high it is shown; None if that depends on its side.
    """

    centre: tuple[float, float]
    side: float
    turn_deg: float = 0.0
    mirrored: bool = False
    alone: Box | None = None
    fixed_px: int | None = None

    @property
    def shown_px(self) -> int:
        """How wide and high the crop is shown."""
        if self.fixed_px is not None:
            return self.fixed_px
        return MULTIPLE_PX * round(min(max(self.side, SMALLEST_PX), LARGEST_PX) / MULTIPLE_PX)

    def scaled(self, scale: float) -> Crop:
        """The same look at the picture in another size; it shows as many pixels."""
        x, y = self.centre
        return replace(
            self,
            centre=(scale * x, scale * y),
            side=scale * self.side,
            alone=None if self.alone is None else scaled_box(self.alone, scale),
            fixed_px=self.shown_px,
        )

    @property
    def turning(self) -> NDArray[np.float64]:
        """(2, 2) the turn and the mirror, without the scale."""
        cosine, sine = np.cos(np.radians(self.turn_deg)), np.sin(np.radians(self.turn_deg))
        mirror = np.diag([-1.0, 1.0]) if self.mirrored else np.eye(2)
        return np.asarray(mirror @ np.array([[cosine, -sine], [sine, cosine]]), np.float64)

    @property
    def matrix(self) -> NDArray[np.float64]:
        """(3, 3) from points of the picture to points of the crop; a pixel's middle is at one half."""
        matrix = np.eye(3)
        matrix[:2, :2] = self.turning * (self.shown_px / self.side)
        matrix[:2, 2] = self.shown_px / 2 - matrix[:2, :2] @ np.array(self.centre)
        return matrix

    @property
    def _inverse(self) -> NDArray[np.float64]:
        return np.linalg.inv(self.matrix).astype(np.float64)

    def of(self, rgb: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """The crop of a picture (H, W, 3), (`shown_px`, `shown_px`, 3); black where there is none."""
        left, top, right, bottom = self._cut(rgb.shape[1], rgb.shape[0])
        shape = (self.shown_px, self.shown_px, 3)
        if right <= left or bottom <= top:
            return np.zeros(shape, np.uint8)
        part = rgb[top:bottom, left:right]
        # Averaged where it gets smaller, so that nothing is lost between the pixels.
        scale = min(1.0, self.shown_px / self.side)
        width, height = (max(1, round(scale * length)) for length in (right - left, bottom - top))
        part = np.asarray(cv2.resize(part, (width, height), interpolation=cv2.INTER_AREA), np.uint8)
        to_picture = np.array([[(right - left) / width, 0, left], [0, (bottom - top) / height, top], [0, 0, 1]])
        shown = _warped(part, self.matrix @ to_picture, (self.shown_px, self.shown_px))
        return np.asarray(shown, np.uint8).reshape(shape)

    def sampled(self, rgb: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """As `of`, without averaging: quicker, and as good where the crop is at most twice as large as it is shown."""
        if self.alone is not None or self.mirrored or self.turn_deg:
            return self.of(rgb)
        left, top = (at - self.side / 2 for at in self.centre)
        corner, size = (round(left), round(top)), round(self.side)
        if max(abs(left - corner[0]), abs(top - corner[1]), abs(self.side - size)) > SNAPPED_PX:
            return np.asarray(_warped(rgb, self.matrix, (self.shown_px, self.shown_px)), np.uint8)
        cut = _cut_out(rgb, corner[0], corner[1], size)
        if size == self.shown_px:
            return cut
        return np.asarray(cv2.resize(cut, (self.shown_px, self.shown_px), interpolation=cv2.INTER_LINEAR), np.uint8)

    def points_in(self, points: NDArray[np.float32]) -> NDArray[np.float32]:
        """Points (..., 3) of the picture, x, y, z in its pixels, as they lie in the crop."""
        return _moved(points, self.matrix)

    def points_back(self, points: NDArray[np.float32]) -> NDArray[np.float32]:
        """Points (..., 3) of the crop, x, y, z in its pixels, as they lie in the picture."""
        return _moved(points, self._inverse)

    def moved_back(self, found: Detection) -> Detection:
        """What was found in the crop, as it lies in the picture; without its mask."""
        order = list(MIRRORED) if self.mirrored else slice(None)  # what is left in a mirror is the person's right
        world = found.world.copy()
        world[..., :2] = world[..., :2] @ self.turning  # its inverse is its transpose; rows times it are that
        return replace(
            found,
            image=self.points_back(found.image)[:, order],
            world=world[:, order],
            visibility=found.visibility[:, order],
            presence=found.presence[:, order],
            mask=None,
        )

    def mask_back(self, mask: NDArray[np.uint8], width: int, height: int) -> NDArray[np.uint8]:
        """A mask of the crop (`shown_px`, `shown_px`) as it lies in a picture of that size; 0 outside the crop."""
        moved = _warped(mask, self._inverse, (width, height))
        return np.where(moved > 127, 255, 0).astype(np.uint8)

    def _cut(self, width: int, height: int) -> tuple[int, int, int, int]:
        """Left, top, right, bottom of what the crop can show of a picture of that size, in whole pixels."""
        reach = self.side / 2 * float(np.abs(self.turning[0]).sum()) + 1
        x, y = self.centre
        alone = self.alone or (0, 0, width, height)
        left, top = (max(0, int(np.floor(max(low, at - reach)))) for low, at in zip(alone[:2], (x, y), strict=True))
        right, bottom = (int(np.ceil(min(high, at + reach))) for high, at in zip(alone[2:], (x, y), strict=True))
        return left, top, min(right, width), min(bottom, height)


def scaled_box(box: Box, scale: float) -> Box:
    """The box in a picture so many times as large."""
    left, top, right, bottom = box
    return scale * left, scale * top, scale * right, scale * bottom


def crop_of(box: Box, scale: float, turn_deg: float = 0.0, mirrored: bool = False, alone: bool = False) -> Crop:
    """A look at what is in a box (left, top, right, bottom).

    Args:
        box: in pixels of the picture.
        scale: the crop's side, in longer sides of the box.
        turn_deg, mirrored: as in `Crop`.
        alone: black out what is farther than `MARGIN` from the box.
    """
    left, top, right, bottom = box
    longer = max(right - left, bottom - top)
    border = MARGIN * longer
    shown = (left - border, top - border, right + border, bottom + border) if alone else None
    return Crop(((left + right) / 2, (top + bottom) / 2), max(1.0, scale * longer), turn_deg, mirrored, shown)


def _cut_out(rgb: NDArray[np.uint8], left: int, top: int, size: int) -> NDArray[np.uint8]:
    """A square of whole pixels, black where there is no picture."""
    height, width = rgb.shape[:2]
    x, y = slice(max(0, left), min(width, left + size)), slice(max(0, top), min(height, top + size))
    if x.stop - x.start == size and y.stop - y.start == size:
        return np.ascontiguousarray(rgb[y, x])
    cut = np.zeros((size, size, 3), np.uint8)
    if x.stop > x.start and y.stop > y.start:
        cut[y.start - top : y.stop - top, x.start - left : x.stop - left] = rgb[y, x]
    return cut


def _moved(points: NDArray[np.float32], matrix: NDArray[np.float64]) -> NDArray[np.float32]:
    moved = np.empty(points.shape, np.float64)
    moved[..., :2] = points[..., :2] @ matrix[:2, :2].T + matrix[:2, 2]
    moved[..., 2] = points[..., 2] * np.sqrt(abs(np.linalg.det(matrix[:2, :2])))
    return moved.astype(np.float32)


def _warped(picture: NDArray[np.uint8], matrix: NDArray[np.float64], size: tuple[int, int]) -> NDArray[np.uint8]:
    """A picture moved by a matrix in which a pixel's middle is at one half; OpenCV has it at nought."""
    middle = np.array([[1, 0, 0.5], [0, 1, 0.5], [0, 0, 1]])
    exact = (np.linalg.inv(middle) @ matrix @ middle)[:2]
    return np.asarray(cv2.warpAffine(picture, exact, size, flags=cv2.INTER_LINEAR), np.uint8)
