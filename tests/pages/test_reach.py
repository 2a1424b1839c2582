"""The last line of the sidebar says where a user's pictures go, as it is."""

from __future__ import annotations

import pytest
import streamlit as st

import pages.language
from pages.reach import _words
from tests.pages.app import go_to, open_start, words

HERE = "nothing_leaves"


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize(
    ("url", "client", "listens_at", "said"),
    [
        ("http://localhost:8501/image", None, "127.0.0.1", HERE),
        ("http://127.0.0.1:8501/image", "127.0.0.1", "localhost", HERE),
        ("http://[::1]:8501/image", "::1", "::1", HERE),
        (None, None, "127.0.0.1", HERE),
        ("http://localhost:8501/image", None, "0.0.0.0", "open_to_network"),
        ("http://localhost:8501/image", None, "192.168.0.7", "open_to_network"),
        ("http://localhost:8501/image", None, None, "open_to_network"),  # Streamlit's own default is everywhere
        (None, None, "::", "open_to_network"),
        ("http://192.168.0.7:8501/image", "192.168.0.31", "0.0.0.0", "192.168.0.7"),
        ("http://gym-pc.local/image", None, "127.0.0.1", "gym-pc.local"),  # through a server in front of this one
        (None, "192.168.0.31", "0.0.0.0", "served_from_elsewhere"),
    ],
)
def test_what_is_said(
    url: str | None,
    client: str | None,
    listens_at: str | None,
    said: str,
    language: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(pages.language, "language", lambda: language)
    key = f"common.{said}"
    expected = words("common.served_from", language, host=said) if "." in said else words(key, language)
    assert _words(url, client, listens_at) == expected


def test_it_is_said_on_every_page(monkeypatch: pytest.MonkeyPatch) -> None:
    options = st.get_option
    monkeypatch.setattr(st, "get_option", lambda name: "0.0.0.0" if name == "server.address" else options(name))
    at = open_start()
    for page in ("start", "image", "about"):
        assert go_to(at, page).sidebar.caption[-1].value == f":material/lock: {words('common.open_to_network')}"
