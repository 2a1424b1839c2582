"""Steps of a long job that run at the same time, each in a thread of its own, in order and without piling up."""

from __future__ import annotations

import contextlib
import queue
import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True)
class _Made(Generic[T]):
    item: T


@dataclass(frozen=True)
class _End:
    error: BaseException | None


@contextlib.contextmanager
def ahead(items: Iterable[T], depth: int = 4) -> Iterator[Iterator[T]]:
    """Lets a thread make the items before they are asked for, at most `depth` of them.

    The items come in their order. What is raised while they are made is raised where they are taken. On leaving, the
    thread has ended; items that nobody took are dropped.
    """
    ready: queue.Queue[_Made[T] | _End] = queue.Queue(depth)
    left = threading.Event()

    def hand_over(made: _Made[T] | _End) -> bool:
        while not left.is_set():
            with contextlib.suppress(queue.Full):
                ready.put(made, timeout=0.1)
                return True
        return False

    def make() -> None:
        try:
            for item in items:
                if not hand_over(_Made(item)):
                    return
        except BaseException as error:
            hand_over(_End(error))
        else:
            hand_over(_End(None))

    def take() -> Iterator[T]:
        while isinstance(made := ready.get(), _Made):
            yield made.item
        if made.error is not None:
            raise made.error

    worker = threading.Thread(target=make, name="ahead", daemon=True)
    worker.start()
    try:
        yield take()
    finally:
        left.set()
        worker.join()
