"""Without its mask the landmark network gives the same landmarks, and has less to do."""

import io
import zipfile
from pathlib import Path

import mediapipe as mp
import numpy as np
import pytest
from mediapipe.tasks.python import BaseOptions, vision

from core.detection.landmarker import to_detection
from core.detection.models import read_bundle
from core.detection.without_mask import NETWORK, bundle_without_mask, network_without_mask, read_bundle_without_mask
from core.media.images import read_image
from core.media.videos import open_clip
from core.settings import Settings

SAMPLES = Path("samples")
# Operators of the published networks, and how many of them the landmarks need.
OPERATORS = {"lite": (305, 258), "full": (332, 286), "heavy": (689, 643)}


def network_in(bundle: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(bundle)) as archive:
        return archive.read(NETWORK)


def operators(network: bytes) -> int:
    """Counted with another reader than the one under test: each operator's inputs are behind a table of its own."""
    numbers = np.frombuffer(network[: len(network) // 4 * 4], "<u4")

    def table(at: int, field: int) -> int:
        vtable = at - int(np.frombuffer(network, "<i4", 1, at)[0])
        return at + int(np.frombuffer(network, "<u2", 1, vtable + field)[0])

    def follow(at: int) -> int:
        return at + int(np.frombuffer(network, "<u4", 1, at)[0])

    subgraphs = follow(table(int(numbers[0]), 8))
    listed = follow(table(follow(subgraphs + 4), 10))
    return int(np.frombuffer(network, "<u4", 1, listed)[0])


@pytest.mark.parametrize("model", ["lite", "full", "heavy"])
def test_only_operators_are_left_out(model: str) -> None:
    whole, part = network_in(read_bundle(model)), network_in(read_bundle_without_mask(model))
    assert (operators(whole), operators(part)) == OPERATORS[model]
    assert len(whole) == len(part)


@pytest.mark.parametrize("model", ["lite", "full", "heavy"])
def test_landmarks_in_a_photo_are_the_same_to_the_last_bit(model: str) -> None:
    rgb = read_image(SAMPLES / "two_people.png", Settings(), None).rgb
    found = []
    for bundle in (read_bundle(model), read_bundle_without_mask(model)):
        options = vision.PoseLandmarkerOptions(BaseOptions(model_asset_buffer=bundle), num_poses=2)
        with vision.PoseLandmarker.create_from_options(options) as landmarker:
            picture = mp.Image(image_format=mp.ImageFormat.SRGB, data=rgb)
            found.append(to_detection(landmarker.detect(picture), rgb.shape[1], rgb.shape[0], None))
    assert len(found[0].image) >= 1
    for name in ("image", "world", "visibility", "presence"):
        np.testing.assert_array_equal(getattr(found[0], name), getattr(found[1], name))


def test_landmarks_in_a_clip_are_the_same_to_the_last_bit() -> None:
    landmarkers = [
        vision.PoseLandmarker.create_from_options(
            vision.PoseLandmarkerOptions(
                BaseOptions(model_asset_buffer=bundle), running_mode=vision.RunningMode.VIDEO, num_poses=1
            )
        )
        for bundle in (read_bundle("lite"), read_bundle_without_mask("lite"))
    ]
    clip = open_clip(SAMPLES / "squat_2reps.mp4", None)
    frames = 0
    with clip.reader() as reader:
        for frame in reader.frames(int(clip.pts[0]), clip.pts[:40]):
            picture = mp.Image(image_format=mp.ImageFormat.SRGB, data=np.ascontiguousarray(frame.rgb))
            one, other = (
                to_detection(landmarker.detect_for_video(picture, 33 * frames), clip.width, clip.height, None)
                for landmarker in landmarkers
            )
            np.testing.assert_array_equal(one.world, other.world)
            np.testing.assert_array_equal(one.image, other.image)
            frames += 1
    for landmarker in landmarkers:
        landmarker.close()
    assert frames == 40


def test_the_detector_stays_as_it_is() -> None:
    with (
        zipfile.ZipFile(io.BytesIO(read_bundle("full"))) as whole,
        zipfile.ZipFile(io.BytesIO(read_bundle_without_mask("full"))) as part,
    ):
        assert part.namelist() == whole.namelist()
        assert part.read("pose_detector.tflite") == whole.read("pose_detector.tflite")


def test_what_has_other_outputs_is_refused() -> None:
    with zipfile.ZipFile(io.BytesIO(read_bundle("full"))) as bundle, pytest.raises(ValueError, match="5 outputs"):
        network_without_mask(bundle.read("pose_detector.tflite"))


def test_leaving_out_the_mask_twice_changes_nothing_more() -> None:
    once = bundle_without_mask(read_bundle("full"))
    assert network_in(bundle_without_mask(once)) == network_in(once)
