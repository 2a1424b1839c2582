"""Several people as a user meets them in Chromium: clicked in the picture and in the strip, named, taken out."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from playwright.sync_api import Browser, Page, expect

from core import Recording, Settings, analyse_image, analyse_video
from core.skeleton import LANDMARK_INDEX, PERSON_COLOURS
from scripts.running_dashboard import running_dashboard, settle
from tests.browser.pictures import SAMPLES
from tests.browser.steps import click_landmark, open_sample
from tests.browser.video_steps import SQUAT, STREET, press, state

EVERYONE = "-1"
# As long as a name may be.
LONG_NAME = "Wolfeschlegelsteinhausenbergerdorff WWWW"
# A person somewhere in the middle of the body, and nobody in the picture's upper corner.
KNEE = LANDMARK_INDEX["left_knee"]
# Reads a pixel of the strip: of somebody's bar, at a time.
BAR_PIXEL = """(player, [person, timeS, partS]) => {
    const canvas = player.querySelector(".curves canvas")
    const name = player.querySelectorAll(".strip-name")[person]
    const dense = canvas.width / canvas.clientWidth
    const y = (name.offsetTop + name.offsetHeight + 4) * dense
    const x = (timeS / partS) * canvas.width
    return [...canvas.getContext("2d").getImageData(Math.round(x), Math.round(y), 1, 1).data]
}"""


@pytest.fixture(autouse=True)
def _tall_page(page: Page) -> None:
    page.set_viewport_size({"width": 1280, "height": 1400})


@pytest.fixture(scope="module")
def street() -> Recording:
    recording = analyse_video(STREET, Settings(people="all"))
    assert recording.people == 2
    return recording


def open_street(page: Page) -> None:
    page.goto("/video?people=all")
    settle(page)
    page.locator('input[type="file"]').first.set_input_files(STREET)
    expect(page.locator('.player[data-video="playable"][data-complete="true"]')).to_be_visible(timeout=90_000)
    expect(page.get_by_role("tab", name="Download")).to_be_visible()
    settle(page)


def frame_with_both(recording: Recording) -> int:
    """One where their knees are in the picture and far apart."""
    knees = recording.image[:, :, KNEE, :2]
    inside = ((knees > 0) & (knees < (recording.width, recording.height))).all(axis=(1, 2))
    apart = np.where(inside, np.abs(np.diff(knees[..., 0], axis=1)[:, 0]), 0.0)
    return int(np.argmax(apart))


def go_to_frame(page: Page, recording: Recording, frame: int) -> None:
    """Click the curves where this frame begins."""
    box = page.locator(".curves").bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] * (recording.time[frame] + 0.005) / part_s(page), box["y"] + 40)
    expect(page.locator(".player")).to_have_attribute("data-frame", str(frame))


def part_s(page: Page) -> float:
    """How long the analysed part is."""
    shown = str(state(page)["shown"]).split("/")[1].strip()
    minutes, seconds = shown.split(":")
    return 60 * int(minutes) + float(seconds)


def click_picture(page: Page, recording: Recording, x_px: float, y_px: float) -> None:
    box = page.locator(".stage").bounding_box()
    assert box is not None
    page.mouse.click(
        box["x"] + x_px * box["width"] / recording.width, box["y"] + y_px * box["height"] / recording.height
    )


def expect_person(page: Page, person: str, drawn: int) -> None:
    """In the player and, after its answer, on the page."""
    expect(page.locator(".player")).to_have_attribute("data-person", person)
    expect(page.locator(".overlay")).to_have_attribute("data-people", str(drawn))
    settle(page)
    chosen = page.locator(
        ".st-key-clip_person_choice [aria-checked='true'], .st-key-clip_person_choice [aria-pressed='true']"
    )
    expect(chosen).to_have_text("All" if person == EVERYONE else f"● Person {int(person) + 1}")


def test_a_click_on_a_skeleton_studies_the_person_and_one_beside_shows_everyone(page: Page, street: Recording) -> None:
    open_street(page)
    frame = frame_with_both(street)
    go_to_frame(page, street, frame)
    expect_person(page, EVERYONE, 2)
    for person in (1, 0):  # the second click is on somebody who is not drawn any more
        x_px, y_px = street.image[frame, person, KNEE, :2]
        click_picture(page, street, float(x_px), float(y_px))
        expect_person(page, str(person), 1)
        assert state(page)["playing"] is False and state(page)["frame"] == frame
        page.get_by_role("tab", name="Summary").click()
        settle(page)
    click_picture(page, street, 20, 20)
    expect_person(page, EVERYONE, 2)
    assert state(page)["playing"] is False
    # Where nothing is to be chosen a click plays, as with one person.
    click_picture(page, street, 20, 20)
    expect(page.locator(".player")).to_have_attribute("data-playing", "true")


def test_the_drawing_does_not_wait_for_the_page(page: Page, street: Recording) -> None:
    open_street(page)
    go_to_frame(page, street, frame_with_both(street))
    people = page.locator(".player").evaluate(
        """player => {
            player.querySelector('[data-action="person-1"]').click()
            return [player.dataset.person, player.querySelector(".overlay").dataset.people]
        }"""
    )
    assert people == ["1", "1"]
    # Quick clicks: the page answers the first when the last has been made, and must not undo it.
    for person in (0, 1, 0):
        press(page, f"person-{person}")
    expect_person(page, "0", 1)
    page.wait_for_timeout(700)
    expect_person(page, "0", 1)


def test_the_strip_says_who_is_there_when(page: Page, street: Recording) -> None:
    open_street(page)
    names = page.locator(".strip-name")
    expect(names).to_have_text(["Person 1", "Person 2"])
    found = np.isfinite(street.image[:, :, 0, 0])
    whole_s = part_s(page)
    gaps = 0
    for person in range(2):
        colour = [int(PERSON_COLOURS[person][place : place + 2], 16) for place in (1, 3, 5)]
        for frame in range(5, street.frames - 5, 9):
            around = found[frame - 4 : frame + 5, person]
            if around.all() or not around.any():
                pixel = page.locator(".player").evaluate(BAR_PIXEL, [person, float(street.time[frame]), whole_s])
                assert (pixel[:3] == colour) == bool(around.all()), f"person {person}, frame {frame}"
                gaps += not around.any()
    assert gaps > 5, "both are away for a while"
    stretches = sum(
        int(np.count_nonzero(np.diff(np.r_[False, found[:, person]].astype(int)) == 1)) for person in (0, 1)
    )
    expect(page.locator(".curves canvas")).to_have_attribute("data-stretches", str(stretches))


def test_a_click_on_a_bar_goes_there_and_studies_the_person(page: Page, street: Recording) -> None:
    open_street(page)
    box, row = page.locator(".curves").bounding_box(), page.locator(".strip-name").nth(1).bounding_box()
    assert box is not None and row is not None
    frame = 100
    x = box["x"] + box["width"] * (street.time[frame] + 0.005) / part_s(page)
    page.mouse.click(x, row["y"] + row["height"] + 4)
    expect(page.locator(".player")).to_have_attribute("data-frame", str(frame))
    expect_person(page, "1", int(np.isfinite(street.image[frame, 1, 0, 0])))
    # Dragging along it only moves the time.
    page.mouse.move(x, page.locator(".strip-name").first.bounding_box()["y"] + 20)  # type: ignore[index]
    page.mouse.down()
    later = 120
    page.mouse.move(box["x"] + box["width"] * (street.time[later] + 0.005) / part_s(page), row["y"], steps=6)
    page.mouse.up()
    expect(page.locator(".player")).to_have_attribute("data-frame", str(later))
    expect_person(page, "1", int(np.isfinite(street.image[later, 1, 0, 0])))


def test_the_pages_picker_and_the_player_choose_the_same(page: Page, street: Recording) -> None:
    open_street(page)
    go_to_frame(page, street, frame_with_both(street))
    page.locator(".st-key-clip_person_choice").get_by_text("Person 2").click()
    settle(page)
    expect_person(page, "1", 1)
    press(page, "person--1")
    expect_person(page, EVERYONE, 2)


def test_a_name_is_text_wherever_it_stands(page: Page, street: Recording) -> None:
    dialogs: list[str] = []
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    hostile = "<img src=x onerror=alert(1)>"
    open_street(page)
    page.locator(".st-key-clip_person_editor button").first.click()
    field = page.locator(".st-key-clip_person_name_0 input")
    field.fill(hostile)
    field.press("Enter")
    settle(page)
    expect(page.locator(".strip-name").first).to_have_text(hostile)
    expect(page.locator('.player [data-action="person-0"] .name')).to_have_text(hostile)
    page.keyboard.press("Escape")
    for tab in ("Summary", "Quality", "Angles"):
        page.get_by_role("tab", name=tab).click()
        settle(page)
    expect(page.locator(".js-plotly-plot .legendtext").first).to_have_text(f"{hostile[:23]}…")
    assert page.locator('img[src="x"]').count() == 0
    assert dialogs == []


def test_who_is_no_person_is_gone_and_can_be_brought_back(page: Page, street: Recording) -> None:
    open_street(page)
    press(page, "person-0")
    settle(page)
    page.locator(".st-key-clip_person_remove button").first.click()
    settle(page)
    # One person without a name needs none.
    expect(page.locator(".strip-name")).to_have_count(0)
    expect(page.locator('.player [data-action="person-0"]')).to_have_count(0)
    expect(page.locator(".player")).to_have_attribute("data-complete", "true")
    go_to_frame(page, street, 100)
    expect(page.locator(".body")).to_have_attribute("data-people", str(int(np.isfinite(street.image[100, 1, 0, 0]))))
    page.locator(".st-key-clip_person_bring_back_0 button").click()
    settle(page)
    expect(page.locator(".strip-name")).to_have_text(["Person 1", "Person 2"])
    expect_person(page, EVERYONE, int(np.isfinite(street.image[100, :, 0, 0]).sum()))


def test_a_click_on_somebody_in_a_photo_studies_them(page: Page) -> None:
    recording = analyse_image(SAMPLES / "two_people.png", Settings(people="all", enhance_contrast=True))
    open_sample(page, "two_people")
    picker = page.locator(".st-key-person_choice [aria-checked='true'], .st-key-person_choice [aria-pressed='true']")
    expect(picker).to_have_text("All")
    chest = recording.image[0, 1, [11, 12, 23, 24], :2].mean(axis=0)
    click_landmark(page, float(chest[0]), float(chest[1]))
    expect(picker).to_have_text("● Person 2")
    expect(page.locator(".marks .ring")).to_have_count(0)
    # The first one is not drawn now and can be clicked all the same.
    elbow = recording.image[0, 0, LANDMARK_INDEX["left_elbow"], :2]
    click_landmark(page, float(elbow[0]), float(elbow[1]))
    expect(picker).to_have_text("● Person 1")
    # Of who is drawn a click marks the joint.
    click_landmark(page, float(elbow[0]), float(elbow[1]))
    expect(page.locator(".marks .ring")).to_have_count(1)
    expect(picker).to_have_text("● Person 1")
    click_landmark(page, 30, recording.height - 30)
    expect(picker).to_have_text("All")


# --- many people ------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def crowded() -> Iterator[str]:
    with running_dashboard("tests/browser/crowded_dashboard.py") as address:
        yield address


@pytest.mark.parametrize("width", [1280, 400])
def test_twenty_people_with_long_names_fit(width: int, chromium: Browser, crowded: str) -> None:
    context = chromium.new_context(base_url=crowded, locale="en-US", viewport={"width": width, "height": 2000})
    page = context.new_page()
    page.goto("/video?people=all")
    settle(page)
    page.locator('input[type="file"]').first.set_input_files(SQUAT)
    expect(page.locator('.player[data-complete="true"]')).to_be_visible(timeout=60_000)
    settle(page)
    page.locator(".st-key-clip_person_editor button").first.click()
    for number in (0, 19):
        field = page.locator(f".st-key-clip_person_name_{number} input")
        field.fill(LONG_NAME)
        field.press("Enter")
        settle(page)
    page.keyboard.press("Escape")
    expect(page.locator(".strip-name")).to_have_count(20)
    expect(page.locator(".strip-name").last).to_have_text(LONG_NAME)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    player = page.locator(".player").bounding_box()
    assert player is not None
    buttons = page.locator(".player .people button")
    assert buttons.count() == 21
    for place in range(21):
        box = buttons.nth(place).bounding_box()
        assert box is not None
        assert player["x"] - 1 <= box["x"] and box["x"] + box["width"] <= player["x"] + player["width"] + 1
        assert box["height"] >= (44 if width == 400 else 36)
    picker = page.locator(".st-key-clip_person_choice button")
    assert picker.count() == 21
    for place in range(21):
        box = picker.nth(place).bounding_box()
        assert box is not None and box["x"] >= 0 and box["x"] + box["width"] <= width
        assert box["height"] >= (44 if width == 400 else 30)
    for name in page.locator(".strip-name").all():
        box = name.bounding_box()
        assert box is not None and box["x"] + box["width"] <= player["x"] + player["width"] + 1
    context.close()
