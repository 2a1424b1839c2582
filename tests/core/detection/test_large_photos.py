"""In a large JPEG somebody large is found without decoding it in full size, and somebody small with it."""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from core import Settings, analyse_image
from core.detection import photo
from core.detection.landmarker import Landmarker
from core.detection.people import body_size_px
from core.errors import DamagedImage
from core.media.contrast import enhance_contrast
from core.media.images import read_image
from core.media.picture import Picture
from tests.core.media.picture_files import encoded, exif
from tests.core.media.test_images import STORED
from tests.core.truth import picture

FULL = Settings(model="full")


@pytest.fixture(scope="module")
def full() -> Iterator[Landmarker]:
    with Landmarker("full") as landmarker:
        yield landmarker


@pytest.fixture
def decoded(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """In which sizes JPEGs are decoded: 1 is the full size."""
    flags_of = {cv2.IMREAD_REDUCED_COLOR_2: 2, cv2.IMREAD_REDUCED_COLOR_4: 4, cv2.IMREAD_REDUCED_COLOR_8: 8}
    scales: list[int] = []
    decode = cv2.imdecode

    def counted(content: NDArray[np.uint8], flags: int) -> object:
        scales.append(flags_of.get(flags & ~cv2.IMREAD_IGNORE_ORIENTATION, 1))
        return decode(content, flags)

    monkeypatch.setattr(cv2, "imdecode", counted)
    return scales


def large(name: str) -> NDArray[np.uint8]:
    """A sample as a camera of 8 megapixels would take it, with sides that are no multiples of anything."""
    return np.asarray(cv2.resize(picture(name), (2403, 3203), interpolation=cv2.INTER_CUBIC), np.uint8)


@pytest.mark.parametrize("orientation", [1, 3, 6, 7])
def test_landmarks_are_those_of_the_full_size(orientation: int, full: Landmarker, decoded: list[int]) -> None:
    content = encoded(STORED[orientation](large("tree_yoga")), "JPEG", quality=92, exif=exif(orientation))
    found = analyse_image(content, FULL, landmarker=full)
    assert decoded == [4]
    whole = analyse_image(read_image(content, FULL).rgb, FULL, landmarker=full)
    assert (found.width, found.height, found.people) == (2403, 3203, 1)
    body = float(body_size_px(whole.image[0, 0]))
    off = np.linalg.norm(found.image[0, 0, :, :2] - whole.image[0, 0, :, :2], axis=-1) / body
    assert np.median(off) < 0.005 and off.max() < 0.02
    assert np.median(np.linalg.norm(found.world - whole.world, axis=-1)) < 0.02


def test_the_mask_has_the_full_size(full: Landmarker, decoded: list[int]) -> None:
    content = encoded(large("tree_yoga"), "JPEG", quality=92)
    settings = Settings(segmentation=True)
    found = analyse_image(content, settings, landmarker=full)
    assert decoded == [4]
    whole = analyse_image(read_image(content, FULL).rgb, settings, landmarker=full)
    assert found.mask is not None and whole.mask is not None and found.mask.shape == (1, 3203, 2403)
    assert (found.mask != whole.mask).mean() < 0.01


def test_somebody_small_is_looked_at_in_full_size(full: Landmarker, decoded: list[int]) -> None:
    small = cv2.resize(picture("tree_yoga"), None, fx=0.6, fy=0.6, interpolation=cv2.INTER_AREA)
    scene = cv2.copyMakeBorder(small, 1400, 1300, 900, 1000, cv2.BORDER_REPLICATE)
    content = encoded(scene, "JPEG", quality=92)
    found = analyse_image(content, FULL, landmarker=full)
    assert found.people == 1 and decoded == [4, 1]
    whole = analyse_image(read_image(content, FULL).rgb, FULL, landmarker=full)
    np.testing.assert_array_equal(found.image, whole.image)


def test_everybody_is_looked_for_in_full_size(full: Landmarker, decoded: list[int]) -> None:
    content = encoded(large("tree_yoga"), "JPEG", quality=92)
    assert analyse_image(content, Settings(people="all"), landmarker=full).people == 1
    assert decoded == [1]


def test_the_contrast_is_enhanced_before_anybody_is_looked_for(
    full: Landmarker, decoded: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    enhanced: list[tuple[int, ...]] = []

    def counted(rgb: NDArray[np.uint8]) -> NDArray[np.uint8]:
        enhanced.append(rgb.shape)
        return enhance_contrast(rgb)

    monkeypatch.setattr(photo, "enhance_contrast", counted)
    content = encoded(large("tree_yoga"), "JPEG", quality=92)
    assert analyse_image(content, Settings(enhance_contrast=True), landmarker=full).people == 1
    assert decoded == [4] and enhanced == [(800, 600, 3)]


def test_one_that_breaks_off_is_refused(full: Landmarker) -> None:
    content = encoded(large("tree_yoga"), "JPEG", quality=92)
    with pytest.raises(DamagedImage, match=r"“me\.jpg”"):
        analyse_image(content[: len(content) // 2], FULL, name="me.jpg", landmarker=full)


def test_a_picture_that_was_read_is_a_source(full: Landmarker) -> None:
    read: Picture = read_image(encoded(picture("tree_yoga"), "JPEG"), FULL, "me.jpg")
    found = analyse_image(read, FULL, landmarker=full)
    assert (found.source, found.people) == ("me.jpg", 1)
    assert "picture_taken" not in found.provenance


def test_of_several_pictures_it_says_which_one_was_taken(full: Landmarker) -> None:
    film = encoded(picture("tree_yoga"), "PNG", save_all=True, append_images=[_black(picture("tree_yoga"))] * 2)
    found = analyse_image(film, FULL, landmarker=full)
    assert found.people == 1 and found.provenance["picture_taken"] == "1 of 3"


def _black(rgb: NDArray[np.uint8]) -> object:
    from PIL import Image

    return Image.new("RGB", (rgb.shape[1], rgb.shape[0]))
