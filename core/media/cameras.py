"""A camera plugged into this computer, or one in its network: off unless it has been allowed by name.

Whoever opens the dashboard could otherwise look through the server's camera, or let it call any address.
"""

from __future__ import annotations

import os
import time
from types import TracebackType
from urllib.parse import urlsplit

import cv2
import numpy as np
from numpy.typing import NDArray

from core.errors import CameraNotAllowed, CameraNotOpened

# Indexes and addresses separated by commas: "0", "1,rtsp://192.168.1.20/stream".
CAMERAS_VARIABLE = "POSESCOPE_CAMERAS"
# So many frames in a row that cannot be read mean that the camera is gone.
MOST_MISSING = 30


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
        # A queue of old frames would only add to the delay.
        self._capture.set(cv2.CAP_PROP_BUFFERSIZE, 1)

    def newest(self) -> tuple[NDArray[np.uint8], float]:
        """The next picture (height, width, 3) uint8 RGB, upright, and when it came, in seconds since 1970.

        Raises:
            CameraNotOpened: it gives no more pictures.
        """
        for _ in range(MOST_MISSING):
            read, bgr = self._capture.read()
            if read:
                return np.asarray(cv2.cvtColor(bgr, cv2.COLOR_BGR2RGB), np.uint8), time.time()
        raise CameraNotOpened(camera=self.name)

    def close(self) -> None:
        """Let the camera go."""
        self._capture.release()

    def __enter__(self) -> ServerCamera:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
