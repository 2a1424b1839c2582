"""Labels must stand at their joint, hold its angle, and be left out where there is none to trust."""

import numpy as np
import pytest

from core.motion.angles import joint_angles
from core.skeleton import LANDMARK_INDEX
from core.view.angle_labels import angle_labels
from core.view.overlay_labels import BENDS
from tests.core.recordings import some_recording, without

JOINTS = [
    f"{side}_{name}" for side in ("left", "right") for name in ("shoulder", "elbow", "wrist", "hip", "knee", "ankle")
]


@pytest.mark.parametrize("reading", ["angle_deg", "flexion_deg"])
def test_each_limb_joint_has_its_own_angle(reading: str) -> None:
    table = joint_angles(some_recording(people=2))
    labels = angle_labels(table, reading, min_trust=0)
    values = table.set_index(["person", "joint"])[reading]
    assert labels == {(person, LANDMARK_INDEX[joint]): values[person, joint] for person in (0, 1) for joint in JOINTS}


def test_labels_stand_where_the_overlay_writes_them() -> None:
    assert {landmark for _, landmark in angle_labels(joint_angles(some_recording()), min_trust=0)} == set(BENDS)


def test_what_is_not_trusted_is_left_out() -> None:
    table = joint_angles(some_recording())
    table["trust"] = np.where(table["joint"] == "left_knee", 0.4, 0.39)
    assert list(angle_labels(table)) == [(0, LANDMARK_INDEX["left_knee"])]
    assert len(angle_labels(table, min_trust=0.39)) == 12
    assert len(angle_labels(table, min_trust=0.41)) == 0


def test_nan_is_left_out() -> None:
    table = joint_angles(without(some_recording(people=2), frame=0, person=0))
    assert {person for person, _ in angle_labels(table, min_trust=0)} == {1}
    table["trust"] = 1.0
    table["angle_deg"] = np.nan
    assert angle_labels(table) == {}


def test_several_frames_are_refused() -> None:
    with pytest.raises(ValueError, match="one frame, got those of 2"):
        angle_labels(joint_angles(some_recording(frames=2)))
