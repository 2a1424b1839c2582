"""The choice of a live camera's large figures and of the band that each is to stay in."""

from __future__ import annotations

import streamlit as st

from core.motion.angles import JOINTS
from core.motion.readings import shown_reading
from pages.language import body_label, text
from pages.widgets.choices import choices, choose
from pages.widgets.live_choices import BAND_DEG, MOST_JOINTS, joint_words, joints_of, target_words, targets_of


def figures_and_bands() -> None:
    """Which joints, and a band for each."""
    _joints()
    _targets()


def band_limits(joint: str) -> tuple[int, int]:
    """What a joint's target band may lie between, in the reading that is shown of it."""
    return BAND_DEG[shown_reading(joint, choices()["reading"])]


def _joints() -> None:
    key = "setting_live_joints"
    st.session_state[key] = list(joints_of(choices()["live_joints"]))
    st.multiselect(
        text("settings.live_joints"),
        JOINTS,
        format_func=body_label,
        max_selections=MOST_JOINTS,
        key=key,
        help=text("settings.live_joints_help", most=MOST_JOINTS),
        on_change=lambda: choose("live_joints", joint_words(st.session_state[key])),
    )


def _targets() -> None:
    """A band for each chosen joint; from one end of the slider to the other is none."""
    joints = joints_of(choices()["live_joints"])
    if not joints:
        return
    st.markdown(text("settings.live_targets"), help=text("settings.live_targets_help"))
    for joint in joints:
        _target(joint, *band_limits(joint))


def _target(joint: str, low: int, high: int) -> None:
    key = f"live_target_{joint}"
    band = targets_of(choices()["live_targets"]).get(joint, (low, high))
    st.session_state[key] = max(low, min(band[0], high)), max(low, min(band[1], high))

    def changed() -> None:
        targets = targets_of(choices()["live_targets"])
        targets.pop(joint, None)
        if st.session_state[key] != (low, high):
            targets[joint] = st.session_state[key]
        choose("live_targets", target_words(targets))

    st.slider(body_label(joint), low, high, step=5, format="%d°", key=key, on_change=changed)
