"""The people in a stretch of a clip: found every so often, each followed by a landmarker of their own in between.

What comes out are tracklets: as soon as there is a doubt who somebody is, because two people were too close or somebody
jumped, a tracklet ends and another begins. Who is who is decided later, when all of them are known
(`core.detection.identity.identities`). If one person is meant, only they are followed, and whoever could be taken for
them (`core.detection.identity.target`).
"""

from __future__ import annotations

import itertools
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType

import numpy as np
from numpy.typing import NDArray

from core.detection.agreement import SAME_PERSON, Look, oks
from core.detection.identity.encounters import APART, TOO_CLOSE, Encounters, Followed
from core.detection.identity.follower import EXPECTED_S, Follower
from core.detection.identity.newcomers import Newcomers, Search
from core.detection.identity.picture import Picture
from core.detection.identity.target import Target
from core.detection.identity.tracklet import Tracklet
from core.detection.looks import never
from core.settings import Settings

# How often somebody new is looked for, with large pictures more often, because not so many are kept; somebody who was
# lost, or whom the landmarker did not take, is looked for after so many frames.
LOOK_EVERY_S, LOOK_AT_MOST_EVERY_S, LOOK_AGAIN_FRAMES = 1.0, 0.4, 4
# The pictures of so many seconds, and no more bytes, are kept: in them whoever has just been found is followed back to
# where they came in.
KEPT_S, KEPT_BYTES = 1.5, 100_000_000
# For so long it is open whose body it is that two were following.
SHARED_S = 2.0


@dataclass(frozen=True, eq=False)
class Before:
    """What is known when a stretch begins.

    Attributes:
        expected: bodies (33, 3) to be looked for in the first frame, in the clip's pixels.
        followed: tracklets of others who have been followed in the same frames; nobody is followed twice.
    """

    expected: tuple[NDArray[np.float32], ...] = ()
    followed: tuple[Tracklet, ...] = ()


class Tracker:
    """Follows people through consecutive frames. A context manager.

    Args:
        settings: model, confidences, `max_people`, `search`.
        newcomers: who finds people in single pictures.
        chunk: its number, for the tracklets.
        target: whom to follow; None for everyone.
        before: what is known already.
        stopped: asked where something takes long; True leaves it, and no more frames will come.

    Attributes:
        left_out: how many more than `max_people` were seen at once, at most.
    """

    def __init__(
        self,
        settings: Settings,
        newcomers: Newcomers,
        chunk: int,
        target: Target | None = None,
        before: Before | None = None,
        stopped: Callable[[], bool] = never,
    ) -> None:
        self._stopped = stopped
        self._before = before or Before()
        self._settings = settings
        self._chunk = chunk
        self._target = target
        self._newcomers = newcomers
        self._followed: list[Followed] = []
        self._encounters = Encounters(self)
        self._kept: deque[Picture] = deque()
        self._is_first = True
        self._looked_s = -np.inf
        self._look_at_frame = np.inf
        self._failed = 0  # times in a row that somebody could not be found or taken up
        self._tracklets: list[Tracklet] = []
        # One thread follows while another asks how far it is. Looking for people in a crowd takes seconds, and whoever
        # asks meanwhile gets what was known before: nobody could cancel otherwise.
        self._lock = threading.Lock()
        self._before_look: list[Tracklet] | None = None
        self.left_out = 0

    def __enter__(self) -> Tracker:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for each in self._followed:
            each.follower.close()
        self._kept.clear()  # what has been followed is asked for much longer

    def see(self, picture: Picture) -> None:
        """The next frame.

        Raises:
            DetectionFailed: MediaPipe refused the frame.
        """
        with self._lock:
            self._follow(picture)
            if looks := self._is_time_to_look(picture):
                self._before_look = [each.until(np.inf) for each in self._tracklets]
        if looks:
            try:
                self._look(picture)
            finally:
                with self._lock:
                    self._before_look = None
            self._looked_s = picture.time_s
        self._keep(picture)

    @property
    def follows_somebody(self) -> bool:
        """Whether anybody is followed at the moment."""
        return bool(self._followed)

    def looks(self) -> list[Look]:
        """Everyone who is followed, as they were last seen."""
        return [each.tracklet.looks[-1] for each in self._followed]

    def tracklets(self, frames: float = np.inf) -> list[Tracklet]:
        """What has been followed so far, in the first so many wanted frames."""
        with self._lock:
            tracklets = self._tracklets if self._before_look is None else self._before_look
            return [each.until(frames) for each in tracklets if len(each) and each.frames[0] < frames]

    def cut(self, followed: Followed, frame: int) -> None:
        """End a tracklet before a frame; what comes from there on is another one."""
        place = int(np.searchsorted(followed.tracklet.frames, frame))
        if 0 < place < len(followed.tracklet):
            followed.tracklet = followed.tracklet.cut(place)
            self._tracklets.append(followed.tracklet)

    def lose(self, lost: Followed, frame: int) -> None:
        """Follow somebody no longer; look who is there soon."""
        self._drop(lost)
        self._look_at_frame = min(self._look_at_frame, frame + LOOK_AGAIN_FRAMES)

    def forget(self, tracklet: Tracklet) -> None:
        """As if it had never been."""
        self._tracklets.remove(tracklet)

    def _drop(self, each: Followed) -> None:
        each.follower.close()
        self._followed.remove(each)
        self._encounters.forget(each)
        if self._target is not None:
            self._target.is_lost(each)

    def _follow(self, picture: Picture) -> None:
        for each in list(self._followed):
            look = each.follower.see(picture, each.tracklet.predicted(picture.time_s, EXPECTED_S))
            if look is None or self._is_known(picture.frame, look):
                self.lose(each, picture.frame)
                continue
            each.tracklet.add(picture, look)
            if each.tracklet.shared and picture.time_s - each.tracklet.time_s[0] > SHARED_S:
                self.cut(each, picture.frame)
        self._encounters.compare(list(self._followed), picture.frame)
        if self._target is not None:
            for each in self._target.too_far(self._followed, picture.frame):
                self._drop(each)

    def _is_known(self, frame: int, look: Look) -> bool:
        """Whether somebody has been followed here already, by another tracker."""
        return any(each.is_at(frame, look.image, SAME_PERSON) for each in self._before.followed)

    def _keep(self, picture: Picture) -> None:
        """For following backwards whoever is found later, also if they were there at the last search but hidden."""
        self._kept.append(picture.kept())
        while self._keeps_too_much(len(self._kept)) or picture.time_s - self._kept[0].time_s > KEPT_S:
            self._kept.popleft()

    def _keeps_too_much(self, pictures: int) -> bool:
        return bool(self._kept) and pictures * self._kept[-1].kept_bytes > KEPT_BYTES

    def _is_time_to_look(self, picture: Picture) -> bool:
        since_s = picture.time_s - self._looked_s
        every_s = LOOK_EVERY_S if self._target is None else self._target.glance_every_s
        is_missed = picture.frame >= self._look_at_frame
        is_due = self._target is not None and self._target.is_due(picture.frame, since_s)
        if (
            self._target is None
            and self._keeps_too_much(len(self._kept) + 1)
            and self._kept[0].time_s >= self._looked_s
        ):
            every_s = LOOK_AT_MOST_EVERY_S
        return since_s >= every_s or is_missed or is_due

    def _look(self, picture: Picture) -> None:
        """Take up whoever is there, is to be followed and is not followed yet."""
        free = self._settings.max_people - len(self._followed)
        if self._target is None:
            expected, search = (self._before.expected, Search.THOROUGH) if self._is_first else ((), Search.GLANCE)
            people, left_out = self._newcomers.look(picture, self.looks(), free, expected, search)
            self.left_out = max(self.left_out, left_out)
        elif (known := self._target.known_here(picture.frame)) is not None:
            people = [known]
        else:
            bodies, search = self._target.expected(picture)
            worth_it = self._target.is_worth_a_look(picture)
            found, _ = self._newcomers.look(picture, self.looks(), self._settings.max_people, bodies, search, worth_it)
            found = [look for look in found if not self._is_known(picture.frame, look)]
            people = self._target.worth_following(found, picture, self._chunk)
        self._is_first = False
        taken_up = [self._take_up(picture, person) for person in people if not self._stopped()]
        self._look_at_frame = np.inf
        if all(taken_up):
            self._failed = 0
        else:
            # Later each time: everybody else waits while somebody whom no landmarker takes is tried.
            self._look_at_frame = picture.frame + LOOK_AGAIN_FRAMES * 2**self._failed
            self._failed += 1

    def _take_up(self, picture: Picture, person: Look) -> bool:
        """Follow somebody from here on, and from here back to where they came in since the last look.

        Returns:
            Whether their landmarker has taken them, and not somebody who is followed already.
        """
        body = person.image
        is_new = self._target is None or self._target.is_new(person)
        follower = Follower(self._settings, picture, body)
        look = follower.see(picture, body)
        is_there = look is not None and all(oks(look.image, other.image) < SAME_PERSON for other in self.looks())
        if look is None or not is_there or self._is_known(picture.frame, look):
            follower.close()
            return False
        tracklet = Tracklet(self._chunk)
        earlier = self._followed_back(follower, look.image) if is_new else []
        if earlier:
            follower.take_up(picture, look.image)
        for before, seen in [*reversed(earlier), (picture, look)]:
            tracklet.add(before, seen)
        tracklet.shared = any(_goes_on(each, tracklet) for each in self._tracklets)
        self._tracklets.append(tracklet)
        self._followed.append(Followed(follower, tracklet))
        if self._target is not None:
            self._target.is_taken_up(person, self._followed[-1])
        return True

    def _followed_back(self, follower: Follower, body: NDArray[np.float32]) -> list[tuple[Picture, Look]]:
        """Where a person came from, the latest first."""
        seen: list[tuple[Picture, Look]] = []
        for picture in itertools.takewhile(lambda _: not self._stopped(), reversed(self._kept)):
            look = follower.see(picture, body)
            if look is None or self._is_known(picture.frame, look):
                break
            taken = [each for each in self._tracklets if each.is_at(picture.frame, look.image, APART)]
            if taken:
                # Whoever was followed until here may be this person: what comes after is another tracklet.
                for each in self._followed:
                    if each.tracklet in taken:
                        self.cut(each, _frame_at(each.tracklet, picture.time_s - SHARED_S))
                        each.tracklet.shared = True
                        self.cut(each, picture.frame + 1)
                break
            seen.append((picture, look))
            body = look.image
        return seen


def _goes_on(shared: Tracklet, tracklet: Tracklet) -> bool:
    """Whether what begins where a body of two people has just been lost may be either of them, too."""
    since_s = tracklet.time_s[0] - shared.time_s[-1] if len(shared) else np.inf
    return (
        shared.shared
        and 0 <= since_s <= SHARED_S / 2
        and float(oks(shared.looks[-1].image, tracklet.looks[0].image)) >= TOO_CLOSE
    )


def _frame_at(tracklet: Tracklet, time_s: float) -> int:
    """The first frame not before a time."""
    return tracklet.frames[min(int(np.searchsorted(tracklet.time_s, time_s)), len(tracklet) - 1)]
