"""Who is in a photo or a clip: what people are called, their colours, and who is no person at all.

It is put into the recording just after an analysis, in one place for photos and one for clips; everything after that
takes the recording as it then is. Kept for the session, for each content with the settings it was analysed with: with
others the same number may be somebody else.
"""

from __future__ import annotations

import dataclasses
import re
import unicodedata
from collections.abc import Hashable
from dataclasses import dataclass, field

import streamlit as st

from core import Recording
from core.view.people import person_colour
from pages.language import text

LONGEST_NAME = 40
_COLOUR = re.compile(r"#[0-9A-Fa-f]{6}")
# They would turn the direction of everything that is written behind a name.
_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f")


@dataclass(frozen=True)
class Who:
    """The people of a recording as they are shown.

    Attributes:
        removed: the indices, as they were found, of those who are none.
        numbers: of everybody else, in their order, the index as they were found.
        names: what they are called; empty with one person without a name.
        colours: "#RRGGBB" each.
    """

    removed: tuple[int, ...] = ()
    numbers: tuple[int, ...] = ()
    names: tuple[str, ...] = ()
    colours: tuple[str, ...] = ()

    def apply(self, found: Recording) -> Recording:
        """A recording as it was found, without those removed, with the names."""
        recording = found.without_people(self.removed)
        return dataclasses.replace(recording, names=self.names) if self.names else recording

    def name(self, person: int) -> str:
        """What somebody is called, or their number in words."""
        return self.names[person] if self.names else default_name(self.numbers[person])


@dataclass
class Roster:
    """What the user has said, by the index as somebody was found."""

    names: dict[int, str] = field(default_factory=dict)
    colours: dict[int, str] = field(default_factory=dict)
    removed: set[int] = field(default_factory=set)


def who(key: Hashable, found: int) -> Who:
    """Who is there, of so many people who were found."""
    said = _rosters().get(key, Roster())
    numbers = tuple(number for number in range(found) if number not in said.removed)
    named = len(numbers) > 1 or any(number in said.names for number in numbers)
    return Who(
        removed=tuple(sorted(number for number in said.removed if number < found)),
        numbers=numbers,
        names=tuple(said.names.get(number, default_name(number)) for number in numbers) if named else (),
        colours=tuple(said.colours.get(number, person_colour(number)) for number in numbers),
    )


def rename(key: Hashable, number: int, name: str) -> None:
    """Call somebody so; without letters they go by their number again."""
    names = _said(key).names
    clean = clean_name(name)
    if clean and clean != default_name(number):
        names[number] = clean
    else:
        names.pop(number, None)


def recolour(key: Hashable, number: int, colour: str) -> None:
    """Give somebody a colour; what is none is passed over."""
    if _COLOUR.fullmatch(colour):
        _said(key).colours[number] = colour.upper()


def remove(key: Hashable, number: int) -> None:
    """This is no person."""
    _said(key).removed.add(number)


def bring_back(key: Hashable, number: int) -> None:
    """It is one after all."""
    _said(key).removed.discard(number)


def default_name(number: int) -> str:
    """What somebody without a name is called, by the index as they were found."""
    return text("image.person_number", number=number + 1)


def clean_name(name: str) -> str:
    """One line without what cannot be seen, at most LONGEST_NAME characters."""
    kept = "".join(each for each in name if each.isspace() or _can_be_seen(each))
    return " ".join(kept.split())[:LONGEST_NAME].strip()


def _can_be_seen(character: str) -> bool:
    return unicodedata.category(character) not in ("Cc", "Cs") and character not in _TURNING


def _rosters() -> dict[Hashable, Roster]:
    rosters: dict[Hashable, Roster] = st.session_state.setdefault("rosters", {})
    return rosters


def _said(key: Hashable) -> Roster:
    return _rosters().setdefault(key, Roster())
