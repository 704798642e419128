"""Real mail server, real databases, the real stages; only the trained model is stood in for."""

from __future__ import annotations

import time
from functools import partial
from typing import TYPE_CHECKING

import pytest
from pydantic import SecretStr

from flows.tasks import run_ingest
from models.language import build_nlp
from pipeline.datatypes import Prediction, Thresholds
from pipeline.settings import ROOT, MailboxSettings, Settings, read_settings
from pipeline.store.database import open_store
from pipeline.store.life import mail_life, raw_mail
from pipeline.store.queries import mails, mails_by_kind, references, status
from pipeline.taxonomy import Taxonomy, load_taxonomy
from pipeline.triage import triage_mail
from tests.fakes import make_mail

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from flows.tasks import IngestSummary
    from pipeline.datatypes import Passage, RawMail, Sentence, TriagedMail
    from pipeline.inbox import Triage
    from tests.servers.dovecot import DovecotServer

pytestmark = pytest.mark.server

SAMPLES = [path.read_bytes() for path in sorted((ROOT / "data" / "mails").glob("*.eml"))]


class FirstLabelModel:
    """Says the taxonomy's first label of every head, and takes all sentences for one claim."""

    version = "first-label"

    def __init__(self, taxonomy: Taxonomy) -> None:
        self.taxonomy = taxonomy

    def predict(
        self, heads: Sequence[str], passages: Sequence[Passage]
    ) -> Mapping[str, Sequence[Prediction]]:
        labels = {head: self.taxonomy.labels(head)[0] for head in heads}
        return {
            head: [Prediction(label, 0.9, {label: 0.9})] * len(passages)
            for head, label in labels.items()
        }

    def trust(self, prediction: Prediction, *, certainty: float) -> float:
        return prediction.probability * certainty

    def group_sentences(
        self, passage: Passage, sentences: Sequence[Sentence]
    ) -> list[tuple[tuple[int, ...], float]]:
        del passage
        return [(tuple(range(len(sentences))), 1.0)] if sentences else []

    def weigh(self, head: str, signs: Sequence[Mapping[str, float]]) -> list[Mapping[str, float]]:
        del head, signs
        return []


@pytest.fixture(scope="module")
def triage() -> Triage:
    taxonomy = load_taxonomy(ROOT / "data" / "taxonomy.toml")
    return partial(
        triage_mail,
        nlp=build_nlp(),
        model=FirstLabelModel(taxonomy),
        taxonomy=taxonomy,
        thresholds=Thresholds(),
    )


@pytest.fixture
def user(dovecot: DovecotServer) -> str:
    return dovecot.new_user()


@pytest.fixture
def settings(dovecot: DovecotServer, user: str, database_url: str) -> Settings:
    mailbox = MailboxSettings(
        name="claims",
        host=dovecot.host,
        port=dovecot.port,
        user=user,
        password=SecretStr(dovecot.password),
        tls="off",
        done_folder="Traités",
        quarantine_folder="Quarantaine",
    )
    return read_settings().model_copy(
        update={"database_url": SecretStr(database_url), "mailboxes": (mailbox,), "attempts": 1}
    )


def test_mail_goes_from_a_real_mailbox_into_a_real_store_once(
    dovecot: DovecotServer, user: str, settings: Settings, triage: Triage
) -> None:
    dovecot.append(user, SAMPLES)
    first = run_ingest(settings, triage=triage)
    assert not first.failures
    assert (first.fetched, first.stored) == (len(SAMPLES), len(SAMPLES))
    assert (first.triaged, first.failed, first.quarantined) == (len(SAMPLES), 0, 0)
    assert first.acknowledged == len(SAMPLES)
    _check_rows(settings, len(SAMPLES))
    assert _folders(dovecot, user) == {"INBOX": 0, "Traités": len(SAMPLES), "Quarantaine": 0}

    again = run_ingest(settings, triage=triage)
    assert _work(again) == (0, 0, 0)

    copy = b"Received: from mx2.example\r\n" + SAMPLES[0]
    dovecot.append(user, [make_mail(1), copy, make_mail(2)])
    more = run_ingest(settings, triage=triage)
    assert (more.fetched, more.stored, more.duplicates, more.triaged) == (3, 2, 1, 2)
    _check_rows(settings, len(SAMPLES) + 2)
    assert _folders(dovecot, user) == {"INBOX": 0, "Traités": len(SAMPLES) + 3, "Quarantaine": 0}
    assert _work(run_ingest(settings, triage=triage)) == (0, 0, 0)


def test_a_mail_that_cannot_be_understood_ends_in_the_quarantine_folder(
    dovecot: DovecotServer, user: str, settings: Settings, triage: Triage
) -> None:
    def fragile(raw: RawMail) -> TriagedMail:
        if b"FA-0002" in raw.data:
            raise RecursionError
        return triage(raw)

    dovecot.append(user, [make_mail(number) for number in range(1, 4)])
    summary = run_ingest(settings, triage=fragile)
    assert (summary.triaged, summary.quarantined, summary.acknowledged) == (2, 1, 3)
    assert _folders(dovecot, user) == {"INBOX": 0, "Traités": 2, "Quarantaine": 1}


def test_mail_under_a_new_uidvalidity_is_not_handled_twice(
    dovecot: DovecotServer, user: str, settings: Settings, triage: Triage
) -> None:
    fields = {"folder": "Réclamations", "done_folder": "", "quarantine_folder": ""}
    mailbox = settings.mailboxes[0].model_copy(update=fields)
    marking = settings.model_copy(update={"mailboxes": (mailbox,)})
    dovecot.append(user, SAMPLES[:5], folder="Réclamations")
    first = run_ingest(marking, triage=triage)
    assert (first.triaged, first.acknowledged) == (5, 5)
    time.sleep(1.1)  # Dovecot makes UIDVALIDITY from the clock's second
    with dovecot.client(user) as client:
        client.delete_folder("Réclamations")
    dovecot.append(user, SAMPLES[:6], folder="Réclamations")
    again = run_ingest(marking, triage=triage)
    assert (again.duplicates, again.stored, again.triaged, again.acknowledged) == (5, 1, 1, 6)
    assert _work(run_ingest(marking, triage=triage)) == (0, 0, 0)
    with open_store(marking.database_url.get_secret_value()) as store:
        assert len({each.uidvalidity for each in mail_life(store, 1).deliveries}) == 2


def _check_rows(settings: Settings, count: int) -> None:
    """Every mail has its bytes, its message and its claims; every number adds up."""
    with open_store(settings.database_url.get_secret_value()) as store:
        (mailbox,) = status(store).mailboxes
        assert (mailbox.triaged, mailbox.waiting, mailbox.unacknowledged) == (count, 0, 0)
        assert mailbox.last_success_at is not None
        assert sum(each.count for each in mails_by_kind(store)) == count
        assert references(store)
        for mail in mails(store, limit=1000):
            life = mail_life(store, mail.id)
            assert life.message is not None
            assert len(raw_mail(store, mail.id).data) == mail.size_bytes
            assert {delivery.state for delivery in life.deliveries} == {"acknowledged"}
            for claim in life.claims:
                spans = [life.message.body[start:end] for start, end in claim.spans]
                assert claim.text == ("\n".join(spans) or life.message.subject)
            for reference in life.references:
                if reference.place == "body":
                    assert life.message.body[reference.start : reference.end] == reference.text


def _folders(dovecot: DovecotServer, user: str) -> dict[str, int]:
    with dovecot.client(user) as client:
        return {
            name: client.folder_status(name, ["MESSAGES"])[b"MESSAGES"]
            if client.folder_exists(name)
            else 0
            for name in ("INBOX", "Traités", "Quarantaine")
        }


def _work(summary: IngestSummary) -> tuple[int, int, int]:
    return summary.fetched, summary.triaged, summary.acknowledged
