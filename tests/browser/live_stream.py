"""A camera in the network, as cheap ones are: JPEGs over HTTP, 30 a second, round and round."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

START = b"\xff\xd8\xff"


class Stream:
    """Where it is, and whether it still gives."""

    def __init__(self, port: int) -> None:
        self.address = f"http://127.0.0.1:{port}/stream.mjpeg"
        self.gives = threading.Event()
        self.gives.set()


@contextlib.contextmanager
def streamed(film: Path) -> Iterator[Stream]:
    """Stream a film made by `live_film`."""
    pictures = [START + each for each in film.read_bytes().split(START) if each]

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:  # the name that http.server calls
            self.send_response(200)
            self.send_header("Content-Type", "multipart/x-mixed-replace; boundary=frame")
            self.end_headers()
            with contextlib.suppress(ConnectionError):  # whoever looked has gone
                while True:
                    for picture in pictures:
                        if not stream.gives.is_set():
                            return
                        head = f"--frame\r\nContent-Type: image/jpeg\r\nContent-Length: {len(picture)}\r\n\r\n"
                        self.wfile.write(head.encode() + picture + b"\r\n")
                        time.sleep(1 / 30)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    stream = Stream(server.server_address[1])
    serving = threading.Thread(target=server.serve_forever, daemon=True)
    serving.start()
    try:
        yield stream
    finally:
        stream.gives.clear()
        server.shutdown()
        server.server_close()
