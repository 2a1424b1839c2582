"""The dashboard's way to core: with models shared by all users, and each user's results kept for that user only."""

from __future__ import annotations

import dataclasses
import time
import zlib

import numpy as np
import streamlit as st

from core import Recording, Settings, analyse_image
from core.detection.landmarker import Landmarker
from core.detection.photo import prepare
from core.media.images import read_image
from core.media.picture import Picture
from core.settings import MODELS
from pages.widgets.measurement import measurement
from pages.widgets.people import IN_PHOTO, Company
from pages.widgets.photos import Photo
from pages.widgets.roster import who


@st.cache_resource(max_entries=len(MODELS), show_spinner=False, on_release=Landmarker.close)
def landmarker(model: str) -> Landmarker:
    """One landmarker a model for everybody: it may be used by any number of threads."""
    return Landmarker(model)


def recording_of(photo: Photo, settings: Settings) -> tuple[Recording, float]:
    """Who is in a photo, named and measured as the user wants it, without the mask, and the milliseconds that it took.

    Raises:
        PosescopeError: the photo or a model cannot be used.
    """
    found, milliseconds, _ = _recording(photo.identity, settings, photo)
    _people_found()[photo.identity, settings] = found.people
    return _as_told(photo, settings, found), milliseconds


def shows_nobody(photo: Photo, settings: Settings) -> bool:
    """Whether it is known that nobody is in a photo, or nobody is left whom the user has not taken out.

    Nothing is looked for: of a photo that has not been shown or measured with these settings nothing is known.
    """
    key = (photo.identity, settings)
    found = _people_found().get(key)
    return found is not None and not who(key, found).numbers


def _people_found() -> dict[tuple[str, Settings], int]:
    known: dict[tuple[str, Settings], int] = st.session_state.setdefault("people_found", {})
    return known


def company_of(photo: Photo, settings: Settings) -> Company:
    """Who is in a photo, as the user has told.

    Raises:
        PosescopeError: the photo or a model cannot be used.
    """
    return _company(photo, settings, _recording(photo.identity, settings, photo)[0])


def with_mask(photo: Photo, settings: Settings) -> Recording:
    """The same recording with its mask."""
    found, _, packed = _recording(photo.identity, settings, photo)
    bits = np.unpackbits(np.frombuffer(zlib.decompress(packed), np.uint8), count=found.width * found.height)
    mask = 255 * bits.reshape(1, found.height, found.width)
    return _as_told(photo, settings, dataclasses.replace(found, mask=mask))


def picture_of(photo: Photo, settings: Settings) -> Picture:
    """The photo upright; its pixels are decoded when they are asked for.

    Raises:
        PosescopeError: the photo cannot be used.
    """
    return _picture(photo.identity, photo, settings)


def _as_told(photo: Photo, settings: Settings, found: Recording) -> Recording:
    """Without those who are no people, so that they do not count for the camera's tilt either.

    What was found belongs to a content, which several photos may have: the name is this photo's.
    """
    found = dataclasses.replace(found, source=photo.name)
    return measurement().apply(_company(photo, settings, found).who.apply(found))


def _company(photo: Photo, settings: Settings, found: Recording) -> Company:
    key = (photo.identity, settings)
    return Company(IN_PHOTO, key, who(key, found.people))


@st.cache_resource(scope="session", max_entries=4, show_spinner=False)
def _picture(identity: str, _photo: Photo, _settings: Settings) -> Picture:
    return read_image(_photo.content, _settings, _photo.name)


@st.cache_data(scope="session", max_entries=400, show_spinner=False)
def _recording(identity: str, settings: Settings, _photo: Photo) -> tuple[Recording, float, bytes]:
    """The recording without its mask, the milliseconds it took, and the mask packed to a thousandth of its size."""
    picture = picture_of(_photo, settings)
    model = landmarker(settings.model)
    prepare(settings, model)  # the time that is shown is the detection's, not the loading's
    start = time.perf_counter()
    recording = analyse_image(picture, settings, landmarker=model)
    milliseconds = 1000 * (time.perf_counter() - start)
    assert recording.mask is not None
    packed = zlib.compress(np.packbits(recording.mask > 0).tobytes(), 1)
    return dataclasses.replace(recording, mask=None), milliseconds, packed
