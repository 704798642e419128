from __future__ import annotations

import os
from contextlib import chdir
from datetime import date
from typing import TYPE_CHECKING, Protocol

import pytest

from pipeline.errors import SettingInvalid
from pipeline.settings import (
    ROOT,
    MailboxSettings,
    Settings,
    is_loopback,
    read_mailboxes,
    read_settings,
    shipped_model,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SECRET = "Tr0ub4dor&3"
IMAP = {
    "TRIAGE_IMAP_HOST": "mail.shop.example",
    "TRIAGE_IMAP_USER": "claims",
    "TRIAGE_IMAP_PASSWORD": SECRET,
}
OAUTH = {
    "TRIAGE_IMAP_HOST": "outlook.office365.com",
    "TRIAGE_IMAP_USER": "claims@shop.example",
    "TRIAGE_IMAP_OAUTH": "microsoft",
    "TRIAGE_IMAP_OAUTH_TENANT": "shop.example",
    "TRIAGE_IMAP_OAUTH_CLIENT_ID": "0c1e4a5f",
    "TRIAGE_IMAP_OAUTH_CLIENT_SECRET": SECRET,
}


class Read(Protocol):
    """Reads the settings of an environment that holds these variables alone."""

    def __call__(self, **variables: str) -> Settings: ...


@pytest.fixture
def read(tmp_path: Path) -> Iterator[Read]:
    before = dict(os.environ)
    for name in before:
        if name.startswith("TRIAGE_"):
            del os.environ[name]

    def read_here(**variables: str) -> Settings:
        os.environ.update(variables)
        with chdir(tmp_path):
            return read_settings()

    yield read_here
    os.environ.clear()
    os.environ.update(before)


def mailbox(**fields: object) -> MailboxSettings:
    given = {"host": "mail.shop.example", "user": "claims", "password": SECRET, **fields}
    return MailboxSettings.model_validate(given)


def test_without_any_setting_everything_lies_in_the_working_folder(read: Read) -> None:
    settings = read()
    assert settings.database_url.get_secret_value() == "sqlite:///triage.db"
    assert settings.mailboxes == ()
    assert settings.taxonomy == ROOT / "data" / "taxonomy.toml"
    assert settings.model == shipped_model()
    assert settings.secret_key is None
    assert (settings.batch_mails, settings.attempts, settings.lease_seconds) == (50, 3, 900)


def test_one_mailbox_comes_from_the_environment(read: Read, tmp_path: Path) -> None:
    settings = read(
        **IMAP,
        TRIAGE_IMAP_PORT="1143",
        TRIAGE_IMAP_FOLDER="Réclamations",
        TRIAGE_IMAP_DONE_FOLDER="Traitées",
        TRIAGE_IMAP_QUARANTINE_FOLDER="Illisibles",
        TRIAGE_IMAP_CA_FILE=str(tmp_path / "ca.pem"),
    )
    (only,) = settings.mailboxes
    assert only == settings.mailbox("default")
    assert (only.host, only.port, only.user) == ("mail.shop.example", 1143, "claims")
    assert (only.folder, only.done_folder) == ("Réclamations", "Traitées")
    assert only.quarantine_folder == "Illisibles"
    assert only.tls == "required"
    assert only.password is not None
    assert only.password.get_secret_value() == SECRET


def test_oauth_comes_from_the_environment_and_shows_no_secret(read: Read, tmp_path: Path) -> None:
    settings = read(
        **OAUTH,
        TRIAGE_IMAP_OAUTH_REFRESH_TOKEN=SECRET,
        TRIAGE_IMAP_OAUTH_TOKEN_FILE=str(tmp_path / "token.json"),
        TRIAGE_IMAP_OAUTH_SECRET_EXPIRES="2027-03-01",
    )
    (only,) = settings.mailboxes
    assert (only.oauth, only.oauth_tenant, only.oauth_client_id) == (
        *("microsoft", "shop.example", "0c1e4a5f"),
    )
    assert only.oauth_secret_expires == date(2027, 3, 1)
    assert SECRET not in repr(settings) + settings.model_dump_json()


def test_paths_and_numbers_come_from_the_environment(read: Read, tmp_path: Path) -> None:
    settings = read(
        TRIAGE_MODEL=str(tmp_path / "m"),
        TRIAGE_TAXONOMY=str(tmp_path / "t.toml"),
        TRIAGE_BATCH_MAILS="500",
        TRIAGE_ATTEMPTS="1",
        TRIAGE_LEASE_SECONDS="5",
    )
    assert (settings.model, settings.taxonomy) == (tmp_path / "m", tmp_path / "t.toml")
    assert (settings.batch_mails, settings.attempts, settings.lease_seconds) == (500, 1, 5)


def test_the_env_file_of_the_working_folder_is_read(read: Read, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("TRIAGE_ATTEMPTS=7\nOTHER_PROGRAM=1\n", encoding="utf-8")
    assert read().attempts == 7


def test_the_environment_is_stronger_than_the_env_file(read: Read, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("TRIAGE_ATTEMPTS=7\n", encoding="utf-8")
    assert read(TRIAGE_ATTEMPTS="2").attempts == 2


def test_an_empty_variable_counts_as_not_set(read: Read) -> None:
    settings = read(**IMAP, TRIAGE_IMAP_TOKEN="", TRIAGE_MODEL="", TRIAGE_ATTEMPTS="")
    assert settings.mailbox("default").token is None
    assert settings.model == shipped_model()
    assert settings.attempts == 3


def test_an_env_file_in_another_charset_is_refused(read: Read, tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes("TRIAGE_IMAP_FOLDER=Réclamations".encode("cp1252"))
    with pytest.raises(SettingInvalid, match=r"^\.env: is no UTF-8"):
        read()


@pytest.mark.parametrize(
    ("variables", "setting", "reason"),
    [
        ({"TRIAGE_ATTEMPTS": "0"}, "TRIAGE_ATTEMPTS", "greater than or equal to 1"),
        ({"TRIAGE_BATCH_MAILS": "501"}, "TRIAGE_BATCH_MAILS", "less than or equal to 500"),
        ({"TRIAGE_LEASE_SECONDS": "long"}, "TRIAGE_LEASE_SECONDS", "valid integer"),
        ({**IMAP, "TRIAGE_IMAP_PORT": SECRET}, "TRIAGE_IMAP_PORT", "valid integer"),
        ({**IMAP, "TRIAGE_IMAP_PORT": "70000"}, "TRIAGE_IMAP_PORT", "65535"),
        ({**IMAP, "TRIAGE_IMAP_TLS": SECRET}, "TRIAGE_IMAP_TLS", "'required' or 'off'"),
        ({**IMAP, "TRIAGE_IMAP_TLS": "off"}, "TRIAGE_IMAP", "TLS may be off only for a server"),
        ({**IMAP, "TRIAGE_IMAP_TOKEN": "ya29"}, "TRIAGE_IMAP", "give either a password or a"),
        ({"TRIAGE_IMAP_HOST": "m.example"}, "TRIAGE_IMAP", "give either a password or a token"),
        ({**IMAP, "TRIAGE_IMAP_OAUTH": "google"}, "TRIAGE_IMAP", "give either a password or a"),
        ({**OAUTH, "TRIAGE_IMAP_OAUTH": "yahoo"}, "TRIAGE_IMAP_OAUTH", "'microsoft' or 'google'"),
        ({**OAUTH, "TRIAGE_IMAP_OAUTH_TENANT": ""}, "TRIAGE_IMAP", "needs oauth_tenant"),
        (
            {**OAUTH, "TRIAGE_IMAP_OAUTH_CLIENT_SECRET": ""},
            "TRIAGE_IMAP",
            "needs one of oauth_client",
        ),
        ({**OAUTH, "TRIAGE_IMAP_OAUTH": "google"}, "TRIAGE_IMAP", "needs oauth_key_file"),
        ({**OAUTH, "TRIAGE_IMAP_OAUTH_AUTHORITY": "http://a"}, "TRIAGE_IMAP", "https://"),
        ({"TRIAGE_MAILBOXES": "none.toml"}, "TRIAGE_MAILBOXES", "none.toml cannot be read"),
    ],
)
def test_a_wrong_setting_is_named_as_it_is_written_and_no_secret_is_shown(
    read: Read, variables: dict[str, str], setting: str, reason: str
) -> None:
    with pytest.raises(SettingInvalid) as caught:
        read(**variables)
    assert caught.value.setting == setting
    assert reason in caught.value.reason
    assert SECRET not in str(caught.value)
    assert "Value error" not in str(caught.value)
    assert caught.value.__cause__ is None or SECRET not in str(caught.value.__cause__)


def test_no_secret_shows_when_settings_are_printed(read: Read) -> None:
    settings = read(
        **IMAP,
        TRIAGE_SECRET_KEY=SECRET,
        TRIAGE_DATABASE_URL=f"postgresql+psycopg://triage:{SECRET}@db.example/triage",
    )
    told = [repr(settings), str(settings), settings.model_dump_json(), repr(settings.mailboxes)]
    assert [text for text in told if SECRET in text] == []


def test_a_mailbox_that_is_not_configured_is_told_with_those_that_are(read: Read) -> None:
    with pytest.raises(SettingInvalid, match="no mailbox sales; configured: default"):
        read(**IMAP).mailbox("sales")


def test_a_settings_file_names_several_mailboxes_in_order(read: Read, tmp_path: Path) -> None:
    path = tmp_path / "mailboxes.toml"
    path.write_text(
        '[north]\nhost = "n.example"\nuser = "n"\ntoken = "t"\nbatch_mails = 20\n'
        '[south]\nhost = "127.0.0.1"\nport = 143\nuser = "s"\npassword = "p"\ntls = "off"\n',
        encoding="utf-8",
    )
    settings = read(TRIAGE_MAILBOXES=str(path), TRIAGE_IMAP_HOST="unused.example")
    assert [one.name for one in settings.mailboxes] == ["north", "south"]
    assert settings.mailbox("north").batch_mails == 20
    assert settings.mailbox("south").tls == "off"


@pytest.mark.parametrize(
    ("content", "setting", "reason"),
    [
        ("north = 1", ": north", "must be a table"),
        ('[north]\nuser = "n"\npassword = "p"', ": north.host", "Field required"),
        ('[north]\nhost = "h"\nuser = "n"\npassword = "p"\nhots = 1', ": north.hots", "not permit"),
        ('[north]\nhost = "h"\nuser = "n"', ": north", "give either a password or a token"),
        (f'[north]\nhost = "h"\nuser = "n"\npassword = ["{SECRET}"]', ": north.password", "string"),
        (
            '[north]\nhost = "h"\nuser = "n"\npassword = "p"\nbatch_mails = 501',
            ": north.batch_mails",
            "500",
        ),
        (
            (
                '[north]\nhost = "h"\nuser = "n"\npassword = "p"\n'
                '[south]\nname = "north"\nhost = "h"\nuser = "n"\npassword = "p"'
            ),
            ": north",
            "two mailboxes have this name",
        ),
        (
            "".join(
                f'[{name}]\nhost = "h"\nuser = "n"\noauth = "google"\noauth_key_file = "k"\n'
                'oauth_token_file = "t"\n'
                for name in ("north", "south")
            ),
            "",
            "oauth_token_file of its own",
        ),
    ],
)
def test_a_wrong_entry_of_the_mailbox_file_is_named(
    tmp_path: Path, content: str, setting: str, reason: str
) -> None:
    path = tmp_path / "mailboxes.toml"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(SettingInvalid) as caught:
        read_mailboxes(path)
    assert caught.value.setting == f"{path}{setting}"
    assert reason in caught.value.reason
    assert SECRET not in str(caught.value)


@pytest.mark.parametrize("content", [b"[north", b"\xff\xfe", f'password = "{SECRET}'.encode()])
def test_a_mailbox_file_that_is_no_toml_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "mailboxes.toml"
    path.write_bytes(content)
    with pytest.raises(SettingInvalid, match="cannot be read") as caught:
        read_mailboxes(path)
    assert SECRET not in str(caught.value)


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.9.9.9", "::1"])
def test_tls_may_be_off_on_this_machine(host: str) -> None:
    assert is_loopback(host)
    assert mailbox(host=host, tls="off").tls == "off"


@pytest.mark.parametrize(
    "host",
    ["mail.shop.example", "10.0.0.1", "localhost.shop.example", "127.0.0.1.shop.example", "", "0"],
)
def test_tls_may_not_be_off_anywhere_else(host: str) -> None:
    with pytest.raises(ValueError, match="loopback"):
        mailbox(host=host, tls="off")


@pytest.mark.parametrize("field", ["batch_mails", "batch_bytes", "mail_bytes", "timeout_seconds"])
def test_limits_are_above_zero(field: str) -> None:
    with pytest.raises(ValueError, match=field):
        mailbox(**{field: 0})


def test_the_champion_is_the_version_that_current_names(tmp_path: Path) -> None:
    artifacts = tmp_path / "artifacts"
    assert shipped_model(artifacts) == artifacts / "missing"
    (tmp_path / "CURRENT").write_text("2025-03\n", encoding="utf-8")
    assert shipped_model(artifacts) == artifacts / "2025-03"
