"""What the user knows of person and camera: metres and the vertical are put right just after an analysis.

Everything after that takes the recording as it then is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import urlencode

import streamlit as st

from core import Recording
from core.motion.body_height import UNKNOWN, with_body_height
from core.motion.level import estimated_tilt, levelled
from pages.language import text
from pages.widgets.choices import choices


@dataclass(frozen=True)
class Measurement:
    """What is known.

    Attributes:
        height_cm: everybody's body height; 0 if it is not known.
        tilt: "filmed" to leave the camera as it was, "feet" to estimate its tilt, "manual" for the angles below.
        pitch_deg, roll_deg: the camera's tilt, as in `core.motion.level`.
    """

    height_cm: float
    tilt: str
    pitch_deg: float
    roll_deg: float

    @classmethod
    def of(cls, chosen: Mapping[str, Any]) -> Measurement:
        """What the choices say."""
        return cls(chosen["height_cm"], chosen["tilt"], chosen["pitch_deg"], chosen["roll_deg"])

    @property
    def as_query(self) -> str:
        """The same as parameters of an address."""
        return urlencode(asdict(self))

    def apply(self, recording: Recording) -> Recording:
        """The recording with metres and the vertical put right; itself where nothing is known."""
        scaled = with_body_height(recording, self.height_cm / 100 if self.height_cm else None)
        if self.tilt == "manual":
            return levelled(scaled, self.pitch_deg, self.roll_deg)
        tilt = estimated_tilt(scaled) if self.tilt == "feet" else None
        return scaled if tilt is None else levelled(scaled, round(tilt.pitch_deg, 1), round(tilt.roll_deg, 1))


def measurement() -> Measurement:
    """What the user knows."""
    return Measurement.of(choices())


def measurement_line(recording: Recording) -> None:
    """What was done to a measured recording, if anything."""
    known, told = measurement(), recording.provenance
    parts = []
    heights = told.get("scaled_to_body_height_m", "").split(", ") if recording.people else []
    if any(height not in ("", UNKNOWN) for height in heights):
        parts.append(text("image.measured_height", height=f"{known.height_cm:g}"))
    if UNKNOWN in heights:
        parts.append(text("image.measured_no_height", count=heights.count(UNKNOWN)))
    if "levelled_pitch_deg" in told:
        key = "image.measured_feet" if known.tilt == "feet" else "image.measured_manual"
        pitch, roll = (told[f"levelled_{angle}_deg"].replace("-", "−") for angle in ("pitch", "roll"))
        parts.append(text(key, pitch=pitch, roll=roll))
    elif known.tilt == "feet":
        parts.append(text("image.measured_no_tilt"))
    if parts:
        st.caption(" ".join(parts))
