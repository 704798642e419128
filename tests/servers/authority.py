"""An OAuth2 token server on loopback under TLS: client credentials, refresh tokens, signed claims.

What it issues, the private Dovecot accepts until it expires. It speaks as Microsoft's and Google's
do, as far as their libraries listen.
"""

from __future__ import annotations

import base64
import json
import ssl
import threading
import uuid
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from tests.servers.certificates import Certificates, write_certificates

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.servers.tokens import TokenServer

CLIENT = "0c1e4a5f-client"
SECRET = "client-s3cret"
DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code"
JWT_GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"


class Authority(ThreadingHTTPServer):
    """Gives tokens for one user at a time.

    Attributes:
        tokens: Where Dovecot asks about them.
        user: Whose mailbox the client may read.
        refresh_token: The one that is good now; another after each renewal.
        life_seconds: Of an access token.
        refusal: What it answers instead, as an OAuth2 error; empty: it gives tokens.
        broken: Whether it answers with a server's error without words.
        device_code: The one that a person allowed.
        asked: Grant types that it was asked for, in order.
        certificates: What a client must trust.
    """

    def __init__(self, tokens: TokenServer, certificates: Certificates) -> None:
        super().__init__(("127.0.0.1", 0), TokenRequest)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificates.certificate, certificates.key)
        self.socket = context.wrap_socket(self.socket, server_side=True)
        self.tokens = tokens
        self.certificates = certificates
        self.user = ""
        self.refresh_token = ""
        self.life_seconds = 3600
        self.refusal = ""
        self.broken = False
        self.device_code = "device-1"
        self.asked: list[str] = []

    @property
    def url(self) -> str:
        """Where it is."""
        return f"https://127.0.0.1:{self.server_port}"

    def allow(self, user: str) -> str:
        """Let the client read a user's mailbox; answers the refresh token for it."""
        self.user, self.refresh_token = user, uuid.uuid4().hex
        return self.refresh_token

    def begin_device_flow(self) -> dict[str, Any]:
        """Where a person goes, and with which code."""
        return {
            "device_code": "device-1",
            "user_code": "ABCD-EFGH",
            "verification_uri": f"{self.url}/devicelogin",
            "expires_in": 60,
            "interval": 1,
        }

    def answer(self, form: dict[str, str]) -> dict[str, Any]:
        """What the token endpoint says to a form."""
        grant = form.get("grant_type", "")
        self.asked.append(grant)
        error = self.refusal or self._fault(grant, form)
        if error:
            description = f"AADSTS70008: about {self.user} {form.get('client_secret', '')}"
            return {"error": error, "error_description": description}
        token = self.tokens.issue(self.user, life_seconds=self.life_seconds)
        answer = {"access_token": token, "token_type": "Bearer", "expires_in": self.life_seconds}
        if grant in {"refresh_token", DEVICE_GRANT}:
            self.refresh_token = uuid.uuid4().hex
            answer["refresh_token"] = self.refresh_token
        return answer

    def _fault(self, grant: str, form: dict[str, str]) -> str:
        if grant == JWT_GRANT:
            return "" if claims_of(form["assertion"])["sub"] == self.user else "invalid_grant"
        if grant == DEVICE_GRANT:
            return "" if form["device_code"] == self.device_code else "access_denied"
        if "client_assertion" in form:
            return "" if claims_of(form["client_assertion"])["iss"] == CLIENT else "invalid_client"
        if (form.get("client_id"), form.get("client_secret", SECRET)) != (CLIENT, SECRET):
            return "invalid_client"
        if grant == "refresh_token" and form["refresh_token"] != self.refresh_token:
            return "invalid_grant"
        return ""


class TokenRequest(BaseHTTPRequestHandler):
    """`GET /TENANT/v2.0/.well-known/openid-configuration` and `POST /TENANT/token`."""

    server: Authority

    def do_GET(self) -> None:
        """Tell where what is."""
        tenant = self.path.split("/")[1]
        url = f"{self.server.url}/{tenant}"
        if tenant == "unknown":
            self._say(400, {"error": "invalid_tenant"})
            return
        names = ("issuer", "authorization_endpoint", "token_endpoint")
        told = {name: f"{url}/{name.removesuffix('_endpoint')}" for name in names}
        self._say(200, {**told, "device_authorization_endpoint": f"{url}/device"})

    def do_POST(self) -> None:
        """Give a token, or refuse it."""
        size = int(self.headers["Content-Length"])
        form = {key: values[0] for key, values in parse_qs(self.rfile.read(size).decode()).items()}
        if self.server.broken:
            self._say(503, None)
            return
        if self.path.endswith("/device"):
            self._say(200, self.server.begin_device_flow())
            return
        answer = self.server.answer(form)
        self._say(400 if "error" in answer else 200, answer)

    def _say(self, status: int, answer: dict[str, Any] | None) -> None:
        body = b"out of order" if answer is None else json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Say nothing on standard error."""


def claims_of(assertion: str) -> dict[str, Any]:
    """What a signed assertion says; the signature is the library's business."""
    body = assertion.split(".")[1]
    claims: dict[str, Any] = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    return claims


@contextmanager
def token_authority(tokens: TokenServer, folder: Path) -> Iterator[Authority]:
    """Serve from a thread until the block ends."""
    with Authority(tokens, write_certificates(folder)) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
