"""The body as data: MediaPipe's order, its bones, both sides alike, colours that can be told from the ground."""

import itertools
import json
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from mediapipe.tasks.python.vision.pose_landmarker import PoseLandmarksConnections
from numpy.typing import NDArray

from core.skeleton import (
    BODY_PARTS,
    BONE_SIDES,
    BONES,
    LANDMARK_INDEX,
    LANDMARKS,
    PERSON_COLOURS,
    SIDE_COLOURS,
    SIDES,
)

SAMPLES = Path(__file__).parents[2] / "samples"
# PoseLandmark as MediaPipe publishes it; the version in use carries the numbers only.
POSE_LANDMARK = """
    NOSE LEFT_EYE_INNER LEFT_EYE LEFT_EYE_OUTER RIGHT_EYE_INNER RIGHT_EYE RIGHT_EYE_OUTER LEFT_EAR RIGHT_EAR MOUTH_LEFT
    MOUTH_RIGHT LEFT_SHOULDER RIGHT_SHOULDER LEFT_ELBOW RIGHT_ELBOW LEFT_WRIST RIGHT_WRIST LEFT_PINKY RIGHT_PINKY
    LEFT_INDEX RIGHT_INDEX LEFT_THUMB RIGHT_THUMB LEFT_HIP RIGHT_HIP LEFT_KNEE RIGHT_KNEE LEFT_ANKLE RIGHT_ANKLE
    LEFT_HEEL RIGHT_HEEL LEFT_FOOT_INDEX RIGHT_FOOT_INDEX
""".lower().split()
WHITE, DARK = "#FFFFFF", "#12171E"


def other_side(name: str) -> str:
    return name.replace("left", "RIGHT").replace("right", "left").replace("RIGHT", "right")


def mirrored(index: int) -> int:
    return LANDMARK_INDEX[other_side(LANDMARKS[index])]


def contrast(one: str, other: str) -> float:
    """WCAG 2's contrast ratio, 1 to 21."""

    def luminance(colour: str) -> float:
        channels = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def test_landmarks_are_mediapipes_in_its_order() -> None:
    assert len(LANDMARKS) == 33
    assert list(LANDMARKS) == POSE_LANDMARK
    assert [LANDMARK_INDEX[name] for name in POSE_LANDMARK] == list(range(33))


def test_the_samples_truth_uses_the_same_names() -> None:
    person = json.loads((SAMPLES / "tree_yoga.json").read_text())["people"][0]
    assert {landmark["index"]: landmark["name"] for landmark in person["landmarks"]} == dict(enumerate(LANDMARKS))


def test_bones_are_mediapipes_connections() -> None:
    connections = Counter(frozenset((bone.start, bone.end)) for bone in PoseLandmarksConnections.POSE_LANDMARKS)
    assert Counter(map(frozenset, BONES)) == connections
    assert len(BONES) == 35


@pytest.mark.parametrize("name", LANDMARKS)
def test_each_landmark_has_the_side_in_its_name(name: str) -> None:
    side = SIDES[LANDMARK_INDEX[name]]
    assert side == ("centre" if name == "nose" else "left" if "left" in name else "right")


def test_sixteen_landmarks_a_side_and_one_between() -> None:
    assert Counter(SIDES) == {"left": 16, "right": 16, "centre": 1}
    assert len(SIDES) == len(LANDMARKS)


def test_the_bones_mirror_each_other() -> None:
    bones = {frozenset(bone) for bone in BONES}
    assert {frozenset(map(mirrored, bone)) for bone in bones} == bones


@pytest.mark.parametrize("bone", range(len(BONES)), ids=lambda bone: "-".join(LANDMARKS[end] for end in BONES[bone]))
def test_a_bone_belongs_to_a_side_if_both_ends_do(bone: int) -> None:
    ends = {SIDES[end] for end in BONES[bone]}
    assert BONE_SIDES[bone] == (ends.pop() if len(ends) == 1 else "centre")
    other = next(i for i, ends in enumerate(BONES) if set(ends) == set(map(mirrored, BONES[bone])))
    assert BONE_SIDES[other] == other_side(BONE_SIDES[bone])


def test_body_parts_cover_every_landmark_once() -> None:
    assert sorted(index for part in BODY_PARTS.values() for index in part) == list(range(33))


@pytest.mark.parametrize("part", BODY_PARTS)
def test_a_body_part_has_both_sides(part: str) -> None:
    assert set(map(mirrored, BODY_PARTS[part])) == set(BODY_PARTS[part])


@pytest.mark.parametrize(
    ("name", "part"),
    [
        ("nose", "head"),
        ("mouth_right", "head"),
        ("left_shoulder", "arms"),
        ("right_wrist", "arms"),
        ("left_thumb", "hands"),
        ("left_hip", "hips"),
        ("right_knee", "legs"),
        ("left_ankle", "legs"),
        ("left_heel", "feet"),
        ("right_foot_index", "feet"),
    ],
)
def test_landmarks_are_in_the_body_part_they_belong_to(name: str, part: str) -> None:
    assert LANDMARK_INDEX[name] in BODY_PARTS[part]


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [("#000000", WHITE, 21.0), (WHITE, WHITE, 1.0), ("#767676", WHITE, 4.54), ("#777777", WHITE, 4.48)],
)
def test_contrast_as_wcag_gives_it(one: str, other: str, ratio: float) -> None:
    assert contrast(one, other) == pytest.approx(ratio, abs=0.005)


@pytest.mark.parametrize("ground", [WHITE, DARK], ids=["white", "dark"])
@pytest.mark.parametrize("side", ["left", "right", "centre"])
def test_side_colours_stand_out_from_either_ground(side: str, ground: str) -> None:
    assert contrast(SIDE_COLOURS[side], ground) >= 3.0


def test_left_is_blue_right_is_orange_centre_is_grey() -> None:
    def channels(side: str) -> tuple[int, int, int]:
        colour = SIDE_COLOURS[side]
        return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)

    red, green, blue = channels("left")
    assert blue > green > red
    red, green, blue = channels("right")
    assert red > green > blue
    assert max(channels("centre")) - min(channels("centre")) < 32


# How red, green and blue (linear light) are seen without one kind of cones: Machado, Oliveira and Fernandes (2009).
SEEN = {
    "by all": np.eye(3),
    "without red": np.array([[0.152, 1.053, -0.205], [0.115, 0.786, 0.099], [-0.004, -0.048, 1.052]]),
    "without green": np.array([[0.367, 0.861, -0.228], [0.280, 0.673, 0.047], [-0.012, 0.043, 0.969]]),
    "without blue": np.array([[1.256, -0.077, -0.179], [-0.078, 0.931, 0.148], [0.005, 0.691, 0.304]]),
}


def oklab(colour: str, seen: str = "by all") -> NDArray[np.float64]:
    """Lightness and two colour axes in which equal distances look equally different (Ottosson 2020)."""
    parts = np.array([int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)])
    light = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    cones = np.array([[0.4122, 0.5363, 0.0514], [0.2119, 0.6807, 0.1074], [0.0883, 0.2817, 0.6300]])
    axes = np.array([[0.2105, 0.7936, -0.0041], [1.9780, -2.4286, 0.4506], [0.0259, 0.7828, -0.8087]])
    return np.asarray(axes @ np.cbrt(cones @ np.clip(SEEN[seen] @ light, 0, 1)))


@pytest.mark.parametrize("colour", PERSON_COLOURS)
def test_a_persons_colour_stands_out_from_both_grounds_and_from_the_sides(colour: str) -> None:
    assert contrast(colour, WHITE) >= 3
    assert contrast(colour, DARK) >= 3
    for side in ("left", "right"):
        assert np.linalg.norm(oklab(colour) - oklab(SIDE_COLOURS[side])) > 0.1


@pytest.mark.parametrize("seen", SEEN)
def test_peoples_colours_can_be_told_apart(seen: str) -> None:
    for one, other in itertools.combinations(PERSON_COLOURS, 2):
        assert np.linalg.norm(oklab(one, seen) - oklab(other, seen)) > 0.085, f"{one} {other}"
