"""A camera's frames into an MP4 file while they come, in a thread of its own so that following is not held up."""

from __future__ import annotations

import contextlib
import queue
import threading
from pathlib import Path
from types import TracebackType

import numpy as np
from numpy.typing import NDArray

from core.media.video_writer import VideoWriter

# So many frames may wait for the encoder, 55 MB at 640 x 480; then whoever brings one waits too.
MOST_WAITING = 60
_LIKELY_FRAME_S = 1 / 30
_LOOK_S = 0.2


class LiveVideo:
    """Writes H.264 with each frame at its own time. As a context manager it ends the file.

    Args:
        path: the file, which is written over.
        width, height: of the frames, in pixels.

    Raises:
        Exception: as `VideoWriter`: the file cannot be written, or PyAV fails.
    """

    def __init__(self, path: Path, width: int, height: int) -> None:
        self.path = path
        self._frames: queue.Queue[tuple[NDArray[np.uint8], float] | None] = queue.Queue(MOST_WAITING)
        self._error: Exception | None = None
        self._writer = VideoWriter(path, width, height)
        self._thread = threading.Thread(target=self._write, name="live video", daemon=True)
        self._thread.start()

    def add(self, rgb: NDArray[np.uint8], time_s: float) -> None:
        """The next frame (height, width, 3) uint8, which may not be altered any more.

        Raises:
            Exception: whatever an earlier one failed with. PyAV's own errors are of many kinds.
        """
        while True:
            if self._error is not None:
                raise self._error
            with contextlib.suppress(queue.Full):  # then the encoder is behind, or has failed
                self._frames.put((rgb, time_s), timeout=_LOOK_S)
                return

    def close(self) -> None:
        """Write what is waiting and end the file.

        Raises:
            Exception: as `add`: it could not be written whole.
        """
        while self._thread.is_alive():
            with contextlib.suppress(queue.Full):
                self._frames.put(None, timeout=_LOOK_S)
                break
        self._thread.join()
        if self._error is not None:
            raise self._error

    def __enter__(self) -> LiveVideo:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _write(self) -> None:
        try:
            with self._writer as writer:
                while (frame := self._frames.get()) is not None:
                    rgb, time_s = frame
                    writer.write(writer.prepare(rgb), time_s, _LIKELY_FRAME_S)
        except Exception as error:
            # Told to whoever brings the next frame or ends the file; of any kind, or they would wait for ever.
            self._error = error
