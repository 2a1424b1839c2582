"""Whose camera may come in: a secret token for each session, and what that session has recorded live.

A token is made when the session first opens the Live page and is worth nothing once the session has ended.
"""

from __future__ import annotations

import contextlib
import hmac
import secrets
import tempfile
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from core import Recording
from core.errors import LiveElsewhere, LiveError

# The oldest goes when one more is made.
MOST_RECORDINGS = 5
# What can end a recording.
ENDED_BY = ("stop", "length", "size", "settings", "left", "disk")


@dataclass(eq=False)
class LiveRecording:
    """Something recorded live.

    Attributes:
        identity: tells it from the session's others.
        number: the how manieth of the session it is, from 1 on.
        recording: the landmarks.
        video: where its picture lies; None if only landmarks were recorded.
        ended_by: one of ENDED_BY; all but "stop" end it by themselves.
    """

    identity: str
    number: int
    recording: Recording
    video: Path | None
    ended_by: str


class LiveSession:
    """One session's camera and recordings. For any number of threads."""

    def __init__(self) -> None:
        self.token = secrets.token_urlsafe(24)
        self._recordings: list[LiveRecording] = []
        self._news: list[LiveRecording] = []
        self._number = 0
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._end_connection: Callable[[LiveError], None] | None = None
        self._lock = threading.Lock()
        self.closed = False

    @property
    def recordings(self) -> list[LiveRecording]:
        """The newest first."""
        with self._lock:
            return self._recordings[::-1]

    def keep(self, recording: Recording, video: Path | None, ended_by: str) -> LiveRecording:
        """Keep a new recording."""
        with self._lock:
            self._number += 1
            kept = LiveRecording(secrets.token_hex(8), self._number, recording, video, ended_by)
            self._recordings.append(kept)
            self._news.append(kept)
            oldest = self._recordings[:-MOST_RECORDINGS]
        for each in oldest:
            self.forget(each.identity)
        return kept

    def news(self) -> list[LiveRecording]:
        """What the page has not been told of yet, each once: the next connection tells what a lost one kept."""
        with self._lock:
            news, self._news = self._news, []
        return news

    def forget(self, identity: str) -> None:
        """Forget a recording; one that is not there is no mistake."""
        with self._lock:
            gone = [each for each in self._recordings if each.identity == identity]
            self._recordings = [each for each in self._recordings if each.identity != identity]
            self._news = [each for each in self._news if each.identity != identity]  # nobody is told of what is gone
        for each in gone:
            if each.video is not None:
                each.video.unlink(missing_ok=True)

    def video_path(self) -> Path:
        """A new file's place, in a folder that goes with the session.

        Raises:
            LiveElsewhere: the session is over; nobody would clean up after it.
        """
        with self._lock:
            if self.closed:
                raise LiveElsewhere()
            if self._folder is None:
                self._folder = tempfile.TemporaryDirectory(prefix="posescope-live-")
            return Path(self._folder.name) / f"{secrets.token_hex(8)}.mp4"

    def hold(self, end: Callable[[LiveError], None]) -> None:
        """A connection has come; `end` ends it. The one before is ended: a session has one camera."""
        with self._lock:
            before, self._end_connection = self._end_connection, end
        if before is not None:
            before(LiveElsewhere())

    def let_go(self, end: Callable[[LiveError], None]) -> None:
        """That connection has ended."""
        with self._lock:
            if self._end_connection == end:
                self._end_connection = None

    def close(self) -> None:
        """The session is over: the token is worth nothing, nothing is kept."""
        _sessions.pop(self.token, None)
        with self._lock:
            self.closed = True
            end, self._end_connection = self._end_connection, None
            self._recordings, self._news = [], []
            folder, self._folder = self._folder, None
        if end is not None:
            with contextlib.suppress(RuntimeError):  # the server's loop has ended before
                end(LiveElsewhere())
        if folder is not None:
            folder.cleanup()


_sessions: dict[str, LiveSession] = {}


def admit(session: LiveSession) -> LiveSession:
    """From now on its token opens the live route."""
    _sessions[session.token] = session
    return session


def session_of(token: str) -> LiveSession | None:
    """Whose token it is. Every token is compared in full, so that the time tells nothing."""
    found = None
    for known, session in list(_sessions.items()):
        if hmac.compare_digest(known.encode(), token.encode()):
            found = session
    return found
