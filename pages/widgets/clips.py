"""The clip that is open: a file in a folder of its session, served to that session's player and to nobody else.

The folder goes when another clip is opened, when the session ends, and when its page has been closed for some time.
"""

from __future__ import annotations

import hashlib
import mimetypes
import secrets
import shutil
import tempfile
import threading
import time
from collections.abc import Callable
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
from pages.widgets.photos import SAMPLE_FOLDER
from pages.widgets.playable_copy import PlayableCopy

SAMPLES = ("squat_2reps", "street_two_people")
FORGOTTEN_AFTER_S = 180.0


@dataclass(frozen=True, eq=False)
class Film:
    """A video file: where it lies, and its index."""

    path: Path
    clip: Clip


@dataclass(eq=False)
class OpenClip:
    """A clip of this session.

    Attributes:
        name: the file's name.
        identity: tells it from every other content.
        film: the file and its index; None for something recorded live without the picture.
        address: where the browser gets the video; empty without one.
        recorded: what was recorded live and need not be analysed; None for a file.
        copy: a copy that the browser can play, once one has been asked for.
        annotated: the annotated video, once one has been asked for.
    """

    name: str
    identity: str
    film: Film | None
    address: str
    recorded: Recording | None = None
    copy: PlayableCopy | None = None
    annotated: AnnotatedVideo | None = None

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
    def playable_address(self) -> str:
        """The copy's address if there is one, else the clip's own; empty while a copy is being made."""
        return self.address if self.copy is None else self.copy.address


class Desk:
    """What one session has open: freed by Streamlit with the session, by itself when its page stays closed."""

    def __init__(self, connected: Callable[[], bool] = lambda: True) -> None:
        self.connected = connected
        self.opened: OpenClip | None = None
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._end_work: Callable[[], None] = _nothing

    def open(self, name: str, content: bytes) -> OpenClip:
        """Open a clip instead of the one before.

        Raises:
            PosescopeError: it cannot be used.
        """
        self.close()
        folder = tempfile.TemporaryDirectory(prefix="posescope-")
        path = Path(folder.name) / f"clip{Path(name).suffix[:8]}"
        try:
            path.write_bytes(content)
            clip = open_clip(path, name)
        except BaseException:
            folder.cleanup()
            raise
        identity = hashlib.sha256(name.encode() + b"\0" + content).hexdigest()
        self._keep(folder)
        self.opened = OpenClip(name, identity, Film(path, clip), share_file(path, _media_type(name)))
        if not clip.plays_as_seen:  # the skeleton would stand beside the person
            self.copy_for_browser()
        return self.opened

    def open_recording(self, name: str, recording: Recording, video: Path | None) -> OpenClip:
        """Open something recorded live instead of the clip before.

        Args:
            name: what to call it.
            recording: what was recorded; it has at least one frame.
            video: its picture, which is copied; None if there is none.

        Raises:
            PosescopeError: the video cannot be used.
        """
        self.close()
        folder = tempfile.TemporaryDirectory(prefix="posescope-")
        film = None
        try:
            if video is not None:
                path = Path(folder.name) / "clip.mp4"
                shutil.copyfile(video, path)
                film = Film(path, open_clip(path, name))
        except BaseException:
            folder.cleanup()
            raise
        self._keep(folder)
        address = "" if film is None else share_file(film.path, "video/mp4")
        self.opened = OpenClip(name, secrets.token_hex(16), film, address, replace(recording, source=name))
        return self.opened

    def copy_for_browser(self) -> None:
        """Have a copy made that the browser can play, unless there is one."""
        opened = self.opened
        if opened is not None and opened.film is not None and opened.copy is None:
            opened.copy = PlayableCopy(opened.film.clip, opened.film.path.with_name("copy.mp4"))
            opened.copy.start()

    def replace_work(self, end: Callable[[], None]) -> None:
        """End the clip's analysis and what is made from it; `end` ends the analysis that begins now."""
        self._end_work()
        self._end_work = end
        self.replace_annotated(None)

    def replace_annotated(self, video: AnnotatedVideo | None) -> None:
        """Let the open clip have this annotated video; the one before is ended and removed."""
        if self.opened is None:
            return
        if self.opened.annotated is not None:
            self.opened.annotated.close()
        self.opened.annotated = video

    def file(self, name: str) -> Path:
        """A place for a file that belongs to the open clip, another one each time: two clicks make two files.

        Raises:
            FileNotFoundError: no clip is open.
        """
        if self._folder is None:
            raise FileNotFoundError("no clip is open")
        return Path(self._folder.name) / f"{secrets.token_hex(4)}_{name}"

    def close(self) -> None:
        """Forget the clip and everything that belongs to it."""
        self.replace_work(_nothing)
        if self.opened is not None:
            take_back(self.opened.address)
            if self.opened.copy is not None:
                self.opened.copy.close()
        self.opened = None
        folder, self._folder = self._folder, None
        if folder is not None:
            folder.cleanup()

    def _keep(self, folder: tempfile.TemporaryDirectory[str]) -> None:
        self._folder = folder
        threading.Thread(target=self._watch, args=(folder,), name="clip watch", daemon=True).start()

    def _watch(self, folder: tempfile.TemporaryDirectory[str]) -> None:
        """Streamlit keeps a closed page's session until somebody else comes; the files should not wait for that."""
        seen = time.monotonic()
        while self._folder is folder:
            time.sleep(1)
            if self.connected():
                seen = time.monotonic()
            elif time.monotonic() - seen > FORGOTTEN_AFTER_S:
                self.close()


@st.cache_resource(scope="session", show_spinner=False, on_release=Desk.close)
def desk() -> Desk:
    """This session's desk."""
    return Desk(session_connection())


def sample_clip(name: str) -> tuple[str, bytes]:
    """One of the project's own clips: name and content."""
    return f"{name}.mp4", (SAMPLE_FOLDER / f"{name}.mp4").read_bytes()


def _nothing() -> None:
    pass


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
