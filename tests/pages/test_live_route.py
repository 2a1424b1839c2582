"""Who may bring a camera in, what is answered, and that one connection's trouble stays its own."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from types import SimpleNamespace

import numpy as np
import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus

from core.detection.landmarker_pool import LandmarkerPool
from core.motion.angles import JOINTS
from pages import live_connection, live_route
from pages.live_protocol import FALLEN, FOUND, PICTURE
from pages.live_route import MOST_COMMANDS_PER_S, routes
from pages.live_sessions import LiveSession
from tests.pages.live_server import (
    CHOICES,
    GREY,
    SAMPLES,
    answer_to,
    comes_true,
    connected,
    frame,
    hear,
    jpeg,
    live_threads,
    new_session,
    ready,
    reason_for_closing,
    say,
    serving,
    squat_frames,
)


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


def test_too_many_commands_a_second_are_refused(server: str, session: LiveSession) -> None:
    with connected(server, session.token) as socket:
        ready(socket)
        with contextlib.suppress(ConnectionClosed):  # it may close before all are said
            for index in range(20 * MOST_COMMANDS_PER_S):
                say(socket, **CHOICES | {"smooth": bool(index % 2)})
        assert reason_for_closing(socket) == "MessageNotUnderstood"


def test_looks_at_a_camera_of_the_server_wait(
    server: str, session: LiveSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock_s = [0.0]

    def sleep(seconds: float) -> None:
        clock_s[0] += seconds

    monkeypatch.setattr(live_connection, "MOST_FRAMES_PER_S", 5)
    monkeypatch.setattr(live_connection, "time", SimpleNamespace(perf_counter=lambda: clock_s[0], sleep=sleep))
    monkeypatch.setenv("POSESCOPE_CAMERAS", str(SAMPLES / "squat_2reps.mp4"))
    with connected(server, session.token) as socket:
        ready(socket)
        for _ in range(11):
            answer_to(socket, '{"type": "look", "camera": "0"}')
    assert clock_s[0] == 2.0  # five in each of two seconds, and one


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


def test_commands_alone_keep_no_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live_route, "MOST_COMMANDS_PER_S", 10**6)
    places = LandmarkerPool(1)
    with serving(routes(places, no_frames_s=0.4)) as server, new_session() as session:
        with connected(server, session.token) as socket:
            ready(socket)
            with contextlib.suppress(ConnectionClosed):
                for _ in range(20_000):
                    ready(socket)
            assert socket.close_reason == "NoFrames"
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
