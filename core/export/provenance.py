"""What made a recording, and how to name the files that it goes into: shared by every format."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import Any

from core.motion.absences import absences
from core.recording import Recording
from core.settings import FilterSettings, OverlayStyle

# A find that flickers all through a long clip has thousands of absences, and their list stands in one cell of a table.
MOST_ABSENCES = 500
# What `Recording.provenance` tells of what is not as it should be.
_TOLD = (
    "removed_people",
    "picture_taken",
    "frames_lost_at_start",
    "missing_at_end_s",
    "frames_not_decoded",
    "frames_not_decoded_s",
    "slow_motion",
    "slow_motion_by",
    "analysis_ended_by",
    "analysed_until_s",
    "wanted_until_s",
)

_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"

# A dot and one to five letters or digits, at least one of them a letter: "a.jpeg", "a.3gp", but not "v1.2".
_EXTENSION = re.compile(r"(?<=.)\.(?=[0-9]*[A-Za-z])[A-Za-z0-9]{1,5}$")
_MOST_BYTES = 120  # so that what is added to a stem stays below the 255 that file systems allow
_VARIATION_SELECTORS = frozenset(map(chr, range(0xFE00, 0xFE10)))  # left over from emoji
_DEVICES = re.compile(r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\.|$)", re.IGNORECASE)


def made_by(
    recording: Recording,
    style: OverlayStyle | None = None,
    smoothing: FilterSettings | None = None,
    drawn: Sequence[int] | None = None,
) -> dict[str, Any]:
    """What it takes to make a recording again, as plain values.

    Args:
        recording: whose origin to tell.
        style: the look of the drawn overlay, for exports that hold one.
        smoothing: how curves were filtered, for exports that hold such.
        drawn: who is drawn, for exports that are a picture.

    Returns:
        The recording's `provenance` (versions, `model`, `model_sha256`), `settings`, `shortfalls`, `not_drawn` (a list
        of indices) if somebody is not drawn, `overlay` if there is a style, `smoothing` if there is a filter.
    """
    origin: dict[str, Any] = {**recording.provenance, "settings": recording.settings.as_dict()}
    origin |= shortfalls(recording)
    if drawn is not None and len(drawn) < recording.people:
        origin["not_drawn"] = [person for person in range(recording.people) if person not in drawn]
    if style is not None:
        origin["overlay"] = style.as_dict()
    if smoothing is not None:
        origin["smoothing"] = smoothing.as_dict()
    return origin


def shortfalls(recording: Recording) -> dict[str, Any]:
    """Everything about a recording that could not be read, found or decided, or has been put right, as plain values.

    Returns:
        Only what there is:
        - `repairs`: where left and right were exchanged, a list of `person, part, from_s, to_s, frames`;
        - `left_out`: how many more people, or places that look like one, were seen but left out;
        - `not_found`: from when to when somebody was not found, a list of `person, from_s, to_s, frames`, at most the
          first 500; `not_found_spans` then says how many there are;
        - of what `provenance` tells: `removed_people`, who was taken out; `picture_taken`, which one of several
          pictures in a file; `missing_at_end_s`, how much of the clip's file is missing; `frames_not_decoded` and
          `frames_not_decoded_s`, which frames could not be read, `frames_lost_at_start`, how many before the first that
          could; `slow_motion` and `slow_motion_by`, by how much the clip's file is slower than life and who says so;
          `analysis_ended_by`, `analysed_until_s` and `wanted_until_s`, where it was not analysed to its end.
    """
    told: dict[str, Any] = {key: recording.provenance[key] for key in _TOLD if key in recording.provenance}
    if recording.repairs:
        told["repairs"] = [repair.as_dict() for repair in recording.repairs]
    if recording.left_out:
        told["left_out"] = recording.left_out
    missing = absences(recording)
    if missing:
        told["not_found"] = [absence.as_dict() for absence in missing[:MOST_ABSENCES]]
    if len(missing) > MOST_ABSENCES:
        told["not_found_spans"] = len(missing)
    return told


def source_name(recording: Recording) -> str:
    """The source's name as text that every format can hold.

    Control characters and halves of characters (from file names that are not valid Unicode) become U+FFFD.
    """
    return readable(recording.source)


def person_names(recording: Recording) -> tuple[str, ...]:
    """The people's names as such text; empty where the recording has none."""
    return tuple(map(readable, recording.names))


def readable(text: str) -> str:
    """Text that every format can hold: control characters and halves of characters become U+FFFD."""
    return "".join(_REPLACEMENT if unicodedata.category(c) in ("Cc", "Cs") else c for c in text)


def file_stem(source: str) -> str:
    """A name for downloads, without extension, made from a source's name.

    Letters, digits and marks of all scripts, dots, hyphens and underscores stay; everything else becomes "_", so
    neither separators nor control characters nor spaces are left, and no hidden or option-like "." or "-" leads.
    Names that Windows reserves for devices get a "_" in front.

    Returns:
        1 to 120 bytes in UTF-8; "recording" if nothing readable is left.
    """
    name = _EXTENSION.sub("", unicodedata.normalize("NFC", source).strip())
    kept = "".join(character if _may_stay(character) else "_" for character in name if not _is_invisible(character))
    short = re.sub("__+", "_", kept).strip("._-").encode()[:_MOST_BYTES].decode(errors="ignore").rstrip("._-")
    if not any(character.isalnum() for character in short):
        return "recording"
    return f"_{short}" if _DEVICES.match(short) else short


def _may_stay(character: str) -> bool:
    return character in "._-" or unicodedata.category(character)[0] in "LMN"


def _is_invisible(character: str) -> bool:
    """Such as marks that turn the direction of writing, with which a name can pretend another extension."""
    return unicodedata.category(character) == "Cf" or character in _VARIATION_SELECTORS
