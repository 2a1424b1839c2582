"""MediaPipe's tasks that nobody has closed, kept from the garbage collector.

A task closes itself in `__del__` by giving work to a thread of its own and waiting for it. When the collector finds the
task in a cycle, that thread has just been told to end (the weak reference by which it knows its pool is cleared first),
and the program waits for ever (seen with mediapipe 0.10.31). So each task is held until it can be closed where nothing
is being collected: when the next one is made.
"""

from __future__ import annotations

import contextlib
import weakref
from collections import deque
from typing import Any, Protocol


class Task(Protocol):
    """One of MediaPipe's tasks."""

    _handle: Any

    def close(self) -> None:
        """Free its memory; a second time nothing happens."""


_abandoned: deque[Task] = deque()


def hold(owner: object, task: Task) -> None:
    """Hold a task for as long as its owner is there, and then until the next one is made.

    An owner should close its task all the same: until then the memory is not free.
    """
    close_abandoned()
    weakref.finalize(owner, _abandoned.append, task)


def leave(task: Task) -> None:
    """Never close a task, because that would wait for ever: its graph is in error, or the program ends."""
    task._handle = None


def close_abandoned() -> None:
    """Close what has lost its owner."""
    # Several threads may do so at once: asked first whether there is one, the last may be gone by then.
    with contextlib.suppress(IndexError):
        while True:
            _abandoned.popleft().close()


def _leave_all() -> None:
    for task in _abandoned:
        leave(task)


# When the program ends, all owners count as gone, the last that was made first: this one comes at the very end.
weakref.finalize(Task, _leave_all)
