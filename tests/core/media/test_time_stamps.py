"""Odd time stamps, formats and sizes, all the way to the recording: every frame once, at its own time, forwards."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core import Recording, Settings, analyse_video
from core.media.frame_order import IndexedPacket, without_second_halves
from core.media.videos import Clip, open_clip
from tests.core.media.clips import clip_bytes, clip_of_sizes, number_of, numbered_frame, stamped_clip
from tests.core.truth import picture

LITE = Settings(model="lite")
EVEN_MS = [40 * number for number in range(20)]
EXACT = {"qmin": "1", "qmax": "1"}
ODD_MS = {
    "repeated": [0, 40, 40, 40, 80, 120],
    "repeated at the beginning": [0, 0, 40, 80],
    "repeated at the end": [0, 40, 80, 80],
    "all the same": [0, 0, 0],
    "going back": [0, 40, 80, 60, 100, 140],
    "negative": [-120, -80, -40, 0, 40, 80],
    "late": [3_600_000, 3_600_040, 3_600_080],
}


def analysed(content: bytes, **choices: int) -> Recording:
    return analyse_video(content, Settings(model="lite", **choices), workers=2)


def decoded(clip: Clip) -> list[int]:
    with clip.reader() as reader:
        return [number_of(frame.rgb) for frame in reader.frames(int(clip.pts[0]))]


@pytest.mark.parametrize("stamps", ODD_MS)
def test_every_frame_is_there_at_the_containers_time(stamps: str) -> None:
    content = stamped_clip(ODD_MS[stamps])
    expected = np.array(sorted(ODD_MS[stamps])) - min(ODD_MS[stamps])
    assert decoded(open_clip(content)) == list(range(len(expected)))
    recording = analysed(content)
    np.testing.assert_allclose(1000 * recording.time, expected, atol=0.01)


@pytest.mark.parametrize("container", ["mp4", "mpegts", "nut"])
def test_repeated_ones_in_other_containers(container: str) -> None:
    codec = "libx264" if container == "mpegts" else "mjpeg"
    content = stamped_clip([0, 40, 40, 40, *range(80, 1280, 40)], container=container, codec=codec)
    recording = analysed(content)
    np.testing.assert_allclose(1000 * recording.time, [0, 40, 40, 40, *range(80, 1280, 40)], atol=0.01)


def test_a_part_may_begin_and_end_amid_frames_of_one_time() -> None:
    stamps = np.array([40 * (number // 3) for number in range(30)])
    clip = open_clip(stamped_clip(stamps.tolist()))
    with clip.reader() as reader:
        for start, stop in [(4, 17), (17, 30), (0, 4), (3, 6)]:
            wanted = clip.pts[start:stop]
            numbers = [number_of(frame.rgb) for frame in reader.frames(int(wanted[0]), wanted)]
            assert numbers == list(range(start, stop))


@settings(deadline=None, max_examples=25)
@given(st.lists(st.integers(0, 400), min_size=1, max_size=25))
def test_whatever_the_time_stamps_times_never_go_back_and_no_frame_is_lost(stamps: list[int]) -> None:
    clip = open_clip(stamped_clip(stamps))
    assert decoded(clip) == list(range(len(stamps)))
    assert (np.diff(clip.time_s) >= 0).all()
    assert clip.time_s * 1000 == pytest.approx(np.array(sorted(stamps)) - min(stamps), abs=0.01)


@pytest.mark.parametrize(("container", "codec"), [("h264", "libx264"), ("hevc", "libx265")])
def test_missing_ones_are_counted(container: str, codec: str) -> None:
    content = clip_bytes(EVEN_MS, container=container, codec=codec)
    clip = open_clip(content)
    assert clip.counted and decoded(clip) == list(range(20))
    np.testing.assert_allclose(analysed(content).time, np.array(EVEN_MS) / 1000, atol=1e-6)


def test_two_recordings_in_one_file_follow_each_other() -> None:
    """Each begins its own time anew."""
    part = clip_bytes([40 * number for number in range(30)], container="mpegts")
    clip = open_clip(part + part)
    assert decoded(clip) == [*range(30), *range(30)]
    assert np.diff(clip.time_s) == pytest.approx(1 / 25, abs=0.001)
    with clip.reader() as reader:
        for start in (40, 10, 59, 0):
            assert number_of(next(reader.frames(int(clip.pts[start]))).rgb) == start % 30


@settings(deadline=None)
@given(st.lists(st.booleans(), min_size=8, max_size=30), st.booleans())
def test_half_pictures_in_packets_of_their_own_are_one_frame(is_whole: list[bool], all_halves: bool) -> None:
    """As camcorders store them, all or only some of them; the packets as FFmpeg gives them."""
    is_whole = [False] * 4 + [whole and not all_halves for whole in is_whole]
    packets, frames = [], []
    for number, whole in enumerate(is_whole):
        begin = 40 * number
        frames.append(begin)
        packets.append(IndexedPacket(begin, begin, number % 10 == 0, False, 40 if whole else 20))
        if not whole:
            packets.append(IndexedPacket(begin + 20, begin + 20, False, False, 20))
    kept = without_second_halves(packets, frames[:4])
    assert [packet.pts for packet in kept if not packet.is_discard] == frames
    assert [packet.pts for packet in kept] == [packet.pts for packet in packets]


@pytest.mark.parametrize("seen", [[0, 40, 80, 120], [0, 80, 120, 200], [0, 120, 240, 360], [0, 80], []])
def test_packets_of_whole_pictures_stay(seen: list[int]) -> None:
    packets = [IndexedPacket(40 * number, 40 * number, number == 0, False, 40) for number in range(20)]
    assert without_second_halves(packets, seen) == packets


def test_what_lies_before_the_beginning_of_an_mp4_is_not_shown() -> None:
    """Phones cut a clip like that: its first frames stay in the file, before time 0."""
    content = clip_bytes([-80 + 40 * number for number in range(20)], codec="mpeg4", key_every=5, options=EXACT)
    assert decoded(open_clip(content)) == list(range(2, 20))
    assert analysed(content).frames == 18


@pytest.mark.parametrize(
    ("container", "codec"),
    [
        ("gif", "gif"),
        ("avi", "libx264"),
        ("avi", "mpeg4"),
        ("avi", "mjpeg"),
        ("matroska", "mjpeg"),
        ("mp4", "libx265"),
        ("matroska", "ffv1"),
        ("webm", "libvpx-vp9"),
    ],
)
def test_formats(container: str, codec: str) -> None:
    # More than one chunk, so that two readers share the clip.
    times_ms = [40 * number for number in range(60)]
    options = EXACT if codec == "mpeg4" else {}
    content = clip_bytes(times_ms, container=container, codec=codec, key_every=20, options=options)
    clip = open_clip(content)
    assert decoded(clip) == list(range(60))
    recording = analysed(content)
    assert (recording.width, recording.height) == (64, 48)
    np.testing.assert_allclose(1000 * recording.time, times_ms, atol=1.1)


def test_somebody_in_an_avi_with_h264_is_found_in_every_frame() -> None:
    rgb = picture("tree_yoga")
    assert rgb.shape[0] % 2 == rgb.shape[1] % 2 == 0
    recording = analysed(clip_bytes(EVEN_MS, container="avi", pictures=itertools.repeat(rgb)))
    assert (recording.frames, recording.people) == (20, 1)
    assert np.isfinite(recording.image).all()


@pytest.mark.parametrize(("container", "codec"), [("mp4", "libx264"), ("matroska", "mjpeg"), ("gif", "gif")])
def test_one_frame(container: str, codec: str) -> None:
    recording = analysed(clip_bytes([0], container=container, codec=codec))
    assert (recording.frames, recording.time.tolist(), recording.frame_rate) == (1, [0.0], 0.0)


@pytest.mark.parametrize("size", [(65, 49), (63, 48), (64, 47), (17, 301), (3, 5), (1, 1)], ids=str)
def test_odd_sizes(size: tuple[int, int]) -> None:
    recording = analysed(clip_of_sizes([numbered_frame(number, *size) for number in range(4)], EVEN_MS[:4]))
    assert (recording.width, recording.height, recording.frames) == (*size, 4)


def test_somebody_in_a_picture_of_odd_size() -> None:
    rgb = np.ascontiguousarray(picture("tree_yoga")[:-1, :-1])
    recording = analysed(clip_of_sizes([rgb] * 5, EVEN_MS[:5]))
    assert (recording.width, recording.height, recording.people) == (rgb.shape[1], rgb.shape[0], 1)
