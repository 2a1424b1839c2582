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


def clip_company(job: VideoJob) -> Company:
    """Who is in the clip, as the user has told. Until the analysis is over nobody has been told about."""
    found = job.recording
    people = 0 if found is None else found.people
    # After Cancel another stretch was analysed, in which somebody else may be the first.
    key = (job.opened.identity, job.settings, job.finished and found is not None and found.frames)
    return Company(IN_CLIP, key, who(key, people))


def clip_recording(job: VideoJob) -> Recording | None:
    """What there is of the clip: in the end with the people's names, measured as the user wants it."""
    return job.shown(measurement(), clip_company(job).who)


def clip_people_shown(recording: Recording) -> tuple[int, ...]:
    """The indices of the people to look at: one of them, or everyone."""
    return people_shown(recording, IN_CLIP)


def choose_in_clip(person: int) -> None:
    """Study somebody, or EVERYONE."""
    choose_person(person, IN_CLIP)


def people_row(job: VideoJob) -> None:
    """The picker for everything below the player, names and colours, and who is not there."""
    company = clip_company(job)
    if company.who.numbers:
        with st.container(horizontal=True, vertical_alignment="center", key="clip_people"):
            person_picker(company)
            people_editor(company)
    removed_line(company)
    assert job.recording is not None
    if job.recording.left_out:
        st.caption(_left_out(job.recording))


def _left_out(recording: Recording) -> str:
    count = recording.left_out
    sentence = text("video.one_left_out" if count == 1 else "video.left_out", count=count)
    if recording.settings.max_people >= MOST_PEOPLE:
        return sentence
    advice = text("video.left_out_advice", at_most=text("settings.max_people"), more=text("settings.more"))
    return f"{sentence} {advice}"
