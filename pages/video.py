"""A clip in; video, 3D body and angle curves on one timeline, tables and files out."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from core import Recording
from pages.faults import alone
from pages.language import text
from pages.widgets.choices import overlay_style
from pages.widgets.clip_people import clip_company, clip_recording, people_row
from pages.widgets.clips import OpenClip, desk
from pages.widgets.measurement import measurement_line
from pages.widgets.roster import Who
from pages.widgets.settings_panel import clip_settings_panel
from pages.widgets.video_downloads import video_downloads
from pages.widgets.video_numbers import curves_tab, quality_tab, summary_tab
from pages.widgets.video_result import show_nobody, show_player, show_progress
from pages.widgets.video_source import clip_source, clip_standing
from pages.widgets.video_tables import landmarks_tab

TABS = ("angles", "summary", "landmarks", "quality", "download")


def show_numbers(opened: OpenClip, recording: Recording, who: Who) -> None:
    """The tabs below the player, once everything is there; each is made when it is looked at."""
    tabs = st.tabs([text(f"video.tab_{name}") for name in TABS], on_change="rerun", key="video_tabs")
    shows: tuple[Callable[[Recording], None], ...] = (
        lambda of: curves_tab(of, who.colours),
        summary_tab,
        landmarks_tab,
        quality_tab,
    )
    for name, tab, show in zip(TABS, tabs, shows, strict=False):
        if tab.open:
            with tab, alone(name):
                show(recording)
    if tabs[-1].open:
        with tabs[-1], alone(TABS[-1]):
            video_downloads(opened, recording, overlay_style(), who.colours)


clip_settings_panel()
clip_source()
opened = desk().visit()
if opened is None:
    st.markdown(text("video.empty"))
else:
    standing = clip_standing(opened)
    job = standing.shown
    state = job.now  # once: what is below belongs together, whatever is found meanwhile
    show_progress(opened, standing, state)
    if state.error is None or state.frames:
        show_player(opened, job, state)
    recording = clip_recording(job, state)
    if state.finished and recording is not None and recording.people:
        people_row(job, state)
        measurement_line(recording)
        show_numbers(opened, recording, clip_company(job, state).who)
    elif state.finished and clip_company(job, state).who.removed:
        st.info(text("people.all_removed"), icon=":material/person_off:")
        people_row(job, state)
    elif state.finished:
        show_nobody(job, state)
