"""Recording refuses arrays that do not belong together, and says which."""

import dataclasses

import numpy as np
import pytest

from core.recording import Recording
from tests.core.recordings import some_recording

# 3 frames, 2 people, 160 by 120 pixels.
SHAPES: dict[str, tuple[int, ...]] = {
    "time": (3,),
    "image": (3, 2, 33, 3),
    "world": (3, 2, 33, 3),
    "refined": (3, 2, 33, 3),
    "visibility": (3, 2, 33),
    "presence": (3, 2, 33),
    "mask": (3, 120, 160),
}
WRONG: dict[str, list[tuple[int, ...]]] = {
    "time": [(2,), (3, 1), ()],
    "world": [(2, 2, 33, 3), (3, 1, 33, 3), (3, 2, 32, 3), (3, 2, 33, 2), (3, 2, 33), (0,)],
    "refined": [(3, 1, 33, 3), (3, 2, 33)],
    "visibility": [(3, 2, 33, 1), (2, 33), (3, 3, 33)],
    "presence": [(3, 2, 34), (3, 33)],
    "mask": [(120, 160), (3, 160, 120), (1, 120, 160), (3, 120, 160, 1)],
}


def recording() -> Recording:
    made = some_recording(frames=3, people=2, refined=True)
    return dataclasses.replace(made, mask=np.zeros(SHAPES["mask"], np.uint8))


def test_the_fields_have_the_shapes_of_the_contract() -> None:
    made = recording()
    assert {name: getattr(made, name).shape for name in SHAPES} == SHAPES
    assert (made.frames, made.people) == (3, 2)


@pytest.mark.parametrize(
    ("field", "shape"),
    [pytest.param(field, shape, id=f"{field} {shape}") for field, shapes in WRONG.items() for shape in shapes],
)
def test_a_wrong_shape_is_refused_with_expected_and_actual(field: str, shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match=f"Recording.{field} ") as caught:
        dataclasses.replace(recording(), **{field: np.zeros(shape, np.float32)})
    assert str(caught.value) == f"Recording.{field} must have the shape {SHAPES[field]}, got {shape}"


@pytest.mark.parametrize("shape", [(3, 2, 32, 3), (3, 2, 33, 2), (3, 2, 33), (3, 2)], ids=str)
def test_a_wrong_image_is_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match=r"Recording\.image must have the shape") as caught:
        dataclasses.replace(recording(), image=np.zeros(shape, np.float32))
    assert str(caught.value).endswith(f"(3, 2, 33, 3), got {shape}")


@pytest.mark.parametrize("shape", [(2, 2, 33, 3), (3, 1, 33, 3), (3,), ()], ids=str)
def test_an_image_that_fits_nothing_else_is_refused(shape: tuple[int, ...]) -> None:
    # The image says how many frames and people there are, so that another field may be the one that is named.
    with pytest.raises(ValueError, match="must have the shape"):
        dataclasses.replace(recording(), image=np.zeros(shape, np.float32))


@pytest.mark.parametrize("field", ["refined", "mask"])
def test_what_is_optional_may_be_none(field: str) -> None:
    assert getattr(dataclasses.replace(recording(), **{field: None}), field) is None


def test_nobody_is_a_valid_answer() -> None:
    nobody = some_recording(frames=2, people=0)
    assert (nobody.frames, nobody.people) == (2, 0)
    assert nobody.image.shape == (2, 0, 33, 3)


@pytest.mark.parametrize(
    ("refined", "spaces"), [(True, ("refined", "world", "image")), (False, ("world", "image"))], ids=["refined", "raw"]
)
def test_spaces_best_first(refined: bool, spaces: tuple[str, ...]) -> None:
    assert some_recording(refined=refined).spaces == spaces


def test_fields_cannot_be_replaced_in_place() -> None:
    made = recording()
    with pytest.raises(dataclasses.FrozenInstanceError):
        made.width = 1  # type: ignore[misc]
    assert made.width == 160


def test_a_part_is_some_frames_with_their_own_times() -> None:
    made = recording()
    part = made.part(1, 3)
    for name in SHAPES:
        np.testing.assert_array_equal(getattr(part, name), getattr(made, name)[1:3])
    assert (part.source, part.settings, part.people) == (made.source, made.settings, 2)


@pytest.mark.parametrize(
    ("start", "stop", "frames"), [(0, 3, 3), (2, 9, 1), (-2, 1, 1), (3, 5, 0), (2, 1, 0), (0, -1, 0)]
)
def test_a_part_reaches_no_further_than_the_recording(start: int, stop: int, frames: int) -> None:
    assert recording().part(start, stop).frames == frames
