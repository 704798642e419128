"""The child process seen from its parent: asked about one file, stopped when it takes too long."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
import weakref
from contextlib import suppress
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any, Final

from pipeline.evidence.defects import CRASHED, TIME_OVER
from pipeline.settings import ROOT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.datatypes import DocumentLimits

COMMAND: Final = (sys.executable, "-m", "pipeline.evidence.child")
"""The child; its standard input and output are pipes."""

START_SECONDS: Final = 20.0
"""Time that the child has to start, beside that for the file; it stops itself much earlier."""

MOST_ANSWER: Final = 8_000_000
"""Bytes that the child may answer about one file."""


class Child:
    """One running child; ended with this object at the latest, or with the program.

    Args:
        command: What to start.
        start_seconds: Time that it has to start, beside that for the first file.
    """

    def __init__(
        self, command: Sequence[str] = COMMAND, *, start_seconds: float = START_SECONDS
    ) -> None:
        self._start_seconds = start_seconds
        self._process = subprocess.Popen(  # noqa: S603  our own program
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=ROOT,
            env=_environment(),
        )
        self.stop = weakref.finalize(self, _stop, self._process)

    @property
    def lives(self) -> bool:
        """False after a file that ended it."""
        return self._process.poll() is None

    def ask(
        self, data: bytes, file_format: str, *, limits: DocumentLimits, seconds: float
    ) -> list[dict[str, Any]]:
        """Have one file read.

        Args:
            data: Its bytes.
            file_format: As told by `formats`.
            limits: What it may cost.
            seconds: Time for this file, in place of that of the limits.

        Returns:
            What the child answered: objects with one key, `page`, `statement` or `defect`; where it
            ended too early what it had said until then, and why it ended.
        """
        fields = asdict(replace(limits, seconds=seconds))
        request = {"size": len(data), "format": file_format, "limits": fields}
        guard = threading.Timer(seconds + self._start_seconds, self._process.kill)
        guard.start()
        start = time.monotonic()
        answers: list[dict[str, Any]] = []
        try:
            if self._exchange(json.dumps(request).encode() + b"\n" + data, answers):
                return answers
        except (OSError, ValueError):
            pass  # it ended while it was written to, or answered nonsense
        finally:
            guard.cancel()
        self.stop()
        late = time.monotonic() - start >= seconds and self._process.returncode < 0
        alarmed = self._process.returncode == -signal.SIGALRM
        return [*answers, {"defect": TIME_OVER if late or alarmed else CRASHED}]

    def _exchange(self, request: bytes, answers: list[dict[str, Any]]) -> bool:
        """Write the request, collect the answers; True where the last one came."""
        stdin, stdout = self._process.stdin, self._process.stdout
        if stdin is None or stdout is None:
            return False
        stdin.write(request)
        stdin.flush()
        left = MOST_ANSWER
        while left > 0 and (line := stdout.readline(left)):
            left -= len(line)
            answer = json.loads(line)
            if not answer:
                return True
            answers.append(answer)
        return False


def _environment() -> dict[str, str]:
    """What the child may know: no settings, so no passwords."""
    kept = {name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH") if name in os.environ}
    return {**kept, "PYTHONUTF8": "1", "LC_ALL": "C.UTF-8"}


def _stop(process: subprocess.Popen[bytes]) -> None:
    """End the process at once and let go of its pipes."""
    process.kill()
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            with suppress(BrokenPipeError):
                pipe.close()
    process.wait()
