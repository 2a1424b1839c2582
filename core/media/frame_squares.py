"""A square part of a decoded frame, or all of it made smaller by halves: what is looked at of a large picture.

Only for what nearly all cameras record, 8-bit YUV with a quarter of the colours (4:2:0), the rest is converted whole.
The square begins and ends between the samples of the colours, and is made smaller by halves only: each is the mean of
four, which costs next to nothing.
"""

from __future__ import annotations

import threading

import cv2
import numpy as np
from av.video.frame import VideoFrame
from av.video.reformatter import VideoReformatter
from numpy.typing import NDArray

from core.media.orientation import stored_corner, upright

_FORMATS = ("yuv420p", "yuvj420p")
_of_thread = threading.local()


def has_squares(decoded: VideoFrame) -> bool:
    """Whether parts of such a frame can be converted."""
    return decoded.format.name in _FORMATS and decoded.width % 2 == 0 and decoded.height % 2 == 0


def square_of(decoded: VideoFrame, form: int, corner: tuple[int, int], side: int, halvings: int) -> NDArray[np.uint8]:
    """A square of the upright picture.

    Args:
        decoded: a frame that has squares.
        form: how it is made upright (`core.media.orientation`).
        corner: left and top, in pixels of the upright picture; may be outside.
        side: in the same pixels. All three are multiples of 2 to the power of `halvings` + 1.
        halvings: how many times the square is made half as large.

    Returns:
        (side / 2**halvings, the same, 3) uint8 RGB; black where there is no picture.
    """
    left, top = stored_corner(corner, side, (decoded.width, decoded.height), form)
    shown, step = side >> halvings, 2**halvings
    columns, rows = _there(decoded.width, left, shown, step), _there(decoded.height, top, shown, step)
    if not columns or not rows:
        return np.zeros((shown, shown, 3), np.uint8)
    corner_there = left + step * columns.start, top + step * rows.start
    there = _converted(decoded, corner_there, (len(columns), len(rows)), step)
    if there.shape[:2] == (shown, shown):
        return upright(there, form)
    rgb = np.zeros((shown, shown, 3), np.uint8)
    rgb[rows.start : rows.stop, columns.start : columns.stop] = there
    return upright(rgb, form)


def halved(decoded: VideoFrame, form: int, halvings: int) -> NDArray[np.uint8]:
    """The whole upright picture, made half as large so many times; what is left over at its edges is left out.

    Returns:
        (H, W, 3) uint8 RGB.
    """
    step = 2**halvings
    size = 2 * (decoded.width // (2 * step)), 2 * (decoded.height // (2 * step))
    return upright(_converted(decoded, (0, 0), size, step), form)


def _there(length: int, start: int, wanted: int, step: int) -> range:
    """Which of the wanted pixels, each so many stored ones, are in the picture; an even number from an even one on."""
    first, beyond = max(0, -(start // step)), min(wanted, (length - start) // step)
    return range(first + first % 2, beyond - beyond % 2)


def _converted(decoded: VideoFrame, corner: tuple[int, int], size: tuple[int, int], step: int) -> NDArray[np.uint8]:
    """(height, width, 3) of a part of that size, which begins at a stored corner."""
    (left, top), (width, height) = corner, size
    if step == 1 and size == (decoded.width, decoded.height):
        return _rgb(decoded)
    rows = height + -height % 4  # PyAV wants so many
    yuv = np.empty((3 * rows // 2, width), np.uint8)
    colours = yuv[rows:].reshape(2, rows // 2, width // 2)[:, : height // 2]
    for plane, part, samples in zip(decoded.planes, (yuv[:height], *colours), (1, 2, 2), strict=True):
        stored = np.asarray(memoryview(plane), np.uint8).reshape(plane.height, plane.line_size)
        x, y = left // samples, top // samples
        there = stored[y : y + step * part.shape[0], x : x + step * part.shape[1]]
        while there.shape != part.shape:
            there = np.asarray(cv2.resize(there, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA), np.uint8)
        part[:] = there
    small = VideoFrame.from_numpy_buffer(yuv, format=decoded.format.name)
    small.colorspace, small.color_range = decoded.colorspace, decoded.color_range
    return _rgb(small)[:height]


def _rgb(decoded: VideoFrame) -> NDArray[np.uint8]:
    made: VideoReformatter | None = getattr(_of_thread, "reformatter", None)
    if made is None:
        made = _of_thread.reformatter = VideoReformatter()
    return np.asarray(made.reformat(decoded, format="rgb24", threads=1).to_ndarray(), np.uint8)
