"""The 3D correction: from what MediaPipe says of a body to one that agrees better with what the picture shows.

Three steps, each in its own module:

1. `refinement.learned`: networks that have learned how MediaPipe errs, from rendered bodies whose truth is known.
2. `refinement.time`: in a clip, depth that jumps is mended and what trembles is smoothed.
3. `refinement.bones`: bones of human length, the same left and right and in every frame of a clip.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from core.detection.refinement.bones import HEAD, likely_lengths, with_lengths
from core.detection.refinement.features import USED, Array, turned, upright
from core.detection.refinement.learned import learned_bodies
from core.detection.refinement.time import smoothed
from core.progress import same_frames
from core.recording import Recording

# Eyes and mouth, and how much each goes along with the nose, the left and the right ear.
FACE = [1, 2, 3, 4, 5, 6, 9, 10]
FOLLOWING = np.array([[1 - ear, ear, 0] if left else [1 - ear, 0, ear] for left, ear in (
    (True, 0.15), (True, 0.3), (True, 0.45), (False, 0.15), (False, 0.3), (False, 0.45), (True, 0.0), (False, 0.0)
)])  # fmt: skip
# So many bodies go through the networks at once: enough for speed, little enough for memory.
BATCH = 2048
# As many frames before those that are new are corrected with them, so that smoothing has something to go by.
CONTEXT_FRAMES = 15


def refined_body(
    image: NDArray[np.float32],
    world: NDArray[np.float32],
    visibility: NDArray[np.float32],
    time_s: NDArray[np.float64] | None = None,
) -> NDArray[np.float32]:
    """The bodies of a recording, corrected.

    Args:
        image: (T, P, 33, 3), x and y in pixels of the upright source, z in the same pixels.
        world: (T, P, 33, 3) metres, origin between the hips, x right, y down, z away from the camera.
        visibility: (T, P, 33), 0 to 1.
        time_s: (T,) rising; may be left out for a photo, T = 1.

    Returns:
        (T, P, 33, 3) in the frame and unit of `world`. NaN where, and only where, `image` or `world` is NaN.
    """
    times = np.zeros(len(world)) if time_s is None else time_s
    refined = np.full(world.shape, np.nan, np.float32)
    for person in range(world.shape[1]):
        there = np.isfinite(world[:, person]).all(axis=(1, 2)) & np.isfinite(image[:, person]).all(axis=(1, 2))
        if there.any():
            refined[there, person] = _refined_person(
                image[there, person], world[there, person], visibility[there, person], times[there]
            )
    return refined


class GrowingCorrection:
    """The correction of a clip that is still coming in, a preview: bodies keep the first answer that they were given.

    To correct the whole clip each time that some frames have come would take longer and longer. `refined_body` of the
    whole clip, which knows one set of bones and what comes after each frame, stands at the end.

    A correction belongs to a body, not to a place on the person axis: who is who in a preview may be decided anew with
    every frame. Only where a person is seen exactly as before, whatever their index was, is the answer kept.
    """

    def __init__(self) -> None:
        self._before: Recording | None = None
        self._refined: NDArray[np.float32] | None = None

    def of(self, recording: Recording) -> NDArray[np.float32]:
        """(T, P, 33, 3) for a recording of what there is now. Nobody may write into it: the next answer goes on in
        the same memory as long as nothing has changed."""
        before, kept = self._before, self._refined
        origins = _origins(before, recording)
        room = self._room(recording, origins)
        for person, (origin, frames) in enumerate(origins):
            if kept is not None and room is not kept:
                room[:frames, person] = kept[:frames, origin]
            start = max(0, frames - CONTEXT_FRAMES)
            come, own = recording.part(start, recording.frames), slice(person, person + 1)
            new = refined_body(come.image[:, own], come.world[:, own], come.visibility[:, own], come.time)
            room[frames : recording.frames, person] = new[frames - start :, 0]
        self._before, self._refined = recording, room
        answer = room[: recording.frames]
        answer.setflags(write=False)
        return answer

    def _room(self, recording: Recording, origins: list[tuple[int, int]]) -> NDArray[np.float32]:
        """Where the answer goes: behind the last one if it goes on, as earlier answers are still looked at."""
        before, kept = self._before, self._refined
        if (
            before is not None
            and kept is not None
            and kept.shape[1] == recording.people
            and recording.frames <= len(kept)
            and all(origin == (person, before.frames) for person, origin in enumerate(origins))
        ):
            return kept
        frames = recording.frames
        return np.empty((frames + frames // 2, *recording.world.shape[1:]), np.float32)


def _origins(before: Recording | None, recording: Recording) -> list[tuple[int, int]]:
    """For each person, who of those before is the same for the most frames from the first one on, and for how many."""
    if before is None:
        return [(0, 0)] * recording.people
    origins = []
    for person in range(recording.people):
        likely_first = sorted(range(before.people), key=lambda index: index != person)
        best = 0, 0
        for index in likely_first:
            frames = same_frames(before, index, recording, person)
            if frames > best[1]:
                best = index, frames
            if frames == before.frames:
                break
        origins.append(best)
    return origins


def _refined_person(image: Array, world: Array, visibility: Array, time_s: NDArray[np.float64]) -> Array:
    """One person in the N frames in which they were found: (N, 33, 3)."""
    batches = range(0, len(image), BATCH)
    parts = [as_learned(*(array[start : start + BATCH] for array in (image, world, visibility))) for start in batches]
    seen, learned = (np.concatenate(arrays) for arrays in zip(*parts, strict=True))
    points = smoothed(learned, time_s)
    # One person has one set of bones.
    return with_face(seen, with_lengths(points, np.median(likely_lengths(points), axis=0)))


def as_learned(image: Array, world: Array, visibility: Array) -> tuple[Array, Array]:
    """As seen (N, 33, 3) and as learned (N, K, 3), in metres, turned as the camera is."""
    bodies, roll_rad, pixels_per_metre = upright(image, world, visibility)
    seen = np.concatenate([image[..., :2] / pixels_per_metre[:, None, None], world[..., 2:]], axis=-1)
    return seen, turned(learned_bodies(bodies), -roll_rad)


def with_face(seen: Array, points: Array) -> Array:
    """All 33 landmarks: eyes and mouth go where nose and ears have gone, the rest is (N, K, 3) points."""
    body = np.empty_like(seen)
    body[:, USED] = points
    moved = points[:, HEAD] - seen[:, [USED[place] for place in HEAD]]
    body[:, FACE] = seen[:, FACE] + np.einsum("fh,nhd->nfd", FOLLOWING, moved)
    return body
