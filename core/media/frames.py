"""One picture of a clip, converted to upright RGB when somebody looks at it and only as large as they need it."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

import numpy as np
from av.video.frame import VideoFrame
from av.video.reformatter import Interpolation, VideoReformatter
from numpy.typing import NDArray

_MOST_REFORMATTERS = 6
_of_thread = threading.local()


@dataclass(frozen=True, eq=False)
class Frame:
    """One upright picture of a clip with square pixels.

    It holds the picture as it was decoded (YUV: half the size of RGB) and converts it when it is asked for. It may be
    kept for as long as wanted and used by several threads; reading on does not change it. What `rgb` gives is kept,
    too, once it was asked for; what `scaled` gives is not.

    Attributes:
        pts: its time stamp in the container's units.
        time_s: seconds from the clip's first frame.
        width, height: of the upright picture, in pixels: the clip's.
    """

    pts: int
    time_s: float
    width: int
    height: int
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

    def _converted(self, width: int, height: int) -> NDArray[np.uint8]:
        quarter_turns = round(self._decoded.rotation / 90) % 4
        stored = (height, width) if quarter_turns % 2 else (width, height)
        rgb = _reformatter(self._decoded, stored).reformat(
            self._decoded,
            *stored,
            format="rgb24",
            # As cheap as anything without false patterns, and the closest to the mean of the pixels that go into one.
            interpolation=Interpolation.AREA,
            threads=1,  # several readers share the cores
        )
        return np.ascontiguousarray(np.rot90(rgb.to_ndarray(), quarter_turns))


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
