"""What has been recorded live in this session: name it, open it on the Video page, download it, or discard it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import streamlit as st

from core import Recording
from core.export.angles_csv import angles_csv
from core.export.landmarks_csv import landmarks_csv
from core.export.provenance import file_stem
from core.export.recording_json import recording_json
from core.live import LONGEST_RECORDING_S
from pages.language import text
from pages.live_sessions import MOST_RECORDINGS, LiveRecording, LiveSession
from pages.widgets.choices import choices
from pages.widgets.video_source import open_live_recording


def live_recordings(session: LiveSession) -> None:
    """All of them, the newest first."""
    recordings = session.recordings
    if not recordings:
        st.caption(text("live.no_recordings", minutes=f"{LONGEST_RECORDING_S / 60:g}"))
        return
    st.subheader(text("live.recordings"))
    for kept in recordings:
        with st.container(border=True, key=f"live_recording_{kept.number}"):
            _recording(session, kept)
    st.caption(text("live.recordings_hint", most=MOST_RECORDINGS))


def _recording(session: LiveSession, kept: LiveRecording) -> None:
    recording = kept.recording
    name = _name(kept)
    st.caption(
        text(
            "live.recorded_video" if kept.video else "live.recorded_landmarks",
            seconds=f"{recording.time[-1]:.1f}",
            frames=recording.frames,
            speed=f"{recording.frame_rate:.0f}",
        )
    )
    if kept.ended_by != "stop":
        st.info(text(f"live.ended_by_{kept.ended_by}"), icon=":material/info:")
    if not recording.people:
        st.info(text("live.nobody_recorded"), icon=":material/person_off:")
    with st.container(horizontal=True, vertical_alignment="center"):
        if st.button(
            text("live.open_in_video"), key=f"live_open_{kept.number}", type="primary", icon=":material/movie:"
        ):
            open_live_recording(name, recording, kept.video)
            st.switch_page("video.py")
        if recording.people:
            _downloads(kept, name)
        st.button(
            text("live.discard"),
            key=f"live_discard_{kept.number}",
            type="tertiary",
            icon=":material/delete:",
            on_click=session.forget,
            args=(kept.identity,),
        )


def _name(kept: LiveRecording) -> str:
    usual = text("live.usual_name", number=kept.number)
    given = st.text_input(text("live.name"), value=usual, key=f"live_name_{kept.number}", max_chars=80)
    return given.strip() or usual


def _downloads(kept: LiveRecording, name: str) -> None:
    named = replace(kept.recording, source=name)
    space = choices()["space"]

    def button(kind: str, suffix: str, mime: str, make: Callable[[Recording], bytes]) -> None:
        st.download_button(
            text(f"video.download_{kind}"),
            lambda: make(named),
            f"{file_stem(name)}{suffix}",
            mime,
            key=f"live_{kind}_{kept.number}",
            on_click="ignore",
            icon=":material/download:",
        )

    button("landmarks_csv", "_landmarks.csv", "text/csv", lambda recording: landmarks_csv([recording]))
    button("angles_csv", "_angles.csv", "text/csv", lambda recording: angles_csv([recording], space))
    button("json", ".json", "application/json", lambda recording: recording_json(recording, space))
    if kept.video is not None:
        _video_button(kept, name, kept.video)


def _video_button(kept: LiveRecording, name: str, video: Path) -> None:
    st.download_button(
        text("live.download_video"),
        video.read_bytes,
        f"{file_stem(name)}.mp4",
        "video/mp4",
        key=f"live_mp4_{kept.number}",
        on_click="ignore",
        icon=":material/download:",
    )
