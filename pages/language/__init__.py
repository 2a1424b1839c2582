"""The words of the dashboard in English and Chinese, side by side in the .toml files of this folder.

The language is chosen from the browser at first, then by the user; it is part of the link.
"""

from __future__ import annotations

import functools
import tomllib
from pathlib import Path

import streamlit as st

from core.errors import PosescopeError
from core.export.skeleton_html import TEXTS
from core.view.figures import Label

LANGUAGES: dict[str, str] = {"en": "English", "zh": "中文"}


@functools.cache
def all_texts() -> dict[str, dict[str, str]]:
    """Every text: key to language to words. The key is the file's name, a dot, and the name in the file."""
    texts: dict[str, dict[str, str]] = {}
    for file in sorted(Path(__file__).parent.glob("*.toml")):
        entries = tomllib.loads(file.read_text(encoding="utf-8"))
        texts.update({f"{file.stem}.{name}": words for name, words in entries.items()})
    return texts


def language() -> str:
    """The language in use: as chosen, as linked, or as the browser asks."""
    if "language" not in st.session_state:
        linked = st.query_params.get("lang", "")
        browser = "zh" if (st.context.locale or "").lower().startswith("zh") else "en"
        st.session_state["language"] = linked if linked in LANGUAGES else browser
    return str(st.session_state["language"])


def text(key: str, **details: object) -> str:
    """The words for a key, with `details` filled in."""
    words = all_texts()[key][language()]
    return words.format(**details) if details else words


def error_text(error: PosescopeError) -> str:
    """What went wrong and what to do. The English sentence is the error's own."""
    if language() == "en":
        return str(error)
    return text(f"errors.{type(error).__name__}", **error.details)


def body_label(name: str) -> str:
    """The words for a landmark, a joint, a side, a part of the body or an axis."""
    return text(f"body.{name}")


def body_labels() -> Label:
    """`body_label` in the present language, for a file that is made later, outside the user's session."""
    chosen = language()
    return lambda name: all_texts()[f"body.{name}"][chosen]


def people_words(count: int) -> str:
    """How many people, in words."""
    return text("image.one_person") if count == 1 else text("image.people", count=count)


def export_texts() -> dict[str, str]:
    """The words inside an exported page."""
    return {name: text(f"export.{name}") for name in TEXTS}


def language_switch() -> None:
    """The choice of language, in the sidebar."""
    st.session_state["language_choice"] = language()
    st.segmented_control(
        text("common.language"),
        list(LANGUAGES),
        format_func=LANGUAGES.__getitem__,
        key="language_choice",
        required=True,
        on_change=_choose_language,
    )


def _choose_language() -> None:
    st.session_state["language"] = st.session_state["language_choice"]
