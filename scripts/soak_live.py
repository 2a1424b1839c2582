"""Whether a live camera that runs for long holds more and more: memory, threads, landmarkers.

    python scripts/soak_live.py [--minutes 60] [--connects 20]

Chromium plays a film of a person as its camera into the real dashboard. First the camera runs for so many minutes: the
memory of the server and that of the page's scripts are told after the first minute and until the end. Then it is
switched off and on again so many times: no thread and no landmarker may be left. Ends with an error if the server's
memory has grown by more than a twentieth, or anything is left.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Error, Page, Playwright, sync_playwright

PROJECT_FOLDER = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(PROJECT_FOLDER))

from scripts.benchmark_live import browser_with_camera, open_live  # noqa: E402  # after the path
from scripts.processor import processor  # noqa: E402
from scripts.running_dashboard import running_dashboard  # noqa: E402
from tests.browser.live_film import squat_film  # noqa: E402

DASHBOARD = "tests/browser/live_dashboard.py"
MB = 1_000_000
MOST_GROWTH = 1.05
PATIENCE_S = 15


@dataclass(frozen=True)
class Soaked:
    """What was found.

    Attributes:
        memory_mb: of the server: after the warm-up, then at even intervals until the end.
        page_mb: what the page's scripts hold after their garbage has been collected, at the same times.
        frames: drawn in the page.
        left: what the server holds after all the connecting and disconnecting.
    """

    memory_mb: list[float]
    page_mb: list[float]
    frames: int
    left: dict[str, Any]

    @property
    def growth(self) -> float:
        """How many times as much memory there is at the end."""
        return self.memory_mb[-1] / self.memory_mb[0]

    @property
    def nothing_left(self) -> bool:
        """Whether every thread, place and landmarker has gone."""
        return not (self.left["threads"] or self.left["places"] or self.left["landmarkers"])


def soak(
    playwright: Playwright,
    *,
    seconds: float,
    warm_up_s: float,
    connects: int,
    tell: Callable[[str], None] = lambda _: None,
) -> Soaked:
    """Run a camera for so long after the warm-up, then switch it off and on."""
    with tempfile.TemporaryDirectory() as folder, running_dashboard(DASHBOARD) as address:
        browser = browser_with_camera(playwright, squat_film(Path(folder) / "person.mjpeg"))
        page = open_live(browser, address, "full")
        time.sleep(warm_up_s)
        memory, page_memory = [held(page)["memory"] / MB], [script_memory(page) / MB]
        tell(f"{warm_up_s / 60:.1f} min: server {memory[0]:.0f} MB, page {page_memory[0]:.1f} MB")
        for part in range(1, 11):
            time.sleep(seconds / 10)
            memory.append(held(page)["memory"] / MB)
            page_memory.append(script_memory(page) / MB)
            tell(
                f"+ {seconds * part / 600:.1f} min: server {memory[-1]:.0f} MB, page {page_memory[-1]:.1f} MB, "
                f"{drawn(page)} frames"
            )
        frames = drawn(page)
        for _ in range(connects):
            switch(page, ".off", "off")
            switch(page, ".start", "running")
        switch(page, ".off", "off")
        left = settled(page)
        browser.close()
    return Soaked(memory, page_memory, frames, left)


def switch(page: Page, button: str, state: str) -> None:
    """Press a button and wait until the camera is in that state."""
    try:
        page.locator(f".live {button}").click()
        page.locator(f'.live[data-state="{state}"]').wait_for()
    except Error as error:
        now = page.locator(".live").get_attribute("data-state")
        message = page.locator(".live .message").inner_text()
        raise RuntimeError(f"the camera is {now}, not {state}: {message}; the server holds {held(page)}") from error


def held(page: Page) -> dict[str, Any]:
    """What the server holds now."""
    answer: dict[str, Any] = page.request.get("/held").json()
    return answer


def script_memory(page: Page) -> float:
    """Bytes that the page's scripts hold when their garbage has been collected."""
    tools = page.context.new_cdp_session(page)
    tools.send("Performance.enable")
    tools.send("HeapProfiler.collectGarbage")
    metrics = {each["name"]: each["value"] for each in tools.send("Performance.getMetrics")["metrics"]}
    tools.detach()
    return float(metrics["JSHeapUsedSize"])


def drawn(page: Page) -> int:
    """How many skeletons the page has drawn."""
    return int(page.locator(".live").get_attribute("data-drawn") or 0)


def settled(page: Page) -> dict[str, Any]:
    """What the server still holds when what is ending has ended."""
    deadline = time.monotonic() + PATIENCE_S
    while (now := held(page))["threads"] or now["places"] or now["landmarkers"]:
        if time.monotonic() > deadline:
            break
        time.sleep(0.2)
    return now


def main() -> int:
    """Tell what was found; 1 if it is not as it must be."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--connects", type=int, default=20)
    options = parser.parse_args()
    print(f"{processor()}, load {os.getloadavg()[0]:.1f} before", flush=True)
    with sync_playwright() as playwright:
        soaked = soak(
            playwright,
            seconds=60 * options.minutes,
            warm_up_s=60.0,
            connects=options.connects,
            tell=lambda line: print(line, flush=True),
        )
    print(f"memory at the end {soaked.growth:.3f} times that after the first minute, {soaked.frames} frames")
    print(f"page: {soaked.page_mb[0]:.1f} MB after the first minute, {soaked.page_mb[-1]:.1f} MB at the end")
    print(f"left after {options.connects} connects: {soaked.left}")
    return int(soaked.growth > MOST_GROWTH or not soaked.nothing_left)


if __name__ == "__main__":
    sys.exit(main())
