"""Clips in and files out of the Video page, on the real server in Chromium: growing, cancelling, users, formats."""

from __future__ import annotations

import io
from pathlib import Path
from urllib.parse import urlparse

import av
import cv2
import numpy as np
import pandas as pd
import pytest
from playwright.sync_api import Browser, Page, expect

from core import Recording, Settings, analyse_video, landmark_table
from scripts.repeated_clip import repeated_clip
from scripts.running_dashboard import settle
from tests.browser.video_steps import FRAME_S, SQUAT, STREET, open_clip, press, state, wait_for_frame
from tests.core.media.clips import turned

# What a video shows, made small: RGBA.
PICTURE = """(video, [width, height]) => {
    const canvas = Object.assign(document.createElement("canvas"), {width, height})
    const context = canvas.getContext("2d")
    context.imageSmoothingQuality = "high"
    context.drawImage(video, 0, 0, width, height)
    return [...context.getImageData(0, 0, width, height).data]
}"""

# A quick analysis is over before anybody has looked.
NOTE_WHEN_INCOMPLETE = """player => new MutationObserver(() => {
    if (player.dataset.complete === "false") player.dataset.wasIncomplete = "true"
}).observe(player, {attributes: true, attributeFilter: ["data-complete"]})"""


@pytest.fixture(autouse=True)
def _tall_page(page: Page) -> None:
    """The whole player can be seen and reached by the mouse."""
    page.set_viewport_size({"width": 1280, "height": 1300})


@pytest.fixture(scope="module")
def squat() -> Recording:
    return analyse_video(SQUAT, Settings())


def test_it_grows_while_the_analysis_goes_on_and_stop_keeps_what_is_there(page: Page, tmp_path: Path) -> None:
    # So long that it cannot be over before somebody looks.
    open_clip(page, repeated_clip(STREET, 60, tmp_path / "long.mp4"), until_complete=False)
    player = page.locator(".player")
    page.wait_for_function(
        """() => [...document.querySelectorAll("*")].map(each => each.shadowRoot?.querySelector(".player"))
            .some(player => Number(player?.dataset.frames) > 0)""",
        timeout=60_000,
    )
    assert player.get_attribute("data-complete") == "false"
    page.get_by_role("button", name="Stop").click()
    expect(player).to_have_attribute("data-complete", "true")
    expect(page.get_by_text("What has been found until then is kept")).to_be_visible()
    settle(page)
    frames = int(player.get_attribute("data-frames") or 0)
    assert 0 < frames < 60 * 230
    expect(page.get_by_role("tab", name="Summary")).to_be_visible()


def test_downloaded_landmarks_are_cores(page: Page, squat: Recording) -> None:
    open_clip(page)
    page.get_by_role("tab", name="Download").click()
    settle(page)
    with page.expect_download() as waiting:
        page.locator(".st-key-video_download_landmarks_csv button").click()
    downloaded = pd.read_csv(waiting.value.path())
    numbers = ["time_s", "x_px", "y_px", "z_px", "x_m", "y_m", "z_m", "visibility", "presence"]
    np.testing.assert_allclose(downloaded[numbers], landmark_table(squat)[numbers], rtol=1e-6)


def test_the_annotated_video_can_be_had_and_plays(page: Page, tmp_path: Path) -> None:
    open_clip(page)
    page.get_by_role("tab", name="Download").click()
    settle(page)
    page.locator(".st-key-make_annotated button").click()
    button = page.locator(".st-key-video_download_mp4 button")
    expect(button).to_be_visible(timeout=60_000)
    settle(page)
    with page.expect_download() as waiting:
        button.click()
    file = tmp_path / "skeleton.mp4"
    waiting.value.save_as(file)
    with av.open(str(SQUAT)) as before, av.open(str(file)) as after:
        stream = after.streams.video[0]
        assert (stream.codec_context.name, stream.codec_context.pix_fmt) == ("h264", "yuv420p")
        assert sum(1 for _ in after.decode(video=0)) == 72
        assert abs(seconds_of(after) - seconds_of(before)) <= FRAME_S
    content = file.read_bytes()
    assert 0 < content.index(b"moov") < content.index(b"mdat")  # the index comes first: it plays while loading
    assert_plays(page, file, (432, 576), seconds=3.6)


def seconds_of(container: av.container.InputContainer) -> float:
    """How long a file is, as it says itself."""
    assert container.duration is not None
    return container.duration / av.time_base


def assert_plays(page: Page, file: Path, size: tuple[int, int], seconds: float) -> None:
    """In a page that holds nothing but the video, until its end."""
    beside = file.with_suffix(".html")
    beside.write_text(f'<video muted src="{file.name}"></video>', encoding="utf-8")
    page.goto(beside.as_uri())
    page.wait_for_function("document.querySelector('video').readyState >= 2")
    video = page.locator("video")
    assert video.evaluate("video => [video.videoWidth, video.videoHeight]") == list(size)
    assert video.evaluate("video => video.duration") == pytest.approx(seconds, abs=FRAME_S)
    assert video.evaluate("video => video.currentTime") == 0
    video.evaluate("video => video.play()")
    page.wait_for_function("document.querySelector('video').currentTime > 0.5")
    page.wait_for_function("document.querySelector('video').ended")
    assert video.evaluate("video => video.error") is None
    assert video.evaluate("video => video.getVideoPlaybackQuality().totalVideoFrames") > 1


def phone_clip(path: Path) -> Path:
    """The squat as a phone held upright writes it: lying on its side, with a note how to turn it."""
    file = io.BytesIO()
    with av.open(str(SQUAT)) as source, av.open(file, "w", format="mp4") as container:
        stream = container.add_stream("libx264", rate=20)
        stream.width, stream.height, stream.pix_fmt = 576, 432, "yuv420p"
        for number, frame in enumerate(source.decode(video=0)):
            lying = np.ascontiguousarray(np.rot90(frame.to_ndarray(format="rgb24")))
            picture = av.VideoFrame.from_ndarray(lying, "rgb24")
            picture.pts = number
            container.mux(stream.encode(picture))
        container.mux(stream.encode())
    path.write_bytes(turned(file.getvalue(), 90))
    return path


def test_a_phone_clip_with_a_note_of_its_turn_stands_upright(page: Page, squat: Recording, tmp_path: Path) -> None:
    open_clip(page, phone_clip(tmp_path / "phone.mp4"))
    video = page.locator(".player video")
    assert video.evaluate("video => [video.videoWidth, video.videoHeight]") == [432, 576]
    box = page.locator(".stage").bounding_box()
    assert box is not None and box["height"] / box["width"] == pytest.approx(576 / 432, rel=0.01)
    # What is seen is the upright picture, and the skeleton is the one of the clip that was never turned.
    seen = np.array(video.evaluate(PICTURE, [108, 144]), np.uint8).reshape(144, 108, 4)[..., :3]
    with av.open(str(SQUAT)) as source:
        first = next(source.decode(video=0)).to_ndarray(format="rgb24")
    expected = cv2.resize(first, (108, 144), interpolation=cv2.INTER_AREA)
    assert np.abs(seen.astype(int) - expected).mean() < 8 < np.abs(seen[::-1].astype(int) - expected).mean()
    expect(page.locator(".overlay")).to_have_attribute("data-people", "1")
    page.get_by_role("tab", name="Download").click()
    settle(page)
    with page.expect_download() as waiting:
        page.locator(".st-key-video_download_landmarks_csv button").click()
    found = pd.read_csv(waiting.value.path())
    one_frame = landmark_table(squat.part(0, 1))
    apart = np.hypot(found["x_px"][:33] - one_frame["x_px"], found["y_px"][:33] - one_frame["y_px"])
    assert apart.median() < 0.03 * squat.height


def mjpeg(path: Path) -> Path:
    """The squat in a format that browsers do not play."""
    with av.open(str(SQUAT)) as source, av.open(str(path), "w") as container:
        stream = container.add_stream("mjpeg", rate=20)
        stream.width, stream.height, stream.pix_fmt = 432, 576, "yuvj420p"
        for number, frame in enumerate(source.decode(video=0)):
            picture = av.VideoFrame.from_ndarray(frame.to_ndarray(format="rgb24"), "rgb24")
            picture.pts = number
            container.mux(stream.encode(picture))
        container.mux(stream.encode())
    return path


def test_a_click_in_the_picture_says_who_is_followed(page: Page) -> None:
    open_clip(page, STREET)
    press(page, "follow")
    box = page.locator(".stage").bounding_box()
    assert box is not None
    # The one who walks below. Whoever was followed before is shown until it is known where this one goes.
    player = page.locator(".player")
    page.mouse.click(box["x"] + box["width"] * 0.72, box["y"] + box["height"] * 0.78)
    expect(page.get_by_text("A new analysis is running.")).to_be_visible()
    expect(player).to_have_attribute("data-complete", "true")
    player.evaluate(NOTE_WHEN_INCOMPLETE)
    expect(page.get_by_text("A new analysis is running.")).to_have_count(0, timeout=90_000)
    expect(player).to_have_attribute("data-was-incomplete", "true")
    expect(player).to_have_attribute("data-complete", "true", timeout=90_000)
    expect(page.locator('[data-action="follow"]')).to_have_attribute("aria-pressed", "false")


def test_a_format_that_the_browser_cannot_play_is_copied_for_it(page: Page, tmp_path: Path) -> None:
    open_clip(page, mjpeg(tmp_path / "squat.avi"))
    page.keyboard.press("ArrowRight")
    wait_for_frame(page, 1)
    now = state(page)
    assert now["overlay"] == now["body"] == 1
    assert now["video"] == pytest.approx(0.05, abs=0.002)


def test_nothing_leaves_and_nobody_else_gets_the_clip(page: Page, dashboard: str) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    open_clip(page)
    press(page, "play")
    page.wait_for_timeout(500)
    here = urlparse(dashboard).netloc
    assert [url for url in asked if urlparse(url).scheme in ("http", "https") and urlparse(url).netloc != here] == []
    (clip,) = {url for url in asked if "/clips/" in url and "?" not in url}
    assert page.request.get(clip, headers={"Range": "bytes=0-9"}).status == 206
    assert page.request.get(clip + "x").status == 404


def test_two_users_at_once_see_their_own_clips(chromium: Browser, dashboard: str) -> None:
    contexts = [chromium.new_context(base_url=dashboard, locale="en-US") for _ in range(2)]
    first, second = (context.new_page() for context in contexts)
    open_clip(first)
    open_clip(second, STREET, until_complete=False)
    sizes = [
        page.locator("video").evaluate("video => [video.videoWidth, video.videoHeight]") for page in (first, second)
    ]
    assert sizes == [[432, 576], [960, 540]]
    first.keyboard.press("ArrowRight")
    wait_for_frame(first, 1)
    assert state(second)["frame"] in (0, -1)
    for context in contexts:
        context.close()


def test_what_is_no_clip_is_told_and_the_page_stays_usable(page: Page) -> None:
    page.goto("/video")
    settle(page)
    page.locator('input[type="file"]').first.set_input_files(
        [{"name": "letter.mp4", "mimeType": "video/mp4", "buffer": b"Dear Sir or Madam, " * 9}]
    )
    expect(page.get_by_text("“letter.mp4” is not a video that can be read.")).to_be_visible()
    open_clip(page)


def test_a_phone_has_one_column_and_large_buttons(page: Page) -> None:
    page.set_viewport_size({"width": 400, "height": 800})
    open_clip(page)
    stage, body = page.locator(".stage").bounding_box(), page.locator(".body").bounding_box()
    assert stage is not None and body is not None
    assert body["y"] >= stage["y"] + stage["height"]
    sizes = page.locator(".player button:visible").evaluate_all(
        "buttons => buttons.map(each => each.getBoundingClientRect()).map(box => Math.min(box.width, box.height))"
    )
    assert len(sizes) > 15 and min(sizes) >= 44
    too_wide = page.evaluate(
        """() => [document.documentElement, document.querySelector('[data-testid="stMain"]')]
            .map(each => each.scrollWidth - each.clientWidth)"""
    )
    assert max(too_wide) <= 0


def test_everything_has_a_name_for_those_who_do_not_see_it(page: Page) -> None:
    open_clip(page)
    slider = page.get_by_role("slider", name="Position in the clip and joint angles there")
    assert "knee" in (slider.get_attribute("aria-valuetext") or "")
    nameless = page.locator(".player button:not([aria-label])").evaluate_all(
        "buttons => buttons.filter(each => !each.textContent.trim()).length"
    )
    assert nameless == 0
