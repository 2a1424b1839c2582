"""Items made ahead in a thread come in order, few at a time, and the thread ends whatever happens."""

import threading
import time
from collections.abc import Iterator

import pytest

from core.export.ahead import ahead


def threads() -> int:
    return sum(thread.name == "ahead" for thread in threading.enumerate())


def test_items_come_in_order() -> None:
    with ahead(range(100)) as first, ahead(2 * number for number in first) as second:
        assert list(second) == list(range(0, 200, 2))
    assert threads() == 0


def test_no_more_are_made_than_are_wanted() -> None:
    made = []

    def items() -> Iterator[int]:
        for number in range(100):
            made.append(number)
            yield number

    with ahead(items(), depth=3) as taken:
        assert next(taken) == 0
        time.sleep(0.05)
        assert len(made) <= 5  # the one taken, three waiting, one in hand
    assert threads() == 0


def test_what_fails_there_is_raised_here() -> None:
    def items() -> Iterator[int]:
        yield 1
        raise KeyError("made up")

    with ahead(items()) as first, ahead(number for number in first) as second:
        assert next(second) == 1
        with pytest.raises(KeyError, match="made up"):
            next(second)
    assert threads() == 0


def test_leaving_early_ends_all_threads() -> None:
    def endless() -> Iterator[int]:
        while True:
            yield 0

    with ahead(endless()) as first, ahead(number for number in first) as second:
        next(second)
    assert threads() == 0
