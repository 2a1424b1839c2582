"""Pictures and recordings made smaller for the screen: both by the same factor, everything still in its place."""

import dataclasses

import numpy as np
import pytest

from core.recording import Recording
from core.view.screen import LONGEST_SIDE_PX, for_screen
from tests.core.recordings import some_picture, some_recording


def sized(width: int, height: int, frames: int = 1) -> Recording:
    return some_recording(frames, people=2, width=width, height=height)


@pytest.mark.parametrize(
    ("width", "height"), [(1600, 900), (900, 1600), (1600, 1600), (16, 16), (1599, 2)], ids=lambda side: str(side)
)
def test_what_is_small_enough_comes_back_as_it_is(width: int, height: int) -> None:
    recording = sized(width, height)
    rgb = some_picture(recording)
    smaller_rgb, smaller = for_screen(rgb, recording)
    assert smaller_rgb is rgb and smaller is recording


SIZES = [
    ((3200, 1800), (1600, 900)),
    ((1800, 3200), (900, 1600)),
    ((1601, 800), (1600, 800)),
    ((4000, 3000), (1600, 1200)),
    ((1920, 1080), (1600, 900)),
    ((2000, 1333), (1600, 1066)),
    ((5000, 20), (1600, 6)),
    ((20000, 3), (1600, 1)),
]


@pytest.mark.parametrize(("size", "expected"), SIZES, ids=[f"{w}x{h}" for (w, h), _ in SIZES])
class TestTooLarge:
    def test_the_longest_side_fits(self, size: tuple[int, int], expected: tuple[int, int]) -> None:
        recording = sized(*size)
        rgb, smaller = for_screen(np.zeros((size[1], size[0], 3), np.uint8), recording)
        assert (smaller.width, smaller.height) == expected
        assert rgb.shape == (expected[1], expected[0], 3) and rgb.dtype == np.uint8
        assert max(expected) == LONGEST_SIDE_PX

    def test_landmarks_are_scaled_like_the_picture(self, size: tuple[int, int], expected: tuple[int, int]) -> None:
        recording = sized(*size)
        _, smaller = for_screen(np.zeros((size[1], size[0], 3), np.uint8), recording)
        factors = [expected[0] / size[0], expected[1] / size[1], expected[0] / size[0]]
        np.testing.assert_allclose(smaller.image, recording.image * factors, rtol=1e-5)
        assert smaller.image.dtype == np.float32

    def test_the_rest_stays(self, size: tuple[int, int], expected: tuple[int, int]) -> None:
        recording = sized(*size)
        _, smaller = for_screen(np.zeros((size[1], size[0], 3), np.uint8), recording)
        for field in dataclasses.fields(Recording):
            if field.name not in ("image", "width", "height"):
                assert getattr(smaller, field.name) is getattr(recording, field.name), field.name


def test_another_limit() -> None:
    recording = sized(1000, 500)
    rgb, smaller = for_screen(some_picture(recording), recording, longest_px=100)
    assert rgb.shape == (50, 100, 3) and (smaller.width, smaller.height) == (100, 50)


def test_a_landmark_stays_on_what_it_marks() -> None:
    recording = sized(2000, 1000)
    rgb = np.zeros((1000, 2000, 3), np.uint8)
    spots = [(300, 200), (1500, 800), (1990, 20)]  # one in each colour
    for channel, (x, y) in enumerate(spots):
        rgb[y - 10 : y + 10, x - 10 : x + 10, channel] = 200
        recording.image[0, 0, channel, :2] = x, y
    seen, smaller = for_screen(rgb, recording, longest_px=500)
    for channel in range(3):
        weights = seen[:, :, channel].astype(float)
        rows, columns = np.indices(weights.shape) + 0.5
        middle = [(places * weights).sum() / weights.sum() for places in (columns, rows)]
        np.testing.assert_allclose(smaller.image[0, 0, channel, :2], middle, atol=0.05)


def test_the_mask_is_scaled_and_stays_a_mask() -> None:
    recording = sized(2000, 1000, frames=2)
    mask = np.zeros((2, 1000, 2000), np.uint8)
    mask[0, 400:600, :1000] = 255
    mask[1, :, 1500:] = 255
    recording = dataclasses.replace(recording, mask=mask)
    _, smaller = for_screen(np.zeros((1000, 2000, 3), np.uint8), recording, longest_px=500)
    assert smaller.mask is not None
    assert smaller.mask.shape == (2, 250, 500) and set(np.unique(smaller.mask)) == {0, 255}
    expected = np.zeros((2, 250, 500), np.uint8)
    expected[0, 100:150, :250] = 255
    expected[1, :, 375:] = 255
    np.testing.assert_array_equal(smaller.mask, expected)


def test_nothing_is_changed_in_place() -> None:
    recording = sized(400, 200)
    image, rgb = recording.image.copy(), some_picture(recording)
    for_screen(rgb, recording, longest_px=100)
    np.testing.assert_array_equal(recording.image, image)
    assert (recording.width, recording.height) == (400, 200)


def test_colours_are_averaged_not_picked() -> None:
    recording = sized(200, 100)
    stripes = np.zeros((100, 200, 3), np.uint8)
    stripes[:, ::2] = (200, 100, 50)
    rgb, _ = for_screen(stripes, recording, longest_px=100)
    assert np.unique(rgb.reshape(-1, 3), axis=0).tolist() == [[100, 50, 25]]
