"""From a source to a recording: every kind of source, nobody, two people, and the same answer every time."""

import hashlib
from collections.abc import Callable
from pathlib import Path

import mediapipe as mp
import numpy as np
import pytest
from numpy.typing import NDArray

from core import VERSION, Recording, Settings, analyse_image
from core.detection.landmarker import Detection, Landmarker
from core.errors import FileMissing, InvalidSource, LandmarkerClosed, NotAnImage
from core.media.contrast import enhance_contrast
from tests.core.truth import TWO_PEOPLE, path, picture, true_people

ARRAYS = ("time", "image", "world", "refined", "visibility", "presence")
NAME = "tree_yoga"
LITE = Settings(model="lite")
SOURCES: dict[str, Callable[[], object]] = {
    "path": lambda: path(NAME),
    "text": lambda: str(path(NAME)),
    "bytes": lambda: path(NAME).read_bytes(),
    "array": lambda: picture(NAME),
}


class Spy(Landmarker):
    """Remembers what it was shown."""

    def detect(self, rgb: NDArray[np.uint8], settings: Settings) -> Detection:
        self.shown = rgb.copy()
        return super().detect(rgb, settings)


def assert_same(one: Recording, other: Recording) -> None:
    for name in ARRAYS:
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name), err_msg=name)


def overlap(box: tuple[float, ...], other: tuple[float, ...]) -> float:
    """Intersection over union of two boxes (left, top, right, bottom)."""
    width = min(box[2], other[2]) - max(box[0], other[0])
    height = min(box[3], other[3]) - max(box[1], other[1])
    shared = max(width, 0) * max(height, 0)
    areas = sum((b[2] - b[0]) * (b[3] - b[1]) for b in (box, other))
    return shared / (areas - shared)


@pytest.mark.parametrize("source", SOURCES)
class TestSources:
    def test_give_the_same_people(self, source: str) -> None:
        recording = analyse_image(SOURCES[source](), LITE)  # type: ignore[arg-type]
        assert recording.image.shape == (1, 1, 33, 3)
        assert_same(recording, analyse_image(picture(NAME), LITE))

    def test_are_a_recording_of_one_frame(self, source: str) -> None:
        recording = analyse_image(SOURCES[source](), LITE)  # type: ignore[arg-type]
        assert (recording.frames, recording.people) == (1, 1)
        assert (recording.width, recording.height, recording.frame_rate) == (720, 960, 0.0)
        assert recording.time.tolist() == [0.0] and recording.time.dtype == np.float64
        for name in ARRAYS[1:]:
            assert getattr(recording, name).dtype == np.float32
        assert recording.mask is None
        assert recording.settings == LITE

    def test_can_be_named(self, source: str) -> None:
        recording = analyse_image(SOURCES[source](), LITE, name="Tree pose.png")  # type: ignore[arg-type]
        assert recording.source == "Tree pose.png"


@pytest.mark.parametrize(
    ("source", "name", "expected"),
    [
        (path(NAME), None, "tree_yoga.png"),
        (str(path(NAME)), None, "tree_yoga.png"),
        (str(path(NAME).parent / ".." / "samples" / "tree_yoga.png"), None, "tree_yoga.png"),
        (picture(NAME), None, "picture"),
        (path(NAME).read_bytes(), None, "picture"),
        (picture(NAME), "/home/someone/private/photo.jpg", "photo.jpg"),
        (picture(NAME), r"C:\Users\someone\photo.jpg", "photo.jpg"),
        (path(NAME), "../other.jpg", "other.jpg"),
    ],
    ids=["path", "text", "path with dots", "array", "bytes", "unix path", "windows path", "relative path"],
)
def test_the_source_is_a_name_never_a_path(source: object, name: str | None, expected: str) -> None:
    assert analyse_image(source, LITE, name=name).source == expected  # type: ignore[arg-type]


def test_without_settings_the_defaults_count() -> None:
    recording = analyse_image(picture(NAME))
    assert recording.settings == Settings()
    assert recording.provenance["model"] == "full"
    assert_same(recording, analyse_image(picture(NAME), Settings()))


@pytest.mark.parametrize("segmentation", [False, True], ids=["without mask", "with mask"])
@pytest.mark.parametrize("people", ["one", "all"])
def test_nobody(people: str, segmentation: bool) -> None:
    grey = np.full((120, 161, 3), 128, np.uint8)
    recording = analyse_image(grey, Settings(model="lite", people=people, segmentation=segmentation))
    assert (recording.frames, recording.people) == (1, 0)
    assert recording.image.shape == recording.world.shape == (1, 0, 33, 3)
    assert recording.visibility.shape == recording.presence.shape == (1, 0, 33)
    assert (recording.width, recording.height) == (161, 120)
    if segmentation:
        assert recording.mask is not None and recording.mask.shape == (1, 120, 161) and not recording.mask.any()


def test_the_detector_sees_the_picture_as_it_is() -> None:
    with Spy("lite") as spy:
        analyse_image(path(NAME), LITE, landmarker=spy)
        np.testing.assert_array_equal(spy.shown, picture(NAME))


def test_the_detector_sees_the_enhanced_picture_if_asked_for() -> None:
    with Spy("lite") as spy:
        enhanced = analyse_image(path(NAME), Settings(model="lite", enhance_contrast=True), landmarker=spy)
        np.testing.assert_array_equal(spy.shown, enhance_contrast(picture(NAME)))
        assert not np.array_equal(spy.shown, picture(NAME))
    assert not np.array_equal(enhanced.image, analyse_image(path(NAME), LITE).image)


@pytest.mark.parametrize("model", ["lite", "full", "heavy"])
class TestTwoPeople:
    def found(self, model: str, **settings: object) -> Recording:
        return analyse_image(
            path(TWO_PEOPLE),
            Settings(model=model, people="all", enhance_contrast=True, **settings),  # type: ignore[arg-type]
        )

    def test_are_found_where_they_are_the_larger_first(self, model: str) -> None:
        recording = self.found(model)
        assert recording.people == 2
        man, woman = true_people(TWO_PEOPLE)
        # The models see the woman narrower than she is: her arms, hands on her hips, are taken for hanging ones.
        for person, own, other, least in ((0, man, woman, 0.7), (1, woman, man, 0.2)):
            points = recording.image[0, person, :, :2]
            box = (*points.min(axis=0), *points.max(axis=0))
            assert overlap(box, own.box_px) > least
            assert overlap(box, other.box_px) == 0
        assert np.ptp(recording.image[0, 0, :, 1]) > np.ptp(recording.image[0, 1, :, 1])

    def test_all_arrays_are_in_the_same_order(self, model: str) -> None:
        recording = self.found(model)
        # The man has his arms up, the woman her hands on her hips.
        wrists, shoulders = recording.world[0, :, 15:17, 1].mean(-1), recording.world[0, :, 11:13, 1].mean(-1)
        assert wrists[0] < shoulders[0] and wrists[1] > shoulders[1]

    def test_the_main_person_only(self, model: str) -> None:
        recording = analyse_image(path(TWO_PEOPLE), Settings(model=model, enhance_contrast=True))
        assert recording.people == 1

    def test_no_more_than_asked_for(self, model: str) -> None:
        assert self.found(model, max_people=1).people == 1

    def test_the_mask_is_of_both(self, model: str) -> None:
        recording = self.found(model, segmentation=True)
        assert recording.mask is not None and recording.mask.shape == (1, 960, 1280)
        for truth in true_people(TWO_PEOPLE):
            column, row = np.rint(truth.px[[11, 12, 23, 24]].mean(axis=0)).astype(int)
            assert recording.mask[0, row, column] == 255


@pytest.mark.parametrize("model", ["lite", "full", "heavy"])
def test_provenance(model: str) -> None:
    bundles = Path(__file__).parents[2] / "core/detection/bundles"
    bundle, finder = bundles / f"pose_landmarker_{model}.task", bundles / "efficientdet_lite0_int8.tflite"
    assert analyse_image(picture(NAME), Settings(model=model)).provenance == {
        "posescope": VERSION,
        "mediapipe": mp.__version__,
        "model": model,
        "model_sha256": hashlib.sha256(bundle.read_bytes()).hexdigest(),
        "finder": finder.stem,
        "finder_sha256": hashlib.sha256(finder.read_bytes()).hexdigest(),
    }


@pytest.mark.parametrize("people", ["one", "all"])
def test_the_same_every_time(people: str) -> None:
    settings = Settings(model="lite", people=people, enhance_contrast=True, segmentation=True)
    first = analyse_image(path(TWO_PEOPLE), settings)
    analyse_image(path(NAME), LITE)
    again = analyse_image(path(TWO_PEOPLE), settings)
    with Landmarker("lite") as fresh:
        elsewhere = analyse_image(path(TWO_PEOPLE), settings, landmarker=fresh)
    for other in (again, elsewhere):
        assert_same(first, other)
        np.testing.assert_array_equal(first.mask, other.mask)
        assert (first.settings, first.provenance, first.source) == (other.settings, other.provenance, other.source)


@pytest.mark.parametrize(
    ("source", "error"),
    [
        ("no/such/photo.jpg", FileMissing),
        (b"not a picture at all", NotAnImage),
        (picture(NAME)[:, :, 0], InvalidSource),
        (picture(NAME) / 255, InvalidSource),
        (None, InvalidSource),
        (42, InvalidSource),
    ],
    ids=["no file", "no picture", "grey", "float", "None", "number"],
)
def test_what_cannot_be_used_is_refused(source: object, error: type[Exception]) -> None:
    with pytest.raises(error):
        analyse_image(source, LITE)  # type: ignore[arg-type]


def test_a_closed_landmarker_is_refused() -> None:
    landmarker = Landmarker("lite")
    landmarker.close()
    with pytest.raises(LandmarkerClosed):
        analyse_image(picture(NAME), LITE, landmarker=landmarker)
