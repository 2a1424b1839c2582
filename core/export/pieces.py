"""A recording's table made piece by piece: a long clip's would be many times as large as the recording."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from core.motion.arrays import AngleArrays
from core.motion.kinematics import Kinematics
from core.recording import Recording
from core.view.tables import full_landmark_table

FRAMES_A_PIECE = 1024


def landmark_tables(recording: Recording) -> Iterator[pd.DataFrame]:
    """`full_landmark_table` of one stretch of frames after the other; below each other they are the whole recording's.

    Without people there are none.
    """
    for start in range(0, recording.frames if recording.people else 0, FRAMES_A_PIECE):
        table = full_landmark_table(recording.part(start, start + FRAMES_A_PIECE))
        table["frame"] += start
        yield table


def angle_tables(angles: AngleArrays) -> Iterator[pd.DataFrame]:
    """The table of angles of one stretch of frames after the other; below each other they are the whole recording's.

    The angles themselves were measured over the whole recording: which turn one belongs to depends on those before.
    Without people there are none.
    """
    frames, people, _ = angles.trust.shape
    for start in range(0, frames if people else 0, FRAMES_A_PIECE):
        yield angles.table(start, start + FRAMES_A_PIECE)


def kinematics_tables(kinematics: Kinematics) -> Iterator[pd.DataFrame]:
    """The same of filtered angles and their speeds."""
    frames, people, _ = kinematics.angles.trust.shape
    for start in range(0, frames if people else 0, FRAMES_A_PIECE):
        yield kinematics.table(start, start + FRAMES_A_PIECE)
