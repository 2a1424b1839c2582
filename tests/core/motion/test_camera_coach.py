"""The coach on bodies seen by cameras that are known, and on the samples."""

from __future__ import annotations

import dataclasses
import functools

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core import Recording, Settings, analyse_image
from core.motion.camera_coach import EDGES, KINDS, SEVERITIES, VIEWS, Advice, camera_advice, view_angles_deg
from core.motion.level import levelled
from core.skeleton import BODY_PARTS, LANDMARK_INDEX
from tests.core import truth
from tests.core.motion.bodies import FORWARD, LEFT, UP, Body, turned_about
from tests.core.motion.signals import even_times
from tests.core.motion.walks import body, filmed, walking
from tests.core.recordings import some_recording, without

bounded = settings(derandomize=True, deadline=None, max_examples=60)
ONE_FRAME = np.zeros(1)


def standing(time_s: float) -> Body:
    return body({}, {})


def photo(**camera: object) -> Recording:
    """Somebody who stands 4 metres away: 430 of 720 pixels tall."""
    return filmed(ONE_FRAME, standing, **camera)  # type: ignore[arg-type]


def of(recording: Recording, kind: str, **picture: object) -> Advice | None:
    (advice, *_) = [each for each in camera_advice(recording, **picture) if each.kind == kind] or [None]  # type: ignore[arg-type]
    return advice


class TestView:
    @bounded
    @given(
        turn_deg=st.floats(-180, 180),
        away_m=st.floats(2, 20),
        across_m=st.floats(-0.5, 0.5),
        roll_deg=st.floats(-10, 10),
        twist_deg=st.floats(-20, 20),
        lean_deg=st.floats(-30, 30),
    )
    def test_the_angle_from_which_the_body_is_seen(
        self, turn_deg: float, away_m: float, across_m: float, roll_deg: float, twist_deg: float, lean_deg: float
    ) -> None:
        """Also with a trunk that is twisted, leans forward, and a camera that is tilted."""

        def pose(time_s: float) -> Body:
            whole = body({"shoulder": 30}, {"hip": 20})
            for name in whole:
                if not name.endswith(("hip", "knee", "ankle", "heel", "foot_index")):
                    whole[name] = turned_about(LEFT, lean_deg) @ whole[name]
            return {
                name: turned_about(UP, twist_deg / 2 * (1 if "shoulder" in name else -1)) @ point
                for name, point in whole.items()
            }

        recording = filmed(
            ONE_FRAME, pose, view_deg=turn_deg, place_m=lambda time_s: (across_m, away_m), roll_deg=roll_deg
        )
        assert view_angles_deg(recording) == pytest.approx(abs(turn_deg), abs=4)

    @pytest.mark.parametrize(
        ("turn_deg", "view"),
        [
            (0, "front"), (20, "front"), (-20, "front"), (30, "three_quarter"), (60, "three_quarter"),
            (-60, "three_quarter"), (70, "side"), (90, "side"), (-90, "side"), (110, "side"), (120, "three_quarter"),
            (150, "three_quarter"), (160, "back"), (180, "back"),
        ],
    )  # fmt: skip
    def test_its_name(self, turn_deg: float, view: str) -> None:
        advice = of(photo(view_deg=turn_deg), "view")
        assert advice is not None and view in VIEWS
        assert advice.values == {"view": view, "view_deg": pytest.approx(abs(turn_deg), abs=0.01)}

    def test_over_a_clip_the_median(self) -> None:
        clip = filmed(even_times(3), walking, view_deg=lambda time_s: 90 if time_s < 2 else 10)
        advice = of(clip, "view")
        assert advice is not None and advice.values["view_deg"] == pytest.approx(90)

    def test_lying_on_one_side_has_no_view(self) -> None:
        def lying(time_s: float) -> Body:
            return {name: turned_about(FORWARD, 90) @ point for name, point in standing(0).items()}

        recording = filmed(ONE_FRAME, lying)
        assert np.isnan(view_angles_deg(recording)).all()
        assert of(recording, "view") is None


class TestSize:
    @bounded
    @given(height_px=st.floats(20, 300))
    def test_too_small(self, height_px: float) -> None:
        recording = photo()
        middle = np.array([640, 360, 0])
        scale = height_px / np.ptp(recording.image[0, 0, :, 1])
        recording = dataclasses.replace(recording, image=np.float32((recording.image - middle) * scale + middle))
        advice = of(recording, "too_small")
        assert (advice is not None) == (np.ptp(recording.image[0, 0, :, 1]) < 100)
        if advice is not None:
            assert advice.values == {"height_px": pytest.approx(height_px, rel=1e-3), "limit_px": 100}

    def test_lying_down_is_not_small(self) -> None:
        assert of(filmed(ONE_FRAME, standing, roll_deg=90), "too_small") is None

    @pytest.mark.parametrize(("away_m", "near"), [(6, False), (3, False), (2.8, False), (2.4, True), (1.5, True)])
    def test_too_near(self, away_m: float, near: bool) -> None:
        recording = photo(place_m=lambda time_s: (0.0, away_m))
        share = np.ptp(recording.image[0, 0, :, 1]) / 720
        assert near == (share > 0.9)
        advice = of(recording, "too_near")
        assert (advice is not None) == near
        assert advice is None or advice.values == {"share_percent": pytest.approx(100 * share)}


class TestCutOff:
    @pytest.mark.parametrize(
        ("shift_px", "edge", "parts"),
        [
            ((0, 200), "bottom", {"feet"}),
            ((0, 260), "bottom", {"legs", "feet"}),
            ((0, -180), "top", {"head"}),
            ((-600, 0), "left", {"arms", "hands"}),
            ((600, 0), "right", {"arms", "hands"}),
        ],
    )
    def test_which_edge_and_what(self, shift_px: tuple[int, int], edge: str, parts: set[str]) -> None:
        recording = photo()
        recording.image[..., :2] += shift_px
        advice = of(recording, "cut_off")
        assert advice is not None and advice.severity == "warning"
        assert advice.values["edges"] == (edge,)
        assert parts <= set(advice.values["parts"])  # type: ignore[call-overload]
        assert of(photo(), "cut_off") is None

    @pytest.mark.parametrize(("presence", "cut"), [(0.9, False), (0.2, True)])
    def test_near_the_edge_it_is_up_to_the_detector(self, presence: float, cut: bool) -> None:
        recording = photo()
        foot = LANDMARK_INDEX["left_foot_index"]
        recording.image[0, 0, foot, 1] = 0.97 * 720
        recording.presence[0, 0, foot] = presence
        assert (of(recording, "cut_off") is not None) == cut

    def test_hidden_is_not_cut_off(self) -> None:
        recording = photo()
        recording.presence[:] = 0.1
        assert of(recording, "cut_off") is None

    @pytest.mark.parametrize(("frames", "cut"), [(10, False), (40, True)])
    def test_swinging_out_for_a_moment_does_not_count(self, frames: int, cut: bool) -> None:
        clip = filmed(even_times(4), standing)
        clip.image[:frames, 0, LANDMARK_INDEX["right_wrist"], 0] = -20
        advice = of(clip, "cut_off")
        assert (advice is not None) == cut
        assert advice is None or advice.values == {"edges": ("left",), "parts": ("arms",)}


class TestTilt:
    @bounded
    @given(
        roll_deg=st.floats(-25, 25).filter(lambda degrees: abs(abs(degrees) - 5) > 1),
        view_deg=st.sampled_from([0, 20, 45, 135, 160, 180]),
        away_m=st.floats(3, 10),
    )
    def test_of_somebody_who_stands(self, roll_deg: float, view_deg: float, away_m: float) -> None:
        def upright(time_s: float) -> Body:
            """As people stand: the hips above the middle of the feet."""
            whole = standing(0)
            return {
                name: point - (0.06 * FORWARD if name.endswith(("ankle", "heel", "foot_index")) else 0)
                for name, point in whole.items()
            }

        recording = filmed(
            ONE_FRAME, upright, view_deg=view_deg, roll_deg=roll_deg, place_m=lambda time_s: (0.0, away_m)
        )
        advice = of(recording, "camera_tilted")
        assert (advice is not None) == (abs(roll_deg) > 5)
        if advice is not None:
            # A camera turned clockwise has to go back.
            turn = "anticlockwise" if roll_deg > 0 else "clockwise"
            assert advice.values == {"roll_deg": pytest.approx(abs(roll_deg), abs=1.5), "turn": turn}

    @pytest.mark.parametrize("roll_deg", [-12.0, 8.0])
    def test_a_tilt_that_is_known_is_not_complained_of(self, roll_deg: float) -> None:
        recording = photo(roll_deg=roll_deg)
        wanted = of(recording, "camera_tilted")
        assert wanted is not None
        sign = 1 if wanted.values["turn"] == "anticlockwise" else -1
        assert of(levelled(recording, 4, sign * abs(roll_deg)), "camera_tilted") is None
        # Taken out by the wrong way round there is twice as much.
        worse = of(levelled(recording, 0, -sign * abs(roll_deg)), "camera_tilted")
        assert worse is not None
        assert worse.values["roll_deg"] == pytest.approx(2 * abs(roll_deg), abs=1)

    def test_a_walk_past_a_tilted_camera(self) -> None:
        clip = filmed(even_times(4), walking, view_deg=90, roll_deg=9, noise_m=0.01)
        advice = of(clip, "camera_tilted")
        assert advice is None or advice.values["roll_deg"] == pytest.approx(9, abs=4)
        assert of(filmed(even_times(4), walking, view_deg=90, noise_m=0.01), "camera_tilted") is None

    @pytest.mark.parametrize(
        "limbs",
        [
            ({"knee": 60, "hip": 50}, {"knee": 60, "hip": 50}),  # squatting
            ({"hip": 80, "knee": 90}, {}),  # on one leg
            ({"hip": 90}, {"hip": 90}),  # sitting on the floor
        ],
        ids=["squat", "one leg", "sitting"],
    )
    def test_silent_where_nobody_stands(self, limbs: tuple[dict[str, float], dict[str, float]]) -> None:
        for roll_deg in (0, 12):
            recording = filmed(ONE_FRAME, lambda time_s: body(*limbs), view_deg=40, roll_deg=roll_deg)
            assert of(recording, "camera_tilted") is None

    def test_silent_for_pictures_on_their_side(self) -> None:
        assert of(photo(roll_deg=90), "camera_tilted") is None


class TestPicture:
    rgb = np.zeros((720, 1280, 3), np.uint8)

    def test_silent_without_a_picture(self) -> None:
        assert {advice.kind for advice in camera_advice(photo())} == {"view"}

    @pytest.mark.parametrize(("grey", "dark"), [(10, True), (35, True), (45, False), (200, False)])
    def test_too_dark_is_the_body_not_the_room(self, grey: int, dark: bool) -> None:
        recording = photo()
        low, high = recording.image[0, 0, :, :2].min(axis=0), recording.image[0, 0, :, :2].max(axis=0)
        rgb = np.full_like(self.rgb, 255 if dark else 0)
        rgb[int(low[1]) : int(high[1]) + 1, int(low[0]) : int(high[0]) + 1] = grey
        advice = of(recording, "too_dark", rgb=rgb)
        assert (advice is not None) == dark
        assert advice is None or advice.values == {"luminance": pytest.approx(grey, abs=1)}

    def test_it_is_about_the_frame_of_the_picture(self) -> None:
        clip = filmed(even_times(1), standing)
        assert of(without(clip, 7, 0), "too_dark", rgb=self.rgb, rgb_frame=7) is None
        assert of(clip, "too_dark", rgb=self.rgb, rgb_frame=7) is not None

    def test_a_body_outside_the_picture(self) -> None:
        recording = photo()
        recording.image[..., 0] += 5000
        assert of(recording, "too_dark", rgb=self.rgb) is None


@pytest.mark.parametrize("name", truth.ONE_PERSON)
class TestSamples:
    @staticmethod
    @functools.cache
    def found(name: str) -> Recording:
        return analyse_image(truth.picture(name), Settings(model="lite"))

    def test_nothing_to_change_but_the_view(self, name: str) -> None:
        advice = camera_advice(self.found(name), rgb=truth.picture(name))
        assert [each.kind for each in advice] == ["view"]

    def test_the_view_is_the_true_one(self, name: str) -> None:
        true_deg = view_angles_deg(truth.true_recording(name))
        assert view_angles_deg(self.found(name)) == pytest.approx(true_deg, abs=20)  # the lite model's depth
        assert {"arms_raised_front": 0, "squat90_side": 90}.get(name, true_deg) == pytest.approx(true_deg, abs=5)

    def test_darkened_and_blurred(self, name: str) -> None:
        rgb, recording = truth.picture(name), self.found(name)
        height_px = float(np.ptp(recording.image[0, 0, :, 1]))
        assert of(recording, "too_dark", rgb=(rgb * 0.25).astype(np.uint8)) is not None
        assert of(recording, "blurred", rgb=cv2.GaussianBlur(rgb, (0, 0), 0.015 * height_px)) is not None


def test_nobody() -> None:
    recording = some_recording(frames=1)
    assert camera_advice(without(recording, 0, 0)) == []


@pytest.mark.parametrize("seed", range(20))
def test_any_recording(seed: int) -> None:
    recording = some_recording(frames=3, people=2, seed=seed)
    advice = camera_advice(recording, 1, np.zeros((120, 160, 3), np.uint8))
    kinds = [each.kind for each in advice]
    assert kinds == [kind for kind in KINDS if kind in kinds]
    for each in advice:
        assert each.severity in SEVERITIES
        for name, value in each.values.items():
            if name in ("edges", "parts"):
                assert set(value) <= {*EDGES, *BODY_PARTS}  # type: ignore[call-overload]
            else:
                assert isinstance(value, float | str)
