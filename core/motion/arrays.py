"""Angles as arrays, frame by person by angle, and as the tidy table that they become."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.recording import Recording

# So many frames are measured at once: what is needed on the way is many times as large as the angles themselves.
FRAMES_AT_ONCE = 4096


@dataclass(frozen=True, eq=False)
class AngleArrays:
    """K angles of P people in T frames.

    Attributes:
        column: what the angles belong to: "joint" or "segment".
        names: the K names of the joints or segments, "left_knee" or "trunk".
        readings: for each reading ("angle_deg" and so on) its values, (T, P, K) degrees.
        trust: (T, P, K), 0 to 1.
        space: the coordinates measured in.
        time: (T,) seconds.
    """

    column: str
    names: tuple[str, ...]
    readings: Mapping[str, NDArray[np.float64]]
    trust: NDArray[np.float32]
    space: str
    time: NDArray[np.float64]

    def only(self, names: Sequence[str]) -> AngleArrays:
        """The angles of these joints or segments, in this order."""
        index = [self.names.index(name) for name in names]
        readings = {reading: values[..., index] for reading, values in self.readings.items()}
        return replace(self, names=tuple(names), readings=readings, trust=self.trust[..., index])

    def table(self, start: int = 0, stop: int | None = None) -> pd.DataFrame:
        """A row for each frame, person and joint or segment, in that order, of the frames from `start` to `stop`.

        The columns are `frame, time_s, person`, the joint or segment, the readings, `space, trust`.
        """
        trust = self.trust[start:stop]
        frame, person, name = (index.ravel() for index in np.indices(trust.shape))
        return pd.DataFrame(
            {
                "frame": frame + start,
                "time_s": self.time[start:stop][frame],
                "person": person,
                self.column: np.array(self.names, dtype=object)[name],
                **{reading: values[start:stop].ravel() for reading, values in self.readings.items()},
                "space": self.space,
                "trust": trust.ravel(),
            }
        )


def in_blocks(
    recording: Recording, measure: Callable[[Recording], tuple[NDArray[np.float64], ...]]
) -> tuple[NDArray[np.float64], ...]:
    """What `measure` gives for a whole recording, each array (T, ...), worked out for a stretch of frames at a time."""

    def blocks() -> Iterator[tuple[NDArray[np.float64], ...]]:
        for start in range(0, max(recording.frames, 1), FRAMES_AT_ONCE):
            yield measure(recording.part(start, start + FRAMES_AT_ONCE))

    return tuple(np.concatenate(parts) for parts in zip(*blocks(), strict=True))


def side_of(name: str) -> str:
    """The side in the name of a joint or segment: "left", "right" or "centre"."""
    side = name.split("_")[0]
    return side if side in ("left", "right") else "centre"


def kind_of(name: str) -> str:
    """The name of a joint or segment without its side: "knee" for "left_knee"."""
    return name.removeprefix(f"{side_of(name)}_")
