"""The body as data: 33 landmarks, the bones between them, left and right, body parts, colours. No logic.

Landmark order and names are MediaPipe's (BlazePose GHUM topology). Left and right are the person's own.
"""

from __future__ import annotations

LANDMARKS: tuple[str, ...] = (
    "nose",
    "left_eye_inner",
    "left_eye",
    "left_eye_outer",
    "right_eye_inner",
    "right_eye",
    "right_eye_outer",
    "left_ear",
    "right_ear",
    "mouth_left",
    "mouth_right",
    "left_shoulder",
    "right_shoulder",
    "left_elbow",
    "right_elbow",
    "left_wrist",
    "right_wrist",
    "left_pinky",
    "right_pinky",
    "left_index",
    "right_index",
    "left_thumb",
    "right_thumb",
    "left_hip",
    "right_hip",
    "left_knee",
    "right_knee",
    "left_ankle",
    "right_ankle",
    "left_heel",
    "right_heel",
    "left_foot_index",
    "right_foot_index",
)
LANDMARK_INDEX: dict[str, int] = {name: index for index, name in enumerate(LANDMARKS)}

SIDES: tuple[str, ...] = tuple(
    "left" if "left" in name else "right" if "right" in name else "centre" for name in LANDMARKS
)

# The landmark on the other side, or itself in the middle: the order of the landmarks in a mirror.
MIRRORED: tuple[int, ...] = tuple(
    LANDMARK_INDEX[name.replace("left", "?").replace("right", "left").replace("?", "right")] for name in LANDMARKS
)

BONES: tuple[tuple[int, int], ...] = (
    # face
    (0, 1), (1, 2), (2, 3), (3, 7), (0, 4), (4, 5), (5, 6), (6, 8), (9, 10),
    # trunk
    (11, 12), (11, 23), (12, 24), (23, 24),
    # arms and hands
    (11, 13), (13, 15), (15, 17), (15, 19), (15, 21), (17, 19),
    (12, 14), (14, 16), (16, 18), (16, 20), (16, 22), (18, 20),
    # legs and feet
    (23, 25), (25, 27), (27, 29), (29, 31), (27, 31),
    (24, 26), (26, 28), (28, 30), (30, 32), (28, 32),
)  # fmt: skip
BONE_SIDES: tuple[str, ...] = tuple(SIDES[a] if SIDES[a] == SIDES[b] else "centre" for a, b in BONES)

BODY_PARTS: dict[str, tuple[int, ...]] = {
    "head": tuple(range(0, 11)),
    "arms": tuple(range(11, 17)),
    "hands": tuple(range(17, 23)),
    "hips": (23, 24),
    "legs": tuple(range(25, 29)),
    "feet": tuple(range(29, 33)),
}

# After Okabe and Ito, for colour-blind readers; both at least 3:1 against white and against the dark ground, so that
# left and right have the same colours on a photograph, in 3D and in every chart of either theme.
SIDE_COLOURS: dict[str, str] = {"left": "#2287D6", "right": "#DE6A10", "centre": "#808A96"}
CLASSIC_POINT_COLOUR = "#FF0000"
CLASSIC_LINE_COLOUR = "#FFFFFF"

# What tells people from each other, in this order and round again: a colour beside the name, never alone. All are at
# least 3:1 against white and against the dark ground, and within that as far apart as it goes, for full colour vision
# and for each kind of colour blindness; none of them is near left or right.
PERSON_COLOURS: tuple[str, ...] = (
    "#20A4A2", "#C41278", "#82930B", "#8E1AF7", "#945E2F", "#0E6F96", "#F36275", "#CD63F4",
)  # fmt: skip
