"""What every page stands in: the language, the last line of the sidebar, and what is told when a page fails."""

from __future__ import annotations

import logging
import runpy
from typing import Any

import pytest
import streamlit
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.local_script_runner import LocalScriptRunner

from pages.faults import tell_fault
from tests.pages.app import (
    PROJECT,
    assert_angles_are_cores,
    captions,
    choose,
    core_recording,
    go_to,
    open_image_page,
    open_photos,
    open_sample,
    open_start,
    sample_bytes,
    words,
)
from tests.pages.conftest import Detections


def switch_language(at: AppTest, language: str) -> AppTest:
    at.segmented_control(key="language_choice").set_value(language).run()
    assert not at.exception
    return at


def headline(at: AppTest) -> str:
    (title,) = at.title
    return str(title.value)


def test_the_language_switch_offers_both_in_their_own_words() -> None:
    at = open_start()
    control = at.sidebar.segmented_control(key="language_choice")
    assert list(control.options) == ["English", "中文"]
    assert control.value == "en"
    assert control.label == words("common.language")


def test_the_language_switch_changes_the_words_and_the_link() -> None:
    at = switch_language(open_start(), "zh")
    assert headline(at) == words("start.headline", "zh")
    assert at.query_params == {"lang": "zh"}
    assert at.sidebar.caption[-1].value == f":material/lock: {words('common.nothing_leaves', 'zh')}"
    switch_language(at, "en")
    assert headline(at) == words("start.headline", "en")
    assert at.query_params == {"lang": "en"}
    assert at.sidebar.caption[-1].value == f":material/lock: {words('common.nothing_leaves', 'en')}"


def test_the_language_switch_keeps_photos_settings_and_results(detections: Detections) -> None:
    at = choose(choose(open_sample("squat90_side"), "model", "lite"), "numbers", True)
    detections.clear()
    switch_language(at, "zh")
    assert open_photos(at) == ["squat90_side.png"]
    assert at.segmented_control(key="setting_model").value == "lite"
    assert at.segmented_control(key="setting_model").label == words("settings.model", "zh")
    assert list(at.segmented_control(key="setting_model").options) == [
        words(f"settings.model_{name}", "zh") for name in ("lite", "full", "heavy")
    ]
    assert at.toggle(key="setting_numbers").value is True
    assert at.query_params == {"model": "lite", "numbers": "1", "lang": "zh"}
    assert [tab.label for tab in at.tabs] == [
        words(f"image.tab_{name}", "zh") for name in ("angles", "landmarks", "charts", "download")
    ]
    assert any(caption.startswith(words("image.one_person", "zh")) for caption in captions(at))
    assert_angles_are_cores(at, core_recording(sample_bytes("squat90_side"), model="lite"), language="zh")
    assert detections.models == []


def test_the_language_stays_over_a_change_of_page() -> None:
    at = switch_language(open_start(), "zh")
    assert headline(go_to(at, "about")) == words("about.title", "zh")
    assert at.query_params == {"lang": "zh"}


@pytest.mark.parametrize(
    ("linked", "browser", "expected"),
    [
        ("zh", None, "zh"),
        ("zh", "en-US", "zh"),
        ("en", "zh-CN", "en"),
        (None, None, "en"),
        (None, "de-DE", "en"),
        (None, "zh-CN", "zh"),
        (None, "zh", "zh"),
        (None, "ZH-Hant-TW", "zh"),
        ("fr", "zh-TW", "zh"),
        ("", "en-GB", "en"),
    ],
)
def test_the_first_language_is_the_links_then_the_browsers(
    linked: str | None, browser: str | None, expected: str
) -> None:
    at = AppTest.from_file(PROJECT / "pages" / "shell.py", default_timeout=60)
    at.context = {"locale": browser}
    if linked is not None:
        at.query_params["lang"] = linked
    at.run()
    assert not at.exception
    assert headline(at) == words("start.headline", expected)
    assert at.segmented_control(key="language_choice").value == expected
    assert at.query_params == {"lang": expected}


def test_two_sessions_have_their_own_language() -> None:
    chinese, english = open_start(lang="zh"), open_start(lang="en")
    assert headline(chinese.run()) == words("start.headline", "zh")
    assert headline(english.run()) == words("start.headline", "en")


def test_nothing_leaves_is_said_on_every_page() -> None:
    at = open_start()
    for page in ("start", "image", "video", "about"):
        assert go_to(at, page).sidebar.caption[-1].value == f":material/lock: {words('common.nothing_leaves')}"


# --- faults that nobody has foreseen --------------------------------------------------------------------------------


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> None:
    """Faults are handed to `tell_fault`, as `dashboard.py` has Streamlit do; AppTest does not run that file."""
    make = LocalScriptRunner.__init__

    def make_with_handler(self: LocalScriptRunner, *arguments: Any, **rest: Any) -> None:
        make(self, *arguments, **rest)
        self._on_script_error = tell_fault

    monkeypatch.setattr(LocalScriptRunner, "__init__", make_with_handler)


@pytest.mark.usefixtures("told")
@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_fault_is_told_in_plain_words_and_what_was_open_stays(
    language: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    at = open_sample("squat90_side", lang=language)

    def broken(*_: object) -> None:
        raise RuntimeError("the secret inside")

    with monkeypatch.context() as patch, caplog.at_level(logging.ERROR):
        patch.setattr("pages.widgets.measurement.measurement_line", broken)
        at.run()
        assert [error.value for error in at.error] == [words("common.unexpected", language)]
        assert not at.exception
        assert not any("secret" in markdown.value for markdown in at.markdown)
    logged = [record.exc_info[1] for record in caplog.records if record.exc_info]
    assert "RuntimeError('the secret inside')" in map(repr, logged)
    assert open_photos(at) == ["squat90_side.png"]
    at.run()
    assert not at.error and not at.exception
    assert_angles_are_cores(at, core_recording(sample_bytes("squat90_side")), language=language)


@pytest.mark.usefixtures("told")
def test_a_fault_leaves_the_language_switch_and_the_last_line_in_place(monkeypatch: pytest.MonkeyPatch) -> None:
    at = open_image_page()

    def broken() -> None:
        raise RuntimeError

    monkeypatch.setattr("pages.widgets.sources.source_row", broken)
    at.run()
    assert [error.value for error in at.error] == [words("common.unexpected")]
    assert at.sidebar.segmented_control(key="language_choice").value == "en"
    assert at.sidebar.caption[-1].value == f":material/lock: {words('common.nothing_leaves')}"
    switch_language(at, "zh")
    assert [error.value for error in at.error] == [words("common.unexpected", "zh")]


def test_the_handler_tells_streamlit_that_nothing_more_need_be_shown() -> None:
    def page() -> None:
        import streamlit as st

        from pages.faults import tell_fault

        st.session_state["answer"] = tell_fault(ValueError("the secret inside"))

    at = AppTest.from_function(page, default_timeout=60).run()
    assert at.session_state["answer"] is True
    assert [error.value for error in at.error] == [words("common.unexpected")]


def test_the_dashboard_runs_the_shell_and_hands_its_faults_to_the_handler(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[tuple[tuple[Any, ...], dict[str, Any]]] = []
    monkeypatch.setattr(streamlit, "App", lambda *arguments, **options: made.append((arguments, options)))
    runpy.run_path(str(PROJECT / "dashboard.py"))
    ((arguments, options),) = made
    assert arguments == ("pages/shell.py",)
    assert options["on_script_error"] is tell_fault
    assert [route.path for route in options["routes"]][-3:] == [
        "/assets/fonts",
        "/clips/{token}",
        "/live-camera/{token}",
    ]
