from __future__ import annotations

import numpy as np
import pytest

from training.learning import LearningPoint
from training.plots import plot_confusion, plot_coverage, plot_learning, plot_reliability

CONFIDENCE = np.linspace(0.05, 1.0, 40)
RIGHT = CONFIDENCE > 0.3
GOLD = np.arange(40) % 4
POINTS = [
    LearningPoint(50, 0.5, 0.4, {"accuracy": [0.4, 0.6], "macro_f1": None}),
    LearningPoint(100, 0.7, 0.6, {"accuracy": [0.6, 0.8], "macro_f1": [0.5, 0.7]}),
]
PICTURES = {
    "reliability": lambda: plot_reliability(CONFIDENCE, RIGHT),
    "coverage": lambda: plot_coverage(CONFIDENCE, RIGHT),
    "confusion": lambda: plot_confusion(GOLD, np.where(RIGHT, GOLD, -1), ["a", "b", "c", "d"]),
    "learning": lambda: plot_learning(POINTS),
    "one claim": lambda: plot_reliability(CONFIDENCE[:1], RIGHT[:1]),
}


@pytest.mark.parametrize("name", PICTURES)
def test_the_same_figures_give_the_same_picture(name: str) -> None:
    first, second = PICTURES[name](), PICTURES[name]()
    assert first.startswith(b"\x89PNG")
    assert first == second
