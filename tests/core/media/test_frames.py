"""A frame of a clip: converted only when it is looked at, at any size, in one step, and safe to keep."""

from __future__ import annotations

import numpy as np
import pytest
from av.video.frame import VideoFrame
from av.video.reformatter import VideoReformatter

import core.media.frames
from core.media.videos import Frame, open_clip
from tests.core.media.clips import clip_bytes, number_of, turned

TIMES_MS = [40 * number for number in range(12)]


def frames_of(content: bytes) -> list[Frame]:
    clip = open_clip(content)
    with clip.reader() as reader:
        return list(reader.frames(int(clip.pts[0])))


def test_kept_frames_stay_what_they_were() -> None:
    frames = frames_of(clip_bytes(TIMES_MS))
    assert [number_of(frame.rgb) for frame in frames] == list(range(12))
    assert frames[3].rgb is frames[3].rgb


@pytest.mark.parametrize("degrees", [0, 90, 180, 270])
@pytest.mark.parametrize(("longest_px", "longer", "shorter"), [(32, 32, 24), (20, 20, 15), (1, 1, 1)])
def test_a_smaller_one_is_the_same_picture(degrees: int, longest_px: int, longer: int, shorter: int) -> None:
    frame = frames_of(turned(clip_bytes(TIMES_MS), degrees))[7]
    small = frame.scaled(longest_px)
    assert small.shape == ((longer, shorter, 3) if degrees % 180 else (shorter, longer, 3))
    assert small.dtype == np.uint8 and small.flags.c_contiguous
    if longest_px > 1:
        middle = [each[each.shape[0] // 2 :, each.shape[1] // 2 :].mean() for each in (small, frame.rgb)]
        assert middle[0] == pytest.approx(middle[1], abs=3)
        # The red corner is where it is in the large one.
        red = [np.argwhere(each[..., 0].astype(int) - each[..., 1] > 100).mean(axis=0) for each in (small, frame.rgb)]
        np.testing.assert_allclose(red[0] / small.shape[:2], red[1] / frame.rgb.shape[:2], atol=0.07)


@pytest.mark.parametrize("longest_px", [64, 65, 4000])
def test_it_is_never_made_larger(longest_px: int) -> None:
    frame = frames_of(clip_bytes(TIMES_MS[:2]))[1]
    assert frame.scaled(longest_px) is frame.rgb


def test_nothing_is_converted_that_nobody_looks_at(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[tuple[int, int]] = []
    reformatter = core.media.frames._reformatter

    def counting(decoded: VideoFrame, size: tuple[int, int]) -> VideoReformatter:
        made.append(size)
        return reformatter(decoded, size)

    monkeypatch.setattr(core.media.frames, "_reformatter", counting)
    frames = frames_of(clip_bytes(TIMES_MS))
    assert made == []
    frames[5].scaled(32)
    assert made == [(32, 24)]
