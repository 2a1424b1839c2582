"""The WebSocket that a live camera's frames come in by: who may connect, how long, and that one harms no other.

What is said over it stands in `live_protocol`, what is done in `live_connection`.
"""

from __future__ import annotations

import asyncio
import contextlib
import functools
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar
from urllib.parse import urlsplit

from starlette.routing import BaseRoute, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from core.detection.landmarker_pool import LandmarkerPool, Place
from core.errors import LiveElsewhere, LiveError, MessageNotUnderstood, NoFrames, PlacesTaken, PosescopeError
from pages.live_connection import LiveConnection, told_of
from pages.live_protocol import Choices, Command, Leave, Look, Record, Stop, Wait, parse_command, parse_frame
from pages.live_sessions import LiveSession, session_of

T = TypeVar("T")
# Without a frame for so long a connection is closed.
NO_FRAMES_S = 60.0
# What has come by then is still looked at: the server may itself have been busy for so long.
LAST_LOOK_S = 0.1
# Nobody chooses so fast, and other settings cost a new landmarker each time.
MOST_COMMANDS_PER_S = 30
# How often somebody who waits asks for a place.
ASK_AGAIN_S = 0.5
# WebSocket close codes: all is well; a rule of this server was broken; the server failed.
DONE, POLICY, FAILED = 1000, 1008, 1011
PATH = "live-camera"


def address_of(session: LiveSession) -> str:
    """Where the session's page connects to, relative to the dashboard."""
    return f"{PATH}/{session.token}"


def routes(pool: LandmarkerPool | None = None, no_frames_s: float = NO_FRAMES_S) -> list[BaseRoute]:
    """What the app serves beside its pages.

    Args:
        pool: the places for cameras; as many as usual if None.
        no_frames_s: how long a connection may be without a frame.
    """
    places = LandmarkerPool() if pool is None else pool

    async def serve(socket: WebSocket) -> None:
        session = session_of(socket.path_params["token"])
        if session is None or not same_origin(socket):
            await socket.close(POLICY)  # before it is accepted: the browser gets 403 and learns nothing more
            return
        await socket.accept()
        await _Served(socket, session, places, no_frames_s).run()

    return [WebSocketRoute(f"/{PATH}/{{token}}", serve)]


def same_origin(socket: WebSocket) -> bool:
    """Whether a page of this very server has made the connection. Browsers always say which page it was."""
    origin, host = socket.headers.get("origin", ""), socket.headers.get("host", "")
    parts = urlsplit(origin)
    return parts.scheme in ("http", "https") and bool(host) and parts.netloc.lower() == host.lower()


class _Served:
    """One accepted connection."""

    def __init__(self, socket: WebSocket, session: LiveSession, pool: LandmarkerPool, no_frames_s: float) -> None:
        self._socket = socket
        self._session = session
        self._pool = pool
        self._no_frames_s = no_frames_s
        self._loop = asyncio.get_running_loop()
        self._ended: asyncio.Future[None] = self._loop.create_future()
        self._next: asyncio.Task[Any] | None = None
        self._choices: Choices | None = None  # what came while it waited for a place
        self._commanded: deque[float] = deque(maxlen=MOST_COMMANDS_PER_S)
        # A landmarker wants one thread at a time, and neither the loop nor other cameras may wait for it.
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="live camera")

    async def run(self) -> None:
        """Serve it to its end, whatever that is."""
        self._session.hold(self._end)
        try:
            place = await self._place()
            await self._follow(place)
        except WebSocketDisconnect:
            pass  # the page has been left
        except _Left:
            await self._close(DONE, "")
        except PosescopeError as error:
            await self._close(POLICY if isinstance(error, LiveError) else FAILED, type(error).__name__)
        except BaseException:
            await self._close(FAILED, PosescopeError.__name__)
            raise
        finally:
            self._session.let_go(self._end)
            if self._next is not None:
                self._next.cancel()
            self._ended.cancel()
            self._thread.shutdown(wait=False)

    async def _place(self) -> Place:
        """A place among all cameras, at once or after waiting."""
        waiting = told = False
        deadline = self._loop.time() + self._no_frames_s
        while True:
            try:
                return self._pool.take()
            except PlacesTaken as error:
                if not told:
                    await self._socket.send_json({"type": "full", **error.details})
                    told = True
            message = await self._receive(ASK_AGAIN_S)
            if message is not None:
                command = self._command(message)
                waiting = waiting or isinstance(command, Wait)
                self._choices = command if isinstance(command, Choices) else self._choices
            if not waiting and self._loop.time() > deadline:
                raise PlacesTaken(places=self._pool.places)

    async def _follow(self, place: Place) -> None:
        connection = LiveConnection(self._session, place)
        try:
            if self._choices is not None:
                await self._configure(connection, self._choices)
            deadline = self._loop.time() + self._no_frames_s
            while True:
                message = await self._receive(max(deadline - self._loop.time(), LAST_LOOK_S))
                if isinstance(message, bytes):
                    await self._answer(functools.partial(connection.see, parse_frame(message)))
                    deadline = self._loop.time() + self._no_frames_s
                elif message is None or self._loop.time() > deadline:
                    raise NoFrames(seconds=f"{self._no_frames_s:g}")
                elif isinstance(command := self._command(message), Look):
                    await self._answer(functools.partial(connection.look, command.camera))
                    deadline = self._loop.time() + self._no_frames_s
                else:
                    await self._obey(connection, command)
                for told in connection.told():
                    await self._socket.send_json(told)
        finally:
            # Also when this task is being cancelled: the landmarker must be closed in any case.
            closing = self._thread.submit(connection.close)
            await asyncio.shield(asyncio.wrap_future(closing))

    async def _obey(self, connection: LiveConnection, command: Command) -> None:
        if isinstance(command, Choices):
            await self._configure(connection, command)
        elif isinstance(command, Record):
            await self._work(lambda: connection.record(command.video))
        elif isinstance(command, Stop):
            await self._work(connection.stop)

    async def _answer(self, see: Callable[[], bytes]) -> None:
        await self._socket.send_bytes(await self._work(see))

    async def _configure(self, connection: LiveConnection, choices: Choices) -> None:
        await self._work(lambda: connection.configure(choices))
        await self._socket.send_json({"type": "ready", "model": choices.settings.model})

    async def _work(self, task: Callable[[], T]) -> T:
        return await self._loop.run_in_executor(self._thread, task)

    async def _receive(self, patience_s: float) -> bytes | str | None:
        """The next message; None if none comes in time.

        Raises:
            WebSocketDisconnect: the browser has gone.
            LiveError: the connection has been ended from elsewhere.
        """
        if self._next is None:
            self._next = asyncio.ensure_future(self._socket.receive())
        await asyncio.wait({self._next, self._ended}, timeout=patience_s, return_when=asyncio.FIRST_COMPLETED)
        if self._ended.done():
            self._ended.result()
        if not self._next.done():
            return None
        message, self._next = self._next.result(), None
        if message["type"] == "websocket.disconnect":
            raise WebSocketDisconnect(message.get("code", 1000))
        content: bytes | str | None = message.get("bytes")
        if content is None:
            content = message.get("text")
        if content is None:
            raise MessageNotUnderstood()
        return content

    def _command(self, message: bytes | str) -> Command:
        """What is wanted; looks are as many as a camera's frames, everything else comes from a hand."""
        if isinstance(message, bytes):
            raise MessageNotUnderstood()
        command = parse_command(message)
        if isinstance(command, Leave):
            raise _Left()
        if not isinstance(command, Look):
            now = self._loop.time()
            if len(self._commanded) == self._commanded.maxlen and now - self._commanded[0] < 1:
                raise MessageNotUnderstood()
            self._commanded.append(now)
        return command

    def _end(self, error: LiveError) -> None:
        """End it with a reason; from any thread."""
        self._loop.call_soon_threadsafe(lambda: None if self._ended.done() else self._ended.set_exception(error))

    async def _close(self, code: int, reason: str) -> None:
        if self._socket.application_state is WebSocketState.CONNECTED:
            with contextlib.suppress(RuntimeError, WebSocketDisconnect):  # it has just been closed from the other side
                if reason != LiveElsewhere.__name__:  # then the connection that has come instead tells it
                    for kept in self._session.news():
                        await self._socket.send_json(told_of(kept))
                await self._socket.close(code, reason)


class _Left(Exception):
    """The page wants the connection no more."""
