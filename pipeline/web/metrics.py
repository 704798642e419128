"""`Watch` -> metrics in the text format of Prometheus, made anew at each scrape."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.registry import Collector

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from prometheus_client.metrics_core import Metric

    from pipeline.health.judge import Health
    from pipeline.store.standing import MailboxStanding, StoreStanding


@dataclass(frozen=True, slots=True)
class Watch:
    """One look at everything.

    Attributes:
        health: What is wrong.
        standing: How the store stands; None where it could not be read.
        model_version: The model that is set.
    """

    health: Health
    standing: StoreStanding | None
    model_version: str


def metrics_text(watch: Watch) -> bytes:
    """Write all metrics."""
    registry = CollectorRegistry()
    registry.register(_Watched(watch))
    return generate_latest(registry)


class _Watched(Collector):
    def __init__(self, watch: Watch) -> None:
        self._watch = watch

    def collect(self) -> Iterator[Metric]:
        watch = self._watch
        yield _one("triage_store_up", "1 where the database answers", watch.standing is not None)
        yield _one("triage_healthy", "0 where there is an alarm", watch.health.level != "alarm")
        model = GaugeMetricFamily("triage_model_info", "The model set", labels=["version"])
        model.add_metric([watch.model_version], 1)
        yield model
        yield _findings(watch.health)
        if watch.standing is not None:
            yield from _of_store(watch.standing)


def _of_store(standing: StoreStanding) -> Iterator[Metric]:
    mailboxes = standing.mailboxes
    claims = GaugeMetricFamily("triage_claims", "Claims by state", labels=["state"])
    for state, count in standing.claims.items():
        claims.add_metric([state], count)
    yield claims
    yield from _counts(standing)
    yield from _moments(standing)
    errors = GaugeMetricFamily(
        "triage_quarantined_errors",
        "Quarantined mails by kind of error",
        labels=["mailbox", "kind"],
    )
    for name, mailbox in mailboxes.items():
        for kind, count in mailbox.errors.items():
            errors.add_metric([name, kind], count)
    yield errors
    handling = GaugeMetricFamily(
        "triage_handling_seconds",
        "From the ledger to the decision, of the latest mails",
        labels=["quantile"],
    )
    seconds = standing.handling_seconds
    for quantile in (0.5, 0.9, 1.0) if seconds else ():
        handling.add_metric([str(quantile)], seconds[round(quantile * (len(seconds) - 1))])
    yield handling


def _counts(standing: StoreStanding) -> Iterator[Metric]:
    """What was counted; totals only rise, so that their rate is the throughput."""
    mails = GaugeMetricFamily("triage_mails", "Mails by state", labels=["mailbox", "state"])
    deliveries = GaugeMetricFamily(
        "triage_deliveries", "Copies on the server by state", labels=["mailbox", "state"]
    )
    fetched = CounterMetricFamily("triage_mails_fetched", "Mails stored", labels=["mailbox"])
    triaged = CounterMetricFamily("triage_mails_triaged", "Mails decided", labels=["mailbox"])
    for name, mailbox in standing.mailboxes.items():
        status = mailbox.status
        for state in ("waiting", "leased", "triaged", "quarantined"):
            mails.add_metric([name, state], getattr(status, state))
        for state in ("unacknowledged", "unfetchable"):
            deliveries.add_metric([name, state], getattr(status, state))
        fetched.add_metric([name], status.fetched)
        triaged.add_metric([name], status.triaged)
    yield from (mails, deliveries, fetched, triaged)


def _moments(standing: StoreStanding) -> Iterator[Metric]:
    """How old what is, and until when."""
    asked: dict[str, tuple[str, Callable[[MailboxStanding], float | None]]] = {
        "triage_lag_seconds": (
            "Age of the oldest mail that waits; 0 where none does",
            lambda mailbox: _age(mailbox.status.oldest_waiting_at, standing.at) or 0.0,
        ),
        "triage_last_success_age_seconds": (
            "Since the last complete reading",
            lambda mailbox: _age(mailbox.status.last_success_at, standing.at),
        ),
        "triage_last_arrival_age_seconds": (
            "Since the last mail",
            lambda mailbox: _age(_last_arrival(mailbox), standing.at),
        ),
        "triage_token_left_seconds": (
            "Until the access token expires",
            lambda mailbox: _age(standing.at, mailbox.login.good_until),
        ),
        "triage_mailbox_failing": (
            "1 where the last reading failed",
            lambda mailbox: float(bool(mailbox.status.last_error)),
        ),
        "triage_login_refused": (
            "1 where the log-in is refused",
            lambda mailbox: float(mailbox.login.refused_at is not None),
        ),
    }
    for metric, (told, value_of) in asked.items():
        family = GaugeMetricFamily(metric, told, labels=["mailbox"])
        for name, mailbox in standing.mailboxes.items():
            value = value_of(mailbox)
            if value is not None:
                family.add_metric([name], value)
        yield family


def _findings(health: Health) -> Metric:
    family = GaugeMetricFamily(
        "triage_finding", "1 for each thing that is wrong", labels=["code", "level", "mailbox"]
    )
    for finding in health.findings:
        family.add_metric([finding.code, finding.level, finding.mailbox], 1)
    return family


def _one(name: str, told: str, value: bool) -> Metric:  # noqa: FBT001 -- the value itself
    return GaugeMetricFamily(name, told, value=float(value))


def _last_arrival(mailbox: MailboxStanding) -> datetime | None:
    return max((each.last_at for each in mailbox.arrivals), default=None)


def _age(since: datetime | None, until: datetime | None) -> float | None:
    return (until - since).total_seconds() if since and until else None
