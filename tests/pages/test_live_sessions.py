"""What one session has recorded live, whoever asks for it at which moment."""

from __future__ import annotations

from pathlib import Path

from pages.live_sessions import MOST_RECORDINGS, LiveSession
from tests.core.recordings import some_recording


def test_what_has_been_forgotten_is_no_news() -> None:
    session = LiveSession()
    kept = [session.keep(some_recording(3), None, "stop") for _ in range(MOST_RECORDINGS + 2)]
    assert kept[-1] is not None
    session.forget(kept[-1].identity)
    assert session.news() == kept[2:-1]
    assert session.news() == []


def test_at_no_moment_there_are_more_than_are_kept(tmp_path: Path) -> None:
    """Also not just when one more has come."""
    session = LiveSession()
    seen = []

    lock = session._lock

    class Lock:
        """Somebody looks as soon as it is let go."""

        def __enter__(self) -> None:
            lock.acquire()

        def __exit__(self, *_: object) -> None:
            lock.release()
            seen.append(len(session._recordings))

    session._lock = Lock()  # type: ignore[assignment]  # it is used in "with" only
    videos = []
    for number in range(MOST_RECORDINGS + 3):
        videos.append(tmp_path / f"{number}.mp4")
        videos[-1].write_bytes(b"film")
        session.keep(some_recording(3), videos[-1], "stop")
    assert max(seen) == MOST_RECORDINGS
    assert [video.is_file() for video in videos] == [False] * 3 + [True] * MOST_RECORDINGS


def test_a_session_that_is_over_keeps_nothing_that_comes_late() -> None:
    session = LiveSession()
    session.close()
    assert session.keep(some_recording(3), None, "left") is None
    assert session.recordings == [] and session.news() == []
