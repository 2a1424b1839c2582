"""How much is missing at the end of a clip that was not copied or recorded to its end.

A file says so only if it announces more bytes than there are, so a whole file is never taken for a cut one. What the
announced bytes would show is told in seconds where the container says that, too.
"""

from __future__ import annotations

import struct
from typing import BinaryIO

from av.container import InputContainer
from av.video.stream import VideoStream

_MP4, _MATROSKA, _AVI, _GIF = "mp4", "matroska", "avi", "gif"
_SEGMENT = b"\x18\x53\x80\x67"
_GIF_BLOCK, _GIF_EXTENSION, _GIF_IMAGE, _GIF_END = b"\0", b"!", b",", b";"


def missing_at_end_s(
    file: BinaryIO,
    container: InputContainer,
    stream: VideoStream,
    *,
    end_s: float,
    frame_s: float,
    last_dts: int | None,
) -> float:
    """How many seconds of pictures are announced behind the last one that is there.

    Args:
        file: the file itself; it is read here and there.
        container, stream: the same, all of whose packets have been read.
        end_s: when the last frame that is there ends, in the container's time.
        frame_s: how long a frame is shown, in the mean.
        last_dts: the last packet's decoding time stamp, if it has one.

    Returns:
        0 where nothing is known to be missing; NaN where the file breaks off and does not say how much it would hold.
    """
    file_bytes = file.seek(0, 2)
    names = container.format.name.split(",")
    missing_s = 0.0
    if _MP4 in names:
        missing_s = _beyond_the_end_s(file, file_bytes, stream, frame_s)
    elif _MATROSKA in names and _matroska_ends_at(file) > file_bytes:
        missing_s = _announced_s(container, stream) - end_s
    elif _AVI in names and _avi_ends_at(file, file_bytes) > file_bytes and stream.frames and last_dts is not None:
        missing_s = (stream.frames - 1 - last_dts) * float(stream.time_base or 0)
    elif _GIF in names and _gif_breaks_off(file):
        missing_s = float("nan")
    # Less than half a frame is rounding: the file broke off behind the pictures, in its index.
    return 0.0 if missing_s < frame_s / 2 else missing_s


def _beyond_the_end_s(file: BinaryIO, file_bytes: int, stream: VideoStream, frame_s: float) -> float:
    """MP4 says for each frame at which byte it lies; one in fragments only for the fragments that are there."""
    boxes, ends_at = _mp4_boxes(file, file_bytes)
    if b"moof" in boxes:
        return float("nan") if ends_at > file_bytes else 0.0
    unit = float(stream.time_base or 0)
    entries = list(stream.index_entries)
    ends = [entry.timestamp for entry in entries[1:]]
    ends.append(entries[-1].timestamp + round(frame_s / unit) if entries and unit else 0)
    return unit * sum(
        end - entry.timestamp
        for entry, end in zip(entries, ends, strict=False)
        if entry.pos + entry.size > file_bytes and not entry.is_discard
    )


def _mp4_boxes(file: BinaryIO, file_bytes: int) -> tuple[set[bytes], int]:
    """The kinds of its outermost boxes, and where the last one should end."""
    kinds: set[bytes] = set()
    place = 0
    while place + 8 <= file_bytes:
        file.seek(place)
        length, kind, long_length = struct.unpack(">I4sQ", file.read(16).ljust(16, b"\0"))
        kinds.add(kind)
        length = {0: file_bytes - place, 1: long_length}.get(length, length)
        if length < 8:  # no box at all
            break
        place += length
    return kinds, place


def _matroska_ends_at(file: BinaryIO) -> int:
    """The byte at which the segment, which holds everything, should end; 0 if the file does not say."""
    file.seek(0)
    begin = file.read(4096)
    place = begin.find(_SEGMENT)
    if place < 0 or place + 12 > len(begin):
        return 0
    place += len(_SEGMENT)
    # The first byte's leading zeros say how many bytes follow; what was written as it came has a size of all ones.
    width = 9 - begin[place].bit_length()
    if width > 8:
        return 0
    size = int.from_bytes(begin[place : place + width], "big") & ((1 << 7 * width) - 1)
    return 0 if size == (1 << 7 * width) - 1 else place + width + size


def _announced_s(container: InputContainer, stream: VideoStream) -> float:
    """When the pictures should end: the track's own word first, for the sound may be longer."""
    hours, _, rest = stream.metadata.get("DURATION", "").partition(":")
    minutes, _, seconds = rest.partition(":")
    try:
        return 3600 * int(hours) + 60 * int(minutes) + float(seconds)
    except ValueError:
        return float("nan") if container.duration is None else container.duration / 1e6


def _avi_ends_at(file: BinaryIO, file_bytes: int) -> int:
    """Where its last RIFF should end: each is at most one gigabyte, so there may be several."""
    place = 0
    while place + 12 <= file_bytes:
        file.seek(place)
        kind, length = struct.unpack("<4sI", file.read(8))
        if kind != b"RIFF":
            break
        place += 8 + length + length % 2
    # A missing byte to fill up with is no loss.
    return place - 1


def _gif_breaks_off(file: BinaryIO) -> bool:
    """Whether it ends inside a block. Some programs leave the mark at the end out, which is no loss."""
    file.seek(10)
    flags = file.read(3)[:1]
    if not flags:
        return True
    _skip_colours(file, flags[0])
    while (kind := file.read(1)) not in (b"", _GIF_END):
        if kind == _GIF_EXTENSION:
            file.seek(1, 1)
        elif kind == _GIF_IMAGE:
            about = file.read(9)
            if len(about) < 9:
                return True
            _skip_colours(file, about[8])
            file.seek(1, 1)
        elif kind != _GIF_BLOCK:
            return False  # not to be understood
        else:
            continue
        while (length := file.read(1)) != _GIF_BLOCK:
            if not length or len(file.read(length[0])) < length[0]:
                return True
    return False


def _skip_colours(file: BinaryIO, flags: int) -> None:
    if flags & 0x80:
        file.seek(3 << (flags & 7) + 1, 1)
