"""Environment, `.env` and mailbox file -> Settings, read once at the edge."""

from __future__ import annotations

import ipaddress
import tomllib
from datetime import date  # noqa: TC003 -- pydantic reads it at run time
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from pipeline.errors import SettingInvalid

ROOT = Path(__file__).resolve().parents[1]
"""The checkout: shipped data and models stand below it."""

PREFIX = "TRIAGE_"


class MailboxSettings(BaseModel):
    """How to reach one shared mailbox.

    Attributes:
        name: What people and rows call it.
        host: Server name.
        port: 993 speaks TLS from the first byte, any other port starts it by STARTTLS.
        user: Log-in name.
        password: Password; or leave it out and give `token` or `oauth`.
        token: OAuth2 access token, sent as XOAUTH2; somebody else renews it.
        oauth: Whose token server gives the access tokens; empty: none is asked.
        oauth_tenant: Microsoft's name or number of the organisation.
        oauth_client_id: The application's number at the token server.
        oauth_client_secret: Its secret.
        oauth_refresh_token: Reads the mailbox for a person who allowed it.
        oauth_key_file: Key of a Google service account, JSON, which reads the mailbox of `user`;
            or certificate and private key of Microsoft's client, PEM, in place of its secret.
        oauth_token_file: Keeps the newest tokens between processes; one for each mailbox.
        oauth_authority: Another token server: a national cloud of Microsoft's, a token address.
        oauth_secret_expires: Last day of the client's secret, told 30 days before.
        folder: The watched folder; accents allowed.
        done_folder: Where handled mail is moved; empty: it stays and is marked with `keyword`.
        quarantine_folder: Where quarantined mail is moved; empty: it is treated as handled mail.
        keyword: IMAP keyword that marks handled mail when there is no done folder.
        tls: `required`, or `off`, which is allowed for this very machine only.
        ca_file: Certificate authorities to trust beside the system's, PEM.
        batch_mails: Most mails fetched at once.
        batch_bytes: Most bytes fetched at once; a single larger mail comes alone.
        mail_bytes: A mail over this size is fetched in part: its first bytes only.
        timeout_seconds: For connecting and for each answer.
        alarm_minutes: Without a complete reading for so long, it is an alarm; waiting mail too.
        alarm_silence: Whether silence beyond the mailbox's habit is told.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = "default"
    host: str
    port: int = Field(default=993, ge=1, le=65535)
    user: str
    password: SecretStr | None = None
    token: SecretStr | None = None
    oauth: Literal["", "microsoft", "google"] = ""
    oauth_tenant: str = ""
    oauth_client_id: str = ""
    oauth_client_secret: SecretStr | None = None
    oauth_refresh_token: SecretStr | None = None
    oauth_key_file: Path | None = None
    oauth_token_file: Path | None = None
    oauth_authority: str = ""
    oauth_secret_expires: date | None = None
    folder: str = "INBOX"
    done_folder: str = ""
    quarantine_folder: str = ""
    keyword: str = "$Triaged"
    tls: Literal["required", "off"] = "required"
    ca_file: Path | None = None
    batch_mails: int = Field(default=200, ge=1, le=500)
    batch_bytes: int = Field(default=20_000_000, ge=1)
    mail_bytes: int = Field(default=25_000_000, ge=1)
    timeout_seconds: float = Field(default=60.0, gt=0)
    alarm_minutes: int = Field(default=30, ge=1)
    alarm_silence: bool = True

    @model_validator(mode="after")
    def _check(self) -> MailboxSettings:
        ways = (self.password is not None, self.token is not None, bool(self.oauth))
        if sum(ways) != 1:
            message = "give either a password or a token, or say whose with oauth"
            raise ValueError(message)
        self._check_oauth()
        if self.tls == "off" and not is_loopback(self.host):
            message = "TLS may be off only for a server on this machine (loopback)"
            raise ValueError(message)
        return self

    def _check_oauth(self) -> None:
        message = ""
        if self.oauth_authority and not self.oauth_authority.startswith("https://"):
            message = "oauth_authority must begin with https://"
        if self.oauth == "microsoft" and not (self.oauth_tenant and self.oauth_client_id):
            message = "oauth = microsoft needs oauth_tenant and oauth_client_id"
        elif self.oauth == "microsoft" and not self._has_microsoft_secret():
            message = (
                "oauth = microsoft needs one of oauth_client_secret, oauth_key_file, "
                "oauth_refresh_token and oauth_token_file"
            )
        elif self.oauth == "google" and not (
            self.oauth_key_file or (self.oauth_client_id and self.oauth_refresh_token)
        ):
            message = (
                "oauth = google needs oauth_key_file, or oauth_client_id and oauth_refresh_token"
            )
        if message:
            raise ValueError(message)

    def _has_microsoft_secret(self) -> bool:
        given = (
            *(self.oauth_client_secret, self.oauth_key_file),
            *(self.oauth_refresh_token, self.oauth_token_file),
        )
        return any(one is not None for one in given)


class DocumentSettings(BaseModel):
    """What reading the files of one mail may cost.

    Attributes:
        files: Files read of one mail; 0 reads none.
        size_bytes: A larger file is not opened.
        expanded_bytes: An office file that unpacks to more is not opened.
        pages: Pages, slides or sheets read of one file.
        cells: Cells read of one file.
        seconds: After this time a file's reader is stopped.
    """

    model_config = ConfigDict(frozen=True)

    files: int = 20
    size_bytes: int = 10_000_000
    expanded_bytes: int = 50_000_000
    pages: int = 50
    cells: int = 20_000
    seconds: float = 5.0


class Settings(BaseModel):
    """Everything that can be set.

    Attributes:
        database_url: SQLAlchemy URL of the workflow store.
        mailboxes: The shared mailboxes, in order; may be empty.
        model: Folder of the model version; the shipped champion unless set.
        taxonomy: Taxonomy file.
        secret_key: Signs the sessions of the review desk.
        batch_mails: Mails understood and stored as one task.
        attempts: Tries before a mail is quarantined.
        lease_seconds: How long a worker may hold a batch before others take it.
        documents: What reading attached files may cost.
    """

    model_config = ConfigDict(frozen=True)

    database_url: SecretStr
    mailboxes: tuple[MailboxSettings, ...]
    model: Path
    taxonomy: Path
    secret_key: SecretStr | None
    batch_mails: int
    attempts: int
    lease_seconds: int
    documents: DocumentSettings = DocumentSettings()

    def mailbox(self, name: str) -> MailboxSettings:
        """The mailbox of this name.

        Raises:
            SettingInvalid: There is none.
        """
        for mailbox in self.mailboxes:
            if mailbox.name == name:
                return mailbox
        known = ", ".join(mailbox.name for mailbox in self.mailboxes) or "none"
        raise SettingInvalid("--mailbox", f"there is no mailbox {name}; configured: {known}")


class Environment(BaseSettings):
    """The environment variables as they are named, without their prefix; see `Settings`."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_file=".env", env_ignore_empty=True, extra="ignore"
    )

    database_url: SecretStr = SecretStr("sqlite:///triage.db")
    imap_host: str = ""
    imap_port: int = 993
    imap_user: str = ""
    imap_password: SecretStr | None = None
    imap_token: SecretStr | None = None
    imap_oauth: str = ""
    imap_oauth_tenant: str = ""
    imap_oauth_client_id: str = ""
    imap_oauth_client_secret: SecretStr | None = None
    imap_oauth_refresh_token: SecretStr | None = None
    imap_oauth_key_file: Path | None = None
    imap_oauth_token_file: Path | None = None
    imap_oauth_authority: str = ""
    imap_oauth_secret_expires: date | None = None
    imap_folder: str = "INBOX"
    imap_done_folder: str = ""
    imap_quarantine_folder: str = ""
    imap_tls: str = "required"
    imap_ca_file: Path | None = None
    imap_alarm_minutes: int = 30
    imap_alarm_silence: bool = True
    mailboxes: Path | None = None
    model: Path | None = None
    taxonomy: Path = ROOT / "data" / "taxonomy.toml"
    secret_key: SecretStr | None = None
    batch_mails: int = Field(default=50, ge=1, le=500)
    attempts: int = Field(default=3, ge=1)
    lease_seconds: int = Field(default=900, ge=1)
    document_files: int = Field(default=20, ge=0, le=1000)
    document_size_bytes: int = Field(default=10_000_000, ge=1)
    document_expanded_bytes: int = Field(default=50_000_000, ge=1)
    document_pages: int = Field(default=50, ge=1)
    document_cells: int = Field(default=20_000, ge=1)
    document_seconds: float = Field(default=5.0, gt=0, le=60)


def read_settings() -> Settings:
    """Read the environment, the working folder's `.env`, and the mailbox file that they name.

    Raises:
        SettingInvalid: Names the setting and what is wrong; never shows a secret.
    """
    try:
        environment = Environment()
    except ValidationError as error:
        raise _invalid(error, PREFIX) from None
    except UnicodeDecodeError as error:
        raise SettingInvalid(".env", f"is no UTF-8 text: {error.reason}") from None
    return Settings(
        database_url=environment.database_url,
        mailboxes=_mailboxes(environment),
        model=environment.model or shipped_model(),
        taxonomy=environment.taxonomy,
        secret_key=environment.secret_key,
        batch_mails=environment.batch_mails,
        attempts=environment.attempts,
        lease_seconds=environment.lease_seconds,
        documents=DocumentSettings(**_fields(environment, "document_")),
    )


def shipped_model(artifacts: Path = ROOT / "models" / "artifacts") -> Path:
    """Folder of the champion, the version that the file `CURRENT` names."""
    current = artifacts.parent / "CURRENT"
    name = current.read_text(encoding="utf-8").strip() if current.is_file() else "missing"
    return artifacts / name


def is_loopback(host: str) -> bool:
    """Tell whether a host name means this very machine."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _mailboxes(environment: Environment) -> tuple[MailboxSettings, ...]:
    if environment.mailboxes is not None:
        return read_mailboxes(environment.mailboxes)
    if not environment.imap_host:
        return ()
    try:
        return (MailboxSettings(**_fields(environment, "imap_")),)
    except ValidationError as error:
        raise _invalid(error, PREFIX + "IMAP_") from None


def _fields(environment: Environment, prefix: str) -> dict[str, Any]:
    """The settings that begin with a prefix, by the rest of their names."""
    return {
        name.removeprefix(prefix): getattr(environment, name)
        for name in Environment.model_fields
        if name.startswith(prefix)
    }


def read_mailboxes(path: Path) -> tuple[MailboxSettings, ...]:
    """Read a TOML file with one table a mailbox, the table's name being the mailbox's.

    Raises:
        SettingInvalid: The file or an entry is wrong.
    """
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingInvalid(f"{PREFIX}MAILBOXES", f"{path} cannot be read: {error}") from error
    mailboxes: list[MailboxSettings] = []
    for name, table in tables.items():
        if not isinstance(table, dict):
            raise SettingInvalid(f"{path}: {name}", "must be a table with the mailbox's settings")
        try:
            mailboxes.append(MailboxSettings(**{"name": name, **table}))
        except ValidationError as error:
            raise _invalid(error, f"{path}: {name}.") from None
    files = [mailbox.oauth_token_file for mailbox in mailboxes if mailbox.oauth_token_file]
    if len(set(files)) < len(files):
        raise SettingInvalid(str(path), "each mailbox needs an oauth_token_file of its own")
    names = [mailbox.name for mailbox in mailboxes]
    for name in names:
        if names.count(name) > 1:
            raise SettingInvalid(f"{path}: {name}", "two mailboxes have this name")
    return tuple(mailboxes)


def _invalid(error: ValidationError, prefix: str) -> SettingInvalid:
    """Tell the first fault; pydantic's own text could show a secret's value."""
    fault = error.errors(include_url=False, include_input=False)[0]
    name = ".".join(str(part) for part in fault["loc"])
    setting = prefix + (name.upper() if prefix.startswith(PREFIX) else name)
    reason = str(fault["msg"]).removeprefix("Value error, ")
    return SettingInvalid(setting.rstrip("._") or prefix, reason)
