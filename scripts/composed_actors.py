"""People cut out of the samples, to be put together anew in clips in which everyone's movements are known.

A man who squats (samples/squat_2reps.mp4) and a woman on one leg (samples/tree_yoga.png) are moved over a background,
turned, made larger or smaller, and hidden behind a tree. Where everyone's joints are in each frame follows from the
samples' own truth. The clips made of them: scripts/composed_clips.py.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from core import Settings
from core.detection.landmarker import Landmarker
from core.media.images import read_image
from core.media.video_writer import VideoWriter
from core.media.videos import open_clip

SAMPLES = Path(__file__).resolve().parents[1] / "samples"
WIDTH, HEIGHT, FRAME_RATE = 720, 480, 20
FADE_PX = 2.0
TRUNK = [11, 12, 23, 24]


@dataclass(frozen=True, eq=False)
class Actor:
    """Cut-outs of one person.

    Attributes:
        pictures: (N, H, W, 3) uint8.
        masks: (N, H, W) 0 to 1.
        joints: (N, 33, 2) in pixels of the cut-outs.
    """

    pictures: NDArray[np.uint8]
    masks: NDArray[np.float32]
    joints: NDArray[np.float64]

    def dressed_otherwise(self) -> Actor:
        """The same person in other colours: green and blue exchanged, darker."""
        return Actor((self.pictures[..., [2, 0, 1]] * 0.7).astype(np.uint8), self.masks, self.joints)


@dataclass(frozen=True, eq=False)
class Part:
    """What one actor does, frame by frame.

    Attributes:
        actor: who.
        x: of the cut-out's middle, in pixels, or None where they are not there.
        cutout: which one.
        scale: how large, of the cut-outs' own size.
        lift_px: how high above the ground.
        turned_deg: by how much they are turned about the middle of the trunk, clockwise.
    """

    actor: Actor
    x: Callable[[int], float | None]
    cutout: Callable[[int], int] = lambda frame: 0
    scale: float = 1.0
    lift_px: Callable[[int], float] = lambda frame: 0.0
    turned_deg: Callable[[int], float] = lambda frame: 0.0


@dataclass(frozen=True)
class Tree:
    """A trunk from the upper edge to the ground, in pixels; whoever comes earlier in a scene's list is behind it."""

    left: int
    right: int


@dataclass(frozen=True, eq=False)
class Scene:
    """Frames (T, H, W, 3) uint8 and (T, P, 33, 2) joints in pixels, NaN for who is not in the picture."""

    frames: NDArray[np.uint8]
    joints: NDArray[np.float64]

    def write(self, path: Path) -> Path:
        """The clip as an MP4."""
        with VideoWriter(path, WIDTH, HEIGHT, frame_rate=FRAME_RATE, quality=15) as writer:
            for number, frame in enumerate(self.frames):
                writer.write(writer.prepare(frame), number / FRAME_RATE, 1 / FRAME_RATE)
        return path


@functools.cache
def squatting_man() -> Actor:
    """72 cut-outs of a man who squats twice."""
    truth = json.loads((SAMPLES / "squat_2reps.json").read_text("utf-8"))
    clip = open_clip(SAMPLES / "squat_2reps.mp4", None)
    with clip.reader() as reader:
        frames = [frame.rgb for frame in reader.frames(int(clip.pts[0]), clip.pts)]
    joints = [[landmark["px"] for landmark in frame["landmarks"]] for frame in truth["per_frame"]]
    return _cut_out(frames, np.array(joints), 1.0)


@functools.cache
def balancing_woman() -> Actor:
    """One cut-out of a woman on one leg, her arms up."""
    truth = json.loads((SAMPLES / "tree_yoga.json").read_text("utf-8"))
    rgb = read_image(SAMPLES / "tree_yoga.png", Settings(), None).rgb
    joints = np.array([landmark["px"] for landmark in truth["people"][0]["landmarks"]])
    return _cut_out([rgb], joints[None], 0.75)


def _cut_out(frames: list[NDArray[np.uint8]], joints: NDArray[np.float64], scale: float) -> Actor:
    height, width = (round(scale * side / 4) * 4 for side in frames[0].shape[:2])
    frames = [np.asarray(cv2.resize(frame, (width, height), interpolation=cv2.INTER_AREA)) for frame in frames]
    joints = joints * scale
    with Landmarker("full") as landmarker:
        found = [landmarker.detect(frame, Settings(segmentation=True)).mask for frame in frames]
    masks = [cv2.GaussianBlur(mask, (0, 0), FADE_PX / 2).astype(np.float32) / 255 for mask in found if mask is not None]
    return Actor(np.stack(frames), np.stack(masks), joints)


def scene(parts: list[Part | Tree], count: int) -> Scene:
    """The parts played at once, those that come later in the list before the others."""
    frames = np.repeat(_background()[None], count, axis=0)
    actors = [part for part in parts if isinstance(part, Part)]
    joints = np.full((count, len(actors), 33, 2), np.nan)
    for frame in range(count):
        drawn: list[int] = []
        for part in parts:
            if isinstance(part, Tree):
                _hide(frames[frame], part)
                joints[frame, drawn] = _seen_beside(joints[frame, drawn], part)
            else:
                place = actors.index(part)
                drawn.append(place)
                joints[frame, place] = _draw(frames[frame], part, frame)
    return Scene(frames, joints)


def _draw(picture: NDArray[np.uint8], part: Part, frame: int) -> NDArray[np.float64]:
    """Put an actor on a picture, upright with the feet near the lower edge; the joints, NaN if they are outside."""
    actor, x = part.actor, part.x(frame)
    if x is None:
        return np.full((33, 2), np.nan)
    number = part.cutout(frame) % len(actor.pictures)
    floor = np.where(actor.masks.max(axis=0).max(axis=1) > 0.5)[0][-1]
    middle = np.array([actor.masks.shape[2] / 2, round(actor.joints[0, TRUNK, 1].mean())])
    wanted = x, HEIGHT - 20 - part.scale * (floor - middle[1]) - part.lift_px(frame)
    turned = cv2.getRotationMatrix2D((0.0, 0.0), -part.turned_deg(frame), part.scale)[:, :2]
    way = np.column_stack([turned, np.rint(wanted - turned @ middle)])
    share = cv2.warpAffine(actor.masks[number], way, (WIDTH, HEIGHT))[..., None]
    shown = cv2.warpAffine(actor.pictures[number], way, (WIDTH, HEIGHT))
    picture[:] = (share * shown + (1 - share) * picture).astype(np.uint8)
    placed: NDArray[np.float64] = actor.joints[number] @ turned.T + way[:, 2]
    return placed if 0 <= placed[TRUNK, 0].mean() < WIDTH else np.full_like(placed, np.nan)


def _hide(picture: NDArray[np.uint8], tree: Tree) -> None:
    """Draw the trunk, with some bark."""
    columns = np.arange(tree.left, tree.right)
    bark = 70 + 14 * np.sin(columns / 3.1) + 8 * np.sin(columns / 1.3)
    picture[: HEIGHT - 30, tree.left : tree.right] = (bark[:, None] * (1.0, 0.8, 0.6)).astype(np.uint8)


def _seen_beside(joints: NDArray[np.float64], tree: Tree) -> NDArray[np.float64]:
    """NaN for whoever is behind the trunk with half of the joints or more."""
    is_hidden = ((joints[..., 0] >= tree.left) & (joints[..., 0] < tree.right)).mean(axis=-1) >= 0.5
    return np.where(is_hidden[:, None, None], np.nan, joints)


@functools.cache
def _background() -> NDArray[np.uint8]:
    """A wall and a floor with some grain."""
    random = np.random.default_rng(5)
    picture = np.empty((HEIGHT, WIDTH, 3), np.float32)
    picture[:] = np.linspace(190, 150, WIDTH)[None, :, None]
    picture[2 * HEIGHT // 3 :] = (120, 112, 105)
    grain = cv2.resize(random.normal(0, 12, (HEIGHT // 8, WIDTH // 8)).astype(np.float32), (WIDTH, HEIGHT))
    return np.asarray(np.clip(picture + grain[..., None], 0, 255), np.uint8)
