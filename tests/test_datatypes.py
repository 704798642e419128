from __future__ import annotations

from dataclasses import FrozenInstanceError, fields

import pytest

from pipeline import datatypes
from pipeline.datatypes import Attachment, Prediction, RawMail, Thresholds
from tests.builders import make_message


@pytest.mark.parametrize(
    ("probabilities", "margin"),
    [
        ({"a": 0.7, "b": 0.2, "c": 0.1}, 0.5),
        ({"b": 0.4, "a": 0.4, "c": 0.2}, 0.0),
        ({"only": 1.0}, 1.0),
    ],
)
def test_the_margin_is_the_lead_before_the_second(
    probabilities: dict[str, float], margin: float
) -> None:
    assert Prediction("a", 0.0, probabilities).margin == pytest.approx(margin)


def test_mail_content_does_not_show_when_a_value_is_printed() -> None:
    secret = "private words"
    values = [
        RawMail("1", secret.encode()),
        Attachment("a", "text/plain", 1, "0", secret.encode()),
        make_message(headers=[("x", secret)]),
    ]
    assert [value for value in values if secret in repr(value)] == []


def test_a_value_cannot_be_changed() -> None:
    raw = RawMail("1", b"")
    with pytest.raises(FrozenInstanceError):
        raw.id = "2"  # type: ignore[misc]


@pytest.mark.parametrize("field", [field.name for field in fields(Thresholds)])
def test_every_threshold_says_what_it_does(field: str) -> None:
    assert f"{field}: " in (datatypes.Thresholds.__doc__ or "")
