"""Films for Chromium's pretended camera, which plays a file of JPEGs at 30 a second, round and round.

The sample clips: a rendered man who squats, and real people in a street.
"""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

PROJECT_FOLDER = Path(__file__).resolve().parents[2]
SAMPLES = PROJECT_FOLDER / "samples"
CAMERA_FRAME_RATE = 30
WIDTH, HEIGHT = 640, 480


def squat_film(path: Path, standing_s: float = 1.5) -> Path:
    """The squat clip at its own speed, with a while of standing before it: two repetitions each time it comes round."""
    frames = _frames("squat_2reps.mp4")
    standing = [frames[0]] * round(standing_s * CAMERA_FRAME_RATE)
    squats = _at_camera_rate(frames, 20.0)
    path.write_bytes(b"".join(_jpeg(_framed(frame)) for frame in [*standing, *squats]))
    return path


def street_film(path: Path) -> Path:
    """The street clip: a man and, for a while, a woman."""
    path.write_bytes(b"".join(_jpeg(_framed(frame)) for frame in _frames("street_two_people.mp4")))
    return path


def _frames(name: str) -> list[NDArray[np.uint8]]:
    clip = cv2.VideoCapture(str(SAMPLES / name))
    frames = []
    while (read := clip.read())[0]:
        frames.append(np.asarray(read[1], np.uint8))
    return frames


def _at_camera_rate(frames: list[NDArray[np.uint8]], rate: float) -> list[NDArray[np.uint8]]:
    count = round(len(frames) / rate * CAMERA_FRAME_RATE)
    return [frames[min(len(frames) - 1, int(index * rate / CAMERA_FRAME_RATE))] for index in range(count)]


def _framed(frame: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """640 x 480 with the whole picture in it, its edges repeated."""
    height, width = frame.shape[:2]
    scale = min(WIDTH / width, HEIGHT / height)
    small = cv2.resize(frame, (round(width * scale), round(height * scale)), interpolation=cv2.INTER_AREA)
    right, below = WIDTH - small.shape[1], HEIGHT - small.shape[0]
    edges = (below // 2, below - below // 2, right // 2, right - right // 2)
    return np.asarray(cv2.copyMakeBorder(small, *edges, cv2.BORDER_REPLICATE), np.uint8)


def _jpeg(bgr: NDArray[np.uint8]) -> bytes:
    return cv2.imencode(".jpg", bgr, [cv2.IMWRITE_JPEG_QUALITY, 90])[1].tobytes()
