"""The dashboard with two places for cameras, and what it holds told at an address: for tests and the soak."""

import os
import threading
from pathlib import Path

import streamlit as st
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from core.detection.abandoned import Task
from core.detection.landmarker_pool import LandmarkerPool
from core.detection.video_landmarker import VideoLandmarker
from core.settings import Settings
from pages import assets, clips_route, live_route
from pages.uploads import keep_uploads_in_memory
from scripts.running_dashboard import PROJECT_FOLDER

tasks: list[Task] = []


def counted(settings: Settings) -> VideoLandmarker:
    """A landmarker that `held` knows of. Looking for them with `gc` while the server works makes CPython raise.

    What holds the memory is MediaPipe's task, which `core.detection.abandoned` keeps when its landmarker is dropped.
    """
    made = VideoLandmarker(settings)
    tasks.append(made._pose_landmarker)
    return made


pool = LandmarkerPool(2, counted)


def held(_: Request) -> JSONResponse:
    """Resident memory in bytes, threads for live cameras, places taken, landmarkers that are still open."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return JSONResponse(
        {
            "memory": pages * os.sysconf("SC_PAGE_SIZE"),
            "threads": [each.name for each in threading.enumerate() if each.name.startswith("live camera")],
            "all_threads": threading.active_count(),
            "places": pool.taken,
            "landmarkers": sum(each._handle is not None for each in list(tasks)),
        }
    )


keep_uploads_in_memory()
app = st.App(
    PROJECT_FOLDER / "pages" / "shell.py",
    routes=[*assets.routes(), *clips_route.routes(), *live_route.routes(pool), Route("/held", held)],
)
