"""Crops: what they show, and that landmarks and masks come back to where they belong."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from core.detection.crops import LARGEST_PX, MULTIPLE_PX, SMALLEST_PX, Crop, crop_of
from core.detection.landmarker import Detection
from core.skeleton import LANDMARK_INDEX, MIRRORED
from tests.core.truth import picture, true_people

CROPS = st.builds(
    Crop,
    centre=st.tuples(st.floats(-500, 4000), st.floats(-500, 4000)),
    side=st.floats(1, 5000),
    turn_deg=st.floats(-360, 360),
    mirrored=st.booleans(),
)
POINTS = np.random.default_rng(0).uniform(-1000, 5000, (33, 3)).astype(np.float32)


def disc(width: int, height: int, x: float, y: float, radius: float) -> NDArray[np.uint8]:
    """A white disc on black; a pixel's middle is at one half."""
    columns, rows = np.meshgrid(np.arange(width) + 0.5, np.arange(height) + 0.5)
    white = np.hypot(columns - x, rows - y) <= radius
    return np.repeat(np.where(white, 255, 0).astype(np.uint8)[..., None], 3, axis=2)


def centre_of(picture: NDArray[np.uint8]) -> tuple[float, float]:
    rows, columns = np.nonzero(picture[..., 0] > 200)
    return float(columns.mean() + 0.5), float(rows.mean() + 0.5)


def detection(image: NDArray[np.float32], world: NDArray[np.float32]) -> Detection:
    each = np.arange(33, dtype=np.float32)[None] / 33
    return Detection(image[None], world[None], each, each, None)


class TestPoints:
    @settings(derandomize=True, deadline=None, max_examples=300)
    @given(crop=CROPS)
    def test_come_back_to_where_they_were(self, crop: Crop) -> None:
        np.testing.assert_allclose(crop.points_back(crop.points_in(POINTS)), POINTS, atol=0.02 + 2e-6 * crop.side)

    @settings(derandomize=True, deadline=None, max_examples=100)
    @given(crop=CROPS)
    def test_the_middle_is_the_middle(self, crop: Crop) -> None:
        centre = np.array([[*crop.centre, 0]], np.float32)
        np.testing.assert_allclose(crop.points_in(centre)[0, :2], crop.shown_px / 2, atol=0.5)

    def test_a_turn_is_clockwise(self) -> None:
        crop = Crop((0, 0), 256, turn_deg=90)
        right = crop.points_in(np.array([[10, 0, 7]], np.float32))
        np.testing.assert_allclose(right, [[128, 138, 7]], atol=1e-3)

    def test_depth_has_the_scale_of_the_picture(self) -> None:
        crop = Crop((100, 100), 768)
        assert crop.points_in(np.array([[0, 0, 50]], np.float32))[0, 2] == pytest.approx(25)


@pytest.mark.parametrize("mirrored", [False, True], ids=["plain", "mirrored"])
@pytest.mark.parametrize("turn_deg", [0, 30, 90, 180, 270])
@pytest.mark.parametrize("side", [90, 300, 1400])
class TestPictures:
    def crop(self, side: float, turn_deg: float, mirrored: bool) -> Crop:
        return Crop((620.0, 410.5), side, turn_deg, mirrored)

    def test_show_a_thing_where_the_points_say(self, side: float, turn_deg: float, mirrored: bool) -> None:
        crop = self.crop(side, turn_deg, mirrored)
        at = np.array([[620 + 0.2 * side, 410.5 - 0.1 * side, 0]], np.float32)
        rgb = disc(2000, 1500, float(at[0, 0]), float(at[0, 1]), 0.05 * side)
        shown = crop.of(rgb)
        assert shown.shape == (crop.shown_px, crop.shown_px, 3) and shown.flags["C_CONTIGUOUS"]
        expected = crop.points_in(at)[0, :2]
        np.testing.assert_allclose(centre_of(shown), expected, atol=1.0)

    def test_masks_come_back_to_the_thing(self, side: float, turn_deg: float, mirrored: bool) -> None:
        crop = self.crop(side, turn_deg, mirrored)
        rgb = disc(2000, 1500, 620 + 0.2 * side, 410.5 - 0.1 * side, 0.1 * side)
        mask = np.where(crop.of(rgb)[..., 0] > 127, 255, 0).astype(np.uint8)
        back, truth = crop.mask_back(mask, 2000, 1500) > 0, rgb[..., 0] > 0
        assert set(np.unique(crop.mask_back(mask, 2000, 1500))) == {0, 255}
        assert (back & truth).sum() / (back | truth).sum() > 0.85


def test_sizes_are_those_of_which_there_can_be_a_mask() -> None:
    for side in (1, 100, 255, 257, 300.3, 381, 390, 5000):
        shown = Crop((0, 0), side).shown_px
        assert SMALLEST_PX <= shown <= LARGEST_PX and shown % MULTIPLE_PX == 0


def test_beyond_the_picture_it_is_black() -> None:
    white = np.full((100, 100, 3), 255, np.uint8)
    shown = Crop((100, 100), 100).of(white)
    assert (shown[:100, :100] == 255).all() and (shown[-100:, -100:] == 0).all()
    assert (Crop((900, 900), 100).of(white) == 0).all()


def test_alone_means_that_the_rest_is_black() -> None:
    white = np.full((400, 400, 3), 255, np.uint8)
    crop = crop_of((150, 100, 250, 300), 2.0, alone=True)
    shown = crop.of(white)
    corner = crop.points_in(np.array([[150 - 16, 100 - 16, 0], [250 + 16, 300 + 16, 0]], np.float32))[:, :2]
    (left, top), (right, bottom) = corner.round().astype(int)
    assert (shown[top + 2 : bottom - 2, left + 2 : right - 2] == 255).all()
    shown[top - 2 : bottom + 2, left - 2 : right + 2] = 0
    assert (shown == 0).all()


def test_a_crop_is_around_its_box() -> None:
    crop = crop_of((10, 20, 50, 100), 1.5)
    assert (crop.centre, crop.side, crop.alone) == ((30, 60), 120, None)


class TestMovedBack:
    def body(self) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        truth = true_people("arms_raised_front")[0]
        world = (truth.cam - truth.cam[[23, 24]].mean(axis=0)).astype(np.float32)
        return np.pad(truth.px, ((0, 0), (0, 1))).astype(np.float32), world

    @pytest.mark.parametrize("turn_deg", [0, 20, 90, 180])
    def test_world_turns_back_with_the_picture(self, turn_deg: float) -> None:
        image, world = self.body()
        crop = Crop((300, 400), 900, turn_deg)
        seen = world.copy()
        seen[:, :2] = world[:, :2] @ crop.turning.T
        back = crop.moved_back(detection(crop.points_in(image), seen.astype(np.float32)))
        np.testing.assert_allclose(back.world[0], world, atol=1e-5)
        np.testing.assert_allclose(back.image[0], image, atol=1e-2)

    def test_a_mirrored_persons_left_is_their_right(self) -> None:
        image, world = self.body()
        crop = Crop((300, 400), 900, mirrored=True)
        shown = crop.points_in(image)[list(MIRRORED)]
        mirror = np.array([-1, 1, 1], np.float32)
        back = crop.moved_back(detection(shown, world[list(MIRRORED)] * mirror))
        np.testing.assert_allclose(back.image[0], image, atol=1e-2)
        np.testing.assert_allclose(back.world[0], world, atol=1e-6)
        left, right = LANDMARK_INDEX["left_wrist"], LANDMARK_INDEX["right_wrist"]
        assert back.visibility[0, left] == np.float32(right / 33)
        assert back.presence[0, right] == np.float32(left / 33)

    def test_nobody_stays_nobody(self) -> None:
        none = np.zeros((0, 33, 3), np.float32)
        back = Crop((3, 4), 90, 10, True).moved_back(Detection(none, none, none[..., 0], none[..., 0], None))
        assert back.image.shape == back.world.shape == (0, 33, 3)


def test_a_sample_fills_its_crop() -> None:
    truth = true_people("tree_yoga")[0]
    crop = crop_of(truth.box_px, 1.25)
    inside = crop.points_in(np.pad(truth.px, ((0, 0), (0, 1))).astype(np.float32))[:, :2]
    assert (inside > 0).all() and (inside < crop.shown_px).all()
    assert crop.of(picture("tree_yoga")).std() > 10
