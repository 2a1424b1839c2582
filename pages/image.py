"""A photo in; skeleton, 3D body, joint angles and files out."""

from __future__ import annotations

import streamlit as st

from core.errors import PosescopeError
from pages.faults import alone
from pages.language import text
from pages.widgets.analysis import company_of, recording_of
from pages.widgets.choices import overlay_style, settings
from pages.widgets.downloads import all_photos_downloads, photo_downloads
from pages.widgets.measurement import measurement_line
from pages.widgets.numbers import angle_table, charts, landmarks_table
from pages.widgets.people import people_shown
from pages.widgets.photos import Photo, current_index, photos
from pages.widgets.plain_text import plain_name
from pages.widgets.result import show_error, show_everyone_removed, show_nobody, show_result, strip
from pages.widgets.sample_tiles import sample_tiles
from pages.widgets.settings_panel import settings_panel
from pages.widgets.sources import source_row


def show(photo: Photo) -> None:
    """One photo, from picture to files."""
    try:
        with st.spinner(text("image.working", name=plain_name(photo.name))):
            recording, milliseconds = recording_of(photo, settings())
    except PosescopeError as error:
        show_error(error)
        strip(settings())
        all_photos_downloads(settings())
        return
    if recording.people == 0:
        if company_of(photo, settings()).who.removed:
            show_everyone_removed(photo, settings())
        else:
            show_nobody(photo, recording, settings())
        strip(settings())
        all_photos_downloads(settings())
        return
    show_result(photo, recording, milliseconds, settings(), overlay_style())
    measurement_line(recording)
    strip(settings())
    names = ("angles", "landmarks", "charts", "download")
    angles, landmarks, figures, files = st.tabs([text(f"image.tab_{name}") for name in names])
    with angles, alone("angles"):
        angle_table(recording)
    with landmarks, alone("landmarks"):
        landmarks_table(recording)
    with figures, alone("charts"):
        charts(recording, company_of(photo, settings()).who.colours)
    with files, alone("files"):
        photo_downloads(photo, settings(), overlay_style(), people_shown(recording))
        all_photos_downloads(settings())


settings_panel()
source_row()
if photos():
    show(photos()[current_index()])
else:
    st.markdown(text("image.empty"))
    if st.session_state["source"] != "sample":
        sample_tiles()
