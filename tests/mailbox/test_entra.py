from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import pytest

from pipeline.errors import MailboxError, MailboxLoginRefused
from pipeline.mailbox.entra import renew_token
from tests.mailbox.signing_in import make_microsoft
from tests.servers.authority import SECRET
from tests.servers.process import free_port

if TYPE_CHECKING:
    from tests.servers.authority import Authority


def test_client_credentials_give_a_token_with_its_end(authority: Authority) -> None:
    authority.allow("claims@mail.example")
    token = renew_token(make_microsoft(authority), "")
    assert authority.tokens.owner(token.value) == "claims@mail.example"
    assert token.expires_at == pytest.approx(time.time() + 3600, abs=30)
    assert (token.refresh_token, authority.asked) == ("", ["client_credentials"])


def test_a_refresh_token_gives_a_token_and_the_next_refresh_token(authority: Authority) -> None:
    first = authority.allow("claims@mail.example")
    token = renew_token(make_microsoft(authority), first)
    assert token.refresh_token == authority.refresh_token != first
    assert renew_token(make_microsoft(authority), token.refresh_token).value != token.value


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("invalid_grant", r"\(invalid_grant, AADSTS70008\): the refresh token .* sign in again"),
        ("invalid_client", r"secret is wrong or expired"),
        ("Zoë <zoe@mail.example>", r"\(unknown error, AADSTS70008\)$"),
    ],
)
def test_a_refusal_is_told_with_its_code_and_what_to_do(
    authority: Authority, code: str, told: str
) -> None:
    refresh_token = authority.allow("claims@mail.example")
    authority.refusal = code
    with pytest.raises(MailboxLoginRefused, match=told) as caught:
        renew_token(make_microsoft(authority), refresh_token)
    for hidden in (SECRET, refresh_token, authority.user, "zoe"):
        assert hidden not in str(caught.value)


@pytest.mark.parametrize("trouble", ["away", "broken", "busy", "untrusted", "unknown tenant"])
def test_a_token_server_in_trouble_is_no_refusal(authority: Authority, trouble: str) -> None:
    refresh_token = authority.allow("claims@mail.example")
    authority.broken = trouble == "broken"
    authority.refusal = "temporarily_unavailable" if trouble == "busy" else ""
    changes: dict[str, dict[str, Any]] = {
        "away": {"oauth_authority": f"https://127.0.0.1:{free_port()}"},
        "untrusted": {"ca_file": None},
        "unknown tenant": {"oauth_tenant": "unknown"},
    }
    settings = make_microsoft(authority).model_copy(update=changes.get(trouble, {}))
    with pytest.raises(MailboxError, match="renewing the token") as caught:
        renew_token(settings, refresh_token)
    assert not isinstance(caught.value, MailboxLoginRefused)
    assert refresh_token not in str(caught.value)
    assert caught.value.__cause__ is None
