"""The camera, live: skeleton, 3D body, large figures of the angles, repetitions; recorded like any other movement."""

from __future__ import annotations

import streamlit as st

from core.media.cameras import allowed_cameras, camera_name
from pages.language import text
from pages.live_protocol import Choices
from pages.live_route import address_of
from pages.widgets.choices import choices, choose, live_settings, overlay_style
from pages.widgets.live_camera import live_camera
from pages.widgets.live_choices import joints_of, targets_of
from pages.widgets.live_desk import live_session
from pages.widgets.live_recordings import live_recordings
from pages.widgets.live_still import still_picture
from pages.widgets.settings_panel import live_settings_panel


def camera_choice() -> str:
    """This device's camera, or one of the server's if any is allowed: its place among them, empty for this device's."""
    allowed = allowed_cameras()
    if not allowed:
        return ""
    options = ["", *(str(place) for place in range(len(allowed)))]
    chosen: str | None = st.segmented_control(
        text("live.source"),
        options,
        format_func=lambda place: (
            text("live.source_server", name=camera_name(allowed[int(place)])) if place else text("live.source_own")
        ),
        default="",
        required=True,
        key="live_source",
        label_visibility="collapsed",
    )
    return chosen or ""


live_settings_panel()
chosen = choices()
targets = targets_of(chosen["live_targets"])
session = live_session()
live_camera(
    address=address_of(session),
    choices=Choices(
        live_settings(),
        smooth=chosen["live_smooth"],
        space=chosen["space"],
        reading=chosen["reading"],
        movement=None if chosen["live_movement"] == "none" else chosen["live_movement"],
        fall=chosen["live_fall"],
    ),
    camera=camera_choice(),
    style=overlay_style(),
    readouts=[(joint, targets.get(joint)) for joint in joints_of(chosen["live_joints"])],
    cues=chosen["live_cues"],
    countdown_s=chosen["live_countdown"],
    key="live",
    on_recorded=lambda _: None,  # the run that it asks for shows it
    on_model=lambda model: choose("model", model),
)
live_recordings(session)
still_picture()
