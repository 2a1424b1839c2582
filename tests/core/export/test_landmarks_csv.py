"""What another program reads from the CSV must be what the recording holds."""

import csv
import dataclasses
import io
import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from core.export import pieces
from core.export.csv_text import Unmeasured
from core.export.landmarks_csv import landmarks_csv, write_landmarks_csv
from core.export.provenance import made_by
from core.view.tables import CORRECTED_COLUMNS, full_landmark_table
from tests.core.recordings import some_recording, without

COLUMNS = (
    "frame,time_s,person,landmark,x_px,y_px,z_px,x_m,y_m,z_m,x_corrected_m,y_corrected_m,z_corrected_m,"
    "visibility,presence,source,made_by"
)
SINGLES = arrays(np.float32, (1, 1, 33, 3), elements=st.floats(width=32, allow_infinity=False))


def rows(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8"), newline=""), strict=True))


def singles(content: bytes, columns: list[str], shape: tuple[int, ...]) -> np.ndarray:
    return pd.read_csv(io.BytesIO(content))[columns].to_numpy().astype(np.float32).reshape(shape)


@settings(deadline=None)
@given(SINGLES, SINGLES)
def test_every_float32_comes_back_the_same(image: np.ndarray, world: np.ndarray) -> None:
    content = landmarks_csv([dataclasses.replace(some_recording(), image=image, world=world)])
    np.testing.assert_array_equal(singles(content, ["x_px", "y_px", "z_px"], image.shape), image)
    np.testing.assert_array_equal(singles(content, ["x_m", "y_m", "z_m"], world.shape), world)


@pytest.mark.parametrize("value", [1.4e-45, 1.1754942e-38, 3.4028235e38, 7.0385307e-26, 0.1, 16777217, -0.0])
def test_the_hardest_float32_come_back_the_same(value: float) -> None:
    visibility = np.full((1, 1, 33), value, np.float32)
    content = landmarks_csv([dataclasses.replace(some_recording(), visibility=visibility)])
    found = singles(content, ["visibility"], visibility.shape)
    np.testing.assert_array_equal(found, visibility)
    by_hand = np.array([float(row["visibility"]) for row in rows(content)], np.float32)
    np.testing.assert_array_equal(by_hand, visibility.ravel())


def test_columns_are_those_of_the_table_then_the_origin() -> None:
    recording = some_recording(frames=3, people=2)
    content = landmarks_csv([recording])
    assert content.decode().split("\n")[0] == COLUMNS
    table = full_landmark_table(recording)
    assert COLUMNS.split(",")[:-2] == list(table.columns)
    read = pd.read_csv(io.BytesIO(content))
    assert len(read) == 3 * 2 * 33
    for name in ("frame", "person", "landmark"):
        assert read[name].tolist() == table[name].tolist()
    np.testing.assert_allclose(read["time_s"], table["time_s"], rtol=1e-9)
    assert set(read["source"]) == {"squat.png"}


def test_the_corrected_metres_stand_beside_mediapipes() -> None:
    recording = some_recording(refined=True)
    assert recording.refined is not None
    content = landmarks_csv([recording])
    np.testing.assert_array_equal(singles(content, ["x_m", "y_m", "z_m"], (33, 3)), recording.world[0, 0])
    np.testing.assert_array_equal(singles(content, list(CORRECTED_COLUMNS), (33, 3)), recording.refined[0, 0])


def test_without_a_correction_its_cells_are_empty() -> None:
    assert {row[name] for row in rows(landmarks_csv([some_recording()])) for name in CORRECTED_COLUMNS} == {""}


def test_who_was_not_found_keeps_rows_with_empty_cells() -> None:
    read = rows(landmarks_csv([without(some_recording(frames=2, people=2), frame=1, person=0)]))
    lost = [row for row in read if (row["frame"], row["person"]) == ("1", "0")]
    assert len(read) == 4 * 33
    assert len(lost) == 33
    assert {lost[5][name] for name in ("x_px", "z_px", "x_m", "z_m", "visibility", "presence")} == {""}
    assert "" not in {row["x_px"] for row in read if row not in lost}


def test_the_origin_stands_once_for_each_recording() -> None:
    recordings = [some_recording(people=2), some_recording(seed=1, source="walk.png", refined=True)]
    read = rows(landmarks_csv(recordings))
    filled = [index for index, row in enumerate(read) if row["made_by"]]
    assert filled == [0, 66]
    for index, recording in zip(filled, recordings, strict=True):
        assert json.loads(read[index]["made_by"]) == made_by(recording)
        assert read[index]["source"] == recording.source
    assert [row["source"] for row in read] == ["squat.png"] * 66 + ["walk.png"] * 33


def test_of_no_recording_there_is_the_header_only() -> None:
    assert landmarks_csv([]) == (COLUMNS + "\n").encode()


def test_a_source_without_anybody_has_one_row_that_says_why() -> None:
    nobody, somebody = some_recording(people=0, frames=4, source="empty.png"), some_recording()
    removed = some_recording(people=2, source="coats.png").without_people([0, 1])
    broken = Unmeasured("=broken.png", 'It is damaged,\nsay "again".')
    read = rows(landmarks_csv([nobody, somebody, removed, broken]))
    told = [(row["source"], row["reason"]) for row in read if row["reason"]]
    assert told == [
        ("empty.png", "nobody was found"),
        ("coats.png", "everybody who was found has been taken out as no person"),
        ("'=broken.png", 'It is damaged,\N{REPLACEMENT CHARACTER}say "again".'),
    ]
    assert all(
        not value for row in read if row["reason"] for name, value in row.items() if name.endswith(("_px", "_m"))
    )
    assert json.loads(read[0]["made_by"]) == made_by(nobody) and read[-1]["made_by"] == ""
    measured = [{name: value for name, value in row.items() if name != "reason"} for row in read if not row["reason"]]
    assert measured == rows(landmarks_csv([somebody]))


def test_where_everybody_is_measured_there_is_no_reason() -> None:
    assert "reason" not in rows(landmarks_csv([some_recording(), some_recording(seed=1)]))[0]


@pytest.mark.parametrize(
    ("source", "cell"),
    [
        ("=1+1.png", "'=1+1.png"),
        ("+49 30.jpg", "'+49 30.jpg"),
        ("-left.png", "'-left.png"),
        ("@SUM(A1).png", "'@SUM(A1).png"),
        (" =cmd|' /C calc'!A0", "' =cmd|' /C calc'!A0"),
        ("\uff1d1+1.png", "'\uff1d1+1.png"),
        ("\t=1+1.png", "\ufffd=1+1.png"),
        ("knee=90.png", "knee=90.png"),
        ('深蹲, "tief".png', '深蹲, "tief".png'),
        ("two\r\nlines.png", "two\ufffd\ufffdlines.png"),
        ("\udcff.png", "\ufffd.png"),
    ],
)
def test_names_reach_a_spreadsheet_as_text(source: str, cell: str) -> None:
    read = rows(landmarks_csv([some_recording(source=source)]))
    assert len(read) == 33
    assert {row["source"] for row in read} == {cell}


@settings(deadline=None)
@given(st.text(st.characters(exclude_categories=()), max_size=30))
def test_no_name_breaks_the_table(source: str) -> None:
    read = rows(landmarks_csv([some_recording(source=source)]))
    assert [row["landmark"] for row in read] == full_landmark_table(some_recording())["landmark"].tolist()
    assert not {row["source"][:1] for row in read} & set("=+-@\t\r")


@pytest.mark.parametrize("frames_a_piece", [1, 3, 7, 1000])
def test_written_in_pieces_it_is_the_same_to_the_byte(monkeypatch: pytest.MonkeyPatch, frames_a_piece: int) -> None:
    lost = without(some_recording(frames=7, people=2), frame=3, person=0)
    recordings = [lost, some_recording(people=0), some_recording(frames=2, seed=1, source="walk.png", refined=True)]
    at_once = landmarks_csv(recordings)
    monkeypatch.setattr(pieces, "FRAMES_A_PIECE", frames_a_piece)
    stream = io.BytesIO()
    write_landmarks_csv(recordings, stream)
    assert not stream.closed
    assert stream.getvalue() == at_once


def test_frames_of_a_piece_keep_their_numbers_and_times(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pieces, "FRAMES_A_PIECE", 2)
    recording = some_recording(frames=5)
    read = pd.read_csv(io.BytesIO(landmarks_csv([recording])))
    assert read["frame"].tolist() == full_landmark_table(recording)["frame"].tolist()
    np.testing.assert_allclose(read["time_s"], full_landmark_table(recording)["time_s"], rtol=1e-8)
