"""The files to take away from a clip.

Tables are written to a file of the session first, so that memory holds them once. The annotated video is made in the
background.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from pathlib import Path

import streamlit as st

from core import OverlayStyle, Recording
from core.export.angles_csv import write_angles_csv
from core.export.annotated_mp4 import annotated_mp4
from core.export.kinematics_csv import write_kinematics_csv
from core.export.landmarks_csv import write_landmarks_csv
from core.export.parquet import angles_parquet, kinematics_parquet, landmarks_parquet
from core.export.provenance import file_stem
from core.export.recording_json import write_recording_json
from core.export.segments_csv import write_segments_csv
from core.progress import Progress
from pages.language import error_text, text
from pages.widgets.annotated_video import AnnotatedVideo
from pages.widgets.choices import choices, smoothing
from pages.widgets.clip_people import clip_people_shown
from pages.widgets.clips import Film, OpenClip, desk
from pages.widgets.plain_text import plain
from pages.widgets.settings_panel import written_into_picture

POLL_S = 0.5
PARQUET = "application/vnd.apache.parquet"


def video_downloads(opened: OpenClip, recording: Recording, style: OverlayStyle, colours: tuple[str, ...]) -> None:
    """Everything about one clip and everyone in it. The files are made when they are asked for."""
    stem = file_stem(opened.name)
    space = choices()["space"]
    chosen_filter = smoothing()
    place = opened.file  # the files are made when no session is at hand

    def written(name: str, write: Callable[[Path], object]) -> bytes:
        path = place(name)
        try:
            write(path)
            return path.read_bytes()
        finally:
            path.unlink(missing_ok=True)

    def landmarks_csv(path: Path) -> None:
        with path.open("wb") as stream:
            write_landmarks_csv([recording], stream)

    def angles_csv(path: Path) -> None:
        with path.open("wb") as stream:
            write_angles_csv([recording], stream, space)

    def segments_csv(path: Path) -> None:
        with path.open("wb") as stream:
            write_segments_csv([recording], stream, space)

    def kinematics_csv(path: Path) -> None:
        with path.open("wb") as stream:
            write_kinematics_csv([recording], stream, space, chosen_filter)

    def json_file(path: Path) -> None:
        with path.open("wb") as stream:
            write_recording_json(recording, stream, space)

    st.markdown(f"#### {text('video.numbers')}")
    with st.container(horizontal=True):
        _button("landmarks_csv", f"{stem}_landmarks.csv", "text/csv", lambda: written("landmarks.csv", landmarks_csv))
        _button("angles_csv", f"{stem}_angles.csv", "text/csv", lambda: written("angles.csv", angles_csv))
        _button("segments_csv", f"{stem}_segments.csv", "text/csv", lambda: written("segments.csv", segments_csv))
        _button(
            "kinematics_csv",
            f"{stem}_kinematics.csv",
            "text/csv",
            lambda: written("kinematics.csv", kinematics_csv),
        )
        _button(
            "landmarks_parquet",
            f"{stem}_landmarks.parquet",
            PARQUET,
            lambda: written("landmarks.parquet", lambda path: landmarks_parquet([recording], path)),
        )
        _button(
            "angles_parquet",
            f"{stem}_angles.parquet",
            PARQUET,
            lambda: written("angles.parquet", lambda path: angles_parquet([recording], path, space)),
        )
        _button(
            "kinematics_parquet",
            f"{stem}_kinematics.parquet",
            PARQUET,
            lambda: written(
                "kinematics.parquet", lambda path: kinematics_parquet([recording], path, space, chosen_filter)
            ),
        )
        _button("json", f"{stem}.json", "application/json", lambda: written("recording.json", json_file))
    st.markdown(f"#### {text('video.annotated')}")
    if opened.film is None:
        st.caption(text("video.no_picture_to_annotate"))
    else:
        _annotated(opened, opened.film, recording, style, colours, space, stem)


def _annotated(
    opened: OpenClip,
    film: Film,
    recording: Recording,
    style: OverlayStyle,
    colours: tuple[str, ...],
    space: str,
    stem: str,
) -> None:
    with st.container(horizontal=True, gap="medium"):
        written_into_picture()
        side_by_side = st.toggle(text("video.side_by_side"), key="annotated_3d")
        blur = st.toggle(text("video.blur_faces"), key="annotated_blur", help=text("video.blur_faces_help"))
    look = OverlayStyle(**{**style.as_dict(), "dim_background": False, "enhanced": False})
    people = clip_people_shown(recording)
    reading = choices()["reading"]
    # The recording itself, not its id: one that is gone might lend it to the next.
    wanted = (recording, people, colours, look, side_by_side, blur, space, reading)
    making = opened.annotated
    if making is not None and making.wanted == wanted:
        if not making.finished:
            st.fragment(_making, run_every=POLL_S)(making)
            return
        if making.error is not None:
            st.error(plain(error_text(making.error)), icon=":material/error:")
        elif making.path.is_file():
            _button("mp4", f"{stem}_skeleton.mp4", "video/mp4", making.path.read_bytes, primary=True)
            return

    def make(path: Path, progress: Callable[[Progress], None], cancelled: Callable[[], bool]) -> None:
        annotated_mp4(
            film.path,
            recording,
            look,
            path,
            people=people,
            colours=colours,
            space=space,
            reading=reading,
            side_by_side=side_by_side,
            blur_faces=blur,
            progress=progress,
            cancelled=cancelled,
        )

    connected = desk().connected

    def begin() -> None:
        with contextlib.suppress(FileNotFoundError):  # a page that was away for long has lost its clip
            opened.annotate(AnnotatedVideo(wanted, opened.file("annotated.mp4"), make, connected))

    st.button(text("video.make_annotated"), key="make_annotated", on_click=begin, icon=":material/movie:")
    st.caption(text("video.annotated_hint", overlay=text("settings.overlay")))


def _making(video: AnnotatedVideo) -> None:
    if video.finished:
        st.rerun()
    with st.container(horizontal=True, vertical_alignment="center"):
        st.progress(
            video.share, text("video.making", percent=f"{100 * video.share:.0f}", left=f"{video.seconds_left:.0f}")
        )
        st.button(text("video.cancel"), key="cancel_annotated", on_click=video.cancel)


def _button(kind: str, file_name: str, mime: str, make: Callable[[], bytes], *, primary: bool = False) -> None:
    st.download_button(
        text(f"video.download_{kind}"),
        make,
        file_name,
        mime,
        key=f"video_download_{kind}",
        on_click="ignore",
        type="primary" if primary else "secondary",
        icon=":material/download:",
    )
