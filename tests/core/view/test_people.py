"""Names and colours in pictures, in 3D and in curves."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from core import OverlayStyle, Recording, Settings
from core.motion.angles import joint_angle_arrays
from core.motion.kinematics import angle_kinematics
from core.skeleton import PERSON_COLOURS, SIDE_COLOURS
from core.view.curves import curves_figure
from core.view.figures import skeleton_figure
from core.view.overlay import draw_overlay
from core.view.overlay_shapes import rgb_of
from core.view.people import LONGEST_NAME, person_colour, plotly_text, short_name
from tests.core.recordings import some_picture, some_recording

HOSTILE = '<b>bold</b> <a href="x">%{y} &lt; $x$'


def standing(x_px: float, people: int = 1) -> Recording:
    """People 150 pixels apart, the first one's nose at x, all noses 100 pixels from the top."""
    made = some_recording(people=people, width=640, height=400)
    image = np.array(made.image)
    rng = np.random.default_rng(1)
    for person in range(people):
        middle = x_px + 150 * person
        image[0, person, :, 0] = middle + rng.uniform(-20, 20, 33)
        image[0, person, :, 1] = np.linspace(110, 300, 33)
        image[0, person, :11, 0] = middle
        image[0, person, :11, 1] = [100, 96, 96, 96, 96, 96, 96, 98, 98, 106, 106]
    return dataclasses.replace(made, image=image, visibility=np.ones_like(made.visibility))


def colour_places(picture: np.ndarray, colour: str) -> np.ndarray:
    """(N, 2) x, y of the pixels of exactly this colour."""
    rows, columns = np.nonzero((picture == rgb_of(colour)).all(axis=-1))
    return np.stack([columns, rows], axis=-1)


class TestOverlay:
    def test_each_name_stands_over_its_head_with_a_dot_in_its_colour(self) -> None:
        recording = dataclasses.replace(standing(150, 2), names=("Anna", "Ben"))
        picture = draw_overlay(np.zeros((400, 640, 3), np.uint8), recording, OverlayStyle())
        for person, nose_x in enumerate((150, 300)):
            dots = colour_places(picture, PERSON_COLOURS[person])
            assert len(dots) > 20
            x, y = dots.mean(axis=0)
            assert nose_x - 60 < x < nose_x, "at the left end of the tag"
            assert 40 < y < 96, "above the eyes"

    def test_the_colours_can_be_others(self) -> None:
        recording = dataclasses.replace(standing(150), names=("Anna",))
        picture = draw_overlay(np.zeros((400, 640, 3), np.uint8), recording, OverlayStyle(), colours=["#12AB34"])
        assert len(colour_places(picture, "#12AB34")) > 20
        assert not len(colour_places(picture, PERSON_COLOURS[0]))

    def test_without_names_there_are_no_tags(self) -> None:
        picture = draw_overlay(np.zeros((400, 640, 3), np.uint8), standing(150, 2), OverlayStyle())
        assert not len(colour_places(picture, PERSON_COLOURS[0]))

    @pytest.mark.parametrize("name", ["人物 1", "x" * 200, "Ἀθηνᾶ", "\N{GRINNING FACE}"])
    def test_any_name_can_be_drawn_at_any_place(self, name: str) -> None:
        for x_px in (-30, 2, 320, 700):
            recording = dataclasses.replace(standing(x_px), names=(name,))
            rgb = some_picture(recording)
            assert draw_overlay(rgb, recording, OverlayStyle(boxes=True, angles=True)).shape == rgb.shape

    def test_chinese_is_written_and_not_replaced_by_boxes(self) -> None:
        def drawn(name: str) -> np.ndarray:
            recording = dataclasses.replace(standing(320), names=(name,))
            return draw_overlay(np.zeros((400, 640, 3), np.uint8), recording, OverlayStyle())

        assert not np.array_equal(drawn("张伟"), drawn("李娜"))

    def test_tags_of_heads_at_one_place_do_not_cover_each_other(self) -> None:
        one = standing(320)
        both = dataclasses.replace(
            one,
            **{
                field: np.repeat(getattr(one, field), 2, axis=1)
                for field in ("image", "world", "visibility", "presence")
            },
            names=("Anna", "Ben"),
        )
        picture = draw_overlay(np.zeros((400, 640, 3), np.uint8), both, OverlayStyle())
        heights = [colour_places(picture, colour)[:, 1] for colour in PERSON_COLOURS[:2]]
        assert len(heights[0]) > 20 and len(heights[1]) > 20
        assert heights[1].max() < heights[0].min()


class TestCurves:
    def test_of_several_people_each_has_a_colour_and_the_right_is_dashed(self) -> None:
        kinematics = angle_kinematics(joint_angle_arrays(some_recording(12, 3)), "angle_deg")
        figure = curves_figure(kinematics, ["knee"], people=[0, 2], names=("Anna", "Ben", "Cleo"), min_trust=0)
        assert [trace.name for trace in figure.data if trace.showlegend] == ["Anna", "Cleo"]
        shown = {
            trace.hovertemplate.split("<extra>")[1].removesuffix("</extra>"): trace
            for trace in figure.data
            if trace.hovertemplate
        }
        assert list(shown) == ["Anna · left knee", "Cleo · left knee", "Anna · right knee", "Cleo · right knee"]
        for name, person, dash in (("Anna · left knee", 0, "solid"), ("Cleo · right knee", 2, "dash")):
            assert (shown[name].line.color, shown[name].line.dash) == (PERSON_COLOURS[person], dash)
        own = joint_angle_arrays(some_recording(12, 3))
        knee = own.names.index("right_knee")
        measured = np.where(kinematics.curves.filled, np.nan, kinematics.curves.values)
        np.testing.assert_array_equal(shown["Cleo · right knee"].y, measured[:, 2, knee])

    def test_two_people_of_one_name_are_two_in_the_legend(self) -> None:
        kinematics = angle_kinematics(joint_angle_arrays(some_recording(12, 2)), "angle_deg")
        figure = curves_figure(kinematics, ["knee", "hip"], people=[0, 1], names=("Anna", "Anna"))
        assert [trace.name for trace in figure.data if trace.showlegend] == ["Anna", "Anna"]

    def test_of_one_person_left_and_right_have_their_colours(self) -> None:
        kinematics = angle_kinematics(joint_angle_arrays(some_recording(12, 3)), "angle_deg")
        figure = curves_figure(kinematics, ["knee"], people=[1], names=("Anna", "Ben", "Cleo"))
        assert {trace.line.color for trace in figure.data} == {SIDE_COLOURS["left"], SIDE_COLOURS["right"]}
        assert {trace.name for trace in figure.data} == {"left", "right"}

    def test_a_hostile_name_is_text(self) -> None:
        kinematics = angle_kinematics(joint_angle_arrays(some_recording(12, 2)), "angle_deg")
        figure = curves_figure(kinematics, ["knee"], people=[0, 1], names=("<b>x</b>%{y}", "Ben"))
        for trace in figure.data:
            assert "<b>" not in trace.name
            assert "<b>" not in (trace.hovertemplate or "") and "x%{y}" not in (trace.hovertemplate or "")


class TestFigure:
    def test_names_stand_over_heads_in_their_colours(self) -> None:
        recording = dataclasses.replace(some_recording(people=2), names=("Anna", HOSTILE))
        names = [trace for trace in skeleton_figure(recording).data if trace.mode == "text"]
        assert [trace.text[0] for trace in names] == ["<b>Anna</b>", f"<b>{plotly_text(short_name(HOSTILE))}</b>"]
        assert [trace.textfont.color for trace in names] == list(PERSON_COLOURS[:2])

    def test_whose_a_point_is_is_told_by_name(self) -> None:
        recording = dataclasses.replace(some_recording(people=1), names=("Anna",))
        (points,) = (trace for trace in skeleton_figure(recording).data if trace.hovertemplate)
        assert points.text[0] == "0 nose · Anna"


def test_the_colours_go_round() -> None:
    assert person_colour(len(PERSON_COLOURS) + 1) == PERSON_COLOURS[1]
    assert person_colour(1, ["#000000", "#ABCDEF"]) == "#ABCDEF"
    assert Settings().max_people > len(PERSON_COLOURS)


def test_a_long_name_is_cut_off() -> None:
    assert short_name("x" * LONGEST_NAME) == "x" * LONGEST_NAME
    assert short_name("x" * (LONGEST_NAME + 1)) == "x" * (LONGEST_NAME - 1) + "…"
    assert short_name("Anna Maria", 6) == "Anna…"


@pytest.mark.parametrize("sign", ["<", ">", "{", "$"])
def test_plotly_gets_no_sign_of_its_own(sign: str) -> None:
    assert sign not in plotly_text(HOSTILE)
