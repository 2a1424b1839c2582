"""What is marked on the Image page: the joints and landmarks that are lit up everywhere."""

from __future__ import annotations

from collections.abc import Iterable

import streamlit as st

from core.motion.angles import DEFINITIONS, MAIN_DEFINITIONS
from core.motion.segments import SEGMENT_DEFINITIONS
from core.skeleton import LANDMARK_INDEX

# A landmark or a kind of joint or segment, each of a certain person.
MarkedLandmark = tuple[int, int]
MarkedJoint = tuple[int, str]

# Where each kind of joint or segment is: its landmarks on both sides.
JOINT_LANDMARKS: dict[str, tuple[int, ...]] = {}
for _kind, _names in (
    *((definition.name, definition.at) for definition in DEFINITIONS),
    *((definition.name, definition.landmarks) for definition in SEGMENT_DEFINITIONS),
):
    _landmarks = {*JOINT_LANDMARKS.get(_kind, ()), *(LANDMARK_INDEX[name] for name in _names)}
    JOINT_LANDMARKS[_kind] = tuple(sorted(_landmarks))
# The joint of the limbs that is at a landmark.
JOINT_AT: dict[int, str] = {
    LANDMARK_INDEX[definition.at[0]]: definition.name for definition in MAIN_DEFINITIONS if definition.side != "centre"
}


def marked_landmarks() -> frozenset[MarkedLandmark]:
    """The landmarks that are marked in the picture, in 3D and in their table."""
    marked: frozenset[MarkedLandmark] = st.session_state.setdefault("marked_landmarks", frozenset())
    return marked


def marked_joints() -> frozenset[MarkedJoint]:
    """The joints and segments that are marked in the table of angles."""
    marked: frozenset[MarkedJoint] = st.session_state.setdefault("marked_joints", frozenset())
    return marked


def mark_landmarks(landmarks: Iterable[MarkedLandmark]) -> None:
    """Mark these landmarks and no others, and with them the joints that are there."""
    st.session_state["marked_landmarks"] = frozenset(landmarks)
    st.session_state["marked_joints"] = frozenset(
        (person, JOINT_AT[landmark]) for person, landmark in marked_landmarks() if landmark in JOINT_AT
    )


def mark_joints(joints: Iterable[MarkedJoint]) -> None:
    """Mark these joints and no others, and with them their landmarks on both sides."""
    st.session_state["marked_joints"] = frozenset(joints)
    st.session_state["marked_landmarks"] = frozenset(
        (person, landmark) for person, joint in marked_joints() for landmark in JOINT_LANDMARKS[joint]
    )


def pick(landmark: int, person: int) -> None:
    """A click on a point: mark it, or take the mark away."""
    point = (person, landmark)
    mark_landmarks(() if marked_landmarks() == {point} else (point,))
