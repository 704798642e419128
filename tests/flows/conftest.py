"""Runs the command line as a person does, in a folder of its own."""

from __future__ import annotations

import logging
import sys
from types import MappingProxyType
from typing import TYPE_CHECKING, Protocol

import pytest
from click.testing import CliRunner, Result

from flows.cli import main
from tests.fakes import simple_triage

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from pipeline.inbox import Triage
    from pipeline.settings import Settings


NO_ENV: Mapping[str, str] = MappingProxyType({})


class Cli(Protocol):
    """Runs `triage` with these arguments and environment."""

    def __call__(
        self, *arguments: str, stdin: bytes = b"", env: Mapping[str, str] = NO_ENV
    ) -> Result: ...


def open_simple_triage(settings: Settings) -> Triage:
    """Understand without a trained model."""
    del settings
    return simple_triage


@pytest.fixture
def database_url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/triage.db"


@pytest.fixture
def cli(database_url: str) -> Cli:
    def run(*arguments: str, stdin: bytes = b"", env: Mapping[str, str] = NO_ENV) -> Result:
        return CliRunner().invoke(
            main,
            list(arguments),
            input=stdin,
            env={"TRIAGE_DATABASE_URL": database_url, **env},
            obj=open_simple_triage,
        )

    return run


@pytest.fixture(autouse=True)
def _program_wide_state_as_before() -> Iterator[None]:
    """The command line is made to run once a process: it sets up logs and the error hook."""
    root, hook = logging.getLogger(), sys.excepthook
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    sys.excepthook = hook
    for name in ("pipeline", "models", "training", "flows"):
        logging.getLogger(name).setLevel(logging.NOTSET)
