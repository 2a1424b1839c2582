"""The photos that are open: added from four sources, one of them shown. They live in the session's memory only."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path, PurePath

import streamlit as st

SAMPLE_FOLDER = Path(__file__).resolve().parents[2] / "samples"
# The samples, and the choices that make them worth opening.
SAMPLES: dict[str, dict[str, str | bool]] = {
    "squat90_side": {},
    "arms_raised_front": {},
    "tree_yoga": {},
    # One of the two stands against the light.
    "two_people": {"people": "all", "enhance_contrast": True},
}
MOST_PHOTOS = 200


@dataclass(frozen=True)
class Photo:
    """A picture file as it came.

    Attributes:
        name: what it is called here: no two open photos have the same name.
        content: its bytes.
        identity: tells its content from every other; two photos may have the same.
        given: the name that it came with.
    """

    name: str
    content: bytes = field(repr=False)
    identity: str
    given: str

    @classmethod
    def of(cls, name: str, content: bytes) -> Photo:
        """A photo from its file's name and bytes."""
        return cls(name, content, hashlib.sha256(content).hexdigest(), name)


def photos() -> list[Photo]:
    """The open photos, in the order in which they came."""
    opened: list[Photo] = st.session_state.setdefault("photos", [])
    return opened


def current_index() -> int:
    """Which photo is shown, from 0."""
    return int(min(st.session_state.get("current_photo", 0), max(0, len(photos()) - 1)))


def show_photo(index: int) -> None:
    """Show another one. What was marked belongs to the old one."""
    st.session_state["current_photo"] = index
    for chosen in ("marked_landmarks", "marked_joints", "person"):
        st.session_state.pop(chosen, None)


def add_photos(added: Iterable[Photo]) -> None:
    """Add photos, each file once, and show the first of them.

    A file is known by its name and its content: the same content under another name is another photo, whose files have
    that name.
    """
    opened = photos()
    new = {(photo.given, photo.identity): photo for photo in added}
    known = {(photo.given, photo.identity) for photo in opened}
    fresh = [photo for key, photo in new.items() if key not in known]
    room = MOST_PHOTOS - len(opened)
    st.session_state["photos_left_out"] = len(fresh) > room
    for photo in fresh[:room]:
        opened.append(dataclasses.replace(photo, name=_free_name(photo.name, {other.name for other in opened})))
    if new:
        places = {(photo.given, photo.identity): index for index, photo in enumerate(opened)}
        show_photo(places.get(next(iter(new)), current_index()))


def _free_name(name: str, taken: set[str]) -> str:
    """The name, with a number if another photo has it, so that tables of several photos tell them apart."""
    path, free, number = PurePath(name), name, 1
    while free in taken:
        number += 1
        free = f"{path.stem} ({number}){path.suffix}"
    return free


def remove_photo(index: int) -> None:
    """Forget a photo."""
    del photos()[index]
    show_photo(min(index, max(0, len(photos()) - 1)))


def sample(name: str) -> Photo:
    """One of the project's own pictures."""
    return Photo.of(f"{name}.png", (SAMPLE_FOLDER / f"{name}.png").read_bytes())
