"""Which angles are written at which landmarks of the picture: from the table of angles to the overlay's labels."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from core.motion.angles import MAIN_DEFINITIONS
from core.motion.trust import LEAST_TRUST
from core.skeleton import LANDMARK_INDEX

# The limbs' angles are read at the joint itself. Those of the trunk have no single landmark to stand at.
_LANDMARK_OF_JOINT: dict[str, int] = {
    definition.joint: LANDMARK_INDEX[definition.at[0]]
    for definition in MAIN_DEFINITIONS
    if definition.side != "centre" and len(definition.at) == 1
}


def angle_labels(
    angles: pd.DataFrame, reading: str = "angle_deg", min_trust: float = LEAST_TRUST
) -> Mapping[tuple[int, int], float]:
    """The `angle_labels` of `draw_overlay`.

    Args:
        angles: rows of `joint_angles`, all of one frame.
        reading: the column to write, "angle_deg" or "flexion_deg".
        min_trust: 0 to 1. Angles trusted less are left out: on the picture, a number at a guessed joint would be
            taken for a measured one.

    Returns:
        Degrees for (person, landmark index): shoulders, elbows, wrists, hips, knees and ankles. NaN is left out.

    Raises:
        ValueError: the rows are of several frames.
    """
    if angles["frame"].nunique() > 1:
        raise ValueError(f"expected the angles of one frame, got those of {angles['frame'].nunique()}")
    wanted = angles["joint"].isin(list(_LANDMARK_OF_JOINT)) & (angles["trust"] >= min_trust) & angles[reading].notna()
    rows = angles[wanted]
    return {
        (int(person), _LANDMARK_OF_JOINT[joint]): float(degrees)
        for person, joint, degrees in zip(rows["person"], rows["joint"], rows[reading], strict=True)
    }
