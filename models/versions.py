"""The folder of model versions, and the file that names the one in use."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from models.artifact import MANIFEST, read_manifest
from pipeline.errors import ModelMissing
from pipeline.settings import ROOT

if TYPE_CHECKING:
    from pathlib import Path

ARTIFACTS = ROOT / "models" / "artifacts"
"""Model versions, one folder each; `CURRENT` beside it names the one in use."""


@dataclass(frozen=True, slots=True)
class Version:
    """One model version.

    Attributes:
        name: Of its folder.
        path: The folder.
        current: True for the one in use.
        manifest: What it tells of itself.
    """

    name: str
    path: Path
    current: bool
    manifest: dict[str, Any]


def list_versions(artifacts: Path = ARTIFACTS) -> list[Version]:
    """List the model versions by name.

    Raises:
        ModelMissing: There is no such folder.
        ModelUntrusted: A version's manifest cannot be read.
    """
    if not artifacts.is_dir():
        raise ModelMissing(artifacts, "there is no such folder")
    current = artifacts.parent / "CURRENT"
    name = current.read_text(encoding="utf-8").strip() if current.is_file() else ""
    return [
        Version(path.name, path, path.name == name, read_manifest(path))
        for path in sorted(artifacts.iterdir())
        if (path / MANIFEST).is_file() and not path.name.startswith(".")
    ]


def find_version(name: str, *, beside: Path, artifacts: Path = ARTIFACTS) -> Path:
    """Find the folder of a model version that decided something in the past.

    Args:
        name: The version.
        beside: Folder of the version in use; others may lie beside it.
        artifacts: Where versions lie otherwise.

    Raises:
        ModelMissing: It is gone.
    """
    for folder in (beside.parent, artifacts):
        if name == (folder / name).name and (folder / name / MANIFEST).is_file():
            return folder / name
    raise ModelMissing(artifacts / name, "this version is gone")
