from __future__ import annotations

import gzip
import hashlib
import json
import shutil
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.artifact import MANIFEST
from models.precedents import PRECEDENTS, Precedent, read_precedents, write_precedents
from pipeline.errors import ModelMissing, ModelUntrusted

if TYPE_CHECKING:
    from pathlib import Path

KEPT = {
    "mails": [Precedent("fr-1", {"kind": "thanks"}, "Merci !")],
    "claims": [
        Precedent("fr-2#1", {"type": "shortage", "severity": "low"}, "Il manque\nun colis"),
        Precedent("bank-1", {}, ""),
    ],
}


@pytest.fixture
def folder(saved: Path, tmp_path: Path) -> Path:
    return shutil.copytree(saved, tmp_path / "small")


def put(folder: Path, content: bytes, *, told: bytes | None = None) -> None:
    """Write the file, and its hash (or that of other content) into the manifest."""
    (folder / PRECEDENTS).write_bytes(content)
    manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    digest = hashlib.sha256(content if told is None else told).hexdigest()
    manifest["sha256"][PRECEDENTS] = digest
    (folder / MANIFEST).write_text(json.dumps(manifest), encoding="utf-8")


def test_what_was_written_is_read(folder: Path) -> None:
    put(folder, write_precedents(KEPT))
    assert read_precedents(folder) == KEPT


@given(text=st.text())
def test_any_text_is_kept_on_one_line(text: str) -> None:
    content = gzip.decompress(write_precedents({"claims": [Precedent("x", {}, text)] * 2}))
    lines = content.decode().split("\n")
    assert [len(lines), lines[0], lines[2]] == [3, lines[1], ""]


def test_the_same_examples_give_the_same_bytes() -> None:
    assert write_precedents(KEPT) == write_precedents(KEPT)


def test_a_version_that_keeps_none_has_none(folder: Path) -> None:
    assert read_precedents(folder) == {}


def test_a_folder_without_a_model_is_told(tmp_path: Path) -> None:
    with pytest.raises(ModelMissing):
        read_precedents(tmp_path)


def test_a_changed_file_is_refused(folder: Path) -> None:
    put(folder, write_precedents(KEPT), told=b"other")
    with pytest.raises(ModelUntrusted, match="was changed"):
        read_precedents(folder)


def test_a_missing_file_is_refused(folder: Path) -> None:
    put(folder, b"")
    (folder / PRECEDENTS).unlink()
    with pytest.raises(ModelUntrusted):
        read_precedents(folder)


@pytest.mark.parametrize(
    "content",
    [
        *(b"", b"no gzip", gzip.compress(b"no json"), gzip.compress(b"\xff"), gzip.compress(b"[]")),
        *(gzip.compress(b"x" * 100)[:-9], gzip.compress(b'{"machine": "claims"}')),
        gzip.compress(b'{"machine": "claims", "id": "1", "labels": 3, "text": ""}'),
    ],
)
def test_a_file_that_is_none_is_refused(folder: Path, content: bytes) -> None:
    put(folder, content)
    if content:
        with pytest.raises(ModelUntrusted):
            read_precedents(folder)
    else:
        assert read_precedents(folder) == {}


def test_a_file_that_unpacks_to_too_much_is_refused(folder: Path) -> None:
    put(folder, gzip.compress(bytes(1000)))
    with pytest.raises(ModelUntrusted, match="too much"):
        read_precedents(folder, most_bytes=999)
