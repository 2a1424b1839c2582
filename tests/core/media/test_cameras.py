"""Cameras of the server: of a live one the newest frame, of a file every frame, at times that nobody sets."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from core.errors import CameraNotOpened
from core.media.cameras import CAMERAS_VARIABLE, ServerCamera

SQUAT = Path(__file__).resolve().parents[3] / "samples" / "squat_2reps.mp4"
PATIENCE_S = 60


class Pretended:
    """A camera that gives a frame whenever the test wants: the n-th is as bright as n."""

    def __init__(self, *_: object) -> None:
        self.given = 0
        self._wanted = self._asked = 0
        self._ended = False
        self._changed = threading.Condition()
        self.released = threading.Event()

    def isOpened(self) -> bool:  # noqa: N802  # OpenCV's name
        return True

    def set(self, *_: object) -> bool:
        return True

    def read(self) -> tuple[bool, NDArray[np.uint8] | None]:
        with self._changed:
            self._asked += 1
            self._changed.notify_all()
            self._changed.wait_for(lambda: self.given < self._wanted or self._ended, PATIENCE_S)
            if self._ended or self.given == self._wanted:
                return False, None
            self.given += 1
            return True, np.full((64, 64, 3), self.given % 256, np.uint8)

    def release(self) -> None:
        self.released.set()

    def give(self, frames: int) -> None:
        """That many more, until the last one has been fetched and the next one is asked for."""
        with self._changed:
            self._wanted += frames
            self._changed.notify_all()
            # Asked once more, it has done with the one before.
            assert self._changed.wait_for(lambda: self._asked > self._wanted, PATIENCE_S)

    def flow(self) -> None:
        """As many as are wanted from now on."""
        with self._changed:
            self._wanted = 10**9
            self._changed.notify_all()

    def end(self) -> None:
        with self._changed:
            self._ended = True
            self._changed.notify_all()


@pytest.fixture
def pretended(monkeypatch: pytest.MonkeyPatch) -> Iterator[Pretended]:
    camera = Pretended()
    monkeypatch.setattr(cv2, "VideoCapture", lambda *_: camera)
    yield camera
    camera.end()


@pytest.mark.parametrize("address", ["0", "rtsp://10.0.0.5/yard", "/dev/video7"])
def test_whoever_is_slow_sees_the_newest_frame_and_none_twice(
    pretended: Pretended, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    monkeypatch.setenv(CAMERAS_VARIABLE, address)
    with ServerCamera(address) as camera:
        pretended.give(1)
        first, first_s = camera.newest()
        pretended.give(5)
        second, second_s = camera.newest()
        pretended.give(1)
        third, third_s = camera.newest()
        assert [int(each[0, 0, 0]) for each in (first, second, third)] == [1, 6, 7]
        assert first_s < second_s < third_s
        pretended.end()
        with pytest.raises(CameraNotOpened):
            camera.newest()
    assert pretended.released.wait(PATIENCE_S)


def test_closing_lets_the_camera_go(pretended: Pretended, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(CAMERAS_VARIABLE, "0")
    with ServerCamera("0") as camera:
        pretended.flow()
        camera.newest()
    assert pretended.released.wait(PATIENCE_S)


def test_a_file_gives_every_frame_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(CAMERAS_VARIABLE, str(SQUAT))
    clip = cv2.VideoCapture(str(SQUAT))
    with ServerCamera(str(SQUAT)) as camera:
        while (read := clip.read())[0]:
            np.testing.assert_array_equal(camera.newest()[0], read[1][..., ::-1])
        with pytest.raises(CameraNotOpened):
            camera.newest()


def test_setting_the_computers_clock_bends_no_interval(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(CAMERAS_VARIABLE, str(SQUAT))
    now_s = time.time()
    with ServerCamera(str(SQUAT)) as camera:
        first_s = camera.newest()[1]
        monkeypatch.setattr(time, "time", lambda: now_s + 86_400)
        second_s = camera.newest()[1]
    assert abs(first_s - now_s) < 3600
    assert 0 < second_s - first_s < 3600
