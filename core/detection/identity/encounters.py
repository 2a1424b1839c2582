"""Two people who come close: afterwards it is open who is who, so their tracklets are cut where they were closest."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from core.detection.agreement import SAME_PERSON, oks
from core.detection.identity.follower import Follower
from core.detection.identity.identities import join_odds
from core.detection.identity.tracklet import Tracklet

# Of two bodies at least so similar (OKS) it cannot be known who is who afterwards; no more than this, they are apart.
TOO_CLOSE, APART = 0.2, 0.05


@dataclass(eq=False)
class Followed:
    """Somebody who is being followed."""

    follower: Follower
    tracklet: Tracklet


@dataclass(eq=False)
class _Encounter:
    """Two people who are close: where in each one's tracklet they were closest."""

    similarity: float
    frame: int


class Owner(Protocol):
    """Who follows them."""

    def cut(self, followed: Followed, frame: int) -> None:
        """End a tracklet before a frame; what comes from there on is another one."""

    def lose(self, lost: Followed, frame: int) -> None:
        """Follow somebody no longer."""

    def forget(self, tracklet: Tracklet) -> None:
        """As if it had never been."""


class Encounters:
    """Ends what has gone over to somebody else, and cuts where two were so close that it may have."""

    def __init__(self, owner: Owner) -> None:
        self._owner = owner
        self._met: dict[tuple[Followed, Followed], _Encounter] = {}

    def compare(self, followed: list[Followed], frame: int) -> None:
        """After everybody has been followed into a frame."""
        gone: set[Followed] = set()
        for one, other in itertools.combinations(followed, 2):
            if one not in gone and other not in gone:
                gone |= self._compare(one, other, frame)

    def forget(self, lost: Followed) -> None:
        """Somebody is followed no longer."""
        self._met = {pair: met for pair, met in self._met.items() if lost not in pair}

    def _compare(self, one: Followed, other: Followed, frame: int) -> set[Followed]:
        """Who is followed no longer, if anybody."""
        similarity = float(oks(one.tracklet.looks[-1].image, other.tracklet.looks[-1].image))
        met = self._met.get((one, other))
        if similarity >= SAME_PERSON:
            return {self._merge(one, other, frame)}
        if similarity >= TOO_CLOSE and (met is None or similarity > met.similarity):
            self._met[one, other] = _Encounter(similarity, frame)
        elif similarity < APART and met is not None:
            del self._met[one, other]
            for each in (one, other):
                self._owner.cut(each, met.frame)
        return set()

    def _merge(self, one: Followed, other: Followed, frame: int) -> Followed:
        """Both follow the same body now: whose it is goes on with it, the other is lost where they came too close."""
        since = _too_close_since(one.tracklet, other.tracklet, frame)
        if min(one.tracklet.frames[0], other.tracklet.frames[0]) >= since:
            self._owner.lose(other, frame)
            self._owner.forget(other.tracklet)
            return other
        befores = [each.tracklet.until(since) for each in (one, other)]
        for each in (one, other):
            self._owner.cut(each, since)
            each.tracklet.shared = True
        odds = [
            join_odds(before, each.tracklet) if len(before) else -np.inf
            for before, each in zip(befores, (one, other), strict=True)
        ]
        goes = other if odds[0] >= odds[1] else one
        self._owner.lose(goes, frame)
        self._owner.forget(goes.tracklet)
        return goes


def _too_close_since(one: Tracklet, other: Tracklet, frame: int) -> int:
    """Since which frame two have been too close, without a break until now."""
    since = frame
    for mine in reversed(one.frames):
        if not other.is_at(mine, one.at(mine), TOO_CLOSE):
            break
        since = mine
    return since
