"""Slow motion, and clips that a browser would show otherwise: skeleton and picture stay together."""

from __future__ import annotations

import re
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from playwright.sync_api import Page, expect

from core import Settings, analyse_video
from core.media.videos import open_clip as core_clip
from tests.browser.video_steps import SQUAT, open_clip, press, state, wait_for_frame
from tests.core.media.test_orientation import lying
from tests.pages.test_odd_clips import slow_squat

pytestmark = pytest.mark.browser

PICTURE = """async player => {
    const video = player.querySelector("video")
    const canvas = document.createElement("canvas")
    canvas.width = 108
    canvas.height = 144
    const context = canvas.getContext("2d")
    context.drawImage(video, 0, 0, canvas.width, canvas.height)
    return [...context.getImageData(0, 0, canvas.width, canvas.height).data]
}"""


def shown_picture(page: Page) -> NDArray[np.float64]:
    pixels = page.locator(".player").evaluate(PICTURE)
    return np.array(pixels, float).reshape(144, 108, 4)[..., :3]


def test_slow_motion_plays_slowly_and_counts_in_real_seconds(page: Page, tmp_path: Path) -> None:
    path = tmp_path / "slow.mp4"
    path.write_bytes(slow_squat(8))
    open_clip(page, path)
    recording = analyse_video(path, Settings())
    page.locator(".player").focus()
    for frame in (1, 2, 3):
        press(page, "forward")
        wait_for_frame(page, frame)
    now = state(page)
    assert now["time"] == pytest.approx(recording.time[3]) and now["cursor"] == pytest.approx(recording.time[3])
    assert -0.001 < now["video"] - 8 * recording.time[3] < 0.05
    assert now["overlay"] == now["body"] == 3
    page.keyboard.press("End")
    wait_for_frame(page, 71)
    now = state(page)
    assert now["time"] == pytest.approx(71 / 160)
    assert -0.001 < now["video"] - 71 / 20 < 0.05
    page.keyboard.press("Home")
    wait_for_frame(page, 0)
    press(page, "play")
    expect(page.locator(".player")).to_have_attribute("data-playing", "true")
    expect(page.locator(".player")).to_have_attribute("data-frame", re.compile(r"^\d\d$"), timeout=20_000)
    now = state(page)
    # Between two looks of the same moment a frame may have passed.
    assert now["video"] / 8 == pytest.approx(now["time"], abs=3 / 160)


@pytest.mark.parametrize("form", [2, 3])
def test_a_clip_lies_in_the_player_as_it_was_analysed(form: int, page: Page, tmp_path: Path) -> None:
    """Mirrored (the player gets a copy) and turned (the browser turns it): the picture is the one with the skeleton."""
    path = tmp_path / "lying.mp4"
    path.write_bytes(lying(SQUAT.read_bytes(), form))
    open_clip(page, path)
    page.locator(".player").focus()
    page.keyboard.press("End")
    wait_for_frame(page, 71)
    clip = core_clip(path)
    with clip.reader() as reader:
        rgb = next(reader.frames(int(clip.pts[71]))).rgb
    right = cv2.resize(rgb, (108, 144), interpolation=cv2.INTER_AREA).astype(float)
    shown = shown_picture(page)
    assert np.abs(shown - right).mean() < 8
    for other in (right[:, ::-1], right[::-1], right[::-1, ::-1]):
        assert np.abs(shown - other).mean() > 16
