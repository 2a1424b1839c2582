"""A camera while it is running: each frame's body, smoothed and measured at once, and the recording made of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from core.analysis import provenance
from core.detection.landmarker import Detection
from core.detection.landmarker_pool import LandmarkerPool, Place
from core.detection.refine import refined_body
from core.detection.refinement.live import LiveCorrection
from core.media.cameras import ServerCamera
from core.motion.angles import JOINTS, joint_angle_arrays
from core.motion.arrays import AngleArrays
from core.motion.limbs import limb_trust
from core.motion.one_euro import OneEuroFilter
from core.motion.swaps import repair_swaps
from core.recording import Recording
from core.settings import MODELS, Settings
from core.skeleton import LANDMARKS

# A person as tall as the picture is about so many metres: what smoothing in pixels goes by.
PICTURE_HEIGHT_M = 2.0
# 36 MB of landmarks at 30 frames a second.
LONGEST_RECORDING_S = 20 * 60.0
# Frames a second that a movement needs, and what a frame of each model costs against each other, as measured by
# scripts/benchmark_live.py, with what every frame costs besides.
ENOUGH_PER_S = 25.0
_MODEL_MS = {"lite": 5.0, "full": 7.0, "heavy": 23.0}
_BESIDES_MS = 3.0
# The browser, on the same computer perhaps, needs the rest.
_SHARE_OF_TIME = 0.6


@dataclass(frozen=True, eq=False)
class LiveFrame:
    """What one frame shows.

    Attributes:
        time_s: when it was taken, in seconds from the connection's first frame; rising.
        width, height: of the picture, in pixels.
        detection: as MediaPipe has it: what is recorded. Its P is 0 or 1.
        shown: a recording of this frame alone, corrected and smoothed: what is drawn and measured. P is 1; NaN where
            nobody was found.
    """

    time_s: float
    width: int
    height: int
    detection: Detection
    shown: Recording

    @property
    def found(self) -> bool:
        """Whether somebody is there."""
        return len(self.detection.image) > 0

    def angles(self, space: str) -> AngleArrays:
        """All joint angles, T and P are 1.

        Raises:
            SpaceNotAvailable: there are no such coordinates.
        """
        return joint_angle_arrays(self.shown, space)

    def limbs(self, space: str) -> NDArray[np.float32]:
        """(L,) how far the directions of the limbs can be trusted, as in `core.motion.limbs`."""
        return np.asarray(limb_trust(self.shown, space)[0, 0], np.float32)


class LivePose:
    """Follows one person in the frames of one camera. Not for several threads at once.

    Args:
        place: where the landmarker is; whoever took it gives it back.
        settings: what the landmarker does. One person is followed.
        smooth: whether what is shown goes through the One Euro filter.

    Raises:
        ModelMissing, ModelAltered: the bundled file is not usable.
    """

    def __init__(self, place: Place, settings: Settings, *, smooth: bool = True) -> None:
        self.settings = settings
        self.smooth = smooth
        self._landmarker = place.landmarker(settings)
        self._correction = LiveCorrection()
        self._metres = OneEuroFilter()
        self._pixels: OneEuroFilter | None = None
        self._size = (0, 0)

    def see(self, rgb: NDArray[np.uint8], time_s: float) -> LiveFrame:
        """The next frame.

        Args:
            rgb: (H, W, 3) uint8, upright.
            time_s: when it was taken; rising.

        Raises:
            InvalidSource: not such an array.
            DetectionFailed: MediaPipe refused the frame; this LivePose is of no more use.
        """
        detection = self._landmarker.detect(rgb, time_s)
        height, width = rgb.shape[:2]
        if self._pixels is None or self._size != (width, height):
            self._size = (width, height)
            # The filter's own default suits metres.
            self._pixels = OneEuroFilter(beta=10.0 * PICTURE_HEIGHT_M / height)
        return LiveFrame(time_s, width, height, detection, self._shown(detection, time_s))

    def _shown(self, detection: Detection, time_s: float) -> Recording:
        nobody = np.full((len(LANDMARKS), 3), np.nan, np.float32)
        image, world, refined = nobody, nobody, nobody
        visibility = presence = np.zeros(len(LANDMARKS), np.float32)
        if len(detection.image):
            image, world = detection.image[0], detection.world[0]
            visibility, presence = detection.visibility[0], detection.presence[0]
            refined = self._correction(image, world, visibility, time_s)
        if self.smooth and self._pixels is not None:
            image = self._pixels(time_s, image).astype(np.float32)
            world, refined = self._metres(time_s, np.stack([world, refined])).astype(np.float32)
        return Recording(
            time=np.array([time_s]),
            image=image[None, None],
            world=world[None, None],
            refined=refined[None, None],
            visibility=visibility[None, None],
            presence=presence[None, None],
            width=self._size[0],
            height=self._size[1],
            frame_rate=0.0,
            source="",
            settings=self.settings,
        )


class LiveRecorder:
    """Collects the frames of a recording while it is made. Landmarks only.

    Attributes:
        begin_s: the first frame's time, by the connection's clock; NaN before it.
        seconds: from the first frame to the last.
    """

    def __init__(self, settings: Settings, width: int, height: int) -> None:
        self.settings = settings
        self.width, self.height = width, height
        self.begin_s = float("nan")
        self.seconds = 0.0
        self._time: list[float] = []
        self._seen: list[Detection] = []

    @property
    def frames(self) -> int:
        """How many there are."""
        return len(self._time)

    @property
    def full(self) -> bool:
        """As long as a recording may be."""
        return self.seconds >= LONGEST_RECORDING_S

    def fits(self, frame: LiveFrame) -> bool:
        """Whether the frame's picture is as large as the recording's."""
        return (frame.width, frame.height) == (self.width, self.height)

    def add(self, frame: LiveFrame) -> float:
        """Add a frame; gives its time in the recording, in seconds.

        Raises:
            ValueError: its picture is of another size.
        """
        if not self.fits(frame):
            raise ValueError(f"the frame must be {self.width} × {self.height}, got {frame.width} × {frame.height}")
        if not self._time:
            self.begin_s = frame.time_s
        self.seconds = frame.time_s - self.begin_s
        self._time.append(self.seconds)
        self._seen.append(frame.detection)
        return self.seconds

    def recording(self, name: str) -> Recording:
        """All frames as a Recording, finished as that of a clip is: exchanged sides put right, then corrected as a
        whole. P is 1, or 0 if nobody was found at all. A long one takes seconds."""
        people = int(any(len(each.image) for each in self._seen))
        arrays = {
            field: np.full((self.frames, people, *shape), np.nan, np.float32)
            for field, shape in (
                ("image", (len(LANDMARKS), 3)),
                ("world", (len(LANDMARKS), 3)),
                ("visibility", (len(LANDMARKS),)),
                ("presence", (len(LANDMARKS),)),
            )
        }
        for index, seen in enumerate(self._seen):
            if len(seen.image):
                for field, array in arrays.items():
                    array[index] = getattr(seen, field)[:1]
        raw = Recording(
            time=np.array(self._time),
            width=self.width,
            height=self.height,
            frame_rate=(self.frames - 1) / self.seconds if self.seconds else 0.0,
            source=name,
            settings=self.settings,
            provenance=provenance(self.settings) | {"recorded_from": "live camera"},
            image=arrays["image"],
            world=arrays["world"],
            visibility=arrays["visibility"],
            presence=arrays["presence"],
        )
        repaired = repair_swaps(raw)[0] if self.settings.repair_sides and people else raw
        body = refined_body(repaired.image, repaired.world, repaired.visibility, repaired.time)
        return replace(repaired, refined=body)


def record_camera(
    camera: str,
    seconds: float,
    settings: Settings | None = None,
    progress: Callable[[LiveFrame], bool] | None = None,
) -> Recording:
    """Record somebody with a camera of this computer, without a dashboard.

    Args:
        camera: one that the environment allows: an index such as "0", or an address (`core.media.cameras`).
        seconds: how long, at most 20 minutes.
        settings: what to do; the defaults if None. One person is followed.
        progress: told each frame; False ends the recording.

    Returns:
        As `LiveRecorder.recording`.

    Raises:
        CameraNotAllowed, CameraNotOpened: it cannot be used.
        ModelError: a bundled model cannot be used.
        DetectionFailed: MediaPipe failed on a frame.
    """
    settings = replace(settings or Settings(), people="one")
    with ServerCamera(camera) as source, LandmarkerPool(1).take() as place:
        pose = LivePose(place, settings)
        rgb, first_s = source.newest()
        recorder = LiveRecorder(settings, rgb.shape[1], rgb.shape[0])
        time_s = 0.0
        while True:
            frame = pose.see(rgb, time_s)
            recorder.add(frame)
            goes_on = progress is None or progress(frame)
            if not goes_on or recorder.full or recorder.seconds >= seconds:
                return recorder.recording(source.name)
            rgb, taken_s = source.newest()
            time_s = max(taken_s - first_s, time_s + 0.001)


def flexion_and_trust(angles: AngleArrays) -> tuple[Mapping[str, float], Mapping[str, float]]:
    """The flexion of each joint in degrees, and its trust, of one frame of one person."""
    flexion, trust = angles.readings["flexion_deg"][0, 0], angles.trust[0, 0]
    return dict(zip(JOINTS, flexion.tolist(), strict=True)), dict(zip(JOINTS, trust.tolist(), strict=True))


def proposed_model(model: str, frames_per_s: float, busy_ms: float) -> str | None:
    """Another model that would serve better, from what the first second has shown; None if this one is right.

    The right one is the most exact that keeps 25 frames a second.

    Args:
        model: the one in use.
        frames_per_s: how many were answered.
        busy_ms: how long the server worked on each, with decoding.
    """
    place = MODELS.index(model)
    slowness = busy_ms / (_MODEL_MS[model] + _BESIDES_MS)
    budget_ms = _SHARE_OF_TIME * 1000 / ENOUGH_PER_S

    def keeps(other: str) -> bool:
        return slowness * (_MODEL_MS[other] + _BESIDES_MS) <= budget_ms

    # A camera that gives fewer frames is not helped by a lighter model.
    if frames_per_s < ENOUGH_PER_S and not keeps(model):
        lighter = MODELS[:place]
        return next((other for other in reversed(lighter) if keeps(other)), lighter[0] if lighter else None)
    if frames_per_s >= ENOUGH_PER_S and place + 1 < len(MODELS) and keeps(MODELS[place + 1]):
        return MODELS[place + 1]
    return None
