"""Names and sentences shown as they are: Streamlit would read some of their characters as Markdown."""

from __future__ import annotations

import re

LONGEST_NAME = 40


def plain(words: str) -> str:
    """The words with every character of Markdown's own taken literally."""
    return re.sub(r"([\\`*_{}\[\]<>#+!|$:~&])", r"\\\1", re.sub(r"\s+", " ", words))


def plain_name(name: str) -> str:
    """A file's name, short enough for one line."""
    short = name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME // 2]}…{name[-LONGEST_NAME // 2 :]}"
    return plain(short)
