"""Landmarkers that nobody has closed: in a program of its own, which would wait for ever if one were collected."""

from __future__ import annotations

import subprocess
import sys

import pytest

from core.detection.abandoned import close_abandoned, hold
from core.detection.models import PROJECT_FOLDER

PROGRAM = """
import gc
import numpy as np
from core import Settings
from core.detection.finder import Finder
from core.detection.landmarker import Landmarker
from core.detection.video_landmarker import VideoLandmarker

LITE, PICTURE = Settings(model="lite"), np.zeros((64, 64, 3), np.uint8)

class Cycle:
    def __init__(self, held):
        self.held, self.itself = held, self

{use}
gc.collect()
print("collected", flush=True)
VideoLandmarker(LITE).close()
print("closed", flush=True)
kept = Landmarker("lite")
kept.detect(PICTURE, LITE)
"""
USES = {
    "landmarker": "Cycle(Landmarker('lite')).held.detect(PICTURE, LITE)",
    "video landmarker": "Cycle(VideoLandmarker(LITE)).held.detect(PICTURE, 0.0)",
    "finder": "Cycle(Finder()).held.boxes(PICTURE, 0.5)",
}


@pytest.mark.parametrize("use", USES.values(), ids=USES)
def test_one_that_is_collected_in_a_cycle_ends_and_so_does_the_program(use: str) -> None:
    ran = subprocess.run(
        [sys.executable, "-c", PROGRAM.format(use=use)],
        cwd=PROJECT_FOLDER,
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    assert ran.stdout.split() == ["collected", "closed"]
    assert "Traceback" not in ran.stderr and "Exception ignored" not in ran.stderr


class Task:
    closed = False
    _handle: object = None

    def close(self) -> None:
        self.closed = True


class Owner:
    pass


def test_a_task_is_closed_when_its_owner_has_gone_and_the_next_is_made() -> None:
    owner, other, task = Owner(), Owner(), Task()
    hold(owner, task)
    close_abandoned()
    assert not task.closed
    del owner
    assert not task.closed
    hold(other, Task())
    assert task.closed
