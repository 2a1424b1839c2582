"""What a camera records over its connection: frame by frame, kept and told whatever ends it."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from av.error import ExternalError
from websockets.exceptions import ConnectionClosed

from core.detection.landmarker_pool import LandmarkerPool
from core.errors import LiveElsewhere
from core.media.video_writer import VideoWriter
from core.media.videos import open_clip
from core.motion.angles import JOINTS, joint_angle_arrays
from pages.live_protocol import RECORDED
from pages.live_route import DONE, routes
from pages.live_sessions import MOST_RECORDINGS, LiveSession
from tests.core.recordings import some_recording
from tests.pages.live_server import (
    CHOICES,
    GREY,
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
    assert kept.video is None
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


def test_a_session_that_is_over_makes_no_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with new_session() as session:
        session.video_path().touch()
        assert len(list(tmp_path.iterdir())) == 1
    with pytest.raises(LiveElsewhere):
        session.video_path()
    assert list(tmp_path.iterdir()) == []


def test_times_that_go_back_still_rise(server: str, session: LiveSession) -> None:
    with connected(server, session.token) as socket:
        ready(socket)
        say(socket, type="record", video=False)
        for time_ms in (1000.0, 1040.0, 1040.0, 500.0, 1080.0):
            answer_to(socket, frame(GREY, time_ms))
        say(socket, type="stop")
        hear(socket, "recorded")
    assert (np.diff(session.recordings[0].recording.time) > 0).all()


def test_there_is_no_news_of_what_is_forgotten(session: LiveSession) -> None:
    """A page that comes back after a while would offer recordings that nobody has any more."""
    recording = some_recording()
    kept = [session.keep(recording, None, "stop") for _ in range(MOST_RECORDINGS + 2)]
    session.forget(kept[-1].identity)
    told = session.news()
    assert told == kept[2:-1]
    assert {each.identity for each in told} == {each.identity for each in session.recordings}
    assert session.news() == []
