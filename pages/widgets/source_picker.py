"""The choice of where photos or clips come from, and the field that takes them from the user's computer."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import streamlit as st


def source_choice(label: str, sources: Mapping[str, str], *, key: str) -> str:
    """One of the sources, given by name and words; the first one to begin with. It is kept over a change of page."""
    return st.segmented_control(
        label,
        list(sources),
        format_func=sources.__getitem__,
        default=next(iter(sources)),
        required=True,
        key=key,
        persist_state="session",
        label_visibility="collapsed",
    )


def upload_field(
    label: str,
    *,
    key: str,
    on_files: Callable[[list[tuple[str, bytes]]], None],
    largest_mb: int,
    several: bool = False,
    show_label: bool = True,
) -> None:
    """A field for files that is empty again once `on_files` has got their names and contents."""
    # A new key empties the field, and with it Streamlit's own copy.
    round_ = st.session_state.setdefault(f"{key}_round", 0)
    field = f"{key}_{round_}"

    def take_over() -> None:
        uploaded = st.session_state[field] or []
        files = uploaded if isinstance(uploaded, list) else [uploaded]
        # The browser tells of them again when something on the page asks for a run before the new field is there.
        if files and st.session_state[f"{key}_round"] == round_:
            st.session_state[f"{key}_round"] += 1
            on_files([(file.name, file.getvalue()) for file in files])

    st.file_uploader(
        label,
        accept_multiple_files=several,
        max_upload_size=largest_mb,
        key=field,
        on_change=take_over,
        label_visibility="visible" if show_label else "collapsed",
    )
