"""The Live page as a user meets it: Chromium's pretended camera shows a man who squats twice, again and again."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator

import pandas as pd
import pytest
from playwright.sync_api import Browser, Page, Playwright, expect

from core.motion.repetitions import MOVEMENTS, RepetitionCounter
from scripts.running_dashboard import launch_chromium, settle
from scripts.soak_live import soak
from tests.browser.live_steps import READY_MS, choose_model, open_live, record, visit


@pytest.fixture
def page(squatting: Browser, live_dashboard: str) -> Iterator[Page]:
    page = visit(squatting, live_dashboard)
    yield page
    page.context.close()


def stop(page: Page) -> int:
    """Gives how many frames the server says it has recorded; the browser has counted as many acknowledged."""
    live = page.locator(".live")
    page.locator(".live .stop").click()
    expect(page.get_by_text("Recordings", exact=True)).to_be_visible()
    settle(page)
    recorded = int(live.get_attribute("data-recorded") or 0)
    expect(live).to_have_attribute("data-frames", str(recorded))
    return recorded


def coloured(page: Page, canvas: str) -> int:
    """How many pixels of a canvas something is drawn on."""
    count: int = page.locator(canvas).evaluate(
        """canvas => canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data
            .reduce((sum, value, index) => sum + (index % 4 === 3 && value > 0), 0)"""
    )
    return count


def test_picture_skeleton_body_and_figures_are_there_and_move(page: Page) -> None:
    open_live(page, reading="flexion_deg")
    shown = page.locator(".live video").evaluate("video => [video.videoWidth, video.videoHeight, video.paused]")
    assert shown == [640, 480, False]
    expect(page.locator(".live .overlay")).to_have_attribute("data-people", "1")
    assert coloured(page, ".live .overlay") > 1000
    assert coloured(page, ".live .body") > 1000
    figure = page.locator('.live [data-joint="left_knee"] .figure')
    seen = set()
    for _ in range(40):
        page.wait_for_timeout(120)
        seen.add(int(figure.inner_text().rstrip("°").replace("−", "-").replace("–", "0")))
    assert max(seen) > 70 and min(seen) < 25
    drawn = [int(page.locator(".live").get_attribute("data-drawn") or 0)]
    page.wait_for_timeout(1000)
    drawn.append(int(page.locator(".live").get_attribute("data-drawn") or 0))
    assert drawn[1] > drawn[0]


TWO_OR_MORE = re.compile(r"^([2-9]|\d\d+)$")


def test_two_squats_are_recorded_counted_and_opened_like_any_other_movement(page: Page) -> None:
    open_live(page, reading="flexion_deg", live_movement="squat", live_countdown="0")
    record(page, standing=True)
    # Counted anew from the beginning of the recording; each counts when standing is reached again. The film goes on.
    expect(page.locator(".live")).to_have_attribute("data-repetitions", TWO_OR_MORE)
    recorded = stop(page)
    assert recorded > 20
    with page.expect_download() as saved:
        page.locator(".st-key-live_angles_csv_1 button").click()
    lines = saved.value.path().read_text(encoding="utf-8").splitlines()
    table = pd.read_csv(io.StringIO("\n".join(line for line in lines if not line.startswith("#"))))
    assert table["frame"].nunique() == recorded
    assert repetitions_of(table) >= 2
    page.get_by_label("Name").fill("Two squats")
    page.get_by_label("Name").press("Enter")
    settle(page)
    page.locator(".st-key-live_open_1 button").click()
    player = page.locator(".player")
    expect(player).to_have_attribute("data-complete", "true")
    expect(player).to_have_attribute("data-frames", str(recorded))
    expect(page.get_by_text("Recorded live")).to_be_visible()
    expect(player.locator(".note")).to_contain_text("without the picture")
    expect(player.locator(".overlay")).to_have_attribute("data-people", "1")


def repetitions_of(table: pd.DataFrame) -> int:
    """Those in the knee curve of a table of angles."""
    knees = table[table["joint"].isin(["left_knee", "right_knee"])].groupby("time_s")["flexion_deg"].mean()
    counter = RepetitionCounter(MOVEMENTS["squat"])
    for time_s, flexion_deg in knees.items():
        counter.see(float(str(time_s)), float(flexion_deg))
    return len(counter.repetitions)


LISTEN = """
window.heard = []
speechSynthesis.speak = said => window.heard.push(said.text)
const start = OscillatorNode.prototype.start
OscillatorNode.prototype.start = function (...when) {
  window.heard.push(this.frequency.value)
  return start.apply(this, when)
}
"""


@pytest.mark.parametrize(("cues", "second"), [("off", None), ("beep", 880), ("voice", "2")])
def test_repetitions_are_heard_as_wished(page: Page, cues: str, second: int | str | None) -> None:
    page.add_init_script(LISTEN)
    open_live(page, reading="flexion_deg", live_movement="squat", live_countdown="0", live_cues=cues)
    record(page, standing=True)
    page.evaluate("window.heard = []")
    expect(page.locator(".live")).to_have_attribute("data-repetitions", TWO_OR_MORE)
    heard = page.evaluate("window.heard")
    assert second in heard if second else heard == []
    stop(page)


# Counts the frames that are on their way: sent and not answered. It hears an answer before the page does.
COUNT_FRAMES = """
window.onTheirWay = 0
window.most = 0
window.WebSocket = class extends WebSocket {
  constructor(...address) {
    super(...address)
    if (this.url.includes("live-camera"))
      this.addEventListener("message", ({ data }) => typeof data !== "string" && window.onTheirWay--)
  }
  send(message) {
    if (this.url.includes("live-camera") && typeof message !== "string")
      window.most = Math.max(window.most, ++window.onTheirWay)
    return super.send(message)
  }
}
"""


DRAWN_MORE_THAN = """least => [...document.querySelectorAll("*")]
    .map(each => each.shadowRoot?.querySelector(".live")).some(live => Number(live?.dataset.drawn) > least)"""


def test_one_frame_is_on_its_way_at_a_time_so_that_no_delay_builds_up(page: Page) -> None:
    page.add_init_script(COUNT_FRAMES)
    open_live(page, model="heavy")
    drawn = int(page.locator(".live").get_attribute("data-drawn") or 0)
    page.wait_for_function(DRAWN_MORE_THAN, arg=drawn + 5)
    assert page.evaluate("window.most") == 1


def test_with_video_the_clip_plays_in_the_player(page: Page) -> None:
    open_live(page, live_countdown="3")
    page.locator(".live .with-video").check()
    page.locator(".live .record").click()
    expect(page.locator(".live .countdown")).to_have_text(re.compile("^[123]$"))
    expect(page.locator(".live")).to_have_attribute("data-recording", "running")
    page.wait_for_timeout(1500)
    recorded = stop(page)
    page.locator(".st-key-live_open_1 button").click()
    player = page.locator(".player")
    expect(player).to_have_attribute("data-video", "playable", timeout=60_000)
    expect(player).to_have_attribute("data-frames", str(recorded))
    assert player.locator("video").evaluate("video => [video.videoWidth, video.videoHeight]") == [640, 480]


def test_a_figure_turns_green_inside_its_band_and_the_skeleton_is_mirrored_with_the_picture(page: Page) -> None:
    open_live(page, reading="flexion_deg", live_targets="left_knee:-40:180")
    card = page.locator('.live [data-joint="left_knee"]')
    expect(card).to_have_class("readout inside")
    expect(page.locator(".live .stage")).to_have_class("stage mirrored")
    page.locator(".live .mirror").click()
    expect(page.locator(".live .stage")).to_have_class("stage")


def test_changing_settings_keeps_the_camera_running(page: Page) -> None:
    open_live(page)
    before = int(page.locator(".live").get_attribute("data-drawn") or 0)
    choose_model(page, "Lite")
    expect(page.locator(".live")).to_have_attribute("data-state", "running")
    expect(page.locator(".live")).to_have_attribute("data-measured", "lite", timeout=READY_MS)
    assert int(page.locator(".live").get_attribute("data-drawn") or 0) > before


def test_the_frames_go_to_this_server_only(page: Page) -> None:
    addresses: list[str] = []
    page.on("websocket", lambda socket: addresses.append(socket.url))
    page.on("request", lambda request: addresses.append(request.url))
    open_live(page)
    own = page.evaluate("location.host")
    assert any("/live-camera/" in address for address in addresses)
    assert {address.split("/")[2] for address in addresses if "://" in address and "blob:" not in address} == {own}


def test_leaving_the_page_frees_the_place_and_a_third_viewer_waits_for_it(
    squatting: Browser, live_dashboard: str
) -> None:
    pages = [visit(squatting, live_dashboard) for _ in range(3)]
    for page in pages[:2]:
        open_live(page)
    late = pages[2]
    late.goto("/live")
    settle(late)
    expect(late.locator(".live .message")).to_contain_text("All 2 places")
    choose_model(late, "Lite")  # the page's script runs again, which must not take the offer away
    late.locator(".live .wait").click()
    expect(late.locator(".live .message")).to_contain_text("Waiting for a place")
    choose_model(late, "Full")
    expect(late.locator(".live .message")).to_contain_text("Waiting for a place")
    expect(late.locator(".live .wait")).to_be_hidden()
    pages[0].get_by_test_id("stSidebarNav").get_by_text("Methods").click()
    expect(late.locator(".live")).to_have_attribute("data-state", "running")
    for page in pages:
        page.context.close()


@pytest.fixture(scope="module")
def without_camera(driver: Playwright) -> Iterator[Browser]:
    browser = launch_chromium(driver)
    yield browser
    browser.close()


REFUSES = "navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('no', 'NotAllowedError'))"
HAS_NONE = ""
FROM_ELSEWHERE = """Object.defineProperty(navigator, 'mediaDevices', {value: undefined})
    Object.defineProperty(window, 'isSecureContext', {value: false})"""


@pytest.mark.parametrize(
    ("browser_is_like", "told", "can_start"),
    [
        (REFUSES, "allow the camera", True),
        (HAS_NONE, "No camera was found", True),
        (FROM_ELSEWHERE, "over HTTPS", False),
    ],
    ids=["refused", "none", "plain http"],
)
def test_why_there_is_no_picture_is_told_with_what_to_do(
    without_camera: Browser, live_dashboard: str, browser_is_like: str, told: str, can_start: bool
) -> None:
    page = visit(without_camera, live_dashboard, permissions=[])
    page.add_init_script(browser_is_like)
    page.goto("/live")
    expect(page.locator(".live .message")).to_contain_text(told)
    expect(page.locator(".live .start")).to_be_visible(visible=can_start)
    expect(page.locator(".live .record")).to_be_disabled()
    page.context.close()


def test_running_and_reconnecting_leaves_nothing_behind(driver: Playwright, dashboard: str) -> None:
    soaked = soak(driver, seconds=8.0, warm_up_s=4.0, connects=20)
    assert soaked.frames > 10
    assert len(soaked.page_mb) == 11 and min(soaked.page_mb) > 1
    assert soaked.nothing_left, soaked.left
    # A few seconds say little about memory; an hour is measured with scripts/soak_live.py.
    assert soaked.growth < 1.25, soaked.memory_mb
