"""The flat figures: a bar for each landmark's visibility, left against right for each joint."""

import json

import numpy as np
import plotly.graph_objects as go
import pytest

from core import joint_angles
from core.skeleton import LANDMARKS, SIDE_COLOURS, SIDES
from core.view.charts import left_right_figure, visibility_figure
from core.view.tables import left_right_table
from core.view.theme import THEMES
from tests.core.recordings import some_recording

JOINTS = ["shoulder", "elbow", "wrist", "hip", "knee", "ankle"]


def refuse(constant: str) -> float:
    raise ValueError(f"{constant} is no JSON")


class TestVisibility:
    recording = some_recording(frames=2, people=2)

    @pytest.mark.parametrize(("frame", "person"), [(0, 0), (1, 0), (1, 1)])
    def test_each_landmark_has_its_bar_in_its_sides_colour(self, frame: int, person: int) -> None:
        figure = visibility_figure(self.recording, frame=frame, person=person)
        bars = {
            name: (length, bar.marker.color) for bar in figure.data for name, length in zip(bar.y, bar.x, strict=True)
        }
        assert bars == {
            name.replace("_", " "): (visibility, SIDE_COLOURS[side])
            for name, visibility, side in zip(LANDMARKS, self.recording.visibility[frame, person], SIDES, strict=True)
        }

    def test_from_0_to_1_nose_at_the_top(self) -> None:
        layout = visibility_figure(self.recording).layout
        assert list(layout.xaxis.range) == [0, 1]
        assert list(layout.yaxis.categoryarray) == [name.replace("_", " ") for name in reversed(LANDMARKS)]

    def test_words_come_from_the_caller(self) -> None:
        figure = visibility_figure(self.recording, label=lambda name: f"<{name}>")
        assert [bar.name for bar in figure.data] == ["<left>", "<right>", "<centre>"]
        assert figure.layout.xaxis.title.text == "<visibility_axis>"


class TestLeftRight:
    table = left_right_table(joint_angles(some_recording(seed=5)))

    def test_left_and_right_bars_are_the_tables(self) -> None:
        figure = left_right_figure(self.table)
        assert [bar.name for bar in figure.data] == ["left", "right"]
        for bar in figure.data:
            assert list(bar.x) == JOINTS
            np.testing.assert_array_equal(bar.y, self.table[f"{bar.name}_deg"][:6])
            assert bar.marker.color == SIDE_COLOURS[bar.name]

    def test_the_axis_bears_degrees_and_the_name_given(self) -> None:
        axis = left_right_figure(self.table, axis="flexion_axis").layout.yaxis
        assert (axis.title.text, axis.ticksuffix) == ("flexion axis", "°")


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(
    "make",
    [
        lambda theme: visibility_figure(some_recording(), theme=theme),
        lambda theme: left_right_figure(TestLeftRight.table, theme=theme),
    ],
    ids=["visibility", "left and right"],
)
def test_theme_and_json(make: object, theme: str) -> None:
    figure: go.Figure = make(theme)  # type: ignore[operator]
    assert figure.layout.paper_bgcolor == figure.layout.plot_bgcolor == THEMES[theme].ground
    assert figure.layout.font.color == THEMES[theme].ink
    assert len(json.loads(figure.to_json(), parse_constant=refuse)["data"]) == len(figure.data)
