"""A small model, cross-validated, with its learning curve; made once a run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.training.small import small_examples, small_tools
from training.evaluate import Evaluation, cross_validate
from training.learning import LearningPoint, learning_curve
from training.train import Fitted, fit_model

if TYPE_CHECKING:
    from pathlib import Path

    from training.examples import Examples

HEADING = "Cross-validation, 2 parts split by mail"


@dataclass(frozen=True)
class Run:
    """A small model and what was measured."""

    examples: Examples
    fitted: Fitted
    evaluation: Evaluation
    learning: list[LearningPoint]


def measure(folder: Path) -> Run:
    examples, tools = small_examples(folder), small_tools(folder)
    return Run(
        examples,
        fit_model(examples, tools=tools, version="small"),
        cross_validate(examples, tools=tools, folds=2, resamples=50),
        learning_curve(examples, tools=tools, resamples=50),
    )
