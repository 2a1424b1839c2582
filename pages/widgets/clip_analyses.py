"""The analyses of one open clip: the one that is shown, and the one that shall take its place.

    first one running ──> shown, complete or as far as it got
    another is begun  ──> works beside it; complete, it takes its place; given up or failed, the one before stays

What is decided here is decided under one lock: whoever asks gets a pair that belongs together.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # an analysis knows its clip, and a clip its analyses
    from pages.widgets.video_job import VideoJob


@dataclass(frozen=True, eq=False)
class Standing:
    """A snapshot of a clip's analyses.

    Attributes:
        shown: the one whose findings are shown: tables and files are made from it.
        coming: the one that works to take its place.
        ended: the last one that was to take its place, but was given up, stopped or failed.
    """

    shown: VideoJob
    coming: VideoJob | None = None
    ended: VideoJob | None = None


class ClipAnalyses:
    """For any number of threads. With `close` all of them end, and none begins any more."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._standing: Standing | None = None
        self._closed = False

    def standing(self, first: Callable[[], VideoJob]) -> Standing:
        """How things stand now.

        Args:
            first: makes the first analysis if there has been none; it is begun here.
        """
        with self._lock:
            if self._standing is None:
                self._standing = Standing(self._begun(first()))
            else:
                self._standing = _settled(self._standing)
            return self._standing

    def begin(self, job: VideoJob) -> None:
        """Begin another one. What has been found stays until it is complete; what has found nothing yet ends."""
        with self._lock:
            standing = None if self._standing is None else _settled(self._standing)
            if standing is not None and standing.coming is not None:
                standing.coming.close()
            if standing is not None and standing.shown.finished and standing.shown.now.people:
                self._standing = Standing(standing.shown, self._begun(job))
            else:
                if standing is not None:
                    standing.shown.close()
                self._standing = Standing(self._begun(job))

    def give_up(self) -> None:
        """End the one that shall take the place of the one shown, which stays; at once, even if it is nearly there."""
        with self._lock:
            standing = self._standing
            if standing is not None and standing.coming is not None:
                standing.coming.close()
                self._standing = Standing(standing.shown, ended=standing.coming)

    def close(self) -> None:
        """The clip is closed."""
        with self._lock:
            self._closed = True
            standing = self._standing
            for job in (standing.shown, standing.coming) if standing is not None else ():
                if job is not None:
                    job.close()

    def _begun(self, job: VideoJob) -> VideoJob:
        if self._closed:  # a page that was away for long still asks
            job.close()
        else:
            job.start()
        return job


def _settled(standing: Standing) -> Standing:
    """With the coming one in its place, or out of the way, if it has ended."""
    shown, coming = standing.shown, standing.coming
    if coming is None or not coming.finished:
        return standing
    if _is_better(coming, shown):
        shown.close()
        return Standing(coming)
    coming.close()
    return Standing(shown, ended=coming)


def _is_better(coming: VideoJob, shown: VideoJob) -> bool:
    """Whether one that has ended may take the place of another that has."""
    new, old = coming.now, shown.now
    went_further = coming.settings == shown.settings and not old.complete and new.frames > old.frames
    return new.complete or not old.people or went_further
