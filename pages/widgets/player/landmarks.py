"""What the player draws, packed small: landmarks, angles and times of a stretch of a recording.

A message is the length of its header (uint32), the header (JSON, padded with blanks to a multiple of 8 bytes), then for
`count` frames the arrays of `_arrays`, one after the other, little-endian. A ten-minute clip of one person is 7.5 MB.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from core import Recording
from core.motion.groups import GROUPS, MAIN_GROUP
from core.motion.limbs import limb_trust
from core.motion.readings import shown_deg

# The most frames of one message, so that a long clip appears piece by piece.
MOST_FRAMES = 3000
# Where there is nothing.
MISSING = -32768
PX_UNITS = 10_000
MM = 1000
TENTHS = 10


def landmark_message(
    recording: Recording | None,
    first: int,
    *,
    space: str,
    reading: str,
    complete: bool,
    revision: int,
    both: bool = False,
    angles_deg: NDArray[np.float64] | None = None,
) -> bytes:
    """The frames of a recording from `first` on.

    Args:
        recording: None before the first frames are there.
        first: how many frames the browser has already.
        space: "refined", "world" or "image": where the angles are measured. The body in metres is the raw one with
            "world", else the corrected one.
        reading: "angle_deg" or "flexion_deg".
        complete: no more frames will come.
        revision: changes when earlier frames have changed; the browser then starts anew.
        both: the body that is not measured is sent too. It is left out otherwise, and where there is no corrected one.
        angles_deg: (T, P, K) what to show for the angles of the whole recording; as measured if None.
    """
    both = both and recording is not None and recording.refined is not None
    total = 0 if recording is None else recording.frames
    count = max(0, min(total - first, MOST_FRAMES))
    header = {
        "first": first,
        "count": count,
        "total": total,
        "people": 0 if recording is None else recording.people,
        "complete": complete,
        "revision": revision,
        "both": both,
        "pxPerUnit": 1.0 if recording is None else max(recording.width, recording.height) / PX_UNITS,
    }
    packed = json.dumps(header).encode()
    packed += b" " * (-(len(packed) + 4) % 8)
    message = struct.pack("<I", len(packed)) + packed
    if recording is None or not count:
        return message
    part = recording.part(first, first + count)
    filtered_deg = None if angles_deg is None else angles_deg[first : first + count]
    return message + b"".join(array.tobytes() for array in _arrays(part, space, reading, both, filtered_deg))


def _arrays(
    part: Recording, space: str, reading: str, both: bool, filtered_deg: NDArray[np.float64] | None
) -> Iterator[NDArray[np.generic]]:
    """T frames, P people, K main joints: time (T,) f64; picture (T, P, 33, 2), metres (T, P, 33, 3), with `both` the
    other body's metres, and angles (T, P, K) i16; visibility (T, P, 33), trust (T, P, K) and that of L limbs
    (T, P, L) u8, 255 is 1."""
    angles = GROUPS[MAIN_GROUP].measure(part, space)
    raw = part.refined is None or space == "world"
    yield part.time.astype("<f8")
    yield _whole(part.image[..., :2], PX_UNITS / max(part.width, part.height))
    for body in (part.world, part.refined) if raw else (part.refined, part.world):
        if body is not None:
            yield _whole(body, MM)
        if not both:
            break
    yield _whole(shown_deg(angles, reading) if filtered_deg is None else filtered_deg, TENTHS)
    yield _share(part.visibility)
    yield _share(angles.trust)
    yield _share(limb_trust(part, space))


def _whole(values: NDArray[np.floating], factor: float) -> NDArray[np.int16]:
    """Rounded to whole units, cut off at what 16 bits hold."""
    scaled = np.clip(np.round(values.astype(np.float64) * factor), -32767, 32767)
    return np.where(np.isfinite(scaled), scaled, MISSING).astype("<i2")


def _share(values: NDArray[np.floating]) -> NDArray[np.uint8]:
    return np.asarray(np.round(255 * np.clip(np.nan_to_num(values), 0, 1)), np.uint8)
