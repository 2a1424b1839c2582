"""Which files are camera raw, or hold only a preview of the picture first: Pillow would read a thumbnail from them.

A raw file holds what the sensor saw, for another program to develop. Most are TIFF files whose first directory is a
thumbnail, so that whoever knows TIFF but not raw measures somebody in 160 x 120 pixels without a word.
"""

from __future__ import annotations

import contextlib
import io
import re
from collections.abc import Iterator

from PIL.TiffImagePlugin import ImageFileDirectory_v2

# What begins like this: Canon CR3, CR2 and CRW, Fujifilm, Olympus, Panasonic and Leica, Phase One, Minolta, Sigma.
_SIGNATURE = re.compile(
    rb"....ftypcrx |II\*\0....CR\x02|II\x1a\0\0\0HEAPCCDR|FUJIFILMCCD-RAW|II(?:RO|RS|U\0)|MMOR"
    rb"|(?:II\*\0|MM\0\*)....(?:IIII|MMMM|RawT)|\0MRM|FOVb",
    re.DOTALL,
)
_TIFF = re.compile(rb"II(?:\*\0|\0\*|\+\0)|MM(?:\0\*|\*\0|\0\+)")

# TIFF 6.0, TIFF/EP and Adobe's DNG name these.
NEW_SUBFILE_TYPE, SUBFILE_TYPE, WIDTH, HEIGHT = 254, 255, 256, 257
COMPRESSION, PHOTOMETRIC, SUB_DIRECTORIES, CFA_PATTERN, DNG_VERSION = 259, 262, 330, 33422, 50706
_SENSOR_COLOURS = (32803, 34892)  # colour filter array, linear raw
_SENSOR_COMPRESSIONS = (32767, 32770, 34316, 34713, 65000, 65535)  # Sony, Samsung, Panasonic, Nikon, Kodak, Pentax
# No camera nests or chains more; a file that is made to keep a reader busy does.
_MOST_DIRECTORIES = 64


def is_camera_raw(data: bytes) -> bool:
    """Whether a file's content is camera raw, of any maker."""
    if _SIGNATURE.match(data):
        return True
    return any(_is_of_sensor(directory) for directory in _directories(data))


def main_page(data: bytes) -> int | None:
    """Which page of a TIFF is the picture, from 0; None if its pages are only previews of one that is none of them.

    0 for everything that is no TIFF.
    """
    pages = list(_chain(data))
    for number, page in enumerate(pages):
        if not _is_preview(page):
            return number
    largest = max((_pixels(page) for page in pages), default=0)
    return None if any(_pixels(directory) > largest for directory in _directories(data)) else 0


def pages_of(data: bytes) -> int:
    """How many pages of a TIFF are pictures, not previews of others; 1 at least."""
    return max(1, sum(not _is_preview(page) for page in _chain(data)))


def is_readable_tiff(data: bytes) -> bool:
    """Whether it is a TIFF whose first page says how large it is: if it cannot be opened, it is of an unknown kind."""
    return any(_pixels(page) > 0 for page in _chain(data))


def _is_of_sensor(directory: ImageFileDirectory_v2) -> bool:
    return (
        DNG_VERSION in directory
        or CFA_PATTERN in directory
        or _number(directory, PHOTOMETRIC) in _SENSOR_COLOURS
        or _number(directory, COMPRESSION) in _SENSOR_COMPRESSIONS
    )


def _is_preview(directory: ImageFileDirectory_v2) -> bool:
    return bool(_number(directory, NEW_SUBFILE_TYPE) & 1) or _number(directory, SUBFILE_TYPE) == 2


def _pixels(directory: ImageFileDirectory_v2) -> int:
    return _number(directory, WIDTH) * _number(directory, HEIGHT)


def _number(directory: ImageFileDirectory_v2, tag: int) -> int:
    with contextlib.suppress(Exception):  # a broken tag says nothing
        value = directory.get(tag, 0)
        return int(value[0] if isinstance(value, tuple) else value)
    return 0


def _directories(data: bytes) -> Iterator[ImageFileDirectory_v2]:
    """Every directory of a TIFF: its pages, and what hangs below them."""
    found = list(_chain(data))
    for seen, directory in enumerate(found):
        yield directory
        with contextlib.suppress(Exception):
            below = directory.get(SUB_DIRECTORIES, ())
            offsets = below if isinstance(below, tuple) else (below,)
            for offset in offsets[: _MOST_DIRECTORIES - seen]:
                found += list(_chain(data, int(offset)))[: _MOST_DIRECTORIES - len(found)]


def _chain(data: bytes, offset: int | None = None) -> Iterator[ImageFileDirectory_v2]:
    """The directories from an offset on, each after the other; by default the pages. None where it is no TIFF."""
    if not _TIFF.match(data):
        return
    file, seen = io.BytesIO(data), set[int]()
    with contextlib.suppress(Exception):  # a directory that breaks off ends the chain
        header = data[:16] if data[2] == 43 or data[3] == 43 else data[:8]
        following = ImageFileDirectory_v2(header).next if offset is None else offset
        while following and following not in seen and len(seen) < _MOST_DIRECTORIES:
            seen.add(following)
            directory = ImageFileDirectory_v2(header)
            file.seek(following)
            directory.load(file)
            yield directory
            following = directory.next
