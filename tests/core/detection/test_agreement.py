"""Similarity of bodies by hand, and which looks go together."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from core.detection.agreement import AREA_OF_BOX, COMPARED, SIGMAS, Look, agreeing, mean_look, oks
from core.skeleton import LANDMARK_INDEX
from tests.core.truth import TWO_PEOPLE, true_people

MAN, WOMAN = (np.pad(body.px, ((0, 0), (0, 1))).astype(np.float32) for body in true_people(TWO_PEOPLE))


def area(body: NDArray[np.float32]) -> float:
    return float(AREA_OF_BOX * np.prod(np.ptp(body[COMPARED, :2], axis=0)))


def look(body: NDArray[np.float32], visibility: float = 0.9) -> Look:
    seen = np.full(33, visibility, np.float32)
    return Look(body.astype(np.float32), (body / 1000).astype(np.float32), seen, seen)


def jittered(body: NDArray[np.float32], seed: int, share: float = 0.01) -> NDArray[np.float32]:
    size = float(np.hypot(*np.ptp(body[:, :2], axis=0)))
    moved = body + np.random.default_rng(seed).normal(0, share * size, body.shape)
    return moved.astype(np.float32)


class TestOks:
    def test_of_a_body_with_itself_is_one(self) -> None:
        assert oks(MAN, MAN) == 1.0

    def test_of_different_people_is_none(self) -> None:
        assert oks(MAN, WOMAN) < 1e-3

    @pytest.mark.parametrize(("joint", "sigma"), [("nose", 0.026), ("left_hip", 0.107), ("right_ankle", 0.089)])
    def test_one_joint_off_by_hand(self, joint: str, sigma: float) -> None:
        other = MAN.copy()
        # Off by 2 sigma times the square root of the area: exp(-1/2) for that joint of seventeen, 1 for the others.
        index = LANDMARK_INDEX[joint]
        # To the middle of the body, so that its box stays as it is.
        towards = np.sign(MAN[[23, 24], 0].mean() - MAN[index, 0]) or 1.0
        other[index, 0] += towards * 2 * sigma * np.sqrt(area(MAN))
        larger = max(area(MAN), area(other))
        expected = (16 + np.exp(-area(MAN) / larger / 2)) / 17
        assert oks(MAN, other) == pytest.approx(expected, rel=1e-4)

    def test_the_others_do_not_count(self) -> None:
        other = MAN.copy()
        other[[1, 17, 29], :2] += 50
        other[:, 2] += 500
        assert oks(MAN, other) == 1.0

    @pytest.mark.parametrize("factor", [0.1, 7.0])
    def test_does_not_depend_on_the_size(self, factor: float) -> None:
        other = jittered(MAN, 0)
        assert oks(MAN * np.float32(factor), other * np.float32(factor)) == pytest.approx(oks(MAN, other), rel=1e-3)

    def test_is_symmetric_and_broadcasts(self) -> None:
        bodies = np.stack([MAN, jittered(MAN, 1), WOMAN])
        similarity = oks(bodies[:, None], bodies[None])
        np.testing.assert_allclose(similarity, similarity.T)
        np.testing.assert_allclose(np.diag(similarity), 1)

    def test_a_point_is_no_body(self) -> None:
        assert np.isfinite(oks(np.zeros((33, 3), np.float32), MAN))

    def test_left_and_right_have_the_same_sigma(self) -> None:
        for name, index in LANDMARK_INDEX.items():
            if "left" in name:
                assert SIGMAS[index] == SIGMAS[LANDMARK_INDEX[name.replace("left", "right")]]


class TestAgreeing:
    def test_nobody(self) -> None:
        assert agreeing([], 0.5) == []

    def test_a_look_agrees_with_itself(self) -> None:
        assert agreeing([look(MAN)], 0.5) == [0]

    @settings(derandomize=True, deadline=None, max_examples=30)
    @given(order=st.permutations(range(4)))
    def test_a_lone_outlier_is_dropped_wherever_it_stands(self, order: list[int]) -> None:
        looks = [look(jittered(MAN, 1)), look(jittered(MAN, 2)), look(jittered(MAN, 3)), look(WOMAN)]
        agreed = agreeing([looks[index] for index in order], 0.5)
        assert [order[index] for index in agreed] == [index for index in order if index != 3]

    def test_of_two_bodies_the_one_seen_more_often(self) -> None:
        looks = [look(WOMAN), look(jittered(MAN, 1)), look(jittered(WOMAN, 2)), look(jittered(WOMAN, 3)), look(MAN)]
        assert agreeing(looks, 0.5) == [0, 2, 3]


class TestMean:
    def test_of_one_is_itself(self) -> None:
        only = look(MAN)
        mean = mean_look([only])
        for name in ("image", "world", "visibility", "presence"):
            np.testing.assert_allclose(getattr(mean, name), getattr(only, name), rtol=1e-6)
            assert getattr(mean, name).dtype == np.float32

    def test_is_weighted_by_visibility(self) -> None:
        one, other = look(MAN, 0.9), look(MAN + 10, 0.3)
        mean = mean_look([one, other])
        np.testing.assert_allclose(mean.image, MAN + 10 * 0.301 / 1.202, rtol=1e-4)
        np.testing.assert_allclose(mean.visibility, 0.6, rtol=1e-6)

    def test_of_looks_that_saw_nothing_is_their_plain_mean(self) -> None:
        mean = mean_look([look(MAN, 0.0), look(MAN + 10, 0.0)])
        np.testing.assert_allclose(mean.image, MAN + 5, rtol=1e-5)

    def test_is_nearer_the_truth_than_each(self) -> None:
        looks = [look(jittered(MAN, seed)) for seed in range(5)]
        mean_error = np.linalg.norm(mean_look(looks).image - MAN)
        assert all(mean_error < np.linalg.norm(each.image - MAN) for each in looks)
