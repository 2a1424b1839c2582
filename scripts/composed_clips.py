"""Clips with several people whose movements are known, made of the actors of scripts/composed_actors.py.

Used by the tests of identities, scripts/measure_identities.py and scripts/measure_stability.py. What the tracker knows
about likeness was learned on `LEARNED_FROM` (scripts/train_likeness.py); all the others it has never seen.
"""

from __future__ import annotations

import functools
from collections.abc import Callable

from scripts.composed_actors import FRAME_RATE, Part, Scene, Tree, balancing_woman, scene, squatting_man

__all__ = ["FRAME_RATE", "LEARNED_FROM", "SCENES", "Scene"]


def side_by_side() -> Scene:
    """The man squats at the left, the same man dressed otherwise half a squat later at the right."""
    man = squatting_man()
    return scene(
        [
            Part(man, lambda frame: 190.0, lambda frame: frame),
            Part(man.dressed_otherwise(), lambda frame: 530.0, lambda frame: frame + 18),
        ],
        72,
    )


def crossing(*, alike: bool = False) -> Scene:
    """Two go past each other, the one from the left in front; `alike` they are the same man in the same clothes."""
    front = squatting_man()
    back = front if alike else balancing_woman()
    return scene(
        [
            Part(back, lambda frame: 620.0 - 6.5 * frame, lambda frame: 30),
            Part(front, lambda frame: 100.0 + 6.5 * frame, lambda frame: 0),
        ],
        80,
    )


def leaving() -> Scene:
    """The woman goes out at the right and comes back after two and a half seconds; the man squats."""

    def goes(frame: int) -> float | None:
        if frame < 40:
            return 500.0 + 9 * frame
        return None if frame < 90 else max(500.0, 860.0 - 9 * (frame - 90))

    return scene([Part(squatting_man(), lambda frame: 200.0, lambda frame: frame), Part(balancing_woman(), goes)], 150)


def behind_a_tree() -> Scene:
    """The man goes behind a tree, is hidden there for two seconds and goes on; the woman stands at the right."""

    def goes(frame: int) -> float:
        return 100.0 + 6 * (frame if frame < 33 else max(33, frame - 22))

    return scene([Part(squatting_man(), goes), Tree(235, 365), Part(balancing_woman(), lambda frame: 590.0)], 90)


def overtaking() -> Scene:
    """Somebody is overtaken on the near side by somebody who looks exactly the same."""
    man = squatting_man()
    return scene(
        [Part(man, lambda frame: 230.0 + 2.5 * frame), Part(man, lambda frame: 60.0 + 8.5 * frame)],
        75,
    )


def head_over_heels() -> Scene:
    """The man stands, turns over in the air within a second and stands again; the woman stands at the right."""

    def flown(frame: int) -> float:
        return min(1.0, max(0.0, (frame - 20) / 20))

    somersault = Part(
        squatting_man(),
        lambda frame: 140.0 + 260 * flown(frame),
        scale=0.7,
        lift_px=lambda frame: 480 * flown(frame) * (1 - flown(frame)),
        turned_deg=lambda frame: 360 * flown(frame),
    )
    return scene([somersault, Part(balancing_woman(), lambda frame: 610.0, scale=0.7)], 70)


def rolled() -> Scene:
    """One lies, one stands, one is upside down, all a little on the move."""
    man = squatting_man()
    return scene(
        [
            Part(
                man, lambda frame: 160.0 + frame, lambda frame: frame // 8, 0.75, lambda frame: 0.0, lambda frame: 90.0
            ),
            Part(balancing_woman(), lambda frame: 400.0 - frame / 2, scale=0.75),
            Part(
                man.dressed_otherwise(),
                lambda frame: 590.0 - frame,
                lambda frame: frame // 8,
                0.75,
                lambda frame: 20.0,
                lambda frame: 180.0,
            ),
        ],
        60,
    )


def near_and_far() -> Scene:
    """A large woman goes slowly to the right in front; a small man far away goes fast to the left behind her."""
    small = squatting_man().dressed_otherwise()
    return scene(
        [
            Part(small, lambda frame: 650.0 - 7.5 * frame, scale=0.6, lift_px=lambda frame: 90.0),
            Part(balancing_woman(), lambda frame: 260.0 + 1.5 * frame, scale=1.25),
        ],
        78,
    )


LEARNED_FROM: dict[str, Callable[[], Scene]] = {
    "side by side": side_by_side,
    "crossing": crossing,
    "crossing, alike": functools.partial(crossing, alike=True),
    "leaving and coming back": leaving,
}
SCENES: dict[str, Callable[[], Scene]] = {
    **LEARNED_FROM,
    "behind a tree": behind_a_tree,
    "overtaking, alike": overtaking,
    "head over heels": head_over_heels,
    "lying, upright, upside down": rolled,
    "near and far": near_and_far,
}
