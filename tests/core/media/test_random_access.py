"""Whatever part of a clip is wanted, in whatever container: the same frames come as when it is read from the start."""

from __future__ import annotations

import functools
import io
import itertools
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from core import Settings, analyse_video
from core.media.videos import Clip, open_clip

FRAMES, FRAME_RATE = 90, 25
BITS = 7


class Kind(NamedTuple):
    """How a clip is written."""

    container: str
    codec: str
    options: Mapping[str, str] = MappingProxyType({})
    container_options: Mapping[str, str] = MappingProxyType({})
    key_every: int = 30


B_FRAMES = {"bf": "3", "x264-params": "b-adapt=0:scenecut=0"}
OPEN = {"bf": "3", "x264-params": "b-adapt=0:scenecut=0:open-gop=1"}
FRAGMENTED = {"movflags": "+frag_keyframe+empty_moov+default_base_moof"}
KINDS = {
    "mp4": Kind("mp4", "libx264", B_FRAMES),
    "mp4, open groups": Kind("mp4", "libx264", OPEN),
    "mp4, fragments": Kind("mp4", "libx264", B_FRAMES, FRAGMENTED),
    "mp4, one fragment a second": Kind("mp4", "libx264", B_FRAMES, {**FRAGMENTED, "frag_duration": "1000000"}, 250),
    "mov, HEVC": Kind("mov", "libx265", {"x265-params": "log-level=error:bframes=3:open-gop=1:keyint=30"}),
    "mkv": Kind("matroska", "libx264", B_FRAMES),
    "mkv without cues": Kind("matroska", "libx264", B_FRAMES, {"live": "1"}),
    "mkv, open groups": Kind("matroska", "libx264", OPEN),
    "webm": Kind("webm", "libvpx-vp9", {"deadline": "realtime", "cpu-used": "8"}),
    "webm, AV1": Kind("webm", "libsvtav1", {"preset": "12", "svtav1-params": "keyint=30"}),
    "ts": Kind("mpegts", "libx264", B_FRAMES),
    "ts, open groups": Kind("mpegts", "libx264", OPEN),
    "ts, hardly a key frame": Kind("mpegts", "libx264", B_FRAMES, key_every=75),
    "ts, HEVC": Kind("mpegts", "libx265", {"x265-params": "log-level=error:bframes=3:open-gop=1:keyint=30"}),
    "ts, MPEG-2": Kind("mpegts", "mpeg2video", {"bf": "2", "qmin": "1", "qmax": "2"}),
    "m2ts": Kind("mpegts", "libx264", B_FRAMES, {"mpegts_m2ts_mode": "1"}),
    "vob": Kind("vob", "mpeg2video", {"bf": "2", "qmin": "1", "qmax": "2"}),
    "ps": Kind("mpeg", "mpeg2video", {"bf": "2", "qmin": "1", "qmax": "2"}),
    "ps, H.264": Kind("mpeg", "libx264", B_FRAMES),
    "avi": Kind("avi", "mpeg4", {"qmin": "1", "qmax": "2"}),
    "avi, H.264": Kind("avi", "libx264", B_FRAMES),
    "flv": Kind("flv", "libx264", B_FRAMES),
    "ogg": Kind("ogg", "libvpx", {"deadline": "realtime", "cpu-used": "8"}),
    "nut": Kind("nut", "libx264", B_FRAMES),
    "asf": Kind("asf", "libx264", B_FRAMES),
    "bare stream": Kind("h264", "libx264", B_FRAMES),
    "refreshed bit by bit": Kind("mpegts", "libx264", {"x264-params": "intra-refresh=1:scenecut=0", "bf": "0"}),
}


def coded_frame(number: int) -> NDArray[np.uint8]:
    """A picture that bears its number: black and white blocks for its bits. Its ground moves."""
    rgb = np.full((48, 16 * BITS, 3), 90, np.uint8)
    rgb[32:, :, 1] = (np.arange(16 * BITS) * 2 + 5 * number) % 160
    for bit in range(BITS):
        rgb[:32, 16 * bit : 16 * bit + 16] = 255 * (number >> bit & 1)
    return rgb


def number_in(rgb: NDArray[np.uint8]) -> int:
    """The number of a coded frame; -1 where it cannot be read."""
    levels = [float(rgb[8:24, 16 * bit + 4 : 16 * bit + 12].mean()) for bit in range(BITS)]
    if any(60 < level < 195 for level in levels):
        return -1
    return sum(1 << bit for bit, level in enumerate(levels) if level > 127)


def written(kind: Kind, path: Path) -> bytes:
    """A clip of coded frames."""
    with av.open(str(path), "w", format=kind.container, options=dict(kind.container_options)) as output:
        stream = output.add_stream(kind.codec, rate=Fraction(FRAME_RATE), options=dict(kind.options))
        stream.width, stream.height, stream.pix_fmt = 16 * BITS, 48, "yuv420p"
        stream.gop_size = kind.key_every
        for number in range(FRAMES):
            frame = av.VideoFrame.from_ndarray(coded_frame(number), "rgb24").reformat(format="yuv420p")
            frame.pts, frame.time_base = number, Fraction(1, FRAME_RATE)
            output.mux(stream.encode(frame))
        output.mux(stream.encode())
    return path.read_bytes()


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("random_access")


@functools.cache
def content_of(name: str, folder: Path) -> bytes:
    return written(KINDS[name], folder / "".join(filter(str.isalnum, name)))


def numbers_of(clip: Clip, start: int, stop: int) -> list[int]:
    with clip.reader() as reader:
        return [number_in(frame.rgb) for frame in reader.frames(int(clip.pts[start]), clip.pts[start:stop])]


@pytest.mark.parametrize("name", KINDS)
def test_every_part_has_the_frames_of_the_whole(name: str, folder: Path) -> None:
    clip = open_clip(content_of(name, folder))
    assert len(clip.pts) == FRAMES
    assert numbers_of(clip, 0, FRAMES) == list(range(FRAMES))
    assert np.diff(clip.time_s) == pytest.approx(1 / FRAME_RATE, abs=0.0011)
    for start in range(1, FRAMES, 7):
        assert numbers_of(clip, start, start + 5) == list(range(start, min(start + 5, FRAMES)))


@pytest.mark.parametrize("name", ["mp4", "ts", "mkv", "ps", "ts, HEVC", "flv", "avi, H.264"])
def test_one_reader_jumps_forth_and_back(name: str, folder: Path) -> None:
    clip = open_clip(content_of(name, folder))
    with clip.reader() as reader:
        for start, stop in [(70, 74), (10, 12), (28, 34), (12, 13), (59, 62), (0, 2), (88, 90), (61, 62), (62, 64)]:
            frames = reader.frames(int(clip.pts[start]), clip.pts[start:stop])
            assert [number_in(frame.rgb) for frame in frames] == list(range(start, stop))


@pytest.mark.parametrize("name", ["ts", "mkv without cues", "mp4, fragments"])
def test_a_file_is_read_like_its_bytes(name: str, folder: Path) -> None:
    path = folder / "of a path"
    path.write_bytes(content_of(name, folder))
    assert numbers_of(open_clip(path), 40, 45) == list(range(40, 45))


@pytest.mark.parametrize("threads", [2, 4])
def test_threads_change_nothing(threads: int, folder: Path) -> None:
    clip = open_clip(content_of("ts", folder))
    with clip.reader(threads) as reader:
        for start, stop in [(70, 80), (10, 20), (0, 90)]:
            frames = reader.frames(int(clip.pts[start]), clip.pts[start:stop])
            assert [number_in(frame.rgb) for frame in frames] == list(range(start, stop))


def test_a_container_whose_search_leads_astray_is_read_from_its_beginning(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What comes is compared with the index, so that no picture is ever taken for another."""
    clip = open_clip(content_of("mkv", folder))
    astray = itertools.cycle([int(clip.pts[-1]), 0])

    class Astray:
        """Behaves like the container, but searches somewhere else."""

        def __init__(self, container: object) -> None:
            self._container = container

        def __getattr__(self, name: str) -> object:
            return getattr(self._container, name)

        def seek(self, stamp: int, **options: object) -> None:
            self._container.seek(next(astray), **options)  # type: ignore[attr-defined]

    with clip.reader() as reader:
        file = reader._packets._file
        monkeypatch.setattr(reader._packets, "_file", type(file)(Astray(file.container), file.stream, file.decoder))
        for start in (65, 5, 44):
            frames = reader.frames(int(clip.pts[start]), clip.pts[start : start + 3])
            assert [number_in(frame.rgb) for frame in frames] == [start, start + 1, start + 2]


def beheaded(content: bytes) -> bytes:
    """A transport stream that begins in the midst of a group of pictures, as recordings of broadcasts do."""
    packets = [content[place : place + 188] for place in range(0, len(content), 188)]
    tables = [packet for packet in packets[:4] if (packet[1] & 0x1F) << 8 | packet[2] in (0, 0x11, 0x1000)]
    return b"".join(tables + packets[len(packets) // 5 :])


def damaged(content: bytes) -> bytes:
    """An MP4 in which some frames have been written over."""
    with av.open(io.BytesIO(content)) as file:
        places = [(packet.pos, packet.size) for packet in file.demux(video=0) if packet.size]
    for place, size in places[40:43]:
        content = content[:place] + b"\xff" * size + content[place + size :]
    return content


def test_a_clip_begins_with_the_first_frame_that_can_be_decoded(folder: Path) -> None:
    """What says when a frame is shown counts from there, and so does a player."""
    content = beheaded(content_of("ts", folder))
    clip = open_clip(content)
    seen = numbers_of(clip, 0, len(clip.pts))
    assert seen and seen == list(range(FRAMES - len(clip.pts), FRAMES))
    assert clip.lost_at_start > 0
    for start in range(1, len(seen), 7):
        assert numbers_of(clip, start, start + 3) == seen[start : start + 3]
    recording = analyse_video(content, Settings(model="lite"))
    assert recording.time == pytest.approx(np.arange(len(seen)) / FRAME_RATE)
    assert recording.provenance["frames_lost_at_start"] == str(clip.lost_at_start)
    part = analyse_video(content, Settings(model="lite", start_s=1.0))
    assert "frames_lost_at_start" not in part.provenance


def test_frames_that_never_come_are_told(folder: Path) -> None:
    content = damaged(content_of("mp4", folder))
    clip = open_clip(content)
    with clip.reader() as reader:
        came = {frame.pts for frame in reader.frames(int(clip.pts[0]))}
    recording = analyse_video(content, Settings(model="lite"))
    lost = len(clip.pts) - len(came)
    assert lost == 3 and recording.frames == len(came)
    assert recording.provenance["frames_not_decoded"] == str(lost)
    assert recording.provenance["frames_not_decoded_s"]
    assert recording.time == pytest.approx(clip.time_s[np.isin(clip.pts, list(came))])


def test_nothing_is_told_where_nothing_is_lost(folder: Path) -> None:
    recording = analyse_video(content_of("ts", folder), Settings(model="lite", start_s=1.0, end_s=2.0), workers=2)
    assert recording.frames == 26
    assert not {"frames_not_decoded", "frames_not_decoded_s"} & set(recording.provenance)
