"""Recording: what every analysis returns and every measure, view and export takes."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.settings import Settings
from core.skeleton import LANDMARKS

SPACES: tuple[str, ...] = ("refined", "world", "image")


@dataclass(frozen=True, kw_only=True)
class SideRepair:
    """A stretch in which the detector had taken left for right, and which has been put right.

    Attributes:
        person: the index on the recording's person axis.
        part: "legs", "arms" or "body" for both at once.
        from_s, to_s: the times of the first and the last frame of the stretch, in seconds.
        frames: how many frames it has.
    """

    person: int
    part: str
    from_s: float
    to_s: float
    frames: int

    def as_dict(self) -> dict[str, Any]:
        """Its fields as plain values, for exports."""
        return asdict(self)


@dataclass(frozen=True, eq=False, kw_only=True)
class Recording:
    """People over time: T frames, P people, 33 landmarks. A photo is a recording of one frame.

    NaN stands where nothing was found. The person axis is an identity: the same person keeps the same index in
    every frame.

    Attributes:
        time: (T,) float64, seconds from the first frame, from the container's own timestamps.
        image: (T, P, 33, 3) float32, x and y in pixels of the upright source, z in the same pixels (MediaPipe's
            image z times the width), smaller is nearer. x points right, y down.
        world: (T, P, 33, 3) float32, metres, origin between the hips, x right, y down, z away from the camera.
        refined: as `world`, corrected; None where no correction was made.
        visibility: (T, P, 33) float32, 0 to 1, how likely the landmark is in view and not hidden.
        presence: (T, P, 33) float32, 0 to 1, how likely the landmark is inside the picture.
        mask: (T, H, W) uint8, 255 where a person is, 0 elsewhere; None unless asked for in the settings.
        width, height: of the upright source, in pixels.
        frame_rate: mean frames a second, 0 for a photo; `time` is the truth.
        source: the name of the source, never a path.
        settings: the settings used.
        provenance: versions and the model's SHA-256.
        repairs: where left and right were exchanged and have been put right (`core.motion.swaps`), by person and time.
            Those of the whole recording, in a part of it too.
        left_out: how many more people, or places that look like one, were seen but left out, because of
            `Settings.max_people` or to end in time; in a clip the most at once.

    Raises:
        ValueError: a field's shape does not fit the others.
    """

    time: NDArray[np.float64]
    image: NDArray[np.float32]
    world: NDArray[np.float32]
    visibility: NDArray[np.float32]
    presence: NDArray[np.float32]
    width: int
    height: int
    frame_rate: float
    source: str
    settings: Settings
    provenance: dict[str, str] = field(default_factory=dict)
    refined: NDArray[np.float32] | None = None
    mask: NDArray[np.uint8] | None = None
    repairs: tuple[SideRepair, ...] = ()
    left_out: int = 0

    def __post_init__(self) -> None:
        # With fewer axes the image is as wrong as it can be; its shape is then compared with one for no people.
        frames, people = (*self.image.shape, 0, 0)[:2]
        expected: dict[str, tuple[int, ...]] = {
            "time": (frames,),
            "image": (frames, people, len(LANDMARKS), 3),
            "world": (frames, people, len(LANDMARKS), 3),
            "visibility": (frames, people, len(LANDMARKS)),
            "presence": (frames, people, len(LANDMARKS)),
            "refined": (frames, people, len(LANDMARKS), 3),
            "mask": (frames, self.height, self.width),
        }
        for name, shape in expected.items():
            array = getattr(self, name)
            if array is not None and array.shape != shape:
                raise ValueError(f"Recording.{name} must have the shape {shape}, got {array.shape}")

    @property
    def frames(self) -> int:
        """How many frames, T."""
        return len(self.image)

    @property
    def people(self) -> int:
        """How many people, P."""
        return int(self.image.shape[1])

    @property
    def spaces(self) -> tuple[str, ...]:
        """The coordinates this recording holds, the best one to measure in first."""
        return SPACES if self.refined is not None else SPACES[1:]

    def part(self, start: int, stop: int) -> Recording:
        """The frames from `start` up to but not including `stop`, with their own times. It shares this one's memory.

        Frames outside the recording are left out, so a part may have none.
        """
        frames = slice(max(start, 0), max(stop, 0))
        return replace(
            self,
            time=self.time[frames],
            image=self.image[frames],
            world=self.world[frames],
            refined=None if self.refined is None else self.refined[frames],
            visibility=self.visibility[frames],
            presence=self.presence[frames],
            mask=None if self.mask is None else self.mask[frames],
        )
