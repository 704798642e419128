"""Column types that mean the same on SQLite and on PostgreSQL; the boundary that text must pass.

PostgreSQL refuses NUL and lone surrogates in text and in JSON, SQLite takes some of them: what
passes a demo would break at scale. So both get cleaned text, one character for one: offsets stay
right.
"""

from __future__ import annotations

import math
import re
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import JSON, BigInteger, DateTime, Integer, Numeric, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import TypeDecorator

if TYPE_CHECKING:
    from sqlalchemy.engine import Dialect
    from sqlalchemy.types import TypeEngine

REPLACEMENT: Final = "\N{REPLACEMENT CHARACTER}"
"""Stands for a character that no database should hold."""

DECIMAL_PLACES: Final = 6
"""Of a stored sum; three more than any currency in use has."""

LARGEST_SUM: Final = Decimal(10) ** 12
"""Sums of this size and more are not stored as a value, their text is."""

_CENT: Final = Decimal("0.01")

_UNSTORABLE: Final = re.compile("[\x00\ud800-\udfff]")

BigId: Final = BigInteger().with_variant(Integer, "sqlite")
"""An integer key; SQLite counts only a plain INTEGER up by itself."""


def clean_text(text: str) -> str:
    """Put U+FFFD for every NUL and lone surrogate; the length stays the same."""
    return _UNSTORABLE.sub(REPLACEMENT, text)


def clean_json(value: Any) -> Any:
    """Clean every text in a JSON value, keys included; NaN and infinities become null."""
    match value:
        case str():
            return clean_text(value)
        case dict():
            return {clean_text(str(key)): clean_json(item) for key, item in value.items()}
        case list() | tuple():
            return [clean_json(item) for item in value]
        case float() if not math.isfinite(value):
            return None
        case _:
            return value


class CleanText(TypeDecorator[str]):
    """Text of any length without NUL and lone surrogates."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Clean on the way in."""
        del dialect
        return None if value is None else clean_text(value)


class CleanJson(TypeDecorator[Any]):
    """A JSON value, cleaned; JSONB on PostgreSQL."""

    impl = JSON
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Tell the type for this database."""
        return dialect.type_descriptor(JSONB() if dialect.name == "postgresql" else JSON())

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        """Clean on the way in."""
        del dialect
        return clean_json(value)


class UtcTime(TypeDecorator[datetime]):
    """A moment; aware and in UTC on the Python side, whatever the database keeps."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Turn into UTC on the way in; a time without a zone is a fault of the caller."""
        del dialect
        if value is None:
            return None
        if value.tzinfo is None:
            message = "a time without a zone cannot be stored"
            raise ValueError(message)
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give the zone back that SQLite forgets."""
        del dialect
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class ExactDecimal(TypeDecorator[Decimal]):
    """A sum of money, exact to six places below 10**12; sorts and adds up exactly in SQL.

    SQLite knows no decimal numbers; it keeps whole millionths.
    """

    impl = Numeric(18, DECIMAL_PLACES)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Tell the type for this database."""
        exact = BigInteger() if dialect.name == "sqlite" else Numeric(18, DECIMAL_PLACES)
        return dialect.type_descriptor(exact)

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> Decimal | int | None:
        """Count millionths for SQLite."""
        if value is None or dialect.name != "sqlite":
            return value
        return int(value.scaleb(DECIMAL_PLACES).to_integral_value())

    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal | None:
        """Turn millionths back; leave out zeros that nobody wrote, but keep the cents."""
        if value is None:
            return None
        exact = Decimal(value)
        if dialect.name == "sqlite":
            exact = exact.scaleb(-DECIMAL_PLACES)
        in_cents = exact.quantize(_CENT)
        return in_cents if in_cents == exact else exact.normalize()


def storable_sum(value: Decimal) -> Decimal | None:
    """Tell the value as both databases can keep it, or None where they cannot."""
    if not value.is_finite() or abs(value) >= LARGEST_SUM:
        return None
    return value.quantize(Decimal(1).scaleb(-DECIMAL_PLACES))
