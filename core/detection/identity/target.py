"""The one person who is meant in a clip with `people` "one", as far as one stretch of it knows them.

Only they are followed. Others are looked at and passed over, but for two kinds: whoever comes so close that the two
could be confused is followed as long as they are close, and while the person who is meant is not found, whoever may be
them. Nobody is taken for them here for good: that is decided when the whole clip is known
(`core.detection.identity.identities`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.detection.agreement import SAME_PERSON, Look, oks
from core.detection.crops import Box
from core.detection.identity.encounters import Followed
from core.detection.identity.follower import EXPECTED_S
from core.detection.identity.identities import LEAST_FRAMES, alike_odds, join_odds
from core.detection.identity.newcomers import Search
from core.detection.identity.picture import Picture
from core.detection.identity.tracklet import TRUNK, Tracklet
from core.detection.people import body_size_px
from core.settings import Settings

# Who is closer than this to the person who is meant is followed too, until they are farther away than that, in body
# sizes from trunk to trunk; and how fast two who walk towards each other come closer, in body sizes a second.
NEAR, FAR, CLOSING_PER_S = 1.0, 1.5, 1.6
# The trunk of somebody is no nearer to the edges of their box than this share of it.
TRUNK_BETWEEN = 0.25
# While the person is missed they may be as far away as a sprinter can get.
REACH, REACH_PER_S = 0.5, 4.0
# After so long it does not matter any more where somebody was.
PLACE_MATTERS_S = 3.0
# By the log-odds that somebody is the person who is meant, in nats: who has less than this cannot be them; who has more
# than that is them, as far as one stretch can tell, and nobody else is looked for; so much more if it is by how they
# look alone.
UNLIKE, SURE, SURE_BY_LOOKS = -1.8, 3.0, 0.0
# Whoever has so little less than the most likely one is followed as well, but no more than so many.
AS_ALIKE, MOST_ALIKE = 0.4, 3
# Somebody who has been away for long is rather where they were: what each body size counts, and all of them at most.
AWAY, FAR_AWAY = 0.15, 1.0
# A point that is farther than this outside the box around the landmarks, in body sizes, is not on somebody. If it is on
# nobody, whoever is so near is meant.
BESIDE, NEAR_POINT = 0.05, 0.3
# Somebody is looked for who comes near, as often as they could have come since the last look: at least and at most.
GLANCE_LEAST_S, GLANCE_MOST_S = 0.4, 1.5
# So long somebody may be hidden behind the person.
HIDDEN_S = 2.0
# So often the person is looked for while nobody is followed as them, and while that may be somebody else.
MISSED_S, UNSURE_S = 0.3, 1.0


@dataclass(frozen=True, eq=False)
class Anchor:
    """Where the person who is meant is known for certain.

    Attributes:
        frame: its place among the wanted frames.
        tracklet: of that one frame.
    """

    frame: int
    tracklet: Tracklet

    @property
    def look(self) -> Look:
        """How they were seen there."""
        return self.tracklet.looks[0]


class Target:
    """Whom a tracker follows.

    Args:
        settings: whom to follow.
        anchor: who it is; None if the first who is found decides.
        last: how they were last seen before the stretch begins, if that is known.
        tell: called with the anchor as soon as the first who is found has decided it.

    Attributes:
        anchor: who it is, as soon as that is known.
        taken: in which frames somebody was followed as the person who is meant, and the keys of their tracklets.
    """

    def __init__(
        self,
        settings: Settings,
        anchor: Anchor | None = None,
        last: Tracklet | None = None,
        tell: Callable[[Anchor], None] | None = None,
    ) -> None:
        self._tell = tell
        self._settings = settings
        self.anchor = anchor
        self._last = last
        self._begins_known = last is not None  # somebody who has just been lost is not tried again at once
        self._taken: Followed | None = None  # who is followed as the person who is meant
        self._taken_odds = -np.inf
        self._rivals: list[Followed] = []  # who may be them as well
        self._chosen: list[tuple[Look, float]] = []
        self._known: Look | None = None
        # Of those who are not followed, in body sizes, when somebody was seen last; infinite if there was nobody.
        self._nearest, self._seen_s = 0.0, -np.inf
        self.taken: list[tuple[int, object]] = []

    @property
    def is_missed(self) -> bool:
        """Nobody is followed who is sure to be the person who is meant."""
        is_known = self.anchor is not None or self._last is not None
        return is_known and (self._taken is None or self._taken_odds < (SURE_BY_LOOKS if self._last is None else SURE))

    @property
    def glance_every_s(self) -> float:
        """How soon somebody could have come near the person who is meant."""
        if self._taken is None:
            return UNSURE_S
        return float(np.clip((self._nearest - NEAR) / CLOSING_PER_S, GLANCE_LEAST_S, GLANCE_MOST_S))

    def is_due(self, frame: int, since_s: float) -> bool:
        """Whether the person must be looked for: here they are known, or nobody is followed who may be them."""
        if (anchor := self._anchor_in(frame)) is not None:
            return self._taken is None or not self._taken.tracklet.is_at(frame, anchor.look.image, SAME_PERSON)
        if self._begins_known and self._last is not None and self._last.frames[0] <= frame <= self._last.frames[-1] + 1:
            return self._taken is None
        return self.is_missed and since_s >= (MISSED_S if self._taken is None else UNSURE_S)

    def known_here(self, frame: int) -> Look | None:
        """How the person looks in a frame in which, or just before which, they were followed already."""
        last = self._last
        if last is None or not self._begins_known or self._taken is not None:
            return None
        if not last.frames[0] <= frame <= last.frames[-1] + 1:
            return None
        look = last.looks[max(0, int(np.searchsorted(last.frames, frame, side="right")) - 1)]
        self._known, self._chosen = look, [(look, np.inf)]
        return look

    def is_new(self, look: Look) -> bool:
        """Whether somebody who is worth following was not followed just before."""
        return look is not self._known

    def expected(self, picture: Picture) -> tuple[list[NDArray[np.float32]], Search]:
        """Bodies (33, 3) to look for where they are, and how thoroughly everywhere else."""
        if self._anchor_in(picture.frame) is not None or self._is_lost_for_long(picture.time_s):
            seen = self._last.looks[-1].image if self._last is not None else None
            body = seen if self.anchor is None else self.anchor.look.image
            return ([], Search.WHOLE) if body is None else ([body], Search.THOROUGH)
        if self._last is None or not self.is_missed:
            return [], Search.GLANCE
        moving = self._last.looks[-1].image.copy()
        moving[:, :2] = self._last.predicted(picture.time_s, EXPECTED_S)
        return [moving], Search.NEAR

    def is_worth_a_look(self, picture: Picture) -> Callable[[Box], bool]:
        """Which places are looked at: while the person is followed those near them, otherwise where they may be."""
        before, self._nearest = self._nearest, 0.0  # until a glance has shown otherwise
        if self._anchor_in(picture.frame) is not None or self._is_lost_for_long(picture.time_s):
            return lambda _: True
        if not self.is_missed and self._taken is not None:
            body, reach = self._taken.tracklet.looks[-1].image, NEAR
        elif self._last is not None:
            away_s = max(0.0, picture.time_s - self._last.time_s[-1])
            body, reach = self._last.looks[-1].image, REACH + REACH_PER_S * away_s + NEAR
        else:
            return lambda _: True
        middle, size = body[TRUNK, :2].mean(axis=0), float(body_size_px(body))

        # Who was near and is not seen any more is hidden, most likely by the person who is meant.
        is_hidden = picture.time_s - self._seen_s <= HIDDEN_S
        self._nearest = before if is_hidden else np.inf

        def is_near(box: Box) -> bool:
            low, high = np.array(box[:2]), np.array(box[2:])
            border = TRUNK_BETWEEN * (high - low)
            x, y = np.clip(middle, low + border, high - border)
            away = float(np.hypot(x - middle[0], y - middle[1])) / size
            self._nearest = away if self._seen_s < picture.time_s else min(self._nearest, away)
            self._seen_s = picture.time_s
            return away <= reach

        return is_near

    def worth_following(self, found: list[Look], picture: Picture, chunk: int) -> list[Look]:
        """Who of those who have just been found is to be followed."""
        self._chosen = self._may_be_meant(found, picture, chunk) if found else []
        likely = [look for look, _ in self._chosen]
        body = likely[0].image if likely else None if self._taken is None else self._taken.tracklet.looks[-1].image
        if body is None:
            return []
        close = [look for look in found if _distance(look.image, body) <= NEAR]
        return [*likely, *(look for look in close if all(look is not each for each in likely))]

    def _may_be_meant(self, found: list[Look], picture: Picture, chunk: int) -> list[tuple[Look, float]]:
        """Who may be the person who is meant, the likeliest first, and the log-odds of each."""
        if (anchor := self._anchor_in(picture.frame)) is not None:
            body = anchor.look.image
            here = max(found, key=lambda look: float(oks(look.image, body)))
            return [(here, np.inf)] if float(oks(here.image, body)) >= SAME_PERSON else []
        if self.anchor is None and self._last is None:
            meant = found[chosen(np.stack([look.image for look in found]), self._settings, picture.size)]
            self.anchor = Anchor(picture.frame, one_look(picture, meant, chunk))
            tell, self._tell = self._tell, None  # it is told once, and holds whoever has asked for it
            if tell is not None:
                tell(self.anchor)
            return [(meant, np.inf)]
        if not self.is_missed:
            return []
        odds = [(self._odds(one_look(picture, look, chunk)), place) for place, look in enumerate(found)]
        best = max(self._taken_odds, max(odds)[0])
        likely = [(found[place], each) for each, place in sorted(odds, reverse=True) if each >= best - AS_ALIKE]
        return [(look, each) for look, each in likely if each >= UNLIKE][:MOST_ALIKE]

    def is_taken_up(self, look: Look, followed: Followed) -> None:
        """Somebody of those worth following is followed now."""
        for each, odds in self._chosen:
            if each is look and odds > self._taken_odds:
                self._rivals += [self._taken] if self._taken is not None else []
                self._taken, self._taken_odds = followed, odds
            elif each is look:
                self._rivals.append(followed)

    def is_lost(self, each: Followed) -> None:
        """Somebody is followed no longer."""
        if each is self._taken:
            if not self.is_missed and len(each.tracklet) >= LEAST_FRAMES:
                self._last = each.tracklet
            self._taken, self._taken_odds, self._begins_known = None, -np.inf, False
        self._rivals = [rival for rival in self._rivals if rival is not each]

    def too_far(self, followed: list[Followed], frame: int) -> list[Followed]:
        """Who has gone so far away from the person who is meant that nobody can confuse them."""
        if (anchor := self._anchor_in(frame)) is not None:  # here it is certain who is meant
            for each in followed:
                if each.tracklet.is_at(frame, anchor.look.image, SAME_PERSON):
                    self._taken, self._taken_odds, self._rivals = each, np.inf, []
        if self._taken is None:
            return []
        self.taken.append((frame, self._taken.tracklet.key))
        kept, body = [self._taken, *self._rivals], self._taken.tracklet.looks[-1].image
        return [each for each in followed if each not in kept and _distance(each.tracklet.looks[-1].image, body) > FAR]

    def _anchor_in(self, frame: int) -> Anchor | None:
        """The anchor, if it is in this frame."""
        return self.anchor if self.anchor is not None and self.anchor.frame == frame else None

    def _is_lost_for_long(self, time_s: float) -> bool:
        """The person who is meant is missed, and it does not matter any more where they were."""
        if not self.is_missed:
            return False
        return self._last is None or abs(time_s - self._last.time_s[-1]) > PLACE_MATTERS_S

    def _odds(self, candidate: Tracklet) -> float:
        """The log-odds that somebody is the person who is meant."""
        last = self._last
        if last is not None and abs(candidate.time_s[0] - last.time_s[-1]) <= PLACE_MATTERS_S:
            return join_odds(last, candidate)
        assert last is not None or self.anchor is not None
        known = last if last is not None else self.anchor.tracklet  # type: ignore[union-attr]
        away = AWAY * _distance(known.looks[-1].image, candidate.looks[0].image)
        return alike_odds(known, candidate) - min(FAR_AWAY, away)


def chosen(bodies: NDArray[np.float32], settings: Settings, size: tuple[int, int]) -> int:
    """Which of several people (P, 33, 3) the settings mean; the first of those who are about equally so.

    Args:
        bodies: in the clip's pixels, the largest first.
        settings: `follow` and `follow_point`.
        size: of the picture, width and height.
    """
    if settings.follow in ("largest", "first"):
        sizes = body_size_px(bodies)
        return int(np.flatnonzero(sizes > 0.9 * sizes.max())[0])
    point = settings.follow_point
    wanted = point[1:] if point is not None else (size[0] / 2, size[1] / 2)
    centre = (bodies[..., :2].min(axis=1) + bodies[..., :2].max(axis=1)) / 2
    distance = np.linalg.norm(centre - np.asarray(wanted), axis=-1)
    return int(np.flatnonzero(distance < distance.min() + 0.05 * body_size_px(bodies).max())[0])


def is_pointed_at(anchor: Anchor, point: tuple[float, float], beside: float = BESIDE) -> bool:
    """Whether a point (x, y in the clip's pixels) is on somebody, no more than so many body sizes beside them."""
    body = anchor.look.image
    border = beside * float(body_size_px(body))
    low, high = body[:, :2].min(axis=0) - border, body[:, :2].max(axis=0) + border
    return bool(((low <= point) & (point <= high)).all())


def one_look(picture: Picture, look: Look, chunk: int) -> Tracklet:
    """A tracklet of a single frame, to compare somebody with others."""
    tracklet = Tracklet(chunk)
    tracklet.add(picture, look)
    return tracklet


def _distance(one: NDArray[np.float32], other: NDArray[np.float32]) -> float:
    """From trunk to trunk, in sizes of the larger body."""
    apart = one[TRUNK, :2].mean(axis=0) - other[TRUNK, :2].mean(axis=0)
    return float(np.hypot(*apart)) / max(float(body_size_px(one)), float(body_size_px(other)))
