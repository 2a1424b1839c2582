"""Which angles a live camera shows in large figures, and the band that each is to stay in, as words in the link.

"left_knee,right_knee" and "left_knee:80:100,right_knee:80:100".
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from core.motion.angles import JOINTS

# More would no longer be large.
MOST_JOINTS = 6
# What a band may lie between; the whole of it is no band.
BAND_DEG = {"angle_deg": (0, 180), "flexion_deg": (-40, 180)}
LOWEST_DEG, HIGHEST_DEG = -40, 180


def joints_of(words: str) -> tuple[str, ...]:
    """The joints that are named, in order, each once.

    Raises:
        ValueError: there is no such joint, or there are too many.
    """
    joints = tuple(dict.fromkeys(word for word in words.split(",") if word))
    if not set(joints) <= set(JOINTS) or len(joints) > MOST_JOINTS:
        raise ValueError("no such joints")
    return joints


def joint_words(joints: Sequence[str]) -> str:
    """The words for `joints_of`."""
    return ",".join(joints)


def targets_of(words: str) -> dict[str, tuple[int, int]]:
    """The band of each joint that has one, from and to in degrees.

    Raises:
        ValueError: there is no such joint or band.
    """
    targets = {}
    for word in words.split(","):
        if not word:
            continue
        joint, low, high = word.split(":")
        targets[joint] = int(low), int(high)
        if joint not in JOINTS or not LOWEST_DEG <= int(low) <= int(high) <= HIGHEST_DEG:
            raise ValueError("no such band")
    return targets


def target_words(targets: Mapping[str, tuple[int, int]]) -> str:
    """The words for `targets_of`."""
    return ",".join(f"{joint}:{low}:{high}" for joint, (low, high) in targets.items())
