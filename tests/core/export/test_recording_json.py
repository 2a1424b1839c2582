"""The JSON must be strictly valid and hold the recording, number by number."""

import dataclasses
import io
import json
import tracemalloc
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from core.errors import SpaceNotAvailable
from core.export.provenance import made_by
from core.export.recording_json import (
    FRAMES_A_PIECE,
    recording_json,
    recording_json_pieces,
    write_recording_json,
)
from core.motion.angles import JOINTS, joint_angle_arrays, joint_angles
from core.recording import Recording
from core.skeleton import LANDMARKS
from tests.core.recordings import some_recording, without

SINGLES = arrays(np.float32, (1, 1, 33, 3), elements=st.floats(width=32, allow_infinity=False))


def refuse(constant: str) -> None:
    raise AssertionError(f"{constant} is not JSON")


def read(recording: Recording, space: str | None = None) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(recording_json(recording, space).decode("utf-8"), parse_constant=refuse)
    return document


def points(person: dict[str, Any], name: str) -> np.ndarray:
    """(33, 3), NaN for null."""
    return np.array([[mark[name][axis] for axis in "xyz"] for mark in person["landmarks"]], dtype=np.float64)


def test_the_head_says_what_it_is() -> None:
    recording = some_recording(frames=2, source="跳.mp4")
    document = read(recording)
    assert {name: document[name] for name in list(document)[:6]} == {
        "format": "posescope recording",
        "format_version": 1,
        "source": "跳.mp4",
        "width_px": 160,
        "height_px": 120,
        "frame_rate_hz": 29.97,
    }
    assert document["made_by"] == made_by(recording)
    assert list(document)[6:] == ["made_by", "coordinates", "frames"]
    assert set(document["coordinates"]) == {"normalised", "pixels", "metres"}
    assert "跳".encode() in recording_json(recording)


def test_every_number_is_the_recordings() -> None:
    recording = some_recording(frames=3, people=2)
    document = read(recording)
    for t, frame in enumerate(document["frames"]):
        assert (frame["frame"], frame["time_s"]) == (t, recording.time[t])
        assert [person["person"] for person in frame["people"]] == [0, 1]
        for p, person in enumerate(frame["people"]):
            marks = person["landmarks"]
            assert [(mark["index"], mark["name"]) for mark in marks] == list(enumerate(LANDMARKS))
            np.testing.assert_array_equal(points(person, "pixels").astype(np.float32), recording.image[t, p])
            np.testing.assert_array_equal(points(person, "metres").astype(np.float32), recording.world[t, p])
            for name in ("visibility", "presence"):
                values = np.array([mark[name] for mark in marks], np.float32)
                np.testing.assert_array_equal(values, getattr(recording, name)[t, p])


def test_normalised_is_what_mediapipe_gave() -> None:
    given_by_mediapipe = np.random.default_rng(3).uniform(-0.2, 1.2, (1, 1, 33, 3)).astype(np.float32)
    image = given_by_mediapipe * np.array([1920, 1080, 1920], np.float32)
    recording = dataclasses.replace(some_recording(width=1920, height=1080), image=image)
    found = points(read(recording)["frames"][0]["people"][0], "normalised")
    np.testing.assert_allclose(found, given_by_mediapipe[0, 0], rtol=2e-7)
    np.testing.assert_allclose(found * [1920, 1080, 1920], image[0, 0], rtol=2e-7)


@pytest.mark.parametrize("space", [None, "world", "image"])
def test_angles_are_the_tables(space: str | None) -> None:
    recording = some_recording(frames=2, people=2)
    table = joint_angles(recording, space).set_index(["frame", "person", "joint"])
    for frame in read(recording, space)["frames"]:
        for person in frame["people"]:
            assert [angle["joint"] for angle in person["angles"]] == list(JOINTS)
            for angle in person["angles"]:
                expected = table.loc[(frame["frame"], person["person"], angle["joint"])]
                assert angle["space"] == expected["space"] == (space or "world")
                for name in ("angle_deg", "flexion_deg"):
                    told = np.nan if angle[name] is None else angle[name]
                    assert told == pytest.approx(expected[name], rel=1e-8, nan_ok=True)
                assert np.float32(angle["trust"]) == expected["trust"]


@settings(deadline=None)
@given(SINGLES)
def test_every_float32_comes_back_the_same_and_nan_is_null(world: np.ndarray) -> None:
    person = read(dataclasses.replace(some_recording(), world=world))["frames"][0]["people"][0]
    np.testing.assert_array_equal(points(person, "metres").astype(np.float32), world[0, 0])
    nulls = [mark["metres"][axis] is None for mark in person["landmarks"] for axis in "xyz"]
    assert nulls == np.isnan(world).ravel().tolist()


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.1, "0.1"), (0.25, "0.25"), (1 / 3, "0.33333334"), (1.4e-45, "1e-45"), (np.nan, "null"), (np.inf, "null")],
)
def test_numbers_are_short(value: float, text: str) -> None:
    recording = dataclasses.replace(some_recording(), presence=np.full((1, 1, 33), value, np.float32))
    assert recording_json(recording).count(f'"presence": {text}\n'.encode()) == 33


def test_who_was_not_found_is_left_out() -> None:
    document = read(without(some_recording(frames=2, people=3), frame=1, person=1))
    assert [[person["person"] for person in frame["people"]] for frame in document["frames"]] == [[0, 1, 2], [0, 2]]


def test_who_is_known_in_part_stays_with_null() -> None:
    recording = some_recording()
    image = recording.image.copy()
    image[0, 0, 4] = np.nan
    (person,) = read(dataclasses.replace(recording, image=image))["frames"][0]["people"]
    assert person["landmarks"][4]["pixels"] == {"x": None, "y": None, "z": None}
    assert person["landmarks"][4]["normalised"] == {"x": None, "y": None, "z": None}
    assert np.isfinite(points(person, "pixels")).all(axis=1).sum() == 32


def test_corrected_metres_stand_beside_mediapipes() -> None:
    recording = some_recording(refined=True)
    assert recording.refined is not None
    document = read(recording)
    (person,) = document["frames"][0]["people"]
    np.testing.assert_array_equal(points(person, "metres").astype(np.float32), recording.world[0, 0])
    np.testing.assert_array_equal(points(person, "refined").astype(np.float32), recording.refined[0, 0])
    assert set(document["coordinates"]) == {"normalised", "pixels", "metres", "refined"}


def test_without_a_correction_there_is_none() -> None:
    document = read(some_recording())
    assert "refined" not in document["coordinates"]
    assert "refined" not in document["frames"][0]["people"][0]["landmarks"][0]


def test_nobody_at_all_keeps_the_frames_and_the_origin() -> None:
    document = read(some_recording(frames=2, people=0))
    assert [frame["people"] for frame in document["frames"]] == [[], []]
    assert document["made_by"]["model"] == "full"


def test_coordinates_that_are_not_there_are_refused() -> None:
    with pytest.raises(SpaceNotAvailable):
        recording_json(some_recording(), "refined")


@settings(deadline=None)
@given(st.text(st.characters(exclude_categories=())))
def test_any_name_is_valid(source: str) -> None:
    found = read(some_recording(people=0, source=source))["source"]
    assert len(found) == len(source)


@pytest.mark.parametrize("frames", [0, 1, 2, FRAMES_A_PIECE, FRAMES_A_PIECE + 1, 3 * FRAMES_A_PIECE])
def test_written_in_pieces_it_is_what_it_would_be_at_once(frames: int) -> None:
    recording = some_recording(frames=max(frames, 1), people=2, refined=True)
    if frames > 2:
        recording = without(recording, frame=frames - 1, person=0)
    recording = dataclasses.replace(recording.part(0, frames), names=("Anna", "跳"))
    content = recording_json(recording, "world")
    document = json.loads(content)
    assert [frame["frame"] for frame in document["frames"]] == list(range(frames))
    at_once = json.dumps(document, ensure_ascii=False, indent=1 if frames == 1 else None)
    assert content == at_once.encode()
    stream = io.BytesIO()
    write_recording_json(recording, stream, "world")
    assert stream.getvalue() == content


def test_angles_that_go_round_are_measured_over_the_whole_clip() -> None:
    recording = some_recording(frames=2 * FRAMES_A_PIECE + 3)
    told = [
        [angle["flexion_deg"] for angle in frame["people"][0]["angles"]] for frame in read(recording, "world")["frames"]
    ]
    expected = joint_angle_arrays(recording, "world").readings["flexion_deg"][:, 0]
    np.testing.assert_allclose(np.array(told, np.float64), expected, rtol=1e-8)


def test_a_long_clip_is_never_in_memory_at_once() -> None:
    recording = some_recording(frames=900, refined=True)
    tracemalloc.start()
    try:
        written = sum(len(piece) for piece in recording_json_pieces(recording))
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    # Made whole, the numbers and lists take five times as much as the text.
    assert most < written


def test_what_is_not_there_is_refused_before_anything_is_written() -> None:
    stream = io.BytesIO()
    with pytest.raises(SpaceNotAvailable):
        write_recording_json(some_recording(frames=2), stream, "refined")
    assert not stream.getvalue()
