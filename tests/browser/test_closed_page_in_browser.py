"""What is left of a clip once its page has been closed: no work and no file."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import APIRequestContext, Browser, Page, expect

from scripts.repeated_clip import repeated_clip
from scripts.running_dashboard import chromium_path, running_dashboard, settle
from tests.browser.video_steps import STREET

ENOUGH_S = 30


@pytest.fixture(scope="module")
def temporary(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where this dashboard puts its temporary files."""
    return tmp_path_factory.mktemp("dashboard")


@pytest.fixture(scope="module")
def impatient_dashboard(temporary: Path) -> Iterator[str]:
    if chromium_path() is None:
        pytest.skip("Chromium is not installed")
    with running_dashboard("tests/browser/impatient_dashboard.py", TMPDIR=str(temporary)) as address:
        yield address


@pytest.fixture
def watcher(chromium: Browser, impatient_dashboard: str) -> Iterator[APIRequestContext]:
    """Asks the dashboard without a page of its own."""
    context = chromium.new_context(base_url=impatient_dashboard)
    yield context.request
    context.close()


def open_long_clip(page: Page, clip: Path) -> None:
    """Upload it and wait until its first skeleton is there; the rest takes much longer."""
    page.goto("/video?model=heavy")
    settle(page)
    page.locator('input[type="file"]').first.set_input_files(clip)
    expect(page.locator(".player .overlay")).to_have_attribute("data-people", "1", timeout=90_000)
    expect(page.locator(".player")).to_have_attribute("data-complete", "false")


def working(watcher: APIRequestContext) -> bool:
    names = watcher.get("/threads").json()
    assert names
    return "analysis" in names


def comes_true(check: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + ENOUGH_S
    while time.monotonic() < deadline:
        if check():
            return True
        time.sleep(0.2)
    return False


def test_closing_the_page_ends_the_work_and_removes_the_clip(
    chromium: Browser, impatient_dashboard: str, watcher: APIRequestContext, temporary: Path, tmp_path: Path
) -> None:
    before = sorted(temporary.iterdir())
    context = chromium.new_context(base_url=impatient_dashboard, locale="en-US")
    page = context.new_page()
    open_long_clip(page, repeated_clip(STREET, 60, tmp_path / "long.mp4"))
    assert working(watcher)
    (folder,) = set(temporary.iterdir()) - set(before)
    assert [file.name for file in folder.iterdir()] == ["clip.mp4"]
    page.close()
    assert comes_true(lambda: not working(watcher))
    assert comes_true(lambda: sorted(temporary.iterdir()) == before)
    context.close()
