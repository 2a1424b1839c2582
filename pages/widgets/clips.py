"""The clip that is open: a file in a folder of its session, served to that session's player and to nobody else.

The folder goes when another clip is opened, when the session ends, and when its page has been closed for some time.
"""

from __future__ import annotations

import contextlib
import hashlib
import mimetypes
import secrets
import shutil
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import streamlit as st
from streamlit.runtime import exists, get_instance
from streamlit.runtime.scriptrunner import get_script_run_ctx

from core import Recording
from core.media.videos import Clip, open_clip
from pages.clips_route import share_file, take_back
from pages.widgets.annotated_video import AnnotatedVideo
from pages.widgets.clip_analyses import ClipAnalyses
from pages.widgets.photos import SAMPLE_FOLDER
from pages.widgets.playable_copy import PlayableCopy

SAMPLES = ("squat_2reps", "street_two_people")
FORGOTTEN_AFTER_S = 180.0
WATCHED_EVERY_S = 1.0


@dataclass(frozen=True, eq=False)
class Film:
    """A video file: where it lies, and its index."""

    path: Path
    clip: Clip


class OpenClip:
    """A clip of this session, in a folder of its own that goes with it. For any number of threads.

    Args:
        name: the file's name.
        identity: tells it from every other content.
        folder: where its files lie.
        film: the file and its index; None for something recorded live without the picture.
        address: where the browser gets the video; empty without one.
        recorded: what was recorded live and need not be analysed; None for a file.

    Attributes:
        analyses: what is made of it.
    """

    def __init__(
        self,
        name: str,
        identity: str,
        folder: tempfile.TemporaryDirectory[str],
        film: Film | None,
        address: str,
        recorded: Recording | None = None,
    ) -> None:
        self.name = name
        self.identity = identity
        self.film = film
        self.address = address
        self.recorded = recorded
        self.analyses = ClipAnalyses()
        self._folder = folder
        self._lock = threading.Lock()
        self._copy: PlayableCopy | None = None
        self._annotated: AnnotatedVideo | None = None
        self._closed = False

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the upright picture, in pixels."""
        if self.film is not None:
            return self.film.clip.width, self.film.clip.height
        assert self.recorded is not None
        return self.recorded.width, self.recorded.height

    def clip_at(self, frame_rate: float | Literal["stored"] | None) -> Clip | None:
        """The clip with the times that `Settings.recorded_frame_rate` means; None without a film."""
        return None if self.film is None else self.film.clip.recorded_at(frame_rate)

    def duration_s(self, frame_rate: float | Literal["stored"] | None = None) -> float:
        """How long it is, in seconds of reality, by what `Settings.recorded_frame_rate` says."""
        clip = self.clip_at(frame_rate)
        if clip is not None:
            return clip.duration_s
        assert self.recorded is not None
        return float(self.recorded.time[-1])

    def slow_motion(self, frame_rate: float | Literal["stored"] | None = None) -> float:
        """How many times slower than life its video plays, by the same."""
        clip = self.clip_at(frame_rate)
        return 1.0 if clip is None else clip.slow_motion.factor

    @property
    def copy(self) -> PlayableCopy | None:
        """A copy that the browser can play, once one has been asked for."""
        return self._copy

    @property
    def annotated(self) -> AnnotatedVideo | None:
        """The annotated video, once one has been asked for."""
        return self._annotated

    @property
    def playable_address(self) -> str:
        """The copy's address if there is one, else the clip's own; empty while a copy is being made."""
        copy = self._copy
        return self.address if copy is None else copy.address

    def copy_for_browser(self) -> None:
        """Have a copy made that the browser can play, unless there is one."""
        with self._lock:
            if self.film is not None and self._copy is None and not self._closed:
                self._copy = PlayableCopy(self.film.clip, self.film.path.with_name("copy.mp4"))
                self._copy.start()

    def annotate(self, video: AnnotatedVideo | None) -> None:
        """Begin this annotated video; the one before is ended and removed. A closed clip gets none."""
        with self._lock:
            before, self._annotated = self._annotated, None
            if video is not None and not self._closed:
                self._annotated = video
                video.start()
        if before is not None:
            before.close()

    def file(self, name: str) -> Path:
        """A place for a file that belongs to the clip, another one each time: two clicks make two files.

        Raises:
            FileNotFoundError: the clip is closed.
        """
        if self._closed:
            raise FileNotFoundError("the clip is closed")
        return Path(self._folder.name) / f"{secrets.token_hex(4)}_{name}"

    def close(self) -> None:
        """End and remove everything that belongs to it."""
        with self._lock:
            self._closed = True
            copy, annotated, self._annotated = self._copy, self._annotated, None
        self.analyses.close()
        take_back(self.address)
        for work in (copy, annotated):
            if work is not None:
                work.close()
        self._folder.cleanup()


class Desk:
    """What one session has open: freed by Streamlit with the session, by itself when its page stays closed.

    A clip is on the desk or it is not: it is made ready first, put there with one assignment under a lock, and closed
    when it has been taken off. Nobody finds one that is half closed, and who takes one off means that one.
    """

    def __init__(self, connected: Callable[[], bool] = lambda: True) -> None:
        self.connected = connected
        self._lock = threading.Lock()
        self._opened: OpenClip | None = None
        self._visited_s = 0.0

    @property
    def opened(self) -> OpenClip | None:
        """The clip that is open."""
        return self._opened

    def visit(self) -> OpenClip | None:
        """The same for a page that is there: the clip is not forgotten for FORGOTTEN_AFTER_S from now on."""
        with self._lock:
            self._visited_s = time.monotonic()
            return self._opened

    def open(self, name: str, content: bytes) -> OpenClip:
        """Open a clip instead of the one before, which stays if this one cannot be used.

        Raises:
            PosescopeError: it cannot be used.
            OSError: there is no room for it.
        """
        path = f"clip{Path(name).suffix[:8]}"
        identity = hashlib.sha256(name.encode() + b"\0" + content).hexdigest()
        with _new_folder() as folder:
            film = _film(folder, path, name, lambda path: path.write_bytes(content))
            opened = OpenClip(name, identity, folder, film, share_file(film.path, _media_type(name)))
        self._put(opened)
        if not film.clip.plays_as_seen:  # the skeleton would stand beside the person
            opened.copy_for_browser()
        return opened

    def open_recording(self, name: str, recording: Recording, video: Path | None) -> OpenClip:
        """Open something recorded live instead of the clip before, which stays if this cannot be used.

        Args:
            name: what to call it.
            recording: what was recorded; it has at least one frame.
            video: its picture, which is copied; None if there is none.

        Raises:
            PosescopeError: the video cannot be used.
            OSError: it is gone, or there is no room for it.
        """
        recorded = replace(recording, source=name)
        with _new_folder() as folder:
            film = None
            if video is not None:
                film = _film(folder, "clip.mp4", name, lambda path: shutil.copyfile(video, path))
            address = "" if film is None else share_file(film.path, "video/mp4")
            opened = OpenClip(name, secrets.token_hex(16), folder, film, address, recorded)
        self._put(opened)
        return opened

    def close(self) -> None:
        """Forget the clip and everything that belongs to it."""
        self._put(None)

    def forget_if_left(self, opened: OpenClip) -> bool:
        """Close this clip if nobody has looked for FORGOTTEN_AFTER_S. Whether it is on the desk no more.

        Whether somebody is connected is asked first. Who has come back or opened another clip since then has been here:
        then nothing is taken away.
        """
        asked_s = time.monotonic()
        connected = self.connected()
        with self._lock:
            if self._opened is not opened:
                return True
            if connected:
                self._visited_s = max(self._visited_s, asked_s)
            if time.monotonic() - self._visited_s <= FORGOTTEN_AFTER_S:
                return False
            self._opened = None
        opened.close()
        return True

    def _put(self, opened: OpenClip | None) -> None:
        with self._lock:
            before, self._opened = self._opened, opened
            self._visited_s = time.monotonic()
        if before is not None:
            before.close()
        if opened is not None:
            threading.Thread(target=self._watch, args=(opened,), name="clip watch", daemon=True).start()

    def _watch(self, opened: OpenClip) -> None:
        """Streamlit keeps a closed page's session until somebody else comes; the files should not wait for that."""
        while not self.forget_if_left(opened):
            time.sleep(WATCHED_EVERY_S)


@contextlib.contextmanager
def _new_folder() -> Iterator[tempfile.TemporaryDirectory[str]]:
    """A folder for a clip; it is gone again where none could be opened."""
    folder = tempfile.TemporaryDirectory(prefix="posescope-")
    try:
        yield folder
    except BaseException:
        folder.cleanup()
        raise


def _film(folder: tempfile.TemporaryDirectory[str], file_name: str, name: str, write: Callable[[Path], object]) -> Film:
    path = Path(folder.name) / file_name
    write(path)
    return Film(path, open_clip(path, name))


@st.cache_resource(scope="session", show_spinner=False, on_release=Desk.close)
def desk() -> Desk:
    """This session's desk."""
    return Desk(session_connection())


def sample_clip(name: str) -> tuple[str, bytes]:
    """One of the project's own clips: name and content."""
    return f"{name}.mp4", (SAMPLE_FOLDER / f"{name}.mp4").read_bytes()


def session_connection() -> Callable[[], bool]:
    """Tells whether this session's page is still open."""
    context = get_script_run_ctx()
    if context is None or not exists():
        return lambda: True
    runtime, session = get_instance(), context.session_id
    return lambda: runtime.is_active_session(session)


def _media_type(name: str) -> str:
    guessed = mimetypes.guess_type(name)[0] or ""
    # Chromium plays QuickTime files when they are called MP4.
    return guessed if guessed.startswith("video/") and guessed != "video/quicktime" else "video/mp4"
