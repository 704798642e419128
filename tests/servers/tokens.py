"""A token server on loopback: Dovecot asks it whether an OAuth2 token is good and whose it is."""

from __future__ import annotations

import json
import threading
import uuid
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterator


class TokenServer(ThreadingHTTPServer):
    """Knows the tokens that it issued.

    Attributes:
        users: User of each good token.
    """

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), TokenQuestion)
        self.users: dict[str, str] = {}

    def issue(self, user: str) -> str:
        """A fresh token for a user."""
        token = uuid.uuid4().hex
        self.users[token] = user
        return token


class TokenQuestion(BaseHTTPRequestHandler):
    """`GET /tokeninfo?access_token=TOKEN` answers whose token it is, or 401."""

    def do_GET(self) -> None:
        """Answer from the tokens that were issued."""
        token = parse_qs(urlsplit(self.path).query).get("access_token", [""])[0]
        users = self.server.users if isinstance(self.server, TokenServer) else {}
        user = users.get(token)
        known = {"email": user, "active": "true"} if user else {"error": "invalid_token"}
        body = json.dumps(known).encode()
        self.send_response(200 if user else 401)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Say nothing on standard error."""


@contextmanager
def token_server() -> Iterator[TokenServer]:
    """Serve from a thread until the block ends."""
    with TokenServer() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
