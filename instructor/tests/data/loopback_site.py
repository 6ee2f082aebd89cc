"""A real HTTP server on the loopback interface, with files that misbehave in chosen ways."""

import contextlib
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class File:
    """A file that the server has, and how it misbehaves."""

    data: bytes
    tag: str | None = '"v1"'
    ranges: bool = True
    chunked: bool = False  # without a length
    kind: str = "application/zip"
    cuts: list[int] = field(default_factory=list)  # bytes to send before the connection is cut, by request
    errors: list[int] = field(default_factory=list)  # statuses to answer, by request
    seconds_a_chunk: float = 0


class Site(ThreadingHTTPServer):
    """A server with files, which keeps a record of (path, Range header) of each request."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.files: dict[str, File] = {}
        self.requests: list[tuple[str, str | None]] = []

    def url(self, name: str) -> str:
        return f"http://127.0.0.1:{self.server_port}/{name}"


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        wanted = self.headers.get("Range")
        self.server.requests.append((self.path[1:], wanted))
        file = self.server.files.get(self.path[1:])
        if file is None or file.errors:
            self.send_error(404 if file is None else file.errors.pop(0))
            return
        start = 0
        unchanged = self.headers.get("If-Range") in (None, file.tag)
        if wanted and file.ranges and unchanged:
            start = int(wanted.removeprefix("bytes=").removesuffix("-"))
            if start >= len(file.data):
                self.send_response(416)
                self.send_header("Content-Range", f"bytes */{len(file.data)}")
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
            self.send_response(206)
            self.send_header("Content-Range", f"bytes {start}-{len(file.data) - 1}/{len(file.data)}")
        else:
            self.send_response(200)
        self.send_header("Content-Type", file.kind)
        if file.tag:
            self.send_header("ETag", file.tag)
        if not file.chunked:
            self.send_header("Content-Length", str(len(file.data) - start))
        self.end_headers()
        self.send_body(file, file.data[start:])

    def send_body(self, file: File, body: bytes):
        body = body[: file.cuts.pop(0)] if file.cuts else body
        step = 10_000 if file.seconds_a_chunk else len(body) or 1
        with contextlib.suppress(ConnectionError):  # a client may leave half-way, as one that is killed
            for at in range(0, len(body), step):
                self.wfile.write(body[at : at + step])
                time.sleep(file.seconds_a_chunk)

    def log_message(self, *_):
        pass


@contextmanager
def running_site() -> Iterator[Site]:
    """Run a server for the time of a with statement."""
    with Site() as site:
        threading.Thread(target=site.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        yield site
        site.shutdown()
