"""An upright picture whose pixels are decoded when they are asked for: `Picture`.

To decode a photo of 12 megapixels takes longer than to find somebody in it. The decoder of JPEG can give a half, a
quarter or an eighth of the size in half the time, and finer than that the detector does not look at anyone large.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Collection
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from core.media.orientation import changes_sides, is_mirrored, upright

_REDUCED = {8: cv2.IMREAD_REDUCED_COLOR_8, 4: cv2.IMREAD_REDUCED_COLOR_4, 2: cv2.IMREAD_REDUCED_COLOR_2}


@dataclass(frozen=True, eq=False)
class Reduced:
    """A picture at a whole fraction of its size.

    Attributes:
        rgb: (h, w, 3) uint8, upright, contiguous.
        scale: how many pixels of the picture one of these is wide and high; 1 is the picture itself.
        left, top: where in the picture the first of them begins: what is too little for a pixel is left out at the end
            of the rows and columns as they are stored, which may be on the left or at the top of the upright picture.
    """

    rgb: NDArray[np.uint8]
    scale: int = 1
    left: int = 0
    top: int = 0

    def points_back(self, points: NDArray[np.float32]) -> NDArray[np.float32]:
        """Points (..., 3), x, y, z in these pixels, as they lie in the whole picture."""
        moved: NDArray[np.float32] = points * np.float32(self.scale)
        return moved + np.array([self.left, self.top, 0], np.float32)

    def mask_back(self, mask: NDArray[np.uint8], width: int, height: int) -> NDArray[np.uint8]:
        """A mask (h, w) of these pixels in the size of the whole picture."""
        if self.scale == 1:
            return mask
        large = cv2.resize(mask, None, fx=self.scale, fy=self.scale, interpolation=cv2.INTER_NEAREST)
        below, right = height - large.shape[0] - self.top, width - large.shape[1] - self.left
        padded = cv2.copyMakeBorder(large, self.top, below, self.left, right, cv2.BORDER_REPLICATE)
        return np.asarray(padded, np.uint8)


class Picture:
    """An upright picture.

    Any number of threads may use it at once.

    Attributes:
        name: what to call it in front of a user, never a path.
        width, height: in pixels, upright.
        pictures: how many the file holds, of which this is the first: frames of a film, pages of a document.
    """

    def __init__(
        self,
        name: str,
        size: tuple[int, int],
        decode: Callable[[int], Reduced],
        scales: Collection[int] = (),
        pictures: int = 1,
    ) -> None:
        self.name = name
        self.width, self.height = size
        self.pictures = pictures
        self._decode, self._scales = decode, scales
        self._rgb: NDArray[np.uint8] | None = None

    @classmethod
    def of_pixels(cls, rgb: NDArray[np.uint8], name: str, pictures: int = 1) -> Picture:
        """A picture whose pixels (H, W, 3) are there."""
        return cls(name, (rgb.shape[1], rgb.shape[0]), lambda _: Reduced(rgb), pictures=pictures)

    @classmethod
    def of_jpeg(
        cls,
        content: bytes,
        size: tuple[int, int],
        orientation: int,
        name: str,
        otherwise: Callable[[], NDArray[np.uint8]],
    ) -> Picture:
        """A JPEG of 8-bit grey or colours.

        Args:
            content: the file's bytes.
            size: width and height as it is stored.
            orientation: EXIF's, 1 to 8.
            name: what to call it.
            otherwise: decodes it, as it is stored, where OpenCV cannot; its errors come out of `rgb` and `reduced`.
        """
        decode = _Jpeg(content, size, orientation, otherwise).decode
        return cls(name, size[::-1] if orientation >= 5 else size, decode, _REDUCED)

    def called(self, name: str) -> Picture:
        """The same picture under another name."""
        other = copy.copy(self)
        other.name = name
        return other

    @property
    def rgb(self) -> NDArray[np.uint8]:
        """(height, width, 3) uint8, contiguous, which cannot be written to. Decoded once.

        Raises:
            DamagedImage: the content breaks off or contradicts itself.
        """
        if self._rgb is None:
            self._rgb = self._decode(1).rgb.view()  # a caller's own array stays as it is
            self._rgb.setflags(write=False)
        return self._rgb

    def reduced(self, least_px: int) -> Reduced:
        """The picture in the smallest size that costs less to decode, with a longer side of so many pixels or more.

        That is an eighth, a quarter or a half for JPEG; everything else, and what is too small, comes whole.

        Raises:
            DamagedImage: as `rgb`.
        """
        longest = max(self.width, self.height)
        scale = next((scale for scale in self._scales if longest // scale >= least_px), 1)
        return Reduced(self.rgb) if scale == 1 else self._decode(scale)


@dataclass(frozen=True)
class _Jpeg:
    content: bytes
    size: tuple[int, int]
    orientation: int
    otherwise: Callable[[], NDArray[np.uint8]]

    def decode(self, scale: int) -> Reduced:
        """The picture upright, at one of `_REDUCED` or in full size, or in full size where OpenCV cannot read it."""
        stored = self._with_opencv(scale)
        if stored is None:
            stored, scale = self.otherwise(), 1
        width, height = (side - side % scale for side in self.size)
        # The decoder rounds up: its last pixels are only partly in the picture.
        rgb = upright(stored[: height // scale, : width // scale], self.orientation)
        return Reduced(rgb, scale, *self._left_out_first(self.size[0] - width, self.size[1] - height))

    def _left_out_first(self, right: int, below: int) -> tuple[int, int]:
        """What is left out at the right and below, as stored, where it lies on the left and at the top when upright."""
        x, y = (below, right) if changes_sides(self.orientation) else (right, below)
        in_x, in_y = is_mirrored(self.orientation)
        return x if in_x else 0, y if in_y else 0

    def _with_opencv(self, scale: int) -> NDArray[np.uint8] | None:
        """The pixels as stored; None where others must judge. In full size they are Pillow's, in half its time."""
        flags = _REDUCED[scale] if scale > 1 else cv2.IMREAD_COLOR_RGB
        try:
            pixels = cv2.imdecode(np.frombuffer(self.content, np.uint8), flags | cv2.IMREAD_IGNORE_ORIENTATION)
        except cv2.error:
            return None
        width, height = self.size
        if pixels is None or pixels.shape != (-(-height // scale), -(-width // scale), 3):
            return None
        # OpenCV does not give reduced pictures in RGB.
        return np.asarray(cv2.cvtColor(pixels, cv2.COLOR_BGR2RGB) if scale > 1 else pixels, np.uint8)
