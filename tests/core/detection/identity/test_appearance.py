"""Colours where they are sampled, and proportions that do not depend on size."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.detection.identity.appearance import LIGHTNESS_SHARE, REGIONS, colours, log_proportions

RED, BLUE = (200, 30, 30), (30, 30, 200)
TRUNK, ARMS, THIGHS, SHINS, HEAD = range(REGIONS)


def standing() -> np.ndarray:
    """A body whose trunk lies between rows 100 and 200, its legs between 200 and 400."""
    body = np.zeros((33, 3), np.float32)
    body[:11, :2] = (100, 60)
    body[7, :2], body[8, :2] = (110, 60), (90, 60)
    for side, x in ((0, 130.0), (1, 70.0)):
        for landmark, y in ((11, 100), (13, 150), (15, 190), (23, 200), (25, 300), (27, 400), (29, 410), (31, 412)):
            body[landmark + side, :2] = (x, y)
    return body


def dressed() -> np.ndarray:
    picture = np.full((450, 200, 3), 128, np.uint8)
    picture[90:200] = RED
    picture[200:420] = BLUE
    return picture


def test_red_above_blue_below() -> None:
    seen = colours(dressed(), standing(), np.ones(33, np.float32))
    # CIE L*a*b* of sRGB (200, 30, 30) and (30, 30, 200), by the definition.
    assert seen[TRUNK] == pytest.approx((42.6 * LIGHTNESS_SHARE, 62.8, 45.2), abs=0.6)
    assert seen[ARMS] == pytest.approx(seen[TRUNK], abs=0.01)
    assert seen[THIGHS] == pytest.approx((27.7 * LIGHTNESS_SHARE, 57.9, -83.8), abs=0.6)
    assert seen[SHINS] == pytest.approx(seen[THIGHS], abs=0.01)
    assert seen[HEAD, 1:] == pytest.approx((0, 0), abs=0.01)


def test_what_is_not_visible_says_nothing() -> None:
    visibility = np.ones(33, np.float32)
    visibility[25:29] = 0.1
    seen = colours(dressed(), standing(), visibility)
    assert np.isnan(seen[[THIGHS, SHINS]]).all()
    assert np.isfinite(seen[[TRUNK, ARMS, HEAD]]).all()


@given(st.floats(-2000, 2000), st.floats(-2000, 2000))
def test_a_body_anywhere_gives_colours_or_nothing(x: float, y: float) -> None:
    seen = colours(dressed(), standing() + np.array([x, y, 0], np.float32), np.ones(33, np.float32))
    assert seen.shape == (REGIONS, 3)
    assert (np.isfinite(seen).all(axis=1) | np.isnan(seen).all(axis=1)).all()


@given(st.floats(0.5, 2.0))
def test_a_larger_body_has_all_bones_longer_by_the_same(scale: float) -> None:
    world = np.random.default_rng(1).normal(0, 0.4, (33, 3)).astype(np.float32)
    difference = log_proportions(world * np.float32(scale)) - log_proportions(world)
    assert difference == pytest.approx(np.full(12, np.log(scale)), abs=0.02)
