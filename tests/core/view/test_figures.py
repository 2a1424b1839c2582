"""The 3D skeleton: every point where it belongs, one metre as long in every direction, people beside each other."""

import dataclasses
import json
import math
from collections.abc import Callable
from itertools import pairwise

import numpy as np
import plotly.graph_objects as go
import pytest

from core.errors import SpaceNotAvailable
from core.recording import Recording
from core.skeleton import BONE_SIDES, BONES, LANDMARKS, SIDE_COLOURS, SIDES
from core.view.figures import VIEWS, skeleton_figure
from core.view.theme import THEMES
from tests.core.recordings import some_recording, without
from tests.core.truth import TWO_PEOPLE, true_recording

SPACES = ("refined", "world", "image")


def landmarks(figure: go.Figure) -> list[go.Scatter3d]:
    """The traces of people's landmarks, which alone can be asked for their data."""
    return [trace for trace in figure.data if trace.customdata is not None]


def marks(figure: go.Figure, theme: str = "light") -> list[go.Scatter3d]:
    return [trace for trace in figure.data if trace.mode == "markers" and trace.marker.color == THEMES[theme].accent]


def lines(figure: go.Figure, colour: str) -> list[go.Scatter3d]:
    return [trace for trace in figure.data if trace.mode == "lines" and trace.line.color == colour]


def floor(figure: go.Figure, theme: str = "light") -> go.Scatter3d:
    (trace,) = lines(figure, THEMES[theme].grid)
    return trace


def places(trace: go.Scatter3d) -> np.ndarray:
    return np.stack([trace.x, trace.y, trace.z], axis=-1).astype(float)


def extents(figure: go.Figure) -> list[tuple[float, float]]:
    """Each person from left to right."""
    return [(trace.x.min(), trace.x.max()) for trace in landmarks(figure)]


class TestBothBodies:
    recording = some_recording(people=2, refined=True)

    @pytest.mark.parametrize(("space", "pale"), [("refined", "world"), ("world", "refined")])
    def test_the_other_one_is_pale_behind_the_measured_one(self, space: str, pale: str) -> None:
        alone = skeleton_figure(self.recording, space=space, people=[1])
        both = skeleton_figure(self.recording, space=space, pale_space=pale, people=[1])
        (ghost,) = lines(both, THEMES["light"].faint_ink)
        x, y, z = getattr(self.recording, pale)[0, 1].T.astype(float)
        ends = np.stack([x, z, -y], axis=-1)[np.array(BONES)]
        np.testing.assert_allclose(places(ghost).reshape(-1, 3, 3)[:, :2], ends)
        assert ghost.opacity < 1 and ghost.line.width < 3
        assert len(both.data) == len(alone.data) + 1
        np.testing.assert_array_equal(places(landmarks(both)[0]), places(landmarks(alone)[0]))
        np.testing.assert_array_equal(places(floor(both))[..., 2], places(floor(alone))[..., 2])

    def test_everybody_has_one_that_stands_where_they_stand(self) -> None:
        figure = skeleton_figure(self.recording, space="refined", pale_space="world")
        for person, (ghost, body) in enumerate(
            zip(lines(figure, THEMES["light"].faint_ink), landmarks(figure), strict=True)
        ):
            assert self.recording.refined is not None
            aside = body.x - self.recording.refined[0, person, :, 0]
            first = BONES[0][0]
            assert ghost.x[0] == pytest.approx(self.recording.world[0, person, first, 0] + aside[0])

    def test_both_fit_into_the_view(self) -> None:
        recording = some_recording(refined=True)
        huge = dataclasses.replace(recording, world=10 * recording.world)
        figure = skeleton_figure(huge, space="refined", pale_space="world")
        (ghost,) = lines(figure, THEMES["light"].faint_ink)
        low, high = figure.layout.scene.xaxis.range
        assert low < np.nanmin(ghost.x) and np.nanmax(ghost.x) < high

    def test_a_body_that_is_not_there_is_refused(self) -> None:
        with pytest.raises(SpaceNotAvailable):
            skeleton_figure(some_recording(), pale_space="refined")


class TestPlaces:
    @pytest.mark.parametrize("space", SPACES)
    def test_x_right_depth_away_height_up(self, space: str) -> None:
        recording = some_recording(refined=True)
        (person,) = landmarks(skeleton_figure(recording, space=space))
        x, y, z = getattr(recording, space)[0, 0].T.astype(float)
        np.testing.assert_allclose(places(person), np.stack([x, z, -y], axis=-1))

    def test_a_standing_person_stands(self) -> None:
        (person,) = landmarks(skeleton_figure(true_recording("arms_raised_front")))
        heights = dict(zip(LANDMARKS, places(person)[:, 2], strict=True))
        assert (
            heights["left_wrist"] > heights["nose"] > heights["left_hip"] > heights["left_knee"] > heights["left_heel"]
        )

    @pytest.mark.parametrize(("refined", "best"), [(True, "refined"), (False, "world")])
    def test_the_best_space_by_default(self, refined: bool, best: str) -> None:
        recording = some_recording(refined=refined)
        assert skeleton_figure(recording) == skeleton_figure(recording, space=best)

    @pytest.mark.parametrize("frame", [0, 1, 2])
    def test_the_frame_asked_for(self, frame: int) -> None:
        recording = some_recording(frames=3)
        (person,) = landmarks(skeleton_figure(recording, frame=frame))
        np.testing.assert_allclose(person.x, recording.world[frame, 0, :, 0])

    def test_a_space_that_is_not_there_is_refused(self) -> None:
        with pytest.raises(SpaceNotAvailable, match="Choose one of: world, image"):
            skeleton_figure(some_recording(), space="refined")


@pytest.mark.parametrize("make", [some_recording, lambda: true_recording(TWO_PEOPLE)], ids=["noise", "two people"])
@pytest.mark.parametrize("space", ["world", "image"])
class TestScene:
    def test_a_metre_is_as_long_in_every_direction(self, make: Callable[[], Recording], space: str) -> None:
        figure = skeleton_figure(make(), space=space)
        scene = figure.layout.scene
        ranges = np.array([axis.range for axis in (scene.xaxis, scene.yaxis, scene.zaxis)], float)
        assert scene.aspectmode == "cube"
        assert np.ptp(ranges, axis=1) == pytest.approx([np.ptp(ranges[0])] * 3)
        points = np.concatenate([places(trace) for trace in landmarks(figure)])
        assert (points > ranges[:, 0]).all() and (points < ranges[:, 1]).all()
        assert np.ptp(points, axis=0).max() > 0.85 * np.ptp(ranges[0])

    def test_the_floor_lies_under_the_lowest_point(self, make: Callable[[], Recording], space: str) -> None:
        figure = skeleton_figure(make(), space=space)
        grid = places(floor(figure))
        grid = grid[np.isfinite(grid).all(axis=1)]
        points = np.concatenate([places(trace) for trace in landmarks(figure)])
        assert set(grid[:, 2]) == {points[:, 2].min()}
        assert (grid[:, :2].min(axis=0) <= points[:, :2].min(axis=0)).all()
        assert (grid[:, :2].max(axis=0) >= points[:, :2].max(axis=0)).all()
        assert np.ptp(grid[:, :2], axis=0) == pytest.approx([np.ptp(grid[:, 0])] * 2)

    def test_axes_bear_their_unit(self, make: Callable[[], Recording], space: str) -> None:
        scene = skeleton_figure(make(), space=space).layout.scene
        titles = [axis.title.text for axis in (scene.xaxis, scene.yaxis, scene.zaxis)]
        unit = "px" if space == "image" else "m"
        assert titles == [f"axis x ({unit})", f"axis depth ({unit})", f"axis height ({unit})"]


class TestMarkers:
    recording = some_recording()

    @pytest.mark.parametrize("least", [0.0, 0.3, 0.5, 1.0])
    def test_landmarks_that_are_hardly_seen_are_hollow(self, least: float) -> None:
        (person,) = landmarks(skeleton_figure(self.recording, min_visibility=least))
        seen = self.recording.visibility[0, 0] >= least
        assert list(person.marker.symbol) == ["circle" if one else "circle-open" for one in seen]

    def test_colours_are_those_of_the_sides(self) -> None:
        (person,) = landmarks(skeleton_figure(self.recording))
        assert list(person.marker.color) == [SIDE_COLOURS[side] for side in SIDES]

    @pytest.mark.parametrize(("space", "unit"), [("world", "m"), ("image", "px")])
    def test_what_a_point_tells_when_pointed_at(self, space: str, unit: str) -> None:
        (person,) = landmarks(skeleton_figure(self.recording, space=space))
        points = getattr(self.recording, space)[0, 0].astype(float)
        expected = [
            [index, 0, *points[index], float(self.recording.visibility[0, 0, index])] for index in range(len(LANDMARKS))
        ]
        assert [list(row) for row in person.customdata] == expected
        assert list(person.text) == [f"{index} {name.replace('_', ' ')}" for index, name in enumerate(LANDMARKS)]
        assert person.hovertemplate.count(f" {unit}<br>") == 3
        for column in range(2, 6):
            assert f"%{{customdata[{column}]:" in person.hovertemplate

    def test_people_are_numbered_from_1_when_there_are_several(self) -> None:
        figure = skeleton_figure(some_recording(people=2))
        assert [trace.text[0] for trace in landmarks(figure)] == ["0 nose · person 1", "0 nose · person 2"]

    def test_words_come_from_the_caller(self) -> None:
        figure = skeleton_figure(some_recording(people=2), label=lambda name: f"<{name}>")
        assert landmarks(figure)[0].text[25] == "25 <left_knee> · <person> 1"
        assert figure.layout.scene.zaxis.title.text == "<axis_height> (m)"
        assert "<visibility> %{customdata[5]" in landmarks(figure)[0].hovertemplate


def segments(trace: go.Scatter3d) -> set[tuple[tuple[float, ...], tuple[float, ...]]]:
    """A trace of lines, each two points and a gap."""
    points = places(trace).reshape(-1, 3, 3)
    assert np.isnan(points[:, 2]).all()
    return {(tuple(first), tuple(second)) for first, second in points[:, :2]}


@pytest.mark.parametrize("side", SIDE_COLOURS)
def test_every_bone_is_drawn_once_in_its_colour_and_faint_if_guessed(side: str) -> None:
    recording = some_recording()
    figure = skeleton_figure(recording)
    (person,) = landmarks(figure)
    where, seen = places(person), recording.visibility[0, 0] >= 0.5
    drawn = {trace.opacity: segments(trace) for trace in lines(figure, SIDE_COLOURS[side])}
    for opacity, visible in ((1.0, True), (0.4, False)):
        assert drawn.get(opacity, set()) == {
            (tuple(where[a]), tuple(where[b]))
            for (a, b), bone_side in zip(BONES, BONE_SIDES, strict=True)
            if bone_side == side and bool(seen[a] and seen[b]) is visible
        }


class TestSelected:
    def test_nothing_is_marked_unless_asked_for(self) -> None:
        assert marks(skeleton_figure(some_recording(people=2))) == []

    @pytest.mark.parametrize("theme", THEMES)
    def test_marks_lie_on_the_landmarks_of_the_right_person(self, theme: str) -> None:
        figure = skeleton_figure(some_recording(people=3), selected={(1, 25), (1, 4), (2, 0)}, theme=theme)
        second, third = marks(figure, theme)
        np.testing.assert_array_equal(places(second), places(landmarks(figure)[1])[[4, 25]])
        np.testing.assert_array_equal(places(third), places(landmarks(figure)[2])[[0]])

    def test_people_who_are_not_shown_are_not_marked(self) -> None:
        figure = skeleton_figure(some_recording(people=3), people=[0, 2], selected=[(1, 5), (2, 5), (7, 5)])
        (mark,) = marks(figure)
        np.testing.assert_array_equal(places(mark), places(landmarks(figure)[1])[[5]])


def side_by_side(*people: tuple[float, float, float]) -> Recording:
    """The same body several times: where its hips are in the picture (px), how large, and how wide it stretches."""
    one = true_recording("arms_raised_front")
    world, image = [], []
    for hips_px, px_per_m, stretch in people:
        body = one.world[0, 0] * [stretch, 1, 1]
        world.append(body)
        image.append(body * px_per_m + [hips_px, 300, 0])
    count = len(people)
    return dataclasses.replace(
        one,
        world=np.array([world], np.float32),
        image=np.array([image], np.float32),
        visibility=np.repeat(one.visibility, count, axis=1),
        presence=np.repeat(one.presence, count, axis=1),
    )


# The body is 0.85 m wide, so that these just do not touch each other in the picture.
GROUPS = {
    "two alike": [(200, 200, 1), (380, 200, 1)],
    "in the other order": [(380, 200, 1), (200, 200, 1)],
    "one farther away": [(200, 400, 1), (420, 100, 1)],
    "three": [(500, 150, 1), (100, 300, 1), (300, 150, 1)],
    "five in a row": [(x, 100, 1) for x in (300, 100, 500, 200, 400)],
    "a narrow one in front of a wide one": [(200, 400, 0.4), (340, 100, 1.6)],
}


class TestSeveralPeople:
    @pytest.mark.parametrize("group", GROUPS)
    def test_stand_in_the_pictures_order_without_touching(self, group: str) -> None:
        recording = side_by_side(*GROUPS[group])
        in_picture = np.argsort([hips_px for hips_px, *_ in GROUPS[group]])
        edges = [(x.min(), x.max()) for x in recording.image[0, in_picture, :, 0]]
        assert all(left[1] < right[0] for left, right in pairwise(edges)), "touch in the picture"
        found = extents(skeleton_figure(recording))
        ordered = [found[person] for person in in_picture]
        assert all(left[1] < right[0] for left, right in pairwise(ordered))

    def test_the_rendered_pair(self) -> None:
        man, woman = extents(skeleton_figure(true_recording(TWO_PEOPLE)))
        assert man[1] < woman[0]
        # The truth: the hips of the two are 1.5 m apart.
        assert np.mean(woman) - np.mean(man) == pytest.approx(1.5, rel=0.15)

    def test_keep_their_shape_and_height(self) -> None:
        recording = true_recording(TWO_PEOPLE)
        for person, trace in enumerate(landmarks(skeleton_figure(recording))):
            x, y, z = recording.world[0, person].T.astype(float)
            moved = places(trace) - np.stack([x, z, -y], axis=-1)
            np.testing.assert_allclose(moved, np.broadcast_to(moved[0], moved.shape), atol=1e-9)
            assert moved[0, 1:].tolist() == [0, 0]

    def test_stand_where_the_picture_has_them_in_its_own_space(self) -> None:
        recording = true_recording(TWO_PEOPLE)
        for person, trace in enumerate(landmarks(skeleton_figure(recording, space="image"))):
            np.testing.assert_allclose(trace.x, recording.image[0, person, :, 0])

    def test_one_alone_stands_in_the_middle(self) -> None:
        recording = true_recording(TWO_PEOPLE)
        for person in (0, 1):
            (trace,) = landmarks(skeleton_figure(recording, people=[person]))
            np.testing.assert_allclose(trace.x, recording.world[0, person, :, 0])
            assert [row[1] for row in trace.customdata] == [person] * 33

    def test_who_was_not_found_is_left_out(self) -> None:
        recording = some_recording(frames=2, people=3)
        figure = skeleton_figure(without(recording, 1, 1), frame=1)
        assert [trace.customdata[0][1] for trace in landmarks(figure)] == [0, 2]
        assert skeleton_figure(without(recording, 1, 1), frame=0) == skeleton_figure(recording, frame=0)
        assert skeleton_figure(without(recording, 1, 1), frame=1) == skeleton_figure(recording, frame=1, people=[0, 2])


@pytest.mark.parametrize(
    "recording", [some_recording(people=0), without(some_recording(), 0, 0)], ids=["nobody", "nobody in this frame"]
)
@pytest.mark.parametrize("space", ["world", "image"])
def test_without_anybody_the_figure_is_empty(recording: Recording, space: str) -> None:
    figure = skeleton_figure(recording, space=space, selected=[(0, 3)])
    assert len(figure.data) == 0
    assert list(figure.layout.scene.zaxis.range) == [-1, 1]


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("theme", THEMES)
def test_view_and_theme(view: str, theme: str) -> None:
    layout = skeleton_figure(some_recording(), view=view, theme=theme).layout
    eye = np.array([layout.scene.camera.eye[axis] for axis in "xyz"])
    towards = {"front": [0, -1, 0], "side": [1, 0, 0], "top": [0, 0, 1]}
    if view in towards:
        np.testing.assert_allclose(eye / np.linalg.norm(eye), towards[view])
        assert layout.scene.camera.projection.type == "orthographic"
    else:
        assert eye[1] < 0 < eye[2]  # from before and above
        assert layout.scene.camera.projection.type == "perspective"
    assert layout.paper_bgcolor == layout.scene.bgcolor == THEMES[theme].ground


def refuse(constant: str) -> float:
    raise ValueError(f"{constant} is no JSON")


@pytest.mark.parametrize("people", [0, 1, 3])
def test_to_json_is_valid_and_holds_the_points(people: int) -> None:
    figure = skeleton_figure(some_recording(people=people), selected=[(0, 1)])
    again = json.loads(figure.to_json(), parse_constant=refuse)
    assert len(again["data"]) == len(figure.data)
    assert again["layout"]["scene"]["aspectmode"] == "cube"
    rows = [row for trace in again["data"] for row in trace.get("customdata", [])]
    assert len(rows) == 33 * people
    assert all(math.isfinite(value) for row in rows for value in row)
