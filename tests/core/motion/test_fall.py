"""The fall warning, on stick figures that stand, squat, lie down slowly, and fall."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from core.motion.fall import FallWarning
from core.skeleton import LANDMARK_INDEX

TRUNK_PX, LEG_PX, FLOOR_PX = 120.0, 200.0, 460.0
PER_S = 25
VISIBLE = np.ones(33)


def figure(lean_deg: float, hips_above_floor: float) -> NDArray[np.float64]:
    """Shoulders and hips of somebody who leans, with the hips that high."""
    image = np.full((33, 3), 300.0)
    hips = np.array([300.0, FLOOR_PX - hips_above_floor])
    lean = np.radians(lean_deg)
    shoulders = hips - TRUNK_PX * np.array([np.sin(lean), np.cos(lean)])
    for side, aside in (("left", 10), ("right", -10)):
        image[LANDMARK_INDEX[f"{side}_hip"], :2] = hips + [aside, 0]
        image[LANDMARK_INDEX[f"{side}_shoulder"], :2] = shoulders + [aside, 0]
    return image


class Film:
    """Somebody before the camera."""

    def __init__(self) -> None:
        self.warning = FallWarning()
        self.now_s = 0.0
        self.at = (0.0, LEG_PX)

    def go_to(self, lean_deg: float, hips: float, seconds: float) -> bool:
        """Move evenly; gives whether it warns at the end."""
        steps = max(1, round(seconds * PER_S))
        for share in np.linspace(0, 1, steps + 1)[1:]:
            lean = self.at[0] + share * (lean_deg - self.at[0])
            high = self.at[1] + share * (hips - self.at[1])
            self.now_s += 1 / PER_S
            self.warning.see(self.now_s, figure(lean, high), VISIBLE)
        self.at = (lean_deg, hips)
        return self.warning.warns


def test_standing_and_squatting_do_not_warn() -> None:
    film = Film()
    assert not film.go_to(0, LEG_PX, 2)
    for _ in range(3):
        assert not film.go_to(35, 80, 0.8)
        assert not film.go_to(0, LEG_PX, 0.8)


def test_bending_down_quickly_and_staying_does_not_warn() -> None:
    film = Film()
    film.go_to(0, LEG_PX, 2)
    assert not film.go_to(90, LEG_PX, 1.5)
    assert not film.go_to(90, LEG_PX, 3)


def test_lying_down_slowly_does_not_warn() -> None:
    film = Film()
    film.go_to(0, LEG_PX, 2)
    film.go_to(10, 40, 3)
    film.go_to(85, 15, 3)
    assert not film.go_to(85, 15, 5)


def test_a_fall_warns_until_somebody_is_up_again() -> None:
    film = Film()
    film.go_to(0, LEG_PX, 2)
    film.go_to(85, 15, 0.6)
    assert film.go_to(85, 15, 1.0)
    assert film.go_to(80, 15, 30)
    film.go_to(0, LEG_PX, 2)
    assert not film.go_to(0, LEG_PX, 1)


def test_falling_and_getting_up_at_once_does_not_warn() -> None:
    film = Film()
    film.go_to(0, LEG_PX, 2)
    film.go_to(85, 15, 0.6)
    assert not film.go_to(20, LEG_PX / 2, 0.4)
    assert not film.go_to(0, LEG_PX, 1)


def test_nobody_and_somebody_hardly_seen_change_nothing() -> None:
    film = Film()
    film.go_to(0, LEG_PX, 2)
    film.go_to(85, 15, 0.6)
    assert film.go_to(85, 15, 1.5)
    assert film.warning.see(film.now_s + 1, np.full((33, 3), np.nan), VISIBLE)
    assert film.warning.see(film.now_s + 2, figure(0, LEG_PX), np.zeros(33))
