"""The overlay against pictures whose every landmark is put where the test wants it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from core.settings import OverlayStyle
from core.skeleton import LANDMARK_INDEX, SIDE_COLOURS
from core.view.overlay import ACCENT, draw_overlay
from core.view.overlay_shapes import visible_spans
from tests.core.view.overlay_pictures import (
    GREY,
    LEFT_LEG,
    RIGHT_ARM,
    SHOULDERS,
    Points,
    changed,
    make_recording,
    noise,
    plain,
)


def colour_of(side: str) -> tuple[int, ...]:
    return tuple(bytes.fromhex(SIDE_COLOURS[side][1:]))


CLASSIC = OverlayStyle(colours="classic")


@pytest.mark.parametrize(
    ("points", "style", "at", "expected"),
    [
        pytest.param(LEFT_LEG, OverlayStyle(), (100, 130), colour_of("left"), id="left bone is blue"),
        pytest.param(LEFT_LEG, OverlayStyle(), (100, 200), colour_of("left"), id="left point is blue"),
        pytest.param(RIGHT_ARM, OverlayStyle(), (300, 130), colour_of("right"), id="right bone is orange"),
        pytest.param(RIGHT_ARM, OverlayStyle(), (300, 200), colour_of("right"), id="right point is orange"),
        pytest.param(SHOULDERS, OverlayStyle(), (300, 100), colour_of("centre"), id="bone between the sides is grey"),
        pytest.param(LEFT_LEG, CLASSIC, (100, 130), (255, 255, 255), id="classic bone is white"),
        pytest.param(LEFT_LEG, CLASSIC, (100, 200), (255, 0, 0), id="classic point is red"),
    ],
)
@pytest.mark.parametrize("ground", [(0, 0, 0), GREY, (255, 255, 255)], ids=["black", "grey", "white"])
def test_colours(
    points: Points, style: OverlayStyle, at: tuple[int, int], expected: tuple[int, ...], ground: tuple[int, int, int]
) -> None:
    recording = make_recording(points)
    drawn = draw_overlay(plain(recording, ground), recording, style)
    # A bone two pixels wide covers no pixel wholly.
    assert drawn[at[1], at[0]] == pytest.approx(expected, abs=40)


@pytest.mark.parametrize("style", [OverlayStyle(), CLASSIC], ids=["sides", "classic"])
def test_a_bone_has_a_dark_edge_on_a_white_ground(style: OverlayStyle) -> None:
    recording = make_recording(LEFT_LEG)
    row = draw_overlay(plain(recording, (255, 255, 255)), recording, style)[130].mean(axis=-1)
    assert row[:100].min() < 150
    assert row[101:].min() < 150


def test_the_picture_given_is_not_altered() -> None:
    recording = make_recording(LEFT_LEG, RIGHT_ARM, mask=np.zeros((480, 640), np.uint8))
    rgb = noise(recording)
    before = rgb.copy()
    everything = OverlayStyle(numbers=True, angles=True, boxes=True, dim_background=True)
    drawn = draw_overlay(rgb, recording, everything, angle_labels={(1, 14): 90.0}, highlight=(25,))
    assert np.array_equal(rgb, before)
    assert not np.shares_memory(drawn, rgb)
    assert drawn.shape == rgb.shape
    assert drawn.dtype == np.uint8


@pytest.mark.parametrize("dim", [False, True], ids=["as it is", "dimmed"])
def test_a_mirrored_read_only_view_can_be_drawn_on(dim: bool) -> None:
    recording = make_recording(LEFT_LEG, mask=np.full((480, 640), 255, np.uint8))
    view = noise(recording)[:, ::-1]
    view.flags.writeable = False
    drawn = draw_overlay(view, recording, OverlayStyle(dim_background=dim))
    assert not np.array_equal(drawn, view)


def test_the_result_is_the_same_every_time() -> None:
    recording = make_recording(LEFT_LEG, RIGHT_ARM)
    style = OverlayStyle(numbers=True, angles=True, boxes=True)
    first, second = (draw_overlay(noise(recording), recording, style, angle_labels={(1, 14): 90.0}) for _ in "ab")
    assert np.array_equal(first, second)


@pytest.mark.parametrize(
    "shape", [(480, 639, 3), (640, 480, 3), (480, 640), (480, 640, 4)], ids=["narrower", "turned", "grey", "with alpha"]
)
def test_a_picture_of_another_shape_is_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match=r"\(480, 640, 3\)"):
        draw_overlay(np.zeros(shape, np.uint8), make_recording(LEFT_LEG), OverlayStyle())


class TestLowVisibility:
    recording = make_recording(LEFT_LEG, hidden=("left_knee",))

    def test_hollow_keeps_the_centre_of_the_ring(self) -> None:
        rgb = noise(self.recording)
        drawn = draw_overlay(rgb, self.recording, OverlayStyle(low_visibility="hollow"))
        assert np.array_equal(drawn[200, 100], rgb[200, 100])
        assert np.array_equal(drawn[199, 99], rgb[199, 99])
        assert changed(rgb, drawn)[190:211, 90:111].any()

    def test_bones_to_a_hollow_landmark_are_broken_lines(self) -> None:
        rgb = plain(self.recording)
        whole = draw_overlay(rgb, make_recording(LEFT_LEG), OverlayStyle())
        broken = draw_overlay(rgb, self.recording, OverlayStyle())
        untouched = ~changed(rgb, broken)[70:190, 100]
        assert changed(rgb, whole)[70:190, 100].all()
        assert 0.1 < untouched.mean() < 0.7

    def test_hidden_leaves_the_picture_alone(self) -> None:
        rgb = noise(self.recording)
        difference = changed(rgb, draw_overlay(rgb, self.recording, OverlayStyle(low_visibility="hidden")))
        assert not difference[80:320].any()
        assert difference[60, 100]
        assert difference[340, 100]

    @pytest.mark.parametrize(("threshold", "solid"), [(0.0, True), (0.05, True), (0.5, False)])
    def test_the_threshold_is_the_styles(self, threshold: float, solid: bool) -> None:
        rgb = plain(self.recording)
        drawn = draw_overlay(rgb, self.recording, OverlayStyle(min_visibility=threshold))
        assert changed(rgb, drawn)[200, 100] == solid


class TestSize:
    @staticmethod
    def drawn_width(scale: int, line_scale: float = 1.0, body: float = 1.0) -> int:
        points = {name: (scale * body * x, scale * body * y) for name, (x, y) in LEFT_LEG.items()}
        recording = make_recording(points, width=640 * scale, height=480 * scale)
        rgb = plain(recording)
        drawn = draw_overlay(rgb, recording, OverlayStyle(line_scale=line_scale))
        return int(changed(rgb, drawn)[round(130 * scale * body)].sum())

    def test_four_times_the_picture_is_four_times_the_width(self) -> None:
        # Whole pixels on either side: the smaller one is measured at twice the size to be exact enough.
        assert self.drawn_width(8) == pytest.approx(4 * self.drawn_width(2), rel=0.2)

    def test_line_scale_multiplies(self) -> None:
        assert self.drawn_width(4, line_scale=2.0) == pytest.approx(2 * self.drawn_width(4), rel=0.15)

    def test_a_small_person_gets_finer_lines_in_the_same_picture(self) -> None:
        assert self.drawn_width(8, body=0.25) < 0.6 * self.drawn_width(8)

    def test_a_small_person_is_not_covered(self) -> None:
        """Thirty pixels from hip to ankle: no line wider than a fifth of that, with its edges."""
        assert self.drawn_width(4, body=0.027) <= 6


class TestPeople:
    recording = make_recording(LEFT_LEG, {}, RIGHT_ARM)

    def test_a_person_that_is_nan_draws_nothing(self) -> None:
        rgb = noise(self.recording)
        style = OverlayStyle(numbers=True, angles=True, boxes=True)
        drawn = draw_overlay(rgb, self.recording, style, people=[1], angle_labels={(1, 13): 90.0}, highlight=(13,))
        assert np.array_equal(drawn, rgb)

    def test_nobody_at_all(self) -> None:
        recording = make_recording()
        rgb = noise(recording)
        assert np.array_equal(draw_overlay(rgb, recording, OverlayStyle(boxes=True, numbers=True)), rgb)

    @pytest.mark.parametrize(
        ("people", "left", "right"),
        [(None, True, True), ([0], True, False), ([2], False, True), ([], False, False)],
        ids=["everyone", "the first", "the last", "nobody"],
    )
    def test_only_those_asked_for(self, people: list[int] | None, left: bool, right: bool) -> None:
        rgb = noise(self.recording)
        difference = changed(rgb, draw_overlay(rgb, self.recording, OverlayStyle(), people=people))
        assert difference[:, :200].any() == left
        assert difference[:, 200:].any() == right


class TestDimming:
    mask = np.zeros((480, 640), np.uint8)
    mask[100:300, 200:400] = 255

    def dimmed(self) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
        recording = make_recording({}, mask=self.mask)
        rgb = noise(recording)
        return rgb, draw_overlay(rgb, recording, OverlayStyle(dim_background=True))

    def test_inside_is_untouched(self) -> None:
        rgb, drawn = self.dimmed()
        assert np.array_equal(drawn[self.mask > 0], rgb[self.mask > 0])

    def test_far_outside_is_35_percent(self) -> None:
        rgb, drawn = self.dimmed()
        assert np.abs(drawn[:80].astype(float) - 0.35 * rgb[:80]).max() <= 1

    def test_the_edge_is_soft(self) -> None:
        recording = make_recording({}, mask=self.mask)
        row = draw_overlay(plain(recording), recording, OverlayStyle(dim_background=True))[200, 180:201, 0]
        assert (np.diff(row.astype(int)) >= 0).all()
        assert len(set(row.tolist())) >= 4

    @pytest.mark.parametrize("dim", [True, False], ids=["without a mask", "not wanted"])
    def test_nothing_happens(self, dim: bool) -> None:
        recording = make_recording({}, mask=None if dim else self.mask)
        rgb = noise(recording)
        assert np.array_equal(draw_overlay(rgb, recording, OverlayStyle(dim_background=dim)), rgb)


@pytest.mark.parametrize("low_visibility", ["hollow", "hidden"])
def test_highlight_rings_the_landmark_even_when_it_is_hidden(low_visibility: str) -> None:
    recording = make_recording(LEFT_LEG, hidden=("left_knee",))
    rgb = plain(recording)
    style = OverlayStyle(low_visibility=low_visibility)
    drawn = draw_overlay(rgb, recording, style, highlight=(LANDMARK_INDEX["left_knee"],))
    accent = (drawn == ACCENT).all(axis=-1)
    rows, columns = np.nonzero(accent)
    radii = np.hypot(columns + 0.5 - 100, rows + 0.5 - 200)
    assert len(rows) > 20
    assert radii.max() - radii.min() < 4
    assert radii.max() < 16


@pytest.mark.parametrize(
    ("end", "row", "column"),
    [((1e6, 200.0), 200, 639), ((-1e6, 200.0), 200, 0), ((300.0, -1e6), 0, 300), ((300.0, 1e6), 479, 300)],
    ids=["right", "left", "up", "down"],
)
def test_a_bone_that_leaves_the_picture_reaches_its_edge(end: tuple[float, float], row: int, column: int) -> None:
    recording = make_recording({"left_elbow": (300, 200), "left_wrist": end})
    rgb = plain(recording)
    assert changed(rgb, draw_overlay(rgb, recording, OverlayStyle()))[row, column]


def test_a_bone_across_the_picture_shows_where_both_ends_are_outside() -> None:
    recording = make_recording({"left_elbow": (-1e6, 240), "left_wrist": (1e6, 240)})
    rgb = plain(recording)
    assert changed(rgb, draw_overlay(rgb, recording, OverlayStyle()))[240].all()


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        pytest.param((10, 10), (90, 40), (0, 1), id="inside"),
        pytest.param((-100, 25), (100, 25), (0.5, 1), id="enters along x"),
        pytest.param((50, 0), (50, 1000), (0, 0.05), id="leaves along y"),
        pytest.param((-1e30, 25), (1e30, 25), (0.5, 0.5), id="across from very far"),
        pytest.param((10, -5), (90, -5), None, id="above"),
        pytest.param((-50, 40), (20, 90), None, id="past a corner"),
        pytest.param((20, 20), (20, 20), (0, 1), id="a point inside"),
        pytest.param((20, 60), (20, 60), None, id="a point outside"),
    ],
)
def test_visible_part_of_a_line(
    start: tuple[float, float], end: tuple[float, float], expected: tuple[float, float] | None
) -> None:
    first, last = visible_spans(np.array([start], float), np.array([end], float), 100, 50, margin=0)[0]
    if expected is None:
        assert first > last
    else:
        assert (first, last) == pytest.approx(expected)


COORDINATES = st.one_of(
    st.floats(width=32, allow_nan=True, allow_infinity=True),
    st.sampled_from([1e6, -1e6, 3e38, -3e38, 0.0, 31.5]),
    st.floats(-50, 100, width=32),
)


@settings(max_examples=120, deadline=None)
@given(
    values=st.lists(COORDINATES, min_size=1, max_size=99),
    visibility=st.floats(0, 1, width=32),
    style=st.builds(
        OverlayStyle,
        colours=st.sampled_from(["sides", "classic"]),
        low_visibility=st.sampled_from(["hollow", "hidden"]),
        line_scale=st.floats(0.25, 4),
        numbers=st.booleans(),
        angles=st.booleans(),
        boxes=st.booleans(),
        dim_background=st.booleans(),
    ),
    size=st.tuples(st.integers(16, 70), st.integers(16, 70)),
)
def test_any_coordinates_give_a_picture(
    values: list[float], visibility: float, style: OverlayStyle, size: tuple[int, int]
) -> None:
    width, height = size
    recording = make_recording({}, {}, width=width, height=height, mask=np.zeros((height, width), np.uint8))
    recording.image[:] = np.resize(np.array(values, np.float32), recording.image.shape)
    recording.visibility[:] = visibility
    labels = {(person, index): 90.0 for person in range(2) for index in range(33)}
    drawn = draw_overlay(plain(recording), recording, style, angle_labels=labels, highlight=range(33))
    assert drawn.shape == (height, width, 3)
    assert drawn.dtype == np.uint8
