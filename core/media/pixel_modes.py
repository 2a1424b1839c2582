"""Pixels of every mode that Pillow knows as 8-bit RGB: `rgb_of`."""

from __future__ import annotations

import io

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageCms, TiffImagePlugin

from core.media.camera_raw import PHOTOMETRIC

_BITS, _SAMPLE_FORMAT = 258, 339
_WHITE_IS_ZERO, _SIGNED = 0, 2

# TIFF layouts of one grey channel that Pillow has the decoders for, but not on its list: (byte order, photometric
# interpretation, sample format, fill order, bits, extra samples) to mode and raw mode. Twelve bits are packed alike in
# both byte orders.
TiffImagePlugin.OPEN_INFO.update(
    {
        (b"MM", 0, (1,), 1, (16,), ()): ("I;16B", "I;16B"),
        (b"II", 0, (2,), 1, (16,), ()): ("I", "I;16S"),
        (b"MM", 0, (2,), 1, (16,), ()): ("I", "I;16BS"),
        (b"II", 0, (1,), 1, (12,), ()): ("I;16", "I;12"),
        (b"MM", 0, (1,), 1, (12,), ()): ("I;16", "I;12"),
        (b"MM", 1, (1,), 1, (12,), ()): ("I;16", "I;12"),
        (b"II", 0, (2,), 1, (32,), ()): ("I", "I;32S"),
        (b"MM", 0, (2,), 1, (32,), ()): ("I", "I;32BS"),
        (b"II", 0, (1,), 1, (32,), ()): ("I", "I;32N"),
    }
)


def rgb_of(image: Image.Image) -> NDArray[np.uint8]:
    """The pixels of a loaded picture of any mode, (height, width, 3), not turned."""
    if image.mode in ("I", "F") or image.mode.startswith("I;16"):
        grey = _eight_bit(np.asarray(image), _white(image))
        # Up to eight bits Pillow turns these round itself.
        grey = 255 - grey if _tag(image, PHOTOMETRIC) == _WHITE_IS_ZERO else grey
        return np.repeat(grey[:, :, np.newaxis], 3, axis=2)
    if image.has_transparency_data:
        coloured = image.convert("RGBA")
        flat = Image.new("RGB", image.size, "white")
        flat.paste(coloured, mask=coloured)
        return np.array(flat)
    if image.mode == "CMYK":
        return np.array(_from_cmyk(image))
    return np.array(image if image.mode == "RGB" else image.convert("RGB"))


def _white(image: Image.Image) -> float | None:
    """The value that is white, where the file says how many bits it means; None where it has to be guessed."""
    bits = _tag(image, _BITS)
    if bits is None or bits > 16:
        return None
    return float(2 ** (bits - 1) - 1 if _tag(image, _SAMPLE_FORMAT) == _SIGNED else 2**bits - 1)


def _tag(image: Image.Image, tag: int) -> int | None:
    """The first number of a tag of a TIFF; None if it has none, or is no TIFF."""
    if not isinstance(image, TiffImagePlugin.TiffImageFile):
        return None
    value = image.tag_v2.get(tag)
    value = value[0] if isinstance(value, tuple) and value else value
    return value if isinstance(value, int) else None


def _eight_bit(values: NDArray[np.generic], white: float | None) -> NDArray[np.uint8]:
    """Grey numbers of any type as 0 to 255, black at 0; NaN and the infinities are black too.

    16-bit has its white at 65535. 32-bit integers and floats have no fixed white: it is the first of 1 (floats only),
    255 (floats only), 65535 and 2147483647 that no value exceeds.
    """
    if values.dtype.itemsize == 2 and white in (None, 65535.0):
        return (values.astype(np.uint16) >> 8).astype(np.uint8)
    numbers = np.nan_to_num(values.astype(np.float32), nan=0.0, posinf=0.0, neginf=0.0)
    if white is None:
        whites = (1.0, 255.0, 65535.0) if values.dtype.kind == "f" else (65535.0,)
        white = next((white for white in whites if numbers.max() <= white), max(2147483647.0, float(numbers.max())))
    shares: NDArray[np.float32] = np.clip(numbers / white, 0.0, 1.0)
    return (shares * 255.0 + 0.5).astype(np.uint8)


def _from_cmyk(image: Image.Image) -> Image.Image:
    try:
        profile = ImageCms.ImageCmsProfile(io.BytesIO(image.info["icc_profile"]))
        converted = ImageCms.profileToProfile(image, profile, ImageCms.createProfile("sRGB"), outputMode="RGB")
    except (KeyError, TypeError, OSError, ImageCms.PyCMSError):  # without a profile, or with a broken one
        return image.convert("RGB")
    return converted or image.convert("RGB")
