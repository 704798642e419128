from __future__ import annotations

import stat
from typing import TYPE_CHECKING

import pytest

from tests.servers.authority import CLIENT

if TYPE_CHECKING:
    from pathlib import Path

    from tests.flows.conftest import Cli
    from tests.servers.authority import Authority


@pytest.fixture
def environment(authority: Authority, tmp_path: Path) -> dict[str, str]:
    authority.allow("claims@mail.example")
    return {
        "TRIAGE_IMAP_HOST": "127.0.0.1",
        "TRIAGE_IMAP_USER": "claims@mail.example",
        "TRIAGE_IMAP_OAUTH": "microsoft",
        "TRIAGE_IMAP_OAUTH_TENANT": "shop.example",
        "TRIAGE_IMAP_OAUTH_CLIENT_ID": CLIENT,
        "TRIAGE_IMAP_OAUTH_AUTHORITY": authority.url,
        "TRIAGE_IMAP_OAUTH_TOKEN_FILE": str(tmp_path / "token.json"),
        "TRIAGE_IMAP_CA_FILE": str(authority.certificates.ca),
    }


def test_a_person_signs_in_and_the_tokens_are_kept(
    cli: Cli, environment: dict[str, str], authority: Authority, tmp_path: Path
) -> None:
    result = cli("login", env=environment)
    assert result.exit_code == 0
    assert "enter the code ABCD-EFGH" in result.stderr
    assert result.stdout.startswith("mailbox default: signed in")
    path = tmp_path / "token.json"
    assert authority.refresh_token in path.read_text(encoding="utf-8")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert authority.refresh_token not in result.output


@pytest.mark.parametrize(
    ("changes", "arguments", "told"),
    [
        ({"TRIAGE_IMAP_OAUTH": "", "TRIAGE_IMAP_PASSWORD": "x"}, (), "not set to microsoft"),
        (
            {"TRIAGE_IMAP_OAUTH_TOKEN_FILE": "", "TRIAGE_IMAP_OAUTH_CLIENT_SECRET": "x"},
            *((), "oauth_token_file"),
        ),
        ({"TRIAGE_IMAP_HOST": ""}, (), "0 are configured"),
        ({}, ("--mailbox", "sales"), "no mailbox sales"),
        ({"TRIAGE_IMAP_OAUTH_TOKEN_FILE": "/proc/none/token.json"}, (), "cannot be written"),
    ],
)
def test_what_cannot_be_signed_in_is_told(
    cli: Cli,
    environment: dict[str, str],
    changes: dict[str, str],
    arguments: tuple[str, ...],
    told: str,
) -> None:
    result = cli("login", *arguments, env={**environment, **changes})
    assert result.exit_code == 1
    assert told in result.stderr
