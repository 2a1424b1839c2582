"""Work of threads that belongs to the open clip: files in the making, and whether anybody still waits for them."""

from __future__ import annotations

import logging
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from pathlib import Path

from core.errors import PosescopeError

_LOG = logging.getLogger("posescope")
# A page that reloads or loses its connection for a moment is back before that.
CLOSED_AFTER_S = 10.0
# Work asks after each frame whether to go on; whoever closes a clip does not wait longer for the last one.
ENDS_WITHIN_S = 2.0


class Audience:
    """Whether somebody still looks at a page. A short absence does not count."""

    def __init__(self, connected: Callable[[], bool]) -> None:
        self._connected = connected
        self._last_seen = time.monotonic()

    def is_gone(self) -> bool:
        """To be asked again and again."""
        now = time.monotonic()
        if self._connected():
            self._last_seen = now
        return now - self._last_seen > CLOSED_AFTER_S


class ClipWork(ABC):
    """Something that a thread of its own does with the open clip.

    Args:
        name: the thread's.
    """

    def __init__(self, name: str) -> None:
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    @property
    @abstractmethod
    def finished(self) -> bool:
        """Nothing will be added any more."""

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def cancel(self) -> None:
        """Stop soon."""
        self._stop.set()

    @property
    def stopping(self) -> bool:
        """It has been told to stop, and has not yet come to its end."""
        return self._stop.is_set() and not self.finished

    def wait(self, seconds: float) -> bool:
        """Wait for the end, at most so long. Whether it came."""
        self._thread.join(seconds)
        return self.finished

    @abstractmethod
    def _run(self) -> None:
        """Do it, keep the error if there is one, and be `finished` in any case; end when `_stop` is set."""


class ClipFile(ClipWork):
    """A file beside the open clip that a thread writes.

    Attributes:
        path: where it lies once `finished`; nothing is there if it was cancelled or failed.
        share: how much is done, 0 to 1.
        error: why it failed; it stands before it is `finished`.
    """

    def __init__(self, path: Path) -> None:
        super().__init__(type(self).__name__)
        self.path = path
        self.share = 0.0
        self.error: PosescopeError | None = None
        self._finished = False

    @property
    def finished(self) -> bool:
        """Nothing is written any more."""
        return self._finished

    def close(self) -> None:
        """Stop and remove the file: the clip is closed, or another file takes this one's place."""
        self.cancel()
        if self._thread.is_alive():
            self._thread.join(ENDS_WITHIN_S)
        self.path.unlink(missing_ok=True)

    @abstractmethod
    def _make(self) -> None:
        """Write the file; stop when `_stop` is set."""

    def _run(self) -> None:
        try:
            self._make()
        except Exception as error:
            # The folder of a clip that has been closed is gone: no failure.
            if not self._stop.is_set():
                _LOG.exception("%s could not be made", type(self).__name__)
                self.error = error if isinstance(error, PosescopeError) else PosescopeError()
        finally:
            self._finished = True
