"""What people decide about claims: new rows, never overwritten ones; the claim shows the last."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import insert, select, update

from pipeline.errors import ClaimChanged, RowMissing
from pipeline.store.database import database_now
from pipeline.store.events import record_event
from pipeline.store.tables import ClaimRow, ReviewRow
from pipeline.workflow import step

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy.engine import Connection, Row

    from pipeline.store.database import Store

FIELDS: Final = ("state", "type", "severity", "nature", "resolution", "department")
"""What a person may change or confirm."""

_REQUIRED: Final = ("state", "type", "department")


def record_review(
    store: Store,
    claim_id: int,
    *,
    version: int,
    who: str,
    changes: Mapping[str, str | None],
    comment: str = "",
) -> int:
    """Note a person's decision, one row a field, and let the claim show it.

    Args:
        store: The open store.
        claim_id: Which claim.
        version: The claim's version that the person saw.
        who: The person.
        changes: Field of `FIELDS` to its new value; the present value confirms it. A new `state`
            must be an allowed step.
        comment: What the person wrote.

    Returns:
        The claim's new version.

    Raises:
        RowMissing: There is no such claim.
        ClaimChanged: Somebody changed it since.
        StepNotAllowed: The state cannot follow the present one.
        ValueError: A field is none of `FIELDS`, or must not be empty.
        StoreError: The database is away or refuses.
    """
    for field, after in changes.items():
        if field not in FIELDS or (field in _REQUIRED and not after):
            message = f"{field} cannot be set to {after!r}"
            raise ValueError(message)
    with store.writing() as connection:
        now = database_now(connection)
        row = _locked_claim(connection, claim_id, version=version)
        before = {field: getattr(row, field) for field in changes}
        if "state" in changes and changes["state"] != row.state:
            step(row.state, changes["state"] or "")
        decided = [
            {
                "claim_id": claim_id,
                "claim_version": version + 1,
                "who": who,
                "at": now,
                "field": field,
                "before": before[field],
                "after": after,
                "comment": comment,
            }
            for field, after in changes.items()
        ]
        if decided:
            connection.execute(insert(ReviewRow), decided)
        values = {**changes, "version": version + 1, "updated_at": now}
        connection.execute(update(ClaimRow).where(ClaimRow.id == claim_id).values(values))
        payload = {"who": who, "before": before, "after": dict(changes)}
        record_event(connection, "claim", claim_id, "reviewed", at=now, payload=payload)
    return version + 1


def _locked_claim(
    connection: Connection, claim_id: int, *, version: int
) -> Row[tuple[object, ...]]:
    query = select(*ClaimRow.__table__.columns).where(ClaimRow.id == claim_id).with_for_update()
    row = connection.execute(query).one_or_none()
    if row is None:
        raise RowMissing("claim", str(claim_id))
    if row.version != version:
        raise ClaimChanged(claim_id, found=row.version, wanted=version)
    return row
