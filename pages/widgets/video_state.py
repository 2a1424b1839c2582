"""What is known of an analysis at one moment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from core import Recording
from core.errors import PosescopeError
from core.motion.camera_coach import Advice
from core.progress import PHASES, Progress


@dataclass(frozen=True, eq=False)
class Coached:
    """What the coach for the camera has seen in a clip's pictures; the rest it tells from the recording as measured.

    Attributes:
        pictures: what to change about light and blur, by person as found.
        failed: it could not look.
    """

    pictures: Mapping[int, tuple[Advice, ...]] = field(default_factory=dict)
    failed: bool = False


@dataclass(frozen=True, eq=False)
class AnalysisState:
    """A snapshot. The analysis replaces it whole; whoever reads takes it once and asks that one only.

    Attributes:
        progress: the last one told, without its way to more; None before the first frame and after the end.
        recording: what is there: a preview until `finished`. None before the first frames.
        revision: another one where frames that were there before have changed, and at the end; the player begins anew.
        finished: nothing will be added.
        stopped: it was ended before the last frame.
        error: why it broke off.
        seconds: how long it took.
        coached: None until the coach has looked.
    """

    progress: Progress | None = None
    recording: Recording | None = None
    revision: int = 0
    finished: bool = False
    stopped: bool = False
    error: PosescopeError | None = None
    seconds: float = 0.0
    coached: Coached | None = None

    @property
    def frames(self) -> int:
        """How many frames are there."""
        return 0 if self.recording is None else self.recording.frames

    @property
    def people(self) -> int:
        """How many people are there."""
        return 0 if self.recording is None else self.recording.people

    @property
    def complete(self) -> bool:
        """Everything that was wanted is there."""
        return self.finished and not self.stopped and self.error is None

    @property
    def phase(self) -> str:
        """What is being done: "beginning", one of PHASES, "ending" where all frames have been looked at and nothing is
        told of what comes then, or "over"."""
        if self.finished:
            return "over"
        if self.progress is None or not self.progress.frames_done:
            return "beginning"
        over = self.progress.phase == PHASES[0] and self.progress.frames_done >= self.progress.frames_total
        return "ending" if over else self.progress.phase
