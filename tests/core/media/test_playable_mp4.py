"""A copy for the browser has the clip's frames at the clip's times."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from core.media.playable_mp4 import LONGEST_SIDE_PX, write_playable_mp4
from core.media.videos import open_clip
from tests.core.media.sounding_clips import LOUDER_AT_S, louder_at_s, sounding_clip


def mjpeg_clip(path: Path, times_ms: list[int], size: tuple[int, int] = (64, 48)) -> Path:
    """A clip that browsers do not play, with frames at these times."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("mjpeg", rate=25)
        stream.width, stream.height, stream.pix_fmt = *size, "yuvj420p"
        stream.time_base = stream.codec_context.time_base = Fraction(1, 1000)
        for number, time_ms in enumerate(times_ms):
            frame = av.VideoFrame.from_ndarray(np.full((size[1], size[0], 3), 20 * number, np.uint8), "rgb24")
            frame.pts = time_ms
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return path


def test_times_are_kept(tmp_path: Path) -> None:
    clip = open_clip(mjpeg_clip(tmp_path / "clip.mkv", [0, 40, 80, 300, 340]))
    shares: list[float] = []
    assert write_playable_mp4(clip, tmp_path / "copy.mp4", progress=shares.append)
    copy = open_clip(tmp_path / "copy.mp4")
    np.testing.assert_allclose(copy.time_s, clip.time_s, atol=1e-4)
    assert shares[-1] == 1.0
    with av.open(str(tmp_path / "copy.mp4")) as container:
        assert container.streams.video[0].codec_context.name == "h264"
        assert container.streams.video[0].codec_context.pix_fmt == "yuv420p"


def test_the_sound_is_carried_over_at_its_own_time(tmp_path: Path) -> None:
    clip = open_clip(sounding_clip("matroska", "libopus", rate=48_000))
    write_playable_mp4(clip, tmp_path / "copy.mp4")
    assert louder_at_s((tmp_path / "copy.mp4").read_bytes()) == pytest.approx(LOUDER_AT_S, abs=0.03)


def test_large_pictures_become_smaller(tmp_path: Path) -> None:
    clip = open_clip(mjpeg_clip(tmp_path / "clip.mkv", [0, 40], (2 * LONGEST_SIDE_PX, 300)))
    write_playable_mp4(clip, tmp_path / "copy.mp4")
    copy = open_clip(tmp_path / "copy.mp4")
    assert (copy.width, copy.height) == (LONGEST_SIDE_PX, 150)


@pytest.mark.parametrize("after", [0, 2])
def test_a_cancelled_copy_leaves_no_file(tmp_path: Path, after: int) -> None:
    clip = open_clip(mjpeg_clip(tmp_path / "clip.mkv", [0, 40, 80, 120]))
    done: list[float] = []
    assert not write_playable_mp4(
        clip, tmp_path / "copy.mp4", progress=done.append, cancelled=lambda: len(done) >= after
    )
    assert [file.name for file in tmp_path.iterdir()] == ["clip.mkv"]
