from __future__ import annotations

from dataclasses import fields

from flows.report import COUNTS, summary_markdown
from flows.tasks import IngestSummary


def test_every_count_of_a_run_is_told() -> None:
    counts = {field.name for field in fields(IngestSummary) if field.type == "int"}
    assert set(COUNTS) == counts


def test_a_run_is_told_as_two_tables_and_its_faults() -> None:
    summary = IngestSummary(
        ("claims", "returns"),
        fetched=5,
        busy=("returns",),
        failures={"claims": "mailbox claims: connection refused"},
        seconds={"fetch": 1.234},
    )
    lines = summary_markdown(summary).splitlines()
    assert lines[0] == "# Ingest of claims, returns"
    assert "| mails fetched | 5 |" in lines
    assert "| fetch | 1.23 |" in lines
    assert lines[-2:] == [
        "- **returns**: open in another run",
        "- **claims**: mailbox claims: connection refused",
    ]
