"""Recordings as pandas tables."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from core.motion.angles import MAIN_JOINTS
from core.motion.arrays import kind_of, side_of
from core.motion.readings import shown_reading
from core.recording import Recording
from core.rounding import plain_zero
from core.skeleton import LANDMARKS

CORRECTED_COLUMNS = ("x_corrected_m", "y_corrected_m", "z_corrected_m")


def landmark_table(recording: Recording) -> pd.DataFrame:
    """All landmarks of everyone in every frame.

    Returns:
        A row for each frame, person and landmark, in that order, with the columns `frame, time_s, person, landmark,
        x_px, y_px, z_px, x_m, y_m, z_m, visibility, presence`. NaN where the person was not found. Metres are
        MediaPipe's world landmarks; the corrected ones stand in `full_landmark_table`.
    """
    frame, person, landmark = (index.ravel() for index in np.indices(recording.visibility.shape))
    x_px, y_px, z_px = plain_zero(recording.image).reshape(-1, 3).T
    x_m, y_m, z_m = plain_zero(recording.world).reshape(-1, 3).T
    return pd.DataFrame(
        {
            "frame": frame,
            "time_s": recording.time[frame],
            "person": person,
            "landmark": np.array(LANDMARKS, dtype=object)[landmark],
            "x_px": x_px,
            "y_px": y_px,
            "z_px": z_px,
            "x_m": x_m,
            "y_m": y_m,
            "z_m": z_m,
            "visibility": recording.visibility.ravel(),
            "presence": recording.presence.ravel(),
        }
    )


def full_landmark_table(recording: Recording) -> pd.DataFrame:
    """`landmark_table` with the corrected coordinates after MediaPipe's, as `x_corrected_m, y_corrected_m,
    z_corrected_m`; NaN where the recording has none."""
    table = landmark_table(recording)
    corrected = np.full_like(recording.world, np.nan) if recording.refined is None else recording.refined
    place = list(table.columns).index("z_m") + 1
    for axis, values in enumerate(plain_zero(corrected).reshape(-1, 3).T):
        table.insert(place + axis, CORRECTED_COLUMNS[axis], values)
    return table


def left_right_table(
    angles: pd.DataFrame, reading: str = "angle_deg", names: Sequence[str] = MAIN_JOINTS
) -> pd.DataFrame:
    """One person's angles in one frame, left beside right.

    Args:
        angles: rows of `joint_angles` or `segment_angles`, of one frame and one person.
        reading: the chosen one of their readings: "angle_deg", "flexion_deg"; "inclination_deg", "horizontal_deg". Of
            each angle that which is shown then stands here (`core.motion.readings`): a pelvis is 0 when level.
        names: which of their joints or segments.

    Returns:
        A row for each kind of joint or segment, with the columns `joint` (or `segment`), `left_deg, right_deg,
        centre_deg, difference_deg, trust`. `difference_deg` is left minus right. Angles of the middle of the body stand
        in `centre_deg`. `trust` is that of the less certain side.
    """
    column = "segment" if "segment" in angles else "joint"
    at = {name: index for index, name in enumerate(angles[column])}
    trusts = dict(zip(angles[column], angles["trust"], strict=True))
    kinds = list(dict.fromkeys(kind_of(name) for name in names))
    columns = {side: np.full(len(kinds), np.nan) for side in ("left", "right", "centre")}
    trust = np.ones(len(kinds))
    for name in names:
        row = kinds.index(kind_of(name))
        columns[side_of(name)][row] = angles[shown_reading(name, reading)].iloc[at[name]]
        trust[row] = np.minimum(trust[row], trusts[name])
    return pd.DataFrame(
        {
            column: kinds,
            "left_deg": columns["left"],
            "right_deg": columns["right"],
            "centre_deg": columns["centre"],
            "difference_deg": plain_zero(columns["left"] - columns["right"]),
            "trust": trust,
        }
    )
