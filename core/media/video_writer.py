"""RGB frames in, an MP4 file out that every browser plays, with each frame at its own time."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from types import TracebackType

import av
import cv2
import numpy as np
from av.packet import Packet
from av.video.frame import VideoFrame
from av.video.reformatter import ColorPrimaries, ColorRange, Colorspace, ColorTrc, VideoReformatter
from av.video.stream import VideoStream
from numpy.typing import NDArray

from core.media.sound import SoundPart, SoundTrack

TIME_BASE = Fraction(1, 90_000)
# A picture that can be decoded by itself stands at least this often: a player jumps to no other.
_SECONDS_BETWEEN_KEY_FRAMES = 2
_LIKELY_FRAME_RATE = 30.0


class VideoWriter:
    """Writes H.264 (`yuv420p`, BT.709) into an MP4 file whose index stands first, so that it plays while loading.

    Frame times are kept to 1/90000 s, variable frame rates included. Memory does not grow with length. As a context
    manager it ends the file when all went well and leaves a broken one otherwise: write to a name of your own and
    move it when it is done.

    Args:
        path: the file, which is written over.
        width, height: of the frames, in pixels. Odd ones are padded by repeating the last column or row: the format
            knows even sizes only.
        frame_rate: a mean, in frames a second, for the encoder's plans; the times are the truth. 0 if unknown.
        sound: what is to be heard, if the source has sound.
        tags: the container's metadata: "title", "comment" and what else MP4 knows. FFmpeg writes "encoder" itself.
        preset: x264's: "ultrafast" to "veryslow".
        quality: x264's constant rate factor, 0 to 51, less is better and larger.
        threads: of the encoder; 0 lets it choose.

    Raises:
        OSError: the file cannot be written.
    """

    def __init__(
        self,
        path: Path,
        width: int,
        height: int,
        *,
        frame_rate: float = 0.0,
        sound: SoundPart | None = None,
        tags: Mapping[str, str] | None = None,
        preset: str = "veryfast",
        quality: int = 20,
        threads: int = 0,
    ) -> None:
        self.width, self.height = width, height
        self._padded = (width + width % 2, height + height % 2)
        self._convert = VideoReformatter()
        self._last_pts: int | None = None
        self._duration_of: dict[int, int] = {}
        self._output = av.open(str(path), "w", format="mp4", options={"movflags": "+faststart"})
        try:
            self._output.metadata.update(tags or {})
            self._stream = self._video_stream(frame_rate, preset, quality, threads)
            self._sound = SoundTrack.add_to(self._output, sound) if sound else None
        except BaseException:
            self._output.close()
            raise

    def __enter__(self) -> VideoWriter:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        try:
            if kind is None:
                self._finish()
        finally:
            self._close()

    def prepare(self, rgb: NDArray[np.uint8]) -> VideoFrame:
        """What `write` takes, from a picture (height, width, 3) uint8 that may not be altered until it is written.

        It may run in another thread than `write`, in one thread at a time.
        """
        expected = (self.height, self.width, 3)
        if rgb.shape != expected or rgb.dtype != np.uint8:
            raise ValueError(f"the picture must be uint8 of the shape {expected}, got {rgb.dtype} {rgb.shape}")
        right, below = self._padded[0] - self.width, self._padded[1] - self.height
        if right or below:
            rgb = np.asarray(cv2.copyMakeBorder(rgb, 0, below, 0, right, cv2.BORDER_REPLICATE), np.uint8)
        # One reformatter for all frames: each frame's own would be set up anew and take twice as long.
        return self._convert.reformat(
            VideoFrame.from_numpy_buffer(np.ascontiguousarray(rgb), "rgb24"),
            format="yuv420p",
            dst_colorspace=Colorspace.ITU709,
            dst_color_range=ColorRange.MPEG,
            dst_color_primaries=ColorPrimaries.BT709,
            dst_color_trc=ColorTrc.BT709,
        )

    def write(self, frame: VideoFrame, time_s: float, duration_s: float) -> None:
        """Adds a frame.

        Args:
            frame: from `prepare`.
            time_s: seconds from the file's beginning, 0 or more. One that is not later than the last is made later by
                1/90000 s, for the format allows no other.
            duration_s: how long it is shown. The next frame ends it; the last one's counts.
        """
        pts = round(time_s / TIME_BASE)
        if self._last_pts is not None:
            pts = max(pts, self._last_pts + 1)
        self._last_pts = pts
        frame.pts, frame.time_base = pts, TIME_BASE
        frame.duration = self._duration_of[pts] = max(1, round(duration_s / TIME_BASE))
        if self._sound:
            self._sound.write_until(time_s)
        self._mux(self._stream.encode(frame))

    def _video_stream(self, frame_rate: float, preset: str, quality: int, threads: int) -> VideoStream:
        rate = Fraction(frame_rate or _LIKELY_FRAME_RATE).limit_denominator(1001)
        # Without frames that depend on later ones the order of decoding is that of showing. With them MP4 would count
        # the last frame's duration from the wrong frame, and uneven times would make the file shorter.
        options = {"preset": preset, "crf": str(quality), "bf": "0"}
        stream = self._output.add_stream("libx264", rate=rate, options=options, time_base=TIME_BASE)
        stream.width, stream.height = self._padded
        stream.pix_fmt = "yuv420p"
        context = stream.codec_context
        context.time_base = TIME_BASE
        context.gop_size = max(1, round(rate * _SECONDS_BETWEEN_KEY_FRAMES))
        context.thread_count = threads
        context.colorspace, context.color_range = Colorspace.ITU709, ColorRange.MPEG
        context.color_primaries, context.color_trc = ColorPrimaries.BT709, ColorTrc.BT709
        return stream

    def _mux(self, packets: list[Packet[VideoStream]]) -> None:
        for packet in packets:
            if packet.pts is not None:
                packet.duration = self._duration_of.pop(packet.pts, packet.duration or 1)
            self._output.mux(packet)

    def _finish(self) -> None:
        self._mux(self._stream.encode(None))
        if self._sound:
            self._sound.finish()

    def _close(self) -> None:
        try:
            if self._sound:
                self._sound.close()
        finally:
            self._output.close()
