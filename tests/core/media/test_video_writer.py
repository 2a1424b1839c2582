"""What a player reads from the file must be what was written into it: pictures, times, colours, sound."""

import io
from pathlib import Path

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from core.media.sound import SoundPart
from core.media.video_writer import TIME_BASE, VideoWriter
from tests.core.media.clips import clip_bytes, number_of, numbered_frame
from tests.core.media.sounding_clips import LOUDER_AT_S, heard, louder_at_s, sounding_clip

UNEVEN_S = [0.0, 0.033, 0.034, 0.1, 0.35, 0.3505, 1.2]


def write(path: Path, pictures: list[NDArray[np.uint8]], times_s: list[float], last_s: float = 0.04, **options: object):
    height, width = pictures[0].shape[:2]
    ends = [*times_s[1:], times_s[-1] + last_s]
    with VideoWriter(path, width, height, **options) as writer:  # type: ignore[arg-type]
        for rgb, start, end in zip(pictures, times_s, ends, strict=True):
            writer.write(writer.prepare(rgb), start, end - start)
    return path.read_bytes()


def frames_of(content: bytes) -> list[av.VideoFrame]:
    with av.open(io.BytesIO(content)) as container:
        return list(container.decode(video=0))


def grey(seconds: float) -> tuple[list[NDArray[np.uint8]], list[float]]:
    count = round(seconds * 25)
    return [np.full((48, 64, 3), 128, np.uint8)] * count, [number / 25 for number in range(count)]


def test_uneven_times_are_kept_to_the_time_base(tmp_path: Path) -> None:
    content = write(tmp_path / "a.mp4", [numbered_frame(number) for number in range(7)], UNEVEN_S, last_s=0.2)
    frames = frames_of(content)
    assert [number_of(frame.to_ndarray(format="rgb24")) for frame in frames] == list(range(7))
    assert [frame.pts for frame in frames] == [round(time_s / TIME_BASE) for time_s in UNEVEN_S]
    with av.open(io.BytesIO(content)) as container:
        assert container.streams.video[0].time_base == TIME_BASE
        assert container.duration / 1e6 == pytest.approx(UNEVEN_S[-1] + 0.2, abs=1e-3)


def test_times_that_do_not_increase_are_moved_on(tmp_path: Path) -> None:
    content = write(tmp_path / "a.mp4", [numbered_frame(number) for number in range(5)], [0, 0.04, 0.04, 0.02, 0.08])
    assert [frame.pts for frame in frames_of(content)] == [0, 3600, 3601, 3602, 7200]


@pytest.mark.parametrize(("width", "height"), [(64, 48), (65, 48), (64, 47), (65, 47), (17, 33)])
def test_every_size_becomes_even_yuv420p(tmp_path: Path, width: int, height: int) -> None:
    rgb = np.full((height, width, 3), 200, np.uint8)
    content = write(tmp_path / "a.mp4", [rgb] * 3, [0, 0.04, 0.08])
    (frame, *_), even = frames_of(content), (width + width % 2, height + height % 2)
    assert ((frame.width, frame.height), frame.format.name) == (even, "yuv420p")
    # The added column and row go on with the picture instead of a black edge.
    np.testing.assert_allclose(frame.to_ndarray(format="rgb24"), 200, atol=3)
    with av.open(io.BytesIO(content)) as container:
        assert container.streams.video[0].codec_context.name == "h264"


def test_the_index_stands_before_the_pictures(tmp_path: Path) -> None:
    content = write(tmp_path / "a.mp4", *grey(1))
    assert content.index(b"moov") < content.index(b"mdat")


@pytest.mark.parametrize("colour", [(222, 106, 16), (34, 135, 214), (255, 255, 255), (0, 0, 0)])
def test_colours_come_back(tmp_path: Path, colour: tuple[int, int, int]) -> None:
    rgb = np.full((48, 64, 3), colour, np.uint8)
    frame = frames_of(write(tmp_path / "a.mp4", [rgb] * 3, [0, 0.04, 0.08]))[1]
    assert (frame.colorspace, frame.color_range) == (1, 1)  # BT.709, limited range, and said so
    np.testing.assert_allclose(frame.to_ndarray(format="rgb24")[24, 32], colour, atol=4)


def test_tags_are_in_the_file(tmp_path: Path) -> None:
    content = write(tmp_path / "a.mp4", *grey(0.2), tags={"title": "深蹲", "comment": '{"a": 1}'})
    with av.open(io.BytesIO(content)) as container:
        assert (container.metadata["title"], container.metadata["comment"]) == ("深蹲", '{"a": 1}')


@pytest.mark.parametrize("shape", [(48, 63, 3), (48, 64), (48, 64, 4)], ids=str)
def test_a_picture_of_another_shape_is_refused(tmp_path: Path, shape: tuple[int, ...]) -> None:
    with (
        pytest.raises(ValueError, match=r"must be uint8 of the shape \(48, 64, 3\)"),
        VideoWriter(tmp_path / "a.mp4", 64, 48) as writer,
    ):
        writer.prepare(np.zeros(shape, np.uint8))


@pytest.mark.parametrize(
    ("container", "sound", "rate", "codec"),
    [
        ("mp4", "aac", 44_100, "aac"),
        ("mp4", "libmp3lame", 44_100, "mp3float"),
        ("matroska", "libmp3lame", 11_025, "aac"),  # no MP4 may hold such a slow one
        ("mpegts", "aac", 48_000, "aac"),
        ("mov", "pcm_s16le", 44_100, "aac"),
        ("matroska", "libopus", 48_000, "aac"),
        ("avi", "pcm_s16le", 18_900, "aac"),  # a rate that AAC does not know
    ],
)
@pytest.mark.parametrize("cut", [False, True], ids=["whole", "part"])
def test_sound_is_carried_over(tmp_path: Path, container: str, sound: str, rate: int, codec: str, cut: bool) -> None:
    source = sounding_clip(container, sound, rate=rate)
    with av.open(io.BytesIO(source)) as opened:
        stream = opened.streams.video[0]
        first_s = float((stream.start_time or 0) * stream.time_base)
    start_s, end_s = (0.7, 1.5) if cut else (0.0, 2.0)
    part = SoundPart(source, first_s + start_s, first_s + end_s if cut else None)
    content = write(tmp_path / "a.mp4", *grey(end_s - start_s), sound=part)
    with av.open(io.BytesIO(content)) as opened:
        assert opened.streams.audio[0].codec_context.name == codec
        assert opened.duration / 1e6 == pytest.approx(end_s - start_s, abs=0.1 if not cut else 0.001)
    samples, found_rate = heard(content)
    assert len(samples) / found_rate == pytest.approx(end_s - start_s, abs=0.12)
    assert louder_at_s(content) == pytest.approx(LOUDER_AT_S - start_s, abs=0.06)


def test_copied_sound_is_the_same_to_the_byte(tmp_path: Path) -> None:
    source = sounding_clip()
    content = write(tmp_path / "a.mp4", *grey(2), sound=SoundPart(source, 0.0))

    def packets(file: bytes) -> list[bytes]:
        with av.open(io.BytesIO(file)) as container:
            return [bytes(packet) for packet in container.demux(audio=0) if packet.size]

    assert packets(content) == packets(source)


@pytest.mark.parametrize("source", [clip_bytes([0, 40, 80]), b"no clip at all", b""], ids=["silent", "text", "empty"])
def test_without_sound_there_is_no_sound(tmp_path: Path, source: bytes) -> None:
    content = write(tmp_path / "a.mp4", *grey(0.2), sound=SoundPart(source, 0.0))
    with av.open(io.BytesIO(content)) as container:
        assert not container.streams.audio


def test_sound_that_breaks_off_leaves_the_pictures(tmp_path: Path) -> None:
    whole = sounding_clip("matroska", "pcm_s16le")
    content = write(tmp_path / "a.mp4", *grey(2), sound=SoundPart(whole[: len(whole) * 3 // 4], 0.0))
    assert len(frames_of(content)) == 50
    assert louder_at_s(content) == pytest.approx(LOUDER_AT_S, abs=0.06)
