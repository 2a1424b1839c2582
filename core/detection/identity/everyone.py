"""Everyone in a stretch of a clip: found every so often, each followed by a landmarker of their own in between.

What comes out are tracklets: as soon as there is a doubt who somebody is, because two people were too close or somebody
jumped, a tracklet ends and another begins. Who is who is decided later, when all of them are known
(`core.detection.identity.identities`).
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
from core.detection.identity.follower import EXPECTED_S, Follower
from core.detection.identity.identities import join_cost
from core.detection.identity.newcomers import Newcomers
from core.detection.identity.tracklet import Tracklet
from core.detection.landmarker import Landmarker
from core.detection.looks import never
from core.settings import Settings

# How often somebody new is looked for, with large pictures more often, because not so many are kept; somebody who was
# lost, or whom the landmarker did not take, is looked for after so many frames.
LOOK_EVERY_S, LOOK_AT_MOST_EVERY_S, LOOK_AGAIN_FRAMES = 1.0, 0.4, 4
# So many bytes of pictures are kept, in which somebody who has just been found is followed back to where they came in.
KEPT_BYTES = 100_000_000
# Of two bodies at least so similar (OKS) it cannot be known who is who afterwards; no more than this, they are apart.
TOO_CLOSE, APART = 0.2, 0.05
# For so long it is open whose body it is that two were following.
SHARED_S = 1.0


@dataclass(eq=False)
class _Followed:
    follower: Follower
    tracklet: Tracklet


@dataclass(frozen=True, eq=False)
class _Picture:
    frame: int
    rgb: NDArray[np.uint8]
    time_s: float


@dataclass(eq=False)
class _Encounter:
    """Two people who are close: where in each one's tracklet they were closest."""

    similarity: float
    frame: int


class Everyone:
    """Follows everyone through consecutive frames. A context manager.

    Args:
        settings: model, confidences, `max_people`, `search`.
        landmarker: for single pictures.
        chunk: its number, for the tracklets.
        hints: whom to expect in the first frame.
        stopped: asked where something takes long; True leaves it, and no more frames will come.

    Attributes:
        left_out: how many more than `max_people` were seen at once, at most.
    """

    def __init__(
        self,
        settings: Settings,
        landmarker: Landmarker,
        chunk: int,
        hints: list[Look],
        stopped: Callable[[], bool] = never,
    ) -> None:
        self._stopped = stopped
        self._hints: list[Look] | None = hints
        self._settings = settings
        self._chunk = chunk
        self._newcomers = Newcomers(settings, landmarker, chunk % 2, stopped)
        self._followed: list[_Followed] = []
        self._encounters: dict[tuple[_Followed, _Followed], _Encounter] = {}
        self._kept: deque[_Picture] = deque()
        self._looked_s = -np.inf
        self._look_at_frame = np.inf
        self._failed = 0  # times in a row that somebody could not be taken up
        self._tracklets: list[Tracklet] = []
        # One thread follows while another asks how far it is. Looking for people in a crowd takes seconds, and whoever
        # asks meanwhile gets what was known before: nobody could cancel otherwise.
        self._lock = threading.Lock()
        self._before_look: list[Tracklet] | None = None
        self.left_out = 0

    def __enter__(self) -> Everyone:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for each in self._followed:
            each.follower.close()

    def see(self, frame: int, rgb: NDArray[np.uint8], time_s: float) -> None:
        """The next frame.

        Args:
            frame: its place among the wanted frames.
            rgb: (H, W, 3) uint8, upright.
            time_s: seconds from the clip's first frame.

        Raises:
            DetectionFailed: MediaPipe refused the frame.
        """
        picture = _Picture(frame, rgb, time_s)
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
            self._looked_s = time_s
            self._kept.clear()
        self._keep(picture)

    def looks(self) -> list[Look]:
        """Everyone as they were last seen."""
        return [each.tracklet.looks[-1] for each in self._followed]

    def tracklets(self, frames: float = np.inf) -> list[Tracklet]:
        """What has been followed so far, in the first so many wanted frames."""
        with self._lock:
            tracklets = self._tracklets if self._before_look is None else self._before_look
            return [each.until(frames) for each in tracklets if len(each) and each.frames[0] < frames]

    def add(self, tracklet: Tracklet) -> None:
        """What was followed elsewhere."""
        with self._lock:
            self._tracklets.append(tracklet)

    def _follow(self, picture: _Picture) -> None:
        frame, rgb, time_s = picture.frame, picture.rgb, picture.time_s
        for each in list(self._followed):
            look = each.follower.see(rgb, time_s, each.tracklet.predicted(time_s, EXPECTED_S))
            if look is None:
                self._lose(each, frame)
            else:
                each.tracklet.add(frame, rgb, time_s, look)
                if each.tracklet.shared and time_s - each.tracklet.time_s[0] > SHARED_S:
                    self._cut(each, frame)
        self._tell_apart(frame)

    def _keep(self, picture: _Picture) -> None:
        """For following backwards whoever is found later."""
        self._kept.append(picture)
        while len(self._kept) * picture.rgb.nbytes > KEPT_BYTES:
            self._kept.popleft()

    def _is_time_to_look(self, picture: _Picture) -> bool:
        since_s = picture.time_s - self._looked_s
        is_full = (len(self._kept) + 1) * picture.rgb.nbytes > KEPT_BYTES
        is_missed = picture.frame >= self._look_at_frame
        return since_s >= LOOK_EVERY_S or is_missed or (is_full and since_s >= LOOK_AT_MOST_EVERY_S)

    def _lose(self, lost: _Followed, frame: int) -> None:
        lost.follower.close()
        self._followed.remove(lost)
        self._encounters = {pair: met for pair, met in self._encounters.items() if lost not in pair}
        self._look_at_frame = min(self._look_at_frame, frame + LOOK_AGAIN_FRAMES)

    def _tell_apart(self, frame: int) -> None:
        """End what has gone over to somebody else, and cut where two were so close that it may have."""
        for place, one in enumerate(list(self._followed)):
            for other in list(self._followed)[place + 1 :]:
                if one in self._followed and other in self._followed:
                    self._compare(one, other, frame)

    def _compare(self, one: _Followed, other: _Followed, frame: int) -> None:
        similarity = float(oks(one.tracklet.looks[-1].image, other.tracklet.looks[-1].image))
        met = self._encounters.get((one, other))
        if similarity >= SAME_PERSON:
            self._merge(one, other, frame)
        elif similarity >= TOO_CLOSE and (met is None or similarity > met.similarity):
            self._encounters[one, other] = _Encounter(similarity, frame)
        elif similarity < APART and met is not None:
            del self._encounters[one, other]
            for each in (one, other):
                self._cut(each, met.frame)

    def _merge(self, one: _Followed, other: _Followed, frame: int) -> None:
        """Both follow the same body now: whose it is goes on with it, the other is lost where they came too close."""
        since = self._too_close_since(one.tracklet, other.tracklet, frame)
        if min(one.tracklet.frames[0], other.tracklet.frames[0]) >= since:
            self._lose(other, frame)
            self._tracklets.remove(other.tracklet)
            return
        befores = [each.tracklet.until(since) for each in (one, other)]
        for each in (one, other):
            self._cut(each, since)
            each.tracklet.shared = True
        costs = [
            join_cost(before, each.tracklet) if len(before) else np.inf
            for before, each in zip(befores, (one, other), strict=True)
        ]
        goes = other if costs[0] <= costs[1] else one
        self._lose(goes, frame)
        self._tracklets.remove(goes.tracklet)

    @staticmethod
    def _too_close_since(one: Tracklet, other: Tracklet, frame: int) -> int:
        """Since which frame two have been too close, without a break until now."""
        since = frame
        for mine in reversed(one.frames):
            if not other.is_at(mine, one.at(mine), TOO_CLOSE):
                break
            since = mine
        return since

    @staticmethod
    def _frame_at(tracklet: Tracklet, time_s: float) -> int:
        """The first frame not before a time."""
        return tracklet.frames[min(int(np.searchsorted(tracklet.time_s, time_s)), len(tracklet) - 1)]

    def _cut(self, followed: _Followed, frame: int) -> None:
        place = int(np.searchsorted(followed.tracklet.frames, frame))
        if 0 < place < len(followed.tracklet):
            followed.tracklet = followed.tracklet.cut(place)
            self._tracklets.append(followed.tracklet)

    def _look(self, picture: _Picture) -> None:
        """Take up whoever is there and not followed yet."""
        known = self.looks()
        free = self._settings.max_people - len(self._followed)
        people, left_out = self._newcomers.look(picture.rgb, known, free, self._hints)
        self._hints = None
        self.left_out = max(self.left_out, left_out)
        taken_up = [self._take_up(picture, person.image) for person in people if not self._stopped()]
        if all(taken_up):
            self._failed, self._look_at_frame = 0, np.inf
        else:
            # Later each time: everybody else waits while somebody whom no landmarker takes is tried.
            self._look_at_frame = picture.frame + LOOK_AGAIN_FRAMES * 2**self._failed
            self._failed += 1

    def _take_up(self, picture: _Picture, body: NDArray[np.float32]) -> bool:
        """Follow somebody from here on, and from here back to where they came in since the last look.

        Returns:
            Whether their landmarker has taken them, and not somebody who is followed already.
        """
        follower = Follower(self._settings, picture.rgb, body, picture.time_s)
        tracklet = Tracklet(self._chunk)
        earlier = self._followed_back(follower, body)
        if earlier:
            follower.take_up(picture.rgb, body, picture.time_s)
        look = follower.see(picture.rgb, picture.time_s, body)
        if look is None or any(oks(look.image, other.image) >= SAME_PERSON for other in self.looks()):
            follower.close()
            return False
        for before, seen in [*reversed(earlier), (picture, look)]:
            tracklet.add(before.frame, before.rgb, before.time_s, seen)
        self._tracklets.append(tracklet)
        self._followed.append(_Followed(follower, tracklet))
        return True

    def _followed_back(self, follower: Follower, body: NDArray[np.float32]) -> list[tuple[_Picture, Look]]:
        """Where a person came from, the latest first."""
        seen: list[tuple[_Picture, Look]] = []
        for picture in itertools.takewhile(lambda _: not self._stopped(), reversed(self._kept)):
            look = follower.see(picture.rgb, picture.time_s, body)
            if look is None:
                break
            taken = [each for each in self._tracklets if each.is_at(picture.frame, look.image, TOO_CLOSE)]
            if taken:
                # Whoever was followed until here may be this person: what comes after is another tracklet.
                for each in self._followed:
                    if each.tracklet in taken:
                        self._cut(each, self._frame_at(each.tracklet, picture.time_s - SHARED_S))
                        each.tracklet.shared = True
                        self._cut(each, picture.frame + 1)
                break
            seen.append((picture, look))
            body = look.image
        return seen
