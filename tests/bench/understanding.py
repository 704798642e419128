"""How fast mail is understood, and which stage takes how much of that, on the sample mails."""

from __future__ import annotations

import cProfile
import pstats
import sys
import time

from flows.tasks import open_triage
from pipeline.datatypes import RawMail
from pipeline.settings import ROOT, read_settings

STAGES = (
    "parse_mail",
    "find_zones",
    "find_language",
    "decide_kind",
    "judge_references",
    "split_claims",
    "classify_claims",
    "judge_amounts",
    "find_evidence",
)


def main() -> None:
    """Measure, and tell a table: mails a second, and each stage's share of the time."""
    start = time.perf_counter()
    triage = open_triage(read_settings())
    tell(f"model loaded in {time.perf_counter() - start:.1f} s")
    paths = sorted((ROOT / "data" / "mails").glob("*.eml"))
    raws = [RawMail(path.stem, path.read_bytes()) for path in paths]
    profile = cProfile.Profile()
    start = time.perf_counter()
    for raw in raws:
        profile.runcall(triage, raw)
    seconds = time.perf_counter() - start
    tell(f"{len(raws)} mails, {len(raws) / seconds:.1f} mails a second")
    whole, spent = 0.0, dict.fromkeys(STAGES, 0.0)
    for (_, _, name), (*_, cumulative, _) in pstats.Stats(profile).stats.items():  # type: ignore[attr-defined] # missing in the stubs
        if name in spent:
            spent[name] += cumulative
        elif name == "triage_mail":
            whole += cumulative
    for name, own in spent.items():
        tell(f"{name:<16} {own / whole:6.1%}")


def tell(line: str) -> None:
    """Write a line to the standard output."""
    sys.stdout.write(line + "\n")


if __name__ == "__main__":
    main()
