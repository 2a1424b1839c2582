"""What the player draws, packed small: landmarks, angles and times of a stretch of a recording.

A message is the length of its header (uint32), the header (JSON, padded with blanks to a multiple of 8 bytes), then for
`count` frames the arrays of `_arrays`, one after the other, little-endian. A ten-minute clip of one person is 7.5 MB.
"""

from __future__ import annotations

import json
import struct

import numpy as np
from numpy.typing import NDArray

from core import Recording
from core.motion.groups import GROUPS, MAIN_GROUP
from core.motion.limbs import limb_trust

# The most frames of one message, so that a long clip appears piece by piece.
MOST_FRAMES = 3000
# Where there is nothing.
MISSING = -32768
PX_UNITS = 10_000
MM = 1000
TENTHS = 10


def landmark_message(
    recording: Recording | None, first: int, *, space: str, reading: str, complete: bool, revision: int
) -> bytes:
    """The frames of a recording from `first` on.

    Args:
        recording: None before the first frames are there.
        first: how many frames the browser has already.
        space: "world", "refined" or "image": where the angles are measured.
        reading: "angle_deg" or "flexion_deg".
        complete: no more frames will come.
        revision: changes when earlier frames have changed; the browser then starts anew.
    """
    total = 0 if recording is None else recording.frames
    count = max(0, min(total - first, MOST_FRAMES))
    header = {
        "first": first,
        "count": count,
        "total": total,
        "people": 0 if recording is None else recording.people,
        "complete": complete,
        "revision": revision,
        "pxPerUnit": 1.0 if recording is None else max(recording.width, recording.height) / PX_UNITS,
    }
    packed = json.dumps(header).encode()
    packed += b" " * (-(len(packed) + 4) % 8)
    message = struct.pack("<I", len(packed)) + packed
    if recording is None or not count:
        return message
    part = recording.part(first, first + count)
    return message + b"".join(array.tobytes() for array in _arrays(part, space, reading))


def _arrays(part: Recording, space: str, reading: str) -> tuple[NDArray[np.generic], ...]:
    """T frames, P people, K main joints: time (T,) f64; picture (T, P, 33, 2), metres (T, P, 33, 3) and angles
    (T, P, K) i16; visibility (T, P, 33), trust (T, P, K) and that of L limbs (T, P, L) u8, 255 is 1."""
    angles = GROUPS[MAIN_GROUP].measure(part, space)
    metres = part.world if part.refined is None else part.refined
    return (
        part.time.astype("<f8"),
        _whole(part.image[..., :2], PX_UNITS / max(part.width, part.height)),
        _whole(metres, MM),
        _whole(angles.readings[reading], TENTHS),
        _share(part.visibility),
        _share(angles.trust),
        _share(limb_trust(part, part.spaces[0])),
    )


def _whole(values: NDArray[np.floating], factor: float) -> NDArray[np.int16]:
    """Rounded to whole units, cut off at what 16 bits hold."""
    scaled = np.clip(np.round(values.astype(np.float64) * factor), -32767, 32767)
    return np.where(np.isfinite(scaled), scaled, MISSING).astype("<i2")


def _share(values: NDArray[np.floating]) -> NDArray[np.uint8]:
    return np.asarray(np.round(255 * np.clip(np.nan_to_num(values), 0, 1)), np.uint8)
