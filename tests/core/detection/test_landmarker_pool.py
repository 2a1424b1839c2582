"""A bounded number of cameras: no more places than there are, and each is given back with its landmarker closed."""

from __future__ import annotations

import threading

import pytest

from core import Settings
from core.detection.landmarker_pool import LandmarkerPool, usual_places
from core.errors import LandmarkerClosed, ModelMissing, PlacesTaken


class Counted:
    """Stands for a landmarker and counts how many are open."""

    open = 0

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        type(self).open += 1

    def close(self) -> None:
        type(self).open -= 1


@pytest.fixture(autouse=True)
def _none_open() -> None:
    Counted.open = 0


def pool(places: int) -> LandmarkerPool:
    return LandmarkerPool(places, Counted)  # type: ignore[arg-type]  # all that a place needs of one


def test_there_are_no_more_places_than_there_are() -> None:
    two = pool(2)
    first, second = two.take(), two.take()
    with pytest.raises(PlacesTaken, match="2 places"):
        two.take()
    first.close()
    first.close()
    assert two.taken == 1
    third = two.take()
    second.close()
    third.close()
    assert two.taken == 0


def test_a_place_has_one_landmarker_at_a_time() -> None:
    with pool(1).take() as place:
        place.landmarker(Settings(model="lite"))
        place.landmarker(Settings(model="full"))
        assert Counted.open == 1
    assert Counted.open == 0
    with pytest.raises(LandmarkerClosed):
        place.landmarker(Settings())


def test_a_landmarker_that_cannot_be_made_costs_no_place() -> None:
    def fail(_: Settings) -> Counted:
        raise ModelMissing(path="nowhere")

    broken = LandmarkerPool(1, fail)  # type: ignore[arg-type]  # as above
    with pytest.raises(ModelMissing), broken.take() as place:
        place.landmarker(Settings())
    assert broken.taken == 0


def test_many_threads_never_get_more_than_there_are() -> None:
    five, most, refused = pool(5), [0], [0]
    lock = threading.Lock()

    def come_and_go() -> None:
        for _ in range(200):
            try:
                with five.take(), lock:
                    most[0] = max(most[0], five.taken)
            except PlacesTaken:
                with lock:
                    refused[0] += 1

    threads = [threading.Thread(target=come_and_go) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert five.taken == 0 and most[0] <= 5


def test_usually_there_are_two_places_a_core() -> None:
    assert LandmarkerPool().places == usual_places() >= 2
