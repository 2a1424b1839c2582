"""The tables in the file must be core's tables, bit for bit, and know where they come from."""

import json
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest

from core.errors import SpaceNotAvailable
from core.export import pieces
from core.export.parquet import METADATA_KEY, angles_parquet, kinematics_parquet, landmarks_parquet
from core.export.provenance import made_by
from core.motion.angles import joint_angles
from core.motion.kinematics import joint_kinematics
from core.recording import Recording
from core.settings import FilterSettings
from core.view.tables import full_landmark_table
from tests.core.recordings import some_recording, without


@pytest.fixture(autouse=True)
def _small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pieces, "FRAMES_A_PIECE", 3)


def some_recordings() -> list[Recording]:
    lost = without(some_recording(frames=8, people=2, refined=True), frame=4, person=1)
    return [lost, some_recording(people=0, source="nobody.png"), some_recording(frames=2, seed=1, source="深蹲.mp4")]


def expected(tables: list[pd.DataFrame]) -> pd.DataFrame:
    sources = ["squat.png", "nobody.png", "深蹲.mp4"]
    named = [table.assign(source=source) for table, source in zip(tables, sources, strict=True) if len(table)]
    return pd.concat(named, ignore_index=True)


def assert_same(found: pd.DataFrame, wanted: pd.DataFrame) -> None:
    assert list(found.columns) == list(wanted.columns)
    for name in wanted.columns:
        # Text may be held in one way or another; numbers may not.
        text = not pd.api.types.is_numeric_dtype(wanted[name])
        pd.testing.assert_series_equal(found[name], wanted[name], check_exact=True, check_dtype=not text)


def test_landmarks_come_back_exactly(tmp_path: Path) -> None:
    recordings = some_recordings()
    out = landmarks_parquet(recordings, tmp_path / "a.parquet")
    assert_same(pd.read_parquet(out), expected([full_landmark_table(recording) for recording in recordings]))


@pytest.mark.parametrize("space", [None, "world", "image"])
def test_angles_come_back_exactly(tmp_path: Path, space: str | None) -> None:
    recordings = some_recordings()
    out = angles_parquet(recordings, tmp_path / "a.parquet", space)
    assert_same(pd.read_parquet(out), expected([joint_angles(recording, space) for recording in recordings]))


def test_filtered_angles_come_back_exactly_and_know_their_filter(tmp_path: Path) -> None:
    recordings, smoothing = some_recordings(), FilterSettings(cutoff_hz=5, gap_s=0.1)
    out = kinematics_parquet(recordings, tmp_path / "a.parquet", "world", smoothing)
    tables = [joint_kinematics(recording, "world", smoothing) for recording in recordings]
    assert_same(pd.read_parquet(out), expected(tables))
    with pq.ParquetFile(out) as file:
        origins = json.loads(file.schema_arrow.metadata[METADATA_KEY.encode()])
    assert origins[0] == {"source": "squat.png", **made_by(recordings[0], smoothing=smoothing)}


def test_it_is_written_in_row_groups_with_its_origin(tmp_path: Path) -> None:
    recordings = some_recordings()
    with pq.ParquetFile(landmarks_parquet(recordings, tmp_path / "a.parquet")) as file:
        assert file.num_row_groups == 4
        origins = json.loads(file.schema_arrow.metadata[METADATA_KEY.encode()])
    assert origins == [{"source": recording.source, **made_by(recording)} for recording in recordings]


@pytest.mark.parametrize("recordings", [[], [some_recording(people=0, frames=4)]], ids=["none", "nobody"])
def test_without_people_there_are_the_columns_only(tmp_path: Path, recordings: list[Recording]) -> None:
    found = pd.read_parquet(landmarks_parquet(recordings, tmp_path / "a.parquet"))
    assert list(found.columns) == [*full_landmark_table(some_recording()).columns, "source"]
    assert len(found) == 0


def test_a_file_that_fails_is_not_left_behind(tmp_path: Path) -> None:
    with pytest.raises(SpaceNotAvailable):
        angles_parquet(some_recordings(), tmp_path / "a.parquet", "refined")
    assert list(tmp_path.iterdir()) == []


def test_an_older_file_stays_when_the_new_one_fails(tmp_path: Path) -> None:
    out = landmarks_parquet([some_recording()], tmp_path / "a.parquet")
    before = out.read_bytes()
    with pytest.raises(SpaceNotAvailable):
        angles_parquet([some_recording()], out, "refined")
    assert out.read_bytes() == before
