"""Camera frames: what a browser sends is read, anything else is refused before it costs anything."""

from __future__ import annotations

import struct
import tracemalloc

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import FrameNotReadable, FrameTooLarge, LiveError
from core.media.jpeg_frames import MOST_PIXELS, decoded_frame, encoded_frame, jpeg_size


def jpeg(width: int, height: int, *options: int) -> bytes:
    rng = np.random.default_rng(1)
    small = rng.integers(0, 256, (8, 8, 3), np.uint8)
    return cv2.imencode(".jpg", cv2.resize(small, (width, height)), list(options))[1].tobytes()


def bomb(width: int, height: int) -> bytes:
    """A small JPEG whose header promises another size."""
    whole = bytearray(jpeg(640, 480))
    place = whole.index(b"\xff\xc0")
    struct.pack_into(">HH", whole, place + 5, height, width)
    return bytes(whole)


@pytest.mark.parametrize("options", [(), (cv2.IMWRITE_JPEG_PROGRESSIVE, 1), (cv2.IMWRITE_JPEG_QUALITY, 20)])
@pytest.mark.parametrize("size", [(640, 480), (480, 640), (1920, 1080), (101, 77)])
def test_a_frame_is_read_in_its_size(size: tuple[int, int], options: tuple[int, ...]) -> None:
    content = jpeg(*size, *options)
    assert jpeg_size(content) == size
    rgb = decoded_frame(content)
    assert rgb.shape == (size[1], size[0], 3) and rgb.dtype == np.uint8 and rgb.flags.c_contiguous


def test_colours_are_red_first() -> None:
    red = np.zeros((80, 80, 3), np.uint8)
    red[..., 0] = 200
    assert decoded_frame(encoded_frame(red))[40, 40].tolist() == pytest.approx([200, 0, 0], abs=3)


def test_too_many_bytes_and_pixels_are_refused() -> None:
    with pytest.raises(FrameTooLarge):
        decoded_frame(jpeg(640, 480), most_bytes=1000)
    with pytest.raises(FrameTooLarge):
        decoded_frame(jpeg(1920, 1200))


@pytest.mark.parametrize("size", [(65535, 65535), (MOST_PIXELS // 64 + 1, 64)])
def test_a_bomb_is_refused_before_memory_is_taken_for_it(size: tuple[int, int]) -> None:
    content = bomb(*size)
    tracemalloc.start()
    with pytest.raises(FrameTooLarge):
        decoded_frame(content)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 1_000_000


@pytest.mark.parametrize(
    "content",
    [b"", b"\xff", b"\xff\xd8", b"\xff\xd8\xff", b"\xff\xd8\xff\xd9", b"\x89PNG\r\n\x1a\n" + bytes(100), b"GIF89a" * 9],
    ids=["nothing", "byte", "start", "marker", "end", "png", "gif"],
)
def test_what_is_no_jpeg_is_refused(content: bytes) -> None:
    with pytest.raises(FrameNotReadable):
        decoded_frame(content)


def test_a_tiny_picture_is_refused() -> None:
    with pytest.raises(FrameNotReadable):
        decoded_frame(jpeg(640, 32))


@settings(max_examples=200, deadline=None)
@given(st.integers(0, 5000), st.integers(0, 5000), st.binary(max_size=20))
def test_damage_gives_a_picture_or_a_sentence(start: int, length: int, put: bytes) -> None:
    whole = jpeg(128, 96)
    damaged = whole[:start] + put + whole[start + length :]
    try:
        rgb = decoded_frame(damaged)
    except LiveError:
        return
    assert rgb.ndim == 3 and rgb.shape[0] * rgb.shape[1] <= MOST_PIXELS


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_after_the_signature_are_survived(rest: bytes) -> None:
    try:
        decoded_frame(b"\xff\xd8" + rest)
    except LiveError:
        return
