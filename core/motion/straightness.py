"""Knees and elbows beyond straight: on which side of straight a joint is, from the body's own directions.

Between two bones there is a bend of 0 to 180 degrees, the same to whichever side. Clinically, extension beyond straight
is negative flexion (Norkin and White, Measurement of Joint Motion, 5th ed. 2016, ch. 5 and 9; for the knee also Grood
and Suntay, J Biomech Eng 1983, 105:136; for the elbow Wu et al., J Biomech 2005, 38:981). The side is told by where the
far bone points off from the line of the near one:

- knee: with the toes is beyond straight, since heel to toes points forward with the leg, however it is turned out. Seen
  from the front the foot is too short in the picture to tell; then nothing is beyond straight.
- elbow: behind the arm is beyond straight. The arm's front is the body's front, carried along as the arm is raised by
  the shortest way. The nearer the arm comes to pointing straight up, the less that says: above 120 degrees it begins to
  count less, from 150 on nothing is beyond straight. In the picture's plane nothing is, as it does not tell front from
  back.

Landmarks tremble, so the side has to be clear. A bend counts as beyond straight in full if it is within 41 degrees of
that direction, and not at all if it is more than 75 degrees off. Bends of up to 2 degrees beyond straight read 0, and
in full from 4 on (dead zone). Beyond 15 degrees, the most that healthy joints have, it counts as less and less likely,
and from 30 on as flexion. Between all these limits the reading changes continuously: a curve never flips.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

# Cosines of the angle to the direction beyond straight: not at all, in full.
TOWARDS = (0.25, 0.75)
DEAD_ZONE_DEG = (2.0, 4.0)
UNLIKELY_DEG = (15.0, 30.0)
ARM_RAISED_DEG = (120.0, 150.0)
# The foot's length to the shank's: too short to tell, long enough. Seen from the side it is about 0.55.
FOOT_TO_SHANK = (0.3, 0.45)


def signed_bend_deg(
    bend_deg: NDArray[np.float64],
    near: NDArray[np.float64],
    far: NDArray[np.float64],
    beyond: NDArray[np.float64],
) -> NDArray[np.float64]:
    """The bend with its sign: positive in flexion, negative beyond straight.

    Args:
        bend_deg: (...), 0 to 180, 0 is straight.
        near: (..., D), the near bone, towards the joint.
        far: (..., D), the far bone, away from the joint.
        beyond: (..., D), where the far bone points off when the joint is beyond straight; at most as long as 1, less if
            that is uncertain. With NaN every bend counts as flexion.

    Returns:
        (...); NaN where the bend is.
    """
    axis = _unit(near)
    off = far - _along(far, axis)[..., None] * axis
    towards = np.nan_to_num(_along(_unit(off), beyond))
    share = _ramp(towards, TOWARDS) * (1 - _ramp(bend_deg, UNLIKELY_DEG))
    return bend_deg - share * bend_deg * (1 + _ramp(bend_deg, DEAD_ZONE_DEG))


def along_toes(foot: NDArray[np.float64], shank: NDArray[np.float64]) -> NDArray[np.float64]:
    """Where a knee's shank points beyond straight.

    Args:
        foot: (..., D), heel to toes.
        shank: (..., D), knee to ankle.

    Returns:
        (..., D), as `beyond` of `signed_bend_deg`.
    """
    with np.errstate(invalid="ignore", divide="ignore"):
        share = np.linalg.norm(foot, axis=-1) / np.linalg.norm(shank, axis=-1)
    return _ramp(share, FOOT_TO_SHANK)[..., None] * _unit(foot)


def behind_arm(
    arm: NDArray[np.float64], down: NDArray[np.float64], forward: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Where an elbow's forearm points beyond straight, in three dimensions.

    Args:
        arm: (..., 3), shoulder to elbow.
        down, forward: (..., 3), unit vectors of the trunk, at right angles.

    Returns:
        (..., 3), as `beyond` of `signed_bend_deg`.
    """
    axis = _unit(arm)
    cosine = _along(axis, down)
    # Rodrigues' rotation from `down` to `axis` by the shortest way, of a vector at right angles to `down`.
    carried = forward - (_along(axis, forward) / np.maximum(1 + cosine, 1e-6))[..., None] * (down + axis)
    raised_deg = np.degrees(np.arccos(np.clip(cosine, -1, 1)))
    return -(1 - _ramp(raised_deg, ARM_RAISED_DEG))[..., None] * carried


def _ramp(values: NDArray[np.float64], limits: tuple[float, float]) -> NDArray[np.float64]:
    """0 up to the first limit, 1 from the second on, straight between."""
    low, high = limits
    return np.clip((values - low) / (high - low), 0, 1)


def _along(u: NDArray[np.float64], v: NDArray[np.float64]) -> NDArray[np.float64]:
    product: NDArray[np.float64] = (u * v).sum(axis=-1)
    return product


def _unit(vector: NDArray[np.float64]) -> NDArray[np.float64]:
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(vector / np.linalg.norm(vector, axis=-1, keepdims=True), np.float64)
