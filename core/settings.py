"""Every choice a user can make, validated, with defaults.

`Settings` is what is computed, `OverlayStyle` how it looks, `FilterSettings` how curves over time are smoothed. They
are apart because changing the look or the smoothing must never detect again.
"""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import Any, Final, Literal

from core.errors import InvalidSetting

MODELS: tuple[str, ...] = ("lite", "full", "heavy")
PEOPLE: tuple[str, ...] = ("one", "all")
COLOURS: tuple[str, ...] = ("sides", "classic")
LOW_VISIBILITY: tuple[str, ...] = ("hollow", "hidden")
SEARCHES: tuple[str, ...] = ("thorough", "quick")
MOST_PEOPLE = 20
FOLLOW: tuple[str, ...] = ("largest", "central", "first", "point")
STORED: Final = "stored"
FILTERS: tuple[str, ...] = ("none", "butterworth", "savgol")


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What an analysis does. Two analyses with equal settings of the same source give equal recordings.

    That holds on one kind of processor, for any number of workers. Another kind computes a little differently: in
    photos by hundredths of a pixel, in clips by less than a hundredth of the body in the median (docs/benchmarks.md).

    Attributes:
        model: "lite", "full" or "heavy"; 0, 1 and 2 mean the same.
        people: "one" for the main person, "all" for everyone found.
        max_people: the most that "all" returns, 1 to 20.
        search: how people are looked for beyond whom MediaPipe finds by itself: "thorough", or "quick" with fewer looks
            at fewer places.
        min_detection_confidence: 0 to 1, how sure the detector must be that there is somebody.
        min_presence_confidence: 0 to 1, how sure the landmark model must be that it sees that body.
        min_tracking_confidence: 0 to 1, below it a video's next frame is searched anew.
        enhance_contrast: the detector sees the picture after local contrast enhancement.
        segmentation: the recording carries a mask of the people (`Recording.mask`); photos only.
        follow: in a clip with `people` "one", who is meant: the "largest", the most "central" or the "first" to appear,
            or the one at `follow_point`.
        follow_point: with `follow` "point": (time in seconds, x, y in pixels of the upright picture).
        start_s: where in a clip the analysis begins, in seconds from its first frame. Like all times of a clip these
            are seconds of reality, not of slow motion.
        end_s: where it ends; None for the clip's end.
        every_nth_frame: 1 analyses every frame, 2 every other one, and so on.
        recorded_frame_rate: how many pictures a second a clip was taken at, for slow motion that is stored at the speed
            at which it is to be played: 240 for 240 a second, 1 to 100,000. None believes the file's own mark where it
            has one and its times where not; "stored" takes the file's times for real whatever it says.
        repair_sides: in a clip, stretches in which the detector has clearly taken left for right are put right; they
            are told in `Recording.repairs`.
        max_image_bytes: largest file.
        max_image_pixels: largest width times height, checked before decoding.
        min_image_side: smallest width and height in pixels.

    Raises:
        InvalidSetting: a value outside what is stated here.
    """

    model: str = "full"
    people: str = "one"
    max_people: int = 10
    search: str = "thorough"
    min_detection_confidence: float = 0.5
    min_presence_confidence: float = 0.5
    min_tracking_confidence: float = 0.5
    enhance_contrast: bool = False
    segmentation: bool = False
    follow: str = "largest"
    follow_point: tuple[float, float, float] | None = None
    start_s: float = 0.0
    end_s: float | None = None
    every_nth_frame: int = 1
    recorded_frame_rate: float | Literal["stored"] | None = None
    repair_sides: bool = True
    max_image_bytes: int = 200_000_000
    max_image_pixels: int = 64_000_000
    min_image_side: int = 16

    def __post_init__(self) -> None:
        object.__setattr__(self, "model", _model_name(self.model))
        _check_choice("people", self.people, PEOPLE)
        _check_whole_number("max_people", self.max_people, 1, MOST_PEOPLE)
        for name in ("min_detection_confidence", "min_presence_confidence", "min_tracking_confidence"):
            object.__setattr__(self, name, _fraction(name, getattr(self, name)))
        for name in ("enhance_contrast", "segmentation", "repair_sides"):
            _check_choice(name, getattr(self, name), (True, False))
        _check_choice("search", self.search, SEARCHES)
        _check_choice("follow", self.follow, FOLLOW)
        if (self.follow == "point") != (self.follow_point is not None):
            allowed = "given together with follow “point”, and only then"
            raise InvalidSetting(name="follow_point", value=repr(self.follow_point), allowed=allowed)
        if self.follow_point is not None:
            object.__setattr__(self, "follow_point", _point(self.follow_point))
        object.__setattr__(self, "start_s", _number("start_s", self.start_s, 0.0, 1e6))
        if self.end_s is not None:
            object.__setattr__(self, "end_s", _end(self.end_s, self.start_s))
        _check_whole_number("every_nth_frame", self.every_nth_frame, 1, 1000)
        if self.recorded_frame_rate not in (None, STORED):
            rate = _number("recorded_frame_rate", self.recorded_frame_rate, 1.0, 100_000.0)
            object.__setattr__(self, "recorded_frame_rate", rate)
        _check_whole_number("max_image_bytes", self.max_image_bytes, 1, 2_000_000_000)
        _check_whole_number("max_image_pixels", self.max_image_pixels, 1, 500_000_000)
        _check_whole_number("min_image_side", self.min_image_side, 1, 4096)

    def as_dict(self) -> dict[str, Any]:
        """The settings as plain values, for exports."""
        return asdict(self)


@dataclass(frozen=True, kw_only=True)
class OverlayStyle:
    """How the skeleton is drawn over the picture.

    Attributes:
        colours: "sides" (left blue, right orange, centre grey) or "classic" (red points, white lines).
        line_scale: 0.25 to 4, times the width and size that suit the picture.
        min_visibility: 0 to 1; a landmark below it is drawn as `low_visibility` says.
        low_visibility: "hollow" or "hidden".
        numbers: write each landmark's number beside it.
        angles: write the joint angles beside the joints.
        boxes: a box around each person.
        dim_background: darken everything outside the people (needs `Recording.mask`).
        enhanced: draw on the contrast-enhanced picture instead of the original.

    Raises:
        InvalidSetting: a value outside what is stated here.
    """

    colours: str = "sides"
    line_scale: float = 1.0
    min_visibility: float = 0.5
    low_visibility: str = "hollow"
    numbers: bool = False
    angles: bool = False
    boxes: bool = False
    dim_background: bool = False
    enhanced: bool = False

    def __post_init__(self) -> None:
        _check_choice("colours", self.colours, COLOURS)
        _check_choice("low_visibility", self.low_visibility, LOW_VISIBILITY)
        object.__setattr__(self, "min_visibility", _fraction("min_visibility", self.min_visibility))
        object.__setattr__(self, "line_scale", _number("line_scale", self.line_scale, 0.25, 4.0))
        for name in ("numbers", "angles", "boxes", "dim_background", "enhanced"):
            _check_choice(name, getattr(self, name), (True, False))

    def as_dict(self) -> dict[str, Any]:
        """The style as plain values, for exports."""
        return asdict(self)


@dataclass(frozen=True, kw_only=True)
class FilterSettings:
    """How a curve over time is cleaned and smoothed. Applies to every curve alike: degrees, pixels or metres.

    Attributes:
        method: "butterworth" (zero phase), "savgol" (Savitzky-Golay) or "none", which only cleans.
        cutoff_hz: of the Butterworth filter, 0.1 to 100; None chooses it for each curve by residual analysis.
        order: of the Butterworth filter after both its passes: 2, 4, 6 or 8.
        window_s: of the Savitzky-Golay filter, 0.01 to 10 seconds.
        polynomial: degree of the Savitzky-Golay filter's polynomials, 2 to 5.
        gap_s: the longest gap that is filled, 0 to 10 seconds between the measured values around it; 0 fills none.
        outlier_threshold: how many standard deviations from its neighbours' median make a value an outlier, 1 to 100;
            None looks for none.
        outlier_window_s: which neighbours: those within a window of this length around the value, 0.05 to 10 seconds.

    Raises:
        InvalidSetting: a value outside what is stated here.
    """

    method: str = "butterworth"
    cutoff_hz: float | None = None
    order: int = 4
    window_s: float = 0.3
    polynomial: int = 3
    gap_s: float = 0.25
    outlier_threshold: float | None = 4.0
    outlier_window_s: float = 0.4

    def __post_init__(self) -> None:
        _check_choice("method", self.method, FILTERS)
        if self.cutoff_hz is not None:
            object.__setattr__(self, "cutoff_hz", _number("cutoff_hz", self.cutoff_hz, 0.1, 100.0))
        if type(self.order) is not int or self.order not in (2, 4, 6, 8):
            raise InvalidSetting(name="order", value=repr(self.order), allowed="one of 2, 4, 6, 8")
        _check_whole_number("polynomial", self.polynomial, 2, 5)
        object.__setattr__(self, "window_s", _number("window_s", self.window_s, 0.01, 10.0))
        object.__setattr__(self, "gap_s", _number("gap_s", self.gap_s, 0.0, 10.0))
        if self.outlier_threshold is not None:
            threshold = _number("outlier_threshold", self.outlier_threshold, 1.0, 100.0)
            object.__setattr__(self, "outlier_threshold", threshold)
        object.__setattr__(self, "outlier_window_s", _number("outlier_window_s", self.outlier_window_s, 0.05, 10.0))

    def as_dict(self) -> dict[str, Any]:
        """The settings as plain values, for exports."""
        return asdict(self)


def _model_name(value: object) -> str:
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < len(MODELS):
        return MODELS[value]
    if isinstance(value, str) and value in MODELS:
        return value
    raise InvalidSetting(name="model", value=repr(value), allowed="one of lite (0), full (1), heavy (2)")


def _check_choice(name: str, value: object, allowed: tuple[object, ...]) -> None:
    if not any(value is choice or (isinstance(choice, str) and value == choice) for choice in allowed):
        raise InvalidSetting(name=name, value=repr(value), allowed="one of " + ", ".join(map(str, allowed)))


def _end(end_s: object, start_s: float) -> float:
    end = _number("end_s", end_s, 0.0, 1e6)
    if end <= start_s:
        raise InvalidSetting(name="end_s", value=repr(end_s), allowed=f"later than the start, {start_s:g} s")
    return end


def _point(value: object) -> tuple[float, float, float]:
    if not isinstance(value, tuple) or len(value) != 3:
        raise InvalidSetting(name="follow_point", value=repr(value), allowed="a time and two pixels, (s, x, y)")
    time_s, x, y = (_number("follow_point", part, -1e6, 1e6) for part in value)
    return time_s, x, y


def _check_whole_number(name: str, value: object, low: int, high: int) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise InvalidSetting(name=name, value=repr(value), allowed=f"a whole number from {low} to {high}")


def _fraction(name: str, value: object) -> float:
    return _number(name, value, 0.0, 1.0)


def _number(name: str, value: object, low: float, high: float) -> float:
    number = float(value) if isinstance(value, int | float) and not isinstance(value, bool) else math.nan
    if not low <= number <= high:
        raise InvalidSetting(name=name, value=repr(value), allowed=f"a number from {low:g} to {high:g}")
    return number
