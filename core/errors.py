"""Everything that can go wrong in front of a user, each with a sentence that says what to do.

`str(error)` is that sentence in English. The dashboard has the same sentences in its other languages and finds
them by the class's name, filling in the same `details`.
"""

from __future__ import annotations

import functools
from typing import Any, ClassVar


class PosescopeError(Exception):
    """Something a user can understand and act on.

    Attributes:
        sentence: the English text, with a `{name}` for each detail.
        details: what fills it in.
    """

    sentence: ClassVar[str] = "Posescope could not do this."

    def __init__(self, **details: object) -> None:
        self.details = details
        super().__init__(self.sentence.format(**details))

    def __reduce__(self) -> tuple[Any, ...]:
        # Exceptions are copied and pickled by their positional arguments, and this one is made with keywords.
        return functools.partial(type(self), **self.details), (), self.__dict__


class InvalidSetting(PosescopeError):
    """A setting outside what it may be."""

    sentence = "The setting “{name}” is {value}, but it must be {allowed}."


class InvalidSource(PosescopeError):
    """What was given is neither a path, nor bytes, nor a picture."""

    sentence = "Expected {expected}, but got {got}."


class ImageError(PosescopeError):
    """A picture that cannot be used."""


class EmptyFile(ImageError):
    """No bytes at all."""

    sentence = "The file “{name}” is empty. Save or download it again, then try once more."


class FileMissing(ImageError):
    """No readable file at that path."""

    sentence = "There is no readable file “{name}”. Check the name and where it lies."


class NotAnImage(ImageError):
    """The content is of no known picture format."""

    sentence = "“{name}” is not a picture that can be read. Use a JPEG, PNG, WebP, HEIC, AVIF, TIFF, BMP or GIF file."


class DamagedImage(ImageError):
    """A known picture format whose content breaks off or contradicts itself."""

    sentence = "The picture “{name}” is damaged or incomplete. Export or copy it again from where it came from."


class CameraRaw(ImageError):
    """What the sensor saw, not yet a picture."""

    sentence = (
        "“{name}” is a camera raw file: it holds what the sensor saw, not yet a picture. "
        "Export it as JPEG or TIFF with the camera’s own or any other photo program."
    )


class OnlyAPreview(ImageError):
    """A TIFF whose pages are only previews of a picture that is none of them."""

    sentence = (
        "What can be read in “{name}” is only a small preview of {width} × {height} pixels. "
        "Open it in the program that made it and export the picture itself, as JPEG or TIFF."
    )


class UnknownTiff(ImageError):
    """A TIFF with a layout or compression of its pixels that cannot be read."""

    sentence = (
        "“{name}” is a TIFF file of a kind that cannot be read here. "
        "Save it as an ordinary TIFF of 8 bits, as PNG or as JPEG."
    )


class ImageTooManyBytes(ImageError):
    """A file above the limit in bytes."""

    sentence = "“{name}” is {size_mb} MB; the limit is {limit_mb} MB. Save it smaller, or crop it."


class ImageTooManyPixels(ImageError):
    """A picture above the limit in pixels."""

    sentence = (
        "“{name}” is {width} × {height} pixels; the limit is {limit_megapixels} megapixels. "
        "Make it smaller, or cut out the part with the person."
    )


class ImageTooSmall(ImageError):
    """A picture below the smallest side."""

    sentence = (
        "“{name}” is only {width} × {height} pixels; each side needs at least {smallest_side}. "
        "Use the original, not a thumbnail."
    )


class VideoError(PosescopeError):
    """A clip that cannot be used."""


class NotAVideo(VideoError):
    """The content is of no known video format, or its index is lost."""

    sentence = (
        "“{name}” is not a video that can be read. If it was copied or recorded incompletely, copy it again; "
        "otherwise save it as an MP4 file."
    )


class NoPicturesInVideo(VideoError):
    """A file with sound only, or without a single frame that can be decoded."""

    sentence = "“{name}” holds no pictures, only sound or nothing at all. Choose a file that shows a movement."


class UnknownCodec(VideoError):
    """Pictures stored in a way that nothing here can decode."""

    sentence = (
        "The pictures of “{name}” are stored with a codec that cannot be decoded here. "
        "Convert the clip to MP4 with H.264, then try once more."
    )


class VideoEncrypted(VideoError):
    """Pictures that are there but protected against being read."""

    sentence = (
        "“{name}” is encrypted against copying, so its pictures cannot be decoded. "
        "Choose a clip without this protection, such as one that you have recorded yourself."
    )


class NothingDecoded(VideoError):
    """Pictures are there, and the codec is known, but not a single one can be decoded."""

    sentence = (
        "Not one picture of “{name}” could be decoded: the file is damaged, or uses its codec in an unusual way. "
        "Copy it again, or save it as MP4 with H.264."
    )


class VideoTooManyPixels(VideoError):
    """Pictures above the limit in pixels."""

    sentence = (
        "The pictures of “{name}” have {width} × {height} pixels; the limit is {limit_megapixels} megapixels. "
        "Save the clip smaller, for example in 4K."
    )


class VideoTooManyFrames(VideoError):
    """More frames than are analysed at once."""

    sentence = (
        "{frames} frames of “{name}” are chosen; at most {limit} are analysed at once. "
        "Choose a shorter part of the clip, or only every second or third frame."
    )


class NothingInPart(VideoError):
    """The chosen part of the clip holds no frame."""

    sentence = "There is no frame of “{name}” between {start_s} and {end_s} seconds. Choose another part of the clip."


class ClipNotStored(VideoError):
    """A clip that could not be put where it is read from."""

    sentence = "There is no room for “{name}” on this computer’s disk. Make some room, then open it again."


class ModelError(PosescopeError):
    """A bundled model that cannot be used."""


class ModelMissing(ModelError):
    """A model file is not there."""

    sentence = "The model file {path} is missing. Get it back with “git checkout {path}”, or clone the project again."


class ModelAltered(ModelError):
    """A model file is not the one that was published."""

    sentence = (
        "The model file {path} is not the original: its SHA-256 is {found}, expected {expected}. "
        "Get it back with “git checkout {path}”, or clone the project again."
    )


class DetectionFailed(PosescopeError):
    """The detector refused a valid picture, twice."""

    sentence = "The pose detector failed on this picture ({reason}). Try it again, or try another model."


class LandmarkerClosed(PosescopeError):
    """A landmarker was used after its end."""

    sentence = "This landmarker has been closed. Make a new one."


class SpaceNotAvailable(PosescopeError):
    """Angles or a figure were wanted in coordinates that the recording does not hold."""

    sentence = "There are no “{space}” coordinates in this recording. Choose one of: {available}."


class SystemLibraryMissing(PosescopeError, ImportError):
    """OpenCV cannot be loaded because the operating system lacks a library."""

    sentence = (
        "OpenCV needs the system library {library}. Install it with "
        "“apt-get update && apt-get install -y {packages}” (with sudo, if you are not root), "
        "or swap in opencv-python-headless as the README says."
    )


class LiveError(PosescopeError):
    """Something that ends a live camera's connection, and that connection only."""


class MessageNotUnderstood(LiveError):
    """A message over the live connection that is not what the page sends."""

    sentence = "The server did not understand what this page sent. Reload the page."


class FrameNotReadable(LiveError):
    """A camera frame that is no JPEG, is damaged or is tiny."""

    sentence = "A picture from the camera could not be read. Reload the page; if it comes again, choose another camera."


class FrameTooLarge(LiveError):
    """A camera frame beyond the limits."""

    sentence = "The camera’s pictures are too large: at most {most}. Choose a smaller picture size."


class FramesTooFast(LiveError):
    """More frames than any camera gives."""

    sentence = "More than {most} pictures a second came in. Reload the page."


class NoFrames(LiveError):
    """The camera has sent nothing for a while."""

    sentence = "No picture has come from the camera for {seconds} seconds, so it was let go. Start it again."


class PlacesTaken(LiveError):
    """As many cameras as this computer can follow are running."""

    sentence = "All {places} places for live cameras on this computer are taken. Wait for one, or come back later."


class LiveElsewhere(LiveError):
    """The same session has opened its camera a second time."""

    sentence = (
        "The camera has been opened once more in this session, so it was let go here. Start it again to have it here."
    )


class CameraNotAllowed(PosescopeError):
    """A camera of the server that nobody has allowed."""

    sentence = (
        "The camera “{camera}” of this computer is not allowed. Name it in the environment variable {variable} "
        "before Posescope starts."
    )


class CameraNotOpened(PosescopeError):
    """A camera of the server that does not answer."""

    sentence = "The camera “{camera}” does not answer. Check that it is plugged in or reachable and not used elsewhere."
