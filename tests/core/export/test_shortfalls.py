"""What could not be read, found or decided stands in every file, in the same words."""

from __future__ import annotations

import csv
import dataclasses
import io
import json
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import av
import pyarrow.parquet as pq
import pytest
from PIL import Image

from core import OverlayStyle
from core.export import provenance
from core.export.angles_csv import angles_csv
from core.export.annotated_mp4 import annotated_mp4
from core.export.archive_zip import archive_zip
from core.export.kinematics_csv import write_kinematics_csv
from core.export.landmarks_csv import landmarks_csv
from core.export.overlay_png import overlay_png
from core.export.parquet import METADATA_KEY, angles_parquet, kinematics_parquet, landmarks_parquet
from core.export.provenance import made_by, shortfalls
from core.export.recording_json import recording_json
from core.export.segments_csv import segments_csv
from core.export.skeleton_html import skeleton_html
from core.recording import Recording, SideRepair
from tests.core.export.test_annotated_mp4 import noise_clip, recording_of
from tests.core.recordings import PROVENANCE, some_picture, some_recording, without

TOLD = {
    "missing_at_end_s": "1.20",
    "picture_taken": "1 of 3",
    "frames_lost_at_start": "4",
    "frames_not_decoded": "2",
    "frames_not_decoded_s": "0.40-0.44",
    "slow_motion": "8",
    "slow_motion_by": "file",
    "analysis_ended_by": "stop",
    "analysed_until_s": "3.00",
    "wanted_until_s": "9.00",
}
REPAIR = SideRepair(person=0, part="legs", from_s=0.5, to_s=0.9, frames=12)


def troubled(recording: Recording) -> Recording:
    """Three were found, one was none, one is lost in the second frame, two more were left out, and so on."""
    lost = without(recording, 1, 2)
    told = {**PROVENANCE, **TOLD}
    return dataclasses.replace(lost, provenance=told, repairs=(REPAIR,), left_out=2).without_people([1])


def expected(recording: Recording) -> dict[str, Any]:
    lost_s = float(recording.time[1])
    return {
        **TOLD,
        "removed_people": "1",
        "repairs": [REPAIR.as_dict()],
        "left_out": 2,
        "not_found": [{"person": 1, "from_s": lost_s, "to_s": lost_s, "frames": 1}],
    }


def of_csv(content: bytes) -> Any:
    return json.loads(next(csv.DictReader(io.StringIO(content.decode())))["made_by"])


def kinematics_csv(recording: Recording) -> bytes:
    stream = io.BytesIO()
    write_kinematics_csv([recording], stream)
    return stream.getvalue()


def of_png(content: bytes) -> Any:
    with Image.open(io.BytesIO(content)) as image:
        return json.loads(image.text["Comment"])


def of_html(content: bytes) -> Any:
    found = re.search(r'id="made-by">(.*?)</script>', content.decode())
    assert found is not None
    return json.loads(found[1])


def of_zip(recording: Recording) -> Any:
    content = archive_zip(some_picture(recording), recording, OverlayStyle())
    readme = zipfile.ZipFile(io.BytesIO(content)).read("squat_README.txt").decode()
    return json.loads(readme[readme.index("\n{") :])


@pytest.mark.parametrize(
    "read",
    [
        lambda recording: of_csv(landmarks_csv([recording])),
        lambda recording: of_csv(angles_csv([recording])),
        lambda recording: of_csv(segments_csv([recording])),
        lambda recording: of_csv(kinematics_csv(recording)),
        lambda recording: json.loads(recording_json(recording))["made_by"],
        lambda recording: of_png(overlay_png(some_picture(recording), recording, OverlayStyle())),
        lambda recording: of_html(skeleton_html(recording)),
        of_zip,
    ],
    ids=["landmarks", "angles", "segments", "kinematics", "json", "png", "html", "zip"],
)
def test_every_file_says_so(read: Callable[[Recording], Any]) -> None:
    recording = troubled(some_recording(4, 3))
    told = read(recording)
    for key, value in expected(recording).items():
        assert told[key] == value, key


@pytest.mark.parametrize("write", [landmarks_parquet, angles_parquet, kinematics_parquet])
def test_parquet_says_so(write: Callable[..., Path], tmp_path: Path) -> None:
    recording = troubled(some_recording(4, 3))
    metadata = pq.read_schema(write([recording], tmp_path / "file.parquet")).metadata
    (told,) = json.loads(metadata[METADATA_KEY.encode()])
    assert expected(recording).items() <= told.items()


def test_the_annotated_video_says_so(tmp_path: Path) -> None:
    clip = noise_clip([0, 40, 80])
    recording = troubled(recording_of(clip, people=3))
    out = tmp_path / "clip.mp4"
    annotated_mp4(clip, recording, OverlayStyle(), out)
    with av.open(str(out)) as container:
        told = json.loads(container.metadata["comment"])
    assert expected(recording).items() <= told.items()


def test_the_page_says_to_whoever_reads_it_how_many_were_left_out() -> None:
    assert "left out 2" in skeleton_html(troubled(some_recording(4, 3))).decode().split("<details>")[1][:800]


def test_nothing_is_told_where_nothing_is_amiss() -> None:
    assert shortfalls(some_recording(3, 2)) == {}


def test_a_find_that_flickers_does_not_fill_the_table(monkeypatch: pytest.MonkeyPatch) -> None:
    recording = some_recording(12)
    for frame in range(1, 12, 2):
        recording = without(recording, frame, 0)
    assert len(made_by(recording)["not_found"]) == 6 and "not_found_spans" not in made_by(recording)
    monkeypatch.setattr(provenance, "MOST_ABSENCES", 4)
    told = made_by(recording)
    assert [each["frames"] for each in told["not_found"]] == [1] * 4 and told["not_found_spans"] == 6
