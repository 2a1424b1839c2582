"""Local contrast enhancement: what it must change, and what it must leave alone."""

import cv2
import numpy as np
import pytest

from core.media.contrast import enhance_contrast


def ramp(low: int, high: int) -> np.ndarray:
    """A grey ramp from left to right, (120, 160, 3)."""
    return np.tile(np.linspace(low, high, 160).astype(np.uint8)[:, np.newaxis], (120, 1, 3))


def spread(rgb: np.ndarray) -> float:
    """The standard deviation inside small windows, averaged: local contrast."""
    return float(rgb.astype(float).reshape(rgb.shape[0] // 20, 20, rgb.shape[1] // 20, 20, 3).std(axis=(1, 3)).mean())


@pytest.mark.parametrize(("low", "high"), [(20, 50), (110, 140), (200, 230)], ids=["dark", "middle", "bright"])
def test_low_contrast_is_raised(low: int, high: int) -> None:
    flat = ramp(low, high)
    assert spread(enhance_contrast(flat)) > 1.3 * spread(flat)


def test_grey_stays_grey() -> None:
    enhanced = enhance_contrast(ramp(60, 120)).astype(int)
    assert (enhanced.max(axis=2) - enhanced.min(axis=2)).max() <= 1


def test_hue_and_lightness_are_apart() -> None:
    rgb = np.random.default_rng(0).integers(60, 120, (120, 160, 3), dtype=np.uint8)
    before, after = (cv2.cvtColor(picture, cv2.COLOR_RGB2LAB) for picture in (rgb, enhance_contrast(rgb)))
    assert np.abs(after[:, :, 1:].astype(int) - before[:, :, 1:]).mean() < 1.5
    assert np.abs(after[:, :, 0].astype(int) - before[:, :, 0]).mean() > 5


@pytest.mark.parametrize("shape", [(120, 160, 3), (16, 16, 3), (37, 301, 3)], ids=str)
def test_a_new_picture_of_the_same_shape(shape: tuple[int, int, int]) -> None:
    rgb = np.random.default_rng(1).integers(0, 256, shape, dtype=np.uint8)
    original = rgb.copy()
    enhanced = enhance_contrast(rgb)
    assert enhanced.shape == shape and enhanced.dtype == np.uint8 and enhanced.flags.c_contiguous
    assert np.array_equal(rgb, original) and not np.shares_memory(rgb, enhanced)
