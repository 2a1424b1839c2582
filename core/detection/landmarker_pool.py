"""How many people's cameras are followed at once: a bounded number of places, each with a landmarker of its own.

A landmarker that follows cannot be made to forget whom it saw before, so none is ever handed on: what is kept is the
right to make one.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable

from core.detection.video_landmarker import VideoLandmarker
from core.errors import LandmarkerClosed, PlacesTaken
from core.freed_memory import give_back_freed_memory
from core.settings import Settings


def usual_places() -> int:
    """Two a core: one camera at 30 frames a second with the full model keeps a core busy for a third."""
    return 2 * (os.cpu_count() or 1)


class Place:
    """A place in the pool. As a context manager it is given back at the end.

    Not for several threads at once.
    """

    def __init__(self, give_back: Callable[[], None], make: Callable[[Settings], VideoLandmarker]) -> None:
        self._give_back = give_back
        self._make = make
        self._landmarker: VideoLandmarker | None = None
        self._given_back = False

    def landmarker(self, settings: Settings) -> VideoLandmarker:
        """A new landmarker in place of the one before.

        Raises:
            LandmarkerClosed: the place has been given back.
            ModelMissing, ModelAltered: the bundled file is not usable.
        """
        if self._given_back:
            raise LandmarkerClosed()
        self._close_landmarker()
        self._landmarker = self._make(settings)
        return self._landmarker

    def close(self) -> None:
        """Close the landmarker and give the place back; a second time nothing happens."""
        if self._given_back:
            return
        self._given_back = True
        try:
            self._close_landmarker()
            give_back_freed_memory()
        finally:
            self._give_back()

    def __enter__(self) -> Place:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _close_landmarker(self) -> None:
        landmarker, self._landmarker = self._landmarker, None
        if landmarker is not None:
            landmarker.close()


class LandmarkerPool:
    """A bounded number of places. For any number of threads.

    Args:
        places: the most at once; two a core if None.
        make: how a landmarker is made.
    """

    def __init__(
        self, places: int | None = None, make: Callable[[Settings], VideoLandmarker] = VideoLandmarker
    ) -> None:
        self.places = usual_places() if places is None else places
        self._make = make
        self._taken = 0
        self._lock = threading.Lock()

    @property
    def taken(self) -> int:
        """How many places are taken now."""
        return self._taken

    def take(self) -> Place:
        """A place.

        Raises:
            PlacesTaken: all are.
        """
        with self._lock:
            if self._taken >= self.places:
                raise PlacesTaken(places=self.places)
            self._taken += 1
        return Place(self._give_back, self._make)

    def _give_back(self) -> None:
        with self._lock:
            self._taken -= 1
