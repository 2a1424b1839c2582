"""What is chosen on the Image page: the people to look at, and the landmarks that are lit up everywhere."""

from __future__ import annotations

import streamlit as st

from core import Recording
from pages.language import text


def selected() -> tuple[int, ...]:
    """The landmarks that are marked in the picture, in 3D and in the tables."""
    marked: tuple[int, ...] = st.session_state.setdefault("selected", ())
    return marked


def select(landmarks: tuple[int, ...]) -> None:
    """Mark these landmarks and no others."""
    st.session_state["selected"] = landmarks


def pick(landmark: int, person: int) -> None:
    """A click on a point: mark it, or take the mark away."""
    select(() if selected() == (landmark,) else (landmark,))


def people_shown(recording: Recording) -> tuple[int, ...]:
    """The indices of the people to look at: one of them, or everyone."""
    person = st.session_state.get("person")
    if person is None or person >= recording.people:
        return tuple(range(recording.people))
    return (person,)


def person_picker(recording: Recording) -> None:
    """With several people: pick one, or see all."""
    if recording.people < 2:
        return
    options: list[int | None] = [*range(recording.people), None]
    shown = people_shown(recording)
    st.session_state["person_choice"] = shown[0] if len(shown) == 1 else None

    def words(person: int | None) -> str:
        return text("image.everyone") if person is None else str(person + 1)

    def choose() -> None:
        st.session_state["person"] = st.session_state["person_choice"]

    st.segmented_control(
        text("image.who"), options, format_func=words, key="person_choice", required=True, on_change=choose
    )
