"""Registering a browser component from the .html, .css and .js files in its folder."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import streamlit as st

# What every component's own style sheet builds on.
SHARED_STYLES = Path(__file__).with_name("component.css")


def component_from(folder: Path, *, scripts: Sequence[str] = (), isolate_styles: bool = True) -> Any:
    """The component whose files carry the folder's name.

    Args:
        folder: where they are.
        scripts: the names of several scripts instead of that one. A component takes one script: they follow each
            other in it, and the last one makes the component. Those of another component begin with "../".
        isolate_styles: whether the page's styles and the component's leave each other alone.
    """

    def content(name: str) -> str:
        return (folder / name).read_text(encoding="utf-8")

    return st.components.v2.component(
        f"posescope_{folder.name}",
        html=content(f"{folder.name}.html"),
        css=SHARED_STYLES.read_text(encoding="utf-8") + content(f"{folder.name}.css"),
        js="\n".join(content(f"{name}.js") for name in scripts or (folder.name,)),
        isolate_styles=isolate_styles,
    )
