"""The coach for the camera: what it says about a photo or a clip, in which words, and where they stand."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import streamlit as st

from core import Recording, Settings, camera_advice
from core.media.videos import Clip
from core.motion.camera_coach import SEVERITIES, Advice
from pages.language import body_label, text
from pages.widgets.analysis import picture_of, recording_of
from pages.widgets.measurement import Measurement
from pages.widgets.photos import Photo

MOST_AT_ONCE = 3
# What is told by the pictures themselves.
PICTURE_KINDS = ("too_dark", "blurred")
ICONS = {"note": ":material/photo_camera:", "warning": ":material/lightbulb:"}


def show_advice(advice: Sequence[Advice], key: str, who: str = "") -> None:
    """The advice in a few calm lines, the most severe first; what is more than three is folded away.

    Args:
        advice: may be none.
        key: the container's.
        who: whom it is about, where there are several.
    """
    if not advice:
        return
    severe_first = sorted(advice, key=lambda each: -SEVERITIES.index(each.severity))
    lines = [f"{ICONS[each.severity]} {advice_text(each)}" for each in severe_first]
    with st.container(key=key, gap="small"):
        first = f"{who}  \n" if who else ""
        st.caption(first + "  \n".join(lines[:MOST_AT_ONCE]))
        if len(lines) > MOST_AT_ONCE:
            with st.expander(text("coach.more", count=len(lines) - MOST_AT_ONCE)):
                st.caption("  \n".join(lines[MOST_AT_ONCE:]))


@st.cache_data(scope="session", max_entries=400, show_spinner=False)
def photo_advice(
    identity: str, settings: Settings, known: Measurement, removed: tuple[int, ...], person: int, _photo: Photo
) -> list[Advice]:
    """What to change about the camera of a photo, its light and blur included. `person` is one of those not removed.

    A tilt that is `known` is taken out of the measures already, and nothing is said about it.
    """
    recording, _ = recording_of(_photo, settings)
    return camera_advice(recording, person, picture_of(_photo, settings).rgb)


def clip_pictures(clip: Clip, recording: Recording) -> dict[int, tuple[Advice, ...]]:
    """What to change about light and blur of a clip, for everyone in it, each by one frame that they are in.

    Args:
        clip: what was analysed.
        recording: what was found in it.

    Returns:
        By person, as found.
    """
    clip = clip.recorded_at(recording.settings.recorded_frame_rate)
    pictures: dict[int, tuple[Advice, ...]] = {}
    with clip.reader() as reader:
        for frame, people in _frames_with(recording).items():
            pts = clip.pts[np.abs(clip.time_s - recording.time[frame]).argmin()]
            shown = next(reader.frames(int(pts), clip.pts[clip.pts == pts]), None)
            if shown is None:
                continue
            for person in people:
                advice = camera_advice(recording, person, shown.rgb, frame)
                pictures[person] = tuple(each for each in advice if each.kind in PICTURE_KINDS)
    return pictures


def _frames_with(recording: Recording) -> dict[int, list[int]]:
    """A few frames that have everyone, each with those who are looked at in it; in the middle of where they all are."""
    found = np.isfinite(recording.image[:, :, 0, 0])
    left = [person for person in range(recording.people) if found[:, person].any()]
    frames: dict[int, list[int]] = {}
    while left:
        there = found[:, left].sum(axis=1)
        most = np.flatnonzero(there == there.max())
        frame = int(most[len(most) // 2])
        frames[frame] = [person for person in left if found[frame, person]]
        left = [person for person in left if not found[frame, person]]
    return frames


def studied_in_clip(recording: Recording, people: Sequence[int]) -> int:
    """Whom the coach speaks about: of those who are looked at whoever was found longest."""
    found = np.isfinite(recording.image[:, list(people), 0, 0])
    return people[int(found.sum(axis=0).argmax())]


def advice_text(advice: Advice) -> str:
    """What to do, in one sentence in the present language."""
    words = {name: _words(name, value) for name, value in advice.values.items()}
    if advice.kind == "view":
        view = words.pop("view")
        return text(f"coach.view_{view}", **words)
    return text(f"coach.{advice.kind}", **words)


def _words(name: str, value: object) -> str:
    if isinstance(value, float):
        return f"{value:.0f}"
    if isinstance(value, tuple):
        return text("coach.between").join(
            text(f"coach.edge_{item}") if name == "edges" else body_label(str(item)) for item in value
        )
    return text(f"coach.turn_{value}") if name == "turn" else str(value)
