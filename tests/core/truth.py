"""The rendered samples and what is exactly known of them; samples/README.md says how they were made."""

from __future__ import annotations

import functools
import json
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from core.recording import Recording
from core.settings import Settings

SAMPLES = Path(__file__).parents[2] / "samples"
ONE_PERSON = ("arms_raised_front", "squat90_side", "tree_yoga")
TWO_PEOPLE = "two_people"
# Shoulders, elbows, wrists, hips, knees, ankles: defined alike by MediaPipe and by the renderer.
BODY = [11, 12, 13, 14, 15, 16, 23, 24, 25, 26, 27, 28]
TORSO = [11, 12, 23, 24]


@dataclass(frozen=True, eq=False)
class TrueBody:
    """One rendered person.

    Attributes:
        px: (33, 2), where each landmark is in the picture.
        cam: (33, 3), metres, x right, y down, z away from the camera.
        visible: (33,), whether nothing covers the landmark.
        box_px: left, top, right, bottom.
        angles_deg: 3D angles of elbows, shoulders, hips and knees.
    """

    px: NDArray[np.float64]
    cam: NDArray[np.float64]
    visible: NDArray[np.bool_]
    box_px: tuple[float, float, float, float]
    angles_deg: dict[str, float]

    @property
    def height_px(self) -> float:
        return self.box_px[3] - self.box_px[1]


@functools.cache
def true_people(name: str) -> tuple[TrueBody, ...]:
    people = json.loads((SAMPLES / f"{name}.json").read_text("utf-8"))["people"]
    return tuple(
        TrueBody(
            px=np.array([landmark["px"] for landmark in person["landmarks"]]),
            cam=np.array([landmark["cam"] for landmark in person["landmarks"]]),
            visible=np.array([landmark["visible"] for landmark in person["landmarks"]]),
            box_px=tuple(person["bbox_px"]),
            angles_deg=person["angles_3d_deg"],
        )
        for person in people
    )


def path(name: str) -> Path:
    return SAMPLES / f"{name}.png"


@functools.cache
def picture(name: str) -> NDArray[np.uint8]:
    """The sample as an RGB array that cannot be written to. Read without core, so that it can judge core."""
    rgb = np.ascontiguousarray(cv2.imread(str(path(name)))[:, :, ::-1])
    rgb.setflags(write=False)
    return rgb


def true_recording(name: str) -> Recording:
    """The rendered people as a perfect detector would find them."""
    people = true_people(name)
    height, width = picture(name).shape[:2]
    world = np.stack([body.cam - body.cam[[23, 24]].mean(axis=0) for body in people]).astype(np.float32)
    px = np.stack([body.px for body in people])
    # Weak perspective: metres become pixels by the same factor in depth as in height.
    scale = np.ptp(px[..., 1], axis=-1) / np.ptp(world[..., 1], axis=-1)
    visibility = np.stack([np.where(body.visible, 0.9, 0.1) for body in people]).astype(np.float32)
    return Recording(
        time=np.zeros(1),
        image=np.concatenate([px, world[..., 2:] * scale[:, None, None]], axis=-1, dtype=np.float32)[None],
        world=world[None],
        visibility=visibility[None],
        presence=np.ones_like(visibility)[None],
        width=width,
        height=height,
        frame_rate=0.0,
        source=f"{name}.png",
        settings=Settings(),
    )
