"""What cannot be used is refused with a sentence for the user, quickly and before anything large is allocated."""

import os
import struct
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageFile

from core.errors import (
    DamagedImage,
    EmptyFile,
    FileMissing,
    ImageTooManyBytes,
    ImageTooManyPixels,
    ImageTooSmall,
    InvalidSource,
    NotAnImage,
    PosescopeError,
)
from tests.core.media.picture_files import PHOTO, encoded, png, read


@pytest.mark.parametrize(
    ("source", "got"),
    [
        pytest.param(PHOTO[:, :, 0], r"an array of uint8 with shape \(96, 128\)", id="grey array"),
        pytest.param(
            np.dstack([PHOTO, PHOTO[:, :, 0]]), r"an array of uint8 with shape \(96, 128, 4\)", id="rgba array"
        ),
        pytest.param(PHOTO / 255, r"an array of float64 with shape \(96, 128, 3\)", id="floats"),
        pytest.param(None, "NoneType", id="nothing"),
        pytest.param(Image.fromarray(PHOTO), "Image", id="a Pillow image"),
    ],
)
def test_other_sources_are_refused(source: object, got: str) -> None:
    with pytest.raises(InvalidSource, match=got):
        read(source)


def jpeg_that_claims(width: int, height: int) -> bytes:
    content = bytearray(encoded(PHOTO, "JPEG"))
    struct.pack_into(">HH", content, content.index(b"\xff\xc0") + 5, height, width)
    return bytes(content)


BOMBS = {
    "png": png(30000, 30000, bytes(1000)),
    "jpeg": jpeg_that_claims(30000, 30000),
    "gif": b"GIF89a"
    + struct.pack("<HHBBB", 30000, 30000, 0, 0, 0)
    + b","
    + struct.pack("<4HBB", 0, 0, 30000, 30000, 0, 2),
    "bmp": b"BM" + struct.pack("<IIIIiiHHIIiiII", 1000, 0, 54, 40, 30000, 30000, 1, 24, 0, 0, 0, 0, 0, 0),
    "webp": b"RIFF\x1e\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0" + (29999).to_bytes(3, "little") * 2 + bytes(8),
    "ppm": b"P6 30000 30000 255\n" + bytes(1000),
}


@pytest.mark.parametrize("kind", BOMBS)
def test_bombs_are_refused_from_their_header(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ImageFile.ImageFile, "load", lambda self: pytest.fail("decoded"))
    monkeypatch.setattr(cv2, "imdecode", lambda *arguments: pytest.fail("decoded"))
    with pytest.raises(ImageTooManyPixels, match="30000 × 30000 pixels; the limit is 64 megapixels"):
        read(BOMBS[kind])


@pytest.mark.parametrize(
    ("content", "error"),
    [
        pytest.param(b"", EmptyFile, id="empty"),
        pytest.param(b"Dear diary, " * 100, NotAnImage, id="text"),
        pytest.param(b"BMW drivers, and more", NotAnImage, id="text that begins like a BMP"),
        pytest.param(bytes(5000), NotAnImage, id="zeros"),
        pytest.param(b"\0\0\0\x20ftypisom" + bytes(500), NotAnImage, id="video"),
        pytest.param(b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 100 100\n", NotAnImage, id="postscript"),
        pytest.param(b"\x89PNG\r\n\x1a\n" + bytes(50), DamagedImage, id="only the signature of a png"),
        pytest.param(encoded(PHOTO, "JPEG")[:-200], DamagedImage, id="jpeg cut off"),
        pytest.param(encoded(PHOTO, "HEIF", tile_size=32)[:-20], DamagedImage, id="heic of tiles cut off"),
    ],
)
def test_content_that_is_no_picture(content: bytes, error: type[PosescopeError], tmp_path: Path) -> None:
    (tmp_path / "holiday.jpg").write_bytes(content)
    with pytest.raises(error, match=r"“holiday\.jpg”") as caught:
        read(tmp_path / "holiday.jpg")
    assert str(tmp_path) not in str(caught.value)
    with pytest.raises(error, match="“picture”"):
        read(content)


@pytest.mark.parametrize(
    "name", ["", "nowhere.jpg", "folder.jpg", "pipe.jpg", "nul\0.jpg", "x" * 5000], ids=lambda n: n[:12]
)
def test_paths_without_a_readable_file(name: str, tmp_path: Path) -> None:
    (tmp_path / "folder.jpg").mkdir()
    if hasattr(os, "mkfifo"):  # there are none on Windows
        os.mkfifo(tmp_path / "pipe.jpg")
    with pytest.raises(FileMissing) as caught:
        read(f"{tmp_path}/{name}")
    assert str(tmp_path.parent) not in str(caught.value)


PNG = encoded(PHOTO, "PNG")


@pytest.mark.parametrize(
    ("source", "limits", "error", "sentence"),
    [
        pytest.param(
            PNG, {"max_image_bytes": len(PNG) - 1}, ImageTooManyBytes, "is 0.1 MB; the limit is 0.000", id="bytes"
        ),
        pytest.param(
            PNG,
            {"max_image_pixels": 128 * 96 - 1},
            ImageTooManyPixels,
            "128 × 96 pixels; the limit is 0.012287 m",
            id="pixels",
        ),
        pytest.param(
            PHOTO, {"max_image_pixels": 128 * 96 - 1}, ImageTooManyPixels, "128 × 96", id="pixels of an array"
        ),
        pytest.param(
            PNG, {"min_image_side": 97}, ImageTooSmall, "128 × 96 pixels; each side needs at least 97", id="side"
        ),
        pytest.param(PHOTO[:, :9], {}, ImageTooSmall, "9 × 96", id="side of an array"),
        pytest.param(PHOTO[:0], {}, ImageTooSmall, "128 × 0", id="array of nothing"),
    ],
)
def test_limits(
    source: object, limits: dict[str, int], error: type[PosescopeError], sentence: str, tmp_path: Path
) -> None:
    with pytest.raises(error, match=sentence):
        read(source, **limits)
    if isinstance(source, bytes):
        (tmp_path / "photo.png").write_bytes(source)
        with pytest.raises(error, match=sentence):
            read(tmp_path / "photo.png", **limits)


def test_exactly_at_the_limits() -> None:
    limits = {"max_image_bytes": len(PNG), "max_image_pixels": 128 * 96, "min_image_side": 96}
    assert np.array_equal(read(PNG, **limits), PHOTO)


def test_pillow_s_own_limit_neither_counts_nor_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 100)
    assert np.array_equal(read(PNG), PHOTO)
    assert Image.MAX_IMAGE_PIXELS == 100


SMOOTH = cv2.resize(PHOTO, (40, 30), interpolation=cv2.INTER_AREA)
WHOLE = {
    "jpeg": encoded(SMOOTH, "JPEG"),
    "progressive jpeg": encoded(SMOOTH, "JPEG", progressive=True),
    "png": encoded(SMOOTH, "PNG"),
    "webp": encoded(SMOOTH, "WEBP"),
    "tiff": encoded(SMOOTH, "TIFF", compression="tiff_lzw"),
    "gif": encoded(SMOOTH, "GIF"),
    "bmp": encoded(SMOOTH, "BMP"),
    "avif": encoded(SMOOTH, "AVIF"),
    "heic of tiles": encoded(PHOTO, "HEIF", tile_size=64),
    "jpeg 2000": encoded(SMOOTH, "JPEG2000"),
}


@pytest.mark.parametrize("kind", WHOLE)
@settings(max_examples=40, deadline=None, derandomize=True, database=None)
@given(part=st.floats(0, 1, exclude_max=True))
def test_cut_off_anywhere_it_is_refused_or_whole(kind: str, part: float) -> None:
    content = WHOLE[kind]
    try:
        rgb = read(content[: int(part * len(content))])
    except PosescopeError:
        return
    assert np.array_equal(rgb, read(content))  # only bytes after the last pixel were missing


@pytest.mark.parametrize("kind", WHOLE)
@settings(max_examples=60, deadline=None, derandomize=True, database=None)
@given(places=st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255)), min_size=1, max_size=8))
def test_with_altered_bytes_it_is_a_picture_or_refused(kind: str, places: list[tuple[float, int]]) -> None:
    content = bytearray(WHOLE[kind])
    for part, value in places:
        content[int(part * len(content))] = value
    try:
        read(bytes(content), max_image_pixels=1_000_000)
    except PosescopeError as error:
        assert str(error)


@settings(max_examples=100, deadline=None, derandomize=True, database=None)
@given(content=st.binary(min_size=1, max_size=400))
def test_random_bytes_are_refused(content: bytes) -> None:
    with pytest.raises(PosescopeError):
        read(content)
