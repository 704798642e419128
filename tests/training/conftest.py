from __future__ import annotations

import pytest

from tests.training.measured import Run, measure


@pytest.fixture(scope="session")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return measure(tmp_path_factory.mktemp("measured"))
