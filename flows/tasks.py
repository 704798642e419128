"""One run over the mailboxes as plain functions; `flows.ingest` puts Prefect's marks on them.

Settings and mailbox names come in, a summary goes out; knows no Prefect.
"""

from __future__ import annotations

import importlib
import itertools
import os
import socket
import time
from collections import Counter, defaultdict
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import lru_cache, partial
from typing import TYPE_CHECKING, TypeAlias

from flows.beginning import check_start
from flows.noting import note_login, noted_failure
from pipeline.datatypes import DocumentLimits
from pipeline.errors import MailboxBusy, MailboxError, SettingInvalid
from pipeline.inbox import acknowledge_handled, receive_mail, understand_batch
from pipeline.mailbox.imap import open_imap
from pipeline.store.acknowledgements import acknowledgements_wait
from pipeline.store.database import open_store
from pipeline.store.queries import waiting_mails
from pipeline.taxonomy import load_taxonomy

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from contextlib import AbstractContextManager
    from pathlib import Path

    from models.claim_model import ClaimModel
    from pipeline.datatypes import MailSource
    from pipeline.inbox import BatchSummary, IntakeSummary, Triage
    from pipeline.settings import MailboxSettings, Settings
    from pipeline.store.database import Store

OpenSource: TypeAlias = "Callable[[MailboxSettings], AbstractContextManager[MailSource]]"
"""Opens a mailbox; `pipeline.mailbox.imap.open_imap` unless a test hands in another."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is.

    Attributes:
        stage: `receive`, `understand` or `acknowledge`.
        mailbox: Which one; empty while understanding, which takes the mails of all.
        done: Mails done in this stage.
        total: Mails to do, as far as it is known now.
    """

    stage: str
    mailbox: str
    done: int
    total: int


OnProgress: TypeAlias = "Callable[[Progress], None]"


@dataclass(frozen=True, slots=True)
class IngestSummary:
    """What one run did.

    Attributes:
        mailboxes: Names, in order.
        fetched: Mails whose bytes came from the servers.
        stored: Of these, mails that were not known.
        duplicates: Of these, further copies of known mails.
        unfetchable: Mails that a server could not give.
        left: Mails that the limit left to later runs.
        triaged: Mails understood and saved.
        failed: Mails that failed and will be tried again.
        quarantined: Mails that failed for the last time.
        acknowledged: Deliveries moved or marked on their server.
        claims: Claims found in the triaged mails.
        in_review: Of these, claims that a supervisor must look at.
        busy: Mailboxes that another run had open; it does their work.
        failures: Mailbox to what went wrong with it; the other mailboxes went on.
        seconds: Stage to time spent: `open` (database, model), `fetch`, `store`, `understand`,
            `save`, `acknowledge`, and `total`.
    """

    mailboxes: tuple[str, ...]
    fetched: int = 0
    stored: int = 0
    duplicates: int = 0
    unfetchable: int = 0
    left: int = 0
    triaged: int = 0
    failed: int = 0
    quarantined: int = 0
    acknowledged: int = 0
    claims: int = 0
    in_review: int = 0
    busy: tuple[str, ...] = ()
    failures: Mapping[str, str] = field(default_factory=dict)
    seconds: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Steps:
    """The steps of a run; Prefect's tasks and plain functions keep the same promise.

    Attributes:
        receive: Mailbox name -> what was fetched into the ledger.
        understand: Number of the batch, from 1 -> what was understood; `leased` 0 at the end.
        acknowledge: Mailbox name -> how many deliveries were acknowledged.
        waiting: How many mails wait to be understood.
    """

    receive: Callable[[str], IntakeSummary]
    understand: Callable[[int], BatchSummary]
    acknowledge: Callable[[str], int]
    waiting: Callable[[], int]


def run_ingest(
    settings: Settings,
    mailboxes: Sequence[str] = (),
    *,
    limit: int | None = None,
    on_progress: OnProgress | None = None,
    triage: Triage | None = None,
    open_source: OpenSource = open_imap,
) -> IngestSummary:
    """Fetch, understand and acknowledge the mail of the mailboxes, once, in this process.

    Args:
        settings: The settings.
        mailboxes: Names; empty: all that are configured.
        limit: Most mails fetched of each mailbox.
        on_progress: Told after each commit.
        triage: Understands one mail; the settings' model unless given.
        open_source: Opens a mailbox.

    Returns:
        What was done; a mailbox that failed stands in `failures`.

    Raises:
        SettingInvalid: A mailbox is not configured.
        StoreError: The database is away or refuses.
        ModelMissing: There is no model; nothing was fetched.
        ModelIncompatible: The same.
        ModelUntrusted: The same.
        TaxonomyInvalid: The same.
    """
    start = time.perf_counter()
    names = mailbox_names(settings, mailboxes)
    understand = triage or open_triage(settings)
    with open_store(settings.database_url.get_secret_value()) as store:
        opened = time.perf_counter() - start
        steps = Steps(
            receive=lambda name: receive_step(
                store,
                settings,
                name,
                limit=limit,
                open_source=open_source,
                on_progress=on_progress,
            ),
            understand=lambda _: understand_step(store, settings, understand),
            acknowledge=lambda name: acknowledge_step(
                store, settings, name, open_source=open_source
            ),
            waiting=lambda: waiting_mails(store),
        )
        summary = follow_steps(names, steps, on_progress=on_progress)
    seconds = {"open": opened, **summary.seconds, "total": time.perf_counter() - start}
    return replace(summary, seconds=seconds)


def ingest_mailboxes(
    settings: Settings,
    mailboxes: Sequence[str] = (),
    *,
    limit: int | None = None,
    on_progress: OnProgress | None = None,
) -> IngestSummary:
    """Do `run_ingest`, as a Prefect flow where `PREFECT_API_URL` names a server, else embedded.

    A limited run is always embedded: it is a person's own backfill.

    A flow tells its progress to the server instead of `on_progress`, and reads its settings again
    by itself, for it may as well run elsewhere.
    """
    if limit is not None or not os.environ.get("PREFECT_API_URL"):
        return run_ingest(settings, mailboxes, limit=limit, on_progress=on_progress)
    # Importing Prefect takes seconds, which the embedded path should not pay.
    summary: IngestSummary = importlib.import_module("flows.ingest").run_flow(
        mailbox_names(settings, mailboxes)
    )
    return summary


def mailbox_names(settings: Settings, mailboxes: Sequence[str] = ()) -> tuple[str, ...]:
    """Tell which mailboxes are meant: those named, or all.

    Raises:
        SettingInvalid: One is not configured, or none is.
    """
    if not settings.mailboxes:
        raise SettingInvalid("TRIAGE_IMAP_HOST", "no mailbox is configured")
    names = mailboxes or [mailbox.name for mailbox in settings.mailboxes]
    return tuple(settings.mailbox(name).name for name in names)


def open_triage(settings: Settings) -> Triage:
    """Load taxonomy, model and language once a process; answer the function that understands.

    Raises:
        TaxonomyInvalid: The taxonomy cannot be used.
        ModelMissing: There is no model.
        ModelIncompatible: It was made for another program or taxonomy.
        ModelUntrusted: Its files are not what they should be.
    """
    limits = DocumentLimits(**settings.documents.model_dump())
    return _load_triage(settings.model, settings.taxonomy, limits)


def receive_step(
    store: Store,
    settings: Settings,
    mailbox: str,
    *,
    limit: int | None = None,
    open_source: OpenSource = open_imap,
    on_progress: OnProgress | None = None,
) -> IntakeSummary:
    """Fetch what is new in one mailbox into the ledger.

    Raises:
        MailboxBusy: Another run has this mailbox open.
        MailboxError: The server is away or refuses; the store has a note of it.
        StoreError: The database is away or refuses.
    """

    def on_saved(done: int, total: int) -> None:
        if on_progress is not None:
            on_progress(Progress("receive", mailbox, done, total))

    mailbox_settings = settings.mailbox(mailbox)
    with noted_failure(store, mailbox_settings), open_source(mailbox_settings) as source:
        note_login(store, mailbox_settings)
        check_start(store, source)
        return receive_mail(
            store,
            source,
            folder=mailbox_settings.folder,
            attempts=settings.attempts,
            limit=limit,
            on_saved=on_saved,
        )


def understand_step(store: Store, settings: Settings, triage: Triage) -> BatchSummary:
    """Understand and save one batch of whatever waits.

    Raises:
        StoreError: The database is away or refuses.
    """
    return understand_batch(
        store,
        triage,
        worker=f"{socket.gethostname()}:{os.getpid()}",
        batch_mails=settings.batch_mails,
        attempts=settings.attempts,
        lease_seconds=settings.lease_seconds,
    )


def acknowledge_step(
    store: Store, settings: Settings, mailbox: str, *, open_source: OpenSource = open_imap
) -> int:
    """Tell one mailbox's server what is done; does not log in where nothing is.

    Raises:
        MailboxBusy: Another run has this mailbox open.
        MailboxError: The server is away or refuses; the store has a note of it.
        StoreError: The database is away or refuses.
    """
    if not acknowledgements_wait(store, mailbox):
        return 0
    mailbox_settings = settings.mailbox(mailbox)
    with noted_failure(store, mailbox_settings), open_source(mailbox_settings) as source:
        return acknowledge_handled(store, source)


def follow_steps(
    names: Sequence[str], steps: Steps, *, on_progress: OnProgress | None = None
) -> IngestSummary:
    """Take the steps of one run in their order; a mailbox that fails does not stop the others.

    Args:
        names: The mailboxes.
        steps: What to do.
        on_progress: Told after each batch that was understood.
    """
    counts: Counter[str] = Counter()
    seconds: defaultdict[str, float] = defaultdict(float)
    faults = _Faults()
    for name in names:
        with faults.of(name):
            intake = steps.receive(name)
            for key in ("fetched", "stored", "duplicates", "unfetchable", "left"):
                counts[key] += getattr(intake, key)
            seconds["fetch"] += intake.fetch_seconds
            seconds["store"] += intake.store_seconds
    waiting, done = steps.waiting(), 0
    for number in itertools.count(1):
        batch = steps.understand(number)
        if not batch.leased:
            break
        for key in ("triaged", "failed", "quarantined", "claims", "in_review"):
            counts[key] += getattr(batch, key)
        seconds["understand"] += batch.triage_seconds
        seconds["save"] += batch.store_seconds
        done += batch.leased
        if on_progress is not None:
            on_progress(Progress("understand", "", done, max(done, waiting)))
    start = time.perf_counter()
    for name in names:
        if name not in faults.failures:
            with faults.of(name):
                counts["acknowledged"] += steps.acknowledge(name)
    seconds["acknowledge"] += time.perf_counter() - start
    return IngestSummary(
        mailboxes=tuple(names),
        busy=tuple(faults.busy),
        failures=faults.failures,
        seconds=dict(seconds),
        **counts,
    )


class _Faults:
    """Which mailboxes could not be worked on, and why."""

    def __init__(self) -> None:
        self.failures: dict[str, str] = {}
        self.busy: dict[str, None] = {}

    @contextmanager
    def of(self, name: str) -> Iterator[None]:
        """Note a fault of this mailbox instead of raising it."""
        try:
            yield
        except MailboxBusy:
            self.busy[name] = None
        except (MailboxError, SettingInvalid) as error:
            self.failures[name] = str(error)


@lru_cache(maxsize=1)
def load_model_once(path: Path, taxonomy_path: Path) -> ClaimModel:
    """Load a model version once a process, for understanding mail and for explaining it.

    Raises:
        TaxonomyInvalid: The taxonomy cannot be used.
        ModelMissing: There is no model.
        ModelIncompatible: It was made for another program or taxonomy.
        ModelUntrusted: Its files are not what they should be.
    """
    from models.artifact import load_model  # noqa: PLC0415

    return load_model(path, taxonomy=load_taxonomy(taxonomy_path))


@lru_cache(maxsize=1)
def _load_triage(model_path: Path, taxonomy_path: Path, limits: DocumentLimits) -> Triage:
    """Imports here: spaCy and the model take seconds, which reading a mailbox should not pay."""
    from models.language import build_nlp  # noqa: PLC0415
    from pipeline.evidence.reader import FileReader  # noqa: PLC0415
    from pipeline.triage import triage_mail  # noqa: PLC0415

    model = load_model_once(model_path, taxonomy_path)
    return partial(
        triage_mail,
        nlp=build_nlp(),
        model=model,
        taxonomy=load_taxonomy(taxonomy_path),
        thresholds=model.thresholds,
        reader=FileReader(limits),
    )
