"""Uploads never touch the disk."""

from __future__ import annotations

import asyncio
import tempfile
from concurrent.futures import ThreadPoolExecutor

import pytest
from starlette.formparsers import MultiPartParser
from starlette.requests import Request

from pages.uploads import keep_uploads_in_memory

BOUNDARY = "limit"


def upload(size: int) -> None:
    """Let Starlette take in a file of that size, as Streamlit's upload route does."""
    body = (
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="photo.jpg"\r\n'
        "Content-Type: image/jpeg\r\n\r\n"
    ).encode() + bytes(size)
    body += f"\r\n--{BOUNDARY}--\r\n".encode()

    async def receive() -> dict[str, object]:
        return {"type": "http.request", "body": body, "more_body": False}

    headers = [(b"content-type", f"multipart/form-data; boundary={BOUNDARY}".encode())]
    request = Request({"type": "http", "method": "POST", "headers": headers}, receive)

    async def parse() -> None:
        async with request.form(max_part_size=2 * size) as form:
            assert form["file"].size == size  # type: ignore[union-attr]

    # In a thread of its own: the browser tests leave an event loop running in this one.
    with ThreadPoolExecutor(1) as pool:
        pool.submit(asyncio.run, parse()).result()


@pytest.mark.parametrize("keep", [False, True], ids=["as Starlette does it", "as Posescope does it"])
def test_a_large_upload_stays_in_memory(keep: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(MultiPartParser, "spool_max_size", 1024 * 1024)
    if keep:
        keep_uploads_in_memory()
    written: list[bool] = []
    rollover = tempfile.SpooledTemporaryFile.rollover
    monkeypatch.setattr(
        tempfile.SpooledTemporaryFile, "rollover", lambda file: (written.append(True), rollover(file))[1]
    )
    upload(3_000_000)
    # Without the setting the file is written: the test can fail.
    assert bool(written) is not keep
