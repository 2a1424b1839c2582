"""MediaPipe's PoseLandmarker for clips: it follows and smooths from frame to frame. One thread at a time.

Each stretch of a clip gets a new one. An old one cannot be made to forget: even after an empty picture and a long pause
its filters still hold the visibility and the world landmarks of the person before.
"""

from __future__ import annotations

from types import TracebackType

import mediapipe as mp
import numpy as np
from mediapipe.tasks.python import BaseOptions, vision
from numpy.typing import NDArray

from core.detection.abandoned import hold, leave
from core.detection.landmarker import MEDIAPIPE_ERRORS, Detection, to_detection, valid_picture
from core.detection.without_detector import Region, read_bundle_sure_of
from core.detection.without_mask import read_bundle_without_mask
from core.errors import DetectionFailed
from core.settings import Settings


class VideoLandmarker:
    """Landmarks in consecutive frames.

    Args:
        settings: model, people and confidences count here.
        region: where in its pictures, which are square, one person is known to be: nobody is searched for, and it is
            made in half the time. None searches.

    Raises:
        ModelMissing, ModelAltered: the bundled file is not usable.
    """

    def __init__(self, settings: Settings, region: Region | None = None) -> None:
        model = settings.model
        bundle = read_bundle_without_mask(model) if region is None else read_bundle_sure_of(model, region)
        self._pose_landmarker = vision.PoseLandmarker.create_from_options(
            vision.PoseLandmarkerOptions(
                base_options=BaseOptions(model_asset_buffer=bundle),
                running_mode=vision.RunningMode.VIDEO,
                num_poses=1 if settings.people == "one" else settings.max_people,
                min_pose_detection_confidence=settings.min_detection_confidence,
                min_pose_presence_confidence=settings.min_presence_confidence,
                min_tracking_confidence=settings.min_tracking_confidence,
            )
        )
        hold(self, self._pose_landmarker)
        self._last_ms = -1

    def __enter__(self) -> VideoLandmarker:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def detect(self, rgb: NDArray[np.uint8], time_s: float) -> Detection:
        """The people in the next frame.

        Args:
            rgb: (H, W, 3) uint8, upright.
            time_s: seconds from the clip's first frame. MediaPipe wants whole, strictly increasing milliseconds, so
                times that repeat or go back are moved on by one.

        Raises:
            InvalidSource: not such an array.
            DetectionFailed: MediaPipe refused the frame.
        """
        picture = valid_picture(rgb)
        result = self._run(picture, max(self._last_ms + 1, round(1000 * time_s)))
        height, width = picture.shape[:2]
        return to_detection(result, width, height, None)

    def close(self) -> None:
        """Free the memory."""
        if self._pose_landmarker._handle is not None:
            self._pose_landmarker.close()

    def _run(self, picture: NDArray[np.uint8], time_ms: int) -> vision.PoseLandmarkerResult:
        image = mp.Image(image_format=mp.ImageFormat.SRGB, data=picture)
        try:
            result = self._pose_landmarker.detect_for_video(image, time_ms)
        except MEDIAPIPE_ERRORS as error:
            # The graph stays in error, and closing it would wait for ever.
            leave(self._pose_landmarker)
            raise DetectionFailed(reason=str(error).splitlines()[0][:200]) from error
        self._last_ms = time_ms
        return result
