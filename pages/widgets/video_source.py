"""Where the clip comes from, which part of it is analysed, and the analysis that belongs to these choices."""

from __future__ import annotations

import logging
import math
from collections.abc import Callable
from pathlib import Path

import streamlit as st

from core import Recording, Settings
from core.errors import ClipNotStored, FileMissing, PosescopeError
from core.media.limits import MOST_FRAMES, MOST_PIXELS
from core.media.slow_motion import mean_rate
from core.media.videos import Clip
from core.settings import STORED
from pages.language import error_text, text
from pages.widgets.choices import choices, clip_settings, recorded_frame_rate
from pages.widgets.clip_analyses import Standing
from pages.widgets.clips import SAMPLES, OpenClip, desk, sample_clip
from pages.widgets.people import IN_CLIP
from pages.widgets.plain_text import plain
from pages.widgets.settings_panel import every_nth_frame
from pages.widgets.source_picker import source_choice, upload_field
from pages.widgets.video_job import VideoJob

_LOG = logging.getLogger("posescope")
SOURCES = ("upload", "sample")
LARGEST_MB = 200
# Shorter clips have no parts worth choosing.
SHORTEST_WITH_PARTS_S = 0.5
# What plays at another speed by less is not told.
SAME_SPEED_WITHIN = 0.005
# What was recorded live is there at once; only the camera's coach looks at it once more.
RECORDED_WAIT_S = 2.0


def clip_source() -> None:
    """Upload or sample, and with a clip open the choice of its part."""
    with st.container(horizontal=True, vertical_alignment="center", key="video_source_row"):
        source = source_choice(
            text("video.source"), {name: text(f"video.source_{name}") for name in SOURCES}, key="video_source"
        )
        if source == "sample":
            for name in SAMPLES:
                st.button(text(f"video.sample_{name}"), key=f"clip_{name}", on_click=open_sample_clip, args=(name,))
    if source == "upload":
        upload_field(
            text("video.upload"),
            key="clip",
            on_files=lambda files: _open(*files[0]),
            largest_mb=LARGEST_MB,
            show_label=desk().opened is None,
        )
        if desk().opened is None:
            st.caption(text("video.limits", megapixels=f"{MOST_PIXELS / 1e6:g}", frames=f"{MOST_FRAMES:,}"))
    if "video_error" in st.session_state:
        _refused(st.session_state["video_error"])
    opened = desk().opened
    if opened is not None and opened.film is not None:
        _part(opened)
        _what_is_missing(opened.film.clip.missing_s)
        _slow_motion(opened.film.clip.recorded_at(recorded_frame_rate()))


def open_sample_clip(name: str) -> None:
    """Open one of the project's own clips."""
    _open(*sample_clip(name))


def open_live_recording(name: str, recording: Recording, video: Path | None) -> None:
    """Open something recorded live under this name."""
    _opened(name, lambda: desk().open_recording(name, recording, video))


def clip_standing(opened: OpenClip) -> Standing:
    """The clip's analyses as they stand. One that has just been opened is analysed at once; other settings wait for a
    click."""
    standing = opened.analyses.standing(lambda: _first_job(opened))
    shown, ended = standing.shown, standing.ended
    if st.session_state.get("video_job") is not shown:
        st.session_state["video_job"] = shown
        st.session_state.pop(IN_CLIP, None)  # the same number may be somebody else now
        opened.annotate(None)
        if opened.recorded is not None:
            shown.wait(RECORDED_WAIT_S)
    # Who was clicked is followed or not; a wish that has come to nothing does not go on waiting.
    point = wanted_settings(opened).follow_point
    if ended is not None and point is not None and point == ended.settings.follow_point:
        st.session_state["follow_point"] = _by_the_file(shown)
    return standing


def _by_the_file(job: VideoJob) -> tuple[float, float, float] | None:
    """Whom an analysis was told to follow, by the file's clock: another choice about slow motion does not move it."""
    point = job.settings.follow_point
    slower = job.opened.slow_motion(job.settings.recorded_frame_rate)
    return None if point is None else (slower * point[0], *point[1:])


def analyse(opened: OpenClip) -> None:
    """Begin a new analysis as the choices say now. The one before is shown until the new one is complete."""
    opened.analyses.begin(VideoJob(opened, wanted_settings(opened), desk().connected))


def _first_job(opened: OpenClip) -> VideoJob:
    settings = wanted_settings(opened) if opened.recorded is None else opened.recorded.settings
    return VideoJob(opened, settings, desk().connected)


def wanted_settings(opened: OpenClip) -> Settings:
    """What the choices say now."""
    start, end = _chosen_part(opened)
    everything = end >= _whole(opened)[1]
    point = st.session_state.get("follow_point")
    if point is not None:
        # Rounded, so that a point there and back is the same one.
        point = (round(point[0] / _slower(opened), 6), *point[1:])
    return clip_settings((start, None if everything else max(end, start + 0.01)), point)


def follow_point(time_s: float, x_px: float, y_px: float) -> None:
    """Follow the person who was clicked."""
    opened = desk().opened
    if opened is not None:
        job: VideoJob | None = st.session_state.get("video_job")
        slower = _slower(opened) if job is None else opened.slow_motion(job.settings.recorded_frame_rate)
        # Kept by the file's clock, as the part is: another choice about slow motion does not move the picture.
        st.session_state["follow_point"] = (slower * time_s, x_px, y_px)
        analyse(opened)


def _open(name: str, content: bytes) -> None:
    _opened(name, lambda: desk().open(name, content))


def _opened(name: str, open_it: Callable[[], object]) -> None:
    """Open another clip. The one before stays, with all that was said of it, where this one cannot be used."""
    try:
        open_it()
    except PosescopeError as error:
        st.session_state["video_error"] = error
    except FileNotFoundError:  # something recorded live has been forgotten meanwhile
        st.session_state["video_error"] = FileMissing(name=name)
    except OSError:
        _LOG.exception("A clip could not be stored")
        st.session_state["video_error"] = ClipNotStored(name=name)
    except Exception:
        _LOG.exception("A clip could not be opened")
        st.session_state["video_error"] = PosescopeError()
    else:
        for kept in ("video_error", "video_job", "follow_point", "clip_part"):
            st.session_state.pop(kept, None)


def _refused(error: PosescopeError) -> None:
    """Why the last file could not be opened, and that the one before is still there."""
    opened = desk().opened
    stays = "" if opened is None else f" {text('video.stays_open', name=opened.name)}"
    st.error(plain(f"{error_text(error)}{stays}"), icon=":material/error:")


def _part(opened: OpenClip) -> None:
    # On a phone they stand below each other, as far apart as otherwise beside.
    left, right = st.columns([2, 1], gap="medium", vertical_alignment="bottom")
    if opened.duration_s(recorded_frame_rate()) >= SHORTEST_WITH_PARTS_S:
        with left:
            _part_slider(opened)
    else:
        right = left
    with right:
        every_nth_frame()
    assert opened.film is not None
    if _offered(opened) != _whole(opened):
        frames = len(opened.film.clip.pts)
        st.caption(text("video.too_long", frames=f"{frames:,}", limit=f"{MOST_FRAMES:,}"))


def _part_slider(opened: OpenClip) -> None:
    """From when to when the clip is analysed."""
    st.session_state["clip_part_choice"] = _chosen_part(opened)

    def choose() -> None:
        slower = _slower(opened)
        start, end = st.session_state["clip_part_choice"]
        whole = end >= _whole(opened)[1]
        st.session_state["clip_part"] = (slower * start, math.inf if whole else slower * end)

    st.slider(
        text("video.part"),
        *_whole(opened),
        step=0.01,
        format="%.2f s",
        key="clip_part_choice",
        on_change=choose,
    )


def _what_is_missing(seconds: float) -> None:
    """One sentence where the file was not copied to its end, as long as the clip is open."""
    if math.isnan(seconds):
        st.warning(text("video.missing_end_unknown"), icon=":material/content_cut:")
    elif seconds:
        st.warning(text("video.missing_end", seconds=f"{seconds:.1f}"), icon=":material/content_cut:")


def _slow_motion(clip: Clip) -> None:
    """One sentence where times are not those of the file."""
    slow = clip.slow_motion
    if abs(slow.factor - 1) < SAME_SPEED_WITHIN:
        if slow.told_by and recorded_frame_rate() == STORED:
            st.caption(text("video.slow_motion_ignored"))
    elif slow.factor > 1:
        key = "video.slow_motion_chosen" if slow.told_by == "settings" else "video.slow_motion"
        st.caption(text(key, times=f"{slow.factor:.3g}", rate=f"{mean_rate(clip.time_s):.4g}"))
    else:
        st.caption(text("video.time_lapse", times=f"{1 / slow.factor:.3g}", rate=f"{mean_rate(clip.time_s):.3g}"))


def _offered(opened: OpenClip) -> tuple[float, float]:
    """The part to begin with: all of it, or from its beginning as much as is analysed at once."""
    frames = MOST_FRAMES * choices()["every_nth_frame"]
    if opened.film is None or len(opened.film.clip.pts) <= frames:
        return _whole(opened)
    return 0.0, math.floor(100 * opened.film.clip.recorded_at(recorded_frame_rate()).time_s[frames - 1]) / 100


def _whole(opened: OpenClip) -> tuple[float, float]:
    """From the first frame to the end of the last one, rounded up to what the slider can show."""
    return 0.0, math.ceil(100 * opened.duration_s(recorded_frame_rate())) / 100


def _chosen_part(opened: OpenClip) -> tuple[float, float]:
    """From and to in seconds of reality; it is kept by the file's clock, with infinity for the end."""
    if "clip_part" not in st.session_state:
        return _offered(opened)
    slower, last = _slower(opened), _whole(opened)[1]
    start, end = (round(float(kept) / slower, 2) if kept < math.inf else last for kept in st.session_state["clip_part"])
    return min(start, last), min(end, last)


def _slower(opened: OpenClip) -> float:
    """How many times slower than life the video plays, by what is chosen now."""
    return opened.slow_motion(recorded_frame_rate())
