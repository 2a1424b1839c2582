"""The page in a real browser: it asks for nothing, and its buttons turn the skeleton."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from core.export.skeleton_html import skeleton_html
from core.view.figures import VIEWS
from tests.core.recordings import some_recording

SCENE = "document.getElementById('skeleton')._fullLayout.scene._scene"


@pytest.fixture
def offline_page(chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context(offline=True)
    yield context.new_page()
    context.close()


def test_buttons_turn_the_skeleton_and_nothing_is_requested(offline_page: Page, tmp_path: Path) -> None:
    page = offline_page
    file = tmp_path / "skeleton.html"
    file.write_bytes(skeleton_html(some_recording()))
    requests: list[str] = []
    faults: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.goto(file.as_uri())
    page.wait_for_function(f"{SCENE}?.glplot && Object.keys({SCENE}.traces).length")
    traces = page.evaluate(f"Object.keys({SCENE}.traces).length")
    for view in ("front", "side", "top", "free"):
        page.click(f"button[data-view={view}]")
        eye, projection = VIEWS[view]["eye"], VIEWS[view]["projection"]["type"]
        close = " && ".join(f"Math.abs({SCENE}.getCamera().eye.{axis} - {eye[axis]}) < 1e-6" for axis in "xyz")
        page.wait_for_function(f"{close} && {SCENE}.getCamera().projection.type === '{projection}'")
        # Plotly once lost them all when the projection changed.
        page.wait_for_function(f"Object.keys({SCENE}.traces).length === {traces}")
    assert (requests, faults) == ([file.as_uri()], [])
