"""What it costs to understand a mail: beside its unavoidable parts, by stage, later on, in memory.

The unavoidable parts of a mail are its parsing by the standard library, its tokens, one embedding a
distinct text, and the dot products of each text with the labelled examples. All figures of one run
are of the same mails on the same machine; ratios may be compared between machines, seconds not.
"""

from __future__ import annotations

import cProfile
import email
import email.policy
import pstats
import resource
import sys
import time
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from models.artifact import load_model
from models.encoder import SentenceEncoder
from models.language import build_nlp
from pipeline.settings import ROOT, read_settings
from pipeline.taxonomy import load_taxonomy
from pipeline.triage import triage_mail
from training.evaluate import make_mail
from training.examples import read_examples

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray
    from spacy.language import Language

    from models.claim_model import ClaimModel
    from models.encoder import Encoder
    from pipeline.datatypes import RawMail
    from pipeline.taxonomy import Taxonomy

MAILS = 200
MORE = 4
"""The second run has so many times the mails of the first."""

STAGES = (
    *("parse_mail", "find_zones", "find_language", "decide_kind", "split_claims"),
    *("classify_claims", "judge_references", "judge_amounts", "find_evidence"),
)


class NotedTexts:
    """An encoder that notes which distinct texts each mail needs.

    Args:
        encoder: Asked for the vectors.
    """

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self.texts: dict[str, None] = {}

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Note and encode."""
        self.texts |= dict.fromkeys(texts)
        return self._encoder.encode(texts)


def main() -> None:
    """Measure, and tell one figure a line."""
    settings = read_settings()
    taxonomy = load_taxonomy(settings.taxonomy)
    start = time.perf_counter()
    model = load_model(settings.model, taxonomy=taxonomy)
    nlp = build_nlp()
    tell("model and language loaded, seconds", time.perf_counter() - start)
    raws = spread_mails(taxonomy, count=MAILS * MORE)
    few, rest = raws[:MAILS], raws[MAILS:]
    understood = bare = 0.0
    encoder, unavoidable = SentenceEncoder(), SentenceEncoder()
    for raw in few:
        noted = NotedTexts(encoder)
        understood += seconds(lambda: understand(raw, with_encoder(model, noted), nlp, taxonomy))  # noqa: B023 - called at once
        bare += seconds(lambda: do_bare_parts(raw, list(noted.texts), unavoidable, model, nlp))  # noqa: B023 - called at once
    tell("mails a second", MAILS / understood)
    tell("cost beside the unavoidable parts", understood / bare)
    for stage, share in stage_shares(few, model, nlp, taxonomy).items():
        tell(f"share of {stage}", share)
    start = time.perf_counter()
    for raw in rest:
        understand(raw, model, nlp, taxonomy)
    later = (time.perf_counter() - start) / len(rest)
    tell(f"cost of a mail after {MAILS} others beside one of these", later / (understood / MAILS))
    tell("peak memory, megabytes", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


def spread_mails(taxonomy: Taxonomy, *, count: int) -> list[RawMail]:
    """Give mails from all over the corpus, in the order of their ids' endings."""
    mails = read_examples([ROOT / "data" / "corpus" / "train"], taxonomy=taxonomy).mails
    mixed = sorted(mails, key=lambda mail: mail.id[::-1])
    return [make_mail(mail) for mail in mixed[:count]]


def understand(raw: RawMail, model: ClaimModel, nlp: Language, taxonomy: Taxonomy) -> None:
    """Triage one mail."""
    triage_mail(raw, nlp=nlp, model=model, taxonomy=taxonomy, thresholds=model.thresholds)


def with_encoder(model: ClaimModel, encoder: Encoder) -> ClaimModel:
    """Give the same model another encoder."""
    return replace(model, features=replace(model.features, encoder=encoder))


def do_bare_parts(
    raw: RawMail, texts: Sequence[str], encoder: Encoder, model: ClaimModel, nlp: Language
) -> None:
    """Do what no way to understand this mail can do without."""
    message = email.message_from_bytes(raw.data, policy=email.policy.default)
    body = message.get_body(("plain",))
    nlp.make_doc(str(body.get_content()) if body is not None else "")
    encoder.encode(texts)
    for machine, rows in ((model.claims, len(texts)), (model.mails, 1)):
        dense = machine.examples.dense
        np.ones((rows, dense.shape[1]), dtype=np.float32) @ dense.T


def stage_shares(
    raws: Sequence[RawMail], model: ClaimModel, nlp: Language, taxonomy: Taxonomy
) -> dict[str, float]:
    """Give each stage's share of the time of all."""
    profile = cProfile.Profile()
    for raw in raws:
        profile.runcall(understand, raw, model, nlp, taxonomy)
    whole, spent = 0.0, dict.fromkeys(STAGES, 0.0)
    for (_, _, name), (*_, cumulative, _) in pstats.Stats(profile).stats.items():  # type: ignore[attr-defined] # missing in the stubs
        if name in spent:
            spent[name] += cumulative
        elif name == "triage_mail":
            whole += cumulative
    return {name: own / whole for name, own in spent.items()}


def seconds(work: Callable[[], None]) -> float:
    """How long some work takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def tell(name: str, figure: float) -> None:
    """Write a figure to the standard output."""
    sys.stdout.write(f"{name:<62} {figure:8.3f}\n")


if __name__ == "__main__":
    main()
