"""Finds that the detector itself does not believe in: furniture and shadows taken for somebody.

One rule for everything that draws people: a landmark below the least visibility is drawn hollow or left out, and so is
its bone; somebody of whom nearly every landmark is below it is not drawn unless they are asked for by themselves. Their
numbers stay in every table and file. Of 58 people found by the `full` model in everyday photos of people, often half
hidden or half outside the picture, nobody had fewer than 11 of 33 visible landmarks. It is no test of whether somebody
is there: what MediaPipe takes for a person where nobody is it mostly believes to see as well.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from core.recording import Recording

# Somebody of whom at most so many landmarks are visible is an unsure find.
MOST_SEEN = 5
# A user who wants only very clear landmarks filled does not mean that nobody is there.
USUAL_VISIBILITY = 0.5


def unsure_people(recording: Recording, min_visibility: float = USUAL_VISIBILITY) -> tuple[int, ...]:
    """Who is an unsure find: in the middle one of their frames at most 5 of 33 landmarks are visible.

    Over the whole recording, so that nobody comes and goes from frame to frame; of a part of it only that part counts.

    Args:
        recording: T frames, P people.
        min_visibility: a landmark below it is not visible; more than 0.5 counts as 0.5. A visibility that is not known
            counts as visible. With 0 nobody is unsure.

    Returns:
        Their indices, ascending. Whoever is in no frame is not among them.
    """
    found: NDArray[np.bool_] = np.asarray(np.isfinite(recording.image[..., :2]).any(axis=(-2, -1)))  # (T, P)
    seen = (~(recording.visibility < min(min_visibility, USUAL_VISIBILITY))).sum(axis=-1)
    return tuple(
        person
        for person in range(recording.people)
        if found[:, person].any() and np.median(seen[found[:, person], person]) <= MOST_SEEN
    )


def drawn_people(recording: Recording, people: Sequence[int] | None, min_visibility: float) -> tuple[int, ...]:
    """Whom to draw: everyone but unsure finds, or whoever is asked for.

    Args:
        recording: whose people they are, whole.
        people: indices; None, or all of several people, for everyone.
        min_visibility: as in `unsure_people`.
    """
    if people is not None and (len(people) < recording.people or not recording.people):
        return tuple(people)
    unsure = unsure_people(recording, min_visibility)
    return tuple(person for person in range(recording.people) if person not in unsure)
