"""Too large and too long clips are refused in a sentence, and what an ordinary camera records is not."""

from __future__ import annotations

import io
import struct

import av
import cv2
import numpy as np
import pytest
from av.packet import Packet

from core import Settings, analyse_video, analysis
from core.errors import VideoTooManyFrames, VideoTooManyPixels
from core.media import video_file
from core.media.limits import MOST_FRAMES, MOST_PIXELS
from core.media.videos import ClipReader, open_clip
from tests.core.media.clips import clip_bytes, clip_of_sizes, numbered_frame

SIDE_PX = 15_000  # FFmpeg itself refuses more than 268 megapixels


def swollen_jpeg() -> bytes:
    """A small JPEG whose header claims to be huge: decoded it would take 0.7 gigabytes."""
    content = bytearray(cv2.imencode(".jpg", numbered_frame(3))[1].tobytes())
    place = content.index(b"\xff\xc0") + 5
    content[place : place + 4] = struct.pack(">HH", SIDE_PX, SIDE_PX)
    return bytes(content)


def swollen_clip(container: str) -> bytes:
    file = io.BytesIO()
    with av.open(file, "w", format=container) as output:
        stream = output.add_stream("mjpeg", rate=25)
        stream.width, stream.height, stream.pix_fmt = SIDE_PX, SIDE_PX, "yuvj420p"
        output.start_encoding()
        for number in range(3):
            packet = Packet(swollen_jpeg())
            packet.stream, packet.pts, packet.dts, packet.time_base = stream, number, number, stream.time_base
            output.mux(packet)
    return file.getvalue()


def swollen_gif() -> bytes:
    content = bytearray(clip_bytes([0, 40, 80], container="gif", codec="gif"))
    content[6:10] = struct.pack("<HH", SIDE_PX, SIDE_PX)
    return bytes(content)


@pytest.mark.parametrize("make", [lambda: swollen_clip("avi"), lambda: swollen_clip("matroska"), swollen_gif])
def test_huge_pictures_are_refused_undecoded(make: object) -> None:
    assert callable(make)
    with pytest.raises(VideoTooManyPixels, match=r"“wall\.avi” have 15000 × 15000 pixels; the limit is 36 megapixels"):
        open_clip(make(), "wall.avi")


@pytest.mark.parametrize("container", ["mp4", "matroska", "webm", "mpegts"])
def test_the_limit_is_the_limit(container: str, monkeypatch: pytest.MonkeyPatch) -> None:
    times_ms = [40 * number for number in range(30)]
    content = clip_bytes(times_ms, container=container, codec="libvpx-vp9" if container == "webm" else "libx264")
    monkeypatch.setattr(video_file, "MOST_PIXELS", 64 * 48)
    assert open_clip(content).width == 64
    monkeypatch.setattr(video_file, "MOST_PIXELS", 64 * 48 - 1)
    with pytest.raises(VideoTooManyPixels, match="64 × 48"):
        open_clip(content)


def test_what_cameras_record_is_within_the_limit() -> None:
    assert max(7680 * 4320, 8192 * 4320, 3840 * 2160) <= MOST_PIXELS


def test_what_phones_record_is_within_the_limit() -> None:
    assert MOST_FRAMES >= 20 * 60 * 60  # twenty minutes at 60 frames a second


def test_more_frames_than_are_analysed_at_once_are_refused_undecoded(monkeypatch: pytest.MonkeyPatch) -> None:
    content = clip_bytes([40 * number for number in range(21)])
    monkeypatch.setattr(analysis, "MOST_FRAMES", 20)

    def refuse(*_: object) -> None:
        raise AssertionError("nothing is to be decoded")

    with monkeypatch.context() as decoding:
        decoding.setattr(ClipReader, "frames", refuse)
        with pytest.raises(VideoTooManyFrames, match=r"21 frames of “long\.mp4” are chosen; at most 20"):
            analyse_video(content, Settings(model="lite"), name="long.mp4")
    for enough in (Settings(model="lite", end_s=0.76), Settings(model="lite", every_nth_frame=2)):
        assert analyse_video(content, enough).frames <= 20


def test_pictures_that_become_huge_on_the_way_are_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    # FFmpeg looks for more than one frame's size only inside the decoder.
    content = clip_of_sizes([numbered_frame(0), numbered_frame(1), numbered_frame(2, 640, 480)], [0, 40, 80])
    monkeypatch.setattr(video_file, "MOST_PIXELS", 64 * 48 * 2)
    clip = open_clip(content)
    with clip.reader() as reader:
        shapes = [frame.rgb.shape for frame in reader.frames(int(clip.pts[0]))]
    assert shapes == [(48, 64, 3)] * 2
    assert np.array_equal(clip.pts, [0, 40, 80])
