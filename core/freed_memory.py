"""Giving memory back to the system that has been freed already.

The GNU C library gives each thread a heap of its own and keeps what is freed there. MediaPipe makes threads for every
landmarker, so a program that opens and closes many would hold more and more: 740 MB after a hundred live cameras one
after the other, where 440 are enough (docs/benchmarks.md).
"""

from __future__ import annotations

import ctypes
import functools
import sys
from collections.abc import Callable


def give_back_freed_memory() -> None:
    """Takes some milliseconds. Does nothing where the system's library cannot or need not do so."""
    if (trim := _malloc_trim()) is not None:
        trim(0)


@functools.cache
def _malloc_trim() -> Callable[[int], int] | None:
    if not sys.platform.startswith("linux"):
        return None
    trim: Callable[[int], int] | None = getattr(ctypes.CDLL(None), "malloc_trim", None)
    return trim
