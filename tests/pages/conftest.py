"""What the tests of the dashboard share: no results left over from another test, and counters."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
import streamlit as st
from streamlit.runtime.caching import clear_session_data_cache, clear_session_resource_cache
from streamlit.runtime.scriptrunner import get_script_run_ctx

from core.detection.landmarker import Detection, Landmarker

# AppTest gives every session this one.
SESSION = "test session id"


@pytest.fixture(autouse=True)
def _end_of_session() -> Iterator[None]:
    """Forget what was kept for a session, as when its page is closed. Models and the samples' tiles stay loaded."""
    yield
    clear_session_data_cache(SESSION)
    clear_session_resource_cache(SESSION)


@dataclass
class Detections:
    """The models that pages have run since `clear`, in order."""

    models: list[str] = field(default_factory=list)

    def clear(self) -> None:
        self.models.clear()


@pytest.fixture
def detections(monkeypatch: pytest.MonkeyPatch) -> Detections:
    """Counts every detection that a page makes from now on."""
    counted = Detections()
    detect = Landmarker.detect

    def counting(self: Landmarker, *arguments: Any) -> Detection:
        if get_script_run_ctx(suppress_warning=True) is not None:
            counted.models.append(self.model)
        return detect(self, *arguments)

    monkeypatch.setattr(Landmarker, "detect", counting)
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

    def remembering(
        label: str, data: Callable[[], bytes], file_name: str, *arguments: Any, key: str, **rest: Any
    ) -> bool:
        remembered.offered[key] = (file_name, data)
        return button(label, data, file_name, *arguments, key=key, **rest)

    monkeypatch.setattr(st, "download_button", remembering)
    return remembered
