"""The settings a user has chosen: kept over a change of page, and written into the link so that it can be shared.

Streamlit can tie a widget to the link by itself, but writes the translated words of an option there. Here the link
holds the settings' own names and values, the same in every language.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import streamlit as st

from core import OverlayStyle, Settings
from core.errors import InvalidSetting
from core.motion.repetitions import MOVEMENTS
from core.recording import SPACES
from core.settings import STORED, FilterSettings
from pages.language import language
from pages.widgets.live_choices import joints_of, targets_of

DEFAULTS: dict[str, str | int | float | bool] = {
    # what is computed
    "model": "full",
    "people": "one",
    "max_people": 10,
    "search": "thorough",
    "min_detection_confidence": 0.5,
    "min_presence_confidence": 0.5,
    "enhance_contrast": False,
    # ... of a clip
    "follow": "largest",
    "every_nth_frame": 1,
    "min_tracking_confidence": 0.5,
    "repair_sides": True,
    "clock": "marked",
    "recorded_fps": 240.0,
    # how curves over time are smoothed
    "smoothing": "butterworth",
    "cutoff_auto": True,
    "cutoff_hz": 6.0,
    "filter_order": 4,
    "window_s": 0.3,
    "gap_s": 0.25,
    "outliers": True,
    # how it looks
    "colours": "sides",
    "line_scale": 1.0,
    "min_visibility": 0.5,
    "low_visibility": "hollow",
    "angles": False,
    "numbers": False,
    "boxes": False,
    "dim_background": False,
    "enhanced": False,
    # how it is read
    "reading": "angle_deg",
    "space": "refined",
    "both": False,
    # ... and what is known of person and camera; 0 for a height that is not known
    "height_cm": 0.0,
    "tilt": "filmed",
    "pitch_deg": 0.0,
    "roll_deg": 0.0,
    # a live camera: the angles in large figures and their target bands as in `pages/widgets/live_choices.py`
    "live_joints": "left_knee,right_knee",
    "live_targets": "",
    "live_movement": "none",
    "live_cues": "off",
    "live_countdown": 3,
    "live_smooth": True,
    "live_fall": False,
}
ANALYSIS = (
    "model",
    "people",
    "max_people",
    "search",
    "min_detection_confidence",
    "min_presence_confidence",
    "enhance_contrast",
)
# Of a clip they count where everyone is looked for.
OF_SEVERAL = ("max_people", "search")
READINGS = ("angle_deg", "flexion_deg")
# Which time of a clip is real: what a mark in the file makes of it, the file's own, or by a known frame rate.
CLOCKS = ("marked", "stored", "rate")
LOWEST_FPS, HIGHEST_FPS = 1.0, 20_000.0
TILTS = ("filmed", "feet", "manual")
LOWEST_CM, HIGHEST_CM = 50.0, 250.0
MOST_PITCH_DEG, MOST_ROLL_DEG = 60.0, 45.0
MOVEMENT_CHOICES = ("none", *MOVEMENTS)
CUES = ("off", "beep", "voice")
LONGEST_COUNTDOWN_S = 15
# Whom a link can name; the one at a clicked point it cannot.
FOLLOWED = ("largest", "central", "first")


def choices() -> dict[str, Any]:
    """The current choices. The first time they are taken from the link, as far as they are valid."""
    if "choices" not in st.session_state:
        st.session_state["choices"] = from_link(st.query_params.to_dict())
    chosen: dict[str, Any] = st.session_state["choices"]
    return chosen


def choose(name: str, value: str | int | float | bool) -> None:
    """Make a choice."""
    choices()[name] = value


def choose_all(chosen: Mapping[str, str | int | float | bool]) -> None:
    """Make several choices."""
    choices().update(chosen)


def reset() -> None:
    """Back to the defaults."""
    st.session_state["choices"] = dict(DEFAULTS)


def settings() -> Settings:
    """What the choices say about the analysis. The mask is always asked for, so that dimming never detects again."""
    return _settings(choices())


def clip_settings(part: tuple[float, float | None], point: tuple[float, float, float] | None) -> Settings:
    """What the choices say about the analysis of a clip.

    Args:
        part: from and to, in seconds.
        point: the time and place where the person to follow was clicked; None to go by the choice.
    """
    names = (*ANALYSIS, "min_tracking_confidence", "every_nth_frame", "repair_sides")
    chosen = {name: choices()[name] for name in names} | {"recorded_frame_rate": recorded_frame_rate()}
    # What is said of one or of several people means nothing for the other: no reason to analyse again.
    if chosen["people"] == "all":
        return Settings(start_s=part[0], end_s=part[1], **chosen)
    for name in OF_SEVERAL:
        del chosen[name]
    follow = choices()["follow"] if point is None else "point"
    return Settings(start_s=part[0], end_s=part[1], follow=follow, follow_point=point, **chosen)


def recorded_frame_rate() -> float | Literal["stored"] | None:
    """What the choices say about slow motion, as `Settings.recorded_frame_rate` has it."""
    clock = choices()["clock"]
    return STORED if clock == "stored" else float(choices()["recorded_fps"]) if clock == "rate" else None


def live_settings() -> Settings:
    """What the choices say about the landmarker of a live camera, which follows one person."""
    names = ("model", "min_detection_confidence", "min_presence_confidence", "min_tracking_confidence", "repair_sides")
    return Settings(people="one", **{name: choices()[name] for name in names})


def smoothing() -> FilterSettings:
    """What the choices say about curves over time."""
    return _smoothing(choices())


def overlay_style() -> OverlayStyle:
    """What the choices say about the look."""
    return _overlay_style(choices())


def write_link() -> None:
    """Put the language and everything that is not the default into the link."""
    link = {name: _as_text(value) for name, value in choices().items() if value != DEFAULTS[name]}
    link["lang"] = language()
    if st.query_params.to_dict() != link:
        st.query_params.from_dict(link)


def from_link(link: Mapping[str, str]) -> dict[str, Any]:
    """Choices from a link's parameters. What is unknown or not allowed is left at its default."""
    chosen = dict(DEFAULTS)
    for name, default in DEFAULTS.items():
        if name not in link:
            continue
        try:
            candidate = {**chosen, name: _from_text(link[name], default)}
            _check(candidate)
        except (ValueError, InvalidSetting):
            continue
        chosen = candidate
    return chosen


def _settings(chosen: Mapping[str, Any]) -> Settings:
    return Settings(segmentation=True, **{name: chosen[name] for name in ANALYSIS})


def _smoothing(chosen: Mapping[str, Any]) -> FilterSettings:
    usual = FilterSettings()
    return FilterSettings(
        method=chosen["smoothing"],
        cutoff_hz=None if chosen["cutoff_auto"] else chosen["cutoff_hz"],
        order=chosen["filter_order"],
        window_s=chosen["window_s"],
        gap_s=chosen["gap_s"],
        outlier_threshold=usual.outlier_threshold if chosen["outliers"] else None,
    )


def _overlay_style(chosen: Mapping[str, Any]) -> OverlayStyle:
    names = (
        "colours",
        "line_scale",
        "min_visibility",
        "low_visibility",
        "angles",
        "numbers",
        "boxes",
        "dim_background",
        "enhanced",
    )
    style = {name: chosen[name] for name in names}
    # The enhanced picture is what the detector sees; without enhancement there is none to show.
    style["enhanced"] = chosen["enhanced"] and chosen["enhance_contrast"]
    return OverlayStyle(**style)


def _check(chosen: Mapping[str, Any]) -> None:
    _settings(chosen)
    _overlay_style(chosen)
    _smoothing({**chosen, "cutoff_auto": False})  # the cut-off may be chosen later
    Settings(**{name: chosen[name] for name in ("follow", "every_nth_frame", "min_tracking_confidence")})
    named = {
        "reading": READINGS,
        "space": SPACES,
        "follow": FOLLOWED,
        "tilt": TILTS,
        "clock": CLOCKS,
        "live_movement": MOVEMENT_CHOICES,
        "live_cues": CUES,
    }
    if any(chosen[name] not in allowed for name, allowed in named.items()):
        raise ValueError("no such reading, space, person, tilt, clock, movement or cue")
    if not LOWEST_FPS <= chosen["recorded_fps"] <= HIGHEST_FPS:
        raise ValueError("no camera records so many frames a second")
    if not 0 <= chosen["live_countdown"] <= LONGEST_COUNTDOWN_S:
        raise ValueError("no such countdown")
    joints_of(chosen["live_joints"])
    targets_of(chosen["live_targets"])
    if chosen["height_cm"] and not LOWEST_CM <= chosen["height_cm"] <= HIGHEST_CM:
        raise ValueError("no such body height")
    if not (abs(chosen["pitch_deg"]) <= MOST_PITCH_DEG and abs(chosen["roll_deg"]) <= MOST_ROLL_DEG):
        raise ValueError("no such tilt")


def _as_text(value: str | int | float | bool) -> str:
    return str(int(value)) if isinstance(value, bool) else f"{value:g}" if isinstance(value, float) else str(value)


def _from_text(word: str, default: str | int | float | bool) -> str | int | float | bool:
    if isinstance(default, bool):
        return {"1": True, "0": False}.get(word, default)
    return type(default)(word)
