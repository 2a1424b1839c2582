"""Which processor a figure was measured on: one line for every script that prints figures.

XNNPACK, which runs MediaPipe's networks, computes in other ways where there is AVX-512: both the times and the last
digits of the landmarks differ.
"""

from __future__ import annotations

import os
import platform
import subprocess
from pathlib import Path


def processor() -> str:
    """Its name, whether it has AVX-512, and how many cores this process may use."""
    return f"{_name()}, {_avx512()}, {_cores()} cores"


def _cores() -> int:
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # only Linux has it
        return os.cpu_count() or 1


def _name() -> str:
    for line in _cpuinfo():
        if line.startswith(("model name", "Hardware", "CPU part")):
            return line.partition(":")[2].strip()
    if platform.system() == "Darwin":
        asked = subprocess.run(
            ["sysctl", "-n", "machdep.cpu.brand_string"], capture_output=True, text=True, check=False
        )
        if asked.stdout.strip():
            return asked.stdout.strip()
    return platform.processor() or platform.machine() or "unknown processor"


def _avx512() -> str:
    flags = next((line.partition(":")[2].split() for line in _cpuinfo() if line.startswith("flags")), None)
    if flags is None:
        return "AVX-512 not known" if platform.machine().lower() in ("x86_64", "amd64") else "no AVX"
    if "avx512f" in flags:
        return "with AVX-512"
    return "with AVX2, no AVX-512" if "avx2" in flags else "no AVX2"


def _cpuinfo() -> list[str]:
    try:
        return Path("/proc/cpuinfo").read_text("utf-8", "replace").splitlines()
    except OSError:
        return []
