"""Recording: what every analysis returns and every measure, view and export takes."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict, dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.settings import Settings
from core.skeleton import LANDMARKS

SPACES: tuple[str, ...] = ("refined", "world", "image")
# What `provenance` tells of each person, in their order, with ", " between.
_TOLD_OF_EACH = frozenset({"scaled_to_body_height_m"})


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
        names: what the P people are called, in their order; empty where nobody was given a name. Detection gives none.

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
    names: tuple[str, ...] = ()

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
        if self.names and len(self.names) != people:
            raise ValueError(f"Recording.names must be {people}, one for each person, or none, got {len(self.names)}")

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

    def without_people(self, people: Collection[int]) -> Recording:
        """The same without these people, as if they had never been found: for what is no person at all.

        Whoever is left keeps their order, so that those behind them get a smaller index. `provenance` says who was
        taken out, as `removed_people`: their indices as they were found at first, with commas between; of a recording
        that somebody has been taken out of before, all of them. `mask` goes dark where only they were.

        Args:
            people: their indices; none gives the recording itself.

        Raises:
            IndexError: there is no such person.
        """
        gone = sorted(set(people))
        if not gone:
            return self
        if gone[0] < 0 or gone[-1] >= self.people:
            raise IndexError(
                f"the recording has {self.people} people, there is no {gone[0] if gone[0] < 0 else gone[-1]}"
            )
        kept = [person for person in range(self.people) if person not in gone]
        return replace(
            self,
            image=self.image[:, kept],
            world=self.world[:, kept],
            refined=None if self.refined is None else self.refined[:, kept],
            visibility=self.visibility[:, kept],
            presence=self.presence[:, kept],
            mask=None if self.mask is None else self._mask_of(kept, gone),
            repairs=tuple(
                replace(each, person=kept.index(each.person)) for each in self.repairs if each.person in kept
            ),
            names=tuple(self.names[person] for person in kept) if self.names else (),
            provenance=self._provenance_without(gone, kept),
        )

    def _provenance_without(self, gone: list[int], kept: list[int]) -> dict[str, str]:
        before = [int(index) for index in self.provenance.get("removed_people", "").split(",") if index]
        as_found = [index for index in range(self.people + len(before)) if index not in before]
        removed = sorted({*before, *(as_found[person] for person in gone)})
        told = {**self.provenance, "removed_people": ",".join(map(str, removed))}
        for name in _TOLD_OF_EACH & told.keys():
            of_each = told[name].split(", ")
            if len(of_each) == self.people:
                told[name] = ", ".join(of_each[person] for person in kept)
        return told

    def _mask_of(self, kept: list[int], gone: list[int]) -> NDArray[np.uint8]:
        """The mask does not say whose it is: it goes from the boxes of those who go, outside those of who stays."""
        assert self.mask is not None
        mask = self.mask.copy()
        for frame in range(self.frames):
            for person in gone:
                for box in self._boxes(frame, [person]):
                    mask[frame][box] = 0
            for box in self._boxes(frame, kept):
                mask[frame][box] = self.mask[frame][box]
        return mask

    def _boxes(self, frame: int, people: list[int]) -> list[tuple[slice, slice]]:
        """Where their landmarks are, with a tenth of the longer side around them: rows and columns of the picture."""
        boxes = []
        for points in self.image[frame, people, :, :2].astype(np.float64):
            if np.isfinite(points).all():
                low, high = points.min(axis=0), points.max(axis=0)
                margin = 0.1 * (high - low).max()
                (left, top), (right, bottom) = np.maximum(low - margin, 0), np.maximum(high + margin, 0)
                boxes.append((slice(int(top), int(np.ceil(bottom))), slice(int(left), int(np.ceil(right)))))
        return boxes
