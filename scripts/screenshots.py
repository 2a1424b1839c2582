"""Pictures of every page for the README and the docs, taken from the real dashboard.

    python scripts/screenshots.py

They go to docs/screenshots/: each page in light and dark, and the Image page at a phone's width.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect, sync_playwright

PROJECT_FOLDER = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(PROJECT_FOLDER))

from scripts.benchmark_live import browser_with_camera  # noqa: E402  # after the path
from scripts.running_dashboard import running_dashboard, settle  # noqa: E402
from tests.browser.live_film import squat_film  # noqa: E402

OUT = PROJECT_FOLDER / "docs" / "screenshots"
DESKTOP = {"width": 1280, "height": 1000}
PHONE = {"width": 400, "height": 1700}


def start(page: Page) -> None:
    """The Start page."""
    page.goto("/")
    expect(page.locator('[data-testid="stImage"] img')).to_have_count(6)


def image(page: Page) -> None:
    """A sample opened on the Image page, with angles in the picture."""
    page.goto("/?angles=1")
    settle(page)
    page.locator(".st-key-sample_squat90_side button").click()
    skeleton_drawn(page)


def several_people(page: Page) -> None:
    """Two people, one of whose joints is marked."""
    page.goto("/?boxes=1")
    settle(page)
    page.locator(".st-key-sample_two_people button").click()
    skeleton_drawn(page)
    page.evaluate(
        "document.querySelector('.posescope-3d-plot').emit('plotly_click', {points: [{customdata: [25, 0]}]})"
    )
    expect(page.locator(".marks .ring")).to_have_count(1)


def video(page: Page) -> None:
    """A clip in the linked player, stopped in the middle of a squat."""
    page.goto("/video")
    settle(page)
    page.locator('input[type="file"]').first.set_input_files(PROJECT_FOLDER / "samples" / "squat_2reps.mp4")
    player = page.locator('.player[data-complete="true"][data-video="playable"]')
    expect(player).to_be_visible(timeout=90_000)
    settle(page)
    curves = page.locator(".player .curves")
    width = curves.evaluate("each => each.clientWidth")
    curves.click(position={"x": 0.28 * width, "y": 60})
    page.locator('[data-testid="stMain"]').evaluate("main => main.scrollTo(0, 0)")


def live(page: Page) -> None:
    """The live camera, whose film shows somebody who squats, in the depth of a squat."""
    page.goto("/live?reading=flexion_deg&live_movement=squat&live_targets=left_knee:70:100,right_knee:70:100")
    settle(page)
    page.locator(".live").and_(page.locator('[data-repetitions="2"]')).wait_for(timeout=60_000)
    page.locator('.live [data-joint="left_knee"].inside').wait_for(timeout=60_000)


def methods(page: Page) -> None:
    """The Methods page."""
    page.goto("/methods")
    expect(page.locator('[data-testid="stPlotlyChart"] .main-svg').first).to_be_visible(timeout=60_000)


def about(page: Page) -> None:
    """The About page."""
    page.goto("/about")


def skeleton_drawn(page: Page) -> None:
    """Wait until picture and 3D skeleton are there."""
    expect(page.locator(".stage img.overlay")).to_be_visible(timeout=60_000)
    page.wait_for_function("document.querySelector('.posescope-3d-plot')?.data?.length > 0", timeout=60_000)


PAGES: dict[str, Callable[[Page], None]] = {
    "start": start,
    "image": image,
    "several_people": several_people,
    "video": video,
    "live": live,
    "methods": methods,
    "about": about,
}


def main() -> None:
    """Take them all."""
    OUT.mkdir(parents=True, exist_ok=True)
    shots = [(name, scheme, DESKTOP, f"{name}_{scheme}.png") for name in PAGES for scheme in ("light", "dark")]
    shots.append(("image", "light", PHONE, "image_phone.png"))
    with (
        tempfile.TemporaryDirectory() as folder,
        running_dashboard() as address,
        sync_playwright() as playwright,
    ):
        browser = browser_with_camera(playwright, squat_film(Path(folder) / "squat.mjpeg"))
        for name, scheme, size, file_name in shots:
            context = browser.new_context(
                base_url=address,
                locale="en-US",
                color_scheme="dark" if scheme == "dark" else "light",
                viewport={"width": size["width"], "height": size["height"]},
                permissions=["camera"],
            )
            page = context.new_page()
            PAGES[name](page)
            if name != "live":  # that one has waited for its moment
                settle(page)
                page.wait_for_timeout(1500)  # fonts, and the last animation of plotly.js
            page.screenshot(path=OUT / file_name)
            print(OUT.relative_to(PROJECT_FOLDER) / file_name)
            context.close()
        browser.close()


if __name__ == "__main__":
    main()
