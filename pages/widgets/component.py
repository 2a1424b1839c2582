"""Registering a browser component from the .html, .css and .js files in its folder."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import streamlit as st


def component_from(folder: Path, *, isolate_styles: bool = True) -> Any:
    """The component whose files carry the folder's name."""

    def content(suffix: str) -> str:
        return (folder / f"{folder.name}.{suffix}").read_text(encoding="utf-8")

    return st.components.v2.component(
        f"posescope_{folder.name}",
        html=content("html"),
        css=content("css"),
        js=content("js"),
        isolate_styles=isolate_styles,
    )
