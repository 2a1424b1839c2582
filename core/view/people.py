"""What people are called and which colour they have, in pictures, in 3D and in charts."""

from __future__ import annotations

import html
from collections.abc import Sequence

from core.skeleton import PERSON_COLOURS

# In a picture a longer name would cover the next person.
LONGEST_NAME = 24


def person_colour(person: int, colours: Sequence[str] | None = None) -> str:
    """A person's colour as "#RRGGBB".

    Args:
        person: the index in the recording.
        colours: one for each person; those of `PERSON_COLOURS`, round and round, if None.
    """
    return PERSON_COLOURS[person % len(PERSON_COLOURS)] if colours is None else colours[person]


def short_name(name: str, longest: int = LONGEST_NAME) -> str:
    """The name, cut off with an ellipsis if it has more than `longest` characters."""
    return name if len(name) <= longest else f"{name[: longest - 1].rstrip()}…"


def plotly_text(text: str) -> str:
    """Text that Plotly shows as it is: it would read tags, entities and its own placeholders in it."""
    return html.escape(text, quote=False).replace("{", "&#123;").replace("$", "&#36;")
