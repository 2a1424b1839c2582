"""A camera plugged into this computer, or one in its network: off unless it has been allowed by name.

Whoever opens the dashboard could otherwise look through the server's camera, or let it call any address.
"""

from __future__ import annotations

import os
import threading
import time
from pathlib import Path
from types import TracebackType
from urllib.parse import urlsplit

import cv2
import numpy as np
from cv2.typing import MatLike
from numpy.typing import NDArray

from core.errors import CameraNotAllowed, CameraNotOpened

# Indexes and addresses separated by commas: "0", "1,rtsp://192.168.1.20/stream".
CAMERAS_VARIABLE = "POSESCOPE_CAMERAS"
# So many frames in a row that cannot be read mean that the camera is gone.
MOST_MISSING = 30
# OpenCV itself gives up on a camera in the network after half a minute.
PATIENCE_S = 40.0
# A camera that hangs is let go of by its own thread, whenever that may be.
_CLOSING_S = 5.0
# Seconds since 1970 when the monotonic clock stood at 0: frames keep their distance when the computer's clock is set.
_EPOCH_S = time.time() - time.monotonic()


def allowed_cameras() -> tuple[str, ...]:
    """The cameras that may be used, as the environment names them; none unless it does."""
    named = os.environ.get(CAMERAS_VARIABLE, "").split(",")
    return tuple(dict.fromkeys(name.strip() for name in named if name.strip()))


def allowed_camera(place: int) -> str:
    """The one at a place among them.

    Raises:
        CameraNotAllowed: there are not so many.
    """
    allowed = allowed_cameras()
    if not 0 <= place < len(allowed):
        raise CameraNotAllowed(camera=place, variable=CAMERAS_VARIABLE)
    return allowed[place]


def camera_name(camera: str) -> str:
    """What to call it in front of a user: without the password that an address may hold."""
    if camera.isdecimal():
        return camera
    parts = urlsplit(camera)
    return f"{parts.hostname}{parts.path}" if parts.hostname else camera.rsplit("/", 1)[-1]


class ServerCamera:
    """Frames of an allowed camera, the newest each time. For one thread; a context manager.

    A file gives every frame in its order. Whatever is live is read by a thread of its own which keeps the newest frame
    only: cameras in the network queue what is not fetched, and somebody slower would see more and more of the past.

    Args:
        camera: one of `allowed_cameras`: an index, or an address that OpenCV can open.

    Attributes:
        name: what to call it.

    Raises:
        CameraNotAllowed: it is not among them.
        CameraNotOpened: it does not answer.
    """

    def __init__(self, camera: str) -> None:
        self.name = camera_name(camera)
        if camera not in allowed_cameras():
            raise CameraNotAllowed(camera=self.name, variable=CAMERAS_VARIABLE)
        self._capture = cv2.VideoCapture(int(camera) if camera.isdecimal() else camera)
        if not self._capture.isOpened():
            self._capture.release()
            raise CameraNotOpened(camera=self.name)
        self._newest = None if _is_file(camera) else _Newest(self._capture, self.name)

    def newest(self) -> tuple[NDArray[np.uint8], float]:
        """The next picture (height, width, 3) uint8 RGB, upright, and when it came, in seconds since 1970.

        No picture comes twice. The clock is not set while the program runs: times can be subtracted.

        Raises:
            CameraNotOpened: it gives no more pictures.
        """
        seen = _read(self._capture) if self._newest is None else self._newest.take()
        if seen is None:
            raise CameraNotOpened(camera=self.name)
        bgr, time_s = seen
        return np.asarray(cv2.cvtColor(bgr, cv2.COLOR_BGR2RGB), np.uint8), time_s

    def close(self) -> None:
        """Let the camera go."""
        if self._newest is None:
            self._capture.release()
        else:
            self._newest.close()

    def __enter__(self) -> ServerCamera:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class _Newest:
    """The newest frame of a capture, which is read as fast as it gives. Releases it at the end.

    Args:
        capture: open; nobody else may use it any more.
        name: for the thread.
    """

    def __init__(self, capture: cv2.VideoCapture, name: str) -> None:
        self._capture = capture
        self._changed = threading.Condition()
        self._frame: tuple[MatLike, float] | None = None
        self._over = False
        self._thread = threading.Thread(target=self._grab, name=f"camera {name}", daemon=True)
        self._thread.start()

    def take(self) -> tuple[MatLike, float] | None:
        """The newest frame that has not been taken, BGR, and when it came; None if no more will come."""
        with self._changed:
            self._changed.wait_for(lambda: self._frame is not None or self._over, PATIENCE_S)
            frame, self._frame = self._frame, None
        return frame

    def close(self) -> None:
        """Let the camera go, at once unless it hangs."""
        with self._changed:
            self._over = True
        self._thread.join(_CLOSING_S)

    def _grab(self) -> None:
        try:
            while not self._over and (frame := _read(self._capture)) is not None:
                with self._changed:
                    self._frame = frame
                    self._changed.notify()
        finally:
            with self._changed:
                self._over = True
                self._changed.notify()
            self._capture.release()


def _read(capture: cv2.VideoCapture) -> tuple[MatLike, float] | None:
    """The next frame, BGR, and when it came; None if none comes any more."""
    for _ in range(MOST_MISSING):
        read, bgr = capture.read()
        if read:
            return bgr, _EPOCH_S + time.monotonic()
    return None


def _is_file(camera: str) -> bool:
    """Whether it is a recording, not something live such as /dev/video0."""
    return not camera.isdecimal() and (camera.startswith("file:") or Path(camera).is_file())
