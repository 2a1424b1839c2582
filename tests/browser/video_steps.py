"""What a user does with the player, as functions, and what it shows."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from core import Recording
from scripts.running_dashboard import settle
from tests.browser.pictures import SAMPLES

SQUAT = SAMPLES / "squat_2reps.mp4"
STREET = SAMPLES / "street_two_people.mp4"
FRAME_S = 0.05

STATE = """player => ({
    frame: Number(player.dataset.frame),
    time: Number(player.dataset.time),
    playing: player.dataset.playing === "true",
    video: player.querySelector("video").currentTime,
    overlay: Number(player.querySelector(".overlay").dataset.frame),
    body: Number(player.querySelector(".body").dataset.frame),
    turn: Number(player.querySelector(".body").dataset.turn),
    cursor: Number(player.querySelector(".cursor").dataset.time),
    cursorX: player.querySelector(".cursor").getBoundingClientRect().left
        - player.querySelector(".curves").getBoundingClientRect().left,
    width: player.querySelector(".curves").clientWidth,
    shown: player.querySelector(".time").textContent,
})"""


def open_clip(page: Page, path: Path = SQUAT, *, until_complete: bool = True) -> None:
    page.goto("/video")
    settle(page)
    page.locator('input[type="file"]').first.set_input_files(path)
    player = page.locator(".player")
    expect(player).to_have_attribute("data-video", "playable", timeout=60_000)
    if until_complete:
        expect(player).to_have_attribute("data-complete", "true", timeout=90_000)
        expect(page.get_by_role("tab", name="Download")).to_be_visible()
        settle(page)


def replace_clip(page: Page, path: Path) -> None:
    """Open another clip where one is open, and wait until all of it is there."""
    player = page.locator(".player")
    before = player.get_attribute("data-clip") or ""
    page.locator('input[type="file"]').first.set_input_files(path)
    expect(player).not_to_have_attribute("data-clip", before)
    expect(player).to_have_attribute("data-video", "playable", timeout=60_000)
    expect(player).to_have_attribute("data-complete", "true", timeout=90_000)
    settle(page)


def state(page: Page) -> dict[str, Any]:
    now: dict[str, Any] = page.locator(".player").evaluate(STATE)
    return now


def press(page: Page, action: str) -> None:
    page.locator(f'.player [data-action="{action}"]').click()


def wait_for_frame(page: Page, frame: int) -> None:
    expect(page.locator(".player")).to_have_attribute("data-frame", str(frame))


def assert_everything_shows(page: Page, frame: int, recording: Recording) -> None:
    """Video, skeleton, 3D, cursor and clock are at this frame's own time."""
    wait_for_frame(page, frame)
    now = state(page)
    time_s = float(recording.time[frame])
    assert now["overlay"] == now["body"] == now["frame"] == frame
    assert now["time"] == pytest.approx(time_s) and now["cursor"] == pytest.approx(time_s)
    assert -0.001 < now["video"] - time_s < FRAME_S
    assert now["shown"].startswith(f"0:{time_s:05.2f} /")
    part_s = 3.6
    assert now["cursorX"] == pytest.approx(time_s / part_s * now["width"], abs=2)
