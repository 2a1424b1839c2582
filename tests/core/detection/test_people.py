"""Who is kept, and in which order, of skeletons made by hand."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from core.detection.people import SAME_PERSON_DISTANCE, body_size_px, distinct_people
from tests.core.truth import TWO_PEOPLE, true_people

MAN, WOMAN = (body.px for body in true_people(TWO_PEOPLE))
Skeleton = NDArray[np.float64]


def diagonal(skeleton: Skeleton) -> float:
    return float(np.hypot(*np.ptp(skeleton, axis=0)))


def moved(skeleton: Skeleton, share: float) -> Skeleton:
    """To the right by a share of its own diagonal."""
    return skeleton + np.array([share * diagonal(skeleton), 0])


def scaled(skeleton: Skeleton, factor: float) -> Skeleton:
    """About its own middle."""
    return (skeleton - skeleton.mean(axis=0)) * factor + skeleton.mean(axis=0)


def kept(*people: tuple[Skeleton, float]) -> list[int]:
    """`distinct_people` of skeletons and how visible each is."""
    image = np.zeros((len(people), 33, 3), np.float32)
    visibility = np.zeros((len(people), 33), np.float32)
    for person, (skeleton, seen) in enumerate(people):
        image[person, :, :2] = skeleton
        visibility[person] = seen
    return distinct_people(image, visibility)


CASES: dict[str, tuple[list[tuple[Skeleton, float]], list[int]]] = {
    "nobody": ([], []),
    "one": ([(MAN, 0.9)], [0]),
    "one who is hardly seen": ([(MAN, 0.01)], [0]),
    "two, the larger first": ([(WOMAN, 0.9), (MAN, 0.8)], [1, 0]),
    "two, already in order": ([(MAN, 0.8), (WOMAN, 0.9)], [0, 1]),
    "the same twice, the second more visible": ([(MAN, 0.7), (MAN, 0.8)], [1]),
    "the same twice, the first more visible": ([(MAN, 0.8), (MAN, 0.7)], [0]),
    "the same twice, equally visible": ([(MAN, 0.8), (MAN, 0.8)], [0]),
    "the same twice, a little apart": ([(MAN, 0.7), (moved(MAN, 0.05), 0.8)], [1]),
    "the same three times": ([(MAN, 0.7), (moved(MAN, 0.04), 0.9), (moved(MAN, -0.04), 0.8)], [1]),
    "close but somebody else": ([(MAN, 0.7), (scaled(moved(MAN, 0.2), 0.95), 0.8)], [0, 1]),
    "one behind the other": ([(scaled(MAN, 0.4), 0.9), (MAN, 0.8)], [1, 0]),
    "twice among others": ([(WOMAN, 0.5), (MAN, 0.6), (moved(WOMAN, 0.03), 0.7), (moved(MAN, 0.03), 0.4)], [1, 2]),
    "five side by side": ([(scaled(moved(MAN, i), 1 + i / 10), 0.5) for i in range(5)], [4, 3, 2, 1, 0]),
}


@pytest.mark.parametrize("case", CASES)
def test_who_is_kept(case: str) -> None:
    people, expected = CASES[case]
    assert kept(*people) == expected


@pytest.mark.parametrize("factor", [0.1, 1.0, 10.0])
@pytest.mark.parametrize(("share", "people"), [(0.99, 1), (1.01, 2)], ids=["just the same", "just somebody else"])
def test_the_border_is_a_share_of_the_bodys_size(factor: float, share: float, people: int) -> None:
    body = MAN * factor
    assert len(kept((body, 0.9), (moved(body, share * SAME_PERSON_DISTANCE), 0.8))) == people


def test_depth_does_not_count() -> None:
    image = np.zeros((2, 33, 3), np.float32)
    image[:, :, :2] = MAN
    image[1, :, 2] = 5000
    assert distinct_people(image, np.ones((2, 33), np.float32)) == [0]


@settings(derandomize=True, deadline=None, max_examples=100)
@given(order=st.permutations(range(4)), seen=st.permutations([0.3, 0.5, 0.7, 0.9]))
def test_the_order_of_detection_does_not_matter(order: list[int], seen: list[float]) -> None:
    people = [MAN, moved(MAN, 0.03), WOMAN, moved(WOMAN, 0.03)]
    found = kept(*((people[index], seen[index]) for index in order))
    man, woman = (0 if seen[0] > seen[1] else 1), (2 if seen[2] > seen[3] else 3)
    assert [order[index] for index in found] == [man, woman]


def test_size_is_the_diagonal() -> None:
    image = np.full((2, 33, 3), np.nan, np.float32)
    image[0] = [10, 10, 0]
    image[0, 5] = [40, 50, 999]
    size = body_size_px(image)
    assert size[0] == 50
    assert np.isnan(size[1])
