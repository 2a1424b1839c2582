"""Everyone in consecutive frames: found, followed, taken up again, never two at one place; whom a seam has lost."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from core import Settings
from core.detection import tracking
from core.detection.agreement import SAME_PERSON, Look, oks
from core.detection.identity import follower as follower_module
from core.detection.identity import handover, newcomers
from core.detection.identity.everyone import Everyone
from core.detection.identity.follower import Follower, Window
from core.detection.identity.newcomers import LONGEST_REST, Newcomers
from core.detection.landmarker import Detection, Landmarker
from core.detection.tracking import Chunk, ParallelTracking
from core.detection.video_landmarker import VideoLandmarker
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


def frame_of(clip: Clip, frame: int) -> NDArray[np.uint8]:
    with clip.reader() as reader:
        return next(iter(reader.frames(int(clip.pts[frame]), clip.pts[frame:]))).rgb


class TestNewcomers:
    def test_both_people_are_found_and_nobody_who_is_known(self, clip: Clip, landmarker: Landmarker) -> None:
        rgb = frame_of(clip, 70)
        both, beyond = Newcomers(EVERYONE, landmarker, 0).look(rgb, [], 10, [])
        assert (len(both), beyond) == (2, 0)
        again, _ = Newcomers(EVERYONE, landmarker, 0).look(rgb, both[:1], 10)
        assert [float(oks(look.image, both[1].image)) > SAME_PERSON for look in again] == [True]

    def test_for_whom_there_is_no_room_is_counted_as_long_as_they_are_seen(
        self, clip: Clip, landmarker: Landmarker
    ) -> None:
        rgb, search = frame_of(clip, 70), Newcomers(EVERYONE, landmarker, 0)
        first, beyond = search.look(rgb, [], 1, [])
        assert (len(first), beyond) == (1, 1)
        for _ in range(4):
            assert search.look(rgb, first, 0) == ([], 1)

    def test_a_place_where_nobody_is_is_looked_at_less_and_less(
        self, landmarker: Landmarker, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        place = newcomers.Place((10.0, 10.0, 60.0, 90.0), 2)
        looked_at: list[int] = []
        monkeypatch.setattr(newcomers, "places_in", lambda *_: [place])
        monkeypatch.setattr(newcomers, "people_at", lambda places, *_: looked_at.append(len(places)) or [])
        search = Newcomers(EVERYONE, landmarker, 0)
        for _ in range(40):
            search.look(np.zeros((100, 100, 3), np.uint8), [], 5)
        turns = np.flatnonzero(looked_at)
        assert turns[:5].tolist() == [0, 2, 6, 14, 22]
        assert np.diff(turns).max() == LONGEST_REST + 1


class TestWindow:
    def test_it_stays_inside_the_picture_and_moves_back_exactly(self) -> None:
        rgb = np.arange(400 * 600 * 3, dtype=np.uint32).astype(np.uint8).reshape(400, 600, 3)
        window = Window.around(body_at(590, 20, 150), rgb, 1.5)
        assert (window.left + window.width, window.top) == (600, 0)
        assert np.array_equal(window.of(rgb), rgb[: window.height, window.left :])
        body, nothing = body_at(100, 100)[None], np.zeros((1, 33), np.float32)
        look = window.moved_back(Detection(body, body, nothing, nothing, None))
        assert look is not None
        assert np.array_equal(look.image - body[0], np.full((33, 3), (window.left, 0, 0), np.float32))

    def test_one_that_is_as_large_as_the_picture_suits_any_larger_body(self) -> None:
        rgb = np.zeros((300, 300, 3), np.uint8)
        window = Window.around(body_at(150, 150, 280), rgb, 2.0)
        assert (window.width, window.height) == (300, 300)
        assert window.suits(body_at(150, 150, 500), rgb)
        assert not window.suits(body_at(150, 150, 40), rgb)


class TestFollower:
    def test_it_has_a_landmarker_for_one_person_whoever_else_is_followed(
        self, clip: Clip, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        made: list[str] = []

        class Noting(VideoLandmarker):
            def __init__(self, settings: Settings) -> None:
                made.append(settings.people)
                super().__init__(settings)

        monkeypatch.setattr(follower_module, "VideoLandmarker", Noting)
        follower = Follower(EVERYONE, frame_of(clip, 70), body_at(300), 0.0)
        follower.close()
        assert set(made) == {"one"}

    def test_it_takes_whom_it_is_shown_though_somebody_else_is_larger(self, clip: Clip, landmarker: Landmarker) -> None:
        rgb = frame_of(clip, 70)
        for look in Newcomers(EVERYONE, landmarker, 0).look(rgb, [], 10, [])[0]:
            follower = Follower(Settings(model="lite"), rgb, look.image, 0.0)
            seen = follower.see(rgb, 0.0, look.image)
            follower.close()
            assert seen is not None
            assert float(oks(seen.image, look.image)) > 0.6

    def test_where_nobody_is_nobody_is_followed_whatever_the_way(self) -> None:
        rgb = np.full((400, 600, 3), 128, np.uint8)
        follower = Follower(Settings(model="lite"), rgb, body_at(300), 0.0)
        assert follower.see(rgb, 0.0, body_at(300)) is None
        follower.close()

    def test_who_is_not_where_they_are_expected_is_in_doubt(self, clip: Clip, landmarker: Landmarker) -> None:
        rgb = frame_of(clip, 70)
        look = Newcomers(EVERYONE, landmarker, 0).look(rgb, [], 10, [])[0][0]
        follower = Follower(Settings(model="lite"), rgb, look.image, 0.0)
        elsewhere = look.image + np.array([0, 120, 0], np.float32)
        assert follower.see(rgb, 0.03, elsewhere) is None
        follower.close()


class TestEveryone:
    def test_each_person_has_one_tracklet_and_no_two_are_at_one_place(self, clip: Clip, landmarker: Landmarker) -> None:
        with Everyone(EVERYONE, landmarker, 0, []) as everyone, clip.reader() as reader:
            for number, picture in enumerate(reader.frames(int(clip.pts[60]), clip.pts[60:100])):
                everyone.see(60 + number, picture.rgb, picture.time_s)
            tracklets = everyone.tracklets()
        assert [(each.frames[0], each.frames[-1]) for each in tracklets] == [(60, 99), (60, 99)]
        assert float(oks(tracklets[0].bodies, tracklets[1].bodies).max()) < SAME_PERSON
        assert len(everyone.tracklets(70)[0]) == 10

    def test_somebody_expected_is_looked_for(
        self, clip: Clip, landmarker: Landmarker, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Without the finder nobody is found but who is expected."""
        rgb = frame_of(clip, 70)
        man = Newcomers(EVERYONE, landmarker, 0).look(rgb, [], 10, [])[0][0]
        monkeypatch.setattr(newcomers, "places_in", lambda *_: [])
        for hints, people in (([], 0), ([man], 1)):
            with Everyone(EVERYONE, landmarker, 0, hints) as everyone:
                everyone.see(0, rgb, 0.0)
                assert len(everyone.looks()) == people

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
        with Everyone(EVERYONE, landmarker, 0, []) as everyone, ThreadPoolExecutor(2) as pool:
            everyone.add(known := walking(range(3), 50.0))
            seeing = pool.submit(everyone.see, 1, np.zeros((100, 100, 3), np.uint8), 0.1)
            try:
                assert looking.wait(60)
                assert [each.key for each in pool.submit(everyone.tracklets).result(60)] == [known.key]
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
        monkeypatch.setattr(Everyone, "_take_up", lambda _, picture, __: bool(tried.append(picture.frame)))
        with Everyone(EVERYONE, landmarker, 0, []) as everyone:
            for frame in range(120):
                everyone.see(frame, np.zeros((100, 100, 3), np.uint8), frame / 32)
        assert tried == [0, 4, 12, 28, 60, 92]

    def test_when_it_is_stopped_nobody_more_is_taken_up(self, clip: Clip, landmarker: Landmarker) -> None:
        with Everyone(EVERYONE, landmarker, 0, [], lambda: True) as everyone:
            everyone.see(0, frame_of(clip, 70), 0.0)
            assert everyone.looks() == []


def test_whom_a_chunk_has_not_found_is_followed_on_into_it(
    clip: Clip, landmarker: Landmarker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second chunk's finder is blind: the people of the first are handed over, up to the end."""
    stamps = clip.pts[60:110]
    monkeypatch.setattr(tracking, "chunks_of", lambda _: [Chunk(0, 0, 25), Chunk(15, 25, 50)])
    see = Everyone._look

    def blind(self: Everyone, picture: object) -> None:
        if self._chunk == 0:
            see(self, picture)  # type: ignore[arg-type]  # its own private type

    monkeypatch.setattr(Everyone, "_look", blind)
    both = ParallelTracking(clip, stamps, EVERYONE, landmarker, 1)
    for _ in both.run(lambda: False):
        pass
    second = both.everyone[1]
    assert second is not None and second.tracklets() == []
    handover.hand_over(both, lambda: False)
    handed_over = second.tracklets()
    assert [each.frames[0] for each in handed_over] == [15, 15]
    assert min(each.frames[-1] for each in handed_over) >= 40
    # Nobody is handed over twice.
    handover.hand_over(both, lambda: False)
    assert len(second.tracklets()) == 2
