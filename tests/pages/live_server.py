"""A real server with the live route and nothing else, and a browser's side of a connection to it."""

from __future__ import annotations

import contextlib
import json
import struct
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import uvicorn
from numpy.typing import NDArray
from starlette.applications import Starlette
from starlette.routing import BaseRoute
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from pages.live_protocol import ANSWER_HEADER, FRAME_HEADER
from pages.live_route import POLICY
from pages.live_sessions import LiveSession, admit

SAMPLES = Path(__file__).resolve().parents[2] / "samples"
CHOICES: dict[str, Any] = {
    "type": "settings",
    "model": "lite",
    "min_detection_confidence": 0.5,
    "min_presence_confidence": 0.5,
    "min_tracking_confidence": 0.5,
    "repair_sides": True,
    "smooth": True,
    "space": "refined",
    "reading": "flexion_deg",
    "movement": "squat",
    "fall": True,
}


@contextlib.contextmanager
def serving(routes: list[BaseRoute]) -> Iterator[str]:
    """Gives the server's address, "127.0.0.1:port"."""
    server = uvicorn.Server(uvicorn.Config(Starlette(routes=routes), port=0, log_level="error"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield f"127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join(10)


@contextlib.contextmanager
def new_session() -> Iterator[LiveSession]:
    """A session whose token is good."""
    made = admit(LiveSession())
    yield made
    made.close()


def connected(server: str, token: str, origin: str | None = "") -> ClientConnection:
    """A connection as the server's own page makes it, or as one of another origin."""
    return connect(
        f"ws://{server}/live-camera/{token}", origin=f"http://{server}" if origin == "" else origin, max_size=None
    )


def say(socket: ClientConnection, **message: object) -> None:
    socket.send(json.dumps(message))


def hear(socket: ClientConnection, kind: str, within_s: float = 20) -> dict[str, Any]:
    """The next text message, which must be of that kind; answers to frames before it are passed over, and so is the
    model that the first second proposes, which comes whenever that second is over."""
    while True:
        message = socket.recv(within_s)
        told: dict[str, Any] = {} if isinstance(message, bytes) else json.loads(message)
        if told and (told["type"] != "proposal" or kind == "proposal"):
            break
    assert told["type"] == kind, told
    return told


def ready(socket: ClientConnection, **choices: object) -> ClientConnection:
    """The same connection once the server knows what is wanted."""
    say(socket, **CHOICES | choices)
    hear(socket, "ready")
    return socket


def frame(jpeg: bytes, capture_ms: float, sequence: int = 0) -> bytes:
    return FRAME_HEADER.pack(capture_ms, sequence, 0) + jpeg


def answer_to(
    socket: ClientConnection, message: bytes | str, within_s: float = 20
) -> tuple[dict[str, Any], list[float]]:
    """The header's fields and the floats after it; what is told besides is passed over."""
    socket.send(message)
    while isinstance(reply := socket.recv(within_s), str):
        pass
    names = ("capture_ms", "sequence", "flags", "busy_ms", "tempo_s", "effort", "repetitions", "recorded")
    header = dict(zip((*names, "width", "height", "joints", "spare"), ANSWER_HEADER.unpack_from(reply), strict=True))
    floats = struct.unpack_from(f"<{(len(reply) - ANSWER_HEADER.size) // 4}f", reply, ANSWER_HEADER.size)
    return header, list(floats)


def jpeg(bgr: NDArray[np.uint8] | cv2.typing.MatLike) -> bytes:
    return cv2.imencode(".jpg", bgr, [cv2.IMWRITE_JPEG_QUALITY, 85])[1].tobytes()


def squat_frames() -> list[bytes]:
    """The 72 frames of the squat clip, 20 a second, as a camera of 640 x 480 pixels would give them."""
    clip = cv2.VideoCapture(str(SAMPLES / "squat_2reps.mp4"))
    frames = []
    while (read := clip.read())[0]:
        wide = cv2.copyMakeBorder(read[1], 0, 0, 168, 168, cv2.BORDER_REPLICATE)
        frames.append(jpeg(cv2.resize(wide, (640, 480))))
    return frames


GREY = jpeg(np.full((480, 640, 3), 128, np.uint8))


def live_threads() -> list[str]:
    return [thread.name for thread in threading.enumerate() if thread.name.startswith("live ")]


def comes_true(check: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        if check():
            return True
        time.sleep(0.02)
    return False


def reason_for_closing(socket: ClientConnection) -> str:
    """Whatever comes before the end is passed over."""
    end = None
    while end is None:
        try:
            socket.recv(20)
        except ConnectionClosed as closed:
            end = closed.rcvd
            assert end is not None and end.code == POLICY
    return end.reason
