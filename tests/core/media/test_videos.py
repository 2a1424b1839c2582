"""Reading clips: every container's own times, any starting place, upright pictures, and files that are no clips."""

from __future__ import annotations

import gc
import itertools
import weakref
from pathlib import Path

import numpy as np
import pytest

from core.errors import EmptyFile, FileMissing, NoPicturesInVideo, NotAVideo, PosescopeError
from core.media.videos import open_clip
from tests.core.media.clips import clip_bytes, number_of, turned

EVEN = [40 * number for number in range(30)]
VARIABLE = [0, 40, 50, 130, 131, 400, 1000, 1033, 1066, 2500]
SAMPLES = Path(__file__).resolve().parents[3] / "samples"


@pytest.mark.parametrize(
    ("container", "codec"),
    [
        ("mp4", "libx264"),
        ("mov", "libx265"),
        ("matroska", "libx264"),
        ("webm", "libvpx-vp9"),
        ("webm", "libsvtav1"),
        ("avi", "mjpeg"),
    ],
)
def test_containers_and_codecs(container: str, codec: str) -> None:
    content = clip_bytes(EVEN, container=container, codec=codec)
    clip = open_clip(content, "movement")
    assert (clip.width, clip.height, len(clip.pts)) == (64, 48, 30)
    assert clip.time_s == pytest.approx(np.array(EVEN) / 1000, abs=0.0011)
    with clip.reader() as reader:
        frames = list(reader.frames(int(clip.pts[0])))
    assert [number_of(frame.rgb) for frame in frames] == list(range(30))
    assert [frame.time_s for frame in frames] == pytest.approx(clip.time_s)


@pytest.mark.parametrize("container", ["mp4", "matroska"])
def test_times_of_a_variable_frame_rate_are_the_containers(container: str) -> None:
    clip = open_clip(clip_bytes(VARIABLE, container=container))
    assert clip.time_s * 1000 == pytest.approx(VARIABLE, abs=0.6)


def test_times_count_from_the_first_frame_wherever_the_container_begins() -> None:
    clip = open_clip(clip_bytes([5000 + time for time in VARIABLE], container="matroska"))
    assert clip.time_s * 1000 == pytest.approx(VARIABLE, abs=0.6)


@pytest.mark.parametrize("key_every", [250, 7], ids=["one key frame", "many key frames"])
def test_a_reader_begins_anywhere_and_goes_back_and_forth(key_every: int) -> None:
    clip = open_clip(clip_bytes(EVEN, key_every=key_every))
    with clip.reader() as reader:
        for start in (12, 25, 3, 3, 29, 0):
            frames = reader.frames(int(clip.pts[start]))
            assert number_of(next(frames).rgb) == start


def test_only_the_wanted_frames_come() -> None:
    clip = open_clip(clip_bytes(EVEN))
    wanted = clip.pts[4:20:5]
    with clip.reader() as reader:
        assert [number_of(frame.rgb) for frame in reader.frames(int(wanted[0]), wanted)] == [4, 9, 14, 19]
        assert [number_of(frame.rgb) for frame in reader.frames(int(clip.pts[20]), clip.pts[20:22])] == [20, 21]


@pytest.mark.parametrize(("degrees", "corner"), [(0, (0, 0)), (90, (0, -1)), (180, (-1, -1)), (270, (-1, 0))], ids=str)
def test_phone_clips_come_out_upright(degrees: int, corner: tuple[int, int]) -> None:
    clip = open_clip(turned(clip_bytes(EVEN[:3]), degrees))
    assert (clip.width, clip.height) == ((64, 48) if degrees % 180 == 0 else (48, 64))
    with clip.reader() as reader:
        rgb = next(reader.frames(int(clip.pts[0]))).rgb
    assert rgb.shape == (clip.height, clip.width, 3)
    red = rgb[corner][0].astype(int) - rgb[corner][1]
    assert red > 150
    assert rgb.flags.c_contiguous


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (b"", EmptyFile),
        (b"Dear Sir or Madam, " * 50, NotAVideo),
        (clip_bytes(EVEN)[:600], NotAVideo),
        (b"\x89PNG\r\n\x1a\n" + bytes(200), PosescopeError),
    ],
    ids=["empty", "text", "cut off", "broken picture"],
)
def test_what_is_no_clip_is_refused(content: bytes, error: type[PosescopeError]) -> None:
    with pytest.raises(error, match=r"“holiday\.mp4”"):
        open_clip(content, "/home/somebody/holiday.mp4")


def test_a_missing_file_is_named_without_its_folder(tmp_path: Path) -> None:
    with pytest.raises(FileMissing, match=r"“gone\.mp4”") as caught:
        open_clip(tmp_path / "gone.mp4")
    assert str(tmp_path) not in str(caught.value)


def test_sound_alone_is_refused() -> None:
    import io
    import wave

    file = io.BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setparams((1, 2, 8000, 0, "NONE", ""))
        sound.writeframes(bytes(16000))
    with pytest.raises(NoPicturesInVideo):
        open_clip(file.getvalue(), "sound.wav")


def test_a_damaged_middle_costs_no_more_than_itself() -> None:
    content = bytearray(clip_bytes(EVEN, container="matroska", key_every=5, options={"x264-params": "bframes=0"}))
    place = content.rindex(b"\x1f\x43\xb6\x75") + 60  # inside the last cluster
    content[place : place + 40] = bytes(40)
    clip = open_clip(bytes(content))
    with clip.reader() as reader:
        numbers = [number_of(frame.rgb) for frame in reader.frames(int(clip.pts[0]))]
    assert len(clip.pts) > 20
    assert numbers[:20] == list(range(20))


def test_the_sample_clip() -> None:
    clip = open_clip(SAMPLES / "street_two_people.mp4")
    assert (clip.name, clip.width, clip.height, len(clip.pts)) == ("street_two_people.mp4", 960, 540, 230)
    assert clip.duration_s == pytest.approx(230 / 30, abs=1e-6)


def test_a_closed_reader_is_gone_at_once_with_the_pictures_its_decoder_keeps() -> None:
    """Not only when the garbage is collected: of large clips it would hold hundreds of megabytes."""
    clip = open_clip(clip_bytes([40 * number for number in range(12)]))
    gc.disable()
    try:
        reader = clip.reader()
        kept = list(itertools.islice(reader.frames(0), 6))
        gone = weakref.ref(reader)
        reader.close()
        del reader
        assert gone() is None and kept[3].rgb.any()
    finally:
        gc.enable()
