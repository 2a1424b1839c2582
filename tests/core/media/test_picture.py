"""A large JPEG is decoded as small as will do, and what is found in it lies where it lies in the whole picture."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from core.errors import DamagedImage
from core.media.images import read_image
from core.media.picture import Picture
from core.settings import Settings
from tests.core.media.picture_files import encoded, exif
from tests.core.media.test_images import STORED

WIDTH, HEIGHT = 1003, 685  # no multiple of 2, 4 or 8
DOTS = [(83.5, 61.5), (911.5, 97.5), (499.5, 343.5), (61.5, 630.5), (940.5, 612.5)]


def dotted() -> np.ndarray:
    """White with five blue dots; in pixels whose middle is at one half."""
    rgb = np.full((HEIGHT, WIDTH, 3), 255, np.uint8)
    for x, y in DOTS:
        cv2.circle(rgb, (int(x), int(y)), 24, (0, 0, 200), -1, cv2.LINE_AA)
    return rgb


def middles(rgb: np.ndarray) -> np.ndarray:
    """Where the dots are, (5, 2), from the top down: the mean of their pixels, each weighted by how dark it is."""
    dark = 255.0 - rgb[..., 0]
    labels = cv2.connectedComponents((dark > 60).astype(np.uint8))[1]
    rows, columns = np.indices(labels.shape) + 0.5
    found = [
        [np.average(axis[labels == label], weights=dark[labels == label]) for axis in (columns, rows)]
        for label in range(1, labels.max() + 1)
    ]
    return np.array(sorted(found, key=lambda dot: dot[1]))


@pytest.mark.parametrize("orientation", STORED)
@pytest.mark.parametrize("scale", [2, 4, 8])
def test_points_of_a_reduced_picture_lie_where_they_lie_in_the_whole_one(orientation: int, scale: int) -> None:
    content = encoded(STORED[orientation](dotted()), "JPEG", exif=exif(orientation), quality=95)
    picture = read_image(content, Settings())
    reduced = picture.reduced(WIDTH // scale)
    assert (picture.width, picture.height, reduced.scale) == (WIDTH, HEIGHT, scale)
    assert reduced.rgb.shape == (HEIGHT // scale, WIDTH // scale, 3) and reduced.rgb.flags.c_contiguous
    found = np.pad(middles(reduced.rgb), ((0, 0), (0, 1)), constant_values=1.0).astype(np.float32)
    back = reduced.points_back(found)
    expected = np.array(sorted(DOTS, key=lambda dot: dot[1]))
    assert np.abs(back[:, :2] - expected).max() < 0.7
    assert (back[:, 2] == scale).all()


@pytest.mark.parametrize("orientation", STORED)
def test_a_mask_comes_back_in_the_size_of_the_picture(orientation: int) -> None:
    content = encoded(STORED[orientation](dotted()), "JPEG", exif=exif(orientation), quality=95)
    picture = read_image(content, Settings())
    reduced = picture.reduced(WIDTH // 4)
    mask = np.where(reduced.rgb[..., 0] < 127, 255, 0).astype(np.uint8)
    back = reduced.mask_back(mask, picture.width, picture.height)
    assert back.shape == (HEIGHT, WIDTH)
    assert (back != np.where(picture.rgb[..., 0] < 127, 255, 0)).mean() < 0.01


def test_a_size_is_never_below_what_was_asked_for() -> None:
    picture = read_image(encoded(dotted(), "JPEG"), Settings())
    for least in (1, 125, 126, 250, 251, 501, 502, 2000):
        reduced = picture.reduced(least)
        assert max(reduced.rgb.shape) >= min(least, WIDTH)
        assert reduced.scale == next((scale for scale in (8, 4, 2) if WIDTH // scale >= least), 1)
    np.testing.assert_array_equal(picture.reduced(2000).rgb, picture.rgb)


@pytest.mark.parametrize("options", [{"progressive": True}, {"subsampling": 0}, {"subsampling": 2}], ids=str)
@pytest.mark.parametrize("mode", ["RGB", "L"])
def test_every_kind_of_jpeg_can_be_reduced(mode: str, options: dict[str, int]) -> None:
    stored = dotted() if mode == "RGB" else dotted()[..., 0]
    picture = read_image(encoded(stored, "JPEG", quality=95, **options), Settings())
    reduced = picture.reduced(200)
    assert reduced.scale == 4
    whole = cv2.resize(
        picture.rgb[: HEIGHT // 4 * 4, : WIDTH // 4 * 4], None, fx=0.25, fy=0.25, interpolation=cv2.INTER_AREA
    )
    assert np.abs(whole.astype(int) - reduced.rgb).mean() < 2


@pytest.mark.parametrize("format_name", ["PNG", "WEBP", "TIFF"])
def test_other_files_come_whole(format_name: str) -> None:
    picture = read_image(encoded(dotted(), format_name), Settings())
    assert picture.reduced(10).scale == 1 and picture.reduced(10).rgb is picture.rgb


def test_a_jpeg_that_breaks_off_is_refused_in_every_size() -> None:
    noise = np.random.default_rng(0).integers(0, 255, (HEIGHT, WIDTH, 3), np.uint8)
    content = encoded(noise, "JPEG")
    for least in (100, 200, 400, 2000):
        with pytest.raises(DamagedImage, match=r"“me\.jpg”"):
            read_image(content[: len(content) * 2 // 3], Settings(), "me.jpg").reduced(least)


def test_a_picture_that_was_read_is_not_read_again() -> None:
    picture = read_image(encoded(dotted(), "JPEG"), Settings(), "me.jpg")
    assert read_image(picture, Settings()) is picture
    other = read_image(picture, Settings(), "you.jpg")
    assert isinstance(other, Picture) and (picture.name, other.name) == ("me.jpg", "you.jpg")
    assert other.rgb.shape == picture.rgb.shape
