"""What a movement comes to: for each joint its extremes, for each person and landmark how well they were seen."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.motion.angles import joint_angle_arrays
from core.motion.arrays import AngleArrays, kind_of, side_of
from core.motion.kinematics import Kinematics
from core.motion.readings import peak_directions, shown_deg
from core.motion.trust import LEAST_TRUST
from core.recording import Recording
from core.rounding import plain_zero
from core.skeleton import LANDMARKS

# The median absolute deviation of a normal distribution, times this, is its standard deviation.
_NORMAL = 1.4826


def joint_summary(
    recording: Recording, space: str | None = None, reading: str = "angle_deg", min_trust: float = LEAST_TRUST
) -> pd.DataFrame:
    """`angle_summary` of all joint angles of a recording.

    Args:
        recording: T frames, P people.
        space: "refined", "world" or "image"; the recording's best if None.
        reading: "angle_deg" or "flexion_deg"; angles in the body's planes and against the vertical are always
            `flexion_deg`, as everywhere (`core.motion.readings`).
        min_trust: frames in which an angle is trusted less are left out.

    Raises:
        SpaceNotAvailable: the recording does not hold these coordinates.
    """
    return angle_summary(joint_angle_arrays(recording, space), reading, min_trust)


def angle_summary(angles: AngleArrays, reading: str, min_trust: float = LEAST_TRUST) -> pd.DataFrame:
    """The extremes and the mean of each angle over the frames in which it is to be trusted.

    Args:
        angles: of joints or segments.
        reading: the chosen one of theirs; of each angle that which is shown then counts (`core.motion.readings`).
        min_trust: frames in which an angle is trusted less are left out, of this angle alone. 0 leaves out none.

    Returns:
        A row for each person and joint (or segment), in that order, with the columns `person, joint, minimum_deg,
        maximum_deg, range_deg, mean_deg, peak_deg, peak_time_s, left_minus_right_deg, trust, frames_used,
        frames_left_out`. The peak is the deepest flexion, whichever the reading: of a knee the largest `flexion_deg`
        and the smallest `angle_deg`; of segments the furthest forwards or upwards; of lines from side to side, which
        may be higher on either, the furthest from level. `peak_deg` is the angle there, `peak_time_s` when it is first
        reached. `left_minus_right_deg` is the mean difference over the
        frames where both sides are used, the same in both rows; NaN for what has no sides. `mean_deg` is the mean over
        the frames used, each counting the same; NaN, as all of these, where there is none. `trust` is the mean over
        all frames where the angle is known; of these `frames_used` count here, `frames_left_out` were trusted too
        little.
    """
    shown = shown_deg(angles, reading)
    known = np.isfinite(shown)
    trust = np.where(known, angles.trust.astype(np.float64), np.nan)
    used = known & (trust >= min_trust)
    angle = np.where(used, shown, np.nan)
    minimum, maximum = _over_frames(np.fmin, angle), _over_frames(np.fmax, angle)
    direction = peak_directions(angles.names, reading)
    flexed = np.where(direction == 0, np.abs(angle), direction * angle)
    peak = flexed == _over_frames(np.fmax, flexed)
    person, name = (index.ravel() for index in np.indices(angle.shape[1:]))
    return pd.DataFrame(
        {
            "person": person,
            angles.column: np.array(angles.names, dtype=object)[name],
            "minimum_deg": plain_zero(minimum).ravel(),
            "maximum_deg": plain_zero(maximum).ravel(),
            "range_deg": plain_zero(maximum - minimum).ravel(),
            "mean_deg": plain_zero(_mean(angle)).ravel(),
            "peak_deg": plain_zero(_first(peak, angle)).ravel(),
            "peak_time_s": _first(peak, np.broadcast_to(angles.time[:, None, None], angle.shape)).ravel(),
            "left_minus_right_deg": plain_zero(_left_minus_right(angle, angles.names)).ravel(),
            "trust": _mean(trust).ravel(),
            "frames_used": used.sum(axis=0).ravel(),
            "frames_left_out": (known & ~used).sum(axis=0).ravel(),
        }
    )


def movement_summary(kinematics: Kinematics) -> pd.DataFrame:
    """`angle_summary` of filtered angles, with one more column, `peak_velocity_deg_s`.

    It is the largest angular velocity, whichever its direction; NaN where none is known.
    """
    table = angle_summary(kinematics.filtered_angles, kinematics.reading)
    return table.assign(peak_velocity_deg_s=_over_frames(np.fmax, np.abs(kinematics.curves.velocity)).ravel())


def finding_summary(recording: Recording) -> pd.DataFrame:
    """How much of the time each person was found.

    Returns:
        A row for each person with the columns `person, found_share, first_s, last_s, longest_gap_s`. `found_share` is
        the share of frames, 0 to 1. `longest_gap_s` is the longest time between two frames with the person that
        neighbour each other in the recording only by frames without; 0 if there is none.
    """
    rows = []
    for person in range(recording.people):
        found = np.flatnonzero(np.isfinite(recording.image[:, person, 0, 0]))
        time_s = recording.time[found]
        gaps = np.diff(time_s)[np.diff(found) > 1]
        rows.append(
            {
                "person": person,
                "found_share": len(found) / recording.frames if recording.frames else np.nan,
                "first_s": time_s[0] if len(found) else np.nan,
                "last_s": time_s[-1] if len(found) else np.nan,
                "longest_gap_s": gaps.max(initial=0.0),
            }
        )
    return pd.DataFrame(rows, columns=["person", "found_share", "first_s", "last_s", "longest_gap_s"])


def landmark_quality(recording: Recording) -> pd.DataFrame:
    """How well each landmark was seen and how much it trembles.

    Returns:
        A row for each person and landmark, in that order, with the columns `person, landmark, visibility, jitter_px,
        jitter_m`. `visibility` is the mean over the frames where the person was found. Jitter estimates the noise of a
        position from one frame to the next: how far it lies from the straight line between the frames before and
        after, scaled to the standard deviation of independent noise in each frame. It is robust (a median), so that
        quick movements count little. In the picture it is taken over x and y, in metres over x, y and z. NaN where
        fewer than three frames follow each other.
    """
    person, landmark = (index.ravel() for index in np.indices(recording.visibility.shape[1:]))
    metres = recording.world if recording.refined is None else recording.refined
    return pd.DataFrame(
        {
            "person": person,
            "landmark": np.array(LANDMARKS, dtype=object)[landmark],
            "visibility": _mean(recording.visibility.astype(np.float64)).ravel(),
            "jitter_px": _jitter(recording.image[..., :2], recording.time).ravel(),
            "jitter_m": _jitter(metres, recording.time).ravel(),
        }
    )


def _over_frames(choose: np.ufunc, values: NDArray[np.float64]) -> NDArray[np.float64]:
    """The smallest or largest over the first axis; NaN only where there is nothing else."""
    if not len(values):
        return np.full(values.shape[1:], np.nan)
    return np.asarray(choose.reduce(values, axis=0), np.float64)


def _mean(values: NDArray[np.float64]) -> NDArray[np.float64]:
    known = np.isfinite(values)
    count = known.sum(axis=0)
    total = np.where(known, values, 0.0).sum(axis=0)
    return np.where(count > 0, total / np.maximum(count, 1), np.nan)


def _first(there: NDArray[np.bool_], values: NDArray[np.float64]) -> NDArray[np.float64]:
    """The value in the first frame in which it is so; NaN where it never is."""
    if not len(there):
        return np.full(there.shape[1:], np.nan)
    first = np.take_along_axis(values, there.argmax(axis=0)[None], axis=0)[0]
    return np.where(there.any(axis=0), first, np.nan)


def _left_minus_right(angle: NDArray[np.float64], names: tuple[str, ...]) -> NDArray[np.float64]:
    differences = np.full(angle.shape[1:], np.nan)
    for index, name in enumerate(names):
        if side_of(name) == "left":
            other = names.index(f"right_{kind_of(name)}")
            mean = _mean(angle[..., index] - angle[..., other])
            differences[..., index] = differences[..., other] = mean
    return differences


def _jitter(points: NDArray[np.float32], time_s: NDArray[np.float64]) -> NDArray[np.float64]:
    """(P, 33) from (T, P, 33, D)."""
    if len(points) < 3:
        return np.full(points.shape[1:3], np.nan)
    before, here, after = points[:-2], points[1:-1], points[2:]
    span = time_s[2:] - time_s[:-2]
    share = ((time_s[1:-1] - time_s[:-2]) / np.where(span > 0, span, 1.0))[:, None, None, None]
    off = here - ((1 - share) * before + share * after)
    off = off / np.sqrt(1 + share**2 + (1 - share) ** 2)
    deviation = np.full(points.shape[1:], np.nan)
    known: NDArray[np.bool_] = np.asarray(np.isfinite(off).all(axis=-1))
    for person, landmark in np.argwhere(known.any(axis=0)):
        own = off[known[:, person, landmark], person, landmark]
        deviation[person, landmark] = _NORMAL * np.median(np.abs(own), axis=0)
    return np.asarray(np.sqrt((deviation**2).sum(axis=-1)), np.float64)
