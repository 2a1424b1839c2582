"""The player's messages hold the recording's numbers, piece by piece."""

from __future__ import annotations

import json
import struct
from typing import Any

import numpy as np
import pytest

from core import Recording
from core.motion.angles import MAIN_JOINTS, joint_angle_arrays
from core.motion.readings import shown_deg
from pages.widgets.player.landmarks import MISSING, MOST_FRAMES, landmark_message
from tests.core.recordings import some_recording, without


def message(recording: Recording | None, first: int = 0, **options: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """The header and the arrays of a message."""
    defaults: dict[str, Any] = {"space": "world", "reading": "angle_deg", "complete": True, "revision": 0}
    packed = landmark_message(recording, first, **(defaults | options))
    (length,) = struct.unpack_from("<I", packed)
    header = json.loads(packed[4 : 4 + length])
    place = 4 + length
    assert place % 8 == 0
    arrays = {}
    if header["count"]:
        shape = (header["count"], header["people"])
        for name, kind, rest in (
            ("time", "<f8", None),
            ("image", "<i2", (33, 2)),
            ("metres", "<i2", (33, 3)),
            *([("pale", "<i2", (33, 3))] if header["both"] else []),
            ("angles", "<i2", (len(MAIN_JOINTS),)),
            ("visibility", "u1", (33,)),
            ("trust", "u1", (len(MAIN_JOINTS),)),
            ("limbs", "u1", (8,)),
        ):
            size = shape[:1] if rest is None else (*shape, *rest)
            arrays[name] = np.frombuffer(packed, kind, int(np.prod(size)), place).reshape(size)
            place += arrays[name].nbytes
    assert place == len(packed)
    return header, arrays


def test_numbers_come_through() -> None:
    recording = some_recording(5, 2, width=1920, height=1080)
    header, arrays = message(recording)
    np.testing.assert_array_equal(arrays["time"], recording.time)
    np.testing.assert_allclose(
        arrays["image"] * header["pxPerUnit"], recording.image[..., :2], atol=header["pxPerUnit"] / 2 + 1e-3
    )
    assert header["pxPerUnit"] < 0.2
    np.testing.assert_allclose(arrays["metres"] / 1000, recording.world, atol=6e-4)
    angles = shown_deg(joint_angle_arrays(recording).only(MAIN_JOINTS), "angle_deg")
    np.testing.assert_allclose(arrays["angles"] / 10, angles, atol=0.0501)
    np.testing.assert_allclose(arrays["visibility"] / 255, recording.visibility, atol=0.002)


@pytest.mark.parametrize(("space", "body"), [("refined", "refined"), ("world", "world"), ("image", "refined")])
def test_the_body_is_the_one_measured(space: str, body: str) -> None:
    recording = some_recording(2, refined=True)
    _, arrays = message(recording, space=space)
    np.testing.assert_allclose(arrays["metres"] / 1000, getattr(recording, body), atol=6e-4)
    angles = shown_deg(joint_angle_arrays(recording, space).only(MAIN_JOINTS), "angle_deg")
    np.testing.assert_allclose(arrays["angles"] / 10, angles, atol=0.0501)


@pytest.mark.parametrize(("space", "pale"), [("refined", "world"), ("world", "refined")])
def test_the_other_body_comes_when_it_is_asked_for(space: str, pale: str) -> None:
    recording = some_recording(2, 2, refined=True)
    _, arrays = message(recording, space=space, both=True)
    np.testing.assert_allclose(arrays["metres"] / 1000, getattr(recording, space), atol=6e-4)
    np.testing.assert_allclose(arrays["pale"] / 1000, getattr(recording, pale), atol=6e-4)
    assert "pale" not in message(recording, space=space)[1]


def test_without_a_correction_there_is_one_body() -> None:
    assert message(some_recording(2), both=True)[0]["both"] is False


def test_filtered_angles_stand_in_for_the_measured_ones() -> None:
    recording = some_recording(5, 2)
    shown = np.arange(5 * 2 * len(MAIN_JOINTS), dtype=float).reshape(5, 2, -1)
    _, arrays = message(recording, 2, angles_deg=shown)
    np.testing.assert_array_equal(arrays["angles"] / 10, shown[2:])
    np.testing.assert_array_equal(arrays["trust"], message(recording, 2)[1]["trust"])


def test_where_nobody_was_found_nothing_is_said() -> None:
    _, arrays = message(without(some_recording(3), 1, 0))
    for name in ("image", "metres", "angles"):
        assert (arrays[name][1] == MISSING).all()
        assert (arrays[name][0] != MISSING).all()


@pytest.mark.parametrize("first", [0, 3, 5, 9])
def test_only_what_the_browser_lacks_is_sent(first: int) -> None:
    recording = some_recording(5)
    header, arrays = message(recording, first)
    assert (header["first"], header["total"], header["count"]) == (first, 5, max(0, 5 - first))
    if arrays:
        np.testing.assert_array_equal(arrays["time"], recording.time[first:])


def test_a_long_recording_comes_in_pieces() -> None:
    header, _ = message(some_recording(MOST_FRAMES + 10))
    assert (header["count"], header["total"]) == (MOST_FRAMES, MOST_FRAMES + 10)


@pytest.mark.parametrize("recording", [None, some_recording(0), some_recording(4, 0)], ids=["none", "empty", "nobody"])
def test_there_may_be_nothing_yet(recording: Recording | None) -> None:
    header, _ = message(recording, complete=False)
    assert header["complete"] is False
    assert header["people"] == 0 or header["count"] == 0
