"""Without its detector a bundle gives the landmarks of whoever is in the middle of a picture, without a search."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from core import Settings
from core.detection.crops import Crop
from core.detection.landmarker import Detection, Landmarker
from core.detection.looks import LookAt
from core.detection.people import body_size_px
from core.detection.video_landmarker import VideoLandmarker
from core.detection.without_detector import Region, detector_of_the_middle, read_bundle_without_detector
from core.detection.without_mask import NETWORK, read_bundle_without_mask
from core.settings import MODELS
from tests.core.detection.test_without_mask import network_in, operators
from tests.core.truth import BODY as JOINTS
from tests.core.truth import ONE_PERSON, picture

ONE = Settings()
LOOK = LookAt(1.25, alone=False, by_body=True)


@pytest.fixture(scope="module")
def full() -> Iterator[Landmarker]:
    with Landmarker("full") as landmarker:
        yield landmarker


def in_the_middle(rgb: NDArray[np.uint8], found: Detection, look: LookAt, landmarker: Landmarker) -> Detection:
    crop = look.crop((0, 0, rgb.shape[1], rgb.shape[0]), found.image[0])
    assert isinstance(crop, Crop)
    return crop.moved_back(landmarker.detect_in_the_middle(crop.of(rgb), ONE))


@pytest.mark.parametrize("model", MODELS)
def test_only_the_detector_is_another(model: str) -> None:
    with_it, without = read_bundle_without_mask(model), read_bundle_without_detector(model)
    assert network_in(with_it) == network_in(without)
    assert len(with_it) == len(without) and with_it != without


def test_it_has_nothing_left_to_do() -> None:
    import io
    import zipfile

    def detector(bundle: bytes) -> bytes:
        with zipfile.ZipFile(io.BytesIO(bundle)) as archive:
            return archive.read("pose_detector.tflite")

    assert operators(detector(read_bundle_without_mask("lite"))) > 200
    assert operators(detector(read_bundle_without_detector("lite"))) == 0


def test_what_is_no_pose_detector_is_refused() -> None:
    import io
    import zipfile

    with zipfile.ZipFile(io.BytesIO(read_bundle_without_mask("lite"))) as archive:
        network = archive.read(NETWORK)
    with pytest.raises(ValueError, match="a pose detector has outputs"):
        detector_of_the_middle(network)


@pytest.mark.parametrize("name", ONE_PERSON)
@pytest.mark.parametrize("mirrored", [False, True])
def test_it_sees_who_is_in_the_middle_as_the_whole_graph_does(name: str, mirrored: bool, full: Landmarker) -> None:
    rgb = picture(name)
    found = full.detect(rgb, ONE)
    again = in_the_middle(rgb, found, replace(LOOK, mirrored=mirrored), full)
    assert len(again.image) == 1 and again.mask is None
    off = np.linalg.norm(again.image[0, JOINTS, :2] - found.image[0, JOINTS, :2], axis=-1)
    assert np.median(off) < 0.03 * float(body_size_px(found.image[0]))


@pytest.mark.parametrize("lean_deg", [-120, -45, 60, 180])
def test_whoever_leans_is_shown_upright(lean_deg: float, full: Landmarker) -> None:
    rgb = picture("tree_yoga")
    found = full.detect(rgb, ONE)
    height, width = rgb.shape[:2]
    side = int(np.hypot(height, width))
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), -lean_deg, 1)
    turn[:, 2] += (side / 2 - width / 2, side / 2 - height / 2)
    turned = np.asarray(cv2.warpAffine(rgb, turn, (side, side), borderMode=cv2.BORDER_REPLICATE), np.uint8)
    image = found.image.copy()
    image[..., :2] = found.image[..., :2] @ turn[:, :2].T.astype(np.float32) + turn[:, 2].astype(np.float32)
    again = in_the_middle(turned, replace(found, image=image), LOOK, full)
    off = np.linalg.norm(again.image[0, JOINTS, :2] - image[0, JOINTS, :2], axis=-1)
    assert np.median(off) < 0.03 * float(body_size_px(found.image[0]))


@pytest.mark.parametrize("turn", [0, 1, 2, 3])
@pytest.mark.parametrize("name", ["tree_yoga", "squat90_side"])
def test_told_where_somebody_is_a_clips_landmarker_takes_them_however_they_lie(
    name: str, turn: int, full: Landmarker
) -> None:
    """Its own detector would look for somebody upright."""
    upright = picture(name)
    truth = full.detect(upright, ONE).image[0]
    height, width = upright.shape[:2]
    side = 4 * (int(1.5 * max(height, width)) // 4)
    rgb = np.full((side, side, 3), 128, np.uint8)
    rgb[:height, side - width :] = upright
    body = truth + np.array([side - width, 0, 0], np.float32)
    for _ in range(turn):
        rgb = np.ascontiguousarray(np.rot90(rgb))
        body = np.stack([body[:, 1], side - body[:, 0], body[:, 2]], axis=-1)
    with VideoLandmarker(ONE, Region.of(body, side)) as landmarker:
        found = [landmarker.detect(rgb, time_s).image for time_s in (0.0, 0.2)][-1]
    assert len(found) == 1
    off = np.linalg.norm(found[0, JOINTS, :2] - body[JOINTS, :2], axis=-1)
    assert np.median(off) < 0.03 * float(body_size_px(truth))


def test_where_nobody_is_nobody_is_taken() -> None:
    nobody = np.full((512, 512, 3), 128, np.uint8)
    with VideoLandmarker(ONE, Region((0.5, 0.5), (0.5, 0.1))) as landmarker:
        assert not len(landmarker.detect(nobody, 0.0).image)


def test_it_does_not_search(full: Landmarker) -> None:
    """Of somebody in a corner it makes nobody, or somebody in the middle."""
    rgb = cv2.copyMakeBorder(picture("tree_yoga"), 0, 1200, 0, 1440, cv2.BORDER_CONSTANT, value=(128, 128, 128))
    seen = full.detect_in_the_middle(np.asarray(rgb, np.uint8), ONE).image
    truth = full.detect(picture("tree_yoga"), ONE).image[0]
    assert not len(seen) or np.linalg.norm(seen[0, JOINTS, :2] - truth[JOINTS, :2], axis=-1).min() > 50


def test_a_body_decides_where_a_look_by_it_goes() -> None:
    assert LOOK.crop((0, 0, 10, 10)) is None
    body = np.zeros((33, 3), np.float32)
    body[23], body[24], body[11], body[12] = (90, 100, 0), (110, 100, 0), (190, 100, 0), (190, 100, 0)  # to the right
    crop = LOOK.crop((0, 0, 10, 10), body)
    assert crop is not None and crop.centre == (100, 100) and crop.side == pytest.approx(2.5 * np.hypot(100, 100))
    shown = crop.points_in(body)
    assert shown[11, 1] < shown[23, 1] and shown[11, 0] == pytest.approx(crop.shown_px / 2, abs=0.01)
