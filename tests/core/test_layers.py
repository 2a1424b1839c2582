"""The arrows between the layers, read from the source: nothing in core may import what lies before it."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT_FOLDER = Path(__file__).parents[2]
CORE = PROJECT_FOLDER / "core"
FILES = sorted(CORE.rglob("*.py"))

# What everything stands on: single modules, and what each of them may know of the others.
GROUND: dict[str, set[str]] = {
    "version": set(),
    "errors": set(),
    "skeleton": set(),
    "settings": {"errors"},
    "system": {"errors"},
    "freed_memory": set(),
    "rounding": set(),
    "recording": {"errors", "settings", "skeleton"},
    "progress": {"recording"},
}
# The folders, and which folders each may import besides the ground. Pictures come in before there is a recording.
FOLDERS: dict[str, set[str]] = {
    "media": {"media"},
    "detection": {"media", "detection"},
    "motion": {"motion"},
    "view": {"motion", "view"},
    "export": {"media", "motion", "view", "export"},
}
# These put the layers together and may know them all; no layer may know them.
TOP = {"__init__", "__main__", "analysis", "batch", "cli", "live"}


def imports(source: str) -> set[str]:
    """Every module that the source imports, anywhere in it, as dotted names: of `from a import b` both a and a.b."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            module = "." * node.level + (node.module or "")
            names |= {module} | {f"{module}.{alias.name}" for alias in node.names}
    return names


def packages(source: str) -> set[str]:
    return {name.split(".")[0] for name in imports(source)}


def layers(source: str) -> set[str]:
    """The modules and folders directly in core that the source imports."""
    known = {*GROUND, *FOLDERS, *TOP}
    return {parts[1] for name in imports(source) if (parts := name.split("."))[0] == "core" and parts[1:2]} & known


def layer_of(file: Path) -> str:
    first = file.relative_to(CORE).parts[0]
    return first.removesuffix(".py")


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("import streamlit", {"streamlit"}),
        ("import streamlit.components.v2 as components", {"streamlit"}),
        ("from streamlit import session_state", {"streamlit"}),
        ("def late():\n    import streamlit as st", {"streamlit"}),
        ("try:\n    import a\nexcept ImportError:\n    import b, c.d", {"a", "b", "c"}),
        ("text = 'import streamlit'  # import streamlit", set()),
    ],
)
def test_imports_are_found_wherever_they_stand(source: str, expected: set[str]) -> None:
    assert packages(source) == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("from core.view.overlay import draw_overlay", {"view"}),
        ("from core import detection, errors", {"detection", "errors"}),
        ("import core.motion.angles as angles", {"motion"}),
        ("from core import joint_angles", set()),
        ("from elsewhere.core import view", set()),
    ],
)
def test_layers_are_found(source: str, expected: set[str]) -> None:
    assert layers(source) == expected


def test_every_file_belongs_to_a_layer() -> None:
    assert len(FILES) >= 25
    assert {layer_of(file) for file in FILES} <= {*GROUND, *FOLDERS, *TOP}


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.relative_to(CORE).as_posix())
class TestEveryFileInCore:
    def test_knows_nothing_of_the_dashboard(self, file: Path) -> None:
        assert not packages(file.read_text("utf-8")) & {"streamlit", "pages", "dashboard", "starlette"}

    def test_leaves_mediapipe_to_detection(self, file: Path) -> None:
        if layer_of(file) != "detection":
            assert "mediapipe" not in packages(file.read_text("utf-8"))

    def test_imports_by_full_names(self, file: Path) -> None:
        assert not [name for name in imports(file.read_text("utf-8")) if name.startswith(".")]

    def test_imports_forwards_only(self, file: Path) -> None:
        layer = layer_of(file)
        allowed = GROUND[layer] if layer in GROUND else {*GROUND, *FOLDERS.get(layer, ())}
        if layer == "media":
            allowed -= {"recording"}
        if layer not in TOP:
            assert layers(file.read_text("utf-8")) <= allowed


def test_importing_core_does_not_load_streamlit() -> None:
    code = "import sys, core; print(sorted({'streamlit', 'pages', 'tornado'} & set(sys.modules)))"
    child = subprocess.run(
        [sys.executable, "-c", code], cwd=PROJECT_FOLDER, capture_output=True, text=True, timeout=300, check=True
    )
    assert child.stdout.strip() == "[]"
