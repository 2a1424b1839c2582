"""The picture with its skeleton, the 3D skeleton beside it, and the line that says what was found and how."""

from __future__ import annotations

import dataclasses
from typing import Any

import streamlit as st

from core import OverlayStyle, Recording, Settings
from core.errors import PosescopeError
from core.motion.unsure import drawn_people
from core.skeleton import BONES, LANDMARKS
from core.view.figures import skeleton_figure
from core.view.screen import LONGEST_SIDE_PX
from pages.faults import alone
from pages.language import body_label, error_text, people_words, text
from pages.widgets.analysis import company_of, recording_of, shows_nobody
from pages.widgets.bodies import body_buttons, pale_space, show_body
from pages.widgets.choices import choices, choose_all
from pages.widgets.coach import photo_advice, show_advice
from pages.widgets.measurement import measurement
from pages.widgets.people import (
    IN_PHOTO,
    choose_hint,
    choose_person,
    chosen_person,
    people_editor,
    people_shown,
    person_picker,
    person_words,
    removed_line,
    unsure_line,
)
from pages.widgets.photos import Photo, current_index, photos, show_photo
from pages.widgets.picture import picture
from pages.widgets.plain_text import plain, plain_name
from pages.widgets.remedies import remedies
from pages.widgets.rendering import original_jpeg, overlay_jpeg, thumbnail_jpeg
from pages.widgets.roster import Who
from pages.widgets.selection import marked_landmarks, pick
from pages.widgets.skeleton_3d import skeleton_3d
from pages.widgets.thumbnails import Thumbnail, thumbnails

# How many photos on each side of the current one the strip shows: more would have to be decoded first.
STRIP_REACH = 6


def show_result(
    photo: Photo, recording: Recording, milliseconds: float, settings: Settings, style: OverlayStyle
) -> None:
    """Picture, 3D skeleton and status of one photo with people in it."""
    shown = people_shown(recording)
    drawn = drawn_people(recording, shown, style.min_visibility)
    company = company_of(photo, settings)
    who = company.who
    left, right = st.columns([1, 1], gap="medium")
    with left:
        _picture(photo, recording, drawn, settings, style, who)
    with right:
        figure = skeleton_figure(
            recording,
            people=drawn,
            space=choices()["space"],
            pale_space=pale_space(),
            theme=st.context.theme.type or "light",
            selected=marked_landmarks(),
            min_visibility=style.min_visibility,
            low_visibility=style.low_visibility,
            label=body_label,
            colours=who.colours,
        )
        skeleton_3d(
            figure,
            aspect=recording.width / recording.height,
            key="skeleton",
            alt=text("image.figure_alt", people=people_words(len(drawn))),
            bodies=body_buttons(),
            on_pick=pick,
            on_body=show_body,
        )
    with st.container(horizontal=True, vertical_alignment="center", key="status_row"):
        person_picker(company)
        people_editor(company)
        st.caption(f"{_status(recording, milliseconds)} · {plain_name(photo.name)}")
    choose_hint(company)
    removed_line(company)
    unsure_line(recording, shown, style)
    if recording.left_out:
        st.caption(_left_out(recording.left_out))
    several_pictures_line(recording)
    with alone("the camera's coach"):
        about = shown[0]
        advice = photo_advice(photo.identity, settings, measurement(), who.removed, about, photo)
        show_advice(advice, "photo_coach", plain(recording.names[about]) if recording.names else "")


def several_pictures_line(recording: Recording) -> None:
    """Of a film or a document: that the first picture was taken, of how many."""
    if taken := recording.provenance.get("picture_taken"):
        st.caption(text("image.several_pictures", count=taken.split()[-1]))


def show_nobody(photo: Photo, recording: Recording, settings: Settings) -> None:
    """Nobody was found: the photo, the fact, and what may help at one click."""
    st.warning(text("image.nobody"), icon=":material/person_off:")
    with st.spinner(text("image.trying")):
        tried = [(label, change, _people_with(photo, settings, change)) for label, change in remedies(settings)]
    st.markdown(text("image.nobody_hint") if any(found for *_, found in tried) else text("image.nothing_left"))
    with st.container(horizontal=True):
        for number, (label, change, found) in enumerate(sorted(tried, key=lambda each: -each[2])):
            outcome = f" – {text('image.would_find', people=people_words(found))}" if found else ""
            st.button(
                label + outcome,
                key=f"remedy_{number}",
                type="primary" if found and number == 0 else "secondary",
                on_click=choose_all,
                args=(change,),
            )
    if recording.left_out:
        st.caption(_left_out(recording.left_out))
    several_pictures_line(recording)
    st.image(original_jpeg(photo.identity, settings, photo), alt=photo.name)


def show_everyone_removed(photo: Photo, settings: Settings) -> None:
    """All who were found have been taken out: the photo, and the way back."""
    st.info(text("people.all_removed"), icon=":material/person_off:")
    removed_line(company_of(photo, settings))
    st.image(original_jpeg(photo.identity, settings, photo), alt=photo.name)


def strip(settings: Settings) -> None:
    """The photos around the current one; appears with the second photo. A mark says where nobody is."""
    opened, current = photos(), current_index()
    if len(opened) < 2:
        return
    first = max(0, min(current - STRIP_REACH, len(opened) - 2 * STRIP_REACH - 1))
    near = range(first, min(len(opened), first + 2 * STRIP_REACH + 1))
    limits = Settings()
    thumbnails(
        [
            Thumbnail(
                index,
                photo.name,
                thumbnail_jpeg(photo.identity, limits, photo),
                nobody=shows_nobody(photo, settings),
            )
            for index, photo in ((index, opened[index]) for index in near)
        ],
        current,
        key="thumbnails",
        on_choose=lambda index: show_photo(min(index, len(opened) - 1)),
    )


def show_error(error: PosescopeError) -> None:
    """What is wrong with a photo and what to do."""
    st.error(plain(error_text(error)), icon=":material/error:")


def _picture(
    photo: Photo, recording: Recording, shown: tuple[int, ...], settings: Settings, style: OverlayStyle, who: Who
) -> None:
    scale = min(1.0, LONGEST_SIDE_PX / max(recording.width, recording.height))
    reading, space = choices()["reading"], choices()["space"]
    overlay = overlay_jpeg(photo.identity, settings, style, shown, reading, space, measurement(), who, photo)
    picture(
        original_jpeg(photo.identity, settings, photo),
        overlay,
        size=(max(1, round(recording.width * scale)), max(1, round(recording.height * scale))),
        points=_points(recording, shown, scale),
        bones=BONES,
        names=[person_words(recording, person) for person in range(recording.people)],
        chosen=chosen_person(recording.people, IN_PHOTO),
        selected=marked_landmarks(),
        key="picture",
        alt=text("image.picture_alt", name=photo.name, people=people_words(len(shown))),
        on_pick=pick,
        on_person=choose_in_photo,
    )


def choose_in_photo(person: int) -> None:
    """A click on a person, or beside everybody."""
    choose_person(person, IN_PHOTO)


def _points(recording: Recording, shown: tuple[int, ...], scale: float) -> list[dict[str, Any]]:
    return [
        {
            "landmark": index,
            "person": person,
            "x": round(float(recording.image[0, person, index, 0]) * scale, 1),
            "y": round(float(recording.image[0, person, index, 1]) * scale, 1),
            "label": f"{index} {body_label(name)}",
            "shown": person in shown,
        }
        for person in range(recording.people)
        for index, name in enumerate(LANDMARKS)
    ]


def _status(recording: Recording, milliseconds: float) -> str:
    return " · ".join(
        (
            text(
                "image.status",
                people=people_words(recording.people),
                model=text(f"settings.model_{recording.settings.model}").lower(),
                ms=f"{milliseconds:.0f}",
                space=text(f"image.space_{choices()['space']}"),
            ),
            text("image.status_size", width=recording.width, height=recording.height),
        )
    )


def _left_out(count: int) -> str:
    return text(
        "image.one_left_out" if count == 1 else "image.left_out",
        count=count,
        at_most=text("settings.max_people"),
        more=text("settings.more"),
    )


def _people_with(photo: Photo, settings: Settings, change: dict[str, Any]) -> int:
    try:
        return recording_of(photo, dataclasses.replace(settings, **change))[0].people
    except PosescopeError:  # another model's file is missing: told when that model is chosen
        return 0
