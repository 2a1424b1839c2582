"""The small 3D renderer: sides keep their colours, height is up, the scale is constant, everybody fits in."""

import dataclasses

import numpy as np
import pytest
from numpy.typing import NDArray

from core.errors import SpaceNotAvailable
from core.recording import Recording
from core.skeleton import SIDES
from core.view.skeleton_3d_frame import Skeleton3DFrame
from tests.core.recordings import some_recording, without


def standing(frames: int = 1, people: int = 1, step_x_px: float = 0.0) -> Recording:
    """Somebody upright who faces the camera: the left half of the body to the picture's right, half a metre wide."""
    made = some_recording(frames=frames, people=people)
    world = np.zeros_like(made.world)
    world[..., 0] = [{"left": 0.25, "right": -0.25, "centre": 0.0}[side] for side in SIDES]
    world[..., 1] = np.linspace(-0.9, 0.9, 33)
    image = world * 50 + np.array([80, 60, 0], np.float32)
    image[..., 0] += step_x_px * np.arange(people)[None, :, None]
    return dataclasses.replace(
        made, world=world, image=image.astype(np.float32), visibility=np.ones((frames, people, 33), np.float32)
    )


def blue(picture: NDArray[np.uint8]) -> NDArray[np.intp]:
    """(N, 2) rows and columns of the left side's pixels."""
    return np.argwhere(picture[..., 2].astype(int) - picture[..., 0] > 90)


def orange(picture: NDArray[np.uint8]) -> NDArray[np.intp]:
    return np.argwhere(picture[..., 0].astype(int) - picture[..., 2] > 90)


def test_seen_from_the_camera_left_and_right_and_up_and_down_are_right() -> None:
    made = standing()
    picture = Skeleton3DFrame(made, 200, 300, azimuth_deg=0, elevation_deg=0).draw(made)
    assert (picture.shape, picture.dtype) == ((300, 200, 3), np.uint8)
    assert blue(picture)[:, 1].mean() > 120 > 80 > orange(picture)[:, 1].mean()
    rows = np.concatenate([blue(picture), orange(picture)])[:, 0]
    assert rows.max() - rows.min() > 150
    # The head's landmarks come first and lie at the top, where more points are close together.
    assert rows.min() < 60


@pytest.mark.parametrize("azimuth_deg", [-60, 0, 30, 90, 200])
@pytest.mark.parametrize("elevation_deg", [0, 12, 45])
@pytest.mark.parametrize("size", [(120, 240), (240, 120)], ids=str)
def test_everybody_fits_in(azimuth_deg: float, elevation_deg: float, size: tuple[int, int]) -> None:
    made = standing(people=3, step_x_px=60)
    view = Skeleton3DFrame(made, *size, azimuth_deg=azimuth_deg, elevation_deg=elevation_deg)
    drawn = np.argwhere((view.draw(made) != view.draw(without_all(made))).any(axis=-1))
    assert drawn.min() > 0
    assert drawn[:, 0].max() < size[1] - 1 and drawn[:, 1].max() < size[0] - 1


def without_all(made: Recording) -> Recording:
    for person in range(made.people):
        made = without(made, 0, person)
    return made


def test_the_scale_is_the_same_in_every_frame() -> None:
    made = standing(frames=2)
    made.world[1] *= 0.5
    view = Skeleton3DFrame(made, 200, 200, azimuth_deg=0, elevation_deg=0)
    large, small = (np.ptp(blue(view.draw(made.part(frame, frame + 1)))[:, 0]) for frame in range(2))
    assert small == pytest.approx(large / 2, abs=6)


def test_landmarks_that_are_not_seen_are_faint() -> None:
    made = standing()
    view = Skeleton3DFrame(made, 200, 200)
    faint = dataclasses.replace(made, visibility=np.zeros_like(made.visibility))
    assert len(blue(view.draw(faint))) < 0.2 * len(blue(view.draw(made)))


@pytest.mark.parametrize("space", ["world", "image"])
def test_people_who_are_lost_or_not_wanted_are_left_out(space: str) -> None:
    made = standing(people=2, step_x_px=60)
    both = Skeleton3DFrame(made, 200, 200, space=space)
    one = Skeleton3DFrame(made, 200, 200, space=space, people=[1])
    assert len(blue(both.draw(made))) > len(blue(both.draw(without(made, 0, 0)))) > 0
    assert len(blue(one.draw(made))) > 0
    assert len(blue(one.draw(without(made, 0, 1)))) == 0
    assert len(blue(Skeleton3DFrame(made, 200, 200, people=[]).draw(made))) == 0


def test_coordinates_that_are_not_there_are_refused() -> None:
    with pytest.raises(SpaceNotAvailable):
        Skeleton3DFrame(standing(), 100, 100, space="refined")
