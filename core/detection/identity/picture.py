"""One frame of a clip as the tracker looks at it: a square around each person, and all of it, small, for searches."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from core.detection.crops import Box, Crop
from core.media.contrast import enhance_contrast
from core.media.frames import Frame
from core.settings import Settings

# The longer side of the whole picture when it is looked at, at most. The finder sees 320 pixels of it, and who is found
# is looked at again in more detail.
WORKING_PX = 1280
# What the landmark network sees of a person, who fills half of a crop: with more than twice as much nothing is gained.
DETAIL_PX = 256
# How large a crop is shown at most where it cannot be halved.
SHOWN_PX = 768
# The picture around a box, in its longer sides: the looks at somebody in it show up to twice as much as the box.
AROUND_A_BOX = 3.0
# Pictures up to this size are kept as they are, larger ones in working size.
KEPT_PX = 2_100_000


@dataclass(frozen=True)
class Picture:
    """A frame of the clip. What is not looked at is never converted.

    Attributes:
        frame: its place among the wanted frames.
        time_s: seconds from the clip's first frame.
        size: of the clip's picture, in its own pixels: width and height.
        source: the frame itself; None once only the working size is kept.
        enhance: whether the detector sees the picture with its local contrast enhanced.
    """

    frame: int
    time_s: float
    size: tuple[int, int]
    source: Frame | None
    enhance: bool = False

    @classmethod
    def of(cls, frame: int, source: Frame, settings: Settings) -> Picture:
        """The picture of a clip's frame, at that place among the wanted ones."""
        size = source.width, source.height
        return cls(frame, source.time_s, size, source, settings.enhance_contrast)

    @classmethod
    def of_pixels(
        cls, frame: int, time_s: float, rgb: NDArray[np.uint8], size: tuple[int, int] | None = None
    ) -> Picture:
        """A picture that is there in working size (h, w, 3) only; the clip's size is the same if None."""
        size = size or (rgb.shape[1], rgb.shape[0])
        picture = cls(frame, time_s, size, None)
        picture.__dict__.update(rgb=rgb, scale=max(rgb.shape[:2]) / max(size))
        return picture

    @cached_property
    def rgb(self) -> NDArray[np.uint8]:
        """(h, w, 3) uint8, as the detector is shown it, in working size."""
        assert self.source is not None  # or it would have been there from the beginning
        rgb = self.source.halved(self._halvings) if self._has_squares else self.source.scaled(WORKING_PX)
        return enhance_contrast(rgb) if self.enhance else rgb

    @cached_property
    def scale(self) -> float:
        """How many pixels of `rgb` go into one of the clip's, at most 1."""
        if self._has_squares:
            return float(2.0**-self._halvings)
        return min(1.0, WORKING_PX / max(self.size))

    @property
    def kept_bytes(self) -> int:
        """How much memory it takes to keep it."""
        width, height = self.size
        return width * height * 3 // 2 if self.source is not None else self.rgb.nbytes

    def kept(self) -> Picture:
        """The same for keeping many: of large pictures the working size only."""
        width, height = self.size
        if self.source is None or (self._has_squares and width * height <= KEPT_PX):
            return self
        return Picture.of_pixels(self.frame, self.time_s, self.rgb, self.size)

    def snapped(self, crop: Crop) -> Crop:
        """The crop of a person as it is best shown: as large as it is in the smallest size that has enough detail.

        It is moved by less than a pixel or two to where it begins and ends between pixels: then it is only cut out.
        """
        if self._has_squares:
            halvings = _halvings(crop.side / (2 * DETAIL_PX))
            left, top, side = _snapped(crop.centre, crop.side, halvings)
            return replace(crop, centre=(left + side / 2, top + side / 2), side=float(side), fixed_px=side >> halvings)
        scale = 1.0 if self._needs_native(crop) else self.scale
        size = max(1, round(scale * crop.side))
        left, top = (round(scale * at - size / 2) for at in crop.centre)
        centre = (left + size / 2) / scale, (top + size / 2) / scale
        return replace(crop, centre=centre, side=size / scale, fixed_px=min(size, SHOWN_PX))

    def shown(self, crop: Crop) -> NDArray[np.uint8]:
        """What a snapped crop (in the clip's pixels) shows."""
        if self._has_squares:
            left, top = (round(at - crop.side / 2) for at in crop.centre)
            square = self._square(left, top, round(crop.side), round(np.log2(crop.side / crop.shown_px)))
            return square if crop.alone is None else _only(square, crop)
        if self._needs_native(crop):
            return crop.sampled(self._native)
        return crop.scaled(self.scale).sampled(self.rgb)

    def around(self, body: NDArray[np.float32]) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
        """The picture around a body (33, 3) in the clip's pixels, and the body as it lies in it."""
        low, high = body[:, :2].min(axis=0), body[:, :2].max(axis=0)
        x, y = (low + high) / 2
        crop = self.snapped(Crop((float(x), float(y)), max(float((high - low).max()), 2 * DETAIL_PX)))
        return self.shown(crop), crop.points_in(body)

    def around_box(self, box: Box) -> tuple[NDArray[np.uint8], float, tuple[float, float]]:
        """The picture around a box (left, top, right, bottom; in the clip's pixels), as finely as it is worth it.

        Returns:
            It, how many of its pixels go into one of the clip's, and where its corner lies in those.
        """
        longer = max(box[2] - box[0], box[3] - box[1])
        if self._has_squares:
            middle = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
            halvings = _halvings(longer / DETAIL_PX)
            left, top, side = _snapped(middle, AROUND_A_BOX * longer, halvings)
            return self._square(left, top, side, halvings), 2.0**-halvings, (left, top)
        if self.source is None or self.scale == 1 or self.scale * longer >= DETAIL_PX:
            return self.rgb, self.scale, (0.0, 0.0)
        return self._native, 1.0, (0.0, 0.0)

    def _square(self, left: int, top: int, side: int, halvings: int) -> NDArray[np.uint8]:
        assert self.source is not None
        return self.source.square((left, top), side, halvings)

    def _needs_native(self, crop: Crop) -> bool:
        """Whether the working size shows too little of a person who fills half of the crop."""
        return self.source is not None and self.scale < 1 and self.scale * crop.side < 2 * DETAIL_PX

    @cached_property
    def _has_squares(self) -> bool:
        return self.source is not None and not self.enhance and self.source.has_squares

    @property
    def _halvings(self) -> int:
        """How many times it is halved to working size."""
        return max(0, int(np.ceil(np.log2(max(self.size) / WORKING_PX))))

    @cached_property
    def _native(self) -> NDArray[np.uint8]:
        assert self.source is not None
        return enhance_contrast(self.source.rgb) if self.enhance else self.source.rgb


def _halvings(times: float) -> int:
    """How often what is so many times as large as it need be can be halved."""
    return max(0, int(np.log2(max(1.0, times))))


def _snapped(middle: tuple[float, float], side: float, halvings: int) -> tuple[int, int, int]:
    """Left, top and side of a square about so large, as `Frame.square` wants them."""
    unit = 2 ** (halvings + 1)
    whole = unit * max(1, round(side / unit))
    left, top = (unit * round((at - whole / 2) / unit) for at in middle)
    return left, top, whole


def _only(square: NDArray[np.uint8], crop: Crop) -> NDArray[np.uint8]:
    """What a crop shows, black outside of the box that it shows alone."""
    assert crop.alone is not None
    corners = np.array([[*crop.alone[:2], 0], [*crop.alone[2:], 0]], np.float32)
    (left, top, _), (right, bottom, _) = crop.points_in(corners)
    alone = np.zeros_like(square)
    rows, columns = (slice(max(0, int(low)), max(0, int(high) + 1)) for low, high in ((top, bottom), (left, right)))
    alone[rows, columns] = square[rows, columns]
    return alone
