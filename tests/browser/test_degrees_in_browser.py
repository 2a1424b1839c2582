"""No angle under the cursor reads "-0°", in the player, the live figures or a Plotly chart."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import plotly.graph_objects as go
import pytest
from playwright.sync_api import Browser, Page

from core.rounding import number_text
from pages.widgets import player

SCRIPT = (Path(player.__file__).parent / "degrees.js").read_text(encoding="utf-8")
VALUES = (-0.0, -0.3, -0.6, 0.2, 12.4, -12.4, 183.6)


@pytest.fixture
def blank(chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context(offline=True)
    yield context.new_page()
    context.close()


def test_the_player_writes_angles_as_core_does(blank: Page) -> None:
    for value in VALUES:
        assert blank.evaluate(f"{SCRIPT}\ndegreesText({value})") == number_text(value, 0, "°")
    assert blank.evaluate(f"{SCRIPT}\ndegreesText(NaN)") == number_text(float("nan"), 0, "°") == "–"
    assert blank.evaluate(f"{SCRIPT}\ndegreesText(-0)") == "0°"


def test_plotly_writes_what_rounds_to_zero_without_a_sign(blank: Page, tmp_path: Path) -> None:
    figure = go.Figure(go.Scatter(x=[0, 1, 2], y=[-0.04, -0.0, -5.04], texttemplate="%{y:.1f}°", mode="text"))
    file = tmp_path / "chart.html"
    file.write_text(figure.to_html(include_plotlyjs=True), encoding="utf-8")
    blank.goto(file.as_uri())
    texts = blank.locator(".textpoint text")
    texts.first.wait_for()
    assert texts.all_text_contents() == ["0.0°", "0.0°", "-5.0°"]
