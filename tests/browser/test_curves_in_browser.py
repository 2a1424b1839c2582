"""The player's curves as Chromium draws them: sides in their colours, doubtful stretches faint, gaps open."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray
from playwright.sync_api import Page

from core import Recording, Settings, analyse_image
from core.motion.groups import GROUPS
from core.motion.trust import LEAST_TRUST
from core.skeleton import PERSON_COLOURS, SIDE_COLOURS
from pages.widgets import player
from pages.widgets.player import landmarks
from tests.browser.pictures import SAMPLES
from tests.pages.app import PROJECT

FRAMES, STEP_S = 60, 0.1
GAP = slice(20, 30)
DOUBTFUL = slice(40, 60)
JOINT = "wrist"
FOLDER = PROJECT / "pages" / "widgets" / "player"
SCRIPTS = ("landmarks", "people", "overlay", "strip", "curves")
ADDRESS = "http://player.test"
# Fetches the landmarks as the player does and draws their curves.
DRAW = """data => new Promise(done => {
    const colours = {faint: "#666", grid: "#ccc", ground: "#fff", font: "sans-serif"}
    const people = new People()
    people.configure(data, colours)
    const curves = new Curves(document.querySelector(".curves"))
    curves.configure(data, colours, people)
    const joints = data.joints.flatMap(kind => kind.sides).length
    const landmarks = new Landmarks(`${data.address}/landmarks?`, joints, () => {
        if (!landmarks.complete) return
        curves.draw(landmarks, [0], new Set(data.shown))
        window.curves = curves
        done()
    })
})"""
# The pixels of the first lane, without its frame and what stands above it.
LANE = """() => {
    const {canvas, context} = window.curves
    const dense = canvas.width / canvas.clientWidth
    const [top, height] = [(LANE_HEAD_PX + 2) * dense, (LANE_PLOT_PX - 4) * dense]
    const {width, data} = context.getImageData(0, top, canvas.width, height)
    return {width, pixels: [...data]}
}"""


@pytest.fixture(scope="module")
def still() -> Recording:
    """Somebody who does not move, is lost for a second, and hardly seen at the end."""
    found = analyse_image(SAMPLES / "arms_raised_front.png", Settings())
    fields = ("image", "world", "refined", "visibility", "presence")
    arrays = {name: np.repeat(getattr(found, name), FRAMES, axis=0) for name in fields}
    arrays["visibility"][DOUBTFUL] = 0
    for name in fields:
        arrays[name][GAP] = np.nan
    recording = dataclasses.replace(found, time=np.arange(FRAMES) * STEP_S, frame_rate=1 / STEP_S, **arrays)
    angles = GROUPS["joints"].measure(recording)
    for side in ("left", "right"):
        trust = angles.trust[:, 0, angles.names.index(f"{side}_{JOINT}")]
        assert trust[0] >= LEAST_TRUST > trust[-1]
    return recording


@pytest.fixture
def draw(page: Page, still: Recording) -> Callable[..., NDArray[np.uint8]]:
    """Draws curves and gives the first lane: (H, W, 4) RGBA."""
    names = GROUPS["joints"].names
    styles = (FOLDER / "player.css").read_text(encoding="utf-8")
    body = (FOLDER / "player.html").read_text(encoding="utf-8")
    message = landmarks.landmark_message(still, 0, space="refined", reading="angle_deg", complete=True, revision=0)
    page.route(
        f"{ADDRESS}/", lambda route: route.fulfill(content_type="text/html", body=f"<style>{styles}</style>{body}")
    )
    page.route(f"{ADDRESS}/landmarks**", lambda route: route.fulfill(body=message))
    page.goto(f"{ADDRESS}/")
    page.add_script_tag(content="\n".join((FOLDER / f"{name}.js").read_text(encoding="utf-8") for name in SCRIPTS))
    data = {
        "address": ADDRESS,
        "part": [0, FRAMES * STEP_S],
        "leastTrust": LEAST_TRUST,
        "labels": {"left": "left", "right": "right", "found": "Found", "person": "Person"},
        "people": [],
        "palette": PERSON_COLOURS,
        "named": False,
        "skeleton": player.drawn_skeleton(),
        "joints": [
            {
                "name": kind,
                "label": kind,
                "sides": [
                    {"side": side, "index": names.index(name)}
                    for side in ("left", "right", "centre")
                    if (name := kind if side == "centre" else f"{side}_{kind}") in names
                ],
            }
            for kind in GROUPS["joints"].kinds
        ],
    }

    def lane(*shown: str) -> NDArray[np.uint8]:
        page.evaluate(DRAW, data | {"shown": shown})
        drawn = page.evaluate(LANE)
        return np.array(drawn["pixels"], np.uint8).reshape(-1, drawn["width"], 4)

    return lane


def columns(lane: NDArray[np.uint8], frames: slice) -> NDArray[np.uint8]:
    """The part of a lane that belongs to these frames, without its ends and without lines of the grid."""
    width = lane.shape[1]
    x = np.arange(width)
    time_s = x / width * FRAMES * STEP_S
    inside = (time_s > (frames.start + 1) * STEP_S) & (time_s < (frames.stop - 2) * STEP_S)
    to_grid_px = np.abs(time_s - np.round(time_s * 2) / 2) * width / (FRAMES * STEP_S)  # at most every half second
    return lane[:, inside & (to_grid_px > 2)]


def rgb(colour: str) -> tuple[int, ...]:
    return tuple(bytes.fromhex(colour.removeprefix("#")))


def has(pixels: NDArray[np.uint8], colour: str) -> bool:
    return bool((np.abs(pixels[..., :3].astype(int) - rgb(colour)).max(axis=-1)[pixels[..., 3] > 0] < 12).any())


def test_left_and_right_have_their_colours_and_are_there_where_somebody_is_found(
    draw: Callable[..., NDArray[np.uint8]],
) -> None:
    found = columns(draw(JOINT), slice(0, GAP.start))
    assert has(found, SIDE_COLOURS["left"]) and has(found, SIDE_COLOURS["right"])
    assert (found[..., 3].max(axis=0) > 240).all()


def test_gaps_stay_gaps(draw: Callable[..., NDArray[np.uint8]]) -> None:
    lane = draw(JOINT)
    # Nothing leads across: the columns in the middle of the gap are empty.
    assert columns(lane, GAP)[..., 3].max() == 0
    assert (columns(lane, slice(GAP.stop, DOUBTFUL.start))[..., 3].max(axis=0) > 240).all()


def test_stretches_of_low_trust_are_faint(draw: Callable[..., NDArray[np.uint8]]) -> None:
    doubtful = columns(draw(JOINT), DOUBTFUL)
    strongest = doubtful[..., 3].max(axis=0)
    assert (strongest > 60).all()
    # Two faint curves that lie over each other are still fainter than a trusted one.
    assert strongest.max() < 200
    assert has(doubtful, SIDE_COLOURS["left"]) and has(doubtful, SIDE_COLOURS["right"])


def test_a_joint_of_the_middle_has_one_curve(draw: Callable[..., NDArray[np.uint8]]) -> None:
    centre = next(kind for kind in GROUPS["joints"].kinds if kind in GROUPS["joints"].names)
    lane = columns(draw(centre), slice(0, GAP.start))
    assert has(lane, SIDE_COLOURS["centre"]) and not has(lane, SIDE_COLOURS["left"])
