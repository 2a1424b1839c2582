"""From a source to a Recording: what `core` is for."""

from __future__ import annotations

import functools
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.detection.landmarker import MEDIAPIPE_VERSION, Landmarker
from core.detection.models import BUNDLES
from core.detection.people import distinct_people
from core.media.contrast import enhance_contrast
from core.media.images import read_image
from core.recording import Recording
from core.settings import Settings
from core.version import VERSION

# Shared by all callers that bring no landmarker of their own, so that only the first picture loads a model.
shared_landmarker = functools.lru_cache(maxsize=None)(Landmarker)


def analyse_image(
    source: str | Path | bytes | NDArray[np.uint8],
    settings: Settings | None = None,
    *,
    name: str | None = None,
    landmarker: Landmarker | None = None,
) -> Recording:
    """Find the people in a photo.

    Args:
        source: a path, the bytes of a picture file, or an upright RGB picture (H, W, 3) uint8.
        settings: what to do; the defaults if None.
        name: how the recording calls its source; the file's name if None.
        landmarker: one of the settings' model; a shared one if None.

    Returns:
        A recording of one frame. P is the number of people found, which may be 0; the largest person comes first.

    Raises:
        ImageError, InvalidSource: the picture cannot be used.
        ModelError: a bundled model cannot be used.
        DetectionFailed: MediaPipe failed on it.
    """
    settings = settings or Settings()
    picture = read_image(source, settings, name)
    seen = enhance_contrast(picture.rgb) if settings.enhance_contrast else picture.rgb
    found = (landmarker or shared_landmarker(settings.model)).detect(seen, settings)
    people = distinct_people(found.image, found.visibility)
    height, width = picture.rgb.shape[:2]
    return Recording(
        time=np.zeros(1),
        image=found.image[None, people],
        world=found.world[None, people],
        visibility=found.visibility[None, people],
        presence=found.presence[None, people],
        mask=None if found.mask is None else found.mask[None],
        width=width,
        height=height,
        frame_rate=0.0,
        source=picture.name,
        settings=settings,
        provenance=provenance(settings),
    )


def provenance(settings: Settings) -> dict[str, str]:
    """What made a recording: versions, the model and its SHA-256."""
    return {
        "posescope": VERSION,
        "mediapipe": MEDIAPIPE_VERSION,
        "model": settings.model,
        "model_sha256": BUNDLES[settings.model].sha256,
    }
