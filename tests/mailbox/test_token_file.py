from __future__ import annotations

import logging
import stat
from typing import TYPE_CHECKING, Any

import pytest

from pipeline.mailbox.token_file import AccessToken, keep_token, kept_token
from pipeline.settings import MailboxSettings

if TYPE_CHECKING:
    from pathlib import Path

TOKEN = AccessToken("at-1", 100.0, 3700.0, "rt-2")


def make_settings(**fields: Any) -> MailboxSettings:
    return MailboxSettings(
        host="mail.example",
        oauth="google",
        oauth_client_id="client",
        **{"user": "claims", "oauth_refresh_token": "rt-1", **fields},
    )


def test_a_kept_token_comes_back_and_is_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "token.json"
    settings = make_settings(oauth_token_file=path)
    keep_token(settings, AccessToken("at-0", 0.0, 1.0))
    keep_token(settings, TOKEN)
    assert kept_token(settings) == TOKEN
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("change", [{"oauth_refresh_token": "rt-9"}, {"user": "other"}])
def test_tokens_of_other_settings_are_not_used(tmp_path: Path, change: dict[str, str]) -> None:
    path = tmp_path / "token.json"
    keep_token(make_settings(oauth_token_file=path), TOKEN)
    assert kept_token(make_settings(oauth_token_file=path, **change)) is None


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"made_from": 1'])
def test_a_spoilt_file_is_told_and_not_used(
    tmp_path: Path, content: str, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "token.json"
    path.write_text(content, encoding="utf-8")
    with caplog.at_level(logging.WARNING):
        assert kept_token(make_settings(oauth_token_file=path)) is None
    assert "token file is not used" in caplog.text


def test_without_a_file_nothing_is_kept(tmp_path: Path) -> None:
    keep_token(make_settings(), TOKEN)
    assert kept_token(make_settings()) is None
    assert kept_token(make_settings(oauth_token_file=tmp_path / "none")) is None


def test_a_token_shows_no_secret() -> None:
    assert "at-1" not in repr(TOKEN)
    assert "rt-2" not in repr(TOKEN)
