"""Which of a file's pictures are the clip, animated pictures, and what is said of those that cannot be decoded."""

from __future__ import annotations

import io
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from av.stream import Disposition
from PIL import Image

from core import Settings, analyse_video
from core.errors import NoPicturesInVideo, NotAVideo, NothingDecoded, UnknownCodec, VideoEncrypted
from core.media.videos import Clip, open_clip
from tests.core.media.clips import clip_bytes, number_of, numbered_frame
from tests.core.media.sounding_clips import sounding_clip

EVEN_MS = [40 * number for number in range(20)]


def numbers_of(clip: Clip) -> list[int]:
    with clip.reader() as reader:
        return [number_of(frame.rgb) for frame in reader.frames(int(clip.pts[0]))]


def of_streams(*streams: tuple[tuple[int, int], int, Disposition], container: str, folder: Path) -> bytes:
    """A file with several series of pictures: the size, how many there are, and what they are there for."""
    path = folder / "several"
    with av.open(str(path), "w", format=container) as output:
        made = []
        for (width, height), frames, disposition in streams:
            stream = output.add_stream("mjpeg" if disposition & Disposition.attached_pic else "libx264", rate=25)
            stream.width, stream.height = width, height
            stream.pix_fmt = "yuvj420p" if stream.codec.name == "mjpeg" else "yuv420p"
            stream.disposition = disposition
            made.append((stream, frames))
        for stream, frames in made:
            for number in range(frames):
                rgb = numbered_frame(number, stream.width, stream.height)
                frame = av.VideoFrame.from_ndarray(rgb, "rgb24").reformat(format=stream.pix_fmt)
                frame.pts, frame.time_base = number, Fraction(1, 25)
                output.mux(stream.encode(frame))
            output.mux(stream.encode())
    return path.read_bytes()


NONE, DEFAULT = Disposition(0), Disposition.default
COVER, PREVIEW = Disposition.attached_pic, Disposition.timed_thumbnails | Disposition.attached_pic


@pytest.mark.parametrize("container", ["mp4", "matroska"])
@pytest.mark.parametrize("first", [False, True])
def test_the_default_one_is_the_clip(container: str, first: bool, tmp_path: Path) -> None:
    small, large = ((32, 24), 20, DEFAULT), ((64, 48), 20, NONE)
    streams = (small, large) if first else (large, small)
    clip = open_clip(of_streams(*streams, container=container, folder=tmp_path))
    assert (clip.width, clip.height) == (32, 24)
    assert clip.plays_as_seen == first  # a browser takes the first


@pytest.mark.parametrize("container", ["mp4", "matroska", "mpegts"])
def test_of_equals_the_best_is(container: str, tmp_path: Path) -> None:
    same = NONE if container == "mpegts" else DEFAULT
    content = of_streams(((32, 24), 1, same), ((64, 48), 20, same), container=container, folder=tmp_path)
    assert numbers_of(open_clip(content)) == list(range(20))


@pytest.mark.parametrize("container", ["mp4", "mov"])
def test_a_cover_is_no_clip(container: str, tmp_path: Path) -> None:
    content = of_streams(((640, 480), 1, COVER), ((64, 48), 20, DEFAULT), container=container, folder=tmp_path)
    assert numbers_of(open_clip(content)) == list(range(20))


def test_a_cover_alone_is_none_either(tmp_path: Path) -> None:
    with pytest.raises(NoPicturesInVideo):
        open_clip(of_streams(((64, 48), 1, COVER), container="mp4", folder=tmp_path))


def animation(kind: str, durations_ms: list[int], size: tuple[int, int] = (64, 48)) -> bytes:
    pictures = [Image.fromarray(numbered_frame(number, *size)) for number in range(len(durations_ms))]
    file = io.BytesIO()
    more = {"lossless": True} if kind == "WEBP" else {}  # else it leaves out what is much alike
    pictures[0].save(file, kind, save_all=True, append_images=pictures[1:], duration=durations_ms, loop=0, **more)
    return file.getvalue()


@pytest.mark.parametrize("kind", ["WEBP", "AVIF", "GIF", "PNG"])
class TestAnimatedPictures:
    def test_they_are_clips(self, kind: str) -> None:
        durations_ms = [40, 80, 40, 120, 40, 40, 200, 40, 40, 40]
        content = animation(kind, durations_ms)
        clip = open_clip(content, "dance")
        assert numbers_of(clip) == list(range(10))
        assert 1000 * clip.time_s == pytest.approx(np.cumsum([0, *durations_ms[:-1]]), abs=5)
        recording = analyse_video(content, Settings(model="lite", start_s=0.1, end_s=0.3))
        assert (recording.width, recording.height, recording.frames) == (64, 48, 3)

    def test_of_odd_size(self, kind: str) -> None:
        clip = open_clip(animation(kind, [40] * 5, (65, 49)))
        assert (clip.width, clip.height, len(clip.pts)) == (65, 49, 5)

    def test_on_disk(self, kind: str, tmp_path: Path) -> None:
        path = tmp_path / "dance.bin"
        path.write_bytes(animation(kind, [40] * 8))
        assert numbers_of(open_clip(path)) == list(range(8))


@pytest.mark.parametrize("share", [0.02, 0.5, 0.9])
def test_an_animated_webp_that_breaks_off_is_read_as_far_as_it_goes_or_refused(share: float) -> None:
    content = animation("WEBP", [40] * 10)
    try:
        clip = open_clip(content[: round(share * len(content))])
    except (NotAVideo, NothingDecoded):
        return
    assert 1 <= len(clip.pts) <= 10


@pytest.mark.parametrize(
    ("container", "own", "unknown"),
    [("mp4", b"avc1", b"zzz9"), ("mov", b"avc1", b"zzz9"), ("matroska", b"V_MPEG4/ISO/AVC", b"V_ZZZZZ/ZZZ/ZZZ")],
)
def test_an_unknown_codec_is_called_one(container: str, own: bytes, unknown: bytes) -> None:
    content = clip_bytes(EVEN_MS, container=container)
    content = content.replace(own, unknown)
    with pytest.raises(UnknownCodec, match="codec that cannot be decoded"):
        open_clip(content, "clip")


def test_of_two_the_one_that_can_be_decoded_is_taken(tmp_path: Path) -> None:
    content = of_streams(((32, 24), 20, DEFAULT), ((64, 48), 20, NONE), container="mp4", folder=tmp_path)
    place = content.rindex(b"moov")
    place = content.index(b"avc1", place)
    clip = open_clip(content[:place] + b"zzz9" + content[place + 4 :])
    assert (clip.width, clip.height) == (64, 48)


@pytest.mark.parametrize("codec", ["libx264", "libx265"])
def test_an_encrypted_clip_is_called_one(codec: str) -> None:
    key = {"encryption_scheme": "cenc-aes-ctr", "encryption_key": "0" * 31 + "1", "encryption_kid": "0" * 31 + "2"}
    content = clip_bytes(EVEN_MS, codec=codec, container_options=key)
    with pytest.raises(VideoEncrypted, match="encrypted"):
        open_clip(content, "film")


def test_what_is_damaged_from_its_first_byte_on_is_called_so() -> None:
    content = clip_bytes(EVEN_MS, key_every=1)
    place, end = content.index(b"mdat") + 4, content.rindex(b"moov") - 4
    with pytest.raises(NothingDecoded, match="Not one picture"):
        open_clip(content[:place] + b"\xa5" * (end - place) + content[end:], "clip")


def test_sound_without_pictures_is_still_called_so(tmp_path: Path) -> None:
    path = tmp_path / "sound.mp4"
    source = io.BytesIO(sounding_clip("mp4", "aac", sound_seconds=1.0, rate=48_000))
    with av.open(source) as both, av.open(str(path), "w") as output:
        stream = output.add_stream_from_template(both.streams.audio[0])
        for packet in both.demux(audio=0):
            if packet.size:
                packet.stream = stream
                output.mux(packet)
    with pytest.raises(NoPicturesInVideo, match="only sound"):
        open_clip(path)
