"""The flows as Prefect deployments: on a work pool for many machines, or served by one.

Workers need this checkout and its environment, and the `TRIAGE_` settings in theirs: secrets are
never parameters of a flow and never stand on the Prefect server.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, cast

from prefect.client.schemas.objects import ConcurrencyLimitConfig, ConcurrencyLimitStrategy
from prefect.flows import Flow

from flows.ingest import ingest
from pipeline.settings import ROOT

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

NAME: Final = "mailboxes"
"""Of the deployment: people start it as `ingest/mailboxes`."""

ENTRYPOINT: Final = "flows/ingest.py:ingest"
"""Where a worker finds the flow in the checkout."""

INTERVAL_SECONDS: Final = 60
"""Between two starts; a start that finds nothing costs little."""

RECONCILE_ENTRYPOINT: Final = "flows/reconcile.py:reconcile"
"""The same of the comparison with the ledger."""

RECONCILE_INTERVAL_SECONDS: Final = 24 * 3600
"""Between two comparisons: each lists all folders."""

ENVIRONMENT: Final = {"DO_NOT_TRACK": "1"}
"""Of the workers' processes, before Prefect is imported there."""


def deploy_ingest(
    work_pool: str,
    *,
    mailboxes: Sequence[str] = (),
    interval_seconds: float = INTERVAL_SECONDS,
    concurrency: int = 1,
    name: str = NAME,
) -> UUID:
    """Register the flow with the Prefect server, to be run by the workers of a pool.

    A run that dies is not taken up by Prefect; the next start finds what it left.

    Args:
        work_pool: A pool that exists (`prefect work-pool create --type process POOL`).
        mailboxes: Names; empty: all that are configured where the worker runs.
        interval_seconds: Between two starts.
        concurrency: Runs at the same time; what starts beyond it is left out. More than one makes
            sense on PostgreSQL: they share the understanding, a mailbox is open in one of them.
        name: Of the deployment.

    Returns:
        The deployment's number on the server.
    """
    return _deploy(
        ENTRYPOINT,
        work_pool,
        mailboxes=mailboxes,
        interval_seconds=interval_seconds,
        concurrency=concurrency,
        name=name,
    )


def deploy_reconcile(
    work_pool: str,
    *,
    mailboxes: Sequence[str] = (),
    interval_seconds: float = RECONCILE_INTERVAL_SECONDS,
    name: str = NAME,
) -> UUID:
    """Register the comparison of mailboxes with the ledger; a run with an alarm fails.

    Args:
        work_pool: As in `deploy_ingest`.
        mailboxes: Names; empty: all that are configured where the worker runs.
        interval_seconds: Between two starts.
        name: Of the deployment; people start it as `reconcile/mailboxes`.

    Returns:
        The deployment's number on the server.
    """
    return _deploy(
        RECONCILE_ENTRYPOINT,
        work_pool,
        mailboxes=mailboxes,
        interval_seconds=interval_seconds,
        concurrency=1,
        name=name,
    )


def serve_ingest(
    *, mailboxes: Sequence[str] = (), interval_seconds: float = INTERVAL_SECONDS
) -> None:
    """Run the flow on a schedule in this process's children, until it is stopped.

    Args:
        mailboxes: Names; empty: all that are configured.
        interval_seconds: Between two starts.
    """
    ingest.serve(
        name=NAME,
        interval=interval_seconds,
        parameters={"mailboxes": list(mailboxes)},
        limit=1,
    )


def _deploy(
    entrypoint: str,
    work_pool: str,
    *,
    mailboxes: Sequence[str],
    interval_seconds: float,
    concurrency: int,
    name: str,
) -> UUID:
    # Outside an event loop both calls answer at once, which their types leave open.
    found = cast("Flow[..., Any]", Flow.from_source(source=str(ROOT), entrypoint=entrypoint))
    deployment = found.deploy(
        name=name,
        work_pool_name=work_pool,
        interval=interval_seconds,
        parameters={"mailboxes": list(mailboxes)},
        concurrency_limit=_limit(concurrency),
        job_variables={"env": ENVIRONMENT, "working_dir": str(ROOT)},
        print_next_steps=False,
    )
    return cast("UUID", deployment)


def _limit(concurrency: int) -> ConcurrencyLimitConfig:
    return ConcurrencyLimitConfig(
        limit=concurrency, collision_strategy=ConcurrencyLimitStrategy.CANCEL_NEW
    )
