"""The dashboard, but every clip has twenty people, who are not looked for: what do many people do to a page?"""

import dataclasses
from typing import Any

import numpy as np
import streamlit as st

from core import Recording, Settings
from pages import assets, clips_route
from pages.uploads import keep_uploads_in_memory
from pages.widgets import video_job
from scripts.running_dashboard import PROJECT_FOLDER
from tests.core.recordings import some_recording

PEOPLE = 20


def crowd(source: object, settings: Settings, *rest: Any, name: str) -> Recording:
    """Everybody stands in a row of ten or of ten behind them, and is there for a while."""
    made = some_recording(72, PEOPLE, refined=True, width=640, height=480)
    image = np.array(made.image)
    for person in range(PEOPLE):
        image[:, person, :, :2] *= np.array([0.15, 0.3])
        image[:, person, :, :2] += [person % 10 * 60, person // 10 * 200]
        image[: 2 * person, person] = np.nan
    return dataclasses.replace(made, time=np.arange(72) * 0.05, image=image, settings=settings, source=name)


video_job.analyse_video = crowd  # type: ignore[assignment]  # the page gives only these arguments
keep_uploads_in_memory()
app = st.App(PROJECT_FOLDER / "pages" / "shell.py", routes=[*assets.routes(), *clips_route.routes()])
