"""The files to take away: of the photo that is shown, and of all open photos together."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import streamlit as st

from core import OverlayStyle, Recording, Settings
from core.errors import PosescopeError
from core.export.angles_csv import angles_csv
from core.export.archive_zip import archive_zip
from core.export.csv_text import Unmeasured
from core.export.landmarks_csv import landmarks_csv
from core.export.overlay_png import overlay_png
from core.export.provenance import file_stem
from core.export.recording_json import recording_json
from core.export.segments_csv import segments_csv
from core.export.skeleton_html import skeleton_html
from pages.language import body_labels, error_text, export_texts, text
from pages.widgets.analysis import company_of, picture_of, recording_of
from pages.widgets.choices import choices
from pages.widgets.photos import Photo, photos
from pages.widgets.plain_text import plain, plain_name
from pages.widgets.rendering import full_pixels, shown_recording


def photo_downloads(photo: Photo, settings: Settings, style: OverlayStyle, people: tuple[int, ...]) -> None:
    """Everything about one photo. The files are made when they are asked for."""
    recording, picture = shown_recording(photo, settings, style), picture_of(photo, settings)
    theme = st.context.theme.type or "light"
    space, reading = choices()["space"], choices()["reading"]
    label, texts = body_labels(), export_texts()
    colours = company_of(photo, settings).who.colours
    stem = file_stem(photo.name)

    def archive() -> bytes:
        return archive_zip(
            full_pixels(picture, style),
            recording,
            style,
            people=people,
            space=space,
            reading=reading,
            theme=theme,
            label=label,
            texts=texts,
            colours=colours,
        )

    def annotated() -> bytes:
        rgb = full_pixels(picture, style)
        return overlay_png(rgb, recording, style, people=people, space=space, reading=reading, colours=colours)

    def in_3d() -> bytes:
        return skeleton_html(
            recording,
            people=people,
            space=space,
            theme=theme,
            label=label,
            texts=texts,
            colours=colours,
            min_visibility=style.min_visibility,
            low_visibility=style.low_visibility,
        )

    st.markdown(f"#### {text('image.this_photo')}")
    with st.container(horizontal=True):
        _button("zip", f"{stem}.zip", "application/zip", archive, primary=True)
        _button("landmarks", f"{stem}_landmarks.csv", "text/csv", lambda: landmarks_csv([recording]))
        _button("angles", f"{stem}_angles.csv", "text/csv", lambda: angles_csv([recording], space))
        _button("segments", f"{stem}_segments.csv", "text/csv", lambda: segments_csv([recording], space))
        _button("json", f"{stem}_recording.json", "application/json", lambda: recording_json(recording, space))
        _button("png", f"{stem}_overlay.png", "image/png", annotated)
        _button("html", f"{stem}_skeleton.html", "text/html", in_3d)
    st.caption(text("image.download_hint"))


def all_photos_downloads(settings: Settings) -> None:
    """One table for all open photos, once they have been measured."""
    opened = photos()
    if len(opened) < 2:
        return
    st.markdown(f"#### {text('image.all_photos', count=len(opened))}")
    wanted = (settings, tuple(photo.identity for photo in opened))
    if st.session_state.get("all_measured") != wanted:
        st.button(
            text("image.measure_all", count=len(opened)),
            key="measure_all",
            on_click=lambda: st.session_state.update(measure_now=True),
        )
        if not st.session_state.pop("measure_now", False):
            return
        _measure(opened, settings)
        st.session_state["all_measured"] = wanted
        st.rerun()
    recordings = [_recording_or_problem(photo, settings) for photo in opened]
    _say_what_is_missing(recordings)
    space = choices()["space"]
    with st.container(horizontal=True):
        _button("all_landmarks", "posescope_landmarks.csv", "text/csv", lambda: landmarks_csv(recordings))
        _button("all_angles", "posescope_angles.csv", "text/csv", lambda: angles_csv(recordings, space))
        _button("all_segments", "posescope_segments.csv", "text/csv", lambda: segments_csv(recordings, space))


def _measure(opened: list[Photo], settings: Settings) -> None:
    """Measure every photo, with progress. Each result is kept, so that after Cancel the rest goes on from there."""
    progress = st.progress(0.0)
    st.button(text("image.cancel"), key="cancel_measuring")
    start = time.monotonic()
    for done, photo in enumerate(opened):
        left = (time.monotonic() - start) / done * (len(opened) - done) if done else 0.0
        progress.progress(
            done / len(opened),
            text("image.measuring", done=done, count=len(opened), name=plain_name(photo.name), seconds=f"{left:.0f}"),
        )
        _recording_or_problem(photo, settings)


def _say_what_is_missing(recordings: Sequence[Recording | Problem]) -> None:
    """Which photos have nothing in the tables but the reason."""
    for problem in recordings:
        if isinstance(problem, Problem):
            st.warning(plain(problem.sentence), icon=":material/error:")
    nobody = [each.source for each in recordings if isinstance(each, Recording) and not each.people]
    if nobody:
        names = text("coach.between").join(plain_name(name) for name in nobody)
        if len(nobody) == 1:
            st.caption(text("image.one_without_anybody", names=names))
        else:
            st.caption(text("image.without_anybody", count=len(nobody), names=names))


@dataclass(frozen=True)
class Problem(Unmeasured):
    """A photo that could not be measured; `sentence` says why in the page's language, `reason` in English."""

    sentence: str


def _recording_or_problem(photo: Photo, settings: Settings) -> Recording | Problem:
    try:
        return recording_of(photo, settings)[0]
    except PosescopeError as error:
        return Problem(photo.name, str(error), error_text(error))


def _button(kind: str, file_name: str, mime: str, make: Callable[[], bytes], *, primary: bool = False) -> None:
    st.download_button(
        text(f"image.download_{kind}"),
        make,
        file_name,
        mime,
        key=f"download_{kind}",
        on_click="ignore",
        type="primary" if primary else "secondary",
        icon=":material/download:",
    )
