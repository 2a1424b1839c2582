"""The analysis of the open clip: a thread of its session, ended by Stop, by another clip or by closing the page.

    beginning -> following -> identities -> sides -> refining -> over: complete, stopped, or broken off by an error

Only the thread itself changes what is known, always as a whole: `VideoJob.now` is replaced by another snapshot.
"""

from __future__ import annotations

import dataclasses
import json
import logging
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core import FilterSettings, Recording, Settings, analyse_video
from core.errors import PosescopeError
from core.motion.groups import MAIN_GROUP
from core.progress import Progress, goes_on
from pages.clips_route import share_bytes, take_back
from pages.widgets.choices import from_link
from pages.widgets.clip_work import Audience, ClipWork
from pages.widgets.clips import OpenClip
from pages.widgets.coach import clip_pictures
from pages.widgets.measurement import Measurement
from pages.widgets.player.landmarks import landmark_message
from pages.widgets.roster import Who
from pages.widgets.smoothed import share_curves, smoothed
from pages.widgets.video_state import AnalysisState, Coached

_LOG = logging.getLogger("posescope")
# What has been found so far is put together for the player no more often than this, and after a pause that is so many
# times as long as it took: at most a tenth of the time goes into it, however long the clip.
PREVIEW_EVERY_S, PAUSE_PER_WORK = 0.7, 9.0


class VideoJob(ClipWork):
    """One analysis. Stopped or broken off by an error, it keeps what is there.

    Args:
        opened: the clip.
        settings: what to do.
        connected: whether somebody still looks.

    Attributes:
        now: what is known at this moment.
        address: where the player gets the landmarks.
        closed: it is shown no more, whatever becomes of it.
    """

    def __init__(self, opened: OpenClip, settings: Settings, connected: Callable[[], bool] = lambda: True) -> None:
        super().__init__("analysis")
        self.opened = opened
        self.settings = settings
        self.now = AnalysisState()
        # The last answers and what was asked, for the page's thread and the route's alike.
        self._measured: tuple[tuple[Recording, Measurement, tuple[int, ...]], Recording] | None = None
        self._named: tuple[tuple[Recording, tuple[str, ...]], Recording] | None = None
        self._audience = Audience(connected)
        self._started = time.monotonic()
        self.closed = False
        self._told: Progress | None = None
        self._preview_wanted = threading.Event()
        self._next_preview_s = 0.0
        self._frames_at_preview = 0
        self.address = share_bytes(self._landmarks)

    @property
    def finished(self) -> bool:
        """Nothing will be added to what is there."""
        return self.now.finished

    def close(self) -> None:
        """Stop and take the results off the page."""
        self.closed = True
        self.cancel()
        take_back(self.address)

    def measured(self, state: AnalysisState, known: Measurement, removed: tuple[int, ...] = ()) -> Recording | None:
        """What was there, measured as the user wants it and without those removed, who are no people.

        Only once everything is there: measures depend on the whole clip, and until then an index is not yet sure.
        """
        recording = state.recording
        if not state.finished or recording is None:
            return recording
        wanted = recording, known, removed
        # Another thread may put another answer there at any moment: it is read and written once.
        kept = self._measured
        if kept is None or kept[0] != wanted:
            kept = self._measured = wanted, known.apply(recording.without_people(removed))
        return kept[1]

    def shown(self, state: AnalysisState, known: Measurement, who: Who) -> Recording | None:
        """The same with the people's names."""
        recording = self.measured(state, known, who.removed)
        if not state.finished or recording is None or not who.names:
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
        except Exception as error:
            self._break_off(error)
        else:
            self._end(recording)
            self._ask_coach(recording)
        finally:
            self._told = None  # it leads to everything that was needed on the way

    def _analysed(self) -> Recording:
        """What was recorded live with these settings is there already."""
        film, recorded = self.opened.film, self.opened.recorded
        if recorded is not None and (film is None or recorded.settings == self.settings):
            return recorded
        assert film is not None
        return analyse_video(film.path, self.settings, self._tell, self._should_stop, name=self.opened.name)

    def _end(self, recording: Recording) -> None:
        """Nothing comes before this: what is found is there whatever else may fail."""
        told = self._told
        # Stopped in the last moment it may be complete all the same.
        stopped = self._stop.is_set() and (told is None or recording.frames < told.frames_total)
        self._finish(recording=self._as_far_as_it_got(recording, "stop") if stopped else recording, stopped=stopped)

    def _break_off(self, error: Exception) -> None:
        """Keep what is there, which is a preview: who is who was not worked out to the end. No coach looks at it."""
        preview = self._preview()
        if preview is not None:
            preview = self._as_far_as_it_got(preview, "stop" if self._stop.is_set() else "error")
        if self._stop.is_set():  # the file of a clip that has been closed is gone: no failure
            self._finish(recording=preview, stopped=True, coached=Coached())
            return
        if not isinstance(error, PosescopeError):
            _LOG.error("An analysis failed", exc_info=error)
            error = PosescopeError()
        self._finish(recording=preview, error=error, coached=Coached())

    def _finish(self, **known: Any) -> None:
        """The last of the analysis itself. The player begins anew: then curves are filtered, the correction has seen
        the whole clip, and the bodies are measured as the user wants it."""
        self._publish(
            **known,
            progress=None,
            revision=self.now.revision + 1,
            finished=True,
            seconds=time.monotonic() - self._started,
        )

    def _as_far_as_it_got(self, recording: Recording, ended_by: str) -> Recording:
        """Its files say so as well."""
        if not recording.frames:
            return recording
        until_s = {"analysed_until_s": f"{recording.time[-1]:.2f}", "wanted_until_s": f"{self.wanted_until_s:.2f}"}
        told = {**recording.provenance, "analysis_ended_by": ended_by, **until_s}
        return dataclasses.replace(recording, provenance=told)

    @property
    def wanted_until_s(self) -> float:
        """Where the part that is to be analysed ends."""
        end_s, duration_s = self.settings.end_s, self.opened.duration_s(self.settings.recorded_frame_rate)
        return duration_s if end_s is None else min(end_s, duration_s)

    def _ask_coach(self, recording: Recording) -> None:
        """A reading beside the analysis: it fails alone."""
        coached = Coached()
        if self.opened.film is not None and recording.people and not self.closed:
            try:
                coached = Coached(clip_pictures(self.opened.film.clip, recording))
            except Exception:
                if not self.closed:
                    _LOG.exception("The coach for the camera failed")
                coached = Coached(failed=True)
        self._publish(coached=coached)

    def _tell(self, progress: Progress) -> None:
        self._told = progress
        self._publish(progress=dataclasses.replace(progress, so_far=_nothing))
        if (
            self._preview_wanted.is_set()
            and progress.frames_done > self._frames_at_preview
            and (begun := time.monotonic()) >= self._next_preview_s
        ):
            self._preview_wanted.clear()
            self._frames_at_preview = progress.frames_done
            preview = self._preview()
            if preview is not None:
                changed = self.now.recording is not None and not goes_on(self.now.recording, preview)
                self._publish(recording=preview, revision=self.now.revision + changed)
            ended = time.monotonic()
            self._next_preview_s = ended + max(PREVIEW_EVERY_S, PAUSE_PER_WORK * (ended - begun))

    def _preview(self) -> Recording | None:
        """What there is so far; None if there is nothing. The analysis goes on where it cannot be made."""
        try:
            preview = None if self._told is None else self._told.so_far()
        except Exception:
            _LOG.exception("A preview of an analysis could not be made")
            return self.now.recording
        return preview if preview is not None and preview.frames else None

    def _publish(self, **known: Any) -> None:
        """From the analysis' thread only: what is changed goes on from the last that was published."""
        self.now = dataclasses.replace(self.now, **known)

    def _should_stop(self) -> bool:
        if self._audience.is_gone():
            self._stop.set()
        return self._stop.is_set()

    def _landmarks(self, parameters: Mapping[str, str]) -> bytes:
        state = self.now
        if not state.finished:
            self._preview_wanted.set()
        revision = state.revision
        removed = tuple(
            number for number in range(state.people) if str(number) in parameters.get("removed", "").split(",")
        )
        recording = self.measured(state, Measurement.of(from_link(parameters)), removed)
        first = int(parameters.get("first", "0")) if parameters.get("revision") == str(revision) else 0
        space, reading = parameters.get("space", "refined"), parameters.get("reading", "angle_deg")
        curves = None
        if state.finished and recording is not None and "smoothing" in parameters:
            curves = _filtered(recording, space, reading, FilterSettings(**json.loads(parameters["smoothing"])))
        return landmark_message(
            recording,
            first,
            space=space,
            reading=reading,
            both=parameters.get("both") == "1",
            complete=state.finished,
            revision=revision,
            angles_deg=curves,
        )


def _filtered(recording: Recording, space: str, reading: str, settings: FilterSettings) -> NDArray[np.float64] | None:
    """The filtered curves; None if they cannot be had: the page says so, and the player shows what was measured."""
    try:
        return smoothed(recording, MAIN_GROUP, space, reading, settings).curves.values
    except Exception:
        _LOG.exception("The player's curves could not be filtered")
        return None


def _nothing() -> None:
    return None
