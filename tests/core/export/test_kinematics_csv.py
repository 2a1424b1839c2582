"""The filtered angles in the file must be those of the table, also where it is written piece by piece."""

import io
import json

import numpy as np
import pandas as pd
import pytest

from core.errors import SpaceNotAvailable
from core.export import pieces
from core.export.csv_text import ORIGIN_COLUMNS
from core.export.kinematics_csv import COLUMNS, write_kinematics_csv
from core.export.provenance import made_by
from core.motion.kinematics import joint_kinematics
from core.recording import Recording
from core.settings import FilterSettings
from tests.core.recordings import some_recording, without

SMOOTHING = FilterSettings(cutoff_hz=4, order=2)


def written(recordings: list[Recording], space: str | None = None, smoothing: FilterSettings | None = None) -> str:
    stream = io.BytesIO()
    write_kinematics_csv(recordings, stream, space, smoothing)
    return stream.getvalue().decode()


@pytest.mark.parametrize("space", [None, "refined", "world", "image"])
def test_the_numbers_are_the_tables_to_nine_digits(space: str | None) -> None:
    recording = without(some_recording(frames=30, people=2, refined=True), frame=2, person=1)
    content = written([recording], space, SMOOTHING)
    read, table = pd.read_csv(io.StringIO(content)), joint_kinematics(recording, space, SMOOTHING)
    assert list(read.columns) == [*table.columns, *ORIGIN_COLUMNS] == [*COLUMNS, *ORIGIN_COLUMNS]
    for name in [column for column in COLUMNS if column.endswith(("_s", "_deg", "_s2", "_hz"))]:
        np.testing.assert_allclose(read[name], table[name], rtol=1e-8)
    for name in ("frame", "person", "joint", "space", "filled", "outlier"):
        assert read[name].tolist() == table[name].tolist()


@pytest.mark.parametrize("frames_a_piece", [1, 7, 1000])
def test_the_filter_sees_the_whole_clip(monkeypatch: pytest.MonkeyPatch, frames_a_piece: int) -> None:
    recording = some_recording(frames=40)
    at_once = written([recording])
    monkeypatch.setattr(pieces, "FRAMES_A_PIECE", frames_a_piece)
    assert written([recording]) == at_once


def test_its_origin_holds_the_filter() -> None:
    recordings = [some_recording(frames=5), some_recording(frames=5, seed=1)]
    for smoothing in (SMOOTHING, None):
        read = pd.read_csv(io.StringIO(written(recordings, smoothing=smoothing)))
        origins = [json.loads(cell) for cell in read["made_by"].dropna()]
        used = smoothing or FilterSettings()
        assert origins == [made_by(recording, smoothing=used) for recording in recordings]
        assert origins[0]["smoothing"] == used.as_dict()


def test_nobody_leaves_the_header_only() -> None:
    assert written([some_recording(people=0, frames=3)]).endswith(",nobody was found\n")


def test_nothing_is_written_in_coordinates_that_are_not_there() -> None:
    stream = io.BytesIO()
    with pytest.raises(SpaceNotAvailable):
        write_kinematics_csv([some_recording(refined=True), some_recording()], stream, "refined")
    assert stream.getvalue() == b""
