"""What the coach says, in both languages."""

from __future__ import annotations

import pytest

import pages.language
from core.motion.camera_coach import Advice
from pages.widgets.coach import advice_text

# The whole of the English, a part of the Chinese.
SAID = [
    (
        Advice("view", "note", {"view": "three_quarter", "view_deg": 60.2}),
        "Seen from 60°: turn the camera to the side for knee angles, or to the front to compare left with right.",
        "60°",
    ),
    (
        Advice("too_small", "warning", {"height_px": 71.6, "limit_px": 100.0}),
        "The body is only 72 pixels tall: go nearer or zoom in until it has at least 100.",
        "72 像素",
    ),
    (
        Advice("too_near", "warning", {"share_percent": 97.0}),
        "The body takes up 97 % of the picture: step back so that raised arms and steps stay inside.",
        "人体占画面的 97%",
    ),
    (
        Advice("cut_off", "warning", {"edges": ("left", "bottom"), "parts": ("hands", "feet")}),
        "Cut off at the picture’s edge (left, bottom): move the camera or step back until the whole body is inside "
        "(missing: hands, feet).",
        "左、下",
    ),
    (
        Advice("camera_tilted", "warning", {"roll_deg": 7.8, "turn": "clockwise"}),
        "The picture leans by 8°: turn the camera clockwise by as much, so that upright is upright.",
        "请将相机顺时针转动相同角度",
    ),
]
PLAIN = [Advice("too_dark", "warning", {"luminance": 20.0}), Advice("blurred", "warning", {"sharpness": 0.002})]


@pytest.mark.parametrize(("advice", "english", "chinese"), SAID, ids=lambda value: getattr(value, "kind", ""))
def test_what_is_said(advice: Advice, english: str, chinese: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages.language, "language", lambda: "en")
    assert advice_text(advice) == english
    monkeypatch.setattr(pages.language, "language", lambda: "zh")
    assert chinese in advice_text(advice)


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("view", ["front", "side", "back"])
def test_every_view_says_its_angle(view: str, language: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages.language, "language", lambda: language)
    assert "12°" in advice_text(Advice("view", "note", {"view": view, "view_deg": 12.4}))


@pytest.mark.parametrize("advice", PLAIN, ids=lambda advice: advice.kind)
def test_light_and_blur_need_no_number(advice: Advice, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages.language, "language", lambda: "en")
    assert advice_text(advice).startswith("The body is ") and not any(
        letter.isdigit() for letter in advice_text(advice)
    )
