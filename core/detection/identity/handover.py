"""Whom one chunk of a clip has followed to its end and the next one has not found: they are followed on through it."""

from __future__ import annotations

import contextlib
from collections.abc import Callable

from core.detection.agreement import SAME_PERSON
from core.detection.identity.follower import EXPECTED_S, Follower
from core.detection.identity.tracklet import Tracklet
from core.detection.tracking import ParallelTracking


def hand_over(tracking: ParallelTracking, cancelled: Callable[[], bool]) -> None:
    """Follow people on over the seams between chunks. Adds to the chunks' tracklets.

    Args:
        tracking: of everyone, finished or cancelled.
        cancelled: asked for each frame that is looked at; True ends it.

    Raises:
        DetectionFailed: MediaPipe refused a frame.
    """
    for number in range(1, len(tracking.chunks)):
        before, after = tracking.everyone[number - 1], tracking.everyone[number]
        if before is None or after is None:
            return
        last = tracking.chunks[number].start - 1
        there = after.tracklets()
        for tracklet in before.tracklets():
            reaches_end = tracklet.frames[-1] == last
            if reaches_end and not any(other.is_at(last, tracklet.looks[-1].image, SAME_PERSON) for other in there):
                after.add(_followed_on(tracking, number, tracklet, there, cancelled))


def _followed_on(
    tracking: ParallelTracking,
    number: int,
    missed: Tracklet,
    there: list[Tracklet],
    cancelled: Callable[[], bool],
) -> Tracklet:
    """Somebody until they are lost, or come to where somebody has been followed already."""
    known = dict(zip(missed.frames, missed.looks, strict=True))
    tracklet, follower = Tracklet(number), None
    with tracking.clip.reader() as reader, contextlib.ExitStack() as at_the_end:
        for frame, rgb, time_s in tracking.pictures(reader, number):
            if cancelled():
                break
            if follower is None and frame not in known:
                continue
            expected = known[frame].image if follower is None else tracklet.predicted(time_s, EXPECTED_S)
            if follower is None:
                follower = Follower(tracking.settings, rgb, known[frame].image, time_s)
                at_the_end.callback(follower.close)
            look = follower.see(rgb, time_s, expected)
            if look is None or any(other.is_at(frame, look.image, SAME_PERSON) for other in there):
                break
            tracklet.add(frame, rgb, time_s, look)
    return tracklet
