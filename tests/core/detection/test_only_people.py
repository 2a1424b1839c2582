"""Cut down to people, the finder says of people what it said before, to the last bit, and nothing else."""

from __future__ import annotations

import io
import zipfile
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from core.detection import finder
from core.detection.finder import Finder
from core.detection.models import read_bundle, read_finder
from core.detection.only_people import network_of_people
from core.detection.without_detector import DETECTOR
from tests.core.truth import TWO_PEOPLE, picture

PICTURES = (TWO_PEOPLE, "squat90_side", "tree_yoga")


@pytest.fixture(scope="module")
def of_people() -> Finder:
    return Finder()


@pytest.mark.parametrize("name", PICTURES)
def test_people_are_found_as_by_the_whole_network(
    name: str, of_people: Finder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(finder, "network_of_people", bytes)
    whole = Finder().boxes(picture(name), 0.1)
    assert len(whole)
    assert np.array_equal(of_people.boxes(picture(name), 0.1), whole)


def test_it_has_one_name_for_what_it_sees() -> None:
    with zipfile.ZipFile(io.BytesIO(network_of_people(read_finder()))) as archive:
        assert archive.read(archive.namelist()[0]).split() == [b"person"]


def test_what_tells_nothing_apart_is_refused() -> None:
    with zipfile.ZipFile(io.BytesIO(read_bundle("lite"))) as archive:
        network = archive.read(DETECTOR)
    with pytest.raises(ValueError, match="does not tell 90 kinds"):
        network_of_people(network)


def test_several_pictures_at_once_are_answered_as_one_after_the_other(of_people: Finder) -> None:
    pictures = [picture(name) for name in PICTURES * 4]
    alone = [of_people.boxes(rgb, 0.1) for rgb in pictures]
    with ThreadPoolExecutor(4) as pool:
        at_once = list(pool.map(lambda rgb: of_people.boxes(rgb, 0.1), pictures))
    assert all(np.array_equal(one, other) for one, other in zip(alone, at_once, strict=True))
