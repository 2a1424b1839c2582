"""What the landmarker finds, against rendered people whose every landmark is known."""

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from itertools import product

import mediapipe as mp
import numpy as np
import pytest
from mediapipe.tasks.python import BaseOptions, vision
from numpy.typing import NDArray

from core.detection.landmarker import Detection, Landmarker
from core.detection.models import read_bundle
from core.errors import InvalidSetting, InvalidSource, PosescopeError
from core.settings import Settings
from core.skeleton import LANDMARK_INDEX, LANDMARKS
from tests.core.truth import BODY, ONE_PERSON, TORSO, TWO_PEOPLE, picture, true_people

MODELS = ("lite", "full", "heavy")
SETTINGS = Settings()
# The landmark that bears the same name on the other side.
OTHER_SIDE = [
    LANDMARK_INDEX[name.replace("left", "RIGHT").replace("right", "left").replace("RIGHT", "right")]
    for name in LANDMARKS
]
GREY = np.full((240, 320, 3), 128, np.uint8)


@pytest.fixture(scope="module")
def landmarkers() -> Iterator[dict[str, Landmarker]]:
    made = {model: Landmarker(model) for model in MODELS}
    yield made
    for landmarker in made.values():
        landmarker.close()


@pytest.fixture
def lite(landmarkers: dict[str, Landmarker]) -> Landmarker:
    return landmarkers["lite"]


def mean_distance_px(found: NDArray[np.float32], wanted: NDArray[np.float64], which: list[int]) -> float:
    return float(np.linalg.norm(found[which, :2] - wanted[which], axis=-1).mean())


def assert_same(one: Detection, other: Detection) -> None:
    for name in ("image", "world", "visibility", "presence"):
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name), err_msg=name)


@pytest.mark.parametrize(("model", "name"), list(product(MODELS, ONE_PERSON)))
class TestAgainstTruth:
    def test_body_landmarks_are_where_they_should_be(
        self, landmarkers: dict[str, Landmarker], model: str, name: str
    ) -> None:
        (truth,) = true_people(name)
        found = landmarkers[model].detect(picture(name), SETTINGS)
        visible = [index for index in BODY if truth.visible[index]]
        assert len(visible) >= 6
        assert found.image.shape == (1, 33, 3)
        assert mean_distance_px(found.image[0], truth.px, visible) <= 0.05 * truth.height_px

    def test_a_mirrored_picture_swaps_left_and_right(
        self, landmarkers: dict[str, Landmarker], model: str, name: str
    ) -> None:
        (truth,) = true_people(name)
        found = landmarkers[model].detect(picture(name)[:, ::-1], SETTINGS).image[0]
        mirrored = (truth.px * [-1, 1] + [picture(name).shape[1] - 1, 0])[OTHER_SIDE]
        visible = [index for index in BODY if truth.visible[OTHER_SIDE[index]]]
        assert mean_distance_px(found, mirrored, visible) <= 0.05 * truth.height_px

    def test_certainty_is_a_fraction_and_high_for_what_is_seen(
        self, landmarkers: dict[str, Landmarker], model: str, name: str
    ) -> None:
        (truth,) = true_people(name)
        found = landmarkers[model].detect(picture(name), SETTINGS)
        visible = [index for index in BODY if truth.visible[index]]
        for certainty in (found.visibility[0], found.presence[0]):
            assert certainty.shape == (33,)
            assert (certainty >= 0).all() and (certainty <= 1).all()
            assert certainty[visible].mean() > 0.9


@pytest.mark.parametrize("model", MODELS)
class TestFromTheFront:
    """In arms_raised_front.png everything is visible, the person faces the camera, left and right are symmetrical."""

    name = "arms_raised_front"

    def test_left_and_right_are_the_persons_own(self, landmarkers: dict[str, Landmarker], model: str) -> None:
        found = landmarkers[model].detect(picture(self.name), SETTINGS)
        for left in (index for index in BODY if LANDMARKS[index].startswith("left")):
            # The left of somebody who faces the camera is to the right of the picture.
            assert found.image[0, left, 0] > found.image[0, OTHER_SIDE[left], 0] + 10
            assert found.world[0, left, 0] > found.world[0, OTHER_SIDE[left], 0] + 0.03

    def test_world_is_in_metres_from_between_the_hips(self, landmarkers: dict[str, Landmarker], model: str) -> None:
        (truth,) = true_people(self.name)
        world = landmarkers[model].detect(picture(self.name), SETTINGS).world[0]
        assert np.abs(world[[23, 24]].mean(axis=0)).max() < 0.01
        assert world[[27, 28], 1].mean() > 0.5 and world[[15, 16], 1].mean() < -0.5  # y points down
        assert world[0, 2] < -0.1  # the nose is nearer than the hips
        true_height = np.ptp(truth.cam[:, 1])
        assert np.ptp(world[:, 1]) == pytest.approx(true_height, rel=0.2)


def test_pixels_are_mediapipes_fractions_of_width_height_and_width_again(lite: Landmarker) -> None:
    rgb = picture("squat90_side")
    options = vision.PoseLandmarkerOptions(BaseOptions(model_asset_buffer=read_bundle("lite")))
    with vision.PoseLandmarker.create_from_options(options) as raw:
        result = raw.detect(mp.Image(image_format=mp.ImageFormat.SRGB, data=rgb))
    found = lite.detect(rgb, SETTINGS)
    fractions = [(p.x * 720, p.y * 960, p.z * 720) for p in result.pose_landmarks[0]]
    np.testing.assert_allclose(found.image[0], fractions, rtol=1e-6)
    np.testing.assert_allclose(found.world[0], [(p.x, p.y, p.z) for p in result.pose_world_landmarks[0]], rtol=1e-6)
    np.testing.assert_allclose(found.visibility[0], [p.visibility for p in result.pose_landmarks[0]], rtol=1e-6)
    np.testing.assert_allclose(found.presence[0], [p.presence for p in result.pose_landmarks[0]], rtol=1e-6)


@pytest.mark.parametrize(("number", "name"), list(enumerate(MODELS)))
def test_a_model_by_its_number(landmarkers: dict[str, Landmarker], number: int, name: str) -> None:
    with Landmarker(number) as numbered:
        assert numbered.model == name
        rgb = picture("tree_yoga")
        assert_same(numbered.detect(rgb, SETTINGS), landmarkers[name].detect(rgb, SETTINGS))


def test_the_models_differ(landmarkers: dict[str, Landmarker]) -> None:
    found = {model: landmarkers[model].detect(picture("tree_yoga"), SETTINGS).image for model in MODELS}
    assert not np.array_equal(found["lite"], found["full"])
    assert not np.array_equal(found["full"], found["heavy"])


@pytest.mark.parametrize("model", ["", "Full", "huge", 3, -1, True, None, 1.0], ids=repr)
def test_there_is_no_other_model(model: object) -> None:
    with pytest.raises(InvalidSetting, match=r"lite \(0\), full \(1\), heavy \(2\)"):
        Landmarker(model)  # type: ignore[arg-type]


REFUSED: dict[str, object] = {
    "grey": GREY[:, :, 0],
    "one channel": GREY[:, :, :1],
    "four channels": np.zeros((240, 320, 4), np.uint8),
    "channels first": np.zeros((3, 240, 320), np.uint8),
    "several pictures": GREY[None],
    "float": GREY / 255,
    "float32": GREY.astype(np.float32),
    "16 bit": GREY.astype(np.uint16),
    "signed": GREY.astype(np.int8),
    "bool": GREY > 0,
    "objects": GREY.astype(object),
    "no rows": GREY[:0],
    "no columns": GREY[:, :0],
    "nothing": np.zeros(0, np.uint8),
    "no dimension": np.uint8(3),
    "list": GREY[:2, :2].tolist(),
    "bytes": GREY.tobytes(),
    "None": None,
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_no_rgb_picture_is_refused_and_does_no_harm(lite: Landmarker, case: str) -> None:
    before = lite.detect(picture("tree_yoga"), SETTINGS)
    with pytest.raises(InvalidSource, match=r"shape \(height, width, 3\) and type uint8, but got") as caught:
        lite.detect(REFUSED[case], SETTINGS)  # type: ignore[arg-type]
    assert isinstance(caught.value, PosescopeError)
    assert_same(lite.detect(picture("tree_yoga"), SETTINGS), before)


def test_what_came_instead_is_named(lite: Landmarker) -> None:
    with pytest.raises(InvalidSource, match=r"got shape \(240, 320\) and type float64"):
        lite.detect(GREY[:, :, 0] / 255, SETTINGS)  # type: ignore[arg-type]


VIEWS = {
    "mirrored": lambda rgb: rgb[:, ::-1],
    "upside down": lambda rgb: rgb[::-1],
    "crop": lambda rgb: rgb[101:901, 61:680],
    "channels reversed": lambda rgb: rgb[:, :, ::-1],
    "every second pixel": lambda rgb: rgb[::2, ::2],
    "turned": lambda rgb: rgb.transpose(1, 0, 2),
    "column by column": lambda rgb: np.asfortranarray(rgb),
    "three of four channels": lambda rgb: np.dstack([rgb, rgb[:, :, :1]])[:, :, :3],
}


@pytest.mark.parametrize("view", VIEWS)
def test_a_view_gives_the_same_as_its_copy(lite: Landmarker, view: str) -> None:
    seen = VIEWS[view](picture("arms_raised_front"))
    assert not seen.flags.c_contiguous
    found = lite.detect(seen, SETTINGS)
    assert len(found.image) == 1
    assert_same(found, lite.detect(seen.copy(order="C"), SETTINGS))


@pytest.mark.parametrize("shape", [(1, 1), (1, 7), (16, 16), (2, 500), (500, 2), (240, 320)], ids=str)
@pytest.mark.parametrize("segmentation", [False, True], ids=["without mask", "with mask"])
def test_nobody(lite: Landmarker, shape: tuple[int, int], segmentation: bool) -> None:
    found = lite.detect(np.full((*shape, 3), 128, np.uint8), Settings(segmentation=segmentation))
    assert (found.image.shape, found.world.shape) == ((0, 33, 3), (0, 33, 3))
    assert (found.visibility.shape, found.presence.shape) == ((0, 33), (0, 33))
    if segmentation:
        assert found.mask is not None and found.mask.shape == shape and not found.mask.any()
    else:
        assert found.mask is None


@pytest.mark.parametrize("less", range(4), ids=lambda less: f"{720 - less} wide")
@pytest.mark.parametrize("name", ONE_PERSON)
class TestMask:
    def test_has_the_pictures_shape_and_covers_the_torso(self, lite: Landmarker, name: str, less: int) -> None:
        rgb = picture(name)[:, : 720 - less]
        (truth,) = true_people(name)
        mask = lite.detect(rgb, Settings(segmentation=True)).mask
        assert mask is not None
        assert mask.shape == rgb.shape[:2] and mask.dtype == np.uint8
        assert set(np.unique(mask)) == {0, 255}
        for index in (index for index in TORSO if truth.visible[index]):
            column, row = np.rint(truth.px[index]).astype(int)
            assert mask[row, column] == 255, LANDMARKS[index]

    def test_leaves_the_ground_free(self, lite: Landmarker, name: str, less: int) -> None:
        mask = lite.detect(picture(name)[:, : 720 - less], Settings(segmentation=True)).mask
        assert mask is not None
        left, top, right, bottom = (round(edge) for edge in true_people(name)[0].box_px)
        around = mask.copy()
        around[top - 60 : bottom + 60, left - 60 : right + 60] = 0
        assert (around > 0).mean() < 0.005
        assert mask[top:bottom, left:right].mean() > 0.2 * 255

    def test_lies_where_that_of_the_whole_picture_lies(self, lite: Landmarker, name: str, less: int) -> None:
        # The columns left away are empty ground; a shift by one pixel would make more than 0.1 % differ.
        whole = lite.detect(picture(name), Settings(segmentation=True)).mask
        part = lite.detect(picture(name)[:, : 720 - less], Settings(segmentation=True)).mask
        assert whole is not None and part is not None
        assert (part != whole[:, : 720 - less]).mean() < 0.0005

    def test_does_not_change_the_landmarks(self, lite: Landmarker, name: str, less: int) -> None:
        rgb = picture(name)[:, : 720 - less]
        assert_same(lite.detect(rgb, Settings(segmentation=True)), lite.detect(rgb, SETTINGS))


def test_one_and_all(lite: Landmarker) -> None:
    rgb = picture(TWO_PEOPLE)
    everyone = Settings(people="all", min_detection_confidence=0.1)
    assert len(lite.detect(rgb, Settings(min_detection_confidence=0.1)).image) == 1
    assert len(lite.detect(rgb, everyone).image) >= 2
    assert len(lite.detect(rgb, replace(everyone, max_people=1)).image) == 1


def test_confidence_is_passed_on(lite: Landmarker) -> None:
    rgb = picture("tree_yoga")
    assert len(lite.detect(rgb, Settings(min_detection_confidence=0.1)).image) == 1
    assert len(lite.detect(rgb, Settings(min_detection_confidence=1.0)).image) == 0
    assert len(lite.detect(rgb, Settings(min_presence_confidence=1.0)).image) == 0


def test_the_picture_is_left_as_it_is(lite: Landmarker) -> None:
    rgb = picture("tree_yoga").copy()
    lite.detect(rgb, Settings(segmentation=True))
    np.testing.assert_array_equal(rgb, picture("tree_yoga"))


LONG_PICTURE = """
import numpy as np
from core import Settings, analyse_image
from core.media.images import read_image

person = read_image("samples/arms_raised_front.png", Settings()).rgb
shape = {shape}
picture = np.full((*shape, 3), 128, np.uint8)
height, width = min(shape[0], 960), min(shape[1], 720)
picture[:height, :width] = person[:height, :width]
recording = analyse_image(picture, Settings(segmentation=True, max_image_pixels=100_000_000))
assert recording.mask.shape == (1, *shape)
assert (recording.width, recording.height) == shape[::-1]
"""


@pytest.mark.parametrize("shape", [(960, 33_001), (33_001, 16), (16, 60_002)], ids=str)
def test_a_very_long_picture_does_not_end_the_process(shape: tuple[int, int]) -> None:
    # In a process of its own: MediaPipe ends it where it could not be helped.
    code = LONG_PICTURE.format(shape=shape)
    child = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120)
    assert child.returncode == 0, child.stderr[-500:]
