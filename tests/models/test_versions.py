from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from models.versions import find_version, list_versions
from pipeline.errors import ModelMissing, ModelUntrusted

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def artifacts(saved: Path, tmp_path: Path) -> Path:
    """Two versions, a stray folder and a stray file."""
    folder = tmp_path / "artifacts"
    for name in ("2025-02", "2025-01"):
        shutil.copytree(saved, folder / name)
    (folder / "notes").mkdir()
    (folder / "README").write_text("x", encoding="utf-8")
    return folder


def test_versions_are_listed_by_name_and_the_current_one_is_marked(artifacts: Path) -> None:
    (artifacts.parent / "CURRENT").write_text("2025-02\n", encoding="utf-8")
    versions = list_versions(artifacts)
    assert [(one.name, one.current) for one in versions] == [("2025-01", False), ("2025-02", True)]
    assert versions[0].path == artifacts / "2025-01"
    assert versions[0].manifest["seed"] == 1


@pytest.mark.parametrize("current", [None, "", "2024-12"])
def test_none_is_current_where_none_is_named(artifacts: Path, current: str | None) -> None:
    if current is not None:
        (artifacts.parent / "CURRENT").write_text(current, encoding="utf-8")
    assert [one for one in list_versions(artifacts) if one.current] == []


def test_a_version_that_is_being_written_is_not_listed(artifacts: Path, saved: Path) -> None:
    shutil.copytree(saved, artifacts / ".2025-03.part")
    assert [one.name for one in list_versions(artifacts)] == ["2025-01", "2025-02"]


def test_a_missing_folder_is_told(tmp_path: Path) -> None:
    with pytest.raises(ModelMissing, match="no such folder"):
        list_versions(tmp_path / "none")


def test_a_broken_manifest_is_told(artifacts: Path) -> None:
    (artifacts / "2025-01" / "manifest.json").write_text("{", encoding="utf-8")
    with pytest.raises(ModelUntrusted, match="is no JSON"):
        list_versions(artifacts)


def test_a_version_is_found_beside_the_one_in_use_and_among_the_artifacts(
    artifacts: Path, tmp_path: Path
) -> None:
    elsewhere = tmp_path / "elsewhere" / "in-use"
    found = find_version("2025-01", beside=artifacts / "2025-02", artifacts=tmp_path)
    assert found == artifacts / "2025-01"
    assert find_version("2025-01", beside=elsewhere, artifacts=artifacts) == artifacts / "2025-01"


@pytest.mark.parametrize("name", ["2024-12", "notes", "", ".", "..", "../artifacts/2025-01"])
def test_a_version_that_is_gone_is_told(artifacts: Path, name: str) -> None:
    with pytest.raises(ModelMissing, match="gone"):
        find_version(name, beside=artifacts / "2025-02", artifacts=artifacts)
