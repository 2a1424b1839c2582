"""The words of the coach for the camera."""

from __future__ import annotations

from core.motion.camera_coach import Advice
from pages.language import body_label, text


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
