"""A user's clip and its landmarks, at addresses that nobody can guess and only that user's page is told.

Whoever shares something takes the address back when the session ends; nothing is listed anywhere.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from pathlib import Path

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import BaseRoute, Route

# What an address answers to a request's parameters; None when there is nothing (any more).
Answer = Callable[[Mapping[str, str]], Response | None]

HEADERS = {
    "Cache-Control": "private, no-store",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}

_shared: dict[str, Answer] = {}


def share_file(path: Path, media_type: str) -> str:
    """Serve a file, in ranges if the browser asks for them. Gives its address."""

    def answer(_: Mapping[str, str]) -> Response | None:
        return FileResponse(path, media_type=media_type, headers=HEADERS) if path.is_file() else None

    return _share(answer)


def share_bytes(make: Callable[[Mapping[str, str]], bytes]) -> str:
    """Serve what `make` gives for a request's parameters. Gives the address."""

    def answer(parameters: Mapping[str, str]) -> Response:
        return Response(make(parameters), media_type="application/octet-stream", headers=HEADERS)

    return _share(answer)


def take_back(address: str) -> None:
    """End the sharing; an address that is not shared is no mistake."""
    _shared.pop(_token(address), None)


def routes() -> list[BaseRoute]:
    """What the app serves beside its pages."""
    return [Route("/clips/{token}", _serve)]


async def _serve(request: Request) -> Response:
    answer = _shared.get(request.path_params["token"])
    response = None if answer is None else await run_in_threadpool(answer, dict(request.query_params))
    return response or Response(status_code=404, headers=HEADERS)


def _share(answer: Answer) -> str:
    token = secrets.token_urlsafe(24)
    _shared[token] = answer
    return f"clips/{token}"


def _token(address: str) -> str:
    return address.removeprefix("clips/")
