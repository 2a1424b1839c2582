"""The About page states version, licences and every checksum."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from core import VERSION
from core.detection.landmarker import MEDIAPIPE_VERSION
from core.detection.models import BUNDLES, FINDER_SHA256
from tests.pages.app import go_to, markdowns, open_start, words


def about(language: str) -> AppTest:
    return go_to(open_start(lang=language), "about")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_checksums_are_those_that_the_models_are_checked_against(language: str) -> None:
    table = about(language).table[0].value
    assert table[words("about.column_model", language)].tolist() == [
        *(words(f"settings.model_{name}", language) for name in ("lite", "full", "heavy")),
        words("about.finder", language),
    ]
    assert table[words("about.column_sha", language)].tolist() == [
        *(f"`{BUNDLES[name].sha256}`" for name in ("lite", "full", "heavy")),
        f"`{FINDER_SHA256}`",
    ]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_versions_worth_and_licences_are_told(language: str) -> None:
    at = about(language)
    assert [title.value for title in at.title] == [words("about.title", language)]
    assert words("about.what", language, version=VERSION, mediapipe=MEDIAPIPE_VERSION) in markdowns(at)
    for key in ("worth_text", "models_text", "licences_text"):
        assert words(f"about.{key}", language) in markdowns(at)
