from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, insert, select

from pipeline.errors import RowRefused
from pipeline.store.columns import clean_json, clean_text, storable_sum
from pipeline.store.tables import ClaimRow, EventRow
from tests.store.builders import save_one

if TYPE_CHECKING:
    from pipeline.store.database import Store

ANY_TEXT = st.text(st.characters(exclude_categories=()))
NOW = datetime(2025, 3, 3, 8, 7, 0, 123456, tzinfo=UTC)


@given(ANY_TEXT)
def test_clean_text_keeps_its_length_and_can_be_encoded(text: str) -> None:
    clean = clean_text(text)
    assert len(clean) == len(text)
    assert "\0" not in clean
    clean.encode()


@given(st.recursive(ANY_TEXT | st.floats(), lambda inner: st.dictionaries(ANY_TEXT, inner)))
def test_clean_json_is_clean_at_every_depth_and_leaves_its_input(value: Any) -> None:
    before = repr(value)
    assert "\\u0000" not in repr(clean_json(value))
    assert clean_json(clean_json(value)) == clean_json(value)
    assert repr(value) == before


def test_text_and_json_with_nul_and_lone_surrogates_reach_both_databases_clean(
    store: Store,
) -> None:
    _record(store, kind="a\0b\ud800", payload={"k\0": ["x\udfff", {"n": float("nan")}], "é": "😀"})
    assert _events(store) == [
        ("a\ufffdb\ufffd", {"k\ufffd": ["x\ufffd", {"n": None}], "é": "😀"}, NOW)
    ]


@pytest.mark.parametrize(
    "moment",
    [
        NOW,
        NOW.astimezone(timezone(timedelta(hours=-8))),
        datetime(1, 1, 1, tzinfo=UTC),
        datetime(9999, 12, 31, 23, 59, 59, 999999, tzinfo=UTC),
    ],
)
def test_a_time_comes_back_equal_and_in_utc(store: Store, moment: datetime) -> None:
    _record(store, at=moment)
    ((_, _, at),) = _events(store)
    assert at == moment
    assert at.utcoffset() == timedelta(0)


def test_a_time_without_a_zone_is_refused(store: Store) -> None:
    with pytest.raises(RowRefused, match="ValueError"):
        _record(store, at=datetime(2025, 3, 3))  # noqa: DTZ001 -- the case


@pytest.mark.parametrize(
    "value",
    ["212.40", "0.1", "0.000001", "-3", "999999999999.999999", "1E+3", "0"],
)
def test_a_sum_comes_back_exact_and_adds_up_exact(store: Store, value: str) -> None:
    save_one(store)
    exact = storable_sum(Decimal(value))
    with store.writing() as connection:
        connection.execute(ClaimRow.__table__.update().values(amount_value=exact))  # type: ignore[attr-defined]
        assert connection.execute(select(ClaimRow.amount_value)).scalar_one() == Decimal(value)
        total = connection.execute(select(func.sum(ClaimRow.amount_value))).scalar_one()
        assert total == Decimal(value)
        over = select(ClaimRow.id).where(ClaimRow.amount_value > Decimal("212.39"))
        assert (connection.execute(over).first() is not None) == (
            Decimal(value) > Decimal("212.39")
        )


def test_a_sum_is_shown_with_its_cents() -> None:
    assert str(storable_sum(Decimal("212.4"))) == "212.400000"


@pytest.mark.parametrize("value", ["NaN", "Infinity", "-Infinity", "1E+12", "-1E+900"])
def test_a_sum_that_no_database_keeps_is_none(value: str) -> None:
    assert storable_sum(Decimal(value)) is None


@given(st.decimals())
def test_no_sum_makes_storing_fail(value: Decimal) -> None:
    stored = storable_sum(value)
    assert stored is None or abs(stored - value) <= Decimal("0.0000005")


def _record(
    store: Store, *, kind: str = "seen", at: datetime = NOW, payload: dict[str, Any] | None = None
) -> None:
    values = {"at": at, "subject": "mail", "subject_id": 1, "kind": kind, "payload": payload or {}}
    with store.writing() as connection:
        connection.execute(insert(EventRow).values(values))


def _events(store: Store) -> list[tuple[str, Any, datetime]]:
    with store.reading() as connection:
        rows = connection.execute(select(EventRow.kind, EventRow.payload, EventRow.at)).all()
    return [tuple(row) for row in rows]
