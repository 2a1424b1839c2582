"""Clips whose analysis is known beforehand, for what the page does with it: nothing is detected."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pytest

from core import Recording, Settings
from pages.widgets import video_job
from pages.widgets.video_job import VideoJob
from tests.core.recordings import some_recording

FRAMES = 40


def three_people(left_out: int = 0) -> Recording:
    """The first one is there all the time, the second one in the second half, the third one in the first quarter."""
    made = some_recording(FRAMES, 3, refined=True, source="street.mp4", width=320, height=240)
    arrays: dict[str, Any] = {}
    for name in ("image", "world", "refined", "visibility", "presence"):
        arrays[name] = getattr(made, name).copy()
        arrays[name][: FRAMES // 2, 1] = np.nan
        arrays[name][FRAMES // 4 :, 2] = np.nan
    return dataclasses.replace(made, left_out=left_out, **arrays)


def analysed_as(monkeypatch: pytest.MonkeyPatch, recording: Recording) -> None:
    """Let every analysis of a clip come to this at once, whatever the clip."""

    def analyse(source: object, settings: Settings, *rest: Any, name: str) -> Recording:
        return dataclasses.replace(recording, settings=settings, source=name)

    monkeypatch.setattr(video_job, "analyse_video", analyse)
    # It is over before the page goes on.
    monkeypatch.setattr(VideoJob, "start", VideoJob._run)
