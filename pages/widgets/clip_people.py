"""The people of the open clip: who is there, whom to study, and who was left out."""

from __future__ import annotations

import streamlit as st

from core import Recording
from core.settings import MOST_PEOPLE
from pages.language import text
from pages.widgets.measurement import measurement
from pages.widgets.people import (
    IN_CLIP,
    Company,
    choose_person,
    people_editor,
    people_shown,
    person_picker,
    removed_line,
)
from pages.widgets.roster import who
from pages.widgets.video_job import VideoJob
from pages.widgets.video_state import AnalysisState


def clip_company(job: VideoJob, state: AnalysisState) -> Company:
    """Who is in the clip, as the user has told. Until the analysis is over nobody has been told about.

    What is said belongs to the analysis it was said of: in one that has ended early the same number may be somebody
    else. One that is complete comes out the same each time.
    """
    key = (job.opened.identity, job.settings) if state.complete else job.address
    return Company(IN_CLIP, key, who(key, state.people))


def clip_recording(job: VideoJob, state: AnalysisState) -> Recording | None:
    """What there is of the clip: in the end with the people's names, measured as the user wants it."""
    return job.shown(state, measurement(), clip_company(job, state).who)


def clip_people_shown(recording: Recording) -> tuple[int, ...]:
    """The indices of the people to look at: one of them, or everyone."""
    return people_shown(recording, IN_CLIP)


def choose_in_clip(person: int) -> None:
    """Study somebody, or EVERYONE."""
    choose_person(person, IN_CLIP)


def people_row(job: VideoJob, state: AnalysisState) -> None:
    """The picker for everything below the player, names and colours, and who is not there."""
    company = clip_company(job, state)
    if company.who.numbers:
        with st.container(horizontal=True, vertical_alignment="center", key="clip_people"):
            person_picker(company)
            people_editor(company)
    removed_line(company)
    if state.recording is not None and state.recording.left_out:
        st.caption(_left_out(state.recording))


def _left_out(recording: Recording) -> str:
    count = recording.left_out
    sentence = text("video.one_left_out" if count == 1 else "video.left_out", count=count)
    if recording.settings.max_people >= MOST_PEOPLE:
        return sentence
    advice = text("video.left_out_advice", at_most=text("settings.max_people"), more=text("settings.more"))
    return f"{sentence} {advice}"
