"""The ZIP must hold what the single exports give, and be the same file each time."""

import io
import json
import zipfile

import numpy as np
from numpy.typing import NDArray

from core.export import csv_text
from core.export.angles_csv import angles_csv
from core.export.archive_zip import archive_zip
from core.export.landmarks_csv import landmarks_csv
from core.export.overlay_png import overlay_png
from core.export.provenance import made_by
from core.export.recording_json import recording_json
from core.export.segments_csv import segments_csv
from core.export.skeleton_html import skeleton_html
from core.recording import Recording
from core.settings import OverlayStyle
from tests.core.recordings import PROVENANCE, some_picture, some_recording

STYLE = OverlayStyle(angles=True)


def members(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def inputs(source: str = "squat.png") -> tuple[NDArray[np.uint8], Recording]:
    recording = some_recording(frames=2, people=2, refined=True, source=source)
    return some_picture(recording), recording


def test_members_are_the_single_exports() -> None:
    rgb, recording = inputs()
    found = members(
        archive_zip(
            rgb,
            recording,
            STYLE,
            frame=1,
            people=[1],
            space="world",
            reading="flexion_deg",
            theme="dark",
            label=str.upper,
            texts={"title": "3D"},
        )
    )
    readme = found.pop("squat_README.txt").decode("utf-8")
    assert found == {
        "squat_landmarks.csv": landmarks_csv([recording]),
        "squat_angles.csv": angles_csv([recording], "world"),
        "squat_segments.csv": segments_csv([recording], "world"),
        "squat_recording.json": recording_json(recording, "world"),
        "squat_overlay.png": overlay_png(
            rgb, recording, STYLE, frame=1, people=[1], space="world", reading="flexion_deg"
        ),
        "squat_skeleton.html": skeleton_html(
            recording, frame=1, people=[1], space="world", theme="dark", label=str.upper, texts={"title": "3D"}
        ),
    }
    assert json.loads(readme[readme.index("{") :]) == made_by(recording, STYLE)


def test_the_same_input_gives_the_same_bytes() -> None:
    rgb, recording = inputs()
    content = archive_zip(rgb, recording, STYLE)
    assert content == archive_zip(rgb, recording, STYLE)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for entry in archive.infolist():
            assert entry.date_time == (1980, 1, 1, 0, 0, 0)
            assert entry.external_attr >> 16 == 0o644
            assert entry.create_system == 3
            stored = entry.filename.endswith(".png")
            assert entry.compress_type == (zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED)


def test_the_readme_explains_every_file_and_column() -> None:
    rgb, recording = inputs()
    found = members(archive_zip(rgb, recording, STYLE))
    lines = found["squat_README.txt"].decode("utf-8").split("\n")
    explained = {line.split()[0] for line in lines if line and not line.startswith(" ")}
    for table in ("squat_landmarks.csv", "squat_angles.csv", "squat_segments.csv"):
        assert set(found[table].decode().split("\n")[0].split(",")) <= explained
    assert {name.removeprefix("squat_") for name in found} - {"README.txt"} <= explained
    assert any(PROVENANCE["model_sha256"] in line for line in lines)
    assert max(map(len, lines)) <= 110


def test_names_stay_inside_the_folder_and_readable() -> None:
    rgb, recording = inputs("../../etc/深蹲 90°.png")
    assert set(members(archive_zip(rgb, recording, STYLE))) == {
        f"etc_深蹲_90_{name}"
        for name in (
            "landmarks.csv",
            "angles.csv",
            "segments.csv",
            "recording.json",
            "overlay.png",
            "skeleton.html",
            "README.txt",
        )
    }


def test_nobody_still_gives_all_files() -> None:
    recording = some_recording(people=0)
    found = members(archive_zip(some_picture(recording), recording, STYLE))
    assert len(found) == 7
    # A row that says so, and a readme that explains its column.
    for name in ("landmarks", "angles", "segments"):
        header, row = found[f"squat_{name}.csv"].decode().splitlines()
        assert header.endswith(",reason") and row.endswith(f",{csv_text.NOBODY}")
    assert csv_text.REASON_COLUMN["reason"][:40] in " ".join(found["squat_README.txt"].decode().split())
    assert json.loads(found["squat_recording.json"])["made_by"]["model_sha256"] == PROVENANCE["model_sha256"]
