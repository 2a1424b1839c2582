"""TIFF files built by hand, of either byte order: what Pillow cannot write."""

import struct
from collections.abc import Sequence

import numpy as np

SHORT, LONG = 3, 4
Tags = dict[int, int | tuple[int, ...]]


def grey(pixels: np.ndarray, **tags: int | tuple[int, ...]) -> tuple[Tags, bytes]:
    """A directory of 8-bit grey pixels and those pixels. More tags are given as `t254=1`."""
    height, width = pixels.shape
    own: Tags = {256: width, 257: height, 258: 8, 259: 1, 262: 1, 277: 1, 278: height, 279: pixels.size}
    return own | {int(name[1:]): value for name, value in tags.items()}, pixels.astype(np.uint8).tobytes()


def tiff(
    pages: Sequence[tuple[Tags, bytes]], below: Sequence[tuple[Tags, bytes]] = (), order: str = "<", after: bytes = b""
) -> bytes:
    """A file of those pages; the directories `below` hang under the first of them.

    Args:
        pages, below: a directory's tags and its pixels.
        order: "<" for little end first, ">" for big.
        after: what stands behind the header, for makers who sign there.
    """
    content = bytearray((b"II*\0" if order == "<" else b"MM\0*") + bytes(4) + after)
    under = [_directory(content, tags, pixels, order) for tags, pixels in below]
    link = 4  # where the offset of the next page goes
    for number, (tags, pixels) in enumerate(pages):
        own = dict(tags)
        if number == 0 and under:
            own[330] = tuple(under)
        place = _directory(content, own, pixels, order)
        struct.pack_into(order + "I", content, link, place)
        link = place + 2 + 12 * (len(own) + 1)
    return bytes(content)


def _directory(content: bytearray, tags: Tags, pixels: bytes, order: str) -> int:
    """Append pixels and a directory, which says where they are; where it begins."""
    content += bytes(len(content) % 2)
    tags = tags | {273: len(content)}
    content += pixels + bytes(len(pixels) % 2)
    entries = b""
    for tag, value in sorted(tags.items()):
        values = value if isinstance(value, tuple) else (value,)
        kind = LONG if tag in (273, 279, 330) or max(values) > 0xFFFF else SHORT
        packed = struct.pack(f"{order}{len(values)}{'I' if kind == LONG else 'H'}", *values)
        if len(packed) > 4:
            place = len(content)
            content += packed + bytes(len(packed) % 2)
            packed = struct.pack(order + "I", place)
        entries += struct.pack(order + "HHI", tag, kind, len(values)) + packed.ljust(4, b"\0")
    begin = len(content)
    content += struct.pack(order + "H", len(tags)) + entries + bytes(4)
    return begin
