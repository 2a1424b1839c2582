"""Pictures for the screen: the original and its overlay as JPEG, thumbnails. Each drawn once and kept for its user."""

from __future__ import annotations

import math

import cv2
import numpy as np
import streamlit as st
from numpy.typing import NDArray

from core import OverlayStyle, Recording, Settings, analyse_image, joint_angles
from core.errors import PosescopeError
from core.media.contrast import enhance_contrast
from core.media.images import read_image
from core.media.picture import Picture
from core.media.videos import open_clip
from core.view.angle_labels import angle_labels
from core.view.overlay import draw_overlay, person_box
from core.view.screen import LONGEST_SIDE_PX, for_screen
from pages.widgets.analysis import landmarker, picture_of, recording_of, with_mask
from pages.widgets.measurement import Measurement
from pages.widgets.photos import Photo
from pages.widgets.roster import Who

THUMBNAIL_HEIGHT_PX = 120
WIDEST_THUMBNAIL = 3
# Width over height.
CLOSE_UP_SHAPE = 0.85
SHINING_SHARE = 0.3


def full_pixels(picture: Picture, style: OverlayStyle) -> NDArray[np.uint8]:
    """What the overlay is drawn on in files: (H, W, 3) uint8, full size. It may take a while to decode."""
    return enhance_contrast(picture.rgb) if style.enhanced else picture.rgb


def screen_pixels(photo: Photo, settings: Settings) -> NDArray[np.uint8]:
    """The picture at least as large as the screen needs it, (h, w, 3) uint8."""
    return picture_of(photo, settings).reduced(LONGEST_SIDE_PX).rgb


def shown_recording(photo: Photo, settings: Settings, style: OverlayStyle) -> Recording:
    """What the overlay shows, with the mask only if it is needed."""
    return with_mask(photo, settings) if style.dim_background else recording_of(photo, settings)[0]


@st.cache_data(scope="session", max_entries=24, show_spinner=False)
def original_jpeg(identity: str, settings: Settings, _photo: Photo) -> bytes:
    """The photo as it is, at screen size."""
    rgb, _ = for_screen(screen_pixels(_photo, settings), recording_of(_photo, settings)[0])
    return _jpeg(rgb)


@st.cache_data(scope="session", max_entries=24, show_spinner=False)
def overlay_jpeg(
    identity: str,
    settings: Settings,
    style: OverlayStyle,
    people: tuple[int, ...],
    reading: str,
    space: str,
    known: Measurement,
    who: Who,
    _photo: Photo,
) -> bytes:
    """The photo with the chosen people's skeletons, at screen size. What is `known` changes the angles in it."""
    recording = shown_recording(_photo, settings, style)
    rgb, small = for_screen(screen_pixels(_photo, settings), recording)
    rgb = enhance_contrast(rgb) if style.enhanced else rgb
    labels = angle_labels(joint_angles(recording, space), reading) if style.angles else None
    return _jpeg(draw_overlay(rgb, small, style, people=people, angle_labels=labels, colours=who.colours))


@st.cache_data(scope="session", max_entries=400, show_spinner=False)
def thumbnail_jpeg(identity: str, settings: Settings, _photo: Photo) -> bytes | None:
    """A small picture; None if the photo cannot be read."""
    try:
        picture = read_image(_photo.content, settings, _photo.name)
        shape = max(picture.width, picture.height) / picture.height
        rgb = picture.reduced(math.ceil(shape * THUMBNAIL_HEIGHT_PX)).rgb
    except PosescopeError:
        return None
    height, width = rgb.shape[:2]
    # Of a panorama the middle is shown, else its thumbnail would be as long as itself.
    shown = min(width, WIDEST_THUMBNAIL * height)
    rgb = rgb[:, (width - shown) // 2 : (width + shown) // 2]
    size = (max(1, round(shown * THUMBNAIL_HEIGHT_PX / height)), THUMBNAIL_HEIGHT_PX)
    return _jpeg(np.asarray(cv2.resize(rgb, size, interpolation=cv2.INTER_AREA), np.uint8))


@st.cache_data(max_entries=16, show_spinner=False)
def close_up_jpeg(identity: str, settings: Settings, style: OverlayStyle, _photo: Photo) -> bytes:
    """The people in a sample with their skeletons, cut out in a fixed shape. Samples are nobody's secret: shared."""
    return _jpeg(_cut_out(*_with_skeletons(read_image(_photo.content, settings, _photo.name).rgb, settings, style)))


@st.cache_data(max_entries=4, show_spinner=False)
def moments_jpeg(name: str, times_s: tuple[float, ...], settings: Settings, style: OverlayStyle, _clip: bytes) -> bytes:
    """The same of moments of a sample clip in one picture: the last one, and those before it shining through."""
    pictures, boxes = zip(
        *(_with_skeletons(_moment(_clip, time_s), settings, style) for time_s in times_s), strict=True
    )
    together = pictures[0]
    for picture in pictures[1:]:
        together = np.asarray(cv2.addWeighted(together, SHINING_SHARE, picture, 1 - SHINING_SHARE, 0), np.uint8)
    return _jpeg(_cut_out(together, np.concatenate(boxes)))


def _moment(content: bytes, time_s: float) -> NDArray[np.uint8]:
    clip = open_clip(content)
    with clip.reader() as reader:
        return next(reader.frames(int(clip.pts[np.searchsorted(clip.time_s, time_s)]))).rgb


def _with_skeletons(
    rgb: NDArray[np.uint8], settings: Settings, style: OverlayStyle
) -> tuple[NDArray[np.uint8], NDArray[np.float64]]:
    """The picture with everyone's skeleton, and their boxes (P, 4): left, top, right, bottom."""
    recording = analyse_image(rgb, settings, landmarker=landmarker(settings.model))
    boxes = [person_box(recording, 0, person) for person in range(recording.people)]
    labels = angle_labels(joint_angles(recording), "flexion_deg") if style.angles else None
    return draw_overlay(rgb, recording, style, angle_labels=labels), np.array([box for box in boxes if box is not None])


def _cut_out(rgb: NDArray[np.uint8], boxes: NDArray[np.float64]) -> NDArray[np.uint8]:
    """The part of a picture around boxes (P, 4), in the tiles' shape, at most as large as the picture."""
    (left, top), (right, bottom) = boxes[:, :2].min(axis=0), boxes[:, 2:].max(axis=0)
    height, width = rgb.shape[:2]
    cut_height = min(height, width / CLOSE_UP_SHAPE, max(bottom - top, (right - left) / CLOSE_UP_SHAPE) * 1.15)
    cut_width = cut_height * CLOSE_UP_SHAPE
    x = int(np.clip((left + right - cut_width) / 2, 0, width - cut_width))
    y = int(np.clip((top + bottom - cut_height) / 2, 0, height - cut_height))
    return rgb[y : y + int(cut_height), x : x + int(cut_width)]


def _jpeg(rgb: NDArray[np.uint8]) -> bytes:
    _, encoded = cv2.imencode(".jpg", cv2.cvtColor(rgb, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, 90])
    return encoded.tobytes()
