"""Recording refuses arrays that do not belong together, and says which."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.recording import Recording, SideRepair
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


class TestNames:
    def test_a_detection_gives_none(self) -> None:
        assert recording().names == ()

    def test_there_is_one_for_each_person_or_none(self) -> None:
        assert dataclasses.replace(recording(), names=("Anna", "Ben")).part(1, 2).names == ("Anna", "Ben")
        with pytest.raises(ValueError, match=r"^Recording\.names must be 2, one for each person, or none, got 1$"):
            dataclasses.replace(recording(), names=("Anna",))


class TestWithoutPeople:
    def found(self) -> Recording:
        made = some_recording(frames=3, people=4, refined=True)
        repairs = tuple(SideRepair(person=p, part="legs", from_s=0.0, to_s=p / 10, frames=1) for p in (0, 1, 3))
        return dataclasses.replace(made, repairs=repairs, names=("Anna", "Coat", "Ben", "Cleo"), left_out=2)

    def test_whoever_is_left_keeps_order_numbers_names_and_repairs(self) -> None:
        found = self.found()
        left = found.without_people([1, 2])
        assert (left.people, left.frames, left.left_out) == (2, 3, 2)
        for name in ("image", "world", "refined", "visibility", "presence"):
            np.testing.assert_array_equal(getattr(left, name), getattr(found, name)[:, [0, 3]], err_msg=name)
        assert left.names == ("Anna", "Cleo")
        assert [(repair.person, repair.to_s) for repair in left.repairs] == [(0, 0.0), (1, 0.3)]
        assert left.provenance == {**found.provenance, "removed_people": "1,2"}
        assert found.people == 4 and len(found.repairs) == 3

    @settings(derandomize=True, deadline=None)
    @given(st.lists(st.sets(st.integers(0, 5), max_size=3), min_size=1, max_size=4))
    def test_taken_out_one_after_the_other_is_taken_out_at_once(self, rounds: list[set[int]]) -> None:
        """However often: the indices are those as they were found at first, and every number is of the same person."""
        found = some_recording(frames=1, people=6)
        told = ", ".join(f"1.{person}" for person in range(6))
        found = dataclasses.replace(found, provenance={**found.provenance, "scaled_to_body_height_m": told})
        there, left = list(range(6)), found
        for wanted in rounds:
            gone = [person for person in sorted(wanted) if person < len(there)]
            left = left.without_people(gone)
            there = [person for place, person in enumerate(there) if place not in gone]
        removed = [person for person in range(6) if person not in there]
        np.testing.assert_array_equal(left.image, found.image[:, there])
        assert left.provenance == found.without_people(removed).provenance
        assert left.provenance.get("removed_people", "") == ",".join(map(str, removed))
        heights = left.provenance["scaled_to_body_height_m"]
        assert heights == ", ".join(f"1.{person}" for person in there)

    def test_nobody_taken_out_is_the_recording_itself(self) -> None:
        found = self.found()
        assert found.without_people(()) is found

    def test_everybody_can_be_taken_out(self) -> None:
        left = self.found().without_people(range(4))
        assert (left.people, left.names, left.repairs) == (0, (), ())

    @pytest.mark.parametrize("nobody", [4, -1])
    def test_who_is_not_there_cannot_be_taken_out(self, nobody: int) -> None:
        with pytest.raises(IndexError, match=f"the recording has 4 people, there is no {nobody}"):
            self.found().without_people([0, nobody])

    def test_the_mask_goes_dark_where_only_they_were(self) -> None:
        found = some_recording(people=2, width=100, height=60)
        image = np.array(found.image)
        image[0, :, :, :2] = np.random.default_rng(0).uniform((10, 10), (30, 50), (2, 33, 2))
        image[0, :, :2, :2] = [[10, 10], [30, 50]]
        image[0, 1, :, 0] += 50
        made = dataclasses.replace(found, image=image, mask=np.full((1, 60, 100), 255, np.uint8))
        left = made.without_people([1]).mask
        assert left is not None
        # Around the second person, from 60 to 80, is a margin of a tenth of the height of 40.
        assert (left[0, 6:54, 56:84] == 0).all()
        assert left.sum() // 255 == 60 * 100 - 48 * 28
        assert made.mask is not None and made.mask.all()
