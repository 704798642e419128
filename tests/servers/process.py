"""What every private server needs: a folder of its own, a free port, a process that ends."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

START_SECONDS = 30.0


def missing_server(name: str) -> NoReturn:
    """Skip where a person tests on a machine without the server; fail where CI does."""
    reason = f"{name} is not installed; `make test` installs it, or see tests/servers/install.sh"
    if os.environ.get("CI"):
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)


def is_root() -> bool:
    """Tell whether servers must be started as another user."""
    return os.geteuid() == 0


def free_port() -> int:
    """A port on loopback that was free just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def private_folder(name: str, *, owner: str) -> Iterator[Path]:
    """A folder outside pytest's own, which only root may enter.

    Args:
        name: Word in the folder's name.
        owner: User that the server runs as, where the tests run as root.
    """
    folder = Path(tempfile.mkdtemp(prefix=f"triage-{name}-"))
    try:
        folder.chmod(0o755)
        if is_root():
            shutil.chown(folder, owner, owner)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def wait_until(ready: Callable[[], bool], *, process: subprocess.Popen[bytes], log: Path) -> None:
    """Wait for a server to answer.

    Raises:
        RuntimeError: It ended or did not answer in time; holds the end of its log.
    """
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        if ready():
            return
        time.sleep(0.02)
    told = log.read_text(errors="replace")[-2000:] if log.is_file() else "no log"
    raise RuntimeError(f"{process.args!r} did not start: {told}")


def listens(port: int) -> bool:
    """Tell whether something accepts connections there."""
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


def end_process(process: subprocess.Popen[bytes], *, signal: int) -> None:
    """Ask a server to end, and make it end where it does not."""
    if process.poll() is None:
        process.send_signal(signal)
        try:
            process.wait(timeout=15)
        except subprocess.TimeoutExpired:
            process.kill()
    process.wait()
