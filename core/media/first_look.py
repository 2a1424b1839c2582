"""What a clip's first frames say about all of it: how large it is, how it lies, what a player would make of it."""

from __future__ import annotations

from dataclasses import dataclass

from av.packet import Packet
from av.sidedata.sidedata import SideData
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from core.errors import NothingDecoded
from core.media.orientation import TURNED_ONLY, UPRIGHT, changes_sides, form_of_matrix
from core.media.video_file import VideoFile, check_size

# A clip is looked at until so many frames have come out of its first packets.
_LOOKED_AT_FRAMES, _LOOKED_AT_PACKETS = 4, 60
# Codecs in whose stream it may stand how the picture lies, and change on the way.
_SAYING_SO = ("h264", "hevc")
# Pixels whose sides differ by less are a matter of rounding.
_SQUARE_WITHIN = 0.005


class FirstFrames:
    """What comes out of a file's first packets while they are read.

    Attributes:
        frames: some of the first ones.
        key: the packet of a key frame among them.
    """

    def __init__(self, file: VideoFile) -> None:
        self._file = file
        self._packets = 0
        self.frames: list[VideoFrame] = []
        self.key: Packet[VideoStream] | None = None

    @property
    def is_enough(self) -> bool:
        """Whether it need not see more packets."""
        number = len(self.frames)
        return number >= _LOOKED_AT_FRAMES or (number > 0 and self._packets > _LOOKED_AT_PACKETS)

    def add(self, packet: Packet[VideoStream]) -> None:
        """The next packet."""
        self._packets += 1
        self.key = self.key or (packet if packet.is_keyframe else None)
        self.frames += self._file.decoded(packet)

    def end(self) -> None:
        """There are no more packets, or it is enough."""
        if not self.is_enough:
            self.frames += self._file.decoded(None)


@dataclass(frozen=True)
class FirstLook:
    """What a clip's first frames say; the names are those of `Clip`, and `first_stamps` are their time stamps."""

    width: int
    height: int
    form: int
    form_changes: bool
    pixel_aspect: float
    is_interlaced: bool
    plays_as_seen: bool
    first_stamps: list[int]

    @classmethod
    def at(cls, first: FirstFrames, file: VideoFile, name: str) -> FirstLook:
        """What the first frames of a file say.

        Raises:
            NothingDecoded: there is none.
            VideoTooManyPixels: with square pixels they are beyond the limit.
        """
        frames, key = first.frames, first.key
        if not frames:
            raise NothingDecoded(name=name)
        pixel_aspect = float(file.pixel_aspect)
        width, height = _with_square_pixels(frames[0], pixel_aspect)
        is_square = (width, height) == (frames[0].width, frames[0].height)
        is_first = file.stream.index == file.container.streams.video[0].index
        says_so_itself = file.stream.codec_context.name in _SAYING_SO
        forms = [told_form(frame) for frame in frames]
        told = {form for form in forms if form is not None}
        stream_says = bool(told) and any(
            told_form(frame) is not None for frame in (file.decoded_by_itself(key) if key else frames)
        )
        check_size(width, height, name)
        # The container's own word comes with every frame, that of an H.264 stream with key frames only. The container's
        # counts where they contradict each other: so do most players have it.
        form = next((form for form, frame in zip(forms, frames, strict=True) if form and not frame.key_frame), forms[0])
        form = form or UPRIGHT
        if changes_sides(form):
            width, height = height, width
        return cls(
            width,
            height,
            form,
            form_changes=says_so_itself and (not told or (stream_says and len(told) == 1)),
            pixel_aspect=pixel_aspect,
            is_interlaced=any(frame.interlaced_frame for frame in frames),
            plays_as_seen=is_first and is_square and (form == UPRIGHT or (form in TURNED_ONLY and not stream_says)),
            first_stamps=[frame.pts for frame in frames if frame.pts is not None],
        )


def _with_square_pixels(frame: VideoFrame, pixel_aspect: float) -> tuple[int, int]:
    """Width and height as stored, but none of the pixels lost: the side that is too short grows."""
    if abs(pixel_aspect - 1) < _SQUARE_WITHIN:
        return frame.width, frame.height
    if pixel_aspect > 1:
        return max(1, round(frame.width * pixel_aspect)), frame.height
    return frame.width, max(1, round(frame.height / pixel_aspect))


def told_form(frame: VideoFrame) -> int | None:
    """How to turn it, if a frame says so."""
    try:
        matrix = frame.side_data.get("DISPLAYMATRIX")
    except ValueError:  # there is something beside it that PyAV does not know
        turned = round(frame.rotation / 90) % 4
        return {1: 8, 2: 3, 3: 6}.get(turned)
    return form_of_matrix(bytes(matrix)) if isinstance(matrix, SideData) else None
