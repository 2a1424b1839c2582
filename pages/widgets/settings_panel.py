"""The settings in the sidebar, in groups, each with a line of help."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st

from core.recording import SPACES
from core.settings import COLOURS, FILTERS, LOW_VISIBILITY, MODELS, MOST_PEOPLE, PEOPLE, SEARCHES
from pages.language import text
from pages.widgets.choices import (
    CLOCKS,
    CUES,
    FOLLOWED,
    HIGHEST_CM,
    HIGHEST_FPS,
    LONGEST_COUNTDOWN_S,
    LOWEST_CM,
    LOWEST_FPS,
    MOST_PITCH_DEG,
    MOST_ROLL_DEG,
    MOVEMENT_CHOICES,
    READINGS,
    TILTS,
    choices,
    choose,
    reset,
)
from pages.widgets.live_figures import figures_and_bands


def settings_panel() -> None:
    """All settings of the Image page."""
    with st.sidebar:
        with st.expander(text("settings.detection"), expanded=True):
            _options("model", MODELS)
            _options("people", PEOPLE)
            _slider("min_detection_confidence", 0.0, 1.0, 0.05)
            _toggle("enhance_contrast")
        with st.expander(text("settings.more")):
            _slider("min_presence_confidence", 0.0, 1.0, 0.05)
            if choices()["people"] == "all":
                _slider("max_people", 1, MOST_PEOPLE, 1)
            _options("search", SEARCHES)
        with st.expander(text("settings.overlay")):
            _overlay()
        with st.expander(text("settings.measurement")):
            _measurement()
        st.button(text("settings.reset"), on_click=reset, type="tertiary", key="reset_settings")


def clip_settings_panel() -> None:
    """All settings of the Video page."""
    with st.sidebar:
        with st.expander(text("settings.detection"), expanded=True):
            _options("model", MODELS)
            _options("people", PEOPLE)
            if choices()["people"] == "one":
                _options("follow", FOLLOWED)
        with st.expander(text("settings.more")):
            for name in ("min_detection_confidence", "min_presence_confidence", "min_tracking_confidence"):
                _slider(name, 0.05, 0.95, 0.05)
            _toggle("repair_sides")
            _toggle("enhance_contrast")
            _clock()
            if choices()["people"] == "all":
                _slider("max_people", 2, MOST_PEOPLE, 1)
                _options("search", SEARCHES)
        with st.expander(text("settings.overlay")):
            _options("colours", COLOURS)
            _slider("min_visibility", 0.0, 1.0, 0.05)
            _options("low_visibility", LOW_VISIBILITY)
            _slider("line_scale", 0.25, 4.0, 0.25)
        with st.expander(text("settings.measurement")):
            _measurement()
        with st.expander(text("settings.smoothing_group")):
            _smoothing()
        st.button(text("settings.reset"), on_click=reset, type="tertiary", key="reset_settings")


def live_settings_panel() -> None:
    """All settings of the Live page."""
    with st.sidebar:
        with st.expander(text("live.figures"), expanded=True):
            figures_and_bands()
        with st.expander(text("live.training"), expanded=True):
            words = _words_of("live_movement")
            _choice("live_movement", st.selectbox, options=MOVEMENT_CHOICES, format_func=words)
            _options("live_cues", CUES)
            _toggle("live_fall")
            _slider("live_countdown", 0, LONGEST_COUNTDOWN_S, 1)
        with st.expander(text("settings.detection")):
            _options("model", MODELS)
            for name in ("min_detection_confidence", "min_presence_confidence", "min_tracking_confidence"):
                _slider(name, 0.05, 0.95, 0.05)
            _toggle("live_smooth")
            _toggle("repair_sides")
        with st.expander(text("settings.overlay")):
            _options("colours", COLOURS)
            _slider("min_visibility", 0.0, 1.0, 0.05)
            _options("low_visibility", LOW_VISIBILITY)
            _slider("line_scale", 0.5, 3.0, 0.25)
        with st.expander(text("settings.measurement")):
            _options("reading", READINGS)
            _options("space", SPACES)
        st.button(text("settings.reset"), on_click=reset, type="tertiary", key="reset_settings")


def every_nth_frame() -> None:
    """How many frames of a clip are analysed, beside the choice of its part."""
    _slider("every_nth_frame", 1, 10, 1)


def written_into_picture() -> None:
    """What can be written and drawn into a picture beside the skeleton."""
    for name in ("angles", "numbers", "boxes"):
        _toggle(name)


def _clock() -> None:
    """What is known of a clip's slow motion."""
    _options("clock", CLOCKS)
    if choices()["clock"] == "rate":
        _choice(
            "recorded_fps",
            st.number_input,
            min_value=LOWEST_FPS,
            max_value=HIGHEST_FPS,
            step=1.0,
            format="%.6g",
        )


def _smoothing() -> None:
    _choice("smoothing", st.selectbox, options=FILTERS, format_func=lambda method: text(f"settings.smoothing_{method}"))
    if choices()["smoothing"] == "butterworth":
        _toggle("cutoff_auto")
        if not choices()["cutoff_auto"]:
            _slider("cutoff_hz", 1.0, 15.0, 0.5)
        _slider("filter_order", 2, 8, 2)
    elif choices()["smoothing"] == "savgol":
        _slider("window_s", 0.1, 1.0, 0.05)
    _slider("gap_s", 0.0, 1.0, 0.05)
    _toggle("outliers")


def _overlay() -> None:
    _options("colours", COLOURS)
    written_into_picture()
    _slider("min_visibility", 0.0, 1.0, 0.05)
    _options("low_visibility", LOW_VISIBILITY)
    _slider("line_scale", 0.25, 4.0, 0.25)
    _toggle("dim_background")
    if choices()["enhance_contrast"]:
        _toggle("enhanced")


def _measurement() -> None:
    _options("reading", READINGS)
    _options("space", SPACES)
    _height()
    _options("tilt", TILTS)
    if choices()["tilt"] == "manual":
        for name, most in (("pitch_deg", MOST_PITCH_DEG), ("roll_deg", MOST_ROLL_DEG)):
            _choice(name, st.number_input, min_value=-most, max_value=most, step=1.0, format="%.1f")


def _height() -> None:
    """The one choice that may be left empty."""
    key = "setting_height_cm"
    st.session_state[key] = choices()["height_cm"] or None
    st.number_input(
        text("settings.height_cm"),
        min_value=LOWEST_CM,
        max_value=HIGHEST_CM,
        value=None,
        step=1.0,
        format="%.0f",
        placeholder=text("settings.height_unknown"),
        key=key,
        help=text("settings.height_cm_help"),
        on_change=lambda: choose("height_cm", st.session_state[key] or 0.0),
    )


def _options(name: str, options: Sequence[str]) -> None:
    _choice(name, st.segmented_control, options=options, format_func=_words_of(name), required=True)


def _words_of(name: str) -> Callable[[str], str]:
    """The words for a setting's options."""

    def words(option: str) -> str:
        return text(f"settings.{name}_{option}")

    return words


def _slider(name: str, low: float, high: float, step: float) -> None:
    # A link may hold any number that core allows.
    value = choices()[name]
    _choice(name, st.slider, min_value=min(low, value), max_value=max(high, value), step=step)


def _toggle(name: str) -> None:
    _choice(name, st.toggle)


def _choice(name: str, widget: Callable[..., Any], **arguments: Any) -> None:
    """A widget that shows a choice and changes it."""
    key = f"setting_{name}"
    st.session_state[key] = choices()[name]
    help_key = f"settings.{name}_help"
    widget(
        text(f"settings.{name}"),
        key=key,
        help=text(help_key),
        on_change=lambda: choose(name, st.session_state[key]),
        **arguments,
    )
