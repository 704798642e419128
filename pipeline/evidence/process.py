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
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from pipeline.datatypes import Page, Statement
from pipeline.evidence.defects import CRASHED, TIME_OVER
from pipeline.settings import ROOT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.datatypes import DocumentLimits

COMMAND: Final = (sys.executable, "-m", "pipeline.evidence.child")
"""The child; its standard input and output are pipes."""

START_SECONDS: Final = 20.0
"""Time that the child has to start, beside that for the file; it stops itself much earlier."""

ENDING_SECONDS: Final = 1.0
"""Time that an ending child has to be gone."""

MOST_ANSWER: Final = 8_000_000
"""Bytes that the child may answer about one file."""


class Answer(NamedTuple):
    """What the child said of one file.

    Attributes:
        said: Pages, statements and codes of defects, in order.
        seconds: Time that it took, the child's start left out.
    """

    said: tuple[Page | Statement | str, ...]
    seconds: float


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
            process_group=0,  # Ctrl-C is for the parent, which ends the batch in hand first
        )
        self.stop = weakref.finalize(self, _stop, self._process)

    @property
    def lives(self) -> bool:
        """False after a file that ended it."""
        return self._process.poll() is None

    def ask(
        self, data: bytes, file_format: str, *, limits: DocumentLimits, seconds: float
    ) -> Answer:
        """Have one file read.

        Args:
            data: Its bytes.
            file_format: As told by `formats`.
            limits: What it may cost.
            seconds: Time for this file, in place of that of the limits.

        Returns:
            What the child answered; where it ended too early what it had said until then, and why
            it ended.
        """
        fields = asdict(replace(limits, seconds=seconds))
        request = {"size": len(data), "format": file_format, "limits": fields}
        guard = threading.Timer(seconds + self._start_seconds, self._process.kill)
        guard.start()
        start = time.monotonic()
        said: list[Page | Statement | str] = []
        try:
            spent = self._exchange(json.dumps(request).encode() + b"\n" + data, said)
        except (KeyError, OSError, TypeError, ValueError, RecursionError):
            spent = None  # it ended while it was written to, or answered nonsense
        finally:
            guard.cancel()
        if spent is not None:
            return Answer(tuple(said), spent)
        late = time.monotonic() - start >= seconds
        killed = self._ending() in (-signal.SIGALRM, -signal.SIGKILL)
        return Answer((*said, TIME_OVER if late and killed else CRASHED), seconds)

    def _ending(self) -> int:
        """Exit status of a child that answers no more; 0 where it had to be ended here."""
        try:
            return self._process.wait(ENDING_SECONDS)
        except subprocess.TimeoutExpired:
            return 0
        finally:
            self.stop()

    def _exchange(self, request: bytes, said: list[Page | Statement | str]) -> float | None:
        """Write the request, collect what is said; gives the seconds that the last line tells."""
        stdin, stdout = self._process.stdin, self._process.stdout
        if stdin is None or stdout is None:
            return None
        stdin.write(request)
        stdin.flush()
        left = MOST_ANSWER
        while left > 0 and (line := stdout.readline(left)):
            left -= len(line)
            fields = json.loads(line)
            if "seconds" in fields:
                return float(fields["seconds"])
            said.append(_piece(fields))
        return None


def _piece(fields: dict[str, Any]) -> Page | Statement | str:
    if "page" in fields:
        return Page(**fields["page"])
    if "statement" in fields:
        return Statement(**fields["statement"])
    return str(fields["defect"])


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
