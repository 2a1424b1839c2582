"""The Live page when something comes between: switched off while recording, a hung server, a camera that goes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from pages.live_protocol import FALLEN
from scripts.running_dashboard import running_dashboard, settle
from tests.browser.live_film import squat_film
from tests.browser.live_steps import choose_source, open_live, record, visit
from tests.browser.live_stream import streamed

# Holds the live sockets; while `hangs` is set no frame leaves the page, while `falls` is set every answer tells a fall.
SOCKETS = """
window.sockets = []
window.swallowed = 0
window.WebSocket = class extends WebSocket {
  constructor(...address) {
    super(...address)
    if (this.url.includes("live-camera")) window.sockets.push(this)
    this.addEventListener("message", ({ data }) => {
      if (window.falls && typeof data !== "string") new Uint8Array(data)[FLAGS_PLACE] |= FALLEN
    })
  }
  send(message) {
    if (window.hangs && typeof message !== "string" && window.sockets.includes(this)) window.swallowed++
    else super.send(message)
  }
}
"""


SOCKETS = SOCKETS.replace("FLAGS_PLACE", "12").replace("FALLEN", str(FALLEN))


@pytest.fixture
def page(squatting: Browser, live_dashboard: str) -> Iterator[Page]:
    page = visit(squatting, live_dashboard)
    page.add_init_script(SOCKETS)
    yield page
    page.context.close()


def hang(page: Page) -> None:
    page.evaluate("window.hangs = true")
    page.wait_for_function("window.swallowed > 0")


def switch_off(page: Page) -> None:
    page.locator(".live .off").click()
    expect(page.locator(".live")).to_have_attribute("data-state", "off")


def choose_another_size(page: Page) -> None:
    page.locator(".live .size-pick select").select_option(index=1)


def lose_connection(page: Page) -> None:
    page.evaluate("window.sockets.at(-1).close()")


@pytest.mark.parametrize("interrupt", [switch_off, choose_another_size, lose_connection])
def test_a_recording_that_is_interrupted_is_listed_at_once(page: Page, interrupt: object) -> None:
    open_live(page, live_countdown="0")
    record(page)
    assert callable(interrupt)
    interrupt(page)
    expect(page.get_by_text("the camera was switched off or the page was left")).to_be_visible()
    settle(page)
    expect(page.locator(".st-key-live_open_1 button")).to_be_visible()


def test_stop_before_the_first_frame_ends_the_recording_all_the_same(page: Page) -> None:
    open_live(page, live_countdown="0")
    hang(page)
    page.locator(".live .record").click()
    page.locator(".live .stop").click()
    expect(page.locator(".live .record")).to_be_visible()
    expect(page.locator(".live .record")).to_be_enabled()


def test_the_last_skeleton_goes_when_the_server_hangs(page: Page) -> None:
    open_live(page)
    overlay = page.locator(".live .overlay")
    expect(overlay).to_have_attribute("data-people", "1")
    hang(page)
    expect(overlay).to_have_attribute("data-people", "0")
    expect(page.locator(".live")).to_have_attribute("data-state", "running")


def test_a_camera_that_goes_is_told_and_what_it_recorded_listed(page: Page) -> None:
    open_live(page, live_countdown="0")
    record(page)
    page.locator(".live video").evaluate("video => video.srcObject.getTracks()[0].dispatchEvent(new Event('ended'))")
    expect(page.locator(".live .message")).to_contain_text("The camera has gone")
    expect(page.locator(".st-key-live_open_1 button")).to_be_visible()
    page.locator(".live .start").click()
    expect(page.locator(".live")).to_have_attribute("data-state", "running")


# The worker that encodes frames is made of a text: this one has no such method.
NO_ENCODING_IN_WORKERS = """
window.Blob = class extends Blob {
  constructor(parts, options) {
    super(parts.map(part => (typeof part === "string" ? part.replaceAll("convertToBlob", "no") : part)), options)
  }
}
"""


def test_where_the_worker_cannot_encode_the_page_does(page: Page) -> None:
    page.add_init_script(NO_ENCODING_IN_WORKERS)
    open_live(page)
    drawn = int(page.locator(".live").get_attribute("data-drawn") or 0)
    expect(page.locator(".live")).not_to_have_attribute("data-drawn", str(drawn))


def test_a_fall_is_shown_and_heard_once(page: Page) -> None:
    page.add_init_script("""
        window.heard = []
        speechSynthesis.speak = said => window.heard.push(said.text)
    """)
    open_live(page, live_cues="voice")
    expect(page.locator(".live .alarm")).to_be_hidden()
    page.evaluate("window.falls = true")
    expect(page.locator(".live .alarm")).to_be_visible()
    expect(page.locator(".live .alarm")).to_have_text("Has somebody fallen?")
    page.evaluate("window.falls = false")
    expect(page.locator(".live .alarm")).to_be_hidden()
    assert page.evaluate("window.heard").count("Has somebody fallen?") == 1


def test_a_proposed_model_is_taken_with_a_click(page: Page) -> None:
    open_live(page)
    expect(page.locator(".live")).to_have_attribute("data-measured", "full")
    # What the first second shows here is the machine's own affair.
    told = json.dumps({"type": "proposal", "model": "lite", "per_s": 9})
    page.evaluate("data => window.sockets.at(-1).onmessage({ data })", told)
    expect(page.locator(".live .proposal")).to_contain_text("Lite would")
    page.locator(".live .take").click()
    settle(page)
    expect(page.locator(".live")).to_have_attribute("data-measured", "lite")
    assert "model=lite" in page.url


# The browser's clock is an hour late.
ANOTHER_CLOCK = "Object.defineProperty(performance, 'timeOrigin', { value: performance.timeOrigin - 3_600_000 })"


def test_a_camera_of_the_server_is_drawn_by_whatever_clock_recorded_and_told_when_it_goes(
    squatting: Browser, tmp_path: Path
) -> None:
    with (
        streamed(squat_film(tmp_path / "squat.mjpeg")) as stream,
        running_dashboard("tests/browser/live_dashboard.py", POSESCOPE_CAMERAS=stream.address) as address,
    ):
        page = visit(squatting, address)
        page.add_init_script(ANOTHER_CLOCK)
        open_live(page, live_countdown="0")
        choose_source(page, "127.0.0.1/stream.mjpeg")
        expect(page.locator(".live .picture")).to_be_visible()
        expect(page.locator(".live video")).to_be_hidden()
        expect(page.locator(".live")).to_have_attribute("data-state", "running")
        expect(page.locator(".live .overlay")).to_have_attribute("data-people", "1")
        size = page.locator(".live .picture").evaluate("canvas => [canvas.width, canvas.height]")
        assert size == [640, 480]
        expect(page.locator(".live .figures")).to_contain_text("ms from camera to skeleton")
        delay_ms = page.locator(".live").evaluate("live => Math.max(...live.latencies.map(Math.abs))")
        assert delay_ms < 3_600_000 / 2
        record(page)
        stream.gives.clear()
        expect(page.locator(".live .message")).to_contain_text("does not answer")
        expect(page.locator(".st-key-live_open_1 button")).to_be_visible()
        page.context.close()
