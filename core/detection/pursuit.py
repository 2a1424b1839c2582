"""One person pursued through consecutive frames, though MediaPipe would rather take somebody else.

Whoever else is taken is greyed out of the frames that follow, where they were last seen, until the person who is meant
is found again.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import TracebackType

import numpy as np
from numpy.typing import NDArray

from core.detection.close_up import STEPS, CloseUp, alone, close_ups, without
from core.detection.landmarker import Detection
from core.detection.same_person import LONGEST_ABSENCE_S, can_be, continues, moved
from core.detection.video_landmarker import VideoLandmarker
from core.settings import Settings

# If a person is not found in so many close-ups, they are not there.
CLOSE_UPS_TRIED = 6
# Where nobody is found MediaPipe searches the whole picture, which takes twice as long. A person who has not been found
# in so many frames is searched for in every other one only.
SEARCHED_FRAMES = 4
# After so long somebody else is not where they were, and what is there is shown again.
HIDDEN_S = 0.5


@dataclass(frozen=True, eq=False)
class Sighting:
    """A body (33, 3) in pixels and when it was seen, in seconds."""

    body: NDArray[np.float32]
    time_s: float


class Pursuit:
    """Follows one person with a landmarker of its own. A context manager.

    Args:
        settings: model and confidences.
        last: the person was last seen so; nobody who cannot be them is accepted. None accepts whoever is found first.

    Attributes:
        last: the last sighting of the person.
        met_others: somebody else has been found.
    """

    def __init__(self, settings: Settings, last: Sighting | None = None) -> None:
        self._settings = settings
        self._landmarker = VideoLandmarker(settings)
        self._likely: NDArray[np.float32] | None = None
        self._close_ups: list[CloseUp] = []
        self._locked = False
        self._others: list[Sighting] = []
        self._misses = 0
        self.last = last
        self.met_others = False

    def __enter__(self) -> Pursuit:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._landmarker.close()

    def look_for(self, body: NDArray[np.float32], width: int, height: int) -> None:
        """In the frames that come, look first where this body (33, 3) is, in a picture of that size."""
        self._likely, self._close_ups, self._locked = body, close_ups(body, width, height), False

    def take_up(self, rgb: NDArray[np.uint8], seen: Sighting) -> None:
        """Go over to the person who is there in this frame, which is shown several times. `see` it afterwards."""
        self._landmarker.close()
        self._landmarker = VideoLandmarker(self._settings)
        self.last = seen
        self.look_for(seen.body, rgb.shape[1], rgb.shape[0])
        while self._close_ups:
            self._look(rgb, seen.time_s)

    def see(self, rgb: NDArray[np.uint8], time_s: float) -> Detection | None:
        """The person in the next frame; None if they are not found.

        Args:
            rgb: (H, W, 3) uint8, upright.
            time_s: seconds from the clip's first frame.

        Raises:
            DetectionFailed: MediaPipe refused the frame.
        """
        self._misses += 1
        if self.last is not None and self._misses > SEARCHED_FRAMES and self._misses % 2:
            return None
        found = self._look(rgb, time_s)
        if not len(found.image):
            return None
        body = found.image[0]
        if not self._is_meant(body, time_s):
            self._remember(Sighting(body, time_s))
            return None
        self.last = Sighting(body, time_s)
        self._others.clear()
        self._misses = 0
        return found

    def _look(self, rgb: NDArray[np.uint8], time_s: float) -> Detection:
        if not self._close_ups:
            hidden = [other.body for other in self._others if time_s - other.time_s <= HIDDEN_S]
            return self._landmarker.detect(without(rgb, hidden), time_s)
        close_up = self._close_ups.pop(0)
        if not self._locked and self._likely is not None:
            rgb = alone(rgb, self._likely)
        found = close_up.moved_back(self._landmarker.detect(close_up.of(rgb), time_s))
        self._locked = bool(len(found.image))
        if not self._locked and len(self._close_ups) <= STEPS - CLOSE_UPS_TRIED:
            self._close_ups.clear()
        return found

    def _is_meant(self, body: NDArray[np.float32], time_s: float) -> bool:
        if self.last is None:
            return True
        absence_s = time_s - self.last.time_s
        if not self._others and continues(self.last.body, body, absence_s):
            return True
        if any(
            continues(other.body, body, time_s - other.time_s)
            and moved(other.body, body) <= moved(self.last.body, body)
            for other in self._others
        ):
            return False
        # After a long absence anybody might be meant; where nobody else was ever seen, it is the same person.
        return can_be(self.last.body, body, absence_s) or (absence_s > LONGEST_ABSENCE_S and not self.met_others)

    def _remember(self, somebody: Sighting) -> None:
        self.met_others = True
        self._others = [
            other
            for other in self._others
            if somebody.time_s - other.time_s <= LONGEST_ABSENCE_S
            and not continues(other.body, somebody.body, somebody.time_s - other.time_s)
        ]
        self._others.append(somebody)
