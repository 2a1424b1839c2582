"""The annotated video of the open clip in the making."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from core.progress import Progress
from pages.widgets.clip_work import Audience, ClipFile

# Writes a file, tells how far it is and asks whether to stop; `core.export.annotated_mp4` with everything else given.
Make = Callable[[Path, Callable[[Progress], None], Callable[[], bool]], object]


class AnnotatedVideo(ClipFile):
    """A thread that writes the video; it ends with its clip, and when the page has been closed for a while.

    Args:
        wanted: what it is made from, the recording first; another choice needs another video.
        path: where it shall lie.
        make: writes it.
        connected: whether somebody still looks.
    """

    def __init__(self, wanted: tuple[object, ...], path: Path, make: Make, connected: Callable[[], bool]) -> None:
        super().__init__(path)
        self.wanted = wanted
        self.seconds_left = 0.0
        self._write = make
        self._connected = connected

    def close(self) -> None:
        """Stop, remove the file and let go of what it was made from."""
        super().close()
        self.wanted = ()

    def _make(self) -> None:
        audience = Audience(self._connected)
        self._write(self.path, self._tell, lambda: self._stop.is_set() or audience.is_gone())

    def _tell(self, progress: Progress) -> None:
        self.share = min(1.0, progress.frames_done / max(1, progress.frames_total))
        self.seconds_left = progress.seconds_left
