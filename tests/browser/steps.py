"""What a user does on the pages, as functions."""

from __future__ import annotations

import base64
from typing import Any

from playwright.sync_api import Page, expect

from scripts.running_dashboard import settle

PLOT = ".posescope-3d-plot"


def upload(page: Page, *files: tuple[str, bytes]) -> None:
    """Choose files in the upload field and wait for the result."""
    page.locator('input[type="file"]').first.set_input_files(
        [{"name": name, "mimeType": "application/octet-stream", "buffer": content} for name, content in files]
    )
    result_shown(page)


def result_shown(page: Page) -> None:
    """Wait until a photo's picture and its 3D skeleton are there."""
    expect(page.locator(".stage img.overlay")).to_be_visible(timeout=60_000)
    page.wait_for_function(f"document.querySelector('{PLOT}')?.data?.length > 0", timeout=60_000)
    settle(page)


def open_sample(page: Page, name: str) -> None:
    """Click a sample's tile on the Start page."""
    page.goto("/")
    settle(page)
    page.locator(f".st-key-sample_{name} button").click()
    result_shown(page)


def choose(page: Page, setting: str, option: str) -> None:
    """Choose one of a setting's options in the sidebar."""
    page.locator(f".st-key-setting_{setting}").get_by_role("radio", name=option, exact=True).click()
    settle(page)


def toggle(page: Page, setting: str) -> None:
    """Turn a setting in the sidebar on or off."""
    page.locator(f".st-key-setting_{setting} label").first.click()
    settle(page)


def unfold(page: Page, group: str) -> None:
    """Open a group of settings."""
    page.get_by_test_id("stSidebar").get_by_text(group, exact=True).click()


def camera_eye(page: Page) -> dict[str, float]:
    """From where the 3D skeleton is looked at."""
    eye: dict[str, float] = page.evaluate(f"document.querySelector('{PLOT}').layout.scene.camera.eye")
    return eye


def turn(page: Page) -> None:
    """Turn the 3D skeleton by dragging it."""
    box = page.locator(PLOT).bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 90, y + 30, steps=8)
    page.mouse.up()


def click_landmark(page: Page, x_px: float, y_px: float) -> None:
    """Click the picture at a place given in the picture's own pixels."""
    page.locator(".stage").evaluate("stage => stage.scrollIntoView({block: 'center'})")
    scale = page.locator(".stage").evaluate(
        "stage => stage.clientWidth / stage.querySelector('svg').viewBox.baseVal.width"
    )
    page.locator(".stage").click(position={"x": x_px * scale, "y": y_px * scale})
    settle(page)


def marked_in_3d(page: Page) -> int:
    """How many landmarks carry a mark in the 3D skeleton."""
    count: int = page.evaluate(
        f"""document.querySelector("{PLOT}")._fullData
            .filter(trace => trace.mode === 'markers' && !trace.hovertemplate)
            .reduce((sum, trace) => sum + trace.x.length, 0)"""
    )
    return count


def give_file(page: Page, event: str, name: str, content: bytes) -> None:
    """Let a file be pasted or dropped somewhere on the page, as the browser would tell it."""
    expect(page.locator(".add-photo .drop")).not_to_be_empty()  # the listener is there
    arguments: dict[str, Any] = {"event": event, "name": name, "content": base64.b64encode(content).decode()}
    page.evaluate(
        """({event, name, content}) => {
            const bytes = Uint8Array.from(atob(content), each => each.charCodeAt(0))
            const transfer = new DataTransfer()
            transfer.items.add(new File([bytes], name, {type: "image/jpeg"}))
            const init = {bubbles: true, cancelable: true}
            const made = event === "paste"
                ? new ClipboardEvent("paste", {...init, clipboardData: transfer})
                : new DragEvent("drop", {...init, dataTransfer: transfer})
            document.body.dispatchEvent(made)
        }""",
        arguments,
    )
    result_shown(page)
