"""An application served over real HTTP on loopback, from a thread."""

from __future__ import annotations

import json
import threading
import time
import urllib.request
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.error import HTTPError

import uvicorn

from tests.servers.process import free_port, listens

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastapi import FastAPI


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    text: str
    content_type: str

    @property
    def json(self) -> Any:
        return json.loads(self.text)


def ask(port: int, path: str, *, method: str = "GET") -> Answer:
    """Ask for a page."""
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", method=method)
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310 - loopback
            return Answer(answer.status, answer.read().decode(), answer.headers["Content-Type"])
    except HTTPError as error:
        with error:
            return Answer(error.code, error.read().decode(), error.headers["Content-Type"])


@contextmanager
def served(app: FastAPI) -> Iterator[int]:
    """Serve until the block ends; gives the port."""
    port = free_port()
    server = uvicorn.Server(uvicorn.Config(app, port=port, log_config=None))
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        while thread.is_alive() and not listens(port):
            time.sleep(0.02)
        yield port
    finally:
        server.should_exit = True
        thread.join()
