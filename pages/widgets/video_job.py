"""The analysis of the open clip: a thread of its session, ended by Cancel, by another clip or by closing the page."""

from __future__ import annotations

import dataclasses
import json
import logging
import time
from collections.abc import Callable, Mapping

import numpy as np

from core import FilterSettings, Recording, Settings, analyse_video
from core.errors import PosescopeError
from core.motion.camera_coach import Advice
from core.motion.groups import MAIN_GROUP
from core.progress import Progress
from pages.clips_route import share_bytes, take_back
from pages.widgets.choices import from_link
from pages.widgets.clip_work import Audience, ClipWork
from pages.widgets.clips import OpenClip
from pages.widgets.coach import clip_advice
from pages.widgets.measurement import Measurement
from pages.widgets.player.landmarks import landmark_message
from pages.widgets.roster import Who
from pages.widgets.smoothed import share_curves, smoothed

_LOG = logging.getLogger("posescope")
# How often what has been found so far is put together for the player.
PARTIAL_EVERY_S = 0.7


class VideoJob(ClipWork):
    """One analysis. Cancelled, it keeps what is there.

    Args:
        opened: the clip.
        settings: what to do.
        connected: whether somebody still looks.

    Attributes:
        progress: the last one told; None at first.
        recording: what is there so far, in the end everything; None before the first frames.
        advice: in the end, whom the coach for the camera speaks about and what it says.
        cancelled: it was stopped before its end.
        seconds: how long it took.
        address: where the player gets the landmarks.
    """

    def __init__(self, opened: OpenClip, settings: Settings, connected: Callable[[], bool] = lambda: True) -> None:
        super().__init__("analysis")
        self.opened = opened
        self.settings = settings
        self.progress: Progress | None = None
        self.recording: Recording | None = None
        self.advice: tuple[int, list[Advice]] = (0, [])
        self.cancelled = False
        self.seconds = 0.0
        self._revision = 0
        # The last answers and what was asked, for the page's thread and the route's alike.
        self._measured: tuple[tuple[Recording, Measurement, tuple[int, ...]], Recording] | None = None
        self._named: tuple[tuple[Recording, tuple[str, ...]], Recording] | None = None
        self._audience = Audience(connected)
        self._started = time.monotonic()
        self._last_partial = 0.0
        self.address = share_bytes(self._landmarks)

    def close(self) -> None:
        """Stop and take the results off the page."""
        self.cancel()
        take_back(self.address)

    def measured(self, known: Measurement, removed: tuple[int, ...] = ()) -> Recording | None:
        """What is there, measured as the user wants it and without those removed, who are no people.

        Only once everything is there: measures depend on the whole clip, and until then an index is not yet sure.
        """
        recording = self.recording
        if not self.finished or recording is None:
            return recording
        wanted = recording, known, removed
        # Another thread may put another answer there at any moment: it is read and written once.
        kept = self._measured
        if kept is None or kept[0] != wanted:
            kept = self._measured = wanted, known.apply(recording.without_people(removed))
        return kept[1]

    def shown(self, known: Measurement, who: Who) -> Recording | None:
        """The same with the people's names."""
        recording = self.measured(known, who.removed)
        if not self.finished or recording is None or not who.names:
            return recording
        wanted = recording, who.names
        kept = self._named
        if kept is None or kept[0] != wanted:
            named = dataclasses.replace(recording, names=who.names)
            share_curves(recording, named)
            kept = self._named = wanted, named
        return kept[1]

    def _run(self) -> None:
        try:
            recording = self._analysed()
            self._publish(recording)
            if self.opened.film is not None:
                self.advice = clip_advice(self.opened.film.clip, recording)
        except PosescopeError as error:
            self.error = error
        except Exception:
            _LOG.exception("An analysis failed")
            self.error = PosescopeError()
        self.cancelled = self._stop.is_set()
        self.seconds = time.monotonic() - self._started
        self.finished = True

    def _analysed(self) -> Recording:
        """What was recorded live with these settings is there already."""
        film, recorded = self.opened.film, self.opened.recorded
        if recorded is not None and (film is None or recorded.settings == self.settings):
            return recorded
        assert film is not None
        return analyse_video(film.path, self.settings, self._tell, self._should_stop, name=self.opened.name)

    def _tell(self, progress: Progress) -> None:
        self.progress = progress
        now = time.monotonic()
        if now - self._last_partial >= PARTIAL_EVERY_S:
            self._last_partial = now
            partial = progress.so_far()
            if partial is not None and partial.frames:
                self._publish(partial)

    def _publish(self, recording: Recording) -> None:
        """Earlier frames stay as they are, as a rule; where they do not, the player starts anew."""
        before = self.recording
        if before is not None and not _goes_on(before, recording):
            self._revision += 1
        self.recording = recording

    def _should_stop(self) -> bool:
        if self._audience.is_gone():
            self._stop.set()
        return self._stop.is_set()

    def _landmarks(self, parameters: Mapping[str, str]) -> bytes:
        # Whether it is finished is asked first: what is final then is the recording, too.
        finished = self.finished
        # Once more at the end: then the curves are filtered, the correction has seen the whole clip, and the bodies are
        # measured as the user wants it.
        revision = self._revision + finished
        people = 0 if self.recording is None else self.recording.people
        removed = tuple(number for number in range(people) if str(number) in parameters.get("removed", "").split(","))
        recording = self.measured(Measurement.of(from_link(parameters)), removed)
        first = int(parameters.get("first", "0")) if parameters.get("revision") == str(revision) else 0
        space, reading = parameters.get("space", "refined"), parameters.get("reading", "angle_deg")
        curves = None
        if finished and recording is not None and "smoothing" in parameters:
            settings = FilterSettings(**json.loads(parameters["smoothing"]))
            curves = smoothed(recording, MAIN_GROUP, space, reading, settings).curves.values
        return landmark_message(
            recording,
            first,
            space=space,
            reading=reading,
            both=parameters.get("both") == "1",
            complete=finished,
            revision=revision,
            angles_deg=curves,
        )


def _goes_on(before: Recording, after: Recording) -> bool:
    """Whether the earlier recording is the beginning of the later one."""
    return before.people == after.people and bool(
        np.array_equal(before.image, after.image[: before.frames], equal_nan=True)
    )
