"""One of several people: followed or lost, never somebody else, whether they are pointed at early or late."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from core import Recording, Settings, analyse_video
from scripts.composed_clips import FRAME_RATE, SCENES, Scene

HIPS = [23, 24]
# While somebody turns over, MediaPipe may take the upper body for the lower one.
OFF_PX = {"head over heels": 130}


def at(scene: Scene, person: int, frame: int) -> Settings:
    """Follow somebody who is pointed at in a frame."""
    x, y = scene.joints[frame, person, [11, 12, 23, 24]].mean(axis=0)
    return Settings(follow="point", follow_point=(frame / FRAME_RATE, float(x), float(y)))


def distances(scene: Scene, recording: Recording) -> NDArray[np.float64]:
    """(T, P) how far the followed person's hips are from each actor's, in pixels; NaN where either is not there."""
    hips = recording.image[:, 0, HIPS, :2].mean(axis=1)
    truth = scene.joints[:, :, HIPS].mean(axis=2)
    return np.linalg.norm(truth - hips[:, None], axis=-1)


@pytest.mark.parametrize(
    ("name", "person", "frame", "found"),
    [
        ("crossing", 0, 2, 0.65),
        ("crossing", 0, 77, 0.65),
        ("crossing", 1, 2, 0.65),
        ("crossing, alike", 0, 77, 0.65),
        ("behind a tree", 0, 87, 0.9),
        ("overtaking, alike", 0, 2, 0.5),
        ("overtaking, alike", 1, 2, 0.5),
        ("head over heels", 0, 2, 0.5),
        ("leaving and coming back", 1, 2, 0.8),
        ("leaving and coming back", 1, 145, 0.8),
    ],
)
def test_whoever_is_pointed_at_is_the_one(name: str, person: int, frame: int, found: float, tmp_path: Path) -> None:
    scene = SCENES[name]()
    recording = analyse_video(scene.write(tmp_path / "composed.mp4"), at(scene, person, frame))
    assert recording.people == 1
    off_px = distances(scene, recording)
    there = np.isfinite(scene.joints[:, person, 23, 0])
    seen = np.isfinite(off_px[:, person])
    assert seen[there].mean() >= found
    assert np.nanmax(off_px[:, person]) < OFF_PX.get(name, 40)
    # Where the person has left the picture, nobody is where somebody else is.
    assert not (off_px[~there] < 40).any()


def test_who_is_pointed_at_and_cannot_be_found_is_not_replaced(tmp_path: Path) -> None:
    """MediaPipe does not see the one who is upside down; the woman who stands beside is nobody's substitute."""
    scene = SCENES["lying, upright, upside down"]()
    recording = analyse_video(scene.write(tmp_path / "composed.mp4"), at(scene, 2, 2))
    if recording.people:
        assert not (distances(scene, recording)[:, :2] < 40).any()
