"""The filtered angles of a clip, worked out once for each choice, and the words for how they were filtered."""

from __future__ import annotations

import threading
import weakref
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from core import FilterSettings, Recording
from core.motion.groups import GROUPS
from core.motion.kinematics import Kinematics, angle_kinematics
from core.motion.smoothing import usual_rate_hz
from pages.language import text
from pages.widgets.choices import choices, smoothing

# The choices that are kept of one recording; the oldest go first. Ten minutes of one person are 15 MB each.
MOST_KEPT = 6


@dataclass(eq=False)
class _Answers:
    """Of one recording. The lock is held while one is worked out: page and player ask at once, and for the same."""

    kept: dict[tuple[object, ...], Kinematics] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)


# Held by the recording itself, which belongs to one session: the player's route has no session to keep it in.
_answers: weakref.WeakKeyDictionary[Recording, _Answers] = weakref.WeakKeyDictionary()
_answers_lock = threading.Lock()


def smoothed(recording: Recording, group: str, space: str, reading: str, settings: FilterSettings) -> Kinematics:
    """A group's angles of a whole recording, filtered. Asked for again it is there at once.

    Args:
        recording: complete: another one is another question.
        group: one of GROUPS.
        space: what to measure in.
        reading: "angle_deg" or "flexion_deg"; groups with a reading of their own take that.
        settings: how to filter.

    Raises:
        SpaceNotAvailable: the recording does not hold these coordinates.
    """
    answers = _answers_of(recording)
    wanted = (group, space, GROUPS[group].reading(reading), settings)
    with answers.lock:
        found = answers.kept.get(wanted)
        if found is None:
            angles = GROUPS[group].measure(recording, space)
            found = angle_kinematics(angles, GROUPS[group].reading(reading), settings)
            for oldest in list(answers.kept)[: max(0, len(answers.kept) - MOST_KEPT + 1)]:
                del answers.kept[oldest]
            answers.kept[wanted] = found
    return found


def share_curves(recording: Recording, renamed: Recording) -> None:
    """What is or will be filtered for one is there for the other: they differ in nothing but the people's names."""
    answers = _answers_of(recording)
    with _answers_lock:
        _answers[renamed] = answers


def _answers_of(recording: Recording) -> _Answers:
    with _answers_lock:
        return _answers.setdefault(recording, _Answers())


def smoothed_for_page(recording: Recording, group: str, space: str) -> Kinematics:
    """The same as the choices say, with words while it takes its time: seconds for a clip of many minutes."""
    with st.spinner(text("video.filtering")):
        return smoothed(recording, group, space, choices()["reading"], smoothing())


def filter_sentence(kinematics: Kinematics, people: Sequence[int]) -> str:
    """How the curves of a group were cleaned and filtered, in sentences: the same wherever they are shown.

    It is about all curves of the group, whichever of them a player or a chart shows at the moment, so that two of them
    never state different cut-offs for the same curve.
    """
    sentences = [text("video.curves_filter", filter=filter_words(kinematics, people))]
    if kinematics.settings.method == "butterworth" and len(np.unique(_cutoffs_hz(kinematics, people))) > 1:
        joints = kinematics.angles.column == "joint"
        sentences.append(text("video.filter_each" if joints else "video.filter_each_segment"))
    return " ".join([*sentences, cleaning_words(kinematics.settings)]).strip()


def filter_words(kinematics: Kinematics, people: Sequence[int]) -> str:
    """The filter of all curves of a group of these people: "Butterworth, 2.1 to 6.2 Hz, order 4"."""
    settings = kinematics.settings
    if settings.method == "savgol":
        return text("video.filter_savgol", window=f"{settings.window_s:g}", degree=settings.polynomial)
    if settings.method == "none":
        return text("video.filter_none")
    cutoffs = _cutoffs_hz(kinematics, people)
    words = text("video.filter_butterworth", cutoff=_span(cutoffs), order=settings.order)
    half_rate_hz = usual_rate_hz(kinematics.angles.time) / 2
    if cutoffs.size and half_rate_hz and cutoffs.min() >= 0.499 * 2 * half_rate_hz:
        words += text("video.filter_too_high", half=f"{half_rate_hz:.1f}")
    return words


def cleaning_words(settings: FilterSettings) -> str:
    """What else was done to the curves, in sentences; empty if nothing."""
    done = []
    if settings.outlier_threshold is not None:
        done.append(text("video.cleaned_outliers"))
    if settings.gap_s:
        done.append(text("video.cleaned_gaps", gap=f"{settings.gap_s:g}"))
    return " ".join(done)


def _cutoffs_hz(kinematics: Kinematics, people: Sequence[int]) -> NDArray[np.float64]:
    return kinematics.signed.cutoff_hz[list(people)]


def _span(values: NDArray[np.float64]) -> str:
    low, high = (f"{value:.1f}" for value in (values.min(initial=np.inf), values.max(initial=0.0)))
    return low if low == high else text("video.filter_from_to", low=low, high=high)
