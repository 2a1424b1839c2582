"""A photo from anywhere becomes one upright picture: `read_image`.

Pillow decides what the bytes are, how large and which way up, before anything is decoded. It also decodes, except
ordinary JPEGs: OpenCV gives exactly the same pixels for those in half the time, and smaller ones if those will do
(`core.media.picture`).
"""

from __future__ import annotations

import contextlib
import io
import math
import os
import re
import stat
import struct
import warnings
from pathlib import Path

import numpy as np
import pi_heif
from numpy.typing import NDArray
from PIL import ExifTags, Image

from core.errors import (
    CameraRaw,
    DamagedImage,
    EmptyFile,
    FileMissing,
    ImageTooManyBytes,
    ImageTooManyPixels,
    ImageTooSmall,
    InvalidSource,
    NotAnImage,
    OnlyAPreview,
    UnknownTiff,
)
from core.media.camera_raw import is_camera_raw, is_readable_tiff, main_page, pages_of
from core.media.orientation import upright
from core.media.picture import Picture
from core.media.pixel_modes import rgb_of
from core.settings import Settings

Image.init()
pi_heif.register_heif_opener(thumbnails=False, depth_images=False, aux_images=False)

ImageSource = str | os.PathLike[str] | bytes | bytearray | memoryview | NDArray[np.uint8] | Picture

UNNAMED = "picture"

# Pillow knows more, but those are no photos, and some are dangerous to open (EPS runs Ghostscript) or are recognised
# in any text. Multi-picture JPEGs (MPO) come in as JPEG.
FORMATS: tuple[str, ...] = ("JPEG", "PNG", "WEBP", "HEIF", "AVIF", "TIFF", "BMP", "GIF", "JPEG2000", "PPM")

# Bytes that begin like this are a picture, however broken the rest may be.
_SIGNATURE = re.compile(
    rb"\xff\xd8\xff|\x89PNG\r\n|RIFF....WEBP|GIF8[79]a|II[*+]\0|MM\0[*+]|BM....\0\0\0\0"
    rb"|....ftyp(?:hei[cxms]|hev[cx]|mif1|msf1|avi[fs])|\0\0\0\x0cjP  |\xff\x4f\xff\x51",
    re.DOTALL,
)


def read_image(source: ImageSource, settings: Settings, name: str | None = None) -> Picture:
    """The upright 8-bit RGB picture in a file, in bytes or in an array.

    The content decides the format: JPEG, PNG, WebP, HEIC, AVIF, TIFF, BMP, GIF, JPEG 2000 or PPM. Of several frames or
    pages the first counts (in HEIC the primary one, in TIFF the first that is no preview of another), and
    `Picture.pictures` says how many there are. The orientation in EXIF or in the container is applied. Transparent
    parts show on white, as in most viewers. 16-bit values keep their proportions (65535 becomes 255), and where 0 is
    white they are turned round. Colours are taken as sRGB, except that CMYK goes through its embedded profile where it
    has one.

    Args:
        source: a path, the bytes of a file, or an upright RGB array (height, width, 3) of uint8; a contiguous array
            is passed on, not copied. A picture that this has given is not read again.
        settings: `max_image_bytes`, `max_image_pixels` and `min_image_side` count here.
        name: what to call it, by default the file's name; only the last component is kept.

    Raises:
        InvalidSource: the source is something else, or an array of another type or shape.
        FileMissing: there is no file at the path, or it cannot be read.
        EmptyFile, NotAnImage, DamagedImage: the content is no complete picture. That a JPEG is damaged may be found
            only when its pixels are asked for.
        CameraRaw, OnlyAPreview, UnknownTiff: a picture, but none that can be read here.
        ImageTooManyBytes, ImageTooManyPixels, ImageTooSmall: outside the limits; known before decoding.
    """
    if isinstance(source, Picture):
        return source if name is None else source.called(_last_component(name))
    if isinstance(source, str | os.PathLike):
        path = Path(source)
        shown = _last_component(name or path.name)
        return _picture(_read_file(path, shown, settings), shown, settings)
    shown = _last_component(name or UNNAMED)
    if isinstance(source, bytes | bytearray | memoryview):
        _check_bytes(memoryview(source).nbytes, shown, settings)
        return _picture(bytes(source), shown, settings)
    return Picture.of_pixels(_checked_array(source, shown, settings), shown)


def _last_component(name: str) -> str:
    last = re.split(r"[\\/]", name.rstrip("\\/"))[-1]
    # File systems allow names that are no valid Unicode; no page or export could show them.
    return last.encode("utf-8", "replace").decode("utf-8") or UNNAMED


def _read_file(path: Path, name: str, settings: Settings) -> bytes:
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):  # a directory, or a pipe that would block for ever
            raise FileMissing(name=name)
        _check_bytes(status.st_size, name, settings)
        with path.open("rb") as file:
            data = file.read(settings.max_image_bytes + 1)
    except (OSError, ValueError) as error:  # ValueError: a NUL in the path
        raise FileMissing(name=name) from error
    _check_bytes(len(data), name, settings)  # the file may have changed since
    return data


def _check_bytes(size: int, name: str, settings: Settings) -> None:
    if size == 0:
        raise EmptyFile(name=name)
    if size > settings.max_image_bytes:
        size_mb, limit_mb = math.ceil(size / 1e5) / 10, settings.max_image_bytes / 1e6
        raise ImageTooManyBytes(name=name, size_mb=f"{size_mb:.10g}", limit_mb=f"{limit_mb:.10g}")


def _check_size(width: int, height: int, name: str, settings: Settings) -> None:
    if width * height > settings.max_image_pixels:
        limit = f"{settings.max_image_pixels / 1e6:.10g}"
        raise ImageTooManyPixels(name=name, width=width, height=height, limit_megapixels=limit)
    if min(width, height) < settings.min_image_side:
        raise ImageTooSmall(name=name, width=width, height=height, smallest_side=settings.min_image_side)


def _checked_array(source: object, name: str, settings: Settings) -> NDArray[np.uint8]:
    expected = "a path, bytes, or an RGB array of uint8 with shape (height, width, 3)"
    if not isinstance(source, np.ndarray):
        raise InvalidSource(expected=expected, got=f"a value of type {type(source).__name__}")
    if source.dtype != np.uint8 or source.ndim != 3 or source.shape[2] != 3:
        raise InvalidSource(expected=expected, got=f"an array of {source.dtype} with shape {source.shape}")
    _check_size(source.shape[1], source.shape[0], name, settings)
    return np.ascontiguousarray(source)


def _picture(data: bytes, name: str, settings: Settings) -> Picture:
    # Pillow warns about untidy EXIF and the like; the user of a picture that can be read has no use for it.
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", module="PIL|pi_heif")
        if is_camera_raw(data):
            raise CameraRaw(name=name)
        webp_size = _webp_size(data)
        if webp_size is not None:  # Pillow allocates a WebP's canvas as soon as it opens one
            _check_size(*webp_size, name, settings)
        with _open(data, name) as image:
            _turn_to_page(data, image, name)
            _check_size(*image.size, name, settings)
            if image.format == "HEIF" and _breaks_off(data):  # libheif would leave the missing tiles grey
                raise DamagedImage(name=name)
            if image.format in ("JPEG", "MPO") and image.mode in ("L", "RGB"):
                return Picture.of_jpeg(data, image.size, _orientation(image), name, lambda: _jpeg_pixels(data, name))
            pictures = _pictures_in(data, image, name)
            rgb = _pixels(image, name)
            # Only now: Pillow looks for the EXIF of a PNG behind the pixels, and turns a TIFF itself while loading.
            return Picture.of_pixels(upright(rgb, _orientation(image)), name, pictures)


def _turn_to_page(data: bytes, image: Image.Image, name: str) -> None:
    """Turn a TIFF to the page that is the picture, not a preview of it."""
    page = main_page(data) if image.format == "TIFF" else 0
    if page is None:
        raise OnlyAPreview(name=name, width=image.width, height=image.height)
    if page:
        try:
            image.seek(page)
        except Exception as error:
            raise DamagedImage(name=name) from error


def _pictures_in(data: bytes, image: Image.Image, name: str) -> int:
    """How many pictures a film or a document holds. What else HEIC and JPEG carry are no others: depths, gain maps."""
    if image.format == "TIFF":
        return pages_of(data)
    if image.format in ("WEBP", "PNG", "AVIF"):
        return int(getattr(image, "n_frames", 1))
    with contextlib.suppress(Exception):  # broken later on: the first one may be whole
        if image.format == "GIF":
            with _open(data, name) as film:  # counting goes through the frames, so it is another one that does
                return int(getattr(film, "n_frames", 1))
    return 1


def _pixels(image: Image.Image, name: str) -> NDArray[np.uint8]:
    """The pixels of an opened picture, not turned."""
    try:
        image.load()
        return rgb_of(image)
    except Exception as error:  # decoders of broken bytes raise anything, from SyntaxError to MemoryError
        raise DamagedImage(name=name) from error


def _jpeg_pixels(data: bytes, name: str) -> NDArray[np.uint8]:
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", module="PIL")
        with _open(data, name) as image:
            return _pixels(image, name)


def _open(data: bytes, name: str) -> Image.Image:
    # Not Image.open: its own limit on pixels is global to the process, and its error does not say how large.
    for format_name in FORMATS:
        factory, accepts = Image.OPEN[format_name]
        with contextlib.suppress(Exception):  # not of this format, or broken: the signature tells below
            if accepts is None or accepts(data[:16]) is True:
                return factory(io.BytesIO(data), "")
    if is_readable_tiff(data):
        raise UnknownTiff(name=name)
    if _SIGNATURE.match(data):
        raise DamagedImage(name=name)
    raise NotAnImage(name=name)


def _webp_size(data: bytes) -> tuple[int, int] | None:
    """Width and height from the header of a WebP; None for everything else."""
    if data[:4] != b"RIFF" or data[8:12] != b"WEBP" or len(data) < 30:
        return None
    if data[12:16] == b"VP8X":
        return int.from_bytes(data[24:27], "little") + 1, int.from_bytes(data[27:30], "little") + 1
    if data[12:16] == b"VP8L":
        (bits,) = struct.unpack_from("<I", data, 21)
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    width, height = struct.unpack_from("<HH", data, 26)
    return width & 0x3FFF, height & 0x3FFF


def _breaks_off(data: bytes) -> bool:
    """Whether the pixels of a HEIC end before their box says; its boxes are a 32-bit length and a name each."""
    position = 0
    while position + 16 <= len(data):
        length, kind, long_length = struct.unpack_from(">I4sQ", data, position)
        length = long_length if length == 1 else length
        if kind == b"mdat":
            return bool(position + length > len(data))
        if length < 8:  # 0: the box reaches to the end of the file
            return False
        position += length
    return False


def _orientation(image: Image.Image) -> int:
    """EXIF's 1 to 8; 1, which is upright, for anything else."""
    with contextlib.suppress(Exception):  # broken EXIF says nothing about the pixels
        value = image.getexif().get(ExifTags.Base.Orientation)
        if isinstance(value, int) and 1 <= value <= 8:
            return value
    return 1
