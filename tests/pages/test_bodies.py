"""The buttons that say which body is shown and measured."""

from __future__ import annotations

import json

import pytest
from streamlit.testing.v1 import AppTest

from core.view.theme import THEMES
from pages.widgets.bodies import BODIES
from tests.pages.app import choose, component_data, open_sample, setting, words


def pressing(body: str) -> AppTest:
    """A page whose browser component has told of this button."""

    def session() -> None:
        import streamlit as st

        from pages.widgets.bodies import body_shown, pale_space, show_body

        show_body(st.session_state["pressed"])
        st.session_state["seen"] = (body_shown(), pale_space())

    at = AppTest.from_function(session, default_timeout=10)
    at.session_state["pressed"] = body
    return at


@pytest.mark.parametrize(
    ("body", "before", "space", "pale"),
    [
        ("corrected", "world", "refined", None),
        ("corrected", "image", "refined", None),
        ("raw", "refined", "world", None),
        ("both", "refined", "refined", "world"),
        ("both", "world", "world", "refined"),
        ("both", "image", "refined", "world"),
    ],
)
def test_a_button_shows_its_body_and_measures_it(body: str, before: str, space: str, pale: str | None) -> None:
    at = pressing(body)
    at.query_params["space"] = before
    at.run()
    assert not at.exception
    assert at.session_state["seen"] == (body, pale)
    assert at.session_state["choices"]["space"] == space


def test_what_is_no_button_changes_nothing() -> None:
    at = pressing("naked").run()
    assert at.session_state["seen"] == ("corrected", None)


@pytest.mark.parametrize(("space", "shown"), [("refined", "corrected"), ("world", "raw"), ("image", "")])
def test_the_buttons_follow_the_setting(space: str, shown: str) -> None:
    at = choose(open_sample("squat90_side"), "space", space)
    assert component_data(at, "skeleton")["bodies"]["shown"] == shown


def test_the_buttons_speak_chinese_too() -> None:
    bodies = component_data(open_sample("squat90_side", lang="zh"), "skeleton")["bodies"]
    assert bodies["labels"] == {body: words(f"image.body_{body}", "zh") for body in BODIES}


def test_a_link_shows_both() -> None:
    at = open_sample("squat90_side", both="1")
    assert component_data(at, "skeleton")["bodies"]["shown"] == "both"
    assert setting(at, "space").value == "refined"

    def pale(at: AppTest) -> list[str]:
        traces = json.loads(component_data(at, "skeleton")["figure"])["data"]
        return [each for each in traces if each.get("line", {}).get("color") == THEMES["light"].faint_ink]

    assert len(pale(at)) == 1
    # In the picture's plane there is nothing to compare.
    assert pale(choose(at, "space", "image")) == []
