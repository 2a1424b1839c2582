"""Who is found in a photo: samples, an empty room, crowds, and the main person where MediaPipe alone fails."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from core import Settings, analyse_image
from core.detection import looks, photo, places
from core.detection.agreement import Look
from core.detection.crops import crop_of
from core.detection.finder import Finder
from core.detection.landmarker import Detection, Landmarker
from core.detection.models import PROJECT_FOLDER
from core.detection.photo import people_in
from core.detection.places import MANNERS
from core.errors import DetectionFailed, InvalidSource
from core.settings import SEARCHES
from tests.core.truth import BODY, ONE_PERSON, TWO_PEOPLE, path, picture, true_people

LITE = Settings(model="lite")
EVERYONE = replace(LITE, people="all")


class Counting(Landmarker):
    """Counts what it is shown."""

    def __init__(self, model: str) -> None:
        super().__init__(model)
        self.shapes: list[tuple[int, ...]] = []
        self.searches = 0

    def detect(self, rgb: NDArray[np.uint8], settings: Settings, lane: int = 0) -> Detection:
        self.shapes.append(rgb.shape)
        self.searches += 1
        return super().detect(rgb, settings, lane)

    def detect_in_the_middle(self, rgb: NDArray[np.uint8], settings: Settings, lane: int = 0) -> Detection:
        self.shapes.append(rgb.shape)
        return super().detect_in_the_middle(rgb, settings, lane)


@pytest.fixture(scope="module")
def lite() -> Iterator[Landmarker]:
    with Landmarker("lite") as landmarker:
        yield landmarker


@pytest.fixture
def counting() -> Iterator[Counting]:
    with Counting("lite") as landmarker:
        yield landmarker


def errors(found: Detection, person: int, name: str) -> float:
    """The median distance of a person's joints from the truth, in heights of the person."""
    truth = true_people(name)[0]
    return float(np.median(np.linalg.norm(found.image[person, BODY, :2] - truth.px[BODY], axis=-1))) / truth.height_px


def room() -> NDArray[np.uint8]:
    """A floor, a wall, a window and a door: nobody."""
    rgb = np.full((480, 640, 3), (190, 180, 165), np.uint8)
    rgb[330:] = (120, 90, 60)
    cv2.rectangle(rgb, (60, 60), (240, 200), (200, 225, 245), -1)
    cv2.rectangle(rgb, (430, 90), (540, 400), (95, 65, 45), -1)
    cv2.circle(rgb, (525, 250), 6, (210, 190, 60), -1)
    return rgb


def mosaic(columns: int, rows: int, tile: tuple[int, int] = (180, 240)) -> NDArray[np.uint8]:
    """The samples with one person, again and again."""
    tiles = [cv2.resize(picture(name), tile, interpolation=cv2.INTER_AREA) for name in ONE_PERSON]
    lines = [
        np.concatenate([tiles[(row + column) % len(tiles)] for column in range(columns)], axis=1) for row in range(rows)
    ]
    return np.ascontiguousarray(np.concatenate(lines))


def far_away(name: str, times: int) -> NDArray[np.uint8]:
    """A sample as from farther away: so many times as small, in a picture of the same size with the edges repeated."""
    height, width = picture(name).shape[:2]
    small = cv2.resize(picture(name), (width // times, height // times), interpolation=cv2.INTER_AREA)
    top, left = (height - height // times) // 2, (width - width // times) // 2
    below, right = height - height // times - top, width - width // times - left
    return np.asarray(cv2.copyMakeBorder(small, top, below, left, right, cv2.BORDER_REPLICATE), np.uint8)


@pytest.mark.parametrize("search", SEARCHES)
class TestSamples:
    def test_two_people_are_two(self, search: str) -> None:
        found = analyse_image(path(TWO_PEOPLE), Settings(people="all", search=search))
        assert (found.people, found.left_out) == (2, 0)
        for person in range(2):
            truth = true_people(TWO_PEOPLE)[person].px[BODY]
            distance = np.linalg.norm(found.image[0, person, BODY, :2] - truth, axis=-1)
            # The woman's hands are on her hips, which the models do not see (tests/core/test_analysis.py).
            least = (0.05, 0.25)[person]
            assert np.median(distance) < least * true_people(TWO_PEOPLE)[person].height_px

    @pytest.mark.parametrize("name", ONE_PERSON)
    def test_one_person_is_one(self, name: str, search: str, lite: Landmarker) -> None:
        found, left_out = people_in(picture(name), replace(EVERYONE, search=search), lite)
        assert (len(found.image), left_out) == (1, 0)
        assert errors(found, 0, name) < 0.05

    def test_an_empty_room_is_empty(self, search: str, lite: Landmarker) -> None:
        for people in ("one", "all"):
            found, left_out = people_in(room(), replace(LITE, people=people, search=search), lite)
            assert (len(found.image), left_out) == (0, 0)

    def test_a_crowd_ends_in_time_and_tells_what_is_left_out(self, search: str, counting: Counting) -> None:
        manner = MANNERS[search]
        found, left_out = people_in(mosaic(8, 5), replace(EVERYONE, search=search, max_people=3), counting)
        assert len(found.image) == 3 and left_out > 10
        assert len(counting.shapes) <= 1 + manner.places * max(map(len, manner.looks.values()))

    def test_the_same_every_time(self, search: str, lite: Landmarker) -> None:
        settings = replace(EVERYONE, search=search, segmentation=True)
        rgb = mosaic(3, 1, (360, 480))
        first, again = people_in(rgb, settings, lite)[0], people_in(rgb, settings, lite)[0]
        assert len(first.image) >= 2
        for name in ("image", "world", "visibility", "presence", "mask"):
            np.testing.assert_array_equal(getattr(first, name), getattr(again, name))


@pytest.mark.parametrize("name", ONE_PERSON)
def test_most_looks_run_the_landmark_network_alone(name: str, counting: Counting) -> None:
    """What a photo costs, counted so that it is the same on every processor: at most three searches for one person."""
    people_in(picture(name), EVERYONE, counting)
    assert counting.searches <= 3 and len(counting.shapes) - counting.searches <= 2


class TestMask:
    def test_is_of_everyone(self, lite: Landmarker) -> None:
        found, _ = people_in(picture(TWO_PEOPLE), replace(EVERYONE, segmentation=True), lite)
        assert found.mask is not None and found.mask.shape == picture(TWO_PEOPLE).shape[:2]
        assert set(np.unique(found.mask)) == {0, 255}
        inside = np.zeros(found.mask.shape, bool)
        for truth in true_people(TWO_PEOPLE):
            column, row = np.rint(truth.px[[11, 12, 23, 24]].mean(axis=0)).astype(int)
            assert found.mask[row, column] == 255
            left, top, right, bottom = (round(side) for side in truth.box_px)
            inside[top - 20 : bottom + 20, left - 20 : right + 20] = True
        assert (found.mask[~inside] > 0).mean() < 0.005

    def test_does_not_change_the_landmarks(self, lite: Landmarker) -> None:
        with_mask, _ = people_in(picture(TWO_PEOPLE), replace(EVERYONE, segmentation=True), lite)
        without, _ = people_in(picture(TWO_PEOPLE), EVERYONE, lite)
        np.testing.assert_array_equal(with_mask.image, without.image)
        assert without.mask is None

    def test_is_empty_where_nobody_is(self, lite: Landmarker) -> None:
        found, _ = people_in(room()[:, :637], replace(EVERYONE, segmentation=True), lite)
        assert found.mask is not None and found.mask.shape == (480, 637) and not found.mask.any()


class TestMainPerson:
    def test_one_detection_is_enough_where_it_finds_somebody(self, counting: Counting) -> None:
        found, left_out = people_in(picture("tree_yoga"), LITE, counting)
        assert counting.shapes == [picture("tree_yoga").shape] and left_out == 0
        np.testing.assert_array_equal(found.image, counting.detect(picture("tree_yoga"), LITE).image)

    def test_where_it_finds_nobody_somebody_small_is_looked_for(self, lite: Landmarker) -> None:
        rgb = far_away("tree_yoga", 3)
        assert not len(lite.detect(rgb, LITE).image)
        found, left_out = people_in(rgb, LITE, lite)
        assert (len(found.image), left_out) == (1, 0)
        truth = true_people("tree_yoga")[0]
        joints = (truth.px[BODY] - [360, 480]) / 3 + [360, 480]
        distance = np.linalg.norm(found.image[0, BODY, :2] - joints, axis=-1)
        assert np.median(distance) < 0.05 * truth.height_px / 3

    def test_nobody_costs_no_look(self, counting: Counting) -> None:
        people_in(room(), LITE, counting)
        assert counting.shapes == [room().shape]


@pytest.mark.parametrize("turns", [1, 2, 3])
def test_turned_people_are_found(turns: int, lite: Landmarker) -> None:
    rgb = np.ascontiguousarray(np.rot90(picture("tree_yoga"), turns))
    found, _ = people_in(rgb, EVERYONE, lite)
    assert len(found.image) == 1
    height, width = picture("tree_yoga").shape[:2]
    points = found.image[0, BODY, :2]
    for _ in range(turns):
        # One quarter turn back.
        points = np.stack([rgb.shape[0] - points[:, 1], points[:, 0]], axis=-1)
        rgb = np.rot90(rgb, -1)
    truth = true_people("tree_yoga")[0]
    assert np.median(np.linalg.norm(points - truth.px[BODY], axis=-1)) < 0.05 * truth.height_px
    assert rgb.shape[:2] == (height, width)


def test_nobody_is_found_twice() -> None:
    person = photo.Person(look=_look(picture_body()), share=0.6, crop=crop_of((0, 0, 10, 10), 1))
    same = replace(person, share=1.0)
    other = replace(person, look=_look(picture_body() + 500))
    assert looks.each_once([person, same, other]) == [same, other]


def picture_body() -> NDArray[np.float32]:
    return np.pad(true_people("tree_yoga")[0].px, ((0, 0), (0, 1))).astype(np.float32)


def _look(body: NDArray[np.float32]) -> Look:
    seen = np.ones(33, np.float32)
    return Look(body, body / 1000, seen, seen)


class TestFinder:
    def test_finds_the_people_the_surest_first(self) -> None:
        boxes = Finder().boxes(picture(TWO_PEOPLE), 0.5)
        assert boxes.shape == (2, 5) and (np.diff(boxes[:, 4]) <= 0).all()
        for truth in true_people(TWO_PEOPLE):
            assert max(places.overlap(tuple(box[:4]), truth.box_px) for box in boxes) > 0.6

    def test_boxes_stay_in_a_picture_of_any_size(self) -> None:
        for shape in ((40, 2000), (1600, 30), (3000, 4000)):
            rgb = cv2.resize(picture("squat90_side"), shape[::-1])
            boxes = Finder().boxes(rgb, 0.1)
            assert (boxes[:, :2] >= 0).all() and (boxes[:, 2] <= shape[1]).all() and (boxes[:, 3] <= shape[0]).all()

    def test_a_larger_picture_has_the_same_boxes(self) -> None:
        large = cv2.resize(picture("squat90_side"), None, fx=4, fy=4)
        (box,), (expected,) = Finder().boxes(large, 0.5), Finder().boxes(picture("squat90_side"), 0.5)
        np.testing.assert_allclose(box[:4] / 4, expected[:4], atol=8)

    def test_refuses_what_is_no_picture(self) -> None:
        with pytest.raises(InvalidSource):
            Finder().boxes(picture("squat90_side")[..., 0], 0.5)

    def test_works_on_after_an_error(self, monkeypatch: pytest.MonkeyPatch) -> None:
        finder = Finder()

        def fail(image: object) -> None:
            raise RuntimeError("broken graph\nmore")

        monkeypatch.setattr(finder._free.queue[-1], "detect", fail)
        with pytest.raises(DetectionFailed, match="broken graph"):
            finder.boxes(picture("squat90_side"), 0.5)
        assert len(finder.boxes(picture("squat90_side"), 0.5)) == 1

    def test_its_model_is_described_beside_it(self) -> None:
        from core.detection.models import FINDER_PATH, FINDER_SHA256, read_finder

        described = (PROJECT_FOLDER / FINDER_PATH.parent / "PROVENANCE.md").read_text("utf-8")
        assert FINDER_PATH.name in described and FINDER_SHA256 in described
        assert len(read_finder()) == 4_602_795
