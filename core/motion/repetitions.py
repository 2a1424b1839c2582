"""Counting repetitions while they are made, and how fast they are: for a camera that is running.

A repetition goes from rest to effort and back. Two thresholds tell them apart, so that trembling around one of them is
no repetition. Which angle is watched for which movement is data.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

# A repetition that is quicker or slower than this is none: a jump of the detector, or a pause.
SHORTEST_S, LONGEST_S = 0.4, 30.0
# The tempo is that of so many of the last repetitions.
TEMPO_OF = 3
# Without the body for longer than this, what had begun does not count.
LONGEST_GAP_S = 1.0
# How sure an angle must be to count for the movement.
LEAST_TRUST = 0.15


@dataclass(frozen=True)
class Movement:
    """A movement whose repetitions can be counted.

    Attributes:
        joints: the joints watched, as in `core.motion.angles`.
        both: True: their mean counts, for movements of both sides at once; False: the larger one, for those that take
            turns.
        rest_deg: below this flexion the body is at rest.
        effort_deg: above this one the movement counts as made.
    """

    joints: tuple[str, ...]
    both: bool
    rest_deg: float
    effort_deg: float

    def flexion_deg(self, flexion_deg: Mapping[str, float], trust: Mapping[str, float]) -> float:
        """The angle to watch, in degrees of flexion; NaN where no joint is to be relied on.

        Args:
            flexion_deg: by joint; NaN where there is none.
            trust: by joint, 0 to 1.
        """
        values = [flexion_deg[joint] for joint in self.joints if trust.get(joint, 0.0) >= LEAST_TRUST]
        values = [value for value in values if np.isfinite(value)]
        if not values:
            return float("nan")
        return float(np.mean(values) if self.both else np.max(values))


def _both_sides(joint: str) -> tuple[str, str]:
    return f"left_{joint}", f"right_{joint}"


# Straight knees and elbows are read as bent by up to 20 degrees, so rest begins above that.
MOVEMENTS: dict[str, Movement] = {
    "squat": Movement(_both_sides("knee"), True, rest_deg=38, effort_deg=62),
    "lunge": Movement(_both_sides("knee"), False, rest_deg=40, effort_deg=68),
    "knee_raise": Movement(_both_sides("hip"), False, rest_deg=30, effort_deg=58),
    "arm_raise": Movement(_both_sides("shoulder"), True, rest_deg=40, effort_deg=75),
    "arm_curl": Movement(_both_sides("elbow"), False, rest_deg=45, effort_deg=90),
    "press_up": Movement(_both_sides("elbow"), True, rest_deg=35, effort_deg=65),
}


@dataclass(frozen=True)
class Repetition:
    """One repetition.

    Attributes:
        begin_s, peak_s, end_s: when rest was left, when flexion was largest, when rest was reached again.
        peak_deg: the largest flexion.
    """

    begin_s: float
    peak_s: float
    end_s: float
    peak_deg: float

    @property
    def seconds(self) -> float:
        """How long it took."""
        return self.end_s - self.begin_s


class RepetitionCounter:
    """Counts repetitions in a stream of angles.

    Args:
        movement: what is counted.

    Attributes:
        repetitions: those made so far, in order.
    """

    def __init__(self, movement: Movement) -> None:
        self.movement = movement
        self.repetitions: list[Repetition] = []
        self._seen_s = -np.inf
        self._rest_s: float | None = None  # when the body was last at rest; None until it has been
        self._peak: tuple[float, float] | None = None  # time and flexion of the largest one since then

    def see(self, time_s: float, flexion_deg: float) -> None:
        """The next angle.

        Args:
            time_s: rising; an earlier time begins anew.
            flexion_deg: of `Movement.flexion_deg`; NaN where there is none.
        """
        if not np.isfinite(flexion_deg):
            return
        if not 0 <= time_s - self._seen_s <= LONGEST_GAP_S:
            self._rest_s = self._peak = None
        self._seen_s = time_s
        if flexion_deg < self.movement.rest_deg:
            self._at_rest(time_s)
        elif self._rest_s is not None and (self._peak is None or flexion_deg > self._peak[1]):
            self._peak = time_s, flexion_deg

    @property
    def tempo_s(self) -> float:
        """How long one takes, in seconds: the mean of the last few; NaN before the first is complete."""
        last = self.repetitions[-TEMPO_OF:]
        return float(np.mean([each.seconds for each in last])) if last else float("nan")

    @property
    def effort(self) -> float:
        """How far the present repetition has come: 0 at rest, 1 once it counts."""
        if self._peak is None:
            return 0.0
        span = self.movement.effort_deg - self.movement.rest_deg
        return float(np.clip((self._peak[1] - self.movement.rest_deg) / span, 0, 1))

    def _at_rest(self, time_s: float) -> None:
        begin_s, peak = self._rest_s, self._peak
        self._rest_s, self._peak = time_s, None
        if begin_s is None or peak is None or peak[1] < self.movement.effort_deg:
            return
        if SHORTEST_S <= time_s - begin_s <= LONGEST_S:
            self.repetitions.append(Repetition(begin_s, peak[0], time_s, peak[1]))
