"""Where people are in a photo: boxes from EfficientDet-Lite0, run with MediaPipe's ObjectDetector.

MediaPipe's own pose detector looks for one large person and finds fewer than a third of the people in everyday photos.
EfficientDet sees nine in ten of them, and many things besides that are nobody: its boxes are only places to look at.
"""

from __future__ import annotations

import functools
import queue
from typing import Any

import cv2
import mediapipe as mp
import numpy as np
from mediapipe.tasks.python import BaseOptions, vision
from numpy.typing import NDArray

from core.detection.abandoned import hold, leave
from core.detection.landmarker import MEDIAPIPE_ERRORS, valid_picture
from core.detection.models import read_finder
from core.detection.only_people import network_of_people
from core.errors import DetectionFailed

# Below it the boxes are noise.
LOWEST_SCORE = 0.1
# The network looks at 320 x 320 pixels. A large photo is made smaller first, so that small people are not lost between
# the pixels that it would pick.
LONGEST_SIDE_PX = 640
GREY = 128
# So many pictures are searched at once.
LANES = 2


class Finder:
    """Finds people's boxes. Any number of threads may call `boxes` at once; `LANES` of them work, the others wait.

    Raises:
        ModelMissing, ModelAltered: the bundled file is not usable.
    """

    def __init__(self) -> None:
        self._model = network_of_people(read_finder())
        self._free: queue.LifoQueue[vision.ObjectDetector | None] = queue.LifoQueue()
        for detector in (*(None,) * (LANES - 1), self._new_detector()):  # the others when they are needed
            self._free.put(detector)

    def boxes(self, rgb: NDArray[np.uint8], min_score: float) -> NDArray[np.float64]:
        """Where people may be, the surest first.

        Args:
            rgb: (H, W, 3) uint8, upright.
            min_score: 0 to 1; never below `LOWEST_SCORE`.

        Returns:
            (B, 5) left, top, right, bottom in pixels, inside the picture, and the score.

        Raises:
            InvalidSource: not such an array.
            DetectionFailed: MediaPipe refused the picture.
        """
        height, width = valid_picture(rgb).shape[:2]
        scale = min(1.0, LONGEST_SIDE_PX / max(height, width))
        small = _squared(_resized(valid_picture(rgb), scale))
        found = self._run(small).detections
        rows = [
            (
                *(box.origin_x, box.origin_y, box.origin_x + box.width, box.origin_y + box.height),
                each.categories[0].score,
            )
            for each in found
            for box in [each.bounding_box]
        ]
        boxes = np.array(rows, np.float64).reshape(-1, 5)
        boxes[:, :4] = np.clip(boxes[:, :4] / scale, 0, [width, height, width, height])
        there = (boxes[:, 4] >= min_score) & (boxes[:, 2] > boxes[:, 0]) & (boxes[:, 3] > boxes[:, 1])
        return boxes[there][np.argsort(-boxes[there, 4], kind="stable")]

    def _run(self, picture: NDArray[np.uint8]) -> Any:
        image = mp.Image(image_format=mp.ImageFormat.SRGB, data=picture)
        detector = self._free.get()
        try:
            detector = detector or self._new_detector()
            return detector.detect(image)
        except MEDIAPIPE_ERRORS as error:
            # The graph stays in error, and closing it would wait for ever.
            if detector is not None:
                leave(detector)
            detector = None
            raise DetectionFailed(reason=str(error).splitlines()[0][:200]) from error
        finally:
            self._free.put(detector)

    def _new_detector(self) -> vision.ObjectDetector:
        detector = vision.ObjectDetector.create_from_options(
            vision.ObjectDetectorOptions(
                base_options=BaseOptions(model_asset_buffer=self._model),
                running_mode=vision.RunningMode.IMAGE,
                score_threshold=LOWEST_SCORE,
                category_allowlist=["person"],
            )
        )
        hold(self, detector)
        return detector


# One for everybody: only the first picture that needs it loads the model.
shared_finder = functools.lru_cache(maxsize=1)(Finder)


def _resized(picture: NDArray[np.uint8], scale: float) -> NDArray[np.uint8]:
    if scale == 1.0:
        return picture
    height, width = (max(1, round(side * scale)) for side in picture.shape[:2])
    return np.asarray(cv2.resize(picture, (width, height), interpolation=cv2.INTER_AREA), np.uint8)


def _squared(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The picture with grey to the right or below, because MediaPipe squeezes it into a square.

    Thin or broad people are found less surely, and other things more (docs/people.md).
    """
    height, width = picture.shape[:2]
    square = np.full((max(height, width), max(height, width), 3), GREY, np.uint8)
    square[:height, :width] = picture
    return square
