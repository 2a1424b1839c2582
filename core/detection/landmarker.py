"""MediaPipe's PoseLandmarker for single pictures: safe to share between threads, hard to break, possible to close.

MediaPipe fixes the thresholds, the number of people and segmentation when a graph is made, so one `Landmarker`
keeps a few graphs of its model, the most recently used ones. A graph that has once raised an error stays in error
and hangs when it is closed: it is replaced and left behind.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass, replace
from types import TracebackType
from typing import Any

import cv2
import mediapipe as mp
import numpy as np
from mediapipe.tasks.python import BaseOptions, vision
from numpy.typing import NDArray

from core.detection.abandoned import hold, leave
from core.detection.models import read_bundle
from core.detection.without_detector import read_bundle_without_detector
from core.detection.without_mask import read_bundle_without_mask
from core.errors import DetectionFailed, InvalidSource, LandmarkerClosed
from core.settings import Settings
from core.skeleton import LANDMARKS

MEDIAPIPE_VERSION: str = mp.__version__
# The whole picture with and without a mask, crops with and without a detector in two lanes, a crop with its mask, and
# some to spare.
GRAPHS_KEPT = 10
# What MediaPipe makes of the error codes of its library.
MEDIAPIPE_ERRORS = (RuntimeError, ValueError, IndexError, OSError)
# Reading a mask whose width is no multiple of this ends the whole process (seen with mediapipe 0.10.31).
MASK_ALIGNMENT_PX = 4
# A picture with a side of 32767 pixels or more does so too.
LONGEST_SIDE_PX = 32_000


@dataclass(frozen=True, eq=False)
class Detection:
    """What one picture shows. P people, in MediaPipe's order.

    Attributes:
        image: (P, 33, 3) float32, x, y in pixels, z in the same pixels.
        world: (P, 33, 3) float32, metres, origin between the hips, x right, y down, z away from the camera.
        visibility, presence: (P, 33) float32, 0 to 1.
        mask: (H, W) uint8, 255 where anybody is; None unless `Settings.segmentation`.
    """

    image: NDArray[np.float32]
    world: NDArray[np.float32]
    visibility: NDArray[np.float32]
    presence: NDArray[np.float32]
    mask: NDArray[np.uint8] | None


@dataclass(frozen=True)
class _GraphOptions:
    people: int
    min_detection_confidence: float
    min_presence_confidence: float
    segmentation: bool
    lane: int
    without_detector: bool = False

    @classmethod
    def of(cls, settings: Settings, lane: int) -> _GraphOptions:
        return cls(
            people=1 if settings.people == "one" else settings.max_people,
            min_detection_confidence=settings.min_detection_confidence,
            min_presence_confidence=settings.min_presence_confidence,
            segmentation=settings.segmentation,
            lane=lane,
        )


class _Graph:
    """One PoseLandmarker and who uses it. The fields change only under the landmarker's lock."""

    def __init__(self, model: str, options: _GraphOptions) -> None:
        if options.without_detector:
            bundle = read_bundle_without_detector(model)
        else:
            bundle = read_bundle(model) if options.segmentation else read_bundle_without_mask(model)
        self.pose_landmarker = vision.PoseLandmarker.create_from_options(
            vision.PoseLandmarkerOptions(
                base_options=BaseOptions(model_asset_buffer=bundle),
                running_mode=vision.RunningMode.IMAGE,
                num_poses=options.people,
                min_pose_detection_confidence=options.min_detection_confidence,
                min_pose_presence_confidence=options.min_presence_confidence,
                output_segmentation_masks=options.segmentation,
            )
        )
        hold(self, self.pose_landmarker)
        self.users = 0
        self.retired = False
        self.broken = False

    def release(self) -> None:
        """Free the memory, or, if the graph is in error, leave it: closing it would wait for ever."""
        if self.broken:
            leave(self.pose_landmarker)
        else:
            self.pose_landmarker.close()


class Landmarker:
    """Finds landmarks in pictures with one model. Any number of threads may call `detect` at once.

    Args:
        model: "lite", "full" or "heavy"; 0, 1 and 2 mean the same.

    Raises:
        InvalidSetting: there is no such model.
        ModelMissing, ModelAltered: the bundled file is not usable.
    """

    def __init__(self, model: str | int = "full") -> None:
        self.model = Settings(model=model).model  # type: ignore[arg-type]  # numbers become names there
        read_bundle(self.model)  # what is wrong with the file is said at once
        self._graphs: OrderedDict[_GraphOptions, _Graph] = OrderedDict()
        self._lock = threading.Lock()
        self._closed = False

    def __enter__(self) -> Landmarker:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def detect(self, rgb: NDArray[np.uint8], settings: Settings, lane: int = 0) -> Detection:
        """Find people in one picture. `settings.model` is not looked at: the landmarker has its own.

        Args:
            rgb: (H, W, 3) uint8, upright, red first.
            settings: people, confidences and segmentation count here.
            lane: callers in different lanes do not wait for each other; each lane keeps a graph of its own.

        Raises:
            InvalidSource: not such an array.
            DetectionFailed: MediaPipe refused the picture, also with a fresh graph.
            LandmarkerClosed: after `close`.
        """
        height, width = valid_picture(rgb).shape[:2]
        picture = _within_reach(valid_picture(rgb))
        options = _GraphOptions.of(settings, lane)
        if settings.segmentation and picture.shape[1] % MASK_ALIGNMENT_PX:
            # The landmarks come from the picture as it is, so that they do not depend on the wish for a mask.
            result = self._run(replace(options, segmentation=False), picture)
            masks = self._run(options, _widened(picture)).segmentation_masks
        else:
            result = self._run(options, picture)
            masks = result.segmentation_masks
        mask = _union_of_masks(masks, picture, (width, height)) if settings.segmentation else None
        return to_detection(result, width, height, mask)

    def detect_in_the_middle(self, rgb: NDArray[np.uint8], settings: Settings, lane: int = 0) -> Detection:
        """The landmarks of somebody who is known to be there, upright, with the hips in the middle of a picture.

        The network looks at the whole picture, and nobody is searched for: half the work of `detect`.

        Args:
            rgb: (side, side, 3) uint8. The network was trained with people whose farthest landmark is 0.4 sides away
                from the middle.
            settings: the confidence in their presence counts here.
            lane: as in `detect`.

        Returns:
            One person, or nobody if the network does not believe it; without a mask.

        Raises:
            As `detect`.
        """
        height, width = valid_picture(rgb).shape[:2]
        options = replace(_GraphOptions.of(settings, lane), people=1, segmentation=False, without_detector=True)
        return to_detection(self._run(options, valid_picture(rgb)), width, height, None)

    def prepare(self, settings: Settings, lane: int = 0, *, in_the_middle: bool = False) -> None:
        """Make what a picture of any width needs now, so that it need not wait for it.

        Args:
            settings, lane: as in `detect`.
            in_the_middle: what `detect_in_the_middle` needs, too.
        """
        options = _GraphOptions.of(settings, lane)
        wanted = {options, replace(options, segmentation=False)}
        if in_the_middle:
            wanted.add(replace(options, people=1, segmentation=False, without_detector=True))
        for needed in wanted:
            self._give_back(needed, self._borrow(needed))

    def close(self) -> None:
        """Free the graphs. One that is still at work is freed when it has finished."""
        with self._lock:
            self._closed = True
            graphs = list(self._graphs.values())
            self._graphs.clear()
            idle = [graph for graph in graphs if self._retire(graph)]
        for graph in idle:
            graph.release()

    def _run(self, options: _GraphOptions, picture: NDArray[np.uint8]) -> Any:
        image = mp.Image(image_format=mp.ImageFormat.SRGB, data=picture)
        try:
            return self._run_once(options, image)
        except MEDIAPIPE_ERRORS:
            # A graph once in error stays so. A second failure, on a new graph, is the picture's.
            try:
                return self._run_once(options, image)
            except MEDIAPIPE_ERRORS as error:
                raise DetectionFailed(reason=str(error).splitlines()[0][:200]) from error

    def _run_once(self, options: _GraphOptions, image: mp.Image) -> Any:
        graph = self._borrow(options)
        try:
            return graph.pose_landmarker.detect(image)
        except MEDIAPIPE_ERRORS:
            graph.broken = True
            raise
        finally:
            self._give_back(options, graph)

    def _borrow(self, options: _GraphOptions) -> _Graph:
        idle: list[_Graph] = []
        with self._lock:
            if self._closed:
                raise LandmarkerClosed()
            graph = self._graphs.get(options)
            if graph is None:
                graph = self._graphs[options] = _Graph(self.model, options)
            self._graphs.move_to_end(options)
            graph.users += 1
            while len(self._graphs) > GRAPHS_KEPT:
                _, oldest = self._graphs.popitem(last=False)
                if self._retire(oldest):
                    idle.append(oldest)
        for old in idle:
            old.release()
        return graph

    def _give_back(self, options: _GraphOptions, graph: _Graph) -> None:
        with self._lock:
            graph.users -= 1
            if graph.broken and self._graphs.get(options) is graph:
                del self._graphs[options]
                graph.retired = True
            free = graph.retired and graph.users == 0
        if free:
            graph.release()

    @staticmethod
    def _retire(graph: _Graph) -> bool:
        """Mark a graph as no longer handed out; True if nobody uses it, so that it can be released at once."""
        graph.retired = True
        return graph.users == 0


def valid_picture(rgb: object) -> NDArray[np.uint8]:
    """Only what MediaPipe can take: a grey picture would break its graph, a view with strides would be misread."""
    expected = "an RGB picture as an array of shape (height, width, 3) and type uint8"
    if not isinstance(rgb, np.ndarray):
        raise InvalidSource(expected=expected, got=type(rgb).__name__)
    if rgb.dtype != np.uint8 or rgb.ndim != 3 or rgb.shape[2] != 3 or 0 in rgb.shape:
        raise InvalidSource(expected=expected, got=f"shape {rgb.shape} and type {rgb.dtype}")
    return np.ascontiguousarray(rgb)


def _within_reach(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The picture, made smaller if a side is too long for MediaPipe, which would end the whole process."""
    scale = LONGEST_SIDE_PX / max(picture.shape)
    if scale >= 1:
        return picture
    height, width = (max(1, round(side * scale)) for side in picture.shape[:2])
    return np.asarray(cv2.resize(picture, (width, height), interpolation=cv2.INTER_AREA), np.uint8)


def _widened(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The picture with its right edge repeated until MediaPipe can give a mask of that width."""
    missing = -picture.shape[1] % MASK_ALIGNMENT_PX
    return np.pad(picture, ((0, 0), (0, missing), (0, 0)), mode="edge")


def to_detection(result: Any, width: int, height: int, mask: NDArray[np.uint8] | None) -> Detection:
    """MediaPipe's answer for a picture of that size as arrays."""
    landmarks = np.array(
        [[(p.x, p.y, p.z, p.visibility, p.presence) for p in person] for person in result.pose_landmarks],
        dtype=np.float32,
    ).reshape(-1, len(LANDMARKS), 5)
    world = np.array(
        [[(p.x, p.y, p.z) for p in person] for person in result.pose_world_landmarks], dtype=np.float32
    ).reshape(-1, len(LANDMARKS), 3)
    # MediaPipe gives z in units of the picture's width, as it does x.
    image = landmarks[..., :3] * np.array([width, height, width], dtype=np.float32)
    return Detection(
        image=image,
        world=world,
        visibility=landmarks[..., 3],
        presence=landmarks[..., 4],
        mask=mask,
    )


def _union_of_masks(masks: Any, picture: NDArray[np.uint8], size: tuple[int, int]) -> NDArray[np.uint8]:
    """Where anybody is in the picture that was looked at, in the size of the original."""
    height, width = picture.shape[:2]
    union = np.zeros((height, width), dtype=np.uint8)
    for mask in masks or ():
        union[mask.numpy_view()[:, :width, 0] > 0.5] = 255
    if (width, height) == size:
        return union
    return np.asarray(cv2.resize(union, size, interpolation=cv2.INTER_NEAREST), np.uint8)
