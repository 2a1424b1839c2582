"""A recording at any moment, also between the frames that were analysed."""

from __future__ import annotations

import dataclasses

import numpy as np
from numpy.typing import NDArray

from core.recording import Recording

# Times that have been through a container's units differ by less than this when they mean the same frame.
SAME_TIME_S = 1e-4


def moment(recording: Recording, time_s: float) -> Recording:
    """A recording of one frame: what is known at `time_s`, in seconds from the clip's first frame.

    At the time of an analysed frame it is that frame. Between two of them landmarks, visibility and presence lie on
    the straight line between both; a person missing in one of them is as in the nearer one. The mask is the nearer
    one's. Before the first and after the last frame it is that frame, held.

    Raises:
        ValueError: the recording has no frame.
    """
    if not recording.frames:
        raise ValueError("expected a recording with frames, got one without")
    after = int(np.searchsorted(recording.time, time_s - SAME_TIME_S))
    if after == recording.frames:
        return recording.part(after - 1, after)
    if after == 0 or recording.time[after] <= time_s + SAME_TIME_S:
        return recording.part(after, after + 1)
    start, end = recording.time[after - 1], recording.time[after]
    share = float((time_s - start) / (end - start))
    nearer = after if share > 0.5 else after - 1

    def between(values: NDArray[np.float32]) -> NDArray[np.float32]:
        mixed = (1 - share) * values[after - 1] + share * values[after]
        return np.asarray(np.where(np.isnan(mixed), values[nearer], mixed)[None], np.float32)

    return dataclasses.replace(
        recording.part(nearer, nearer + 1),
        time=np.array([time_s]),
        image=between(recording.image),
        world=between(recording.world),
        refined=None if recording.refined is None else between(recording.refined),
        visibility=between(recording.visibility),
        presence=between(recording.presence),
    )
