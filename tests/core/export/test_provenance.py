"""What made a recording must be complete; what a file is called must be harmless."""

import dataclasses
import json
import re
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from core.export.provenance import file_stem, made_by, source_name
from core.recording import SideRepair
from core.settings import OverlayStyle
from tests.core.recordings import PROVENANCE, some_recording


def test_the_origin_has_versions_model_and_every_setting() -> None:
    recording = some_recording()
    assert made_by(recording) == {**PROVENANCE, "settings": recording.settings.as_dict()}
    style = OverlayStyle(colours="classic")
    assert made_by(recording, style) == {**made_by(recording), "overlay": style.as_dict()}
    assert json.loads(json.dumps(made_by(recording, style))) == made_by(recording, style)


def test_exchanged_sides_are_part_of_the_origin() -> None:
    repair = SideRepair(person=0, part="legs", from_s=0.5, to_s=0.9, frames=12)
    origin = made_by(dataclasses.replace(some_recording(), repairs=(repair,)))
    told = {"person": 0, "part": "legs", "from_s": 0.5, "to_s": 0.9, "frames": 12}
    assert origin == {**made_by(some_recording()), "repairs": [told]}
    assert json.loads(json.dumps(origin)) == origin


def test_reading_the_origin_does_not_change_the_recording() -> None:
    recording = some_recording()
    made_by(recording, OverlayStyle())["settings"]["model"] = "other"
    assert recording.provenance == PROVENANCE
    assert recording.settings.model == "full"


@pytest.mark.parametrize(
    ("source", "stem"),
    [
        ("squat90_side.png", "squat90_side"),
        ("IMG_0001.JPEG", "IMG_0001"),
        ("clip.3gp", "clip"),
        ("跳跃 2.mp4", "跳跃_2"),
        ("Kniebeuge (tief), März.heic", "Kniebeuge_tief_März"),
        ("e\u0301tude.png", "\u00e9tude"),
        ("நடை.png", "நடை"),
        ("v1.2", "v1.2"),
        ("archive.tar.gz", "archive.tar"),
        ("../../etc/passwd", "etc_passwd"),
        (r"C:\photos\knee.png", "C_photos_knee"),
        ("-rf.png", "rf"),
        (".hidden", "hidden"),
        ("con.png", "_con"),
        ("LPT1", "_LPT1"),
        ("nul.x.png", "_nul.x"),
        ("console.png", "console"),
        ("photo\u202egnp.exe", "photognp"),
        ("a\x00b\nc.png", "a_b_c"),
        ("\udcff.png", "recording"),
        ("🏋️", "recording"),
        ("", "recording"),
        ("...", "recording"),
        (".png", "png"),
        ("x" * 300 + ".png", "x" * 120),
        ("深" * 100, "深" * 40),
    ],
)
def test_stems(source: str, stem: str) -> None:
    assert file_stem(source) == stem


@given(st.text(st.characters(exclude_categories=())))
@example("com¹.png")
@example("a" * 119 + "é")
def test_every_stem_is_a_good_file_name(source: str) -> None:
    stem = file_stem(source)
    assert 1 <= len(stem.encode("utf-8")) <= 120
    assert not set(stem) & set('/\\:*?"<>| \t\n\0')
    assert all(unicodedata.category(character)[0] != "C" for character in stem)
    assert stem[0] not in ".-"
    assert stem[-1] not in ". "
    assert not re.fullmatch(r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\..*)?", stem, re.IGNORECASE)


@given(st.text(st.characters(exclude_categories=())))
def test_source_names_can_be_encoded_and_keep_all_else(source: str) -> None:
    name = source_name(some_recording(source=source))
    assert len(name.encode("utf-8")) >= len(name) == len(source)
    for before, after in zip(source, name, strict=True):
        assert after == before or (after == "\ufffd" and unicodedata.category(before) in ("Cc", "Cs"))
