"""Pictures for the browser tests, made from the project's samples."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

SAMPLES = Path(__file__).resolve().parents[2] / "samples"


def street_photo() -> bytes:
    """A real photograph with one clearly visible person: a frame of the street clip as JPEG."""
    clip = cv2.VideoCapture(str(SAMPLES / "street_two_people.mp4"))
    clip.set(cv2.CAP_PROP_POS_FRAMES, 120)
    read, frame = clip.read()
    assert read
    return _jpeg(frame)


def sample_jpeg(name: str) -> bytes:
    """A sample as JPEG."""
    return _jpeg(_sample(name))


def empty_photo() -> bytes:
    """A grey wall: nobody."""
    return _jpeg(np.full((480, 640, 3), 128, np.uint8))


def camera_film(path: Path) -> Path:
    """A film of one picture for Chromium's pretended camera."""
    frame = cv2.resize(_sample("arms_raised_front")[60:780, :], (720, 720))
    wide = cv2.copyMakeBorder(frame, 0, 0, 120, 120, cv2.BORDER_REPLICATE)
    path.write_bytes(_jpeg(cv2.resize(wide, (640, 480))) * 10)
    return path


def _sample(name: str) -> NDArray[np.uint8]:
    picture = cv2.imread(str(SAMPLES / f"{name}.png"))
    assert picture is not None
    return np.asarray(picture, np.uint8)


def _jpeg(bgr: NDArray[np.uint8] | cv2.typing.MatLike) -> bytes:
    return cv2.imencode(".jpg", bgr, [cv2.IMWRITE_JPEG_QUALITY, 92])[1].tobytes()
