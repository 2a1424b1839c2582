"""The Image page as a user meets it, on the real server in Chromium."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from playwright.sync_api import Page, expect

from core import Settings, analyse_image, joint_angles, landmark_table
from scripts.running_dashboard import settle
from tests.browser.pictures import empty_photo, sample_jpeg, street_photo
from tests.browser.steps import (
    camera_eye,
    choose,
    click_landmark,
    give_file,
    marked_in_3d,
    open_sample,
    result_shown,
    toggle,
    turn,
    unfold,
    upload,
)


def test_a_real_photo_comes_out_as_overlay_and_3d_skeleton(page: Page) -> None:
    page.goto("/image")
    upload(page, ("street.jpg", street_photo()))
    # The overlay is the same picture with a skeleton: it differs from the original, but only in a small part.
    share = page.evaluate(
        """() => {
            const pixels = image => {
                const canvas = Object.assign(document.createElement("canvas"), {width: 480, height: 270})
                canvas.getContext("2d").drawImage(image, 0, 0, 480, 270)
                return canvas.getContext("2d").getImageData(0, 0, 480, 270).data
            }
            const roots = [...document.querySelectorAll("*")].map(each => each.shadowRoot).filter(Boolean)
            const stage = roots.map(root => root.querySelector(".stage")).find(Boolean)
            const [a, b] = [".original", ".overlay"].map(each => pixels(stage.querySelector(each)))
            let different = 0
            for (let i = 0; i < a.length; i += 4)
                if (Math.abs(a[i] - b[i]) + Math.abs(a[i + 2] - b[i + 2]) > 60) different++
            return different / (a.length / 4)
        }"""
    )
    assert 0.0005 < share < 0.2
    expect(page.get_by_text("1 person · full model")).to_be_visible()


def test_the_turned_view_survives_a_change_of_settings(page: Page) -> None:
    open_sample(page, "tree_yoga")
    before = camera_eye(page)
    turn(page)
    turned = camera_eye(page)
    assert np.linalg.norm([turned[axis] - before[axis] for axis in "xyz"]) > 0.2
    choose(page, "model", "Lite")
    expect(page.get_by_text("1 person · lite model")).to_be_visible()
    result_shown(page)
    assert camera_eye(page) == turned
    # ... and a visit to another page.
    page.get_by_role("link", name="About").click()
    settle(page)
    page.get_by_role("link", name="Image").click()
    result_shown(page)
    assert camera_eye(page) == turned


def test_raw_and_corrected_bodies_are_laid_over_each_other_in_the_turned_view(page: Page) -> None:
    open_sample(page, "squat90_side")
    turn(page)
    turned = camera_eye(page)
    pale = "document.querySelector('.posescope-3d-plot').data.filter(trace => trace.opacity === 0.55).length"
    for name, bodies, said in (("both", 1, "corrected 3D"), ("raw", 0, "raw 3D"), ("corrected", 0, "corrected 3D")):
        button = page.get_by_role("button", name=name, exact=True)
        button.click()
        expect(button).to_have_attribute("aria-pressed", "true")
        page.wait_for_function(f"{pale} === {bodies}")
        expect(page.get_by_text(f"· {said} ·")).to_be_visible()
        assert camera_eye(page) == turned


@pytest.mark.parametrize(
    ("view", "largest"), [("Front", ("y", -1)), ("Side", ("x", 1)), ("Top", ("z", 1))], ids=["front", "side", "top"]
)
def test_views_look_along_their_axis(page: Page, view: str, largest: tuple[str, int]) -> None:
    open_sample(page, "squat90_side")
    button = page.get_by_role("button", name=view, exact=True)
    button.press("Enter")
    expect(button).to_have_attribute("aria-pressed", "true")
    axis, sign = largest
    eye = camera_eye(page)
    assert eye[axis] * sign > 1
    assert all(abs(value) < 0.01 for name, value in eye.items() if name != axis)


def test_downloads_hold_the_numbers_of_core(page: Page) -> None:
    content = street_photo()
    page.goto("/image")
    upload(page, ("street.jpg", content))
    recording = analyse_image(content, Settings(), name="street.jpg")
    page.get_by_role("tab", name="Download").click()
    expected = landmark_table(recording)
    downloaded = pd.read_csv(download(page, "landmarks"))
    numbers = ["x_px", "y_px", "z_px", "x_m", "y_m", "z_m", "visibility", "presence"]
    assert list(downloaded["landmark"]) == list(expected["landmark"])
    np.testing.assert_allclose(downloaded[numbers], expected[numbers], rtol=1e-6)
    angles = pd.read_csv(download(page, "angles"))
    np.testing.assert_allclose(angles["angle_deg"], joint_angles(recording)["angle_deg"], rtol=1e-6)
    with zipfile.ZipFile(io.BytesIO(download(page, "zip").read_bytes())) as archive:
        assert archive.testzip() is None
        assert sorted(Path(name).suffix for name in archive.namelist()) == [
            ".csv",
            ".csv",
            ".csv",
            ".html",
            ".json",
            ".png",
            ".txt",
        ]


def download(page: Page, kind: str) -> Path:
    with page.expect_download() as waiting:
        page.locator(f".st-key-download_{kind} button").click()
    return Path(waiting.value.path())


def test_a_click_in_the_picture_marks_the_joint_everywhere(page: Page) -> None:
    open_sample(page, "squat90_side")
    recording = analyse_image(Path("samples/squat90_side.png"))
    right_knee = recording.image[0, 0, 26]
    click_landmark(page, float(right_knee[0]), float(right_knee[1]))
    expect(page.locator(".marks .ring")).to_have_count(1)
    page.wait_for_function("document.querySelector('.posescope-3d-plot').data.some(t => t.marker?.size === 11)")
    assert marked_in_3d(page) == 1
    # The same point once more takes the mark away.
    click_landmark(page, float(right_knee[0]), float(right_knee[1]))
    expect(page.locator(".marks .ring")).to_have_count(0)
    # A point in 3D marks it in the picture.
    page.evaluate(
        "document.querySelector('.posescope-3d-plot').emit('plotly_click', {points: [{customdata: [13, 0]}]})"
    )
    expect(page.locator(".marks .ring")).to_have_count(1)


def test_the_slider_uncovers_the_original(page: Page) -> None:
    open_sample(page, "arms_raised_front")
    overlay, slider = page.locator(".stage img.overlay"), page.locator(".compare input")
    assert overlay.evaluate("image => image.style.clipPath") == "inset(0px 0% 0px 0px)"
    slider.focus()
    slider.press("Home")
    assert overlay.evaluate("image => image.style.clipPath") == "inset(0px 100% 0px 0px)"


def test_camera_picture_is_measured(page: Page) -> None:
    page.goto("/image")
    settle(page)
    page.get_by_role("radio", name="Camera").click()
    # A picture taken before the camera has one is black.
    page.wait_for_function("document.querySelector('[data-testid=\"stCameraInput\"] video')?.currentTime > 0.5")
    page.get_by_role("button", name="Take Photo").click()
    result_shown(page)
    expect(page.get_by_text("1 person · full model")).to_be_visible()


def test_paste_with_the_keyboard_and_from_the_clipboard(page: Page) -> None:
    page.goto("/image")
    settle(page)
    give_file(page, "paste", "image.png", sample_jpeg("tree_yoga"))
    expect(page.get_by_text("Pasted picture 1.png")).to_be_visible()
    page.get_by_role("radio", name="Paste").click()
    settle(page)
    page.evaluate(
        """async () => {
            const canvas = Object.assign(document.createElement("canvas"), {width: 64, height: 64})
            const blob = await new Promise(done => canvas.toBlob(done, "image/png"))
            await navigator.clipboard.write([new ClipboardItem({"image/png": blob})])
        }"""
    )
    page.get_by_role("button", name="Paste from the clipboard").click()
    expect(page.get_by_text("Nobody was found in this photo.")).to_be_visible()
    expect(page.get_by_text("Photo 2 of 2")).to_be_visible()


def test_a_photo_dropped_anywhere_is_measured(page: Page) -> None:
    page.goto("/image")
    settle(page)
    give_file(page, "drop", "tree.jpg", sample_jpeg("tree_yoga"))
    expect(page.get_by_text("tree.jpg")).to_be_visible()


def test_several_photos_have_a_strip_and_one_combined_table(page: Page) -> None:
    page.goto("/image")
    upload(page, ("tree.jpg", sample_jpeg("tree_yoga")), ("squat.jpg", sample_jpeg("squat90_side")))
    expect(page.get_by_text("Photo 1 of 2")).to_be_visible()
    page.get_by_role("button", name="Photo 2: squat.jpg").click()
    expect(page.get_by_text("Photo 2 of 2")).to_be_visible()
    settle(page)
    page.get_by_role("tab", name="Download").click()
    page.get_by_role("button", name="Measure all 2 photos").click()
    table = pd.read_csv(download(page, "all_angles"))
    assert list(table["source"].unique()) == ["tree.jpg", "squat.jpg"]


def test_nobody_found_offers_remedies_and_a_broken_file_is_told(page: Page) -> None:
    page.goto("/image")
    settle(page)
    page.locator('input[type="file"]').set_input_files(
        [{"name": "wall.jpg", "mimeType": "image/jpeg", "buffer": empty_photo()}]
    )
    expect(page.get_by_text("Nobody was found in this photo.")).to_be_visible()
    page.get_by_role("button", name="Lower the threshold to 0.2").click()
    page.wait_for_url("**min_detection_confidence=0.2**")
    page.locator('input[type="file"]').set_input_files(
        [{"name": "letter.jpg", "mimeType": "image/jpeg", "buffer": b"Dear Sir or Madam, " * 9}]
    )
    expect(page.get_by_text("“letter.jpg” is not a picture that can be read.")).to_be_visible()
    # The page stays usable.
    upload(page, ("tree.jpg", sample_jpeg("tree_yoga")))
    expect(page.get_by_text("1 person · full model")).to_be_visible()


def test_dimming_and_labels_change_the_overlay_only(page: Page) -> None:
    open_sample(page, "tree_yoga")
    before = page.locator(".stage img.overlay").get_attribute("src")
    unfold(page, "Overlay")
    toggle(page, "dim_background")
    toggle(page, "angles")
    page.wait_for_function(
        """before => [...document.querySelectorAll("*")].map(each => each.shadowRoot).filter(Boolean)
            .some(root => root.querySelector("img.overlay") && root.querySelector("img.overlay").src !== before)""",
        arg=before,
    )
