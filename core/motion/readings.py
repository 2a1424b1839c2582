"""How an angle is read: the reading that is shown of each joint, and the one that goes through its end with a sign.

`angle_deg` is a plain angle, which has no sign and turns round where it comes to 0 or 180: a thigh that swings from
behind the trunk to before it, or a knee that goes beyond straight, makes a corner in it. What is filtered over time,
and what speeds are taken of, is therefore the reading with a sign, `flexion_deg`. Told as `angle_deg` it is

    neutral_deg + flexion_sign * flexion_deg

which is the plain angle itself where that has no corner; of knees and elbows it goes on beyond 180 where they are
beyond straight. (The plain angles `shoulder`, `hip`, `wrist`, `neck` and `trunk_lean` have no sign in either reading,
as they are taken to whichever side.)

What is shown of angles in a plane of the body and of angles against the vertical is always `flexion_deg`, whichever
reading has been chosen: a thigh behind the trunk is negative, a level pelvis is 0.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from core.motion.angles import DEFINITIONS, UP, AngleDefinition
from core.motion.arrays import AngleArrays
from core.motion.segments import SEGMENT_DEFINITIONS

PLAIN, SIGNED = "angle_deg", "flexion_deg"

_JOINTS = {definition.joint: definition for definition in DEFINITIONS}
_SIDE_TO_SIDE = {
    *(definition.joint for definition in DEFINITIONS if definition.side_to_side),
    *(definition.segment for definition in SEGMENT_DEFINITIONS if definition.vertical is None),
}


def shown_reading(name: str, chosen: str) -> str:
    """The reading in which a joint or segment is shown to somebody who has chosen `chosen`."""
    definition = _JOINTS.get(name)
    return SIGNED if chosen == PLAIN and definition is not None and _is_clinical_only(definition) else chosen


def shown_deg(angles: AngleArrays, chosen: str) -> NDArray[np.float64]:
    """The angles (T, P, K) as measured, each in the reading that is shown of it."""
    columns = [angles.readings[shown_reading(name, chosen)][..., index] for index, name in enumerate(angles.names)]
    return np.stack(columns, axis=-1) if columns else angles.readings[chosen]


def signed_reading(angles: AngleArrays, chosen: str) -> str:
    """The reading to filter: `flexion_deg` of joints, of segments the chosen one, which has a sign already."""
    return SIGNED if angles.column == "joint" else chosen


def from_signed(names: Sequence[str], chosen: str) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """What makes of the signed reading the one that is shown: it is the first plus the second times the signed one.

    Returns:
        Two arrays (K,): degrees, and +1 or -1.
    """
    plain = [_JOINTS[name] if shown_reading(name, chosen) == PLAIN else None for name in names]
    return _line_of(plain)


def plain_from_signed(names: Sequence[str]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The same for `angle_deg` of all joints, also of those that are never shown so."""
    return _line_of([_JOINTS[name] for name in names])


def peak_directions(names: Sequence[str], chosen: str) -> NDArray[np.int_]:
    """Where the peak of each angle is, in the reading that is shown: in deepest flexion.

    Returns:
        (K,): +1 where that is the largest value, -1 where it is the smallest (`angle_deg` of a knee), 0 where it is the
        one furthest from 0: lines from side to side may be higher on either side.
    """
    _, sign = from_signed(names, chosen)
    return np.array([0 if name in _SIDE_TO_SIDE else int(own) for name, own in zip(names, sign, strict=True)], int)


def _is_clinical_only(definition: AngleDefinition) -> bool:
    return definition.plane is not None or definition.second == UP


def _line_of(plain: Sequence[AngleDefinition | None]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    start = np.array([0.0 if each is None else each.neutral_deg for each in plain])
    return start, np.array([1.0 if each is None else float(each.flexion_sign) for each in plain])
