"""Clips with several people whose movements are known: cut out of the samples and put together anew.

A man who squats (samples/squat_2reps.mp4) and a woman on one leg (samples/tree_yoga.png) are moved over a background:
side by side, past each other, out of the picture and back. Where everyone's joints are in each frame follows from the
samples' own truth. Used by the tests of identities and by scripts/measure_identities.py.
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
    """What one actor does: x of the cut-out's middle in a frame, or None where they are not there; which cut-out."""

    actor: Actor
    x: Callable[[int], float | None]
    cutout: Callable[[int], int] = lambda frame: 0


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


def scene(parts: list[Part], count: int) -> Scene:
    """The parts played at once, those that come later in the list before the others."""
    frames = np.repeat(_background()[None], count, axis=0)
    joints = np.full((count, len(parts), 33, 2), np.nan)
    for frame in range(count):
        for place, part in enumerate(parts):
            x = part.x(frame)
            if x is not None:
                joints[frame, place] = _draw(frames[frame], part.actor, part.cutout(frame), x)
    return Scene(frames, joints)


def _draw(frame: NDArray[np.uint8], actor: Actor, cutout: int, x: float) -> NDArray[np.float64]:
    """Put a cut-out on a frame, its feet near the lower edge; its joints, NaN if its middle is outside."""
    number = cutout % len(actor.pictures)
    picture, mask, joints = actor.pictures[number], actor.masks[number], actor.joints[number]
    floor = np.where(actor.masks.max(axis=0).max(axis=1) > 0.5)[0][-1]
    offset = np.array([round(x - mask.shape[1] / 2), HEIGHT - 20 - floor])
    columns = np.arange(mask.shape[1]) + offset[0]
    rows = np.arange(mask.shape[0]) + offset[1]
    there = np.ix_((rows >= 0) & (rows < HEIGHT), (columns >= 0) & (columns < WIDTH))
    target = np.ix_(rows[(rows >= 0) & (rows < HEIGHT)], columns[(columns >= 0) & (columns < WIDTH)])
    share = mask[there][..., None]
    frame[target] = (share * picture[there] + (1 - share) * frame[target]).astype(np.uint8)
    placed = joints + offset
    middle = float(placed[[11, 12, 23, 24], 0].mean())
    return placed if 0 <= middle < WIDTH else np.full_like(placed, np.nan)


@functools.cache
def _background() -> NDArray[np.uint8]:
    """A wall and a floor with some grain."""
    random = np.random.default_rng(5)
    picture = np.empty((HEIGHT, WIDTH, 3), np.float32)
    picture[:] = np.linspace(190, 150, WIDTH)[None, :, None]
    picture[2 * HEIGHT // 3 :] = (120, 112, 105)
    grain = cv2.resize(random.normal(0, 12, (HEIGHT // 8, WIDTH // 8)).astype(np.float32), (WIDTH, HEIGHT))
    return np.asarray(np.clip(picture + grain[..., None], 0, 255), np.uint8)


def side_by_side() -> Scene:
    """The man squats at the left, the same man dressed otherwise half a squat later at the right."""
    man = squatting_man()
    return scene(
        [
            Part(man, lambda frame: 190.0, lambda frame: frame),
            Part(man.dressed_otherwise(), lambda frame: 530.0, lambda frame: frame + 18),
        ],
        72,
    )


def crossing(*, alike: bool = False) -> Scene:
    """Two go past each other, the one from the left in front; `alike` they are the same man in the same clothes."""
    front = squatting_man()
    back = front if alike else balancing_woman()
    return scene(
        [
            Part(back, lambda frame: 620.0 - 6.5 * frame, lambda frame: 30),
            Part(front, lambda frame: 100.0 + 6.5 * frame, lambda frame: 0),
        ],
        80,
    )


def leaving() -> Scene:
    """The woman goes out at the right and comes back after two and a half seconds; the man squats."""

    def goes(frame: int) -> float | None:
        if frame < 40:
            return 500.0 + 9 * frame
        return None if frame < 90 else max(500.0, 860.0 - 9 * (frame - 90))

    return scene([Part(squatting_man(), lambda frame: 200.0, lambda frame: frame), Part(balancing_woman(), goes)], 150)


SCENES: dict[str, Callable[[], Scene]] = {
    "side by side": side_by_side,
    "crossing": crossing,
    "crossing, alike": functools.partial(crossing, alike=True),
    "leaving and coming back": leaving,
}
