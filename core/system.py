"""Is what OpenCV needs from the operating system there? Asked before anything else, to say it in one sentence."""

from __future__ import annotations

import re

from core.errors import SystemLibraryMissing

# The Debian and Ubuntu packages of the libraries that slim containers lack.
PACKAGES = "libgl1 libglib2.0-0"


def check_system_libraries() -> None:
    """Raises SystemLibraryMissing if OpenCV cannot be loaded for want of a shared library."""
    try:
        import cv2  # noqa: F401
    except ImportError as error:
        library = re.search(r"lib[\w.+-]+\.so[\w.]*", str(error))
        if library is None:
            raise
        raise SystemLibraryMissing(library=library.group(), packages=PACKAGES) from None
