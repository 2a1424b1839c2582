"""Choosing a person, and saying who people are: one row on the Image page and one on the Video page."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass

import streamlit as st

from core import OverlayStyle, Recording
from core.motion.unsure import drawn_people
from core.view.people import short_name
from pages.language import text
from pages.widgets.plain_text import plain
from pages.widgets.roster import LONGEST_NAME, Who, bring_back, default_name, recolour, remove, rename

EVERYONE = -1
# The session's name for the person who is studied, on each page.
IN_PHOTO, IN_CLIP = "person", "clip_person"
# A picker of many people has several lines; a longer name would take one alone.
LONGEST_IN_PICKER = 20


@dataclass(frozen=True)
class Company:
    """The people of what is shown.

    Attributes:
        page: IN_PHOTO or IN_CLIP.
        key: whose roster it is.
        who: everybody in it.
    """

    page: str
    key: Hashable
    who: Who


def chosen_person(people: int, page: str) -> int:
    """The index of the person who is studied, of so many; EVERYONE if it is nobody alone."""
    person = st.session_state.get(page, EVERYONE)
    return person if 0 <= person < people else EVERYONE


def people_shown(recording: Recording, page: str = IN_PHOTO) -> tuple[int, ...]:
    """The indices of the people to look at: one of them, or everyone."""
    person = chosen_person(recording.people, page)
    return tuple(range(recording.people)) if person == EVERYONE else (person,)


def unsure_line(recording: Recording, shown: Sequence[int], style: OverlayStyle) -> None:
    """How many of those who are shown are not drawn, as the detector itself does not believe in them."""
    count = len(shown) - len(drawn_people(recording, shown, style.min_visibility))
    if count:
        key = "people.one_unsure" if count == 1 else "people.unsure"
        st.caption(text(key, count=count, uncertain=text("settings.min_visibility")))


def choose_person(person: int, page: str) -> None:
    """Study somebody, or EVERYONE."""
    st.session_state[page] = person


def person_words(recording: Recording, person: int) -> str:
    """What somebody is called. Not yet safe for Markdown."""
    return recording.names[person] if recording.names else default_name(person)


def marked_name(name: str, colour: str) -> str:
    """A dot in somebody's colour and the name, as Markdown."""
    return f':color[●]{{foreground="{colour}"}} {plain(name)}'


def person_picker(company: Company) -> None:
    """With several people: pick one, or see all."""
    who, page = company.who, company.page
    people = len(who.numbers)
    if people < 2:
        return
    key = f"{page}_choice"
    st.session_state[key] = chosen_person(people, page)

    def choose() -> None:
        choose_person(st.session_state[key], page)

    def words(person: int) -> str:
        if person == EVERYONE:
            return text("image.everyone")
        return marked_name(short_name(who.name(person), LONGEST_IN_PICKER), who.colours[person])

    st.segmented_control(
        text("image.who"),
        [*range(people), EVERYONE],
        format_func=words,
        key=key,
        required=True,
        on_change=choose,
        label_visibility="collapsed",
        wrap=True,
    )


def people_editor(company: Company) -> None:
    """Names and colours behind one button; beside it, for the person who is studied, that it is none."""
    who, page = company.who, company.page
    several = len(who.numbers) > 1
    with st.popover(
        text("people.edit" if several else "people.edit_one"), icon=":material/badge:", key=f"{page}_editor"
    ):
        st.caption(text("people.edit_hint"))
        for person, number in enumerate(who.numbers):
            _editor_row(company, person, number)
    chosen = chosen_person(len(who.numbers), page) if several else 0
    if chosen != EVERYONE:
        st.button(
            text("people.not_a_person"),
            key=f"{page}_remove",
            icon=":material/person_off:",
            help=text("people.not_a_person_help", name=plain(who.name(chosen))),
            on_click=_remove,
            args=(company, who.numbers[chosen]),
        )


def choose_hint(company: Company) -> None:
    """With several people: what a click on the picture does."""
    if len(company.who.numbers) > 1:
        st.caption(text("people.choose_hint"))


def removed_line(company: Company) -> None:
    """Who has been taken out, each with the way back."""
    if not company.who.removed:
        return
    with st.container(horizontal=True, vertical_alignment="center", key=f"{company.page}_removed"):
        st.caption(text("people.removed"), width="content")
        for number in company.who.removed:
            st.button(
                text("people.bring_back", name=plain(default_name(number))),
                key=f"{company.page}_bring_back_{number}",
                icon=":material/undo:",
                on_click=_bring_back,
                args=(company, number),
            )


def _editor_row(company: Company, person: int, number: int) -> None:
    who, page = company.who, company.page
    colour_key, name_key = f"{page}_colour_{number}", f"{page}_name_{number}"
    st.session_state[colour_key] = who.colours[person]
    name = who.name(person)
    st.session_state[name_key] = "" if name == default_name(number) else name

    def take(key: str, say: Callable[[Hashable, int, str], None]) -> None:
        say(company.key, number, str(st.session_state[key] or ""))

    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.color_picker(
            text("people.colour_of", name=plain(default_name(number))),
            key=colour_key,
            label_visibility="collapsed",
            on_change=take,
            args=(colour_key, recolour),
        )
        st.text_input(
            text("people.name_of", name=plain(default_name(number))),
            key=name_key,
            max_chars=LONGEST_NAME,
            placeholder=default_name(number),
            label_visibility="collapsed",
            on_change=take,
            args=(name_key, rename),
        )
        if len(who.numbers) > 1:
            st.button(
                text("people.not_a_person"),
                key=f"{page}_remove_{number}",
                type="tertiary",
                icon=":material/person_off:",
                on_click=_remove,
                args=(company, number),
            )


def _remove(company: Company, number: int) -> None:
    remove(company.key, number)
    _start_again(company.page)


def _bring_back(company: Company, number: int) -> None:
    bring_back(company.key, number)
    _start_again(company.page)


def _start_again(page: str) -> None:
    """Whoever comes after has got another index: what was chosen and marked would be somebody else."""
    for kept in (page, "marked_landmarks", "marked_joints"):
        st.session_state.pop(kept, None)
