"""How far the analysis is, the player, the line that says what was found, and what to do when nobody was."""

from __future__ import annotations

from typing import Any

import streamlit as st

from core import Recording
from core.motion.groups import MAIN_GROUP
from core.motion.summary import finding_summary
from pages.language import error_text, people_words, text
from pages.widgets.bodies import body_buttons, pale_space, show_body
from pages.widgets.choices import choices, choose_all, overlay_style, smoothing
from pages.widgets.clip_people import choose_in_clip, clip_company, clip_people_shown, clip_recording
from pages.widgets.clips import OpenClip, desk
from pages.widgets.coach import show_advice
from pages.widgets.measurement import measurement
from pages.widgets.people import IN_CLIP, chosen_person
from pages.widgets.plain_text import plain
from pages.widgets.player import player
from pages.widgets.remedies import remedies
from pages.widgets.smoothed import filter_words, smoothed_for_page
from pages.widgets.video_job import VideoJob
from pages.widgets.video_source import analyse, follow_point, wanted_settings

POLL_S = 0.5


def show_progress(opened: OpenClip, job: VideoJob) -> None:
    """One line in a place of its own, so that nothing below it moves to another place when it changes."""
    with st.container(key="video_progress"):
        if job.error is not None:
            st.error(plain(error_text(job.error)), icon=":material/error:")
        elif not job.finished:
            st.fragment(_running, run_every=POLL_S)(job)
        else:
            _done(job)
        if opened.film is not None and job.settings != wanted_settings(opened):
            with st.container(horizontal=True, vertical_alignment="center"):
                st.button(text("video.again"), type="primary", key="analyse_again", on_click=_again, args=(opened,))
                st.caption(text("video.changed"))
        if opened.copy is not None:
            _copy(opened)


def show_player(opened: OpenClip, job: VideoJob) -> None:
    """The clip and what is found in it."""
    company = clip_company(job)
    who = company.who
    end = job.settings.end_s
    duration_s = opened.duration_s(job.settings.recorded_frame_rate)
    space = choices()["space"]
    player(
        video=opened.playable_address,
        landmarks=f"{job.address}?{measurement().as_query}&removed={','.join(map(str, who.removed))}",
        size=opened.size,
        part=(job.settings.start_s, duration_s if end is None else min(end, duration_s)),
        slower=opened.slow_motion(job.settings.recorded_frame_rate),
        style=overlay_style(),
        space=space,
        reading=choices()["reading"],
        both=pale_space() is not None,
        bodies=body_buttons(),
        smoothing=smoothing(),
        names=[who.name(person) for person in range(len(who.numbers))],
        named=bool(who.names),
        colours=who.colours,
        person=chosen_person(len(who.numbers), IN_CLIP),
        key="player",
        can_follow=opened.film is not None and job.settings.people == "one",
        has_picture=opened.film is not None,
        on_unplayable=desk().copy_for_browser,
        on_follow=follow_point,
        on_body=show_body,
        on_person=choose_in_clip,
    )
    recording = clip_recording(job)
    if not job.finished:
        st.caption(text("video.raw_in_player"))
    elif recording is not None and recording.people:
        kinematics = smoothed_for_page(recording, MAIN_GROUP, space)
        st.caption(text("video.filter_in_player", filter=filter_words(kinematics, clip_people_shown(recording))))


def show_nobody(job: VideoJob) -> None:
    """Nobody was found: what may help, each at one click."""
    if job.cancelled and (job.recording is None or not job.recording.frames):
        st.info(text("video.nothing_yet"), icon=":material/info:")
        return
    st.warning(text("video.nobody"), icon=":material/person_off:")
    with st.container(horizontal=True):
        for number, (words, change) in enumerate(remedies(job.settings)):
            st.button(words, key=f"video_remedy_{number}", on_click=_try, args=(job.opened, change))


def _running(job: VideoJob) -> None:
    if job.finished:
        st.rerun()
    progress = job.progress
    with st.container(horizontal=True, vertical_alignment="center"):
        if progress is None or not progress.frames_done:
            st.progress(0.0, text("video.beginning"))
        else:
            st.progress(
                min(1.0, progress.frames_done / max(1, progress.frames_total)),
                text(
                    "video.working",
                    done=progress.frames_done,
                    total=progress.frames_total,
                    speed=f"{progress.frames_per_s:.0f}",
                    left=_duration(progress.seconds_left),
                ),
            )
        st.button(text("video.cancel"), key="cancel_video", on_click=job.cancel)


def _done(job: VideoJob) -> None:
    recording = clip_recording(job)
    if recording is None:
        return
    _lost_frames(recording)
    if not recording.people:
        return
    st.caption(_status(job, recording))
    number, advice = job.advice
    numbers = clip_company(job).who.numbers
    if number in numbers:
        about = plain(recording.names[numbers.index(number)]) if recording.names else ""
        show_advice(advice, "clip_coach", about)
    if job.cancelled:
        st.info(text("video.cancelled", until=f"{recording.time[-1]:.2f}"), icon=":material/info:")


def _lost_frames(recording: Recording) -> None:
    """One sentence where frames of the file never came out of it."""
    lost = recording.provenance.get("frames_not_decoded")
    if lost:
        when = recording.provenance["frames_not_decoded_s"].replace("-", "–")
        st.warning(text("video.frames_lost", frames=lost, when=when), icon=":material/content_cut:")
    at_start = recording.provenance.get("frames_lost_at_start")
    if at_start:
        st.warning(text("video.frames_lost_at_start", frames=at_start), icon=":material/content_cut:")


def _status(job: VideoJob, recording: Recording) -> str:
    found = finding_summary(recording)["found_share"].max()
    live = recording is job.opened.recorded
    seconds = recording.time[-1] if live else job.seconds
    speed = recording.frame_rate if live else recording.frames / max(job.seconds, 0.001)
    return text(
        "video.status_live" if live else "video.status",
        people=people_words(recording.people),
        model=text(f"settings.model_{recording.settings.model}").lower(),
        frames=recording.frames,
        seconds=f"{seconds:.1f}",
        speed=f"{speed:.0f}",
        found=f"{100 * found:.0f}",
    )


def _copy(opened: OpenClip) -> None:
    copy = opened.copy
    assert copy is not None
    if copy.failed:
        st.warning(text("video.copy_failed"), icon=":material/info:")
    elif not copy.address:
        st.fragment(_copying, run_every=POLL_S)(opened)


def _copying(opened: OpenClip) -> None:
    copy = opened.copy
    if copy is None or copy.address or copy.failed:
        st.rerun()
    else:
        st.progress(copy.share, text("video.copying", percent=f"{100 * copy.share:.0f}"))


def _again(opened: OpenClip) -> None:
    analyse(opened)


def _try(opened: OpenClip, change: dict[str, Any]) -> None:
    choose_all(change)
    analyse(opened)


def _duration(seconds: float) -> str:
    whole = round(seconds)
    return f"{whole // 60}:{whole % 60:02d}"
