"""Memory that was freed in other threads goes back to the system: in a program of its own, which counts its pages."""

from __future__ import annotations

import platform
import subprocess
import sys

import pytest

from core import freed_memory
from core.detection.models import PROJECT_FOLDER

PROGRAM = """
import ctypes, threading
from pathlib import Path
from core.freed_memory import give_back_freed_memory

BLOCKS, BYTES = 2000, 100_000
libc = ctypes.CDLL(None)
libc.malloc.restype, libc.malloc.argtypes, libc.free.argtypes = ctypes.c_void_p, [ctypes.c_size_t], [ctypes.c_void_p]

def held_mb():
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096 / 1e6

def use_and_free():
    blocks = [libc.malloc(BYTES) for _ in range(BLOCKS)]
    for block in blocks:
        ctypes.memset(block, 1, BYTES)
    libc.malloc(BYTES)  # stays, above all the others
    for block in blocks:
        libc.free(block)

threads = [threading.Thread(target=use_and_free)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
before = held_mb()
give_back_freed_memory()
print(before - held_mb())
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only the GNU C library keeps what threads have freed")
def test_what_a_thread_has_freed_is_given_back() -> None:
    ran = subprocess.run(
        [sys.executable, "-c", PROGRAM], cwd=PROJECT_FOLDER, capture_output=True, text=True, timeout=300, check=True
    )
    assert float(ran.stdout) > 150  # of 200 MB


def test_elsewhere_nothing_happens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(freed_memory.sys, "platform", "win32")
    freed_memory._malloc_trim.cache_clear()
    try:
        assert freed_memory._malloc_trim() is None
        freed_memory.give_back_freed_memory()
    finally:
        freed_memory._malloc_trim.cache_clear()
