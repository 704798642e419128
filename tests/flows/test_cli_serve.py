from __future__ import annotations

import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from tests.servers.process import free_port, listens
from tests.web.serving import ask

if TYPE_CHECKING:
    from pathlib import Path

    from tests.flows.conftest import Cli


def test_health_is_served_until_it_is_told_to_end(tmp_path: Path) -> None:
    port = free_port()
    environment = {
        "TRIAGE_DATABASE_URL": f"sqlite:///{tmp_path}/triage.db",
        "TRIAGE_MODEL": str(tmp_path / "2026.1"),
    }
    command = [sys.executable, "-c", "from flows.cli import main; main()"]
    arguments = ["serve", "--health", "--port", str(port)]
    with subprocess.Popen([*command, *arguments], env=environment) as process:  # noqa: S603 - ours
        while process.poll() is None and not listens(port):
            time.sleep(0.05)
        health = ask(port, "/health")
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=20) in {0, -signal.SIGTERM}
    assert health.status == 503
    assert [finding["code"] for finding in health.json["findings"]] == [
        *("model_missing", "no_mailbox"),
    ]


@pytest.mark.parametrize("options", [("--health", "--port", "70000"), ()])
def test_what_cannot_be_served_is_told(cli: Cli, options: tuple[str, ...]) -> None:
    assert cli("serve", *options).exit_code == 2
