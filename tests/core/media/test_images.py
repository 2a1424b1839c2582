"""Every kind of file must come back as the picture that it was made from."""

import struct
import threading
import warnings
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image, ImageCms

from core.media.images import read_image
from core.settings import Settings
from tests.core.media.picture_files import GREEN, HEIGHT, PHOTO, RED, WIDTH, black, chunk, encoded, exif, png, read
from tests.core.media.tiff_files import grey, tiff

RAMP = np.tile(np.arange(0, 65536, 256, dtype=np.uint16), (32, 1))  # 16-bit, its high bytes are 0, 1, 2 ... 255

# How EXIF's eight orientations store an upright picture.
STORED: dict[int, Callable[[np.ndarray], np.ndarray]] = {
    1: lambda a: a,
    2: lambda a: a[:, ::-1],
    3: lambda a: a[::-1, ::-1],
    4: lambda a: a[::-1],
    5: lambda a: a.swapaxes(0, 1),
    6: lambda a: np.rot90(a),
    7: lambda a: a[::-1, ::-1].swapaxes(0, 1),
    8: lambda a: np.rot90(a, -1),
}
LOSSY = {"JPEG", "MPO", "AVIF", "HEIF"}

# Colours run over the borders of the quarters in lossy files, so only the inside of each quarter counts there.
INSIDE = np.zeros((HEIGHT, WIDTH), bool)
INSIDE[:40, :56] = INSIDE[:40, 72:] = INSIDE[56:, :56] = INSIDE[56:, 72:] = True


def assert_photo(rgb: np.ndarray, tolerance: int) -> None:
    assert rgb.shape == PHOTO.shape
    difference = np.abs(rgb.astype(int) - PHOTO)
    assert (difference[INSIDE] if tolerance else difference).max() <= tolerance


def lab(rgb: np.ndarray) -> Image.Image:
    srgb, target = ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB")
    converted = ImageCms.profileToProfile(Image.fromarray(rgb), srgb, target, outputMode="LAB")
    assert converted is not None
    return converted


PNG = encoded(PHOTO, "PNG")
COLOUR_FILES = {
    "png": (PNG, 0),
    "animated png": (encoded(PHOTO, "PNG", save_all=True, append_images=[black()]), 0),
    "palette png": (encoded(Image.fromarray(PHOTO).quantize(16), "PNG"), 0),
    "16-bit png": (cv2.imencode(".png", PHOTO[:, :, ::-1].astype(np.uint16) * 257)[1].tobytes(), 0),
    "16-bit tiff": (cv2.imencode(".tiff", PHOTO[:, :, ::-1].astype(np.uint16) * 257)[1].tobytes(), 0),
    "bmp": (encoded(PHOTO, "BMP"), 0),
    "gif": (encoded(PHOTO, "GIF"), 0),
    "animated gif": (encoded(PHOTO, "GIF", save_all=True, append_images=[black()]), 0),
    "tiff": (encoded(PHOTO, "TIFF"), 0),
    "tiff of two pages": (encoded(PHOTO, "TIFF", save_all=True, append_images=[black()]), 0),
    "tiff lzw": (encoded(PHOTO, "TIFF", compression="tiff_lzw"), 0),
    "tiff cmyk": (encoded(Image.fromarray(PHOTO).convert("CMYK"), "TIFF"), 1),
    "tiff ycbcr": (encoded(Image.fromarray(PHOTO).convert("YCbCr"), "TIFF"), 3),
    "tiff lab": (encoded(lab(PHOTO), "TIFF"), 10),
    "tiff jpeg": (encoded(PHOTO, "TIFF", compression="jpeg"), 12),
    "webp lossless": (encoded(PHOTO, "WEBP", lossless=True), 0),
    "webp": (encoded(PHOTO, "WEBP"), 12),
    "animated webp": (encoded(PHOTO, "WEBP", save_all=True, append_images=[black()], lossless=True), 0),
    "jpeg 2000": (encoded(PHOTO, "JPEG2000"), 0),
    "ppm": (encoded(PHOTO, "PPM"), 0),
    "jpeg": (encoded(PHOTO, "JPEG"), 12),
    "jpeg 4:4:4": (encoded(PHOTO, "JPEG", subsampling=0, quality=95), 4),
    "jpeg that stores RGB": (encoded(PHOTO, "JPEG", keep_rgb=True, subsampling=0), 12),
    "jpeg progressive": (encoded(PHOTO, "JPEG", progressive=True), 12),
    "jpeg cmyk, inverted as Adobe does": (encoded(Image.fromarray(PHOTO).convert("CMYK"), "JPEG"), 12),
    "jpeg cmyk, broken profile": (encoded(Image.fromarray(PHOTO).convert("CMYK"), "JPEG", icc_profile=b"junk"), 12),
    "mpo": (encoded(PHOTO, "MPO", save_all=True, append_images=[black()]), 12),
    "jpeg with bytes after its end": (encoded(PHOTO, "JPEG") + b"a film of the moment before", 12),
    "avif": (encoded(PHOTO, "AVIF"), 12),
    "heic": (encoded(PHOTO, "HEIF"), 12),
    "heic of tiles": (encoded(PHOTO, "HEIF", tile_size=32), 12),
}


@pytest.mark.parametrize("kind", COLOUR_FILES)
def test_every_format_gives_the_picture(kind: str, tmp_path: Path) -> None:
    content, tolerance = COLOUR_FILES[kind]
    assert_photo(read(content), tolerance)
    misleading = tmp_path / "notes.txt"  # the content decides, not the name
    misleading.write_bytes(content)
    assert_photo(read(misleading), tolerance)
    assert_photo(read(str(misleading)), tolerance)


@pytest.mark.parametrize("orientation", STORED)
@pytest.mark.parametrize("format_name", ["JPEG", "MPO", "PNG", "WEBP", "TIFF", "AVIF", "HEIF"])
def test_upright(format_name: str, orientation: int) -> None:
    stored = STORED[orientation](PHOTO)
    options = {"lossless": True} if format_name == "WEBP" else {}
    content = encoded(stored, format_name, exif=exif(orientation), **options)
    assert_photo(read(content), 12 if format_name in LOSSY else 0)


@pytest.mark.parametrize(
    "options",
    [{"compression": "tiff_lzw"}, {"save_all": True, "append_images": [black()]}],
    ids=["compressed", "two pages"],
)
def test_upright_tiff_of_other_kinds(options: dict[str, object]) -> None:
    assert_photo(read(encoded(STORED[6](PHOTO), "TIFF", exif=exif(6), **options)), 0)


def test_exif_behind_the_pixels_of_a_png() -> None:
    rows = b"".join(b"\0" + row.tobytes() for row in STORED[8](PHOTO))
    assert_photo(read(png(HEIGHT, WIDTH, rows, chunk(b"eXIf", exif(8)[6:]))), 0)


@pytest.mark.parametrize(
    "tags", [b"Exif\0\0", b"Exif\0\0MM\0*\0\0\0\x08\0\x09\x01\x12", b"junk", exif(9), exif(0)], ids=repr
)
def test_broken_exif_changes_nothing_and_warns_of_nothing(tags: bytes) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert_photo(read(encoded(PHOTO, "JPEG", exif=tags)), 12)
        assert_photo(read(encoded(PHOTO, "PNG", exif=tags)), 0)


GREY_RAMPS = {
    "png": encoded(Image.fromarray(RAMP), "PNG"),
    "tiff, little end first": encoded(Image.fromarray(RAMP), "TIFF"),
    "tiff, big end first": encoded(Image.frombytes("I;16B", (256, 32), RAMP.astype(">u2").tobytes()), "TIFF"),
    "jpeg 2000": encoded(Image.fromarray(RAMP), "JPEG2000"),
    "ppm": encoded(Image.fromarray(RAMP), "PPM"),
    "tiff of floats to 1": encoded(Image.fromarray((RAMP / 65535).astype(np.float32)), "TIFF"),
    "tiff of floats to 255": encoded(Image.fromarray((RAMP / 256).astype(np.float32)), "TIFF"),
    "tiff of 32-bit numbers": encoded(Image.fromarray(RAMP.astype(np.int32) << 15), "TIFF"),
    "8-bit png": encoded((RAMP >> 8).astype(np.uint8), "PNG"),
}


@pytest.mark.parametrize("kind", GREY_RAMPS)
def test_grey_keeps_its_ramp(kind: str) -> None:
    rgb = read(GREY_RAMPS[kind])
    assert np.abs(rgb[0, :, 0].astype(int) - np.arange(256)).max() <= 1
    assert (rgb == rgb[:1, :, :1]).all()


def white_is_zero(content: bytes) -> bytes:
    """A grey TIFF whose numbers are kept and mean the opposite."""
    order = "<" if content[:2] == b"II" else ">"
    entry = struct.pack(order + "HHI", 262, 3, 1)
    altered = bytearray(content)
    struct.pack_into(order + "H", altered, altered.index(entry) + len(entry), 0)
    return bytes(altered)


RAMP_BIG = Image.frombytes("I;16B", (256, 32), RAMP.astype(">u2").tobytes())
GREY_8 = Image.fromarray((RAMP >> 8).astype(np.uint8))
COMPRESSIONS = (None, "tiff_lzw", "tiff_adobe_deflate", "packbits")
TURNED_ROUND = {
    f"{name}, {compression or 'raw'}": white_is_zero(encoded(image, "TIFF", compression=compression))
    for compression in COMPRESSIONS
    for name, image in {
        "8-bit": GREY_8,
        "16-bit": Image.fromarray(RAMP),
        "16-bit, big end first": RAMP_BIG,
        "floats": Image.fromarray((RAMP / 65535).astype(np.float32)),
        "32-bit": Image.fromarray(RAMP.astype(np.int32) << 15),
    }.items()
}
TURNED_ROUND["8-bit, jpeg"] = white_is_zero(encoded(GREY_8, "TIFF", compression="jpeg", quality=100))


@pytest.mark.parametrize("kind", TURNED_ROUND)
def test_where_zero_is_white_it_is_no_negative(kind: str) -> None:
    rgb = read(TURNED_ROUND[kind])
    assert np.abs(rgb[0, :, 0].astype(int) - np.arange(255, -1, -1)).max() <= (4 if "jpeg" in kind else 1)
    assert (rgb == rgb[:, :, :1]).all()


@pytest.mark.parametrize("compression", [*COMPRESSIONS, "group4"])
def test_one_bit_where_zero_is_white(compression: str | None) -> None:
    checks = np.indices((32, 40)).sum(axis=0) % 2 == 1
    content = white_is_zero(encoded(Image.fromarray(checks), "TIFF", compression=compression))
    assert (read(content) == np.where(checks, 0, 255)[:, :, np.newaxis]).all()


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("white", [0, 1])
def test_twelve_bits_have_their_own_white(order: str, white: int) -> None:
    values = np.tile(np.arange(0, 4096, 16, dtype=np.uint16), (20, 1))
    first, second = values[:, ::2], values[:, 1::2]
    packed = np.stack([first >> 4, (first & 15) << 4 | second >> 8, second & 255], axis=-1).astype(np.uint8)
    tags, _ = grey(values, t258=12, t262=white, t279=packed.size)
    rgb = read(tiff([(tags, packed.tobytes())], (), order))
    expected = np.arange(256) if white else np.arange(255, -1, -1)
    assert np.abs(rgb[0, :, 0].astype(int) - expected).max() <= 1


def test_signed_sixteen_bits_have_their_own_white() -> None:
    ramp = (RAMP >> 1).astype("<i2")
    tags, _ = grey(ramp, t258=16, t339=2, t279=ramp.nbytes)
    rgb = read(tiff([(tags, ramp.tobytes())]))
    assert np.abs(rgb[0, :, 0].astype(int) - np.arange(256)).max() <= 1


def test_one_bit_is_black_and_white() -> None:
    checks = np.indices((32, 40)).sum(axis=0) % 2 == 1
    rgb = read(encoded(Image.fromarray(checks), "PNG"))
    assert (rgb == np.where(checks, 255, 0)[:, :, np.newaxis]).all()


def transparent_palette() -> Image.Image:
    image = Image.new("P", (WIDTH, HEIGHT), 0)
    image.putpalette([*RED, *GREEN])
    image.paste(1, (64, 0, WIDTH, HEIGHT))
    return image


RGBA = np.dstack([np.full((HEIGHT, WIDTH, 3), RED, np.uint8), np.zeros((HEIGHT, WIDTH), np.uint8)])
RGBA[:, 64:] = (*GREEN, 255)
HALF = tuple(round(value / 2 + 127.5) for value in RED)


@pytest.mark.parametrize(
    ("content", "left", "right"),
    [
        pytest.param(encoded(RGBA, "PNG"), (255,) * 3, GREEN, id="rgba png"),
        pytest.param(encoded(RGBA, "WEBP", lossless=True), (255,) * 3, GREEN, id="rgba webp"),
        pytest.param(encoded(RGBA, "TIFF"), (255,) * 3, GREEN, id="rgba tiff"),
        pytest.param(encoded(transparent_palette(), "PNG", transparency=0), (255,) * 3, GREEN, id="palette png"),
        pytest.param(encoded(transparent_palette(), "GIF", transparency=0), (255,) * 3, GREEN, id="gif"),
        pytest.param(encoded(transparent_palette(), "PNG", transparency=b"\x80"), HALF, GREEN, id="half palette png"),
        pytest.param(encoded(RGBA[:, :, :3], "PNG", transparency=RED), (255,) * 3, GREEN, id="one colour of a png"),
        pytest.param(
            encoded(Image.new("LA", (WIDTH, HEIGHT), (90, 255)), "PNG"), (90,) * 3, (90,) * 3, id="grey and alpha"
        ),
    ],
)
def test_transparent_parts_show_on_white(content: bytes, left: tuple[int, ...], right: tuple[int, ...]) -> None:
    rgb = read(content)
    assert np.abs(rgb[:, :64].astype(int) - left).max() <= 1 and np.abs(rgb[:, 64:].astype(int) - right).max() <= 1


@pytest.mark.parametrize(
    "view",
    [
        pytest.param(PHOTO, id="as it is"),
        pytest.param(PHOTO[:, :, ::-1], id="channels reversed"),
        pytest.param(PHOTO[:, ::-1], id="mirrored"),
        pytest.param(PHOTO[3:40, 5:50], id="cropped"),
        pytest.param(np.asfortranarray(PHOTO), id="column by column"),
    ],
)
def test_arrays_come_back_contiguous(view: np.ndarray) -> None:
    assert np.array_equal(read(view), view)


def test_the_caller_s_array_is_left_alone() -> None:
    original = PHOTO.copy()
    read(original)
    assert np.array_equal(original, PHOTO)


@pytest.mark.parametrize(
    ("source", "name", "shown"),
    [
        pytest.param("holiday.png", None, "holiday.png", id="of the file"),
        pytest.param("holiday.png", "me.jpg", "me.jpg", id="given"),
        pytest.param("holiday.png", "../private/me.jpg", "me.jpg", id="given as a path"),
        pytest.param("holiday.png", "C:\\fakepath\\me.jpg", "me.jpg", id="given as a Windows path"),
        pytest.param("holiday.png", "me\udcff.jpg", "me?.jpg", id="no valid Unicode"),
        pytest.param(PNG, None, "picture", id="bytes"),
        pytest.param(PNG, "/", "picture", id="only a slash"),
        pytest.param(PHOTO, None, "picture", id="array"),
    ],
)
def test_the_name_is_never_a_path(
    source: str | bytes | np.ndarray, name: str | None, shown: str, tmp_path: Path
) -> None:
    if isinstance(source, str):
        (tmp_path / source).write_bytes(PNG)
        source = str(tmp_path / source)
    assert read_image(source, Settings(), name).name == shown


def test_threads_read_side_by_side() -> None:
    start = threading.Barrier(4)

    def work(kind: str) -> bool:
        start.wait()
        return all(np.array_equal(read(COLOUR_FILES[kind][0]), alone[kind]) for _ in range(20))

    alone = {kind: read(COLOUR_FILES[kind][0]) for kind in ("jpeg", "png", "heic", "webp")}
    with ThreadPoolExecutor(4) as pool:
        assert all(pool.map(work, alone))
