"""What comes over the live connection is a frame or a command, or it is refused."""

from __future__ import annotations

import json
import math
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import MessageNotUnderstood
from pages.live_protocol import (
    FRAME_HEADER,
    LATEST_MS,
    MOST_TEXT,
    Choices,
    Leave,
    Look,
    Record,
    Stop,
    Wait,
    parse_command,
    parse_frame,
)
from tests.pages.live_server import CHOICES

JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@given(st.floats(0, LATEST_MS), st.integers(0, 2**32 - 1), st.binary(min_size=1, max_size=50))
def test_a_frame_comes_out_as_it_went_in(capture_ms: float, sequence: int, jpeg: bytes) -> None:
    frame = parse_frame(FRAME_HEADER.pack(capture_ms, sequence, 0) + jpeg)
    assert (frame.capture_ms, frame.sequence, frame.jpeg) == (capture_ms, sequence, jpeg)


@given(st.binary(max_size=60))
def test_any_bytes_are_a_frame_or_refused(message: bytes) -> None:
    try:
        frame = parse_frame(message)
    except MessageNotUnderstood:
        return
    assert math.isfinite(frame.capture_ms) and frame.jpeg


@pytest.mark.parametrize("time_ms", [math.nan, math.inf, -1.0, 1e300])
def test_a_time_that_is_none_is_refused(time_ms: float) -> None:
    with pytest.raises(MessageNotUnderstood):
        parse_frame(struct.pack("<dII", time_ms, 0, 0) + b"x")


def test_a_header_alone_and_a_strange_one_are_refused() -> None:
    for message in (b"", FRAME_HEADER.pack(0, 0, 0), FRAME_HEADER.pack(0, 0, 1) + b"x"):
        with pytest.raises(MessageNotUnderstood):
            parse_frame(message)


def test_commands_are_understood() -> None:
    choices = parse_command(json.dumps(CHOICES | {"movement": "", "smooth": False}))
    assert isinstance(choices, Choices)
    assert (choices.settings.model, choices.movement, choices.smooth, choices.fall) == ("lite", None, False, True)
    assert parse_command('{"type": "record", "video": true}') == Record(True)
    assert parse_command('{"type": "stop"}') == Stop()
    assert parse_command('{"type": "leave"}') == Leave()
    assert parse_command('{"type": "wait"}') == Wait()
    assert parse_command('{"type": "look", "camera": "1"}') == Look(1)


@pytest.mark.parametrize(
    "change",
    [
        {"model": "huge"},
        {"model": None},
        {"min_detection_confidence": 2},
        {"min_tracking_confidence": "a"},
        {"space": "nowhere"},
        {"reading": ""},
        {"movement": "flying"},
        {"movement": None},
        {"smooth": 1},
        {"fall": "yes"},
        {"repair_sides": 3},
    ],
)
def test_choices_that_cannot_be_are_refused(change: dict[str, object]) -> None:
    with pytest.raises(MessageNotUnderstood):
        parse_command(json.dumps(CHOICES | change))


@pytest.mark.parametrize("name", [name for name in CHOICES if name != "type"])
def test_choices_must_be_complete(name: str) -> None:
    with pytest.raises(MessageNotUnderstood):
        parse_command(json.dumps({key: value for key, value in CHOICES.items() if key != name}))


@pytest.mark.parametrize(
    "message",
    [
        "",
        "{",
        "[]",
        "1",
        "null",
        '{"type": "destroy"}',
        '{"type": ["stop"]}',
        '{"type": "record"}',
        '{"type": "record", "video": 1}',
        '{"type": "look", "camera": "-1"}',
        '{"type": "look", "camera": 0}',
        "[" * MOST_TEXT,
        '{"type": "stop", "more": "' + "x" * MOST_TEXT + '"}',
    ],
)
def test_anything_else_is_refused(message: str) -> None:
    with pytest.raises(MessageNotUnderstood):
        parse_command(message)


@given(JSON, st.dictionaries(st.sampled_from([*CHOICES, "video", "camera"]), JSON))
def test_no_json_does_anything_else(whole: object, part: dict[str, object]) -> None:
    for message in (whole, CHOICES | part):
        try:
            command = parse_command(json.dumps(message))
        except MessageNotUnderstood:
            continue
        assert isinstance(command, Choices | Record | Stop | Leave | Wait | Look)
