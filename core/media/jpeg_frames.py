"""Camera frames as a browser sends them: JPEG, whose size is read and checked before anything is decoded."""

from __future__ import annotations

import struct

import cv2
import numpy as np
from numpy.typing import NDArray

from core.errors import FrameNotReadable, FrameTooLarge

# A frame of 1920 x 1080 at high quality has about 0.6 MB; more pixels help no pose model.
MOST_BYTES = 2_000_000
MOST_PIXELS = 1920 * 1088
SMALLEST_SIDE_PX = 64
# Start-of-frame markers: baseline, extended, progressive and their arithmetic-coded kin, without DHT, JPG and DAC.
_SIZE_MARKERS = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}
# Markers without a length: TEM, restarts, start and end of image.
_BARE_MARKERS = {0x01, *range(0xD0, 0xDA)}
_SCAN = 0xDA


def jpeg_size(jpeg: bytes) -> tuple[int, int]:
    """Width and height in pixels, from the header alone.

    Raises:
        FrameNotReadable: it is no JPEG, or its header is cut off.
    """
    if jpeg[:2] != b"\xff\xd8":
        raise FrameNotReadable()
    place = 2
    while place + 4 <= len(jpeg):
        if jpeg[place] != 0xFF:
            raise FrameNotReadable()
        marker = jpeg[place + 1]
        if marker == 0xFF:  # fill bytes may stand before a marker
            place += 1
        elif marker in _BARE_MARKERS:
            place += 2
        elif marker in _SIZE_MARKERS and place + 9 <= len(jpeg):
            height, width = struct.unpack_from(">HH", jpeg, place + 5)
            return width, height
        elif marker == _SCAN or marker in _SIZE_MARKERS:
            break
        else:
            place += 2 + int(struct.unpack_from(">H", jpeg, place + 2)[0])
    raise FrameNotReadable()


def decoded_frame(jpeg: bytes, *, most_bytes: int = MOST_BYTES, most_pixels: int = MOST_PIXELS) -> NDArray[np.uint8]:
    """The picture of a frame, (height, width, 3) uint8 RGB, contiguous.

    Args:
        jpeg: as it came. What it says of its orientation is left aside: browsers send frames upright.
        most_bytes: larger files are refused unread.
        most_pixels: width times height; more is refused undecoded.

    Raises:
        FrameTooLarge: beyond a limit.
        FrameNotReadable: no JPEG, damaged, or smaller than 64 pixels.
    """
    if len(jpeg) > most_bytes:
        raise FrameTooLarge(most=f"{most_bytes / 1e6:g} MB")
    width, height = jpeg_size(jpeg)
    if width * height > most_pixels:
        raise FrameTooLarge(most="1920 × 1080")
    if min(width, height) < SMALLEST_SIDE_PX:
        raise FrameNotReadable()
    try:
        flags = cv2.IMREAD_COLOR_RGB | cv2.IMREAD_IGNORE_ORIENTATION
        rgb = cv2.imdecode(np.frombuffer(jpeg, np.uint8), flags)
    except cv2.error:
        raise FrameNotReadable() from None
    if rgb is None or rgb.shape != (height, width, 3):
        raise FrameNotReadable()
    return np.asarray(rgb, np.uint8)


def encoded_frame(rgb: NDArray[np.uint8]) -> bytes:
    """A picture (height, width, 3) uint8 RGB as JPEG, of the quality at which browsers send theirs."""
    _, jpeg = cv2.imencode(".jpg", cv2.cvtColor(rgb, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, 80])
    return jpeg.tobytes()
