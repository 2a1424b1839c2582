"""A pursuit decides who is meant: by where they can have got to, and by whom else it has met."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from core.detection import pursuit
from core.detection.landmarker import Detection
from core.detection.pursuit import SEARCHED_FRAMES, Pursuit, Sighting
from core.settings import Settings

RGB = np.full((240, 320, 3), 200, np.uint8)
INTERVAL_S = 1 / 30


def body(x: float, y: float = 120.0) -> np.ndarray:
    """A person 50 by 100 pixels large around a place."""
    places = np.random.default_rng(2).random((33, 3))
    places[0], places[1] = 0, 1
    places[23:25] = 0.5
    return (places * [50, 100, 0] + [x - 25, y - 50, 0]).astype(np.float32)


class FakeLandmarker:
    """Finds whom the test says, of those who are not hidden in the picture it is shown."""

    answer: Callable[[np.ndarray], np.ndarray | None] = staticmethod(lambda _: None)

    def __init__(self, settings: Settings) -> None:
        self.shown = 0

    def detect(self, rgb: np.ndarray, time_s: float) -> Detection:
        self.shown += 1
        found = type(self).answer(rgb)
        image = np.zeros((0, 33, 3), np.float32) if found is None else found[None]
        ones = np.ones(image.shape[:2], np.float32)
        return Detection(image=image, world=image, visibility=ones, presence=ones, mask=None)

    def close(self) -> None: ...


@pytest.fixture(autouse=True)
def _fake(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pursuit, "VideoLandmarker", FakeLandmarker)


def is_hidden(rgb: np.ndarray, person: np.ndarray) -> bool:
    x, y = person[:, :2].mean(axis=0).astype(int)
    return bool((rgb[y, x] == 128).all())


def test_a_leap_to_somebody_else_is_not_followed_and_they_are_hidden_until_the_person_is_back() -> None:
    he, she = body(60), body(250)
    there = {"he": True}

    def answer(rgb: np.ndarray) -> np.ndarray | None:
        if not is_hidden(rgb, she):
            return she
        return he if there["he"] else None

    FakeLandmarker.answer = staticmethod(answer)
    chase = Pursuit(Settings(), last=Sighting(he, 0.0))
    assert chase.see(RGB, INTERVAL_S) is None
    assert chase.met_others
    found = chase.see(RGB, 2 * INTERVAL_S)
    assert found is not None
    assert np.array_equal(found.image[0], he)


def test_nobody_is_hidden_for_ever() -> None:
    she = body(250)
    FakeLandmarker.answer = staticmethod(lambda rgb: None if is_hidden(rgb, she) else she)
    chase = Pursuit(Settings(), last=Sighting(body(60), 0.0))
    times = np.arange(1, 40) * INTERVAL_S
    assert all(chase.see(RGB, time_s) is None for time_s in times)
    assert chase.last is not None
    assert chase.last.time_s == 0.0


def test_after_a_long_absence_a_person_who_was_alone_is_the_same() -> None:
    FakeLandmarker.answer = staticmethod(lambda _: None)
    chase = Pursuit(Settings(), last=Sighting(body(60), 0.0))
    assert chase.see(RGB, 1.0) is None
    FakeLandmarker.answer = staticmethod(lambda _: body(290))
    assert chase.see(RGB, 10.0) is not None


def test_after_a_long_absence_nobody_is_taken_on_if_there_were_others() -> None:
    she = body(250)
    FakeLandmarker.answer = staticmethod(lambda _: she)
    chase = Pursuit(Settings(), last=Sighting(body(60), 0.0))
    assert chase.see(RGB, INTERVAL_S) is None
    assert chase.see(RGB, 20.0) is None


def test_while_nobody_is_found_only_every_other_frame_is_searched() -> None:
    FakeLandmarker.answer = staticmethod(lambda _: None)
    chase = Pursuit(Settings(), last=Sighting(body(60), 0.0))
    frames = 40
    for frame in range(frames):
        chase.see(RGB, (frame + 1) * INTERVAL_S)
    assert chase._landmarker.shown == SEARCHED_FRAMES + (frames - SEARCHED_FRAMES) // 2
    # As long as nobody was ever seen, every frame is.
    fresh = Pursuit(Settings())
    for frame in range(frames):
        fresh.see(RGB, (frame + 1) * INTERVAL_S)
    assert fresh._landmarker.shown == frames
