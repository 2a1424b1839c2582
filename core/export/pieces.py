"""A recording's table made piece by piece: a long clip's would be many times as large as the recording."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pandas as pd

from core.recording import Recording

FRAMES_A_PIECE = 1024


def tables_in_pieces(recording: Recording, table_of: Callable[[Recording], pd.DataFrame]) -> Iterator[pd.DataFrame]:
    """The tables of one stretch of frames after the other; below each other they are the whole recording's.

    Without people there are none.

    Args:
        table_of: makes the table of a recording, with a column `frame`, each row of it from the row's own frame.
    """
    for start in range(0, recording.frames if recording.people else 0, FRAMES_A_PIECE):
        table = table_of(recording.part(start, start + FRAMES_A_PIECE))
        table["frame"] += start
        yield table
