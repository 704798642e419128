"""The model of the small corpus, fitted and saved once a run."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from models.artifact import save_model
from tests.training.small import SIGNALS, fit_small

if TYPE_CHECKING:
    from pathlib import Path

    from training.train import Fitted


@pytest.fixture(scope="session")
def fitted(tmp_path_factory: pytest.TempPathFactory) -> Fitted:
    return fit_small(tmp_path_factory.mktemp("corpus"))


@pytest.fixture(scope="session")
def saved(fitted: Fitted, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of the model; copy it before changing anything."""
    folder = tmp_path_factory.mktemp("artifacts") / "small"
    files = {"report.md": b"# Small\n"}
    save_model(fitted.model, folder, signals=SIGNALS, facts={"seed": 1}, files=files)
    return folder
