"""The dashboard with two places for cameras, and what it holds told at an address: for tests and the soak."""

import gc
import os
import threading
from pathlib import Path

import streamlit as st
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from core.detection.landmarker_pool import LandmarkerPool
from core.detection.video_landmarker import VideoLandmarker
from pages import assets, clips_route, live_route
from pages.uploads import keep_uploads_in_memory
from scripts.running_dashboard import PROJECT_FOLDER

pool = LandmarkerPool(2)


def held(_: Request) -> JSONResponse:
    """Resident memory in bytes, threads for live cameras, places taken, landmarkers that are still open."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    landmarkers = [each for each in gc.get_objects() if isinstance(each, VideoLandmarker)]
    return JSONResponse(
        {
            "memory": pages * os.sysconf("SC_PAGE_SIZE"),
            "threads": [each.name for each in threading.enumerate() if each.name.startswith("live camera")],
            "all_threads": threading.active_count(),
            "places": pool.taken,
            "landmarkers": sum(each._pose_landmarker._handle is not None for each in landmarkers),
        }
    )


keep_uploads_in_memory()
app = st.App(
    PROJECT_FOLDER / "pages" / "shell.py",
    routes=[*assets.routes(), *clips_route.routes(), *live_route.routes(pool), Route("/held", held)],
)
