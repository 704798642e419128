"""IngestSummary -> Markdown, the artifact that a Prefect server shows of a run."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flows.tasks import IngestSummary

COUNTS = {
    "fetched": "mails fetched",
    "stored": "of these new",
    "duplicates": "of these copies of known mails",
    "unfetchable": "mails that the server could not give",
    "left": "mails left to later runs",
    "triaged": "mails understood",
    "failed": "mails to be tried again",
    "quarantined": "mails quarantined",
    "acknowledged": "mails acknowledged on their server",
    "claims": "claims found",
    "in_review": "of these to be reviewed",
}
"""Field of the summary -> what people call it, in the order of a mail's way."""


def summary_markdown(summary: IngestSummary) -> str:
    """Tell what a run did; holds no mail text and no addresses."""
    lines = [
        f"# Ingest of {', '.join(summary.mailboxes)}",
        "",
        "| what | count |",
        "| --- | ---: |",
    ]
    lines += [f"| {words} | {getattr(summary, name)} |" for name, words in COUNTS.items()]
    lines += ["", "| stage | seconds |", "| --- | ---: |"]
    lines += [f"| {stage} | {seconds:.2f} |" for stage, seconds in summary.seconds.items()]
    lines += [""] * bool(summary.busy or summary.failures)
    lines += [f"- **{name}**: open in another run" for name in summary.busy]
    lines += [f"- **{name}**: {reason}" for name, reason in summary.failures.items()]
    return "\n".join(lines) + "\n"
