"""The player as a user meets it, on the real server in Chromium: video, skeleton, 3D and curves at one moment."""

from __future__ import annotations

import itertools
import time

import pytest
from playwright.sync_api import Page, expect

from core import Recording, Settings, analyse_video, joint_kinematics
from scripts.running_dashboard import settle
from tests.browser.video_steps import (
    FRAME_S,
    SQUAT,
    STREET,
    assert_everything_shows,
    open_clip,
    press,
    replace_clip,
    state,
    wait_for_frame,
)

# What stands above the curves, without the figures, and how high they all are.
HEADS = "heads => heads.map(head => head.firstChild.textContent.toLowerCase())"
HEIGHT = "curves => curves.clientHeight"
LATER_THAN = """seconds => [...document.querySelectorAll("*")]
    .some(each => Number(each.shadowRoot?.querySelector(".player")?.dataset.time) > seconds)"""

PAUSED_AT_ITS_FRAME = f"""() => {{
    const players = [...document.querySelectorAll("*")].map(each => each.shadowRoot?.querySelector(".player"))
    const player = players.find(Boolean)
    const ahead_s = player.querySelector("video").currentTime - Number(player.dataset.time)
    return ahead_s > -0.001 && ahead_s < {FRAME_S}
}}"""


@pytest.fixture(autouse=True)
def _tall_page(page: Page) -> None:
    """The whole player can be seen and reached by the mouse."""
    page.set_viewport_size({"width": 1280, "height": 1300})


@pytest.fixture(scope="module")
def squat() -> Recording:
    return analyse_video(SQUAT, Settings())


def test_stepping_by_key_and_button_goes_by_the_recordings_own_times(page: Page, squat: Recording) -> None:
    open_clip(page)
    assert_everything_shows(page, 0, squat)
    for frame in (1, 2, 3):
        page.keyboard.press("ArrowRight")
        assert_everything_shows(page, frame, squat)
    page.keyboard.press("ArrowLeft")
    assert_everything_shows(page, 2, squat)
    press(page, "forward")
    press(page, "forward")
    assert_everything_shows(page, 4, squat)
    press(page, "back")
    assert_everything_shows(page, 3, squat)
    # Faster than the video can follow: no step is lost.
    for _ in range(8):
        page.keyboard.press("ArrowRight")
    assert_everything_shows(page, 11, squat)
    page.keyboard.press("Home")
    assert_everything_shows(page, 0, squat)
    page.keyboard.press("ArrowLeft")
    assert_everything_shows(page, 0, squat)
    page.keyboard.press("End")
    assert_everything_shows(page, squat.frames - 1, squat)


def test_clicking_and_dragging_on_the_curves_moves_everything(page: Page, squat: Recording) -> None:
    open_clip(page)
    box = page.locator(".curves").bounding_box()
    assert box is not None
    y = box["y"] + 40

    def x_of(time_s: float) -> float:
        return float(box["x"] + box["width"] * time_s / 3.6)

    page.mouse.click(x_of(1.02), y)
    assert_everything_shows(page, 20, squat)
    page.mouse.move(x_of(1.02), y)
    page.mouse.down()
    page.mouse.move(x_of(2.52), y, steps=12)
    page.mouse.up()
    assert_everything_shows(page, 50, squat)


def test_the_figures_beside_the_cursor_are_the_recordings(page: Page, squat: Recording) -> None:
    open_clip(page)
    for _ in range(7):
        page.keyboard.press("ArrowRight")
    wait_for_frame(page, 7)
    curves = joint_kinematics(squat)
    row = curves[(curves["frame"] == 7) & (curves["joint"] == "left_knee")]
    knee = page.locator(".head", has_text="knee").locator(".value").first
    expect(knee).to_have_text(f"left {row['filtered_deg'].iloc[0]:.0f}°")


def test_playing_and_pausing_keep_everything_together(page: Page, squat: Recording) -> None:
    open_clip(page)
    press(page, "rate-0.5")
    press(page, "play")
    expect(page.locator(".player")).not_to_have_attribute("data-frame", "0")
    seen = []
    for _ in range(12):
        page.wait_for_timeout(60)
        now = state(page)
        assert now["overlay"] == now["body"] == now["frame"]
        assert now["cursor"] == pytest.approx(squat.time[now["frame"]])
        # The video's clock goes on while the frame that is shown stays, on a busy machine for long.
        assert now["video"] - now["time"] > -FRAME_S
        seen.append(now["frame"])
    assert seen == sorted(seen)
    page.keyboard.press(" ")  # the button has the focus: it is pressed
    expect(page.locator(".player")).to_have_attribute("data-playing", "false")
    # The frame at which the video has stopped may still be on its way to the screen.
    page.wait_for_function(PAUSED_AT_ITS_FRAME)
    assert_everything_shows(page, state(page)["frame"], squat)


def test_a_stretch_is_played_in_a_loop(page: Page) -> None:
    open_clip(page)
    box = page.locator(".curves").bounding_box()
    assert box is not None
    y = box["y"] + 40
    page.keyboard.down("Shift")
    page.mouse.move(box["x"] + box["width"] * 1.0 / 3.6, y)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 1.5 / 3.6, y, steps=5)
    page.mouse.up()
    page.keyboard.up("Shift")
    expect(page.locator(".stretch")).to_be_visible()
    press(page, "rate-0.25")
    press(page, "play")
    expect(page.locator(".player")).not_to_have_attribute("data-frame", "0")
    times: list[float] = []
    deadline = time.monotonic() + 60
    while sum(later < earlier for earlier, later in itertools.pairwise(times)) < 2:
        assert time.monotonic() < deadline
        page.wait_for_timeout(80)
        times.append(state(page)["time"])
    assert min(times) >= 1.0 - FRAME_S and max(times) <= 1.5 + 3 * FRAME_S
    press(page, "play")
    press(page, "clear")
    expect(page.locator(".stretch")).to_be_hidden()


def test_in_and_out_are_set_where_the_clip_stands(page: Page) -> None:
    open_clip(page)
    for key, times in (("ArrowRight", 10), ("[", 1), ("ArrowRight", 6), ("]", 1)):
        for _ in range(times):
            page.keyboard.press(key)
        page.wait_for_timeout(400)
    stretch = page.locator(".player").get_attribute("data-stretch")
    assert stretch is not None
    assert [float(each) for each in stretch.split()] == pytest.approx([0.5, 0.8])


def test_raw_and_corrected_bodies_are_laid_over_each_other(page: Page, squat: Recording) -> None:
    open_clip(page)
    body = page.locator(".body")
    expect(body).to_have_attribute("data-bodies", "1")
    page.keyboard.press("ArrowRight")
    wait_for_frame(page, 1)
    turn = state(page)["turn"]
    for name, bodies in (("both", "2"), ("raw", "1"), ("corrected", "1")):
        button = page.locator(f'.which-body [data-body="{name}"]')
        button.click()
        expect(button).to_have_attribute("aria-pressed", "true")
        expect(body).to_have_attribute("data-bodies", bodies)
        assert_everything_shows(page, 1, squat)
        assert state(page)["turn"] == turn


def test_the_turned_view_stays_while_playing_and_over_a_change_of_settings(page: Page) -> None:
    open_clip(page)
    before = state(page)["turn"]
    box = page.locator(".body").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 60, box["y"] + 100)
    page.mouse.down()
    page.mouse.move(box["x"] + 140, box["y"] + 100, steps=6)
    page.mouse.up()
    turned = state(page)["turn"]
    assert abs(turned - before) > 0.5
    page.keyboard.press("ArrowRight")
    wait_for_frame(page, 1)
    page.get_by_test_id("stSidebar").get_by_text("Overlay", exact=True).click()
    page.locator(".st-key-setting_colours").get_by_role("radio", name="Classic").click()
    settle(page)
    page.get_by_role("link", name="About").click()
    settle(page)
    page.get_by_role("link", name="Video").click()
    expect(page.locator(".player")).to_have_attribute("data-complete", "true")
    assert state(page)["turn"] == turned


def test_another_clip_begins_at_its_beginning_without_the_stretch_of_the_one_before(page: Page) -> None:
    open_clip(page, STREET)
    page.keyboard.press("End")
    page.wait_for_function(LATER_THAN, arg=3.6)  # the squat is shorter than that
    page.keyboard.press("]")
    page.keyboard.press("ArrowLeft")
    expect(page.locator(".player")).not_to_have_attribute("data-stretch", "")
    replace_clip(page, SQUAT)
    expect(page.locator(".player")).to_have_attribute("data-stretch", "")
    expect(page.locator(".stretch")).to_be_hidden()
    expect(page.locator('[data-action="clear"]')).to_be_disabled()
    now = state(page)
    assert (now["frame"], now["time"], now["cursorX"]) == (0, 0, pytest.approx(0, abs=1))
    assert now["video"] < FRAME_S
    # The clip plays as if it had been the first.
    page.keyboard.press("ArrowRight")
    wait_for_frame(page, 1)


def test_the_joints_to_plot_can_be_chosen(page: Page) -> None:
    open_clip(page)
    shown, curves = page.locator(".head").evaluate_all(HEADS), page.locator(".curves")
    assert sorted(shown) == ["elbow", "found", "hip", "knee"]
    height = curves.evaluate(HEIGHT)
    page.locator('[data-joint="ankle"]').click()
    expect(page.locator('[data-joint="ankle"]')).to_have_attribute("aria-pressed", "true")
    assert set(page.locator(".head").evaluate_all(HEADS)) == {*shown, "ankle"}
    lane = curves.evaluate(HEIGHT) - height
    assert lane > 0
    for joint in ("knee", "hip", "elbow"):
        page.locator(f'[data-joint="{joint}"]').click()
    assert page.locator(".head").evaluate_all(HEADS) == ["ankle", "found"]
    assert curves.evaluate(HEIGHT) == height - 2 * lane
    # The choice outlives the page.
    page.get_by_role("link", name="About").click()
    settle(page)
    page.get_by_role("link", name="Video").click()
    expect(page.locator(".player")).to_have_attribute("data-complete", "true")
    assert page.locator(".head").evaluate_all(HEADS) == ["ankle", "found"]


def test_it_plays_at_a_quarter_of_the_speed(page: Page) -> None:
    open_clip(page)
    video = page.locator(".player video")
    press(page, "rate-0.25")
    expect(page.locator('[data-action="rate-0.25"]')).to_have_attribute("aria-pressed", "true")
    expect(page.locator('[data-action="rate-1"]')).to_have_attribute("aria-pressed", "false")
    press(page, "play")
    page.wait_for_function(LATER_THAN, arg=0.2)
    assert video.evaluate("video => [video.playbackRate, video.paused]") == [0.25, False]
    now = state(page)
    assert now["overlay"] == now["body"] == now["frame"] > 0
    press(page, "rate-0.5")
    assert video.evaluate("video => video.playbackRate") == 0.5
