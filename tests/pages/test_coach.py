"""What the coach says, in both languages."""

from __future__ import annotations

import dataclasses

import cv2
import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

import pages.language
from core import analyse_image, camera_advice
from core.media.images import read_image
from core.media.videos import open_clip
from core.motion.camera_coach import Advice
from core.settings import Settings
from pages.widgets.coach import advice_text, clip_pictures, studied_in_clip
from tests.core.motion.test_camera_coach import photo as photographed
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
from tests.pages.made_clips import analysed_as
from tests.pages.test_video import grey_clip, open_video_page, upload_clip

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


def test_everyone_in_a_clip_is_looked_at_in_a_frame_that_they_are_in() -> None:
    path = SAMPLE_FOLDER / "squat_2reps.mp4"
    three = some_recording(frames=90, people=3, width=640, height=480)
    three = dataclasses.replace(three, time=np.arange(90) / 25)
    three.image[:50, 0] = np.nan
    three.image[30:, 1] = np.nan
    pictures = clip_pictures(open_clip(path), three)
    assert set(pictures) == {0, 1, 2}
    assert {each.kind for advice in pictures.values() for each in advice} <= {"too_dark", "blurred"}
    assert clip_pictures(open_clip(path), some_recording(frames=5, people=0)) == {}
    assert studied_in_clip(three, [0, 1, 2]) == 2 and studied_in_clip(three, [1]) == 1
    assert studied_in_clip(three, [0, 1]) == 0


def test_the_clip_page_speaks_of_whoever_is_studied_and_of_no_tilt_that_is_known(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The second person leans by 12 degrees to the left: a camera turned clockwise."""
    upright, leaning = (photographed(roll_deg=roll) for roll in (0.0, 12.0))
    both = {
        name: np.repeat(np.concatenate([getattr(one, name) for one in (upright, leaning)], axis=1), 40, axis=0)
        for name in ("image", "world", "refined", "visibility", "presence")
    }
    recording = dataclasses.replace(upright, time=np.arange(40) / 25, **both)
    analysed_as(monkeypatch, recording)
    at = upload_clip(open_video_page(people="all"), "street.mkv", grey_clip())
    assert not any("leans by" in caption for caption in captions(at))  # the first one is spoken of, as found as long
    at.segmented_control(key="clip_person_choice").set_value(1).run()
    assert any(caption.startswith("Person 2") and "leans by 12" in caption for caption in captions(at))
    choose(choose(at, "tilt", "manual"), "roll_deg", 12.0)
    assert not at.exception
    assert not any("leans by" in caption for caption in captions(at))


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
