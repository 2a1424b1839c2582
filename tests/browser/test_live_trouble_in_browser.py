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
