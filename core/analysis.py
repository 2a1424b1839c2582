"""From a source to a Recording: what `core` is for."""

from __future__ import annotations

import functools
import math
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.detection.identity.tracks import Track
from core.detection.landmarker import MEDIAPIPE_VERSION, Landmarker
from core.detection.models import BUNDLES, FINDER_PATH, FINDER_SHA256
from core.detection.photo import people_in_picture
from core.detection.refine import GrowingCorrection, refined_body
from core.detection.tracking import ParallelTracking
from core.errors import NothingInPart, VideoTooManyFrames
from core.freed_memory import give_back_freed_memory
from core.media.images import read_image
from core.media.limits import MOST_FRAMES
from core.media.picture import Picture
from core.media.video_file import VideoSource
from core.media.videos import Clip, open_clip
from core.motion.swaps import repair_swaps
from core.progress import Progress
from core.recording import Recording
from core.settings import Settings
from core.version import VERSION

# A frame at just the time where a part begins or ends belongs to it.
_ROUNDING_S = 1e-6
# Of frames that could not be decoded; how many there are is told in any case.
_MOST_STRETCHES_TOLD = 20

# Shared by all callers that bring no landmarker of their own, so that only the first picture loads a model.
shared_landmarker = functools.lru_cache(maxsize=None)(Landmarker)


def analyse_image(
    source: str | Path | bytes | NDArray[np.uint8] | Picture,
    settings: Settings | None = None,
    *,
    name: str | None = None,
    landmarker: Landmarker | None = None,
) -> Recording:
    """Find the people in a photo.

    A large JPEG is decoded in full size only if what is looked for may be small in it.

    Args:
        source: a path, the bytes of a picture file, an upright RGB picture (H, W, 3) uint8, or what
            `core.media.images.read_image` gave.
        settings: what to do; the defaults if None.
        name: how the recording calls its source; the file's name if None.
        landmarker: one of the settings' model; a shared one if None.

    Returns:
        A recording of one frame. P is the number of people found, which may be 0; the largest person comes first. Of a
        file with several pictures, `provenance` says so: `picture_taken` is "1 of 24".

    Raises:
        ImageError, InvalidSource: the picture cannot be used.
        ModelError: a bundled model cannot be used.
        DetectionFailed: MediaPipe failed on it.
    """
    settings = settings or Settings()
    picture = read_image(source, settings, name)
    found, left_out = people_in_picture(picture, settings, landmarker or shared_landmarker(settings.model))
    made_by = provenance(settings)
    if picture.pictures > 1:
        made_by["picture_taken"] = f"1 of {picture.pictures}"
    return Recording(
        time=np.zeros(1),
        image=found.image[None],
        world=found.world[None],
        refined=refined_body(found.image[None], found.world[None], found.visibility[None]),
        visibility=found.visibility[None],
        presence=found.presence[None],
        mask=None if found.mask is None else found.mask[None],
        width=picture.width,
        height=picture.height,
        frame_rate=0.0,
        source=picture.name,
        settings=settings,
        provenance=made_by,
        left_out=left_out,
    )


def analyse_video(
    source: VideoSource,
    settings: Settings | None = None,
    progress: Callable[[Progress], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
    *,
    name: str | None = None,
    workers: int | None = None,
) -> Recording:
    """Follow the people in a clip.

    Args:
        source: a path, or the bytes of a video file.
        settings: what to do; the defaults if None.
        progress: told a few times a second how far it is, and once at the end.
        cancelled: asked several times a second; True ends the work, and what has been analysed without a gap from the
            first frame on is returned.
        name: how the recording calls its source; the file's name if None.
        workers: how many threads; as many as there are cores if None. The result does not depend on it.

    Returns:
        A recording of the wanted frames, with the container's own times. Where a person was not found there is NaN.
        With `people` "one" P is 1, or 0 if nobody was found at all. What has been exchanged between left and right
        stands in its `repairs`; what `progress` hands out on the way is as the detector sees it.

    Raises:
        VideoError, FileMissing, EmptyFile: the clip cannot be used.
        ModelError: a bundled model cannot be used.
        DetectionFailed: MediaPipe failed on it.
    """
    settings = settings or Settings()
    clip = open_clip(source, name).recorded_at(settings.recorded_frame_rate)
    stamps = _wanted_stamps(clip, settings)
    tracking = ParallelTracking(clip, stamps, settings, shared_landmarker(looking_model(settings)), workers)
    begun = time.perf_counter()

    correction = GrowingCorrection()

    def recorded(frames: int) -> Recording:
        people, left_out = tracking.people(frames)
        return _video_recording(tracking, Track.of(people, frames), left_out)

    def so_far() -> Recording | None:
        frames = tracking.frames_finished
        if not frames:
            return None
        recording = recorded(frames)
        return replace(recording, refined=correction.of(recording))

    def tell(phase: str) -> None:
        if progress is not None:
            done, total = tracking.frames_done, len(stamps)
            speed = done / max(1e-6, time.perf_counter() - begun)
            progress(Progress(done, total, speed, (total - done) / speed if done else 0.0, so_far, phase))

    asked = cancelled or (lambda: False)
    for _ in tracking.run(asked):
        tell("following")
    tell("identities")
    tracking.look_again(asked)
    give_back_freed_memory()  # each chunk and each person had a landmarker
    recording = recorded(tracking.frames_finished)
    # Before the correction, which takes one set of bones and a smooth path for granted.
    if settings.repair_sides:
        tell("sides")
        recording = repair_swaps(recording)[0]
    tell("refining")
    return _refined(recording)


def looking_model(settings: Settings) -> str:
    """The model that says where somebody is in a clip: full does it as well as heavy, in a third of the time."""
    return "full" if settings.people == "all" and settings.model == "heavy" else settings.model


def _wanted_stamps(clip: Clip, settings: Settings) -> NDArray[np.int64]:
    """The time stamps of the frames to analyse."""
    time_s = clip.time_s
    end_s = np.inf if settings.end_s is None else settings.end_s
    is_in_part = (time_s >= settings.start_s - _ROUNDING_S) & (time_s <= end_s + _ROUNDING_S)
    stamps = clip.pts[is_in_part][:: settings.every_nth_frame]
    if not len(stamps):
        raise NothingInPart(name=clip.name, start_s=f"{settings.start_s:g}", end_s=f"{end_s:g}")
    if len(stamps) > MOST_FRAMES:
        raise VideoTooManyFrames(name=clip.name, frames=len(stamps), limit=MOST_FRAMES)
    return stamps


def _video_recording(tracking: ParallelTracking, track: Track, left_out: int) -> Recording:
    clip, settings = tracking.clip, tracking.settings
    made_by = provenance(settings)
    if (looking := looking_model(settings)) != settings.model:
        made_by |= {"looking_model": looking, "looking_model_sha256": BUNDLES[looking].sha256}
    there = np.flatnonzero(tracking.decoded[: len(track.image)])
    time_s = ((tracking.stamps - clip.pts[0]) * clip.seconds_per_pts)[there]
    span = float(time_s[-1] - time_s[0]) if len(there) > 1 else 0.0
    return Recording(
        time=time_s,
        image=track.image[there],
        world=track.world[there],
        visibility=track.visibility[there],
        presence=track.presence[there],
        width=clip.width,
        height=clip.height,
        frame_rate=(len(there) - 1) / span if span else 0.0,
        source=clip.name,
        settings=settings,
        provenance=made_by | _what_is_missing(clip) | _not_decoded(tracking, len(track.image)) | _real_time(clip),
        left_out=left_out,
    )


def _what_is_missing(clip: Clip) -> dict[str, str]:
    if clip.missing_s == 0:
        return {}
    return {"missing_at_end_s": "unknown" if math.isnan(clip.missing_s) else f"{clip.missing_s:.2f}"}


def _not_decoded(tracking: ParallelTracking, frames: int) -> dict[str, str]:
    """How many of the wanted frames never came, and when they would have been shown."""
    at_start = tracking.clip.lost_at_start if tracking.settings.start_s == 0 else 0
    return _lost_on_the_way(tracking, frames) | ({"frames_lost_at_start": str(at_start)} if at_start else {})


def _lost_on_the_way(tracking: ParallelTracking, frames: int) -> dict[str, str]:
    lost = np.flatnonzero(~tracking.decoded[:frames])
    if not len(lost):
        return {}
    time_s = (tracking.stamps - tracking.clip.pts[0]) * tracking.clip.seconds_per_pts
    stretches = np.split(lost, np.flatnonzero(np.diff(lost) > 1) + 1)
    when = ", ".join(f"{time_s[each[0]]:.2f}-{time_s[each[-1]]:.2f}" for each in stretches[:_MOST_STRETCHES_TOLD])
    if len(stretches) > _MOST_STRETCHES_TOLD:
        when += ", ..."
    return {"frames_not_decoded": str(len(lost)), "frames_not_decoded_s": when}


def _real_time(clip: Clip) -> dict[str, str]:
    """By how much the clip's file is slower than life, and who says so, where its own times were not taken."""
    slow = clip.slow_motion
    return {"slow_motion": f"{slow.factor:.6g}", "slow_motion_by": slow.told_by} if slow.told_by else {}


def _refined(recording: Recording) -> Recording:
    body = refined_body(recording.image, recording.world, recording.visibility, recording.time)
    return replace(recording, refined=body)


def provenance(settings: Settings) -> dict[str, str]:
    """What made a recording: versions, the model and its SHA-256, the same of what finds people's places."""
    return {
        "posescope": VERSION,
        "mediapipe": MEDIAPIPE_VERSION,
        "model": settings.model,
        "model_sha256": BUNDLES[settings.model].sha256,
        "finder": FINDER_PATH.stem,
        "finder_sha256": FINDER_SHA256,
    }
