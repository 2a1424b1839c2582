"""The dashboard for benchmark_player.py: one repetition of a clip is analysed, and its recording repeated."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any
from unittest import mock

import numpy as np
import streamlit as st

from core import Recording, Settings, analyse_video
from core.media.videos import open_clip
from pages import assets, clips_route
from pages.uploads import keep_uploads_in_memory
from pages.widgets import video_job
from scripts.running_dashboard import PROJECT_FOLDER

SHORT_CLIP = PROJECT_FOLDER / "samples" / "squat_2reps.mp4"


def repeated_recording(source: Path, settings: Settings, *_: Any, name: str) -> Recording:
    """What `analyse_video` would find in a repeated clip, at that clip's own times."""
    clip, once = open_clip(source), analyse_video(SHORT_CLIP, settings)
    frames = np.arange(len(clip.pts)) % once.frames
    fields = ("image", "world", "refined", "visibility", "presence")
    arrays = {field: getattr(once, field)[frames] for field in fields}
    return dataclasses.replace(
        once, time=clip.time_s, frame_rate=len(clip.pts) / clip.duration_s, source=name, **arrays
    )


mock.patch.object(video_job, "analyse_video", repeated_recording).start()
keep_uploads_in_memory()
app = st.App(PROJECT_FOLDER / "pages" / "shell.py", routes=[*assets.routes(), *clips_route.routes()])
