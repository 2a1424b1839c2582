"""Who may bring a camera in, what is answered, and that one connection's trouble stays its own."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator

import numpy as np
import pytest
from av.error import ExternalError
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection

from core.detection.landmarker_pool import LandmarkerPool
from core.media.video_writer import VideoWriter
from core.media.videos import open_clip
from core.motion.angles import JOINTS, joint_angle_arrays
from pages import live_connection
from pages.live_protocol import FALLEN, FOUND, PICTURE, RECORDED
from pages.live_route import DONE, POLICY, routes
from pages.live_sessions import MOST_RECORDINGS, LiveSession
from tests.pages.live_server import (
    CHOICES,
    SAMPLES,
    answer_to,
    connected,
    frame,
    hear,
    jpeg,
    new_session,
    ready,
    say,
    serving,
    squat_frames,
)

GREY = jpeg(np.full((480, 640, 3), 128, np.uint8))


@pytest.fixture(scope="module")
def pool() -> LandmarkerPool:
    return LandmarkerPool(3)


@pytest.fixture(scope="module")
def server(pool: LandmarkerPool) -> Iterator[str]:
    with serving(routes(pool)) as address:
        yield address


@pytest.fixture
def session() -> Iterator[LiveSession]:
    with new_session() as made:
        yield made


def live_threads() -> list[str]:
    return [thread.name for thread in threading.enumerate() if thread.name.startswith("live ")]


def comes_true(check: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        if check():
            return True
        time.sleep(0.02)
    return False


def reason_for_closing(socket: ClientConnection) -> str:
    """Whatever comes before the end is passed over."""
    end = None
    while end is None:
        try:
            socket.recv(20)
        except ConnectionClosed as closed:
            end = closed.rcvd
            assert end is not None and end.code == POLICY
    return end.reason


@pytest.mark.parametrize(
    "origin", [None, "http://elsewhere.example", "null", "https://127.0.0.1", "file://", "http://127.0.0.1:1"]
)
def test_a_page_of_another_origin_is_refused(server: str, session: LiveSession, origin: str | None) -> None:
    with pytest.raises(InvalidStatus) as refused:
        connected(server, session.token, origin)
    assert refused.value.response.status_code == 403


def test_a_missing_wrong_or_old_token_is_refused(server: str, session: LiveSession) -> None:
    with new_session() as over:
        old = over.token
    for token in ("x", session.token[:-1], session.token + "x", session.token.lower(), old):
        with pytest.raises(InvalidStatus) as refused:
            connected(server, token)
        assert refused.value.response.status_code == 403
    with pytest.raises(InvalidStatus):
        connected(server, "")
    assert len({new.token for new in (LiveSession() for _ in range(20))}) == 20


def test_every_frame_is_answered_with_what_is_in_it(server: str, session: LiveSession) -> None:
    with connected(server, session.token) as socket:
        ready(socket)
        for index, each in enumerate(squat_frames()[:20]):
            header, floats = answer_to(socket, frame(each, 1e12 + 50 * index, index))
            assert (header["sequence"], header["capture_ms"]) == (index, 1e12 + 50 * index)
            assert (header["width"], header["height"], header["joints"]) == (640, 480, len(JOINTS))
        assert header["flags"] == FOUND and header["recorded"] == 0
        assert len(floats) == 33 * 6 + 2 * len(JOINTS) + 8
        x, y = np.reshape(floats[:66], (33, 2)).T
        assert 150 < x.min() < x.max() < 450 and 50 < y.min() < y.max() < 470
        header, floats = answer_to(socket, frame(GREY, 1e12 + 5000, 99))
        assert not header["flags"] & FALLEN


def test_the_squats_are_recorded_frame_by_frame_and_counted(server: str, session: LiveSession) -> None:
    frames = squat_frames()
    with connected(server, session.token) as socket:
        ready(socket, model="full")
        answer_to(socket, frame(frames[0], 1000.0))
        say(socket, type="record", video=False)
        for index, each in enumerate([*frames, frames[0]]):
            header, _ = answer_to(socket, frame(each, 2000 + 50 * index, index))
            assert header["flags"] & RECORDED and header["recorded"] == index + 1
        assert header["repetitions"] == 2
        say(socket, type="stop")
        told = hear(socket, "recorded")
    (kept,) = session.recordings
    assert (told["id"], told["frames"], told["ended_by"]) == (kept.identity, 73, "stop")
    assert kept.video is None and not session.keeps_files
    np.testing.assert_allclose(kept.recording.time, np.arange(73) / 20, atol=1e-6)
    knee = joint_angle_arrays(kept.recording).readings["flexion_deg"][:, 0, JOINTS.index("left_knee")]
    assert [int(knee[place]) > 75 for place in (0, 18, 36, 54, 72)] == [False, True, False, True, False]


def test_with_video_the_picture_is_kept_at_the_frames_own_times(server: str, session: LiveSession) -> None:
    times_ms = [0, 30, 75, 100, 160, 190]
    with connected(server, session.token) as socket:
        ready(socket)
        say(socket, type="record", video=True)
        for each, time_ms in zip(squat_frames(), times_ms, strict=False):
            answer_to(socket, frame(each, time_ms))
        say(socket, type="stop")
        hear(socket, "recorded")
    (kept,) = session.recordings
    assert kept.video is not None
    clip = open_clip(kept.video, "live.mp4")
    assert (clip.width, clip.height) == (640, 480)
    np.testing.assert_allclose(clip.time_s, np.array(times_ms) / 1000, atol=1e-4)
    np.testing.assert_allclose(kept.recording.time, clip.time_s, atol=1e-4)
    folder = kept.video.parent
    session.forget(kept.identity)
    assert not kept.video.exists() and folder.exists()
    session.close()
    assert not folder.exists()


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        (b"", "MessageNotUnderstood"),
        (b"x" * 10, "MessageNotUnderstood"),
        ("{", "MessageNotUnderstood"),
        ('{"type": "settings", "model": "huge"}', "MessageNotUnderstood"),
        (frame(b"no picture", 1.0), "FrameNotReadable"),
        (frame(GREY[:300], 1.0), "FrameNotReadable"),
        (frame(jpeg(np.zeros((1200, 1920, 3), np.uint8)), 1.0), "FrameTooLarge"),
        (frame(GREY + bytes(2_100_000), 1.0), "FrameTooLarge"),
        (frame(GREY, float("nan")), "MessageNotUnderstood"),
    ],
)
def test_a_malformed_message_closes_its_own_connection_with_a_reason(
    server: str, pool: LandmarkerPool, session: LiveSession, message: bytes | str, reason: str
) -> None:
    with new_session() as other, connected(server, other.token) as unharmed:
        ready(unharmed)
        with connected(server, session.token) as socket:
            ready(socket)
            socket.send(message)
            assert reason_for_closing(socket) == reason
        header, _ = answer_to(unharmed, frame(GREY, 5.0, 7))
        assert header["sequence"] == 7
    assert comes_true(lambda: pool.taken == 0)


def test_a_frame_before_the_choices_is_not_understood(server: str, session: LiveSession) -> None:
    with connected(server, session.token) as socket:
        socket.send(frame(GREY, 1.0))
        assert reason_for_closing(socket) == "MessageNotUnderstood"


def test_too_many_frames_a_second_are_refused(
    server: str, session: LiveSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live_connection, "MOST_FRAMES_PER_S", 5)
    with connected(server, session.token) as socket:
        ready(socket)
        for index in range(20):
            socket.send(frame(GREY, 10.0 * index))
        assert reason_for_closing(socket) == "FramesTooFast"


def test_a_second_camera_of_the_same_session_ends_the_first(server: str, session: LiveSession) -> None:
    with connected(server, session.token) as first:
        ready(first)
        with connected(server, session.token) as second:
            ready(second)
            assert reason_for_closing(first) == "LiveElsewhere"
            answer_to(second, frame(GREY, 1.0))


def test_the_end_of_the_session_ends_its_camera(server: str, session: LiveSession) -> None:
    with connected(server, session.token) as socket:
        ready(socket)
        session.close()
        assert reason_for_closing(socket) == "LiveElsewhere"


def test_silence_closes_the_connection_and_frees_the_place() -> None:
    places = LandmarkerPool(1)
    with serving(routes(places, no_frames_s=0.4)) as server, new_session() as session:
        with connected(server, session.token) as socket:
            ready(socket)
            assert reason_for_closing(socket) == "NoFrames"
        assert comes_true(lambda: places.taken == 0 and not live_threads())


def test_a_full_pool_says_so_and_lets_wait() -> None:
    places = LandmarkerPool(1)
    with serving(routes(places)) as server, new_session() as session, new_session() as late:
        with connected(server, session.token) as first:
            ready(first)
            with connected(server, late.token) as waiting:
                say(waiting, type="wait")
                assert hear(waiting, "full")["places"] == 1
                later = threading.Thread(target=lambda: ready(waiting))
                later.start()
                first.close()
                later.join(10)
                assert not later.is_alive()
                answer_to(waiting, frame(GREY, 1.0))
        assert comes_true(lambda: places.taken == 0)


def test_who_does_not_wait_is_let_go_after_a_while() -> None:
    impatient = routes(LandmarkerPool(0), no_frames_s=0.3)
    with serving(impatient) as server, new_session() as session, connected(server, session.token) as socket:
        hear(socket, "full")
        assert reason_for_closing(socket) == "PlacesTaken"


def test_twenty_connections_leave_no_thread_and_no_landmarker(
    server: str, pool: LandmarkerPool, session: LiveSession
) -> None:
    for number in range(20):
        with connected(server, session.token) as socket:
            answer_to(ready(socket), frame(GREY, 1.0))
            if number % 2:  # as when the cable is pulled
                socket.socket.close()
    assert comes_true(lambda: pool.taken == 0)
    assert comes_true(lambda: not live_threads())


def test_leaving_while_recording_keeps_what_there_is(server: str, session: LiveSession) -> None:
    with connected(server, session.token) as socket:
        ready(socket)
        say(socket, type="record", video=False)
        for index in range(4):
            answer_to(socket, frame(GREY, 40.0 * index))
    assert comes_true(lambda: len(session.recordings) == 1)
    (kept,) = session.recordings
    assert (kept.recording.frames, kept.recording.people, kept.ended_by) == (4, 0, "left")


def test_who_leaves_while_recording_is_told_what_was_kept(server: str, pool: LandmarkerPool) -> None:
    with new_session() as session, connected(server, session.token) as socket:
        ready(socket)
        say(socket, type="record", video=False)
        answer_to(socket, frame(GREY, 1.0))
        say(socket, type="leave")
        hear(socket, "recording")
        told = hear(socket, "recorded")
        assert (told["frames"], told["ended_by"]) == (1, "left")
        assert told["id"] == session.recordings[0].identity
        with pytest.raises(ConnectionClosed) as closed:
            socket.recv(20)
        assert closed.value.rcvd is not None and closed.value.rcvd.code == DONE
    assert comes_true(lambda: pool.taken == 0)


def test_what_an_error_ends_is_told_before_the_connection_closes(server: str, session: LiveSession) -> None:
    with connected(server, session.token) as socket:
        ready(socket)
        say(socket, type="record", video=False)
        answer_to(socket, frame(GREY, 1.0))
        hear(socket, "recording")
        socket.send(frame(b"no picture", 2.0))
        assert hear(socket, "recorded")["frames"] == 1
        assert reason_for_closing(socket) == "FrameNotReadable"


def test_what_a_lost_connection_has_recorded_the_next_one_tells(server: str, session: LiveSession) -> None:
    with connected(server, session.token) as lost:
        ready(lost)
        say(lost, type="record", video=False)
        answer_to(lost, frame(GREY, 1.0))
        with connected(server, session.token) as next_one:
            ready(next_one)
            assert comes_true(lambda: len(session.recordings) == 1)
            next_one.send(frame(GREY, 1.0))
            assert hear(next_one, "recorded")["id"] == session.recordings[0].identity


@pytest.mark.parametrize("method", ["__init__", "write", "_finish"])
def test_whatever_the_encoder_fails_with_the_landmarks_are_kept(
    server: str, pool: LandmarkerPool, session: LiveSession, monkeypatch: pytest.MonkeyPatch, method: str
) -> None:
    def fail(*_: object) -> None:
        raise ExternalError(-542398533, "the encoder")

    monkeypatch.setattr(VideoWriter, method, fail)
    with connected(server, session.token) as socket:
        ready(socket)
        say(socket, type="record", video=True)
        answer_to(socket, frame(GREY, 1.0))
        say(socket, type="leave")
        assert {json.loads(each)["type"] for each in socket if isinstance(each, str)} >= {"recording", "recorded"}
    (kept,) = session.recordings
    assert (kept.recording.frames, kept.video) == (1, None)
    assert comes_true(lambda: pool.taken == 0 and not live_threads())


def test_stop_is_answered_even_if_no_frame_came(server: str, session: LiveSession) -> None:
    with connected(server, session.token) as socket:
        ready(socket)
        say(socket, type="record", video=True)
        say(socket, type="stop")
        hear(socket, "not_recorded")
        header, _ = answer_to(socket, frame(GREY, 1.0))
        assert not header["flags"] & RECORDED
    assert session.recordings == []


@pytest.mark.parametrize("why", ["size", "settings", "length"])
def test_a_recording_that_cannot_go_on_ends_and_says_why(
    server: str, session: LiveSession, monkeypatch: pytest.MonkeyPatch, why: str
) -> None:
    monkeypatch.setattr("core.live.LONGEST_RECORDING_S", 0.2 if why == "length" else 1200.0)
    with connected(server, session.token) as socket:
        ready(socket)
        say(socket, type="record", video=False)
        for index in range(3):
            answer_to(socket, frame(GREY, 40.0 * index))
        if why == "size":
            socket.send(frame(jpeg(np.zeros((240, 320, 3), np.uint8)), 200.0))
        elif why == "settings":
            say(socket, **CHOICES | {"min_detection_confidence": 0.7})
        else:
            socket.send(frame(GREY, 300.0))
        while not session.recordings:
            socket.recv(10)
    (kept,) = session.recordings
    assert (kept.ended_by, kept.recording.frames) == (why, 4 if why == "length" else 3)


def test_only_the_newest_recordings_are_kept(server: str, session: LiveSession) -> None:
    with connected(server, session.token) as socket:
        ready(socket)
        for _ in range(MOST_RECORDINGS + 2):
            say(socket, type="record", video=True)
            answer_to(socket, frame(GREY, 1.0))
            say(socket, type="stop")
            hear(socket, "recording")
            hear(socket, "recorded")
    numbers = [kept.number for kept in session.recordings]
    assert numbers == list(range(MOST_RECORDINGS + 2, 2, -1))
    (folder,) = {kept.video.parent for kept in session.recordings if kept.video}
    assert len(list(folder.iterdir())) == MOST_RECORDINGS


def test_times_that_go_back_still_rise(server: str, session: LiveSession) -> None:
    with connected(server, session.token) as socket:
        ready(socket)
        say(socket, type="record", video=False)
        for time_ms in (1000.0, 1040.0, 1040.0, 500.0, 1080.0):
            answer_to(socket, frame(GREY, time_ms))
        say(socket, type="stop")
        hear(socket, "recorded")
    assert (np.diff(session.recordings[0].recording.time) > 0).all()


def test_a_camera_of_the_server_is_seen_if_it_is_allowed(
    server: str, session: LiveSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("POSESCOPE_CAMERAS", str(SAMPLES / "squat_2reps.mp4"))
    with connected(server, session.token) as socket:
        ready(socket)
        for _ in range(3):
            header, _ = answer_to(socket, '{"type": "look", "camera": "0"}')
        assert header["flags"] == FOUND | PICTURE and (header["width"], header["height"]) == (432, 576)
        say(socket, type="look", camera="1")
        with pytest.raises(ConnectionClosed) as closed:
            socket.recv(10)
        assert closed.value.rcvd is not None and closed.value.rcvd.reason == "CameraNotAllowed"


def test_no_camera_of_the_server_unless_it_is_allowed(
    server: str, session: LiveSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("POSESCOPE_CAMERAS", raising=False)
    with connected(server, session.token) as socket:
        ready(socket)
        say(socket, type="look", camera="0")
        with pytest.raises(ConnectionClosed) as closed:
            socket.recv(10)
        assert closed.value.rcvd is not None and closed.value.rcvd.reason == "CameraNotAllowed"
