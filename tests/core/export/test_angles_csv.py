"""The angles in the file must be those of the table, in the coordinates that were asked for."""

import io
import json

import numpy as np
import pandas as pd
import pytest

from core.errors import SpaceNotAvailable
from core.export import pieces
from core.export.angles_csv import angles_csv, write_angles_csv
from core.motion.angles import joint_angles
from tests.core.recordings import PROVENANCE, some_recording, without

HEADER = "frame,time_s,person,joint,angle_deg,flexion_deg,space,trust,source,made_by"


@pytest.mark.parametrize("space", [None, "refined", "world", "image"])
def test_angles_are_the_tables_to_nine_digits(space: str | None) -> None:
    recording = without(some_recording(frames=3, people=2, refined=True), frame=2, person=1)
    content = angles_csv([recording], space)
    assert content.decode().split("\n")[0] == HEADER
    read, table = pd.read_csv(io.BytesIO(content)), joint_angles(recording, space)
    assert HEADER.split(",")[:-2] == list(table.columns)
    for name in ("time_s", "angle_deg", "flexion_deg"):
        np.testing.assert_allclose(read[name], table[name], rtol=1e-8)
    np.testing.assert_array_equal(read["trust"].to_numpy(np.float32), table["trust"])
    for name in ("frame", "person", "joint", "space"):
        assert read[name].tolist() == table[name].tolist()
    assert set(read["space"]) == {space or "refined"}


def test_the_best_coordinates_are_each_recordings_own() -> None:
    read = pd.read_csv(io.BytesIO(angles_csv([some_recording(refined=True, source="a"), some_recording(source="b")])))
    assert read.groupby("source")["space"].unique().map(list).to_dict() == {"a": ["refined"], "b": ["world"]}
    origins = read["made_by"].dropna().map(json.loads).tolist()
    assert {origin["model_sha256"] for origin in origins} == {PROVENANCE["model_sha256"]}


def test_coordinates_that_are_not_there_are_refused() -> None:
    with pytest.raises(SpaceNotAvailable, match=r"“refined”.*world, image"):
        angles_csv([some_recording()], "refined")


def test_without_people_there_is_one_row_with_the_reason() -> None:
    header, row = angles_csv([some_recording(people=0)]).decode().splitlines()
    assert header == f"{HEADER},reason" and row.endswith(",nobody was found")


@pytest.mark.parametrize("frames_a_piece", [1, 3, 1000])
def test_written_in_pieces_it_is_the_same_to_the_byte(monkeypatch: pytest.MonkeyPatch, frames_a_piece: int) -> None:
    recordings = [without(some_recording(frames=7, people=2), frame=3, person=0), some_recording(refined=True)]
    at_once = angles_csv(recordings, "world")
    monkeypatch.setattr(pieces, "FRAMES_A_PIECE", frames_a_piece)
    stream = io.BytesIO()
    write_angles_csv(recordings, stream, "world")
    assert not stream.closed
    assert stream.getvalue() == at_once


def test_nothing_is_written_in_coordinates_that_are_not_there() -> None:
    stream = io.BytesIO()
    with pytest.raises(SpaceNotAvailable):
        write_angles_csv([some_recording(refined=True), some_recording()], stream, "refined")
    assert stream.getvalue() == b""
