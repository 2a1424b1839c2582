"""Boxes, angles and numbers on the overlay: where they are written and where not."""

from __future__ import annotations

import itertools
from collections.abc import Mapping

import numpy as np
import pytest
from numpy.typing import NDArray

from core.settings import OverlayStyle
from core.skeleton import LANDMARK_INDEX
from core.view.overlay import draw_overlay, person_box
from tests.core.view.overlay_pictures import BODY, LEFT_LEG, RIGHT_ARM, Points, changed, make_recording, noise, plain


class TestBoxes:
    def test_spans_the_landmarks_with_a_margin(self) -> None:
        assert person_box(make_recording(BODY), 0, 0) == pytest.approx((182, 82, 318, 418))

    def test_reaches_over_the_crown_of_the_head(self) -> None:
        face = {"left_eye": (260, 60), "right_eye": (240, 60), "mouth_left": (260, 80), "mouth_right": (240, 80)}
        box = person_box(make_recording({**BODY, **face}), 0, 0)
        assert box is not None
        assert box[1] < 60 - 1.6 * 20

    @pytest.mark.parametrize(
        ("points", "expected"),
        [
            pytest.param({}, None, id="nobody"),
            pytest.param({"nose": (-5, 10), "left_hip": (2000, 10)}, None, id="all outside"),
            pytest.param(
                {"nose": (0, 0), "left_hip": (640, 480), "left_knee": (9e9, 0)}, (0, 0, 640, 480), id="clipped"
            ),
        ],
    )
    def test_only_what_is_inside_counts(self, points: Points, expected: object) -> None:
        assert person_box(make_recording(points), 0, 0) == expected

    def test_brackets_stand_at_the_corners_and_leave_the_sides_open(self) -> None:
        recording = make_recording(BODY)
        rgb = plain(recording, (0, 0, 0))
        drawn = draw_overlay(rgb, recording, OverlayStyle(boxes=True)).min(axis=-1)
        for x, y in itertools.product((182, 318), (82, 418)):
            assert drawn[y - 2 : y + 3, x - 2 : x + 3].max() > 200
        assert drawn[250, 178:188].max() == 0
        assert drawn[78:88, 250].max() == 0

    @pytest.mark.parametrize(("people", "tagged"), [(1, False), (2, True)], ids=["alone", "one of two"])
    def test_a_number_only_when_there_are_several(self, people: int, tagged: bool) -> None:
        recording = make_recording(BODY, *[{}] * (people - 1))
        rgb = plain(recording, (0, 0, 0))
        drawn = draw_overlay(rgb, recording, OverlayStyle(boxes=True))
        assert bool(drawn[66:80, 184:200].any()) == tagged


class TestAngles:
    recording = make_recording(RIGHT_ARM)
    elbow = LANDMARK_INDEX["right_elbow"]

    def difference(self, labels: Mapping[tuple[int, int], float], style: OverlayStyle) -> NDArray[np.bool_]:
        rgb = noise(self.recording)
        without = draw_overlay(rgb, self.recording, OverlayStyle())
        return changed(without, draw_overlay(rgb, self.recording, style, angle_labels=labels))

    def test_written_near_the_joint(self) -> None:
        rows, columns = np.nonzero(self.difference({(0, self.elbow): 90.0}, OverlayStyle(angles=True)))
        assert len(rows) > 300
        assert np.hypot(columns - 300, rows - 200).max() < 80

    def test_the_label_lies_outside_of_the_bend(self) -> None:
        # On white the sector inside the bend, itself white, does not show.
        rgb = plain(self.recording, (255, 255, 255))
        without = draw_overlay(rgb, self.recording, OverlayStyle())
        labels = {(0, self.elbow): 90.0}
        drawn = draw_overlay(rgb, self.recording, OverlayStyle(angles=True), angle_labels=labels)
        rows, columns = np.nonzero(changed(without, drawn))
        # The arm goes up and to the right from the elbow: outside is below and to the left.
        assert rows.mean() > 205
        assert columns.mean() < 295

    @pytest.mark.parametrize(
        ("labels", "style"),
        [
            ({(0, 14): 90.0}, OverlayStyle()),
            ({}, OverlayStyle(angles=True)),
            ({(0, 14): float("nan")}, OverlayStyle(angles=True)),
            ({(0, 13): 90.0}, OverlayStyle(angles=True)),
            ({(5, 14): 90.0}, OverlayStyle(angles=True)),
        ],
        ids=["not wanted", "none given", "nan", "landmark not found", "no such person"],
    )
    def test_nothing_is_written(self, labels: dict[tuple[int, int], float], style: OverlayStyle) -> None:
        assert not self.difference(labels, style).any()

    def test_each_person_has_their_own(self) -> None:
        recording = make_recording(RIGHT_ARM, {name: (x - 250, y + 200) for name, (x, y) in RIGHT_ARM.items()})
        rgb = noise(recording)
        style = OverlayStyle(angles=True)
        without, with_label = (
            draw_overlay(rgb, recording, style, angle_labels=labels) for labels in ({}, {(1, self.elbow): 90.0})
        )
        rows, columns = np.nonzero(changed(without, with_label))
        assert len(rows) > 300
        assert np.hypot(columns - 50, rows - 400).max() < 80


def test_numbers_stand_beside_their_points_and_not_on_them() -> None:
    recording = make_recording(LEFT_LEG)
    rgb = noise(recording)
    without = draw_overlay(rgb, recording, OverlayStyle())
    difference = changed(without, draw_overlay(rgb, recording, OverlayStyle(numbers=True)))
    for x, y in LEFT_LEG.values():
        assert difference[int(y) - 30 : int(y) + 31, int(x) - 40 : int(x) + 41].sum() > 60
        assert not difference[int(y) - 2 : int(y) + 3, int(x) - 2 : int(x) + 3].any()
    rows, columns = np.nonzero(difference)
    distances = [np.hypot(columns - x, rows - y) for x, y in LEFT_LEG.values()]
    assert np.min(distances, axis=0).max() < 50
