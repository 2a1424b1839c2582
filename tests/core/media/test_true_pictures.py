"""Pixels that are not square, half pictures, high dynamic range, transparency: the picture that was meant comes out."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from av.video.reformatter import ColorPrimaries, Colorspace, ColorTrc
from numpy.typing import NDArray
from PIL import Image

from core import Settings, analyse_video
from core.export.annotated_mp4 import annotated_mp4
from core.media.interlaced import deinterlaced
from core.media.playable_mp4 import write_playable_mp4
from core.media.tone_mapping import tone_mapped
from core.media.videos import Clip, Frame, open_clip
from core.settings import OverlayStyle
from tests.core.media.clips import clip_bytes, numbered_frame
from tests.core.media.test_orientation import lying

FRAMES, RATE = 12, 25
LITE = Settings(model="lite")
WHITE_CD_M2 = 203.0


def written(
    pictures: Iterator[NDArray[np.generic]],
    *,
    container: str = "mp4",
    codec: str = "libx264",
    source_format: str = "rgb24",
    pix_fmt: str = "yuv420p",
    options: dict[str, str] | None = None,
    prepare: Callable[[av.VideoCodecContext], None] = lambda _: None,
    folder: Path,
) -> bytes:
    """A clip of these pictures, at 25 a second, with an encoder that `prepare` has set up."""
    path = folder / f"written.{container}"
    with av.open(str(path), "w", format=container) as output:
        stream = None
        for number, picture in enumerate(pictures):
            if stream is None:
                stream = output.add_stream(codec, rate=RATE, options=options or {})
                stream.height, stream.width = picture.shape[:2]
                stream.pix_fmt = pix_fmt
                prepare(stream.codec_context)
            frame = av.VideoFrame.from_ndarray(picture, source_format).reformat(format=pix_fmt)
            frame.pts, frame.time_base = number, Fraction(1, RATE)
            output.mux(stream.encode(frame))
        assert stream is not None
        output.mux(stream.encode())
    return path.read_bytes()


def frames_of(clip: Clip, start: int = 0) -> list[Frame]:
    with clip.reader() as reader:
        return list(reader.frames(int(clip.pts[start])))


class TestPixelsThatAreNotSquare:
    def of(self, aspect: Fraction, folder: Path, container: str = "mp4", codec: str = "libx264", **size: int) -> bytes:
        def prepare(context: av.VideoCodecContext) -> None:
            context.sample_aspect_ratio = aspect

        pictures = (numbered_frame(number, **size) for number in range(FRAMES))
        return written(pictures, container=container, codec=codec, prepare=prepare, folder=folder)

    @pytest.mark.parametrize("container", ["mp4", "mov", "matroska", "mpegts", "h264", "avi", "flv"])
    @pytest.mark.parametrize(
        ("aspect", "size"),
        [((3, 2), (96, 48)), ((2, 3), (64, 72)), ((153, 76), (129, 48)), ((1, 1), (64, 48))],
        ids=str,
    )
    def test_the_side_that_is_too_short_grows(
        self, container: str, aspect: tuple[int, int], size: tuple[int, int], tmp_path: Path
    ) -> None:
        clip = open_clip(self.of(Fraction(*aspect), tmp_path, container))
        assert (clip.width, clip.height) == size
        for frame in frames_of(clip)[::5]:
            assert frame.rgb.shape == (*size[::-1], 3)
            # The corner is a quarter of the width and of the height in any case.
            red = np.argwhere(frame.rgb[..., 0].astype(int) - frame.rgb[..., 1] > 100).max(axis=0) + 1
            assert red == pytest.approx([size[1] / 4, size[0] / 4], abs=3)
            assert frame.scaled(40).shape[:2] == tuple(max(1, round(side * 40 / max(size))) for side in size[::-1])

    @pytest.mark.parametrize("container", ["vob", "mpegts"])
    def test_mpeg_2_says_the_pictures_shape(self, container: str, tmp_path: Path) -> None:
        content = self.of(Fraction(64, 45), tmp_path, container, "mpeg2video", width=720, height=576)
        clip = open_clip(content)
        assert clip.width / clip.height == pytest.approx(16 / 9, abs=0.01)
        assert clip.height == 576

    @pytest.mark.parametrize("container", ["avi", "dv"])
    def test_dv(self, container: str, tmp_path: Path) -> None:
        pictures = (numbered_frame(number, 720, 576) for number in range(3))

        def prepare(context: av.VideoCodecContext) -> None:
            context.sample_aspect_ratio = Fraction(16, 15)

        content = written(pictures, container=container, codec="dvvideo", prepare=prepare, folder=tmp_path)
        clip = open_clip(content)
        assert clip.width / clip.height == pytest.approx(4 / 3, abs=0.04)

    def test_the_containers_word_counts_more_than_the_streams(self, tmp_path: Path) -> None:
        content = self.of(Fraction(3, 2), tmp_path)
        place = content.index(b"pasp") + 4
        content = content[:place] + (2).to_bytes(4) + (1).to_bytes(4) + content[place + 8 :]
        assert open_clip(content).width == 128

    @pytest.mark.parametrize("form", [5, 6, 7, 8])
    def test_a_quarter_turn_turns_them_too(self, form: int, tmp_path: Path) -> None:
        clip = open_clip(lying(self.of(Fraction(3, 2), tmp_path), form))
        assert (clip.width, clip.height) == (48, 96)
        assert not clip.plays_as_seen

    def test_what_is_made_of_the_clip_has_square_ones(self, tmp_path: Path) -> None:
        content = self.of(Fraction(3, 2), tmp_path)
        recording = analyse_video(content, LITE)
        assert (recording.width, recording.height, recording.frames) == (96, 48, FRAMES)
        assert write_playable_mp4(open_clip(content), tmp_path / "copy.mp4")
        annotated_mp4(content, recording, OverlayStyle(), tmp_path / "drawn.mp4", people=[])
        for name in ("copy.mp4", "drawn.mp4"):
            made = open_clip(tmp_path / name)
            assert (made.width, made.height, made.plays_as_seen) == (96, 48, True)


class TestInterlaced:
    @staticmethod
    def woven() -> Iterator[NDArray[np.uint8]]:
        """A bar that moves by 6 pixels from one half picture to the next."""
        for number in range(FRAMES):
            rgb = np.full((96, 160, 3), 40, np.uint8)
            for half in (0, 1):
                left = 8 + 6 * (2 * number + half)
                rgb[half::2, left : left + 24] = 220
            yield rgb

    def content(self, folder: Path, container: str = "mp4") -> bytes:
        options = {"x264-params": "tff=1:bframes=2", "crf": "10", "g": "5"}
        return written(self.woven(), container=container, options=options, folder=folder)

    @staticmethod
    def combs(rgb: NDArray[np.uint8]) -> float:
        """By how much rows differ from the mean of their neighbours."""
        rows = rgb[..., 1].astype(float)
        return float(np.abs(rows[1:-1] - (rows[:-2] + rows[2:]) / 2).mean())

    @pytest.mark.parametrize("container", ["mp4", "mpegts", "matroska"])
    def test_there_are_no_combs_and_no_frame_is_lost(self, container: str, tmp_path: Path) -> None:
        clip = open_clip(self.content(tmp_path, container))
        assert clip.is_interlaced and len(clip.pts) == FRAMES
        frames = frames_of(clip)
        assert [frame.pts for frame in frames] == clip.pts.tolist()
        combed = [self.combs(rgb) for rgb in self.woven()]
        assert all(self.combs(frame.rgb) < 0.25 * comb for frame, comb in zip(frames, combed, strict=True))
        # Each shows its own moment: that of its upper half picture.
        for number, frame in enumerate(frames):
            bar = np.flatnonzero(frame.rgb[48, :, 1] > 130)
            assert bar.min() == pytest.approx(8 + 12 * number, abs=7)

    def test_a_part_has_the_same_pictures_as_the_whole(self, tmp_path: Path) -> None:
        clip = open_clip(self.content(tmp_path))
        whole = [frame.rgb for frame in frames_of(clip)]
        for start in (1, 4, 5, 6, 10, 11):
            with clip.reader() as reader:
                part = [frame.rgb for frame in reader.frames(int(clip.pts[start]), clip.pts[start : start + 3])]
            np.testing.assert_array_equal(part, whole[start : start + 3])

    def test_others_are_left_as_they_are(self) -> None:
        with av.open(io.BytesIO(clip_bytes([0, 40, 80, 120]))) as file:
            frames = list(file.decode(video=0))
        assert all(made is frame for made, frame in zip(deinterlaced(frames), frames, strict=True))


def signal(light: float, curve: ColorTrc) -> float:
    """The value, 0 to 1, that stands for light in candela per square metre (HLG on a screen of 1000)."""
    if curve is ColorTrc.SMPTE2084:
        power = (light / 10_000) ** (2610 / 16384)
        return float(((3424 / 4096 + 2413 / 128 * power) / (1 + 2392 / 128 * power)) ** (2523 / 32))
    scene = (light / 1000) ** (1 / 1.2)
    return float(np.sqrt(3 * scene) if scene <= 1 / 12 else 0.17883277 * np.log(12 * scene - 0.28466892) + 0.55991073)


@pytest.mark.parametrize("curve", [ColorTrc.SMPTE2084, ColorTrc.ARIB_STD_B67], ids=lambda curve: curve.name)
class TestHighDynamicRange:
    LIGHTS = (0.0, 2.0, 10.0, 40.0, 100.0, 203.0, 500.0, 1000.0)

    def test_light_looks_as_it_would_in_an_ordinary_picture(self, curve: ColorTrc) -> None:
        values = [round(65535 * signal(light, curve)) for light in self.LIGHTS]
        levels = tone_mapped(np.array(values, np.uint16)[None, :, None].repeat(3, 2), int(curve))
        assert levels.dtype == np.uint8 and levels.shape == (1, len(values), 3)
        assert np.ptp(levels, axis=2).max() <= 1  # grey stays grey
        grey = levels[0, :, 1].astype(int)
        assert grey[0] == 0 and (np.diff(grey) > 0).all() and grey[-1] >= 240
        # What an ordinary picture would have, as far as it goes: middle grey is 18 % of white paper.
        assert grey[3] == pytest.approx(255 * (40 / WHITE_CD_M2) ** (1 / 2.2), abs=3)
        assert 215 <= grey[5] <= 245  # white paper is bright, and what is brighter still has room

    def test_colours_become_those_of_ordinary_pictures(self, curve: ColorTrc) -> None:
        """A skin's colour, mixed from the primaries of BT.2020, is more saturated with those of BT.709."""
        light = np.array([90.0, 60.0, 45.0])
        values = np.array([round(65535 * signal(each, curve)) for each in light], np.uint16)
        red, green, blue = tone_mapped(values[None, None], int(curve))[0, 0].astype(int)
        assert red > green > blue
        assert red > 255 * (light[0] / WHITE_CD_M2) ** (1 / 2.2) > blue

    @pytest.mark.parametrize("scale", [1, 2])
    def test_a_clip_comes_out_like_that(self, curve: ColorTrc, scale: int, tmp_path: Path) -> None:
        def prepare(context: av.VideoCodecContext) -> None:
            context.color_trc, context.color_primaries = int(curve), ColorPrimaries.BT2020
            context.colorspace = Colorspace.BT2020

        value = 65535 * signal(203.0, curve)
        pictures = (np.full((64, 96, 3), value, np.uint16) for _ in range(4))
        content = written(
            pictures,
            container="mov",
            codec="libx265",
            source_format="rgb48le",
            pix_fmt="yuv420p10le",
            options={"x265-params": "log-level=error"},
            prepare=prepare,
            folder=tmp_path,
        )
        frame = frames_of(open_clip(content))[2]
        picture = frame.rgb if scale == 1 else frame.scaled(48)
        assert picture.shape == (64 // scale, 96 // scale, 3)
        assert 215 <= picture.mean() <= 245  # without, it would be 149 or 192


def half_transparent(number: int) -> NDArray[np.uint8]:
    """The left half is as grey as a numbered frame, the right half black but transparent."""
    rgba = np.zeros((48, 64, 4), np.uint8)
    rgba[:, :32] = (*3 * [4 * number], 255)
    return rgba


ALPHA = {
    "VP9": ("webm", "libvpx-vp9", "yuva420p"),
    "VP8": ("webm", "libvpx", "yuva420p"),
    "ProRes 4444": ("mov", "prores_ks", "yuva444p10le"),
    "QuickTime animation": ("mov", "qtrle", "argb"),
    "PNG in MOV": ("mov", "png", "rgba"),
    "FFV1": ("matroska", "ffv1", "bgra"),
    "APNG": ("apng", "apng", "rgba"),
}


class TestTransparency:
    def check(self, content: bytes, number: int, within: int) -> None:
        clip = open_clip(content)
        assert (clip.width, clip.height, len(clip.pts)) == (64, 48, FRAMES)
        frame = frames_of(clip)[number]
        for picture in (frame.rgb, frame.scaled(32)):
            width = picture.shape[1]
            assert picture[:, : width // 4].mean() == pytest.approx(4 * number, abs=within)
            assert picture[:, -width // 4 :].min() > 250

    @pytest.mark.parametrize("kind", ALPHA)
    def test_it_shows_on_white(self, kind: str, tmp_path: Path) -> None:
        container, codec, pix_fmt = ALPHA[kind]
        pictures = (half_transparent(number) for number in range(FRAMES))
        content = written(
            pictures,
            container=container,
            codec=codec,
            source_format="rgba",
            pix_fmt=pix_fmt,
            options={"auto-alt-ref": "0"} if codec == "libvpx" else None,
            folder=tmp_path,
        )
        self.check(content, 7, within=5)

    @pytest.mark.parametrize("kind", ["GIF", "WEBP", "AVIF", "PNG"])
    def test_in_animated_pictures(self, kind: str) -> None:
        pictures = [Image.fromarray(half_transparent(number)) for number in range(FRAMES)]
        file = io.BytesIO()
        more = {"disposal": 2} if kind == "GIF" else {"lossless": True} if kind == "WEBP" else {}
        pictures[0].save(file, kind, save_all=True, append_images=pictures[1:], duration=40, loop=0, **more)
        self.check(file.getvalue(), 7, within=6)

    def test_what_may_be_transparent_and_is_not_stays(self, tmp_path: Path) -> None:
        pictures = (np.dstack([numbered_frame(number), np.full((48, 64), 255, np.uint8)]) for number in range(4))
        content = written(
            pictures, container="matroska", codec="ffv1", source_format="rgba", pix_fmt="bgra", folder=tmp_path
        )
        np.testing.assert_array_equal(frames_of(open_clip(content))[3].rgb, numbered_frame(3))
