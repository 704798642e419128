"""A token server on loopback: Dovecot asks it whether an OAuth2 token is good and whose it is."""

from __future__ import annotations

import json
import threading
import time
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
        users: User of each token.
        ends: When each token expires, on the monotonic clock.
    """

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), TokenQuestion)
        self.users: dict[str, str] = {}
        self.ends: dict[str, float] = {}

    def issue(self, user: str, *, life_seconds: float = 3600) -> str:
        """A fresh token for a user."""
        token = uuid.uuid4().hex
        self.users[token] = user
        self.ends[token] = time.monotonic() + life_seconds
        return token

    def owner(self, token: str) -> str | None:
        """Whose token it is; None where it is not good."""
        good = time.monotonic() < self.ends.get(token, 0.0)
        return self.users.get(token) if good else None

    def revoke(self, user: str) -> None:
        """All tokens of a user are good no more."""
        for token in [token for token, owner in self.users.items() if owner == user]:
            del self.users[token]


class TokenQuestion(BaseHTTPRequestHandler):
    """`GET /tokeninfo?access_token=TOKEN` answers whose token it is, or 401."""

    def do_GET(self) -> None:
        """Answer from the tokens that were issued."""
        token = parse_qs(urlsplit(self.path).query).get("access_token", [""])[0]
        user = self.server.owner(token) if isinstance(self.server, TokenServer) else None
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
