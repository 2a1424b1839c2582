"""All eight ways in which a picture may lie, said by the container or in the stream: it comes out upright."""

from __future__ import annotations

import re
import struct
from pathlib import Path

import av
import numpy as np
import pytest
from av.bitstream import BitStreamFilterContext
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray
from PIL import Image, ImageOps

from core import Settings, analyse_video
from core.export.annotated_mp4 import annotated_mp4
from core.media.orientation import FORMS, changes_sides, form_of_matrix, upright
from core.media.playable_mp4 import write_playable_mp4
from core.media.videos import Clip, open_clip
from core.settings import OverlayStyle
from tests.core.media.clips import clip_bytes, number_of, numbered_frame

TIMES_MS = [40 * number for number in range(20)]
ONE = 1 << 16
# a, b, c, d of the matrix: a stored point (x, y) is shown at (a x + c y, b x + d y).
MATRICES = {
    1: (1, 0, 0, 1),
    2: (-1, 0, 0, 1),
    3: (-1, 0, 0, -1),
    4: (1, 0, 0, -1),
    5: (0, 1, 1, 0),
    6: (0, 1, -1, 0),
    7: (0, -1, -1, 0),
    8: (0, -1, 1, 0),
}


def by_pillow(picture: NDArray[np.uint8], form: int) -> NDArray[np.uint8]:
    """What Pillow makes of a photo whose EXIF says this."""
    photo = Image.fromarray(picture)
    photo.getexif()[0x0112] = form
    return np.asarray(ImageOps.exif_transpose(photo))


@given(arrays(np.uint8, st.tuples(st.integers(1, 5), st.integers(1, 5), st.just(3))), st.sampled_from(FORMS))
def test_a_form_is_what_exif_calls_so(picture: NDArray[np.uint8], form: int) -> None:
    made = upright(picture, form)
    np.testing.assert_array_equal(made, by_pillow(picture, form))
    assert made.flags.c_contiguous


@pytest.mark.parametrize("form", [0, 9, -1])
def test_there_are_no_others(form: int) -> None:
    with pytest.raises(ValueError, match="1 to 8"):
        upright(np.zeros((2, 2, 3), np.uint8), form)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("scale", [1, 0.5, 40_000])
def test_a_matrix_says_which(form: int, scale: float) -> None:
    a, b, c, d = (round(scale / 40_000 * ONE * each) for each in MATRICES[form])
    assert form_of_matrix(struct.pack("=9i", a, b, 0, c, d, 0, 1234, -99, 1 << 30)) == form


def test_nothing_says_nothing() -> None:
    assert form_of_matrix(b"") == form_of_matrix(bytes(36)) == 1


def lying(content: bytes, form: int) -> bytes:
    """An MP4 whose container says how its pictures lie."""
    a, b, c, d = (ONE * each for each in MATRICES[form])
    place = content.index(b"tkhd") + 4 + 4 + 4 * 5 + 8 + 8
    return content[:place] + struct.pack(">9i", a, b, 0, c, d, 0, 0, 0, 1 << 30) + content[place + 36 :]


def with_note(container: str, flip: tuple[bool, bool], turns: int, folder: Path) -> bytes:
    """An H.264 clip whose stream says how its pictures lie, on key frames only: to be mirrored, then turned.

    Args:
        container: which.
        flip: left to right, top to bottom.
        turns: quarter turns anticlockwise.
        folder: for what is made.
    """
    plain, noted = folder / "plain", folder / f"noted.{container}"
    plain.write_bytes(clip_bytes(TIMES_MS, key_every=8))
    flips = "+".join(name for name, wanted in zip(("horizontal", "vertical"), flip, strict=True) if wanted)
    with av.open(str(plain)) as source, av.open(str(noted), "w", format=container) as output:
        stream = output.add_stream_from_template(source.streams.video[0])
        note = f"h264_metadata=display_orientation=insert:rotate={90 * turns}" + (f":flip={flips}" if flips else "")
        noting = BitStreamFilterContext(note, source.streams.video[0], stream)
        for packet in source.demux(video=0):
            for made in noting.filter(packet if packet.size else None):
                output.mux(made)
    return noted.read_bytes()


def hevc_with_note(flip: tuple[bool, bool], turns: int, folder: Path) -> bytes:
    """The same with HEVC."""
    bits = f"0{flip[0]:d}{flip[1]:d}{turns << 14:016b}1".ljust(21, "1").ljust(24, "0")
    message = b"\0\0\0\1\x4e\x01" + bytes([47, 3]) + int(bits, 2).to_bytes(3) + b"\x80"
    source = av.open(_file(folder, clip_bytes(TIMES_MS, container="mpegts", codec="libx265", key_every=8)))
    noted = folder / "noted.ts"
    with source, av.open(str(noted), "w", format="mpegts") as output:
        stream = output.add_stream_from_template(source.streams.video[0])
        for packet in source.demux(video=0):
            if packet.size:
                slices = re.search(rb"\x00\x00\x01[\x26\x28\x2a]\x01", content := bytes(packet))  # of a key frame
                place = slices.start() if slices else 0
                made = av.Packet(content[:place] + message + content[place:] if slices else content)
                made.pts, made.dts, made.time_base = packet.pts, packet.dts, packet.time_base
                made.is_keyframe, made.stream = packet.is_keyframe, stream
                output.mux(made)
    return noted.read_bytes()


def _file(folder: Path, content: bytes) -> str:
    path = folder / "source"
    path.write_bytes(content)
    return str(path)


def first_picture(clip: Clip, start: int) -> NDArray[np.uint8]:
    with clip.reader() as reader:
        return next(reader.frames(int(clip.pts[start]))).rgb


def assert_shown(clip: Clip, expected: NDArray[np.uint8], start: int) -> None:
    """The clip's frame lies as it should; `expected` is the numbered frame in the right form."""
    assert (clip.height, clip.width) == expected.shape[:2]
    shown = first_picture(clip, start)
    assert shown.shape == expected.shape
    np.testing.assert_array_equal(_red(shown), _red(expected))


def _red(rgb: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """The corner's middle: its edges are smeared by the encoder."""
    height, width = rgb.shape[:2]
    return np.array(
        [
            [rgb[y, x, 0].astype(int) - rgb[y, x, 1] > 100 for x in (6, width // 2, width - 6)]
            for y in (5, height // 2, height - 5)
        ]
    )


@pytest.mark.parametrize("form", FORMS)
def test_the_containers_word(form: int) -> None:
    clip = open_clip(lying(clip_bytes(TIMES_MS, key_every=8), form))
    expected = by_pillow(numbered_frame(0), form)
    for start in (0, 5, 13):
        assert_shown(clip, expected, start)
    assert clip.plays_as_seen == (form in (1, 3, 6, 8))


@pytest.mark.parametrize("container", ["mp4", "matroska", "mpegts"])
@pytest.mark.parametrize("turns", range(4))
@pytest.mark.parametrize("flip", [(False, False), (True, False), (False, True)], ids=str)
def test_the_streams_word(container: str, turns: int, flip: tuple[bool, bool], tmp_path: Path) -> None:
    clip = open_clip(with_note(container, flip, turns, tmp_path))
    assert_streams_word(clip, flip, turns)


@pytest.mark.parametrize("turns", range(4))
@pytest.mark.parametrize("flip", [(False, False), (True, False)], ids=str)
def test_the_streams_word_in_hevc(turns: int, flip: tuple[bool, bool], tmp_path: Path) -> None:
    assert_streams_word(open_clip(hevc_with_note(flip, turns, tmp_path)), flip, turns)


def assert_streams_word(clip: Clip, flip: tuple[bool, bool], turns: int) -> None:
    mirrored = numbered_frame(0)[:: -1 if flip[1] else 1, :: -1 if flip[0] else 1]
    # Also from the midst, and on frames that say nothing.
    for start in (0, 3, 13):
        assert_shown(clip, np.rot90(mirrored, turns), start)
    assert clip.plays_as_seen == (turns == 0 and not any(flip))


@pytest.mark.parametrize("form", [2, 5, 6, 7])
def test_what_is_made_of_the_clip_lies_the_same_way(form: int, tmp_path: Path) -> None:
    content = lying(clip_bytes(TIMES_MS), form)
    clip = open_clip(content)
    expected = by_pillow(numbered_frame(0), form)
    assert write_playable_mp4(clip, tmp_path / "copy.mp4")
    recording = analyse_video(content, Settings(model="lite"))
    assert (recording.width, recording.height) == ((48, 64) if changes_sides(form) else (64, 48))
    assert annotated_mp4(content, recording, OverlayStyle(), tmp_path / "drawn.mp4", people=[])
    for name in ("copy.mp4", "drawn.mp4"):
        made = open_clip(tmp_path / name)
        assert_shown(made, expected, 0)
        assert (len(made.pts), number_of(first_picture(clip, 19)), made.form) == (20, 19, 1)
