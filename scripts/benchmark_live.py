"""How many frames a second a live camera is followed at, and how long from capture to drawn skeleton.

    python scripts/benchmark_live.py [--seconds 15] [--models lite full heavy] [--viewers 2]

Chromium without a window and without a graphics card plays a film as its camera, 640 x 480 pixels at 30 frames a
second, into the real dashboard; browser and server share the computer. The film is one of the sample clips: the
rendered man who squats, or with `--film street` the street with real people. Measured in the page: from the time at
which the browser says that a frame was captured until the browser's own frame in which its skeleton was drawn; and from
choosing Live in the menu, and from opening its address in a new browser, to the first skeleton, camera allowed.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from playwright.sync_api import Browser, Page, Playwright, sync_playwright

PROJECT_FOLDER = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(PROJECT_FOLDER))

from scripts.processor import processor  # noqa: E402
from scripts.running_dashboard import launch_chromium, running_dashboard, settle  # noqa: E402  # after the path
from tests.browser.live_film import squat_film, street_film  # noqa: E402

WARM_UP_S = 4.0
PATIENCE_MS = 60_000
# The page's own time when the first skeleton is there.
NOTE_FIRST_SKELETON = """setInterval(() => {
    const inside = [...document.querySelectorAll("*")].map(each => each.shadowRoot?.querySelector(".live"))
    if (inside.find(Boolean)?.dataset.found === "true") window.firstSkeletonMs ??= performance.now()
}, 20)"""
FILMS = {"squat": squat_film, "street": street_film}


@dataclass(frozen=True)
class Measured:
    """What one viewer saw: frames a second, and milliseconds from capture to drawn skeleton."""

    per_s: float
    median_ms: float
    p95_ms: float
    found: float


def browser_with_camera(playwright: Playwright, film: Path) -> Browser:
    """Chromium whose camera plays the film."""
    return launch_chromium(
        playwright,
        "--use-fake-ui-for-media-stream",
        "--use-fake-device-for-media-stream",
        f"--use-file-for-fake-video-capture={film}",
    )


def new_page(browser: Browser, address: str) -> Page:
    """A new user, who allows the camera."""
    context = browser.new_context(
        base_url=address, locale="en-US", viewport={"width": 1280, "height": 1000}, permissions=["camera"]
    )
    page = context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    return page


def open_live(browser: Browser, address: str, model: str) -> Page:
    """The Live page of a new user, running."""
    page = new_page(browser, address)
    page.goto(f"/live?model={model}&live_movement=squat")
    settle(page)
    page.locator('.live[data-state="running"]').wait_for()
    return page


def first_skeleton_s(browser: Browser, address: str, model: str, *, from_menu: bool) -> float:
    """Seconds to the first skeleton from choosing Live in the menu, or from opening its address in a new browser."""
    page = new_page(browser, address)
    page.add_init_script(NOTE_FIRST_SKELETON)
    page.goto(f"/?model={model}" if from_menu else f"/live?model={model}")
    begun_ms = 0.0
    if from_menu:
        settle(page)
        begun_ms = page.evaluate("performance.now()")
        page.get_by_test_id("stSidebarNav").get_by_text("Live").click()
    first_ms: float = page.wait_for_function("window.firstSkeletonMs").json_value()
    page.context.close()
    return (first_ms - begun_ms) / 1000


def measured(pages: list[Page], seconds: float) -> list[Measured]:
    """All pages over the same seconds."""
    for page in pages:
        page.locator(".live").evaluate("live => { live.latencies.length = 0; live.begun = performance.now() }")
    time.sleep(seconds)
    answers = [
        page.locator(".live").evaluate(
            "live => [[...live.latencies], (performance.now() - live.begun) / 1000, live.dataset.found]"
        )
        for page in pages
    ]
    return [
        Measured(len(ms) / took, float(np.median(ms)), float(np.percentile(ms, 95)), float(found == "true"))
        for ms, took, found in answers
    ]


def main() -> None:
    """Print the table of docs/benchmarks.md."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=15, help="how long each is watched")
    parser.add_argument("--models", nargs="+", default=["lite", "full", "heavy"])
    parser.add_argument("--viewers", type=int, default=2, help="at once, in the last rows of the table")
    parser.add_argument("--film", choices=list(FILMS), default="squat")
    options = parser.parse_args()
    print(f"{processor()}, load {os.getloadavg()[0]:.1f} before\n")
    print("| model | viewers | frames a second, all together | capture to skeleton: median, ms | 95 % within, ms |")
    print("|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        film = FILMS[options.film](Path(folder) / "person.mjpeg")
        with running_dashboard() as address:
            for model in options.models:
                for viewers in dict.fromkeys((1, options.viewers)):
                    # A browser of its own for each: one alone shares a camera between its pages.
                    browsers = [browser_with_camera(playwright, film) for _ in range(viewers)]
                    pages = [open_live(browser, address, model) for browser in browsers]
                    time.sleep(WARM_UP_S)
                    seen = measured(pages, options.seconds)
                    for browser in browsers:
                        browser.close()
                    print(row(model, seen), flush=True)
            print("\n| model | from the menu to the first skeleton, s | from opening its address, s |\n|---|---|---|")
            for model in options.models:
                browser = browser_with_camera(playwright, film)
                times = [first_skeleton_s(browser, address, model, from_menu=menu) for menu in (False, True)]
                print(f"| {model} | {times[1]:.1f} | {times[0]:.1f} |", flush=True)
                browser.close()


def row(model: str, seen: list[Measured]) -> str:
    """A line of the table."""
    per_s = sum(each.per_s for each in seen)
    median = " / ".join(f"{each.median_ms:.0f}" for each in seen)
    p95 = " / ".join(f"{each.p95_ms:.0f}" for each in seen)
    return f"| {model} | {len(seen)} | {per_s:.1f} | {median} | {p95} |"


if __name__ == "__main__":
    main()
