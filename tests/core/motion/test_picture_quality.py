"""Light and sharpness of pictures made for it."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from core.motion.picture_quality import luminance, sharpness


@pytest.mark.parametrize(
    ("rgb", "expected"), [((255, 0, 0), 76), ((0, 255, 0), 150), ((0, 0, 255), 29), ((9, 9, 9), 9)]
)
def test_luma_is_that_of_the_standard(rgb: tuple[int, int, int], expected: int) -> None:
    assert luminance(np.full((4, 5, 3), rgb, np.uint8)) == expected


def stripes(width_px: int, contrast: int = 100) -> np.ndarray:
    x = np.arange(512) // width_px % 2
    return np.repeat(np.repeat((100 + contrast * x).astype(np.uint8)[None, :, None], 512, axis=0), 3, axis=2)


def test_blur_takes_it_away() -> None:
    picture = stripes(32)
    sharp = [sharpness(cv2.GaussianBlur(picture, (0, 0), blur)) for blur in (0.5, 2, 4, 8)]
    assert sharp == sorted(sharp, reverse=True)
    assert sharp[0] > 10 * sharp[-1]


def test_contrast_and_size_do_not_count() -> None:
    reference = sharpness(stripes(32))
    assert sharpness(stripes(32, contrast=20)) == pytest.approx(reference, rel=0.05)
    small = cv2.resize(stripes(32), (256, 256), interpolation=cv2.INTER_AREA)
    assert sharpness(small) == pytest.approx(reference, rel=0.05)


@pytest.mark.parametrize("size", [(2, 2), (2, 900), (1000, 3)])
def test_one_colour_has_none(size: tuple[int, int]) -> None:
    assert sharpness(np.full((*size, 3), 77, np.uint8)) == 0
