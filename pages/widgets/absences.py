"""The words for when somebody was not found."""

from __future__ import annotations

from core import Recording
from core.motion.absences import Absence, absences
from pages.language import text

# More spans would be a list that nobody reads; the files have them all.
MOST_TOLD = 4
# If a span is shorter, all are told to a hundredth of a second.
SHORT_S = 0.15


def absence_sentence(recording: Recording, person: int, most: int = MOST_TOLD) -> str:
    """ "Not found from 5.7 to 6.0 s." Empty for somebody who is in every frame.

    Args:
        recording: complete.
        person: the index in it.
        most: so many spans are told, those that last longest, in the order of time; of the others how many there are.
    """
    own = [absence for absence in absences(recording) if absence.person == person]
    if not own:
        return ""
    if sum(absence.frames for absence in own) == recording.frames:
        return text("video.absent_always")
    longest = sorted(own, key=lambda absence: absence.from_s - absence.to_s)[:most]
    shortest_s = min(absence.to_s - absence.from_s for absence in longest)
    told = [_span_words(absence, 1 if shortest_s >= SHORT_S else 2) for absence in own if absence in longest]
    if len(own) > most:
        told.append(text("video.absent_more", count=len(own) - most))
    return text("video.absent", spans=text("coach.between").join(told))


def _span_words(absence: Absence, digits: int) -> str:
    """ "from 5.7 to 6.0 s", or "at 5.73 s" for one frame."""
    if absence.frames == 1:
        return text("video.absent_at", at=f"{absence.from_s:.{digits}f}")
    return text("video.absent_from_to", start=f"{absence.from_s:.{digits}f}", end=f"{absence.to_s:.{digits}f}")
