"""One picture of a clip, converted to upright RGB when somebody looks at it and only as large as they need it."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import Any

import cv2
import numpy as np
from av.video.frame import VideoFrame
from av.video.reformatter import Interpolation, VideoReformatter
from numpy.typing import NDArray

from core.media.frame_squares import halved, has_squares, square_of
from core.media.orientation import changes_sides, upright
from core.media.tone_mapping import HDR_CURVES, tone_mapped

_MOST_REFORMATTERS = 6
# Sides are whole pixels, and sizes like 1920 x 1088 mean 1080.
_SAME_SHAPE_WITHIN = 0.02
_of_thread = threading.local()


@dataclass(frozen=True, eq=False)
class Frame:
    """One upright picture of a clip with square pixels.

    It holds the picture as it was decoded (YUV: half the size of RGB) and converts it when it is asked for. It may be
    kept for as long as wanted and used by several threads; reading on does not change it. What `rgb` gives is kept,
    too, once it was asked for; what `scaled` gives is not.

    High dynamic range is tone-mapped, what is transparent shows on white. Where a picture's shape is not the clip's, as
    when a phone is turned in the middle of a call, it keeps its shape between black bars.

    Attributes:
        pts: its time stamp in the container's units.
        time_s: seconds from the clip's first frame, in reality (`Clip.slow_motion`).
        width, height: of the upright picture, in pixels: the clip's.
        form: how the stored picture is made upright (`core.media.orientation`).
        pixel_aspect: how wide a stored pixel is in relation to its height.
    """

    pts: int
    time_s: float
    width: int
    height: int
    form: int
    pixel_aspect: float
    _decoded: VideoFrame = field(repr=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)
    _kept: list[NDArray[np.uint8]] = field(default_factory=list, repr=False)

    @property
    def rgb(self) -> NDArray[np.uint8]:
        """(height, width, 3) uint8, contiguous."""
        with self._lock:
            if not self._kept:
                self._kept.append(self._converted(self.width, self.height))
            return self._kept[0]

    def scaled(self, longest_px: int) -> NDArray[np.uint8]:
        """The picture with its longer side at most so long: `rgb` where it is no longer, else made in one step.

        Args:
            longest_px: 1 or more.

        Returns:
            (H, W, 3) uint8, contiguous. H and W have the picture's proportions, each rounded to whole pixels.
        """
        scale = longest_px / max(self.width, self.height)
        if scale >= 1:
            return self.rgb
        with self._lock:
            return self._converted(max(1, round(scale * self.width)), max(1, round(scale * self.height)))

    @property
    def has_squares(self) -> bool:
        """Whether `square` can be asked for: the picture is stored as most are, and nothing but turned."""
        size = self._decoded.width, self._decoded.height
        is_as_stored = (size[::-1] if changes_sides(self.form) else size) == (self.width, self.height)
        return is_as_stored and has_squares(self._decoded) and self._decoded.color_trc not in HDR_CURVES

    def square(self, corner: tuple[int, int], side: int, halvings: int = 0) -> NDArray[np.uint8]:
        """A square part of the picture, without converting the rest.

        Args:
            corner: its left and top, in the clip's pixels; may be outside of the picture, where it is black.
            side: in the clip's pixels. All three are multiples of 2 to the power of `halvings` + 1.
            halvings: how many times it is made half as large.

        Returns:
            (S, S, 3) uint8, contiguous.
        """
        with self._lock:
            return square_of(self._decoded, self.form, corner, side, halvings)

    def halved(self, halvings: int) -> NDArray[np.uint8]:
        """The whole picture, which has squares, made half as large so many times: quicker than `scaled`.

        Returns:
            (H, W, 3) uint8, contiguous. What is left over at the right and below is left out.
        """
        with self._lock:
            return halved(self._decoded, self.form, halvings)

    def _converted(self, width: int, height: int) -> NDArray[np.uint8]:
        decoded = self._decoded
        shown = self._fitting(width, height)
        stored = shown[::-1] if changes_sides(self.form) else shown
        if decoded.color_trc in HDR_CURVES and not _is_rgb(decoded):
            rgb = tone_mapped(_scaled(decoded, stored, "rgb48le"), decoded.color_trc)
        elif _has_alpha(decoded):
            rgb = _on_white(_scaled(decoded, stored, "rgba"))
        else:
            rgb = _scaled(decoded, stored, "rgb24")
        return _between_bars(upright(rgb, self.form), width, height)

    def _fitting(self, width: int, height: int) -> tuple[int, int]:
        """How large the picture is within these sides, which have the clip's shape, without losing its own."""
        shape = self._decoded.width * self.pixel_aspect / self._decoded.height
        wanted = (1 / shape if changes_sides(self.form) else shape) * self.height / self.width
        if abs(wanted - 1) < _SAME_SHAPE_WITHIN or abs(1 / wanted - 1) < _SAME_SHAPE_WITHIN:
            return width, height
        return max(1, round(width * min(1, wanted))), max(1, round(height * min(1, 1 / wanted)))


def _scaled(decoded: VideoFrame, size: tuple[int, int], pixel_format: str) -> NDArray[Any]:
    """(height, width, channels): converted and scaled in one step."""
    reformatter = _reformatter(decoded, size)
    # As cheap as anything without false patterns, and the closest to the mean of the pixels that go into one. One
    # thread: several readers share the cores.
    made = reformatter.reformat(decoded, *size, format=pixel_format, interpolation=Interpolation.AREA, threads=1)
    return made.to_ndarray()


def _between_bars(rgb: NDArray[np.uint8], width: int, height: int) -> NDArray[np.uint8]:
    """The picture in the middle of a black one."""
    below, right = height - rgb.shape[0], width - rgb.shape[1]
    if not below and not right:
        return rgb
    bars = below // 2, below - below // 2, right // 2, right - right // 2
    return np.asarray(cv2.copyMakeBorder(rgb, *bars, cv2.BORDER_CONSTANT), np.uint8)


def _is_rgb(decoded: VideoFrame) -> bool:
    return bool(decoded.format.is_rgb)


def _has_alpha(decoded: VideoFrame) -> bool:
    return decoded.format.name == "pal8" or any(part.is_alpha for part in decoded.format.components)


def _on_white(rgba: NDArray[np.uint8]) -> NDArray[np.uint8]:
    alpha = rgba[..., 3]
    rgb = np.ascontiguousarray(rgba[..., :3])
    if alpha.min() == 255:
        return rgb
    darkness = cv2.multiply(cv2.bitwise_not(rgb), cv2.merge([alpha] * 3), scale=1 / 255)
    return np.asarray(cv2.bitwise_not(darkness), np.uint8)


def _reformatter(decoded: VideoFrame, size: tuple[int, int]) -> VideoReformatter:
    """One that this thread has used for the same before: it prepares its tables once."""
    reformatters: dict[object, VideoReformatter] | None = getattr(_of_thread, "reformatters", None)
    if reformatters is None:
        reformatters = _of_thread.reformatters = {}
    key = (decoded.format.name, decoded.width, decoded.height, size)
    reformatter = reformatters.pop(key, None) or VideoReformatter()
    reformatters[key] = reformatter
    while len(reformatters) > _MOST_REFORMATTERS:
        del reformatters[next(iter(reformatters))]
    return reformatter
