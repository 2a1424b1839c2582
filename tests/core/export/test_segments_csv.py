"""The segments in the file must be those of the table, also where it is written piece by piece."""

import io

import numpy as np
import pandas as pd
import pytest

from core.errors import SpaceNotAvailable
from core.export import pieces
from core.export.angles_csv import angles_csv
from core.export.segments_csv import segments_csv, write_segments_csv
from core.motion.segments import segment_angles
from tests.core.motion.bodies import FORWARD, LEFT, filmed, moved, standing, turned_about
from tests.core.recordings import some_recording, without

HEADER = "frame,time_s,person,segment,vertical_deg,horizontal_deg,inclination_deg,space,trust,source,made_by"


@pytest.mark.parametrize("space", [None, "refined", "world", "image"])
def test_angles_are_the_tables_to_nine_digits(space: str | None) -> None:
    recording = without(some_recording(frames=3, people=2, refined=True), frame=2, person=1)
    content = segments_csv([recording], space)
    assert content.decode().split("\n")[0] == HEADER
    read, table = pd.read_csv(io.BytesIO(content)), segment_angles(recording, space)
    for name in ("time_s", "vertical_deg", "horizontal_deg", "inclination_deg"):
        np.testing.assert_allclose(read[name], table[name], rtol=1e-8)
    for name in ("frame", "person", "segment", "space"):
        assert read[name].tolist() == table[name].tolist()


@pytest.mark.parametrize("frames_a_piece", [1, 7, 1000])
def test_turns_go_on_from_piece_to_piece(monkeypatch: pytest.MonkeyPatch, frames_a_piece: int) -> None:
    turns = np.arange(0, 900, 20.0)
    bodies = [moved(standing(shoulder=turn), turned_about(FORWARD, 5) @ turned_about(LEFT, turn)) for turn in turns]
    recording = filmed([*bodies[:20], None, *bodies[21:]])
    at_once = segments_csv([recording], "world"), angles_csv([recording], "world")
    monkeypatch.setattr(pieces, "FRAMES_A_PIECE", frames_a_piece)
    stream = io.BytesIO()
    write_segments_csv([recording], stream, "world")
    assert (stream.getvalue(), angles_csv([recording], "world")) == at_once
    read = pd.read_csv(io.BytesIO(stream.getvalue()))
    trunk = read.loc[read["segment"] == "trunk", "vertical_deg"].to_numpy()
    assert trunk[-1] == pytest.approx(880, abs=1)


def test_nothing_is_written_in_coordinates_that_are_not_there() -> None:
    stream = io.BytesIO()
    with pytest.raises(SpaceNotAvailable):
        write_segments_csv([some_recording(refined=True), some_recording()], stream, "refined")
    assert stream.getvalue() == b""
