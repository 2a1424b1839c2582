"""Whatever a task of MediaPipe raises, its graph is left: closing it would wait for ever."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from mediapipe.tasks.python import vision

from core import Settings
from core.detection.finder import Finder
from core.detection.landmarker import Landmarker
from core.detection.video_landmarker import VideoLandmarker
from core.errors import DetectionFailed

RGB = np.zeros((64, 64, 3), np.uint8)
LITE = Settings(model="lite")


def look_with_landmarker() -> Any:
    with Landmarker("lite") as landmarker:
        return landmarker.detect(RGB, LITE)


def look_with_video_landmarker() -> Any:
    with VideoLandmarker(LITE) as landmarker:
        return landmarker.detect(RGB, 0.0)


def look_with_finder() -> Any:
    return Finder().boxes(RGB, 0.5)


@pytest.mark.parametrize("error", [RuntimeError, ValueError, IndexError, OSError, TimeoutError, FileNotFoundError])
@pytest.mark.parametrize(
    ("task", "method", "look"),
    [
        (vision.PoseLandmarker, "detect", look_with_landmarker),
        (vision.PoseLandmarker, "detect_for_video", look_with_video_landmarker),
        (vision.ObjectDetector, "detect", look_with_finder),
    ],
    ids=["landmarker", "video landmarker", "finder"],
)
def test_the_graph_is_left_and_the_error_is_ours(
    task: type, method: str, look: Callable[[], Any], error: type[Exception], monkeypatch: pytest.MonkeyPatch
) -> None:
    failed: list[Any] = []

    def failing(self: Any, *_: object) -> None:
        failed.append(self)
        raise error("made up")

    monkeypatch.setattr(task, method, failing)
    with pytest.raises(DetectionFailed, match="made up"):
        look()
    assert failed
    assert all(each._handle is None for each in failed)
