"""What holds on every page: deep links, languages, themes, widths, and that nothing is asked of any other computer."""

from __future__ import annotations

import re
from urllib.parse import urlparse

import pytest
from playwright.sync_api import Browser, Page, expect

from scripts.running_dashboard import settle
from tests.browser.steps import open_sample, result_shown

PAGES = {
    "/": "See and measure how a body moves",
    "/image": "Drop a photo above",
    "/video": "Drop a clip above",
    "/live": "Nothing is stored until you press Record",
    "/methods": "Three ways to measure one angle",
    "/about": "About Posescope",
}
NAMES = ["Start", "Image", "Video", "Live", "Methods", "About"]


@pytest.mark.parametrize("path", PAGES)
def test_a_deep_link_is_a_first_visit_like_any_other(page: Page, path: str) -> None:
    page.goto(path)
    settle(page)
    expect(page.get_by_text(PAGES[path]).first).to_be_visible()
    links = page.get_by_test_id("stSidebarNavLink")
    assert [link.split()[-1] for link in links.all_inner_texts()] == NAMES


def test_a_click_on_the_movement_opens_it_on_the_video_page(page: Page) -> None:
    page.goto("/")
    page.locator(".st-key-sample_squat_2reps button").click()
    player = page.locator(".player")
    expect(player).to_have_attribute("data-complete", "true", timeout=90_000)
    expect(player).to_have_attribute("data-frames", "72")
    expect(page.locator(".player .overlay")).to_have_attribute("data-people", "1")
    expect(page).to_have_url(re.compile("/video"))


def test_nothing_is_asked_of_any_other_computer(page: Page, dashboard: str) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("websocket", lambda socket: asked.append(socket.url))
    open_sample(page, "two_people")
    for tab in ("Landmarks", "Charts", "Download"):
        page.get_by_role("tab", name=tab).click()
    page.goto("/about")
    settle(page)
    elsewhere = [url for url in asked if urlparse(url).scheme not in ("data", "blob") and not is_here(url, dashboard)]
    assert elsewhere == []
    assert any("plotly" in url for url in asked), "the watcher must have seen the page load its scripts"
    assert any(url.startswith("ws") for url in asked)


def is_here(url: str, dashboard: str) -> bool:
    return urlparse(url).netloc == urlparse(dashboard).netloc


def test_language_comes_from_the_browser_and_can_be_switched(chromium: Browser, dashboard: str) -> None:
    context = chromium.new_context(base_url=dashboard, locale="zh-CN")
    page = context.new_page()
    page.goto("/")
    settle(page)
    expect(page.get_by_role("heading", name="看见并测量身体的姿态")).to_be_visible()
    page.get_by_role("radio", name="English").click()
    expect(page.get_by_role("heading", name="See and measure how a body moves")).to_be_visible()
    settle(page)
    assert "lang=en" in page.url
    context.close()


def test_a_shared_link_brings_the_settings_along(page: Page) -> None:
    page.goto("/image?model=heavy&people=all&min_visibility=0.8&lang=zh&model_of_car=2cv&line_scale=99")
    settle(page)
    expect(page.locator(".st-key-setting_model").get_by_role("radio", name="高精度")).to_be_checked()
    expect(page.locator(".st-key-setting_people").get_by_role("radio", name="所有人")).to_be_checked()
    page.get_by_role("radio", name="English").click()
    expect(page.locator(".st-key-setting_model").get_by_role("radio", name="Heavy")).to_be_checked()
    settle(page)
    assert "model=heavy" in page.url
    assert "line_scale" not in page.url


@pytest.mark.parametrize("width", [1280, 400])
@pytest.mark.parametrize("path", PAGES)
def test_no_page_scrolls_sideways(page: Page, path: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    if path == "/image":
        open_sample(page, "squat90_side")
    else:
        page.goto(path)
        settle(page)
    too_wide = page.evaluate(
        """() => [document.documentElement, document.querySelector('[data-testid="stMain"]')]
            .map(each => each.scrollWidth - each.clientWidth)"""
    )
    assert max(too_wide) <= 0


def test_two_users_at_once_see_their_own_photos(chromium: Browser, dashboard: str) -> None:
    contexts = [chromium.new_context(base_url=dashboard, locale="en-US") for _ in range(2)]
    first, second = (context.new_page() for context in contexts)
    open_sample(first, "squat90_side")
    open_sample(second, "tree_yoga")
    expect(first.get_by_text("squat90_side.png")).to_be_visible()
    expect(second.get_by_text("tree_yoga.png")).to_be_visible()
    expect(second.get_by_text("squat90_side.png")).to_have_count(0)
    for context in contexts:
        context.close()


def test_pictures_and_charts_have_words_for_those_who_do_not_see_them(page: Page) -> None:
    open_sample(page, "arms_raised_front")
    expect(page.get_by_alt_text("arms_raised_front.png with the skeleton of 1 person")).to_be_visible()
    expect(page.get_by_role("img", name="3D skeleton of 1 person")).to_be_visible()
    page.get_by_role("tab", name="Charts").click()
    result_shown(page)
    nameless = page.locator("img:not([alt])")
    expect(nameless).to_have_count(0)
