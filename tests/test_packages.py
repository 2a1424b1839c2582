"""What is installed fits together."""

from __future__ import annotations

from importlib.metadata import packages_distributions


def test_only_one_package_owns_cv2() -> None:
    owners = set(packages_distributions()["cv2"])
    assert len(owners) == 1
    assert owners <= {"opencv-python", "opencv-python-headless"}
