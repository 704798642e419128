"""Who is let in, over what, and what is told where it fails."""

from __future__ import annotations

import base64
import logging
from typing import TYPE_CHECKING

import pytest

from pipeline.errors import MailboxError, MailboxLoginRefused, SettingInvalid
from pipeline.mailbox.imap import open_imap
from tests.mailbox.builders import make_mail, make_settings
from tests.servers.process import free_port
from tests.servers.proxy import CutAt, Rewrite, Silence, Spoiler, spoiling_proxy

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any

    from tests.servers.dovecot import DovecotServer

pytestmark = pytest.mark.server


@pytest.fixture
def user(dovecot: DovecotServer) -> str:
    user = dovecot.new_user()
    dovecot.append(user, [make_mail()])
    return user


def list_uids(dovecot: DovecotServer, user: str, **fields: Any) -> list[int]:
    settings = make_settings(dovecot, user, **{"ca_file": dovecot.ca_file, **fields})
    with open_imap(settings, tls_port=dovecot.tls_port) as source:
        return source.list_uids()


def test_tls_is_started_on_a_plain_port(dovecot: DovecotServer, user: str) -> None:
    assert list_uids(dovecot, user, tls="required") == [1]


def test_tls_is_spoken_from_the_first_byte_on_its_own_port(
    dovecot: DovecotServer, user: str
) -> None:
    assert list_uids(dovecot, user, tls="required", port=dovecot.tls_port) == [1]


def test_tls_off_is_said_in_the_log(
    dovecot: DovecotServer, user: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        assert list_uids(dovecot, user, tls="off") == [1]
    assert "TLS is off" in caplog.text


def test_tls_off_is_refused_for_another_machine(dovecot: DovecotServer, user: str) -> None:
    settings = make_settings(dovecot, user).model_copy(update={"host": "mail.example"})
    with pytest.raises(SettingInvalid, match="tls"), open_imap(settings):
        pass


@pytest.mark.parametrize("tls_from_start", [True, False])
def test_an_unknown_authority_is_refused(
    dovecot: DovecotServer, user: str, *, tls_from_start: bool
) -> None:
    port = dovecot.tls_port if tls_from_start else dovecot.port
    with pytest.raises(MailboxError, match="certificate is not trusted"):
        list_uids(dovecot, user, tls="required", ca_file=None, port=port)


def test_a_certificate_for_another_name_is_refused(dovecot: DovecotServer, user: str) -> None:
    with pytest.raises(MailboxError, match=r"certificate is not trusted.*localhost"):
        list_uids(dovecot, user, tls="required", host="localhost")


@pytest.mark.parametrize("content", [None, "no certificate"])
def test_a_file_without_authorities_is_a_wrong_setting(
    dovecot: DovecotServer, user: str, tmp_path: Path, content: str | None
) -> None:
    ca_file = tmp_path / "ca.pem"
    if content is not None:
        ca_file.write_text(content, encoding="utf-8")
    with pytest.raises(SettingInvalid, match="ca_file"):
        list_uids(dovecot, user, tls="required", ca_file=ca_file)


@pytest.mark.parametrize(
    "spoiler",
    [
        Rewrite(b" STARTTLS", b""),
        Rewrite(b"* OK", b"* PREAUTH"),
        CutAt(b"STARTTLS", times=9),
    ],
    ids=["stripped", "already logged in", "cut"],
)
@pytest.mark.parametrize("with_token", [True, False])
def test_without_tls_no_secret_leaves_the_house(
    dovecot: DovecotServer, user: str, spoiler: Spoiler, *, with_token: bool
) -> None:
    secret = dovecot.tokens.issue(user) if with_token else dovecot.password
    fields = {"token": secret} if with_token else {}
    with spoiling_proxy(dovecot.port, spoiler) as proxy:
        with pytest.raises(MailboxError) as caught:
            list_uids(dovecot, user, tls="required", port=proxy.port, **fields)
        heard = bytes(proxy.heard)
    assert secret not in str(caught.value)
    assert secret.encode() not in heard
    assert user.encode() not in heard
    assert base64.b64encode(secret.encode())[2:-4] not in heard
    assert b"LOGIN" not in heard
    assert b"AUTHENTICATE" not in heard


def test_a_token_logs_in(dovecot: DovecotServer, user: str) -> None:
    token = dovecot.tokens.issue(user)
    assert list_uids(dovecot, user, tls="required", token=token) == [1]


@pytest.mark.parametrize(
    "fields",
    [{"password": "wrong"}, {"token": "unknown"}, {"password": "wrong", "tls": "off"}],
    ids=["password", "token", "plain"],
)
def test_a_wrong_secret_is_refused_without_being_told(
    dovecot: DovecotServer, user: str, fields: dict[str, str]
) -> None:
    with pytest.raises(MailboxLoginRefused, match="AUTHENTICATIONFAILED") as caught:
        list_uids(dovecot, user, **{"tls": "required", **fields})
    assert not {*fields.values(), user} & set(str(caught.value).split())


def test_a_token_of_another_user_is_refused(dovecot: DovecotServer, user: str) -> None:
    token = dovecot.tokens.issue(dovecot.new_user())
    with pytest.raises(MailboxLoginRefused):
        list_uids(dovecot, user, tls="required", token=token)


@pytest.mark.parametrize(
    "spoiler",
    [
        CutAt(b"AUTHENTICATE", times=9),
        Rewrite(b"[AUTHENTICATIONFAILED]", b"[UNAVAILABLE]"),
    ],
    ids=["cut", "unavailable"],
)
def test_a_passing_fault_at_log_in_is_not_a_refusal(
    dovecot: DovecotServer, user: str, spoiler: Spoiler
) -> None:
    with (
        spoiling_proxy(dovecot.port, spoiler) as proxy,
        pytest.raises(MailboxError) as caught,
    ):
        list_uids(dovecot, user, port=proxy.port, password="wrong")
    assert not isinstance(caught.value, MailboxLoginRefused)


def test_a_server_without_sasl_is_logged_in_to_with_ascii_only(
    dovecot: DovecotServer, user: str
) -> None:
    with (
        spoiling_proxy(dovecot.port, Rewrite(b"AUTH=PLAIN", b"X-NO-PLAIN")) as proxy,
        pytest.raises(MailboxLoginRefused, match="only ASCII") as caught,
    ):
        list_uids(dovecot, user, port=proxy.port)
    assert caught.value.__cause__ is None


def test_nobody_listens(dovecot: DovecotServer, user: str) -> None:
    with pytest.raises(MailboxError, match="no server listens there"):
        list_uids(dovecot, user, port=free_port())


def test_a_host_that_does_not_exist(dovecot: DovecotServer, user: str) -> None:
    with pytest.raises(MailboxError, match=r"connecting to nowhere\.invalid:143"):
        list_uids(dovecot, user, host="nowhere.invalid", port=143, tls="required")


def test_a_silent_server_is_given_up(dovecot: DovecotServer, user: str) -> None:
    with (
        spoiling_proxy(dovecot.port, Silence(b"SELECT")) as proxy,
        pytest.raises(MailboxError, match="did not answer in time"),
    ):
        list_uids(dovecot, user, port=proxy.port, timeout_seconds=0.3)
