"""A claim's way through the company: which steps are allowed; knows no database and no people."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from pipeline.errors import StepNotAllowed

if TYPE_CHECKING:
    from collections.abc import Mapping

RECEIVED: Final = "received"
"""Found in a mail, nobody decided yet; every claim starts here."""
IN_REVIEW: Final = "in_review"
"""A supervisor looks first."""
ROUTED: Final = "routed"
"""Lies with a department."""
IN_PROGRESS: Final = "in_progress"
"""Somebody in the department works on it."""
ACCEPTED: Final = "accepted"
"""The company grants it; the credit note, goods or answer are still owed."""
REJECTED: Final = "rejected"
"""The company refuses it."""
SETTLED: Final = "settled"
"""What was owed was given."""
CLOSED: Final = "closed"
"""Nothing more to do; may be reopened by a supervisor."""

STEPS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        RECEIVED: (IN_REVIEW, ROUTED),
        IN_REVIEW: (ROUTED, REJECTED, CLOSED),
        ROUTED: (IN_REVIEW, IN_PROGRESS),
        IN_PROGRESS: (IN_REVIEW, ROUTED, ACCEPTED, REJECTED),
        ACCEPTED: (IN_PROGRESS, SETTLED),
        REJECTED: (IN_PROGRESS, CLOSED),
        SETTLED: (CLOSED,),
        CLOSED: (IN_REVIEW,),
    }
)
"""Every state, in the usual order, with the states that may follow it."""

STATES: Final = tuple(STEPS)
"""Every state, in the usual order."""

START: Final = RECEIVED
"""State of a claim that was just found."""


def step(state: str, to: str) -> str:
    """Take one step.

    Args:
        state: Present state.
        to: State that is asked for.

    Returns:
        The new state, which is `to`.

    Raises:
        StepNotAllowed: `to` does not follow `state`, or one of them is no state at all.
    """
    if to not in STEPS.get(state, ()):
        raise StepNotAllowed(state, to)
    return to
