"""Picture files made in memory, all of one picture with four coloured quarters."""

import io
import struct
import zlib

import numpy as np
import pi_heif
import pillow_heif
from PIL import Image

from core.media.images import read_image
from core.settings import Settings

# What reads HEIC in the product cannot write it; its larger sibling writes it here, and only that.
pillow_heif.register_heif_opener()
pi_heif.register_heif_opener(thumbnails=False, depth_images=False, aux_images=False)

WIDTH, HEIGHT = 128, 96
RED, GREEN, BLUE, YELLOW = (220, 30, 40), (20, 180, 60), (30, 50, 200), (240, 220, 20)
PHOTO = np.zeros((HEIGHT, WIDTH, 3), np.uint8)
PHOTO[:48, :64], PHOTO[:48, 64:], PHOTO[48:, :64], PHOTO[48:, 64:] = RED, GREEN, BLUE, YELLOW


def black() -> Image.Image:
    """A second frame or page, new each time: Pillow leaves traces of its encoder on a picture that it saved."""
    return Image.new("RGB", (WIDTH, HEIGHT), "black")


def encoded(image: Image.Image | np.ndarray, format_name: str, **options: object) -> bytes:
    file = io.BytesIO()
    picture = image if isinstance(image, Image.Image) else Image.fromarray(np.ascontiguousarray(image))
    picture.save(file, format_name, **options)
    return file.getvalue()


def png(width: int, height: int, rows: bytes, extra: bytes = b"") -> bytes:
    """An RGB PNG built by hand, with `extra` between the pixels and the end."""
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(rows)) + extra + chunk(b"IEND", b"")


def chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def exif(orientation: int) -> bytes:
    tags = Image.Exif()
    tags[274] = orientation
    return tags.tobytes()


def read(source: object, **limits: int) -> np.ndarray:
    rgb = read_image(source, Settings(**limits)).rgb  # type: ignore[arg-type]
    assert rgb.dtype == np.uint8 and rgb.ndim == 3 and rgb.shape[2] == 3 and rgb.flags.c_contiguous
    return rgb
