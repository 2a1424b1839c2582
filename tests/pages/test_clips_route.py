"""A clip is served in ranges to whoever knows its address, until it is taken back."""

from __future__ import annotations

import http.client
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import uvicorn
from starlette.applications import Starlette

from pages.clips_route import routes, share_bytes, share_file, take_back

CONTENT = bytes(range(256)) * 40


@dataclass
class Answer:
    status_code: int
    content: bytes
    headers: dict[str, str]


Get = Callable[..., Answer]


@pytest.fixture(scope="module")
def get() -> Iterator[Get]:
    """Asks a real server that has these routes and nothing else."""
    server = uvicorn.Server(uvicorn.Config(Starlette(routes=routes()), port=0, log_level="error"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]

    def ask(address: str, headers: dict[str, str] | None = None) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        connection.request("GET", f"/{address}", headers=headers or {})
        answer = connection.getresponse()
        names = {name.lower(): value for name, value in answer.getheaders()}
        return Answer(answer.status, answer.read(), names)

    yield ask
    server.should_exit = True
    thread.join(10)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "clip.mp4"
    path.write_bytes(CONTENT)
    return path


def test_a_file_is_served_whole_and_in_ranges(get: Get, file: Path) -> None:
    address = share_file(file, "video/mp4")
    whole = get(address)
    assert (whole.status_code, whole.content, whole.headers["content-type"]) == (200, CONTENT, "video/mp4")
    part = get(address, headers={"Range": "bytes=100-199"})
    assert (part.status_code, part.content) == (206, CONTENT[100:200])
    assert part.headers["content-range"] == f"bytes 100-199/{len(CONTENT)}"
    assert get(address, headers={"Range": f"bytes={len(CONTENT)}-"}).status_code == 416
    assert whole.headers["cache-control"] == part.headers["cache-control"] == "private, no-store"


def test_addresses_cannot_be_guessed_and_nothing_is_listed(get: Get, file: Path) -> None:
    addresses = {share_file(file, "video/mp4") for _ in range(20)}
    assert len(addresses) == 20
    assert min(map(len, addresses)) > 30
    for wrong in ("clips", "clips/", "clips/x", f"{next(iter(addresses))}x", "clips/../dashboard.py"):
        assert get(wrong).status_code == 404


def test_what_is_taken_back_or_deleted_is_gone(get: Get, file: Path) -> None:
    taken, deleted = share_file(file, "video/mp4"), share_file(file, "video/mp4")
    take_back(taken)
    take_back(taken)
    assert get(taken).status_code == 404
    file.unlink()
    assert get(deleted).status_code == 404


def test_bytes_are_made_from_the_parameters(get: Get) -> None:
    address = share_bytes(lambda parameters: parameters.get("first", "none").encode())
    assert get(f"{address}?first=12").content == b"12"
    assert get(address).content == b"none"
