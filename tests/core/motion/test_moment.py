"""Between analysed frames everything lies on a straight line; at their times it is what was analysed."""

import dataclasses

import numpy as np
import pytest

from core.motion.moment import moment
from core.recording import Recording
from tests.core.recordings import some_recording, without


def recording() -> Recording:
    made = some_recording(frames=4, people=2, refined=True)
    return dataclasses.replace(made, time=np.array([0.0, 0.1, 0.3, 0.4]))


@pytest.mark.parametrize(
    ("time_s", "frame"), [(0.0, 0), (0.1, 1), (0.10005, 1), (0.29995, 2), (0.4, 3), (-1, 0), (9, 3)]
)
def test_at_or_beyond_an_analysed_frame_it_is_that_frame(time_s: float, frame: int) -> None:
    found, wanted = moment(recording(), time_s), recording().part(frame, frame + 1)
    for name in ("time", "image", "world", "refined", "visibility", "presence"):
        np.testing.assert_array_equal(getattr(found, name), getattr(wanted, name))


def test_between_two_frames_it_is_in_between() -> None:
    made = recording()
    found = moment(made, 0.15)
    assert found.time.tolist() == [0.15]
    for name in ("image", "world", "refined", "visibility", "presence"):
        values = getattr(made, name)
        np.testing.assert_allclose(getattr(found, name)[0], 0.75 * values[1] + 0.25 * values[2], rtol=1e-5)
        assert getattr(found, name).dtype == np.float32


@pytest.mark.parametrize(("time_s", "there"), [(0.15, True), (0.25, False)])
def test_who_is_missing_on_one_side_is_as_in_the_nearer_frame(time_s: float, there: bool) -> None:
    made = without(recording(), frame=2, person=1)
    found = moment(made, time_s)
    np.testing.assert_array_equal(found.image[0, 1], made.image[1 if there else 2, 1])
    assert np.isfinite(found.image[0, 0]).all()


def test_without_frames_there_is_no_moment() -> None:
    with pytest.raises(ValueError, match="with frames"):
        moment(recording().part(0, 0), 0.0)
