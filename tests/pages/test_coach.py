"""What the coach says, in both languages."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

import pages.language
from core import analyse_image, analyse_video, camera_advice
from core.media.images import read_image
from core.media.videos import open_clip
from core.motion.camera_coach import Advice
from core.settings import Settings
from pages.widgets.coach import advice_text, clip_advice
from tests.core.recordings import some_recording
from tests.pages.app import (
    SAMPLE_FOLDER,
    captions,
    choose,
    open_image_page,
    open_sample,
    pick_person,
    upload,
    words,
)

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


def many_lines() -> None:
    """A page with more advice than fits."""
    from core.motion.camera_coach import Advice
    from pages.widgets.coach import show_advice

    advice = [
        Advice("view", "note", {"view": "side", "view_deg": 88.0}),
        Advice("too_small", "warning", {"height_px": 50.0, "limit_px": 100.0}),
        Advice("camera_tilted", "warning", {"roll_deg": 7.0, "turn": "clockwise"}),
        Advice("too_dark", "warning", {"luminance": 20.0}),
    ]
    show_advice(advice, "coach", "Person 2")


def test_three_lines_at_most_the_most_severe_first_the_rest_folded() -> None:
    at = AppTest.from_function(many_lines, default_timeout=60).run()
    assert not at.exception
    shown, folded = (caption.value for caption in at.caption)
    lines = shown.split("  \n")
    assert lines[0] == "Person 2" and len(lines) == 4
    assert "50 pixels" in lines[1] and "leans by 7°" in lines[2] and "very dark" in lines[3]
    assert "Seen from the side" in folded
    (expander,) = at.expander
    assert expander.label == words("coach.more").format(count=1) and not expander.proto.expanded


def test_the_photo_page_says_what_the_coach_says() -> None:
    at = open_sample("squat90_side")
    rgb = read_image(SAMPLE_FOLDER / "squat90_side.png", Settings()).rgb
    advice = camera_advice(analyse_image(rgb, Settings()), 0, rgb)
    assert [each.kind for each in advice] == ["view"]
    assert any(advice_text(advice[0]) in caption for caption in captions(at))


def test_a_clip_is_judged_by_whoever_was_found_longest() -> None:
    path = SAMPLE_FOLDER / "squat_2reps.mp4"
    recording = analyse_video(path, Settings())
    person, advice = clip_advice(open_clip(path), recording)
    assert person == 0 and [each.kind for each in advice] == ["view"]
    assert advice[0].values["view"] == "three_quarter"  # the truth is 60 degrees
    two = some_recording(frames=5, people=2)
    two.image[:3, 0] = np.nan
    assert clip_advice(open_clip(path), two)[0] == 1
    assert clip_advice(open_clip(path), some_recording(frames=5, people=0)) == (0, [])


def tilted_standing() -> bytes:
    """A sample as a camera turned by 12 degrees takes it."""
    rgb = read_image(SAMPLE_FOLDER / "arms_raised_front.png", Settings()).rgb
    height, width = rgb.shape[:2]
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), -12, 0.8)
    turned = cv2.warpAffine(rgb, turn, (width, height), borderMode=cv2.BORDER_REPLICATE)
    return cv2.imencode(".png", cv2.cvtColor(turned, cv2.COLOR_RGB2BGR))[1].tobytes()


def test_a_tilt_that_was_told_is_not_told_again() -> None:
    content = tilted_standing()
    tilt = next(each for each in camera_advice(analyse_image(content)) if each.kind == "camera_tilted")
    roll_deg = float(str(tilt.values["roll_deg"])) * (1 if tilt.values["turn"] == "anticlockwise" else -1)
    at = upload(open_image_page(), ("tilted.png", content))
    sentence = advice_text(tilt)
    assert any(sentence in caption for caption in captions(at))
    choose(choose(at, "tilt", "manual"), "roll_deg", round(roll_deg))
    assert not any("leans by" in caption for caption in captions(at))
    choose(at, "roll_deg", -round(roll_deg))
    assert any(f"leans by {2 * abs(roll_deg):.0f}" in caption for caption in captions(at)) or abs(roll_deg) > 15


def test_the_advice_is_about_the_person_who_is_studied() -> None:
    at = open_sample("two_people")
    recording = analyse_image(SAMPLE_FOLDER / "two_people.png", Settings(people="all", enhance_contrast=True))
    rgb = read_image(SAMPLE_FOLDER / "two_people.png", Settings()).rgb
    said = [[advice_text(each) for each in camera_advice(recording, person, rgb)] for person in range(2)]
    assert said[0] != said[1]
    for person in (1, 0):
        pick_person(at, person)
        (shown,) = (caption for caption in captions(at) if caption.startswith(f"Person {person + 1}  \n"))
        assert all(sentence in shown for sentence in said[person][:3])
