"""Which way up a picture is: the eight forms that EXIF numbers 1 to 8, for photos and clips alike.

A form says what is to be done with the stored picture so that it is upright: nothing (1), mirrored left to right (2),
turned by 180 degrees (3), mirrored top to bottom (4), mirrored along the main diagonal (5), turned clockwise by 90
degrees (6), mirrored along the other diagonal (7), turned anticlockwise by 90 degrees (8).
"""

from __future__ import annotations

import struct

import cv2
import numpy as np
from numpy.typing import NDArray

UPRIGHT = 1
FORMS = range(1, 9)
# Those without a mirror.
TURNED_ONLY = (1, 3, 6, 8)
# Rows and columns change places before anything is mirrored.
_TRANSPOSED = (5, 6, 7, 8)
_MIRRORED_IN_X = (2, 3, 6, 7)
_MIRRORED_IN_Y = (3, 4, 7, 8)
_FLIPS = {(True, False): 1, (False, True): 0, (True, True): -1}  # as OpenCV calls them
_FORM = {
    (is_transposed, in_x, in_y): form
    for form in FORMS
    for is_transposed, in_x, in_y in [(form in _TRANSPOSED, form in _MIRRORED_IN_X, form in _MIRRORED_IN_Y)]
}


def upright(picture: NDArray[np.uint8], form: int) -> NDArray[np.uint8]:
    """A stored picture (H, W, ...) as it is meant to be seen.

    Returns:
        (H, W, ...), or (W, H, ...) for the forms 5 to 8; contiguous. The picture itself if it is so already.

    Raises:
        ValueError: there is no such form.
    """
    if form not in FORMS:
        raise ValueError(f"the form must be 1 to 8, got {form}")
    # OpenCV turns a large picture several times as fast as a strided copy.
    turned = cv2.transpose(picture) if form in _TRANSPOSED else picture
    in_x, in_y = form in _MIRRORED_IN_X, form in _MIRRORED_IN_Y
    if in_x or in_y:
        turned = cv2.flip(turned, _FLIPS[in_x, in_y])
    return np.ascontiguousarray(turned, np.uint8)


def changes_sides(form: int) -> bool:
    """Whether width and height change places."""
    return form in _TRANSPOSED


def is_mirrored(form: int) -> tuple[bool, bool]:
    """Whether left and right are exchanged, and top and bottom, after the sides have changed places."""
    return form in _MIRRORED_IN_X, form in _MIRRORED_IN_Y


def form_of_matrix(matrix: bytes) -> int:
    """The form that a display matrix stands for.

    Args:
        matrix: nine 32-bit integers in the computer's own byte order, as FFmpeg has them: a stored point (x, y) is
            shown at (a x + c y, b x + d y) with a, b, _, c, d as the first five. Of a matrix that turns by something
            else than a quarter the nearest form counts.

    Returns:
        1 to 8; 1 for what is no matrix.
    """
    if len(matrix) < 36:
        return UPRIGHT
    a, b, _, c, d = struct.unpack("=5i", matrix[:20])
    is_transposed = abs(b) + abs(c) > abs(a) + abs(d)
    in_x, in_y = (c < 0, b < 0) if is_transposed else (a < 0, d < 0)
    return _FORM[is_transposed, in_x, in_y]


def stored_corner(corner: tuple[int, int], side: int, stored_size: tuple[int, int], form: int) -> tuple[int, int]:
    """Where a square of the upright picture is stored.

    Args:
        corner: left and top of the square in the upright picture.
        side: of the square.
        stored_size: width and height of the stored picture.
        form: 1 to 8.

    Returns:
        Left and top in the stored picture.
    """
    width, height = stored_size[::-1] if form in _TRANSPOSED else stored_size
    left = width - corner[0] - side if form in _MIRRORED_IN_X else corner[0]
    top = height - corner[1] - side if form in _MIRRORED_IN_Y else corner[1]
    return (top, left) if form in _TRANSPOSED else (left, top)
