"""No zero has a sign, in whatever form a number leaves."""

from __future__ import annotations

import dataclasses
import io
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core import joint_angles, joint_kinematics, landmark_table, segment_angles
from core.export.angles_csv import angles_csv
from core.export.kinematics_csv import write_kinematics_csv
from core.export.landmarks_csv import landmarks_csv
from core.export.parquet import angles_parquet, kinematics_parquet, landmarks_parquet
from core.export.recording_json import recording_json
from core.export.segments_csv import segments_csv
from core.motion.level import levelled
from core.motion.summary import joint_summary
from core.recording import Recording
from core.rounding import number_text, plain_zero
from core.view.tables import full_landmark_table, left_right_table
from tests.core.motion.bodies import filmed, standing
from tests.core.recordings import some_recording

MINUS_ZERO = re.compile(r"(?<![\d.eE-])-0(\.0*)?(?![\d.])")


def with_minus_zeros() -> Recording:
    """A level body of which many coordinates are minus zero, and random ones beside it."""
    recording = filmed([standing(hip=float(angle)) for angle in (-10, 0, 10, 0)])
    image = np.nan_to_num(recording.image, nan=-0.0)
    image[image == 0] = -0.0
    world = np.nan_to_num(recording.world, nan=-0.0)
    world[world == 0] = -0.0
    return dataclasses.replace(recording, image=image, world=world, refined=-world)


def has_minus_zero(table: pd.DataFrame) -> bool:
    numbers = table.select_dtypes("floating").to_numpy()
    return bool(((numbers == 0) & np.signbit(numbers)).any())


@settings(derandomize=True, deadline=None)
@given(st.lists(st.floats(width=32), max_size=20), st.one_of(st.none(), st.integers(0, 4)))
def test_only_what_would_read_as_minus_zero_changes(values: list[float], digits: int | None) -> None:
    before = np.array(values, np.float32)
    after = plain_zero(before, digits)
    assert after.dtype == before.dtype and after.shape == before.shape
    assert not (np.signbit(after) & (after == 0)).any()
    changed = ~((after == before) | np.isnan(before))
    limit = 0 if digits is None else 0.5 * 10.0**-digits * 1.001
    assert (np.abs(before[changed]) <= limit).all() and (after[changed] == 0).all()
    np.testing.assert_array_equal(np.isnan(after), np.isnan(before))
    if digits is not None:
        assert not any(MINUS_ZERO.fullmatch(f"{value:.{digits}f}") for value in after)


@pytest.mark.parametrize(
    ("value", "digits", "sign", "expected"),
    [
        (-0.0, 0, False, "0°"),
        (-0.3, 0, False, "0°"),
        (-0.04, 1, False, "0.0°"),
        (-0.04, 1, True, "0.0°"),
        (-0.06, 1, False, "−0.1°"),
        (12.26, 1, True, "+12.3°"),
        (-12.26, 0, False, "−12°"),
        (float("nan"), 1, False, "–"),
        (float("inf"), 1, False, "–"),
    ],
)
def test_a_number_in_words(value: float, digits: int, sign: bool, expected: str) -> None:
    assert number_text(value, digits, "°", sign=sign) == expected


@pytest.mark.parametrize("space", ["refined", "world", "image"])
def test_no_table_has_a_minus_zero(space: str) -> None:
    recording = with_minus_zeros()
    angles = joint_angles(recording, space)
    assert not has_minus_zero(landmark_table(recording)) and not has_minus_zero(full_landmark_table(recording))
    for table in (angles, segment_angles(recording, space), joint_kinematics(recording, space)):
        assert not has_minus_zero(table)
    for reading in ("angle_deg", "flexion_deg"):
        assert not has_minus_zero(joint_summary(recording, space, reading, min_trust=0))
        assert not has_minus_zero(left_right_table(angles[angles["frame"] == 1], reading))


@pytest.mark.parametrize("space", ["refined", "world", "image"])
def test_no_text_file_has_a_minus_zero(space: str) -> None:
    recording = with_minus_zeros()
    kinematics = io.BytesIO()
    write_kinematics_csv([recording], kinematics, space)
    for content in (
        landmarks_csv([recording]),
        angles_csv([recording], space),
        segments_csv([recording], space),
        kinematics.getvalue(),
        recording_json(recording, space),
        recording_json(recording.part(0, 1), space),
    ):
        found = MINUS_ZERO.search(content.decode())
        assert found is None, content.decode()[max(0, found.start() - 40) : found.end() + 10]


def test_no_parquet_file_has_a_minus_zero(tmp_path: Path) -> None:
    recording = with_minus_zeros()
    for write in (landmarks_parquet, angles_parquet, kinematics_parquet):
        assert not has_minus_zero(pd.read_parquet(write([recording], tmp_path / "file.parquet")))


def test_no_tilt_is_minus_zero() -> None:
    told = levelled(some_recording(), 3.0, -0.0).provenance
    assert told["levelled_roll_deg"] == "0"
