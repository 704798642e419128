from __future__ import annotations

from itertools import product

import pytest

from pipeline.errors import StepNotAllowed
from pipeline.workflow import START, STATES, STEPS, step

ALLOWED = {
    "received": "in_review routed",
    "in_review": "routed rejected closed",
    "routed": "in_review in_progress",
    "in_progress": "in_review routed accepted rejected",
    "accepted": "in_progress settled",
    "rejected": "in_progress closed",
    "settled": "closed",
    "closed": "in_review",
}
"""The whole table, written a second time by hand: a change must be meant."""


@pytest.mark.parametrize(("state", "to"), list(product(ALLOWED, ALLOWED)))
def test_a_step_is_allowed_exactly_where_the_table_says_so(state: str, to: str) -> None:
    if to in ALLOWED[state].split():
        assert step(state, to) == to
    else:
        with pytest.raises(StepNotAllowed) as refusal:
            step(state, to)
        assert (refusal.value.state, refusal.value.step) == (state, to)


def test_the_table_knows_these_states_and_no_other() -> None:
    assert set(STATES) == set(ALLOWED)
    assert {to for following in STEPS.values() for to in following} <= set(STATES)


@pytest.mark.parametrize("word", ["", "lost", "RECEIVED"])
def test_a_word_that_is_no_state_is_refused_on_either_side(word: str) -> None:
    with pytest.raises(StepNotAllowed):
        step(word, "routed")
    with pytest.raises(StepNotAllowed):
        step("received", word)


def test_every_state_can_be_reached_and_every_claim_can_be_closed() -> None:
    assert _reachable(START) == set(STATES)
    for state in STATES:
        assert "closed" in _reachable(state)


def test_the_table_cannot_be_changed_while_running() -> None:
    with pytest.raises(TypeError):
        STEPS["closed"] = ()  # type: ignore[index]


def _reachable(start: str) -> set[str]:
    reached, waiting = {start}, [start]
    while waiting:
        following = set(STEPS[waiting.pop()]) - reached
        reached |= following
        waiting.extend(following)
    return reached
