"""The dashboard, but it gives a closed page up sooner and tells what it is working on: for a test."""

import threading

import streamlit as st
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from pages import assets, clips_route
from pages.uploads import keep_uploads_in_memory
from pages.widgets import clip_work, clips
from scripts.running_dashboard import PROJECT_FOLDER

clips.FORGOTTEN_AFTER_S = 3.0
clip_work.CLOSED_AFTER_S = 1.0


def threads(_: Request) -> JSONResponse:
    """The names of the threads that run."""
    return JSONResponse([thread.name for thread in threading.enumerate()])


keep_uploads_in_memory()
app = st.App(
    PROJECT_FOLDER / "pages" / "shell.py",
    routes=[*assets.routes(), *clips_route.routes(), Route("/threads", threads)],
)
