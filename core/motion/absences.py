"""From when to when somebody was not found: the spans that every number about them leaves out."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from core.recording import Recording


@dataclass(frozen=True, kw_only=True)
class Absence:
    """A span of a recording in which a person was not found.

    Attributes:
        person: the index on the recording's person axis.
        from_s, to_s: the times of the first and the last frame without the person, in seconds; the same if it is one.
        frames: how many frames it has.
    """

    person: int
    from_s: float
    to_s: float
    frames: int

    def as_dict(self) -> dict[str, Any]:
        """Its fields as plain values, for exports."""
        return asdict(self)


def absences(recording: Recording) -> tuple[Absence, ...]:
    """Every span in which somebody is not found, also at the beginning and at the end of the recording.

    Args:
        recording: T frames, P people.

    Returns:
        By person in the recording's order, then by time. Somebody who is in none of its frames has one span that is
        all of it. Without frames there are none.
    """
    if not recording.frames or not recording.people:
        return ()
    missing = ~np.isfinite(recording.image[..., :2]).any(axis=(-2, -1)).T  # (P, T)
    edges = np.diff(np.pad(missing, ((0, 0), (1, 1))).astype(np.int8), axis=1)  # (P, T + 1)
    person, first = np.nonzero(edges == 1)
    _, after = np.nonzero(edges == -1)  # one for each beginning, in the same order
    return tuple(
        Absence(
            person=int(who),
            from_s=float(recording.time[start]),
            to_s=float(recording.time[stop - 1]),
            frames=stop - start,
        )
        for who, start, stop in zip(person.tolist(), first.tolist(), after.tolist(), strict=True)
    )
