"""How smoothly the linked player plays a long clip, what its page loads, and how soon a skeleton can be seen.

    python scripts/benchmark_player.py [--minutes 10] [--seconds 10]

Chromium without a window and without a graphics card drives the real dashboard. The long clip is the squat over and
over at 30 frames a second; one repetition is analysed and the recording repeated, for the player does not see the
difference. The time to the first skeleton is measured with the real analysis and the full model.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, expect, sync_playwright

PROJECT_FOLDER = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(PROJECT_FOLDER))

from scripts.processor import processor  # noqa: E402
from scripts.repeated_clip import repeated_clip  # noqa: E402  # after the path
from scripts.running_dashboard import launch_chromium, running_dashboard, settle  # noqa: E402

SQUAT = PROJECT_FOLDER / "samples" / "squat_2reps.mp4"
SQUAT_FRAMES = 72
FRAME_RATE = 30
PATIENCE_MS = 60_000
# The clip must not come to its end while playing is watched.
LEFT_OVER_S = 8
# Counts, at each of the browser's own frames, whether the player has drawn since the last one.
COUNT_DRAWS = """(player, seconds) => new Promise(resolve => {
    const video = player.querySelector("video")
    const begun = performance.now()
    const before = video.getVideoPlaybackQuality()
    const drawnBefore = Number(player.dataset.drawn)
    let refreshes = 0, last = player.dataset.drawn, lastAt = begun
    const gaps = []
    const look = now => {
        refreshes++
        if (player.dataset.drawn !== last) {
            gaps.push(now - lastAt)
            last = player.dataset.drawn
            lastAt = now
        }
        if (now - begun < 1000 * seconds) return requestAnimationFrame(look)
        const after = video.getVideoPlaybackQuality()
        const took = (now - begun) / 1000
        gaps.sort((a, b) => a - b)
        resolve({
            draws: (Number(last) - drawnBefore) / took,
            refreshes: refreshes / took,
            longGap: gaps[Math.floor(0.99 * gaps.length)],
            shown: (after.totalVideoFrames - before.totalVideoFrames) / took,
            dropped: after.droppedVideoFrames - before.droppedVideoFrames,
        })
    }
    requestAnimationFrame(look)
})"""
# The same of a page that holds nothing but the clip: how many frames the browser shows at all.
COUNT_SHOWN = """async (video, [width, seconds]) => {
    video.style.width = `${width}px`
    video.muted = true
    await video.play()
    await new Promise(resolve => setTimeout(resolve, 1000))
    const begun = performance.now()
    const before = video.getVideoPlaybackQuality()
    let refreshes = 0, lastAt = begun, going = true
    const gaps = []
    const shown = now => {
        gaps.push(now - lastAt)
        lastAt = now
        if (going) video.requestVideoFrameCallback(shown)
    }
    const refreshed = () => {
        refreshes++
        if (going) requestAnimationFrame(refreshed)
    }
    video.requestVideoFrameCallback(shown)
    refreshed()
    await new Promise(resolve => setTimeout(resolve, 1000 * seconds))
    going = false
    const after = video.getVideoPlaybackQuality()
    const took = (performance.now() - begun) / 1000
    gaps.sort((a, b) => a - b)
    return {
        draws: gaps.length / took,
        refreshes: refreshes / took,
        longGap: gaps[Math.floor(0.99 * gaps.length)],
        shown: (after.totalVideoFrames - before.totalVideoFrames) / took,
        dropped: after.droppedVideoFrames - before.droppedVideoFrames,
    }
}"""
FIRST_SKELETON = """() => {
    const inside = root => [...root.querySelectorAll("*")].map(each => each.shadowRoot).filter(Boolean)
    const overlay = inside(document).map(root => root.querySelector(".player .overlay")).find(Boolean)
    return Number(overlay?.dataset.people) > 0
}"""
# What has come from the address of the landmarks; the clip's own has no parameters.
LANDMARK_BYTES = """() => performance.getEntriesByType("resource")
    .filter(each => each.name.includes("/clips/") && each.name.includes("?"))
    .reduce((bytes, each) => bytes + each.decodedBodySize, 0)"""


def main() -> None:
    """Print the tables of docs/benchmarks.md."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=10, help="how long the long clip is")
    parser.add_argument("--seconds", type=float, default=10, help="how long playing is watched")
    options = parser.parse_args()
    print(f"{processor()}, load {os.getloadavg()[0]:.1f} before\n")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = launch_chromium(playwright)
        repetitions = round(60 * options.minutes * FRAME_RATE / SQUAT_FRAMES)
        clip = repeated_clip(SQUAT, repetitions, Path(folder) / "long.mp4", frame_rate=FRAME_RATE)
        playing_table(browser, clip, options.minutes, options.seconds)
        first_skeleton_table(browser, [SQUAT, clip])
        browser.close()


def playing_table(browser: Browser, clip: Path, minutes: float, seconds: float) -> None:
    """Draws a second at the beginning of the clip and near its end, and how much the page holds."""
    with running_dashboard("scripts/benchmark_player_dashboard.py") as address:
        page = new_page(browser, address)
        begin = time.perf_counter()
        choose_file(page, clip)
        player = page.locator(".player")
        expect(player).to_have_attribute("data-complete", "true", timeout=PATIENCE_MS)
        ready_s = time.perf_counter() - begin
        settle(page)
        frames = player.get_attribute("data-frames")
        print("| played at 1× | draws a second | browser's frames a second | video's frames a second | ", end="")
        print("dropped by the video | 99 % of draws within, ms | the page is busy, % |")
        print("|---|---|---|---|---|---|---|")
        for share in (0.0, 1 - (seconds + LEFT_OVER_S) / (60 * minutes)):
            if share:
                curves = page.locator(".player .curves")
                curves.click(position={"x": share * curves.evaluate("each => each.clientWidth"), "y": 60})
            measured = played(page, seconds)
            print(f"| from {100 * share:.0f} % of the clip on | {row(measured)} |", flush=True)
        print(f"| the clip alone, nothing drawn | {row(played_alone(page, seconds))} |", flush=True)
        print(f"\n{frames} frames; landmarks and angles {page.evaluate(LANDMARK_BYTES) / 1e6:.1f} MB, ", end="")
        print(f"the clip {clip.stat().st_size / 1e6:.1f} MB; ", end="")
        print(f"all landmarks in the page {ready_s:.1f} s after choosing the file\n")
        page.context.close()


def first_skeleton_table(browser: Browser, clips: list[Path]) -> None:
    """Seconds from choosing the file to the first skeleton over the picture, each time on a new page."""
    print("| clip | first skeleton visible after, s |")
    print("|---|---|")
    with running_dashboard() as address:
        for number, clip in enumerate((clips[0], *clips)):
            page = new_page(browser, address)
            begin = time.perf_counter()
            choose_file(page, clip)
            page.wait_for_function(FIRST_SKELETON)
            took_s = time.perf_counter() - begin
            note = "" if number else ", the first since the program was started"
            print(f"| {clip.name}{note} | {took_s:.1f} |", flush=True)
            page.context.close()


def new_page(browser: Browser, address: str) -> Page:
    """The Video page of a new user."""
    context = browser.new_context(base_url=address, locale="en-US", viewport={"width": 1280, "height": 1300})
    page = context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    page.goto("/video")
    settle(page)
    return page


def choose_file(page: Page, clip: Path) -> None:
    """Upload it."""
    page.locator('input[type="file"]').first.set_input_files(clip)


def played(page: Page, seconds: float) -> dict[str, Any]:
    """What was counted while it played."""
    player = page.locator(".player")
    play = page.locator('.player [data-action="play"]')
    play.click()
    page.wait_for_timeout(1000)
    busy_s = busy_clock(page)
    before_s = busy_s()
    measured: dict[str, Any] = player.evaluate(COUNT_DRAWS, seconds)
    measured["busy"] = 100 * (busy_s() - before_s) / seconds
    play.click()
    return measured


def played_alone(page: Page, seconds: float) -> dict[str, Any]:
    """The same of the player's clip on a page of its own, as large as in the player."""
    address, width = page.locator(".player video").evaluate("video => [video.currentSrc, video.clientWidth]")
    alone = page.context.new_page()
    alone.goto(address)
    busy_s = busy_clock(alone)
    before_s = busy_s()
    measured: dict[str, Any] = alone.locator("video").evaluate(COUNT_SHOWN, [width, seconds])
    measured["busy"] = 100 * (busy_s() - before_s) / (seconds + 1)
    return measured


def busy_clock(page: Page) -> Callable[[], float]:
    """Asked twice, it tells between the two for how many seconds the page's own thread has worked."""
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable", {"timeDomain": "threadTicks"})

    def seconds() -> float:
        metrics = session.send("Performance.getMetrics")["metrics"]
        return float(next(metric["value"] for metric in metrics if metric["name"] == "TaskDuration"))

    return seconds


def row(measured: dict[str, Any]) -> str:
    """The cells of the table."""
    cells = [f"{measured[name]:.1f}" for name in ("draws", "refreshes", "shown")]
    return " | ".join([*cells, *(f"{measured[name]:.0f}" for name in ("dropped", "longGap", "busy"))])


if __name__ == "__main__":
    main()
