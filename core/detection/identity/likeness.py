"""Are two stretches of a clip the same person? Clues, each with a deviation, and what was learned of their weight.

Each clue compares the end of the earlier stretch with the start of the later one and is the more against its being one
person the more it deviates; none can do more than its deviation says. What comes out are the log-odds (nats) of “the
same person” against “one has left and another has come”: 0 is undecided, 2.2 is nine to one. The weights are those of a
logistic regression (scripts/train_likeness.py, data in likeness.json).
"""

from __future__ import annotations

import functools
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.detection.identity.appearance import REGIONS, log_proportions, pixels_a_metre
from core.detection.identity.tracklet import TRUNK, Tracklet

CLUES = ("place", "velocity", "size", "colours", "bones", "midst", "landmarker")
WEIGHTS_PATH = Path(__file__).with_name("likeness.json")
# How far people are from where their speed before and after says, in metres, and how much their speed has changed, in
# metres a second: at once (mostly the landmarker's own error) and for each second of absence, so that two thirds of the
# movements in the CMU motion-capture database are within (0.05 m after 0.2 s, 0.29 after 1 s, 0.7 after 2 s; 0.3 m/s
# after 0.2 s). A speed tells less and less: after so many seconds two thirds of its way are over, and after three the
# speeds of one person there differ as much as those of two.
PLACE_M, PLACE_M_PER_S, VELOCITY_M_PER_S = 0.05, 0.3, 0.3
SPEED_LASTS_S = 1.0
# In this share of absences somebody falls or jumps down, for so long at most (a storey), and is anywhere on that way:
# that is seldom, but where people are lost it is not.
FALLS, LONGEST_FALL_S, GRAVITY = 0.2, 0.7, 9.81
# The logarithm of pixels a metre: its error from stretch to stretch, and walking towards the camera from ten metres.
SIZE, SIZE_PER_S = 0.08, 0.12
# Of colours in CIE Lab units, and of a bone's logarithm: two thirds of what one person differs by between two stretches
# of a clip.
COLOUR, BONE = 8.0, 0.1
# A Student distribution has the heavy tails of real movement: its degrees of freedom.
TAIL = 3.0
# Who is so far from the picture's edge has not come in or gone out over it, but out of or into a hiding place.
MIDST_M = 1.0
# Colours and bones near an end are the medians over so long, the scale over so long; place is where the end is.
DESCRIBED_S, SCALE_S = 2.0, 0.5


@dataclass(frozen=True, eq=False)
class End:
    """One end of a stretch.

    Attributes:
        time_s: when.
        place_px, velocity_px: (2,) where the trunk is, in pixels, and how it moves, in pixels a second.
        scale: pixels a metre.
        colours: (5, 3) CIE Lab as in `core.detection.identity.appearance`, NaN where a region was not seen.
        samples: (5,) how many frames each colour rests on.
        bones: (12,) logarithms of lengths.
        midst: 0 at the picture's edge to 1 well inside it.
        unsteady_px, unsteady_px_per_s: standard deviations of place and speed along an axis, as far as the landmarks
            jump about there.
    """

    time_s: float
    place_px: NDArray[np.float64]
    velocity_px: NDArray[np.float64]
    scale: float
    colours: NDArray[np.float64]
    samples: NDArray[np.int64]
    bones: NDArray[np.float64]
    midst: float = 0.0
    unsteady_px: float = 0.0
    unsteady_px_per_s: float = 0.0


def described(tracklets: Sequence[Tracklet], end: int) -> End:
    """How one person is at the start (`end` 0) or the end (-1) of their tracklets, which are in order."""
    order = list(tracklets) if end == 0 else list(tracklets)[::-1]
    nearest = order[0]
    at_s = nearest.time_s[end]
    near = [
        (tracklet.colours[place], tracklet.looks[place].world)
        for tracklet in order
        if abs(tracklet.time_s[end] - at_s) <= DESCRIBED_S
        for place, time_s in enumerate(tracklet.time_s)
        if abs(time_s - at_s) <= DESCRIBED_S
    ]
    nowhere = np.full((REGIONS, 3), np.nan)
    colours = np.stack([nowhere, *(colour for colour, _ in near if colour is not None)]).astype(np.float64)
    there = np.isfinite(colours[..., 0])
    medians = np.full(colours.shape[1:], np.nan)
    for region in np.flatnonzero(there.any(axis=0)):
        medians[region] = np.median(colours[there[:, region], region], axis=0)
    close = np.flatnonzero(np.abs(np.array(nearest.time_s) - at_s) <= SCALE_S)
    scales = [pixels_a_metre(nearest.looks[place].image, nearest.looks[place].world) for place in close]
    scale = float(np.median(scales))
    place = nearest.looks[end].image[TRUNK, :2].astype(np.float64).mean(axis=0)
    inside_px = min(place[0], nearest.picture_px[0] - place[0])
    unsteady_px, unsteady_px_per_s = nearest.unsteadiness(end)
    return End(
        time_s=at_s,
        place_px=place,
        velocity_px=nearest.velocity(end),
        scale=scale,
        colours=medians,
        samples=there.sum(axis=0),
        bones=np.median(log_proportions(np.stack([world for _, world in near])), axis=0),
        midst=float(np.clip(inside_px / scale / MIDST_M, 0, 1)),
        unsteady_px=unsteady_px,
        unsteady_px_per_s=unsteady_px_per_s,
    )


def clues(earlier: End, later: End, same_landmarker: bool = False) -> NDArray[np.float64]:
    """(7,) how much each of `CLUES` speaks for two ends' being one person, before it is weighted.

    Place is a log-density a square metre; of the others 0 is no deviation, and NaN is unknown.
    """
    absence_s = max(0.0, later.time_s - earlier.time_s)
    scale = np.sqrt(earlier.scale * later.scale)
    # By the mean of both speeds, of which neither lasts for ever.
    way = SPEED_LASTS_S * (1 - np.exp(-absence_s / (2 * SPEED_LASTS_S))) * (earlier.velocity_px + later.velocity_px)
    off_m = (later.place_px - earlier.place_px - way) / scale
    # To the side only: up and down people jump, fall, crouch and get up.
    changed = abs(float(later.velocity_px[0] - earlier.velocity_px[0])) / scale
    # What the landmarks do not show well speaks neither for nor against it.
    unsteady_m = np.hypot(earlier.unsteady_px, later.unsteady_px) / scale
    unsteady_m_per_s = np.hypot(earlier.unsteady_px_per_s, later.unsteady_px_per_s) / scale
    velocity_m_per_s = float(np.hypot(VELOCITY_M_PER_S, unsteady_m_per_s))
    place_m = float(np.hypot(PLACE_M + PLACE_M_PER_S * absence_s, unsteady_m))
    grown = abs(float(np.log(later.scale / earlier.scale)))
    return np.array(
        [
            _place(off_m, place_m, absence_s),
            -_deviation(changed / velocity_m_per_s) * np.exp(-absence_s / SPEED_LASTS_S),
            -_firmly(grown / (SIZE + SIZE_PER_S * absence_s)),
            -_colours_apart(earlier, later),
            -_deviation(float(np.sqrt(np.nanmean(((earlier.bones - later.bones) / BONE) ** 2)))),
            0.5 * (earlier.midst + later.midst),
            float(same_landmarker),
        ]
    )


def looks_only(of: NDArray[np.float64]) -> NDArray[np.float64]:
    """Those of the `clues` that are about how somebody looks; the others are unknown."""
    is_about_looks = np.array([clue in ("colours", "bones") for clue in CLUES])
    return np.where(is_about_looks, of, np.nan)


def log_odds(of: NDArray[np.float64]) -> float:
    """The log-odds that two ends are one person, by their `clues`; what is unknown says nothing."""
    weights, at_zero = _weights()
    return float(np.nansum(weights * of + np.where(np.isfinite(of), at_zero, 0.0)))


@functools.cache
def _weights() -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """(7,) by what each clue is multiplied, none below 0, and what it says by being known at all."""
    learned = json.loads(WEIGHTS_PATH.read_text("utf-8"))
    return tuple(np.array([learned[name][clue] for clue in CLUES]) for name in ("weight", "at_zero"))  # type: ignore[return-value]  # a pair


def _deviation(deviations: float | np.floating) -> float:
    """What so many standard deviations say, in nats, with a Student distribution's tails."""
    return float((TAIL + 1) / 2 * np.log1p(deviations**2 / TAIL))


def _firmly(deviations: float) -> float:
    """The same without tails: a square that goes on as a straight line beyond two."""
    return float(4 * (np.hypot(1.0, deviations / 2) - 1))


def _place(off_m: NDArray[np.float64], deviation: float, absence_s: float) -> float:
    """The logarithm of the density, a square metre, so far to the right and down from where somebody is expected."""
    usual = -np.log(2 * np.pi * deviation**2) - (TAIL + 2) / 2 * np.log1p((off_m @ off_m) / deviation**2 / TAIL)
    fall_m = 0.5 * GRAVITY * min(absence_s, LONGEST_FALL_S) ** 2
    over_m = np.array([off_m[0], off_m[1] - np.clip(off_m[1], 0, fall_m)])
    fallen = -np.log(2 * np.pi * deviation * (deviation + fall_m)) - _deviation(np.linalg.norm(over_m) / deviation)
    return float(np.logaddexp(usual + np.log(1 - FALLS), fallen + np.log(FALLS)))


def _colours_apart(one: End, other: End) -> float:
    """How much the colours deviate, a mean over the regions seen in both; NaN where there are none."""
    both = np.isfinite(one.colours[:, 0]) & np.isfinite(other.colours[:, 0])
    if not both.any():
        return float("nan")
    apart = np.linalg.norm(one.colours[both] - other.colours[both], axis=-1)
    # A region seen in a few frames only weighs less.
    weights = np.minimum(np.minimum(one.samples, other.samples)[both], 3)
    return float(np.average([_deviation(each / COLOUR) for each in apart], weights=weights))
