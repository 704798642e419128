from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import pytest

from pipeline.errors import MailboxError, MailboxLoginRefused, SettingInvalid
from pipeline.mailbox.entra import renew_token, sign_in
from tests.mailbox.signing_in import make_microsoft, write_client
from tests.servers.authority import SECRET
from tests.servers.process import free_port

if TYPE_CHECKING:
    from pathlib import Path

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


def test_a_certificate_stands_for_the_secret(authority: Authority, tmp_path: Path) -> None:
    authority.allow("claims@mail.example")
    path = write_client(tmp_path)
    settings = make_microsoft(authority, oauth_client_secret=None, oauth_key_file=path)
    token = renew_token(settings, "")
    assert authority.tokens.owner(token.value) == "claims@mail.example"
    assert authority.asked == ["client_credentials"]


@pytest.mark.parametrize("content", [None, "", "-----BEGIN CERTIFICATE-----\nAA\n"])
def test_a_key_file_without_certificate_and_key_is_a_wrong_setting(
    authority: Authority, tmp_path: Path, content: str | None
) -> None:
    path = tmp_path / "client.pem"
    if content is not None:
        path.write_text(content, encoding="utf-8")
    settings = make_microsoft(authority, oauth_client_secret=None, oauth_key_file=path)
    with pytest.raises(SettingInvalid, match="oauth_key_file"):
        renew_token(settings, "")


def test_a_person_signs_in_with_a_code(authority: Authority, tmp_path: Path) -> None:
    authority.allow("claims@mail.example")
    path = tmp_path / "token.json"
    settings = make_microsoft(authority, oauth_client_secret=None, oauth_token_file=path)
    with pytest.raises(MailboxLoginRefused, match="triage login"):
        renew_token(settings, "")
    told: list[str] = []
    token = sign_in(settings, tell=told.append)
    assert told == [f"Open {authority.url}/devicelogin and enter the code ABCD-EFGH"]
    assert token.refresh_token == authority.refresh_token
    assert renew_token(settings, token.refresh_token).refresh_token == authority.refresh_token


def test_a_person_who_refuses_is_told(authority: Authority, tmp_path: Path) -> None:
    authority.device_code = "another"
    settings = make_microsoft(authority, oauth_token_file=tmp_path / "token.json")
    with pytest.raises(MailboxLoginRefused, match="access_denied"):
        sign_in(settings, tell=lambda _: None)
