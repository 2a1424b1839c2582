"""A square of a frame, converted by itself, is what the whole frame shows there, however the clip lies."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from core.media.orientation import FORMS, changes_sides
from core.media.videos import Frame, open_clip
from tests.core.media.clips import clip_bytes

WIDTH, HEIGHT = 320, 200


def a_picture() -> NDArray[np.uint8]:
    """Soft, so that a half of it hardly depends on what colours are taken to be between two samples."""
    noise = np.random.default_rng(3).integers(90, 167, (HEIGHT // 20, WIDTH // 20, 3)).astype(np.uint8)
    return np.asarray(cv2.resize(noise, (WIDTH, HEIGHT), interpolation=cv2.INTER_CUBIC), np.uint8)


def a_frame(**options: Any) -> Frame:
    clip = open_clip(clip_bytes([0], pictures=[a_picture()], **options))
    with clip.reader() as reader:
        return next(iter(reader.frames(0)))


FRAME = a_frame()


def lying(form: int) -> Frame:
    """The frame of a clip that lies in that form."""
    size = (HEIGHT, WIDTH) if changes_sides(form) else (WIDTH, HEIGHT)
    return replace(FRAME, width=size[0], height=size[1], form=form, _kept=[])


def cut(rgb: NDArray[np.uint8], corner: tuple[int, int], side: int) -> NDArray[np.uint8]:
    """That square of the whole picture, black outside."""
    wide = np.pad(rgb, ((400, 600), (400, 600), (0, 0)))
    left, top = corner[0] + 400, corner[1] + 400
    return wide[top : top + side, left : left + side]


evens = st.integers(-60, 160).map(lambda half: 2 * half)


@given(st.sampled_from(list(FORMS)), evens, evens, st.integers(1, 80).map(lambda half: 2 * half))
def test_in_its_own_size_it_is_cut_out_of_the_whole_to_the_last_bit(form: int, left: int, top: int, side: int) -> None:
    frame = lying(form)
    assert frame.has_squares
    assert np.array_equal(frame.square((left, top), side), cut(frame.rgb, (left, top), side))


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("halvings", [1, 2])
@pytest.mark.parametrize("corner", [(40, 24), (-24, -40), (160, 96)])
def test_halved_it_is_the_mean_of_what_goes_into_each_pixel(form: int, halvings: int, corner: tuple[int, int]) -> None:
    frame, step = lying(form), 2**halvings
    seen = frame.square(corner, 128, halvings)
    whole = cut(frame.rgb, corner, 128).reshape(128 // step, step, 128 // step, step, 3).mean(axis=(1, 3))
    assert seen.shape == whole.shape
    off = np.abs(seen - whole)
    # At the picture's edge a pixel may be black that is only half there.
    assert np.median(off) <= 3 and (off > 12).mean() < 0.03


@pytest.mark.parametrize("form", FORMS)
def test_the_whole_is_halved_in_the_same_way(form: int) -> None:
    frame = lying(form)
    assert np.array_equal(frame.halved(0), frame.rgb)
    small = frame.halved(1)
    assert small.shape == (frame.height // 2, frame.width // 2, 3) and small.flags.c_contiguous
    assert np.median(np.abs(small.astype(int) - frame.scaled(max(small.shape)))) <= 3


def test_far_outside_it_is_black() -> None:
    assert not FRAME.square((4000, 0), 64).any() and not FRAME.square((0, -4000), 64, 2).any()


def test_what_is_stored_otherwise_has_none() -> None:
    assert not a_frame(codec="ffv1", container="matroska").has_squares
    assert not replace(FRAME, width=HEIGHT, height=HEIGHT).has_squares  # between bars
    assert not replace(FRAME, width=2 * WIDTH).has_squares  # pixels that are not square
