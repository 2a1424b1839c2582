"""The Live page when something comes between: switched off while recording, a hung server, a camera that goes."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, Playwright, expect

from scripts.benchmark_live import browser_with_camera
from scripts.running_dashboard import running_dashboard, settle
from tests.browser.live_film import squat_film
from tests.browser.live_steps import open_live, record, visit

# Holds the live sockets; while `hangs` is set no frame leaves the page.
SOCKETS = """
window.sockets = []
window.swallowed = 0
window.WebSocket = class extends WebSocket {
  constructor(...address) {
    super(...address)
    if (this.url.includes("live-camera")) window.sockets.push(this)
  }
  send(message) {
    if (window.hangs && typeof message !== "string" && window.sockets.includes(this)) window.swallowed++
    else super.send(message)
  }
}
"""


@pytest.fixture(scope="module")
def live_dashboard(dashboard: str) -> Iterator[str]:
    with running_dashboard("tests/browser/live_dashboard.py") as address:
        yield address


@pytest.fixture(scope="module")
def squatting(driver: Playwright, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    browser = browser_with_camera(driver, squat_film(tmp_path_factory.mktemp("camera") / "squat.mjpeg"))
    yield browser
    browser.close()


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
