"""What a user does on the Live page, as functions."""

from __future__ import annotations

import re

from playwright.sync_api import Browser, BrowserContext, Page, expect

from scripts.running_dashboard import settle

READY_MS = 60_000
# What a knee shows that is straight: up to 24 degrees.
STRAIGHT = re.compile(r"^−?(1?\d|2[0-4])°$")


def visit(browser: Browser, address: str, **options: object) -> Page:
    """A new user's page in English."""
    context: BrowserContext = browser.new_context(
        base_url=address,
        locale="en-US",
        viewport={"width": 1280, "height": 1000},
        **{"permissions": ["camera"], **options},  # type: ignore[arg-type]  # options of several types
    )
    page = context.new_page()
    page.set_default_timeout(READY_MS)
    return page


def open_live(page: Page, **link: str) -> None:
    """Open the page and wait until somebody is seen."""
    page.goto("/live?" + "&".join(f"{name}={value}" for name, value in link.items()))
    settle(page)
    expect(page.locator(".live")).to_have_attribute("data-state", "running")
    expect(page.locator(".live")).to_have_attribute("data-found", "true")


def choose_model(page: Page, name: str) -> None:
    """Choose a model in the sidebar."""
    model = page.locator(".st-key-setting_model").get_by_role("radio", name=name, exact=True)
    if not model.is_visible():
        page.get_by_test_id("stSidebar").get_by_text("Detection", exact=True).click()
    model.click()
    settle(page)


def choose_source(page: Page, name: str) -> None:
    """Choose another camera than this device's."""
    page.locator(".st-key-live_source").get_by_role("radio", name=name).click()
    settle(page)


def record(page: Page, *, standing: bool = False) -> None:
    """Begin a recording, if wanted while the person in the film stands: otherwise it begins in the midst of a squat."""
    if standing:
        expect(page.locator('.live [data-joint="left_knee"] .figure')).to_have_text(STRAIGHT)
    page.locator(".live .record").click()
    expect(page.locator(".live")).to_have_attribute("data-recording", "running")
