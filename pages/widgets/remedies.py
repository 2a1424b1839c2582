"""What may help when nobody was found in a photo or a clip."""

from __future__ import annotations

from typing import Any

from core import Settings
from core.settings import MODELS
from pages.language import text

LOWER_THRESHOLD = 0.2


def remedies(settings: Settings) -> list[tuple[str, dict[str, Any]]]:
    """What may help, as far as it has not been done yet: words and the choices that it changes."""
    helpful: list[tuple[str, dict[str, Any]]] = []
    if settings.min_detection_confidence > LOWER_THRESHOLD:
        helpful.append((text("image.try_lower", value=LOWER_THRESHOLD), {"min_detection_confidence": LOWER_THRESHOLD}))
    if not settings.enhance_contrast:
        helpful.append((text("image.try_contrast"), {"enhance_contrast": True}))
    other = MODELS[-1] if settings.model != MODELS[-1] else "full"
    helpful.append((text("image.try_model", model=text(f"settings.model_{other}").lower()), {"model": other}))
    return helpful
