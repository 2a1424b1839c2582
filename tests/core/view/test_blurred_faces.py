"""The face is covered wholly, also turned, small, at the edge, or lost for a moment; the rest stays as it was."""

import dataclasses

import numpy as np
import pytest
from numpy.typing import NDArray

from core.recording import Recording
from core.view.blurred_faces import BlurredFaces, face_ellipses
from tests.core.recordings import some_picture, some_recording, without

# A face seen from the front, in units of half the distance between the ears: x to the picture's right, y down.
FACE = np.array(
    [(0, 0.1), (0.2, -0.25), (0.35, -0.25), (0.5, -0.22), (-0.2, -0.25), (-0.35, -0.25), (-0.5, -0.22)]
    + [(1, 0), (-1, 0), (0.3, 0.5), (-0.3, 0.5)]
)
OUTLINE = np.array(
    [(0, -1.3), (0, 1.2), (0.9, -0.6), (-0.9, -0.6), (0.8, 0.7), (-0.8, 0.7)]
)  # hair, chin, temples, jaw


def with_face(x: float, y: float, size: float, turned_deg: float = 0.0, frames: int = 1) -> Recording:
    made = some_recording(frames=frames)
    image = np.full_like(made.image, np.nan)
    image[:, 0, :11, :2] = placed(FACE, x, y, size, turned_deg)
    return dataclasses.replace(made, image=image, time=0.1 * np.arange(frames))


def placed(points: NDArray[np.float64], x: float, y: float, size: float, turned_deg: float) -> NDArray[np.float64]:
    turn = np.radians(turned_deg)
    return size * points @ np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]]) + (x, y)


def changed(before: NDArray[np.uint8], after: NDArray[np.uint8]) -> NDArray[np.bool_]:
    return np.asarray((before != after).any(axis=-1))


@pytest.mark.parametrize("turned_deg", [0, 35, 90, 180, 265])
@pytest.mark.parametrize("size", [1.0, 10.0, 20.0])
def test_the_whole_face_is_covered_and_little_else(turned_deg: float, size: float) -> None:
    made = with_face(80, 60, size, turned_deg)
    rgb = some_picture(made)
    where = changed(rgb, BlurredFaces(made).blur(rgb, 0.0))
    for x, y in placed(np.concatenate([FACE, OUTLINE]), 80, 60, size, turned_deg):
        assert where[int(y) - 1 : int(y) + 2, int(x) - 1 : int(x) + 2].all()
    rows, columns = np.nonzero(where)
    assert np.hypot(rows - 60, columns - 80).max() <= max(3 * size, 12)


def test_nothing_of_the_face_is_left() -> None:
    made = with_face(80, 60, 20)
    rgb = some_picture(made)
    blurred = BlurredFaces(made).blur(rgb, 0.0)[40:80, 65:95]
    # Neighbours are alike everywhere: only a handful of means is left of the noise.
    assert np.abs(np.diff(blurred.astype(int), axis=1)).max() <= 12
    assert np.abs(np.diff(rgb[40:80, 65:95].astype(int), axis=1)).mean() > 60


@pytest.mark.parametrize(("x", "y"), [(0, 0), (159, 119), (-5, 60), (80, 125), (-500, 60), (80, 9000)])
def test_faces_at_and_beyond_the_edge_do_no_harm(x: float, y: float) -> None:
    made = with_face(x, y, 10)
    rgb = some_picture(made)
    blurred = BlurredFaces(made).blur(rgb, 0.0)
    assert blurred.shape == rgb.shape
    assert changed(rgb, blurred).any() == (-10 < x < 170 and y < 130)


def test_who_is_lost_for_a_moment_stays_blurred() -> None:
    made = with_face(80, 60, 10, frames=60)
    for frame in range(10, 25):
        made = without(made, frame, 0)
    faces, rgb = BlurredFaces(made), some_picture(made)
    assert all(changed(rgb, faces.blur(rgb, time_s))[55:65, 75:85].all() for time_s in np.arange(0, 6.4, 0.04))
    assert not changed(rgb, faces.blur(rgb, 7.0)).any()


def test_nobody_is_left_alone() -> None:
    made = some_recording(people=0)
    rgb = some_picture(made)
    assert not changed(rgb, BlurredFaces(made).blur(rgb, 0.0)).any()
    assert face_ellipses(made).shape == (1, 0, 6)


def test_a_single_missing_landmark_does_not_uncover_the_face() -> None:
    made = with_face(80, 60, 20)
    made.image[0, 0, 7] = np.nan
    rgb = some_picture(made)
    assert changed(rgb, BlurredFaces(made).blur(rgb, 0.0))[45:75, 65:95].all()
