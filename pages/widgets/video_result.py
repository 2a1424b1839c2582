"""How far the analyses are, the player, the line that says what was found, and what to do when nobody was."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from core import Recording, camera_advice
from core.motion.groups import MAIN_GROUP
from core.motion.summary import finding_summary
from core.motion.unsure import unsure_people
from core.progress import PHASES
from pages.faults import alone
from pages.language import error_text, people_words, text
from pages.widgets.absences import absence_sentence
from pages.widgets.bodies import body_buttons, pale_space, show_body
from pages.widgets.choices import choices, choose_all, overlay_style, smoothing
from pages.widgets.clip_analyses import Standing
from pages.widgets.clip_people import choose_in_clip, clip_company, clip_people_shown, clip_recording
from pages.widgets.clips import OpenClip
from pages.widgets.coach import show_advice, studied_in_clip
from pages.widgets.measurement import measurement
from pages.widgets.people import IN_CLIP, chosen_person, unsure_line
from pages.widgets.plain_text import plain
from pages.widgets.player import player
from pages.widgets.remedies import remedies
from pages.widgets.smoothed import filter_sentence, smoothed_for_page
from pages.widgets.video_job import VideoJob
from pages.widgets.video_source import analyse, follow_point, wanted_settings
from pages.widgets.video_state import AnalysisState

POLL_S = 0.5
# So many people's absences have room under the status line.
MOST_TOLD_ABSENT = 3


def show_progress(opened: OpenClip, standing: Standing, state: AnalysisState) -> None:
    """One line in a place of its own, so that nothing below it moves to another place when it changes.

    Args:
        opened: the clip.
        standing: its analyses.
        state: what is known of the one shown.
    """
    job, coming = standing.shown, standing.coming
    with st.container(key="video_progress"):
        if not state.finished:
            st.fragment(_running, run_every=POLL_S)(job, "video.stop", job.cancel)
        else:
            with alone("what was found"):
                _found(job, state)
            _how_it_ended(opened, standing, state)
        if coming is not None:
            st.fragment(_running, run_every=POLL_S)(coming, "video.cancel", opened.analyses.give_up)
            st.caption(text("video.coming"))
        elif standing.ended is not None:
            _came_to_nothing(standing.ended.now)
        latest = job if coming is None else coming
        if opened.film is not None and latest.settings != wanted_settings(opened):
            with st.container(horizontal=True, vertical_alignment="center"):
                st.button(text("video.again"), type="primary", key="analyse_again", on_click=analyse, args=(opened,))
                st.caption(text("video.changed"))
        if opened.copy is not None:
            _copy(opened)


def show_player(opened: OpenClip, job: VideoJob, state: AnalysisState) -> None:
    """The clip and what is found in it."""
    who = clip_company(job, state).who
    recording = clip_recording(job, state)
    space = choices()["space"]
    player(
        clip=opened.identity,
        video=opened.playable_address,
        landmarks=f"{job.address}?{measurement().as_query}&removed={','.join(map(str, who.removed))}",
        size=opened.size,
        part=(job.settings.start_s, job.wanted_until_s),
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
        unsure=() if recording is None else unsure_people(recording, overlay_style().min_visibility),
        key="player",
        can_follow=opened.film is not None and job.settings.people == "one",
        has_picture=opened.film is not None,
        on_unplayable=opened.copy_for_browser,
        on_follow=follow_point,
        on_body=show_body,
        on_person=choose_in_clip,
    )
    if not state.finished:
        st.caption(text("video.raw_in_player"))
    elif recording is not None and recording.people:
        with alone("filter"):
            kinematics = smoothed_for_page(recording, MAIN_GROUP, space)
            st.caption(filter_sentence(kinematics, clip_people_shown(recording)))
            unsure_line(recording, clip_people_shown(recording), overlay_style())


def show_nobody(job: VideoJob, state: AnalysisState) -> None:
    """Nobody was found: what may help, each at one click."""
    if state.frames == 0:
        if state.stopped:
            st.info(text("video.nothing_yet"), icon=":material/info:")
        return
    st.warning(text("video.nobody"), icon=":material/person_off:")
    with st.container(horizontal=True):
        for number, (words, change) in enumerate(remedies(job.settings)):
            st.button(words, key=f"video_remedy_{number}", on_click=_try, args=(job.opened, change))


def _running(job: VideoJob, word: str, end: Callable[[], None]) -> None:
    """How far one is that works, and the button that ends it; `word` is the key of what stands on that."""
    state = job.now
    if state.finished or job.closed:
        st.rerun()
    progress, phase = state.progress, state.phase
    with st.container(horizontal=True, vertical_alignment="center"):
        if job.stopping:
            st.progress(1.0, text("video.stopping"))
        elif progress is None or phase == "beginning":
            st.progress(0.0, text(f"video.beginning_{job.settings.people}"))
        elif phase == PHASES[0]:
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
        else:
            st.progress(1.0, text("video.finishing", what=text(f"video.phase_{phase}")))
        st.button(text(word), key="cancel_video", on_click=end, disabled=job.stopping)


def _found(job: VideoJob, state: AnalysisState) -> None:
    """The line that says what was found, and what the camera's coach says about it."""
    recording = clip_recording(job, state)
    if recording is None:
        return
    _lost_frames(recording)
    if not recording.people:
        return
    st.caption(_status(job, state, recording))
    _who_was_missing(recording)
    if state.coached is None:
        st.fragment(_coaching, run_every=POLL_S)(job)
        return
    if state.coached.failed:
        st.caption(f":material/info: {text('video.coach_failed')}")
    # About whoever is studied, in the recording as it is measured: a tilt that was taken out is not told again.
    with alone("the camera's coach"):
        about = studied_in_clip(recording, clip_people_shown(recording))
        number = clip_company(job, state).who.numbers[about]
        advice = [*camera_advice(recording, about), *state.coached.pictures.get(number, ())]
        show_advice(advice, "clip_coach", plain(recording.names[about]) if recording.names else "")


def _lost_frames(recording: Recording) -> None:
    """One sentence where frames of the file never came out of it."""
    lost = recording.provenance.get("frames_not_decoded")
    if lost:
        when = recording.provenance["frames_not_decoded_s"].replace("-", "–")
        st.warning(text("video.frames_lost", frames=lost, when=when), icon=":material/content_cut:")
    at_start = recording.provenance.get("frames_lost_at_start")
    if at_start:
        st.warning(text("video.frames_lost_at_start", frames=at_start), icon=":material/content_cut:")


def _who_was_missing(recording: Recording) -> None:
    """From when to when somebody was not found. Of many people only of the one who is studied: the Quality tab has
    them all."""
    people = clip_people_shown(recording)
    told = [(person, sentence) for person in people if (sentence := absence_sentence(recording, person))]
    if not told:
        return
    if len(people) > MOST_TOLD_ABSENT:
        st.caption(text("video.absent_several", count=len(told), quality=text("video.tab_quality")))
    elif recording.names:
        st.caption("  \n".join(f"{plain(recording.names[person])}: {sentence}" for person, sentence in told))
    else:
        st.caption(told[0][1])


def _coaching(job: VideoJob) -> None:
    if job.now.coached is not None:
        st.rerun()
    st.caption(text("video.coaching"))


def _how_it_ended(opened: OpenClip, standing: Standing, state: AnalysisState) -> None:
    """Where it has not come to its end: how far it came, and the way on."""
    if state.complete:
        return
    job = standing.shown
    far = ""
    if state.recording is not None and state.frames:
        until, end = f"{state.recording.time[-1]:.1f}", f"{job.wanted_until_s:.1f}"
        far = text("video.broken_off" if state.error is not None else "video.stopped", until=until, end=end)
    if state.error is not None:
        st.error(f"{plain(error_text(state.error))} {far}".strip(), icon=":material/error:")
    elif far:
        st.info(far, icon=":material/info:")
    changed = job.settings != wanted_settings(opened)  # then there is a button for that
    if standing.coming is None and opened.film is not None and not changed:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.button(text("video.to_the_end"), type="primary", key="analyse_on", on_click=analyse, args=(opened,))
            if state.frames:
                st.caption(text("video.to_the_end_hint"))


def _came_to_nothing(state: AnalysisState) -> None:
    """A new analysis has not taken the place of the one shown."""
    if state.error is not None:
        st.error(f"{plain(error_text(state.error))} {text('video.before_stays')}", icon=":material/error:")
    else:
        st.caption(text("video.coming_stopped"))


def _status(job: VideoJob, state: AnalysisState, recording: Recording) -> str:
    found = finding_summary(recording)["found_share"].max()
    live = state.recording is job.opened.recorded
    seconds = recording.time[-1] if live else state.seconds
    speed = recording.frame_rate if live else recording.frames / max(state.seconds, 0.001)
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


def _try(opened: OpenClip, change: dict[str, Any]) -> None:
    choose_all(change)
    analyse(opened)


def _duration(seconds: float) -> str:
    whole = round(seconds)
    return f"{whole // 60}:{whole % 60:02d}"
