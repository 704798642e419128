"""`Health` -> JSON, the same on the page and on the command line."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pipeline.health.judge import Health


def health_as_json(health: Health) -> dict[str, Any]:
    """Shape the answer of `/health`, which is a part of `triage status --json` as well."""
    at = health.at
    return {
        "status": health.level,
        "checked_at": at.replace(tzinfo=None).isoformat(timespec="seconds") + "Z" if at else None,
        "findings": [asdict(finding) for finding in health.findings],
    }
