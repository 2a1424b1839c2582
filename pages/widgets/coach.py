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


def clip_advice(clip: Clip, recording: Recording) -> tuple[int, list[Advice]]:
    """The same of a clip, about whoever was found longest. Light and blur are those of one frame in the middle.

    Returns:
        The person and the advice.
    """
    found = np.isfinite(recording.image[:, :, 0, 0])
    if not found.any():
        return 0, []
    person = int(found.sum(axis=0).argmax())
    frames = np.flatnonzero(found[:, person])
    frame = int(frames[len(frames) // 2])
    clip = clip.recorded_at(recording.settings.recorded_frame_rate)
    pts = clip.pts[np.abs(clip.time_s - recording.time[frame]).argmin()]
    with clip.reader() as reader:
        shown = next(reader.frames(int(pts), clip.pts[clip.pts == pts]), None)
    return person, camera_advice(recording, person, None if shown is None else shown.rgb, frame)


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
