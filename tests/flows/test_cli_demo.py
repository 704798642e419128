from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from flows.cli import main
from flows.commands.demo import SAMPLES, sample_mails
from pipeline.datatypes import KindDecision, RawMail, TriagedMail
from pipeline.errors import SourceMissing
from pipeline.parse.message import parse_mail
from pipeline.store.database import open_store
from pipeline.store.queries import mails
from tests.fakes import make_claim

if TYPE_CHECKING:
    from pathlib import Path

    from click.testing import Result

    from pipeline.inbox import Triage
    from pipeline.settings import Settings


def triage_by_size(raw: RawMail) -> TriagedMail:
    """Parse for real; a long mail is a complaint with one claim over its whole body."""
    message = parse_mail(raw)
    claims = (make_claim(message.body),) if len(message.body) > 300 else ()
    return TriagedMail(
        id=raw.id,
        message=message,
        zones=(),
        own_text=message.body,
        language="fr",
        kind=KindDecision("complaint" if claims else "inquiry", 0.9, "model"),
        claims=claims,
        references=claims[0].references if claims else (),
        model_version="fake-1",
    )


def open_triage_by_size(settings: Settings) -> Triage:
    del settings
    return triage_by_size


def demo(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["demo", *arguments], obj=open_triage_by_size)


@pytest.fixture(scope="module")
def shown() -> Result:
    return demo()


def test_the_demo_shows_what_a_supervisor_wants_to_see(shown: Result) -> None:
    assert shown.exit_code == 0, shown.output
    for part in (
        *("Courriels par nature", "réclamation", "Réclamations par type et gravité", "manquant"),
        *("À vérifier par un superviseur", "Références trouvées", "FA-0001"),
        *("Un courriel et ses réclamations", "1. manquant", "relève IMAP", "courriels/s"),
    ):
        assert part in shown.stdout


def test_every_sample_mail_arrives_over_imap(shown: Result) -> None:
    count = len(list(SAMPLES.glob("*.eml")))
    assert f"{count} mails in an embedded mailbox" in shown.stderr
    lines = [line.split() for line in shown.stdout.splitlines()]
    assert ["total", str(count)] in lines


def test_the_demo_speaks_english_too_and_keeps_its_database(tmp_path: Path) -> None:
    file = tmp_path / "demo.db"
    result = demo("--lang", "en", "--mails", "3", "--keep", str(file))
    assert result.exit_code == 0, result.output
    assert "Claims by type and severity" in result.stdout
    with open_store(f"sqlite:///{file}") as store:
        assert [mail.state for mail in mails(store)] == ["triaged"] * 3


def test_a_database_that_exists_is_not_touched(tmp_path: Path) -> None:
    file = tmp_path / "demo.db"
    file.write_bytes(b"mine")
    result = demo("--keep", str(file))
    assert result.exit_code == 2
    assert "exists already" in result.stderr
    assert file.read_bytes() == b"mine"


def test_fewer_mails_are_taken_evenly() -> None:
    every, some = sample_mails(SAMPLES), sample_mails(SAMPLES, count=5)
    assert [every.index(data) for data in some] == [0, 10, 20, 30, 40]
    assert len(sample_mails(SAMPLES, count=10_000)) == len(every)


def test_a_folder_without_samples_is_told(tmp_path: Path) -> None:
    with pytest.raises(SourceMissing):
        sample_mails(tmp_path)
