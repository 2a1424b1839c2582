"""What the tests of the dashboard share: no results left over from another test, and counters."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import pytest
import streamlit as st
from streamlit.components.v2 import manifest_scanner
from streamlit.runtime.caching import clear_session_data_cache, clear_session_resource_cache
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.testing.v1.local_script_runner import LocalScriptRunner

from core.detection.landmarker import Detection, Landmarker
from core.detection.photo import people_in_picture
from core.media.picture import Picture
from core.settings import Settings

# AppTest gives every session this one.
SESSION = "test session id"


@pytest.fixture(scope="session", autouse=True)
def _scan_packages_once() -> Iterator[None]:
    """AppTest looks through all installed packages for components each time: most of what a short test would take."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(manifest_scanner, "scan_component_manifests", cache(manifest_scanner.scan_component_manifests))
        yield


@pytest.fixture(autouse=True)
def _end_of_session() -> Iterator[None]:
    """Forget what was kept for a session, as when its page is closed. Models and the samples' tiles stay loaded."""
    yield
    clear_session_data_cache(SESSION)
    clear_session_resource_cache(SESSION)


@pytest.fixture
def own_sessions(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Each AppTest is a session of its own also for what Streamlit keeps for sessions."""
    make = LocalScriptRunner.__init__
    names: dict[int, str] = {}
    states: list[Any] = []  # none may go while another could get its id

    def make_with_name(self: LocalScriptRunner, path: str, state: Any, *rest: Any, **options: Any) -> None:
        make(self, path, state, *rest, **options)
        states.append(state)
        self._session_id = names.setdefault(id(state), f"session {len(names)}")

    monkeypatch.setattr(LocalScriptRunner, "__init__", make_with_name)
    yield
    for name in names.values():
        clear_session_data_cache(name)
        clear_session_resource_cache(name)


@dataclass
class Detections:
    """The models that pages have run since `clear`, in order."""

    models: list[str] = field(default_factory=list)

    def clear(self) -> None:
        self.models.clear()


@pytest.fixture
def detections(monkeypatch: pytest.MonkeyPatch) -> Detections:
    """Counts every photo in which a page has people looked for from now on."""
    counted = Detections()
    search = people_in_picture

    def counting(picture: Picture, settings: Settings, landmarker: Landmarker) -> tuple[Detection, int]:
        if get_script_run_ctx(suppress_warning=True) is not None:
            counted.models.append(landmarker.model)
        return search(picture, settings, landmarker)

    monkeypatch.setattr("core.analysis.people_in_picture", counting)
    return counted


@dataclass
class Downloads:
    """What the download buttons of the last run offer: key to the file's name and its maker."""

    offered: dict[str, tuple[str, Callable[[], bytes]]] = field(default_factory=dict)

    def name(self, key: str) -> str:
        return self.offered[key][0]

    def content(self, key: str) -> bytes:
        """The file, made as Streamlit makes it: after the run, where there is no session at hand."""
        return self.offered[key][1]()


@pytest.fixture
def downloads(monkeypatch: pytest.MonkeyPatch) -> Downloads:
    """Remembers what each download button would give."""
    remembered = Downloads()
    button = st.download_button

    def remembering(label: str, data: Callable[[], bytes], file_name: str, mime: str, *, key: str, **rest: Any) -> bool:
        remembered.offered[key] = (file_name, data)
        return button(label, data, file_name, mime, key=key, **rest)

    monkeypatch.setattr(st, "download_button", remembering)
    return remembered
