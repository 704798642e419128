"""A token that cannot be renewed, from the token server over Dovecot and the store to the alarm."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING

import pytest

from flows.tasks import run_ingest
from pipeline.mailbox.oauth import token_source
from pipeline.mailbox.token_file import AccessToken, keep_token
from pipeline.settings import read_mailboxes
from tests.fakes import make_mail, simple_triage
from tests.flows.builders import make_settings
from tests.servers.authority import CLIENT, SECRET

if TYPE_CHECKING:
    from pathlib import Path

    from flows.tasks import IngestSummary
    from pipeline.settings import Settings
    from tests.flows.conftest import Cli
    from tests.servers.authority import Authority
    from tests.servers.dovecot import DovecotServer

pytestmark = pytest.mark.server


@pytest.fixture
def user(dovecot: DovecotServer, authority: Authority) -> str:
    user = dovecot.new_user()
    authority.allow(user)
    dovecot.append(user, [make_mail(1)])
    return user


@pytest.fixture
def settings(
    dovecot: DovecotServer, authority: Authority, user: str, tmp_path: Path, database_url: str
) -> Settings:
    path = tmp_path / "mailboxes.toml"
    path.write_text(
        f'[claims]\nhost = "{dovecot.host}"\nport = {dovecot.port}\ntls = "off"\nuser = "{user}"\n'
        f'oauth = "microsoft"\noauth_tenant = "shop.example"\noauth_client_id = "{CLIENT}"\n'
        f'oauth_client_secret = "{SECRET}"\noauth_authority = "{authority.url}"\n'
        f'oauth_token_file = "{tmp_path / "token.json"}"\n'
        f'ca_file = "{authority.certificates.ca}"\ndone_folder = "Done"\n',
        encoding="utf-8",
    )
    (tmp_path / "2026.1").mkdir()
    (tmp_path / "2026.1" / "manifest.json").write_text("{}", encoding="utf-8")
    return make_settings(tmp_path, database_url=database_url, mailboxes=read_mailboxes(path))


def ingest(settings: Settings) -> IngestSummary:
    """In a process of its own, as far as tokens go."""
    token_source.cache_clear()
    return run_ingest(settings, triage=simple_triage)


def alarms(cli: Cli, settings: Settings, *, exit_code: int) -> dict[str, str]:
    """Code of each alarm to what is told."""
    environment = {
        "TRIAGE_MAILBOXES": str(settings.model.parent / "mailboxes.toml"),
        "TRIAGE_MODEL": str(settings.model),
    }
    result = cli("status", "--check", "--json", env=environment)
    assert result.exit_code == exit_code
    assert SECRET not in result.output
    findings = json.loads(result.stdout)["health"]["findings"]
    return {each["code"]: each["told"] for each in findings if each["level"] == "alarm"}


def keep(settings: Settings, token: str, *, left_seconds: float) -> None:
    """A token of an hour's life, so long before its end."""
    end = time.time() + left_seconds
    keep_token(settings.mailboxes[0], AccessToken(token, end - 3600, end))


def test_a_token_that_cannot_be_renewed_is_an_alarm_before_and_at_its_end(
    cli: Cli, dovecot: DovecotServer, authority: Authority, settings: Settings, user: str
) -> None:
    assert ingest(settings).fetched == 1
    assert alarms(cli, settings, exit_code=0) == {}

    authority.refusal = "invalid_client"
    dovecot.append(user, [make_mail(2)])
    keep(settings, dovecot.tokens.issue(user, life_seconds=600), left_seconds=600)
    assert ingest(settings).fetched == 1
    told = alarms(cli, settings, exit_code=1)
    assert list(told) == ["token_not_renewed"]
    assert "invalid_client" in told["token_not_renewed"]
    assert "works for another 10 minutes" in told["token_not_renewed"]

    dovecot.append(user, [make_mail(3)])
    keep(settings, dovecot.tokens.issue(user, life_seconds=0), left_seconds=-1)
    assert list(ingest(settings).failures) == ["claims"]
    told = alarms(cli, settings, exit_code=1)
    assert list(told) == ["login_refused", "token_not_renewed"]
    assert "secret is wrong or expired" in told["login_refused"]
    assert "the last one has expired" in told["token_not_renewed"]

    authority.refusal = ""
    assert ingest(settings).fetched == 1
    assert alarms(cli, settings, exit_code=0) == {}
