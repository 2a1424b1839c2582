"""A file that is there whole or not at all."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path


@contextlib.contextmanager
def whole_file(out: Path) -> Iterator[Path]:
    """Gives a name beside `out` to write to. What was written becomes `out` at the end, or is removed on any error.

    Raises:
        OSError: the file cannot be moved.
    """
    unfinished = out.with_name(f"{out.name}.part")
    try:
        yield unfinished
        unfinished.replace(out)
    finally:
        unfinished.unlink(missing_ok=True)
