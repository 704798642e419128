from __future__ import annotations

import logging
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

from pipeline.health.judge import Health, judge_health
from pipeline.store.logins import StoredLogin
from pipeline.web.health import health_app
from pipeline.web.metrics import Watch
from tests.health.builders import (
    NOW,
    make_arrivals,
    make_mailbox,
    make_settings,
    make_standing,
    office_hours,
)
from tests.web.serving import Answer, ask, served

if TYPE_CHECKING:
    from collections.abc import Iterator


class Shown:
    """What the next request will find."""

    def __init__(self) -> None:
        self.watch = watch()

    def look(self) -> Watch:
        return self.watch


def watch(**mailbox: Any) -> Watch:
    standing = make_standing(
        make_mailbox(**mailbox), claims={"in_review": 4}, handling_seconds=(1.0, 2.0, 9.0)
    )
    return Watch(judge_health(standing, [make_settings()]), standing, "2026.1")


@pytest.fixture
def shown() -> Shown:
    return Shown()


@pytest.fixture
def port(shown: Shown) -> Iterator[int]:
    with served(health_app(shown.look)) as port:
        yield port


def samples(answer: Answer) -> dict[str, float]:
    """`name{label values}` to value."""
    return {
        f"{sample.name}{{{','.join(sample.labels.values())}}}": sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


def test_a_healthy_system_answers_200(port: int) -> None:
    answer = ask(port, "/health")
    assert (answer.status, answer.json["status"], answer.json["findings"]) == (200, "ok", [])
    assert answer.json["checked_at"] == "2026-03-04T15:30:00Z"


def test_an_alarm_answers_503_with_reasons_and_what_to_do(shown: Shown, port: int) -> None:
    shown.watch = watch(last_success_at=NOW - timedelta(hours=9), quarantined=2)
    answer = ask(port, "/health")
    assert (answer.status, answer.json["status"]) == (503, "alarm")
    first, second = answer.json["findings"]
    assert (first["code"], first["mailbox"], second["code"]) == (
        *("no_success", "claims", "quarantine"),
    )
    assert "9 hours ago" in first["told"]
    assert "triage ingest --watch" in first["remedy"]


def test_a_probe_may_ask_for_the_head_alone(shown: Shown, port: int) -> None:
    assert ask(port, "/health", method="HEAD").status == 200
    shown.watch = watch(last_success_at=None)
    answer = ask(port, "/health", method="HEAD")
    assert (answer.status, answer.text) == (503, "")


def test_a_warning_is_told_but_answers_200(shown: Shown, port: int) -> None:
    shown.watch = watch(quarantined=2)
    answer = ask(port, "/health")
    assert (answer.status, answer.json["status"]) == (200, "warning")


def test_the_process_lives_whatever_is_wrong(shown: Shown, port: int) -> None:
    shown.watch = Watch(Health(None), None, "2026.1")
    assert ask(port, "/live").status == 200


def test_metrics_tell_lag_throughput_states_errors_and_model(shown: Shown, port: int) -> None:
    shown.watch = watch(
        waiting=3,
        triaged=40,
        quarantined=2,
        unfetchable=1,
        oldest_waiting_at=NOW - timedelta(minutes=90),
        last_success_at=NOW - timedelta(seconds=30),
        errors={"ValueError": 2},
        login=StoredLogin(None, NOW + timedelta(seconds=600), "invalid_grant"),
        arrivals=make_arrivals(office_hours, until=NOW - timedelta(hours=1)),
    )
    answer = ask(port, "/metrics")
    assert answer.content_type.startswith("text/plain")
    found = samples(answer)
    expected = {
        "triage_store_up{}": 1,
        "triage_healthy{}": 0,
        "triage_model_info{2026.1}": 1,
        "triage_lag_seconds{claims}": 5400,
        "triage_last_success_age_seconds{claims}": 30,
        "triage_last_arrival_age_seconds{claims}": 3600,
        "triage_mails{claims,waiting}": 3,
        "triage_mails_fetched_total{claims}": 45,
        "triage_mails_triaged_total{claims}": 40,
        "triage_deliveries{claims,unfetchable}": 1,
        "triage_claims{in_review}": 4,
        "triage_quarantined_errors{ValueError,claims}": 2,
        "triage_handling_seconds{0.5}": 2,
        "triage_handling_seconds{1.0}": 9,
        "triage_token_left_seconds{claims}": 600,
        "triage_mailbox_failing{claims}": 0,
        "triage_finding{backlog,alarm,claims}": 1,
        "triage_finding{token_not_renewed,alarm,claims}": 1,
    }
    assert {name: found.get(name) for name in expected} == expected


def test_metrics_of_a_store_that_is_away_say_so(shown: Shown, port: int) -> None:
    shown.watch = Watch(Health(None), None, "2026.1")
    found = samples(ask(port, "/metrics"))
    assert found["triage_store_up{}"] == 0
    assert not any(name.startswith("triage_mails") for name in found)


def test_what_goes_wrong_and_is_well_again_is_logged_once(
    shown: Shown, port: int, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING, logger="pipeline.web"):
        for watched in (watch(unfetchable=1), watch(unfetchable=1), watch(), watch()):
            shown.watch = watched
            ask(port, "/health")
    told = [record.getMessage() for record in caplog.records]
    assert told == [
        "warning: unfetchable claims: the server cannot give 1 mails",
        "well again: unfetchable claims",
    ]
