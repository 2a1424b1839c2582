"""People in consecutive frames: found, followed, taken up again, never two at one place; whom a seam has lost."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Literal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from core import Settings
from core.detection import tracking
from core.detection.agreement import SAME_PERSON, Look, oks
from core.detection.identity import follower as follower_module
from core.detection.identity import newcomers
from core.detection.identity.chunks import Chunk
from core.detection.identity.follower import TAKEN_FOR, Follower, crop_around, follow, suits
from core.detection.identity.newcomers import LONGEST_REST, Newcomers, Search
from core.detection.identity.picture import WORKING_PX, Picture
from core.detection.identity.tracker import Before, Tracker
from core.detection.landmarker import Landmarker
from core.detection.tracking import ParallelTracking
from core.detection.video_landmarker import VideoLandmarker
from core.detection.without_detector import Region
from core.media.videos import Clip, open_clip
from tests.core.detection.bodies import body_at, walking

STREET = Path(__file__).resolve().parents[4] / "samples" / "street_two_people.mp4"
EVERYONE = Settings(people="all", model="lite")


@pytest.fixture(scope="module")
def landmarker() -> Landmarker:
    return Landmarker("lite")


@pytest.fixture(scope="module")
def clip() -> Clip:
    return open_clip(STREET, None)


def picture_of(clip: Clip, frame: int) -> Picture:
    with clip.reader() as reader:
        return Picture.of(frame, next(iter(reader.frames(int(clip.pts[frame]), clip.pts[frame:]))), EVERYONE)


def made(rgb: NDArray[np.uint8], frame: int = 0, time_s: float = 0.0, size: tuple[int, int] | None = None) -> Picture:
    return Picture.of_pixels(frame, time_s, rgb, size)


class TestNewcomers:
    def test_both_people_are_found_and_nobody_who_is_known(self, clip: Clip, landmarker: Landmarker) -> None:
        rgb = picture_of(clip, 70)
        both, beyond = Newcomers(EVERYONE, landmarker, 0).look(rgb, [], 10, search=Search.WHOLE)
        assert (len(both), beyond) == (2, 0)
        again, _ = Newcomers(EVERYONE, landmarker, 0).look(rgb, both[:1], 10)
        assert [float(oks(look.image, both[1].image)) > SAME_PERSON for look in again] == [True]

    def test_for_whom_there_is_no_room_is_counted_as_long_as_they_are_seen(
        self, clip: Clip, landmarker: Landmarker
    ) -> None:
        rgb, search = picture_of(clip, 70), Newcomers(EVERYONE, landmarker, 0)
        first, beyond = search.look(rgb, [], 1, search=Search.WHOLE)
        assert (len(first), beyond) == (1, 1)
        for _ in range(4):
            assert search.look(rgb, first, 0) == ([], 1)

    def test_a_place_where_nobody_is_is_looked_at_less_and_less(
        self, landmarker: Landmarker, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        place = newcomers.Place((10.0, 10.0, 60.0, 90.0), 2)
        turn, turns = [0], []
        monkeypatch.setattr(newcomers, "places_in", lambda *_: [place])
        monkeypatch.setattr(newcomers, "people_at", lambda *_: turns.append(turn[0]) or [])
        search = Newcomers(EVERYONE, landmarker, 0)
        for turn[0] in range(40):
            search.look(made(np.zeros((100, 100, 3), np.uint8)), [], 5)
        assert turns[:5] == [0, 2, 6, 14, 22]
        assert np.diff(turns).max() == LONGEST_REST + 1

    @pytest.mark.parametrize("people", ["one", "all"])
    def test_what_was_looked_at_ahead_is_what_would_have_been_found(
        self, clip: Clip, landmarker: Landmarker, people: Literal["one", "all"]
    ) -> None:
        settings, picture = Settings(people=people, model="lite"), picture_of(clip, 70)
        expected, ahead = [body_at(500, 300, 200)], Newcomers(settings, landmarker, 0)
        ahead.look_ahead(picture)
        found = [
            search.look(picture, [], 10, expected, Search.THOROUGH)[0]
            for search in (ahead, Newcomers(settings, landmarker, 0))
        ]
        assert len(found[0]) == 2
        for one, other in zip(*found, strict=True):
            assert np.array_equal(one.image, other.image)

    @given(st.integers(1, 700), st.integers(1, 700), st.integers(-300, 1000), st.integers(-300, 1000))
    def test_parts_cover_the_picture_and_none_is_empty_or_beyond_it(
        self, width: int, height: int, x: int, y: int
    ) -> None:
        picture = made(np.zeros((height, width, 3), np.uint8))
        covered = np.zeros((height, width), bool)
        for left, top, right, bottom in newcomers._tiles(picture):
            covered[int(top) : int(bottom), int(left) : int(right)] = True
        assert covered.all() or max(width, height) < 3
        left, top, right, bottom = newcomers._tile_around(body_at(x, y), picture)
        assert 0 <= left < right <= width and 0 <= top < bottom <= height


class TestCrop:
    @pytest.mark.parametrize("size", [(1920, 1080), (480, 854), (300, 300)])
    def test_it_goes_along_and_out_of_the_picture_no_further_than_it_must(self, size: tuple[int, int]) -> None:
        crop = crop_around(body_at(size[0] - 5, 20, 150), size)
        for at, length in zip(crop.centre, size, strict=True):
            assert abs(at - length / 2) <= (length - min(crop.side, length)) / 2 + 0.01
        moved = follow(crop, body_at(0, 0, 150), size)
        assert moved.side == crop.side
        assert moved.centre[0] < crop.centre[0] or crop.side >= size[0]

    def test_one_that_is_as_large_as_the_picture_suits_any_larger_body(self) -> None:
        crop = crop_around(body_at(150, 150, 280), (300, 300))
        assert crop.side == 300
        assert suits(crop, body_at(150, 150, 500), (300, 300))
        assert not suits(crop, body_at(150, 150, 40), (300, 300))


class TestPicture:
    """What is shown is the same whatever size it was taken from."""

    @pytest.mark.parametrize("side", [200.0, 700.0, 1600.0, 3600.0])
    def test_a_crop_lies_at_the_same_place_in_every_size(self, side: float) -> None:
        width, height = 3840, 2160
        ramp = np.linspace(0, 255, width)[None, :, None] * np.ones((height, 1, 3))
        rgb = ramp.astype(np.uint8)
        small = np.ascontiguousarray(rgb[::3, 1::3])  # the middle of each three pixels
        crop = crop_around(body_at(1920, 1080, side / 3), (width, height))
        shown = made(small, size=(width, height)).shown(crop).astype(float)
        inside = shown[shown.shape[0] // 2, shown.shape[1] // 8 : -shown.shape[1] // 8, 0]
        x = crop.points_back(np.array([[i + 0.5, 0, 0] for i in range(crop.shown_px)], np.float32))[:, 0]
        x = x[crop.shown_px // 8 : -crop.shown_px // 8]
        assert inside == pytest.approx(255 * x / width, abs=1.5)

    def test_a_small_frame_is_not_scaled(self, clip: Clip) -> None:
        small = picture_of(clip, 3)
        assert small.scale == 1 and small.size == (clip.width, clip.height)
        assert max(small.rgb.shape) <= WORKING_PX


class TestFollower:
    def test_it_has_a_landmarker_for_one_person_whoever_else_is_followed(
        self, clip: Clip, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        made: list[str] = []

        class Noting(VideoLandmarker):
            def __init__(self, settings: Settings, region: Region | None = None) -> None:
                made.append(settings.people)
                super().__init__(settings, region)

        monkeypatch.setattr(follower_module, "VideoLandmarker", Noting)
        follower = Follower(EVERYONE, picture_of(clip, 70), body_at(300))
        follower.close()
        assert set(made) == {"one"}

    def test_it_takes_whom_it_is_shown_though_somebody_else_is_larger(self, clip: Clip, landmarker: Landmarker) -> None:
        picture = picture_of(clip, 70)
        both = Newcomers(EVERYONE, landmarker, 0).look(picture, [], 10, search=Search.WHOLE)[0]
        for look, other in zip(both, both[::-1], strict=True):
            follower = Follower(Settings(model="lite"), picture, look.image)
            seen = follower.see(picture, look.image)
            follower.close()
            assert seen is not None
            # He crouches in the glare: two looks at him agree at 0.45 and more, on other processors as well.
            assert float(oks(seen.image, look.image)) > TAKEN_FOR
            assert float(oks(seen.image, other.image)) < 0.05

    def test_where_nobody_is_nobody_is_followed_whatever_the_way(self) -> None:
        picture = made(np.full((400, 600, 3), 128, np.uint8))
        follower = Follower(Settings(model="lite"), picture, body_at(300))
        assert follower.see(picture, body_at(300)) is None
        follower.close()

    def test_who_is_not_where_they_are_expected_is_in_doubt(self, clip: Clip, landmarker: Landmarker) -> None:
        picture = picture_of(clip, 70)
        look = Newcomers(EVERYONE, landmarker, 0).look(picture, [], 10, search=Search.WHOLE)[0][0]
        follower = Follower(Settings(model="lite"), picture, look.image)
        elsewhere = look.image + np.array([0, 120, 0], np.float32)
        assert follower.see(made(picture.rgb, 71, picture.time_s + 0.03), elsewhere) is None
        follower.close()

    def test_whom_the_landmarker_has_lost_is_looked_for_where_they_should_be(
        self, clip: Clip, landmarker: Landmarker
    ) -> None:
        picture = picture_of(clip, 80)
        look = Newcomers(EVERYONE, landmarker, 0).look(picture, [], 10, search=Search.WHOLE)[0][0]
        follower = Follower(Settings(model="lite"), picture, look.image)
        nobody = np.zeros((512, 512, 3), np.uint8)
        for _ in range(3):  # it has lost them, and its own region is not where they are any more
            follower._look(nobody, 0.2)
        later = picture_of(clip, 81)
        seen = follower.see(later, look.image)
        follower.close()
        assert seen is not None and float(oks(seen.image, look.image)) > SAME_PERSON


class TestTracker:
    def test_each_person_has_one_tracklet_and_no_two_are_at_one_place(self, clip: Clip, landmarker: Landmarker) -> None:
        with Tracker(EVERYONE, Newcomers(EVERYONE, landmarker, 0), 0) as tracker, clip.reader() as reader:
            for number, source in enumerate(reader.frames(int(clip.pts[60]), clip.pts[60:100]), 60):
                tracker.see(Picture.of(number, source, EVERYONE))
            tracklets = tracker.tracklets()
        assert [(each.frames[0], each.frames[-1]) for each in tracklets] == [(60, 99), (60, 99)]
        assert float(oks(tracklets[0].bodies, tracklets[1].bodies).max()) < SAME_PERSON
        assert len(tracker.tracklets(70)[0]) == 10

    def test_somebody_expected_is_looked_for(
        self, clip: Clip, landmarker: Landmarker, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Without the finder nobody is found but who is expected."""
        picture = picture_of(clip, 70)
        man = Newcomers(EVERYONE, landmarker, 0).look(picture, [], 10, search=Search.WHOLE)[0][0]
        monkeypatch.setattr(newcomers, "places_in", lambda *_: [])
        for expected, people in (((), 0), ((man.image,), 1)):
            with Tracker(EVERYONE, Newcomers(EVERYONE, landmarker, 0), 0, None, Before(expected)) as tracker:
                tracker.see(picture)
                assert len(tracker.looks()) == people

    def test_who_asks_while_it_looks_for_people_need_not_wait(
        self, landmarker: Landmarker, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Otherwise nobody could cancel while a crowd is looked at."""
        looking, go_on = threading.Event(), threading.Event()

        def look(*_: object) -> tuple[list[Look], int]:
            looking.set()
            assert go_on.wait(60)
            return [], 0

        monkeypatch.setattr(Newcomers, "look", look)
        with Tracker(EVERYONE, Newcomers(EVERYONE, landmarker, 0), 0) as tracker, ThreadPoolExecutor(2) as pool:
            tracker._tracklets.append(known := walking(range(3), 50.0))
            seeing = pool.submit(tracker.see, made(np.zeros((100, 100, 3), np.uint8), 1, 0.1))
            try:
                assert looking.wait(60)
                assert [each.key for each in pool.submit(tracker.tracklets).result(60)] == [known.key]
                assert not seeing.done()
            finally:
                go_on.set()
            seeing.result(60)

    def test_whom_no_landmarker_takes_is_tried_less_and_less_often(
        self, landmarker: Landmarker, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        tried: list[int] = []
        body, nothing = body_at(50), np.zeros(33, np.float32)
        monkeypatch.setattr(Newcomers, "look", lambda *_: ([Look(body, body, nothing, nothing)], 0))
        monkeypatch.setattr(Tracker, "_take_up", lambda _, picture, __: bool(tried.append(picture.frame)))
        with Tracker(EVERYONE, Newcomers(EVERYONE, landmarker, 0), 0) as tracker:
            for frame in range(120):
                tracker.see(made(np.zeros((100, 100, 3), np.uint8), frame, frame / 32))
        assert tried == [0, 4, 12, 28, 60, 92]

    def test_when_it_is_stopped_nobody_more_is_taken_up(self, clip: Clip, landmarker: Landmarker) -> None:
        with Tracker(EVERYONE, Newcomers(EVERYONE, landmarker, 0), 0, stopped=lambda: True) as tracker:
            tracker.see(picture_of(clip, 70))
            assert tracker.looks() == []


def test_whom_a_chunk_has_not_found_is_followed_on_into_it(
    clip: Clip, landmarker: Landmarker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second chunk's finder is blind: the people of the first are followed on, up to the end."""
    stamps = clip.pts[60:110]
    monkeypatch.setattr(tracking, "chunks_of", lambda *_: [Chunk(0, 0, 25), Chunk(15, 25, 50)])
    see = Tracker._look

    def look(self: Tracker, picture: Picture) -> None:
        if self._chunk != 1 or self._target is not None:
            see(self, picture)

    monkeypatch.setattr(Tracker, "_look", look)
    both = ParallelTracking(clip, stamps, EVERYONE, landmarker, 1)
    for _ in both.run(lambda: False):
        pass
    assert both._trackers[1][0].tracklets() == []
    both.look_again(lambda: False)
    people, left_out = both.people(50)
    assert left_out == 0
    seen = [sorted({frame for each in person.tracklets for frame in each.frames}) for person in people]
    assert len(seen) == 2
    assert all(frames == list(range(frames[-1] + 1)) and frames[-1] >= 40 for frames in seen)
