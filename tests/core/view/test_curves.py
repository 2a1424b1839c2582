"""The figure of the angle curves shows `joint_angles`' numbers."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from core import joint_angles
from core.motion.groups import GROUPS, MAIN_GROUP
from core.motion.kinematics import Kinematics, angle_kinematics
from core.recording import Recording
from core.settings import FilterSettings
from core.skeleton import SIDE_COLOURS
from core.view.curves import MOST_DRAWN_AS_PATHS, QUANTITIES, curves_figure
from tests.core.recordings import some_recording, without

RAW = FilterSettings(method="none", gap_s=0, outlier_threshold=None)


def curves_of(
    recording: Recording,
    group: str = MAIN_GROUP,
    space: str | None = None,
    reading: str = "angle_deg",
    settings: FilterSettings = RAW,
) -> Kinematics:
    return angle_kinematics(GROUPS[group].measure(recording, space), GROUPS[group].reading(reading), settings)


def test_a_row_for_each_kind_with_both_sides() -> None:
    figure = curves_figure(curves_of(some_recording(6)), ["knee", "neck"])
    strong = [trace for trace in figure.data if trace.opacity == 1]
    assert [(trace.name, trace.yaxis) for trace in strong] == [("left", "y"), ("right", "y"), ("centre", "y2")]
    assert [trace.line.color for trace in strong] == list(SIDE_COLOURS.values())


def test_curves_are_the_angles_with_gaps_and_faint_where_they_are_not_to_be_trusted() -> None:
    recording = without(some_recording(6), 2, 0)
    recording = dataclasses.replace(recording, presence=np.ones_like(recording.presence))
    angles = joint_angles(recording)
    knee = angles[angles["joint"] == "left_knee"]
    faint, strong = curves_figure(curves_of(recording), ["knee"], min_trust=0.3, raw=False).data[1:3]
    np.testing.assert_array_equal(faint.x, recording.time)
    np.testing.assert_allclose(faint.y, 180 - knee["flexion_deg"], atol=1e-9)
    assert np.isnan(faint.y[2])
    np.testing.assert_array_equal(np.isnan(strong.y), ~(knee["trust"].to_numpy() >= 0.3))


def test_the_other_person_reading_and_space_can_be_had() -> None:
    recording = some_recording(3, 2)
    angles = joint_angles(recording, "image")
    own = angles[(angles["joint"] == "right_hip") & (angles["person"] == 1)]
    figure = curves_figure(curves_of(recording, space="image", reading="flexion_deg"), ["hip"], people=[1])
    thin = [trace for trace in figure.data if trace.line.width == 1]
    np.testing.assert_array_equal(thin[1].y, own["flexion_deg"])


def test_the_raw_curve_is_beside_the_filtered_one_and_what_was_filled_is_dotted() -> None:
    recording = some_recording(60)
    for frame in (20, 21):
        recording = without(recording, frame, 0)
    settings = FilterSettings(cutoff_hz=3, outlier_threshold=None)
    kinematics = curves_of(recording, settings=settings)
    knee = kinematics.angles.names.index("left_knee")
    raw, dotted, faint, _ = curves_figure(kinematics, ["knee"]).data[:4]
    np.testing.assert_array_equal(raw.y, kinematics.raw_deg[:, 0, knee])
    assert np.flatnonzero(np.isfinite(dotted.y)).tolist() == [19, 20, 21, 22] and dotted.line.dash == "dot"
    assert np.flatnonzero(np.isnan(faint.y)).tolist() == [20, 21]
    smooth = kinematics.curves.values[:, 0, knee]
    np.testing.assert_array_equal(faint.y, np.where(np.isin(np.arange(60), [20, 21]), np.nan, smooth))
    assert not np.allclose(faint.y, raw.y, equal_nan=True)


@pytest.mark.parametrize(("quantity", "unit"), QUANTITIES.items())
def test_speeds_can_be_shown_instead(quantity: str, unit: str) -> None:
    kinematics = curves_of(some_recording(30))
    values = {"angle": "values"}.get(quantity, quantity)
    neck = kinematics.angles.names.index("neck")
    figure = curves_figure(kinematics, ["neck"], quantity=quantity, min_trust=0)
    np.testing.assert_array_equal(figure.data[-1].y, getattr(kinematics.curves, values)[:, 0, neck])
    assert figure.layout.yaxis.ticksuffix == unit
    assert any(trace.line.width == 1 for trace in figure.data) == (quantity == "angle")


@pytest.mark.parametrize(("group", "reading"), [("planes", "flexion_deg"), ("vertical", "inclination_deg")])
def test_other_groups_of_angles_have_their_own_reading(group: str, reading: str) -> None:
    recording = some_recording(4, 2)
    kind = GROUPS[group].kinds[0]
    figure = curves_figure(curves_of(recording, group, reading="flexion_deg"), [kind], people=[1])
    angles = GROUPS[group].measure(recording).table()
    own = angles[(angles[angles.columns[3]] == f"left_{kind}") & (angles["person"] == 1)]
    np.testing.assert_array_equal(figure.data[0].y, own[reading])


def test_long_recordings_are_drawn_by_the_graphics_card() -> None:
    long = curves_of(some_recording(MOST_DRAWN_AS_PATHS + 1))
    assert {trace.type for trace in curves_figure(long, ["knee"]).data} == {"scattergl"}


def test_every_kind_fits_into_one_figure_in_both_themes() -> None:
    for theme in ("light", "dark"):
        figure = curves_figure(curves_of(some_recording(2)), GROUPS["joints"].kinds, theme=theme)
        assert figure.layout.height > 1000
    assert curves_figure(curves_of(some_recording(2)), []).data == ()
