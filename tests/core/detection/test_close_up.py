"""Close-ups: the person is where they were, and the last one is the whole picture."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from core.detection.close_up import FILLED, GREY, MARGIN, STEPS, alone, close_ups, without
from core.detection.landmarker import Detection

WIDTH, HEIGHT = 320, 240


def body(left: float, top: float, width: float, height: float) -> np.ndarray:
    """Landmarks spread over a box."""
    places = np.random.default_rng(1).random((33, 3))
    places[0], places[1] = 0, 1
    return (places * [width, height, 0] + [left, top, 0]).astype(np.float32)


def detection(image: np.ndarray) -> Detection:
    ones = np.ones((1, 33), np.float32)
    return Detection(image=image[None], world=image[None], visibility=ones, presence=ones, mask=None)


boxes = st.builds(body, st.floats(0, 150), st.floats(0, 100), st.floats(20, 150), st.floats(20, 130))


@given(boxes)
def test_the_way_goes_from_the_person_to_the_whole_picture(person: np.ndarray) -> None:
    parts = close_ups(person, WIDTH, HEIGHT)
    assert len(parts) == STEPS
    assert (parts[-1].left, parts[-1].top, parts[-1].scale) == (0, 0, 1)
    scales = [part.scale for part in parts]
    assert scales == sorted(scales, reverse=True)
    shares = np.ptp(person[:, :2], axis=0) / [WIDTH, HEIGHT]
    assert np.isclose(scales[0] * shares.max(), FILLED) or scales[0] == 1
    for part in parts:
        assert 0 <= part.left <= WIDTH - WIDTH / part.scale + 1e-9
        assert 0 <= part.top <= HEIGHT - HEIGHT / part.scale + 1e-9


@given(boxes, st.integers(0, STEPS - 1))
def test_what_is_found_in_a_part_is_moved_back_to_where_it_is(person: np.ndarray, step: int) -> None:
    part = close_ups(person, WIDTH, HEIGHT)[step]
    shown = ((person - [part.left, part.top, 0]) * part.scale).astype(np.float32)
    assert np.allclose(part.moved_back(detection(shown)).image[0], person, atol=1e-3)


def test_a_part_shows_the_picture_where_the_landmarks_are() -> None:
    rgb = np.zeros((HEIGHT, WIDTH, 3), np.uint8)
    rgb[100:110, 200:210] = 255
    part = close_ups(body(180, 80, 50, 60), WIDTH, HEIGHT)[0]
    rows, columns = np.nonzero(part.of(rgb)[..., 0] > 127)
    centre = np.array([columns.mean(), rows.mean()]) / part.scale + [part.left, part.top]
    assert np.allclose(centre, [204.5, 104.5], atol=0.5)


def test_alone_is_grey_beyond_the_surroundings_and_without_is_grey_within() -> None:
    rgb = np.full((HEIGHT, WIDTH, 3), 200, np.uint8)
    person = body(100, 80, 60, 80)
    border = MARGIN * 100
    outside = np.ones((HEIGHT, WIDTH), bool)
    outside[int(80 - border) : int(160 + border), int(100 - border) : int(160 + border)] = False
    shown = alone(rgb, person).astype(int)
    # Enhancing the contrast may move grey a little, but leaves it even.
    assert np.ptp(shown[outside].mean(axis=-1)) < 40
    assert shown[120, 130].mean() > shown[outside].mean() + 20
    hidden = without(rgb, [person])
    assert (hidden[80:160, 100:160] == GREY).all()
    assert (hidden[:60] == 200).all()
    assert without(rgb, []) is rgb
    assert (rgb == 200).all()
