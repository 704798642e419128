from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from pipeline.errors import ClaimChanged, RowMissing, StepNotAllowed
from pipeline.store.life import mail_life
from pipeline.store.queries import claim, review_queue
from pipeline.store.reviews import record_review
from pipeline.store.tables import ReviewRow
from tests.store.builders import count, save_one

if TYPE_CHECKING:
    from pipeline.store.database import Store


def test_a_decision_is_a_row_a_field_and_the_claim_shows_it(store: Store) -> None:
    mail_id = save_one(store)
    changes = {"type": "delay", "severity": "medium", "state": "routed"}
    assert record_review(store, 1, version=1, who="ana", changes=changes, comment="vu") == 2
    after = claim(store, 1)
    assert (after.type, after.severity, after.state, after.version) == (
        "delay",
        "medium",
        "routed",
        2,
    )
    life = mail_life(store, mail_id)
    rows = [(row.field, row.before, row.after, row.claim_version) for row in life.reviews]
    assert rows == [
        ("type", "shortage", "delay", 2),
        ("severity", "medium", "medium", 2),
        ("state", "in_review", "routed", 2),
    ]
    assert {(row.who, row.comment) for row in life.reviews} == {("ana", "vu")}
    assert life.events[-1].kind == "reviewed"
    assert [each.label for each in life.predictions] == ["complaint", "shortage", "medium"]
    assert review_queue(store) == []


def test_a_field_may_be_emptied_and_confirmed(store: Store) -> None:
    save_one(store)
    changes = {"severity": None, "state": "in_review"}
    record_review(store, 1, version=1, who="ana", changes=changes)
    assert (claim(store, 1).severity, claim(store, 1).state) == (None, "in_review")


def test_of_two_who_saw_the_same_version_one_decides(store: Store) -> None:
    save_one(store)
    barrier = threading.Barrier(2)

    def decide(who: str) -> str:
        barrier.wait()
        try:
            record_review(store, 1, version=1, who=who, changes={"severity": who})
        except ClaimChanged as error:
            return f"{error.wanted} is now {error.found}"
        return who

    with ThreadPoolExecutor(2) as pool:
        answers = {*pool.map(decide, ["ana", "ben"])}
    assert answers == {claim(store, 1).severity, "1 is now 2"}
    assert count(store, ReviewRow) == 1


def test_a_step_that_is_not_allowed_leaves_everything_as_it_was(store: Store) -> None:
    save_one(store)
    changes = {"type": "delay", "state": "settled"}
    with pytest.raises(StepNotAllowed):
        record_review(store, 1, version=1, who="ana", changes=changes)
    assert (claim(store, 1).type, claim(store, 1).version) == ("shortage", 1)
    assert count(store, ReviewRow) == 0


@pytest.mark.parametrize(
    "changes", [{"id": "7"}, {"confidence": "1"}, {"type": None}, {"state": ""}]
)
def test_only_what_people_decide_can_be_changed(
    store: Store, changes: dict[str, str | None]
) -> None:
    save_one(store)
    with pytest.raises(ValueError, match=next(iter(changes))):
        record_review(store, 1, version=1, who="ana", changes=changes)


def test_a_claim_that_is_not_there_is_named(store: Store) -> None:
    with pytest.raises(RowMissing, match="claim 5"):
        record_review(store, 5, version=1, who="ana", changes={})
    with pytest.raises(RowMissing, match="claim 5"):
        claim(store, 5)
