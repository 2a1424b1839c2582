"""Names given to people stand in every file, beside the numbers and without changing them, and are text everywhere."""

import csv
import dataclasses
import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from core import OverlayStyle, Recording, joint_angles, joint_kinematics
from core.export.angles_csv import angles_csv
from core.export.archive_zip import archive_zip
from core.export.kinematics_csv import write_kinematics_csv
from core.export.landmarks_csv import landmarks_csv
from core.export.parquet import angles_parquet, kinematics_parquet, landmarks_parquet
from core.export.recording_json import recording_json
from core.export.segments_csv import segments_csv
from core.export.skeleton_html import skeleton_html
from tests.core.recordings import some_picture, some_recording

NAMES = ("Anna", "=1+1")
HOSTILE = "</script><img src=x onerror=alert(1)>"


def kinematics_csv(recordings: list[Recording]) -> bytes:
    stream = io.BytesIO()
    write_kinematics_csv(recordings, stream)
    return stream.getvalue()


TABLES: dict[str, Callable[[list[Recording]], bytes]] = {
    "landmarks": landmarks_csv,
    "angles": angles_csv,
    "segments": segments_csv,
    "kinematics": kinematics_csv,
}


def named(names: tuple[str, ...] = NAMES, frames: int = 12) -> Recording:
    return dataclasses.replace(some_recording(frames, 2, refined=True), names=names)


@pytest.mark.parametrize("table", TABLES)
def test_the_name_follows_the_person_and_every_other_cell_stays(table: str) -> None:
    plain, told = (
        list(csv.reader(io.StringIO(TABLES[table]([recording]).decode())))
        for recording in (dataclasses.replace(named(), names=()), named())
    )
    place = plain[0].index("person") + 1
    assert told[0][place] == "person_name"
    assert [row[:place] + row[place + 1 :] for row in told] == plain
    # A spreadsheet would run what begins with an equals sign.
    assert {(row[place - 1], row[place]) for row in told[1:]} == {("0", "Anna"), ("1", "'=1+1")}


@pytest.mark.parametrize("table", TABLES)
def test_without_names_there_is_no_such_column(table: str) -> None:
    assert b"person_name" not in TABLES[table]([some_recording(12, 2)])


def test_of_several_recordings_those_without_names_have_empty_cells() -> None:
    read = pd.read_csv(io.BytesIO(angles_csv([some_recording(1, 1, source="a.png"), named(frames=1)])))
    assert read[read["source"] == "a.png"]["person_name"].isna().all()
    assert read[read["source"] == "squat.png"]["person_name"].unique().tolist() == ["Anna", "'=1+1"]


def test_a_name_cannot_break_a_row() -> None:
    rows = list(csv.reader(io.StringIO(angles_csv([named(('A,"b"\n;', "Ben"), frames=1)]).decode())))
    assert len({len(row) for row in rows}) == 1
    assert rows[1][3] == 'A,"b"\N{REPLACEMENT CHARACTER};'


@pytest.mark.parametrize("write", [landmarks_parquet, angles_parquet, kinematics_parquet])
def test_parquet_has_the_names_as_they_are(write: Callable[..., Path], tmp_path: Path) -> None:
    table = pq.read_table(write([some_recording(12, 1), named()], tmp_path / "out.parquet")).to_pandas()
    assert list(table.columns[:4]) == ["frame", "time_s", "person", "person_name"]
    assert table["person_name"].isna().sum() * 3 == len(table), "the first recording's, one person of three in all"
    told = table[table["person_name"].notna()]
    assert set(zip(told["person"], told["person_name"], strict=True)) == {(0, "Anna"), (1, "=1+1")}
    assert "person_name" not in pq.read_schema(write([some_recording(12, 1)], tmp_path / "plain.parquet")).names


def test_parquet_keeps_the_numbers(tmp_path: Path) -> None:
    recording = named()
    angles = pd.read_parquet(angles_parquet([recording], tmp_path / "angles.parquet"))
    np.testing.assert_array_equal(angles["angle_deg"], joint_angles(recording)["angle_deg"])
    kinematics = pd.read_parquet(kinematics_parquet([recording], tmp_path / "kinematics.parquet"))
    np.testing.assert_array_equal(kinematics["filtered_deg"], joint_kinematics(recording)["filtered_deg"])


def test_json_lists_who_has_which_number() -> None:
    told, plain = (json.loads(recording_json(each)) for each in (named(), dataclasses.replace(named(), names=())))
    assert told.pop("people") == [{"person": 0, "name": "Anna"}, {"person": 1, "name": "=1+1"}]
    assert told == plain


def test_the_archive_explains_the_column() -> None:
    recording = named(frames=1)
    content = archive_zip(some_picture(recording), recording, OverlayStyle())
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        readme = archive.read("squat_README.txt").decode()
        assert archive.read("squat_angles.csv") == angles_csv([recording])
    assert readme.count("person_name") == 3


def test_a_hostile_name_is_text_in_the_page() -> None:
    page = skeleton_html(named((HOSTILE, "Ben"), frames=1)).decode()
    assert "<img" not in page
    assert page.count("</script>") == page.count("<script")


def test_files_without_somebody_are_those_of_the_others() -> None:
    recording = named()
    left = recording.without_people([0])
    read = pd.read_csv(io.BytesIO(angles_csv([left])))
    angles = joint_angles(recording)
    own = angles[angles["person"] == 1]
    np.testing.assert_allclose(read["angle_deg"], own["angle_deg"], rtol=1e-8)
    assert set(read["person"]) == {0} and set(read["person_name"]) == {"'=1+1"}
    assert json.loads(read["made_by"][0])["removed_people"] == "0"
