"""A clip that was not copied to its end says how much is missing; a whole one never says that anything is."""

from __future__ import annotations

import math
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from core import Settings, analyse_video
from core.export.annotated_mp4 import annotated_mp4
from core.export.provenance import made_by
from core.media.live_video import LiveVideo
from core.media.playable_mp4 import write_playable_mp4
from core.media.videos import Clip, open_clip
from core.settings import OverlayStyle
from tests.core.media.clips import clip_bytes
from tests.core.media.sounding_clips import sounding_clip

FRAMES, FRAME_RATE = 100, 25
SAMPLES = sorted((Path(__file__).resolve().parents[3] / "samples").glob("*.mp4"))
FAST_START = {"movflags": "+faststart"}
FRAGMENTED = {"movflags": "+frag_keyframe+empty_moov"}
KINDS = {
    "mp4": ("mp4", "libx264", FAST_START),
    "mov": ("mov", "libx265", FAST_START),
    "matroska": ("matroska", "libx264", {}),
    "webm": ("webm", "libvpx-vp9", {}),
    "avi": ("avi", "mpeg4", {}),
    "avi, H.264": ("avi", "libx264", {}),
    "avi, every frame a JPEG": ("avi", "mjpeg", {}),
}
# These break off without saying how much they would hold.
SILENT = {"gif": ("gif", "gif", {}), "mp4 in fragments": ("mp4", "libx264", FRAGMENTED)}
# These announce nothing at all.
STREAMED = {"mpegts": ("mpegts", "libx264", {}), "matroska, live": ("matroska", "libx264", {"live": "1"})}


def noise_clip(folder: Path, kind: tuple[str, str, dict[str, str]]) -> bytes:
    """Four seconds of noise, so that all frames are about as large."""
    container, codec, options = kind
    random = np.random.default_rng(0)
    path = folder / "clip"
    with av.open(str(path), "w", format=container, options=options) as output:
        stream = output.add_stream(codec, rate=Fraction(FRAME_RATE))
        stream.width, stream.height = 96, 64
        stream.pix_fmt = {"mjpeg": "yuvj420p", "gif": "rgb8"}.get(codec, "yuv420p")
        stream.gop_size = 10
        if codec == "libx265":
            stream.options = {"x265-params": "log-level=error"}
        for number in range(FRAMES):
            rgb = random.integers(0, 256, (64, 96, 3), dtype=np.uint8)
            frame = av.VideoFrame.from_ndarray(rgb, "rgb24").reformat(format=stream.pix_fmt)
            frame.pts, frame.time_base = number, Fraction(1, FRAME_RATE)
            output.mux(stream.encode(frame))
        output.mux(stream.encode())
    return path.read_bytes()


def frames_of(clip: Clip) -> int:
    with clip.reader() as reader:
        return sum(1 for _ in reader.frames(int(clip.pts[0])))


@pytest.mark.parametrize("share", [0.3, 0.6, 0.95])
@pytest.mark.parametrize("kind", KINDS)
def test_what_is_there_and_what_is_missing_are_the_whole(tmp_path: Path, kind: str, share: float) -> None:
    content = noise_clip(tmp_path, KINDS[kind])
    clip = open_clip(content[: round(share * len(content))])
    # The last frame may be there in part.
    assert clip.missing_s * FRAME_RATE == pytest.approx(FRAMES - len(clip.pts), abs=1.01)
    assert frames_of(clip) == pytest.approx(len(clip.pts), abs=5)
    # The encoder gives the first frames more bytes than the later ones.
    assert clip.missing_s == pytest.approx((1 - share) * FRAMES / FRAME_RATE, abs=0.5)


@pytest.mark.parametrize("share", [0.3, 0.6, 0.95])
@pytest.mark.parametrize("kind", SILENT)
def test_where_the_file_does_not_say_how_much_it_is_not_known(tmp_path: Path, kind: str, share: float) -> None:
    content = noise_clip(tmp_path, SILENT[kind])
    assert math.isnan(open_clip(content[: round(share * len(content))]).missing_s)


@pytest.mark.parametrize("kind", STREAMED)
def test_where_nothing_was_announced_nothing_is_missing(tmp_path: Path, kind: str) -> None:
    content = noise_clip(tmp_path, STREAMED[kind])
    assert open_clip(content[: round(0.6 * len(content))]).missing_s == 0


@pytest.mark.parametrize("kind", [*KINDS, *SILENT, *STREAMED])
def test_a_whole_file_is_whole(tmp_path: Path, kind: str) -> None:
    content = noise_clip(tmp_path, {**KINDS, **SILENT, **STREAMED}[kind])
    clip = open_clip(content)
    assert (clip.missing_s, len(clip.pts)) == (0, FRAMES)
    assert open_clip(content + bytes(100)).missing_s == 0


@pytest.mark.parametrize(
    ("container", "sound"), [("mp4", "aac"), ("mov", "aac"), ("matroska", "libopus"), ("avi", "libmp3lame")]
)
@pytest.mark.parametrize("sound_s", [1.0, 4.0], ids=["shorter sound", "longer sound"])
def test_sound_of_another_length_is_no_loss(container: str, sound: str, sound_s: float) -> None:
    assert open_clip(sounding_clip(container, sound, sound_seconds=sound_s, rate=48_000)).missing_s == 0


@pytest.mark.parametrize("container", ["matroska", "avi", "mp4"])
def test_uneven_times_are_no_loss(container: str) -> None:
    content = clip_bytes([0, 40, 50, 130, 200, 400, 1000, 1040, 1080, 2500], container=container, codec="mpeg4")
    assert open_clip(content).missing_s == 0


def test_an_index_that_is_cut_off_behind_the_last_frame_is_no_loss(tmp_path: Path) -> None:
    for kind in ("avi", "matroska"):
        content = noise_clip(tmp_path, KINDS[kind])
        assert open_clip(content[:-20]).missing_s == 0


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: path.stem)
def test_the_samples_are_whole(sample: Path) -> None:
    assert open_clip(sample).missing_s == 0


def test_what_posescope_writes_is_whole(tmp_path: Path) -> None:
    content = noise_clip(tmp_path, KINDS["matroska"])
    write_playable_mp4(open_clip(content), tmp_path / "copy.mp4")
    with LiveVideo(tmp_path / "live.mp4", 64, 48) as video:
        for number in range(10):
            video.add(np.full((48, 64, 3), 20 * number, np.uint8), 0.04 * number)
    recording = analyse_video(content, Settings(model="lite", every_nth_frame=5))
    annotated_mp4(content, recording, OverlayStyle(), tmp_path / "drawn.mp4")
    for name in ("copy.mp4", "live.mp4", "drawn.mp4"):
        assert open_clip(tmp_path / name).missing_s == 0


def test_a_recording_knows_what_its_clip_lacks(tmp_path: Path) -> None:
    content = noise_clip(tmp_path, KINDS["matroska"])
    settings = Settings(model="lite", every_nth_frame=5)
    told = made_by(analyse_video(content[: round(0.6 * len(content))], settings))["missing_at_end_s"]
    assert float(told) == pytest.approx(0.4 * FRAMES / FRAME_RATE, abs=0.3)
    assert "missing_at_end_s" not in made_by(analyse_video(content, settings))
    unknown = noise_clip(tmp_path, SILENT["gif"])
    assert made_by(analyse_video(unknown[: len(unknown) // 2], settings))["missing_at_end_s"] == "unknown"
