"""One dashboard and one Chromium for all browser tests; each test gets a page of its own."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Playwright, expect, sync_playwright

from scripts.benchmark_live import browser_with_camera
from scripts.running_dashboard import chromium_path, launch_chromium, running_dashboard
from tests.browser.live_film import squat_film
from tests.browser.pictures import camera_film

# A busy machine takes its time; what never comes fails all the same.
expect.set_options(timeout=60_000)
REQUIRED = os.environ.get("POSESCOPE_BROWSER") == "required"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def dashboard() -> Iterator[str]:
    """The address of a running dashboard."""
    if chromium_path() is None:
        reason = "Chromium is not installed; apt-get install chromium"
        if REQUIRED:
            pytest.fail(reason)
        pytest.skip(reason)
    with running_dashboard() as address:
        yield address


@pytest.fixture(scope="session")
def driver(dashboard: str) -> Iterator[Playwright]:
    """What drives browsers; there can be only one."""
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="session")
def chromium(driver: Playwright, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """Chromium whose camera shows a person."""
    film = camera_film(tmp_path_factory.mktemp("camera") / "person.mjpeg")
    browser = launch_chromium(
        driver,
        "--use-fake-ui-for-media-stream",
        "--use-fake-device-for-media-stream",
        f"--use-file-for-fake-video-capture={film}",
    )
    yield browser
    browser.close()


@pytest.fixture(scope="module")
def live_dashboard(dashboard: str) -> Iterator[str]:
    """With two places for cameras."""
    with running_dashboard("tests/browser/live_dashboard.py") as address:
        yield address


@pytest.fixture(scope="module")
def squatting(driver: Playwright, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """Chromium whose camera shows a man who squats twice, again and again."""
    browser = browser_with_camera(driver, squat_film(tmp_path_factory.mktemp("camera") / "squat.mjpeg"))
    yield browser
    browser.close()


@pytest.fixture
def page(chromium: Browser, dashboard: str) -> Iterator[Page]:
    """A new user's page in English; paths are relative to the dashboard."""
    context = chromium.new_context(
        base_url=dashboard,
        locale="en-US",
        color_scheme="light",
        viewport={"width": 1280, "height": 900},
        permissions=["camera", "clipboard-read", "clipboard-write"],
    )
    page = context.new_page()
    page.set_default_timeout(30_000)
    yield page
    context.close()
