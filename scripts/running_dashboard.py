"""The real dashboard on a free port, and Chromium to drive it: for the browser tests and the screenshots."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Browser, Page, Playwright, expect

PROJECT_FOLDER = Path(__file__).resolve().parents[1]
# Chromium must neither need a screen nor ask anybody anything; it draws 3D without a graphics card.
CHROMIUM_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PATIENCE_S = 60


def chromium_path() -> str | None:
    """Where Chromium is on this machine; None if it is not installed."""
    return shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


def launch_chromium(playwright: Playwright, *more_arguments: str) -> Browser:
    """A browser without a window."""
    return playwright.chromium.launch(
        executable_path=chromium_path(), headless=True, args=[*CHROMIUM_ARGUMENTS, *more_arguments]
    )


@contextlib.contextmanager
def running_dashboard(script: str = "dashboard.py", **environment: str) -> Iterator[str]:
    """Start `streamlit run dashboard.py`; gives its address, and stops it at the end.

    Args:
        script: another file that makes the app, as seen from the project's folder.
        environment: more variables for the program.
    """
    port = _free_port()
    with tempfile.TemporaryFile() as log:
        server = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "streamlit",
                "run",
                script,
                "--server.headless=true",
                f"--server.port={port}",
            ],
            cwd=PROJECT_FOLDER,
            stdout=log,
            stderr=subprocess.STDOUT,
            env={**os.environ, "PYTHONUNBUFFERED": "1", "PYTHONPATH": str(PROJECT_FOLDER), **environment},
        )
        try:
            address = f"http://127.0.0.1:{port}"
            if not _answers(f"{address}/_stcore/health", server):
                log.seek(0)
                raise RuntimeError("The dashboard did not start:\n" + log.read().decode(errors="replace"))
            yield address
        finally:
            server.terminate()
            try:
                server.wait(10)
            except subprocess.TimeoutExpired:
                server.kill()


def settle(page: Page) -> None:
    """Wait until the script behind the page has run and nothing is being replaced."""
    expect(page.locator('[data-test-script-state="notRunning"]')).to_be_attached(timeout=PATIENCE_S * 1000)
    expect(page.locator('[data-stale="true"]')).to_have_count(0, timeout=PATIENCE_S * 1000)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _answers(address: str, server: subprocess.Popen[bytes]) -> bool:
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline and server.poll() is None:
        with contextlib.suppress(OSError), urllib.request.urlopen(address, timeout=5) as answer:
            if answer.status == 200:
                return True
        time.sleep(0.2)
    return False
