"""One frame of a clip as the tracker looks at it: small mostly, in its own size where somebody is small."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import cv2
import numpy as np
from numpy.typing import NDArray

from core.detection.crops import Crop
from core.media.contrast import enhance_contrast
from core.media.frames import Frame
from core.settings import Settings

# The longer side of what is looked at. The landmark network sees 256 pixels of a person, so more is only needed where a
# person is smaller than a fifth of the picture; a 4K frame would take four times as long at each step.
WORKING_PX = 1280
# What the landmark network sees of a person, and how large a crop of one, who fills half of it, is shown at most.
DETAIL_PX, SHOWN_PX = 256, 768


@dataclass(frozen=True)
class Picture:
    """A frame of the clip.

    Attributes:
        frame: its place among the wanted frames.
        time_s: seconds from the clip's first frame.
        rgb: (h, w, 3) uint8, as the detector is shown it, in working size.
        scale: how many of its pixels go into one of the clip's, at most 1.
        source: the frame itself; None once only the working size is kept.
        enhance: whether the detector sees the picture with its local contrast enhanced.
    """

    frame: int
    time_s: float
    rgb: NDArray[np.uint8]
    scale: float
    source: Frame | None = None
    enhance: bool = False

    @classmethod
    def of(cls, frame: int, source: Frame, settings: Settings) -> Picture:
        """The picture of a clip's frame, at that place among the wanted ones."""
        rgb = source.scaled(WORKING_PX)
        scale = max(rgb.shape[:2]) / max(source.width, source.height)
        seen = enhance_contrast(rgb) if settings.enhance_contrast else rgb
        return cls(frame, source.time_s, seen, scale, source if scale < 1 else None, settings.enhance_contrast)

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the clip's picture, in its own pixels."""
        if self.source is not None:
            return self.source.width, self.source.height
        height, width = self.rgb.shape[:2]
        return round(width / self.scale), round(height / self.scale)

    def shrunk(self) -> Picture:
        """The same with the working size only: for keeping many."""
        return replace(self, source=None)

    def snapped(self, crop: Crop) -> Crop:
        """The crop of a person as it is best shown: as large as it is in the smallest size that has enough detail.

        It is moved by less than a pixel to where it begins and ends between pixels: then it is only cut out.
        """
        scale = 1.0 if self._needs_native(crop) else self.scale
        size = max(1, round(scale * crop.side))
        left, top = (round(scale * at - size / 2) for at in crop.centre)
        centre = (left + size / 2) / scale, (top + size / 2) / scale
        return replace(crop, centre=centre, side=size / scale, fixed_px=min(size, SHOWN_PX))

    def shown(self, crop: Crop) -> NDArray[np.uint8]:
        """What a crop (in the clip's pixels) shows."""
        if self._needs_native(crop):
            return crop.sampled(self._native)
        if self.scale * crop.side >= 2 * crop.shown_px:
            return crop.scaled(self.scale / 2).sampled(self._half)
        return crop.scaled(self.scale).sampled(self.rgb)

    def _needs_native(self, crop: Crop) -> bool:
        """Whether the working size shows too little of a person who fills half of the crop."""
        return self.source is not None and self.scale * crop.side < 2 * DETAIL_PX

    def finest_for(self, side_px: float) -> tuple[NDArray[np.uint8], float]:
        """The picture, and its scale, in which what is `side_px` large in the clip's pixels loses no detail."""
        if self.source is None or self.scale * side_px >= DETAIL_PX:
            return self.rgb, self.scale
        return self._native, 1.0

    @cached_property
    def _half(self) -> NDArray[np.uint8]:
        height, width = (side // 2 for side in self.rgb.shape[:2])
        even = self.rgb[: 2 * height, : 2 * width]
        return np.asarray(cv2.resize(even, (width, height), interpolation=cv2.INTER_AREA), np.uint8)

    @cached_property
    def _native(self) -> NDArray[np.uint8]:
        assert self.source is not None
        return enhance_contrast(self.source.rgb) if self.enhance else self.source.rgb
