"""The figure of the angle curves shows `joint_angles`' numbers."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from core import joint_angles
from core.motion.groups import GROUPS
from core.skeleton import SIDE_COLOURS
from core.view.curves import MOST_DRAWN_AS_PATHS, curves_figure
from tests.core.recordings import some_recording, without


def test_a_row_for_each_kind_with_both_sides() -> None:
    figure = curves_figure(some_recording(6), ["knee", "neck"])
    strong = [trace for trace in figure.data if trace.opacity == 1]
    assert [(trace.name, trace.yaxis) for trace in strong] == [("left", "y"), ("right", "y"), ("centre", "y2")]
    assert [trace.line.color for trace in strong] == list(SIDE_COLOURS.values())


def test_curves_are_the_angles_with_gaps_and_faint_where_they_are_not_to_be_trusted() -> None:
    recording = without(some_recording(6), 2, 0)
    recording = dataclasses.replace(recording, presence=np.ones_like(recording.presence))
    angles = joint_angles(recording)
    knee = angles[angles["joint"] == "left_knee"]
    faint, strong = curves_figure(recording, ["knee"], min_trust=0.3).data[:2]
    np.testing.assert_array_equal(faint.x, recording.time)
    np.testing.assert_array_equal(faint.y, knee["angle_deg"])
    assert np.isnan(faint.y[2])
    np.testing.assert_array_equal(np.isnan(strong.y), ~(knee["trust"].to_numpy() >= 0.3))


def test_the_other_person_reading_and_space_can_be_had() -> None:
    recording = some_recording(3, 2)
    angles = joint_angles(recording, "image")
    own = angles[(angles["joint"] == "right_hip") & (angles["person"] == 1)]
    figure = curves_figure(recording, ["hip"], person=1, space="image", reading="flexion_deg")
    np.testing.assert_array_equal(figure.data[2].y, own["flexion_deg"])


@pytest.mark.parametrize(("group", "reading"), [("planes", "flexion_deg"), ("vertical", "vertical_deg")])
def test_other_groups_of_angles_have_their_own_reading(group: str, reading: str) -> None:
    recording = some_recording(4, 2)
    kind = GROUPS[group].kinds[0]
    figure = curves_figure(recording, [kind], group=group, person=1, reading="flexion_deg")
    angles = GROUPS[group].measure(recording).table()
    own = angles[(angles[angles.columns[3]] == f"left_{kind}") & (angles["person"] == 1)]
    np.testing.assert_array_equal(figure.data[0].y, own[reading])


def test_long_recordings_are_drawn_by_the_graphics_card() -> None:
    assert {trace.type for trace in curves_figure(some_recording(MOST_DRAWN_AS_PATHS + 1), ["knee"]).data} == {
        "scattergl"
    }


def test_every_kind_fits_into_one_figure_in_both_themes() -> None:
    for theme in ("light", "dark"):
        figure = curves_figure(some_recording(2), GROUPS["joints"].kinds, theme=theme)
        assert figure.layout.height > 1000
    assert curves_figure(some_recording(2), []).data == ()
