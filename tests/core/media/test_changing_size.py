"""Clips whose pictures change their size on the way: every frame comes out in the clip's own pixels."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from core import Settings, analyse_video
from core.export.annotated_mp4 import annotated_mp4
from core.media.playable_mp4 import write_playable_mp4
from core.media.videos import open_clip
from core.settings import OverlayStyle
from tests.core.media.clips import clip_of_sizes, number_of, numbered_frame
from tests.core.truth import picture

SIZES = [(64, 48), (64, 48), (32, 24), (128, 96), (48, 64), (64, 48)]
TIMES_MS = [40 * number for number in range(len(SIZES))]


def shrinking_clip() -> bytes:
    return clip_of_sizes([numbered_frame(number, *size) for number, size in enumerate(SIZES)], TIMES_MS)


def test_every_frame_has_the_clips_size() -> None:
    clip = open_clip(shrinking_clip())
    with clip.reader() as reader:
        frames = list(reader.frames(int(clip.pts[0])))
    assert [frame.rgb.shape for frame in frames] == [(clip.height, clip.width, 3)] * len(SIZES)
    # The upright one, 36 pixels wide, stands between black bars.
    pictures = [frame.rgb[:, 14:50] if number == 4 else frame.rgb for number, frame in enumerate(frames)]
    assert [number_of(rgb) for rgb in pictures] == list(range(len(SIZES)))
    assert frames[4].rgb[:, :14].max() == frames[4].rgb[:, 50:].max() == 0
    assert frames[4].scaled(32)[:, :7].max() == 0
    assert all(frame.rgb.flags.c_contiguous for frame in frames)


def test_landmarks_are_in_the_clips_pixels() -> None:
    large: NDArray[np.uint8] = picture("tree_yoga")
    small = np.asarray(cv2.resize(large, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA), np.uint8)
    clip = clip_of_sizes([large] * 12 + [small] * 12, [40 * number for number in range(24)])
    recording = analyse_video(clip, Settings(model="lite"))
    assert (recording.frames, recording.width, recording.height) == (24, *large.shape[1::-1])
    # MediaPipe smooths over time; somebody who stands still stays where they are.
    moved = np.linalg.norm(recording.image[-1, 0, :, :2] - recording.image[10, 0, :, :2], axis=-1)
    assert np.median(moved) < 0.01 * recording.height


def test_it_can_be_copied_for_the_browser_and_drawn_over(tmp_path: Path) -> None:
    content = shrinking_clip()
    assert write_playable_mp4(open_clip(content), tmp_path / "copy.mp4")
    recording = analyse_video(content, Settings(model="lite"))
    assert annotated_mp4(content, recording, OverlayStyle(), tmp_path / "drawn.mp4", people=[])
    for name in ("copy.mp4", "drawn.mp4"):
        made = open_clip(tmp_path / name)
        assert (made.width, made.height, len(made.pts)) == (64, 48, len(SIZES))
