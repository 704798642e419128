"""The floors hold, every public name says its contract, and the tree is fit to be published."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
FLOORS = ("pipeline", "models", "training", "flows")
TOP_FILES = {"Makefile", "README.md", "constraints.txt", "pyproject.toml", ".gitignore"}
MOST_LINES = 400
WHOLE_STORY = "pipeline/datatypes.py"
"""Tells all stages' types in one place, so it may be longer."""
ALLOWED_CATCH_ALL = "pipeline/inbox.py"
TEXT_ENDINGS = {".py", ".toml", ".md", ".txt", ".sh", ".in", ".html", ".css", ".js", ".ini", ""}
NAMED = (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
FOREIGN = {
    "a package index": re.compile(r"\b(?:index-url|pypi\.org|pythonhosted|devpi|artifactory)\b"),
    "a machine's path": re.compile(r"(?<![\w.])/(?:work|root|home/\w+|Users/\w+)/"),
}


def files_below(name: str) -> list[Path]:
    """What is written by hand: neither compiled nor a trained model's weights."""
    return sorted(
        path
        for path in (ROOT / name).rglob("*")
        if path.is_file() and not {"__pycache__", "artifacts"} & set(path.parts)
    )


FILES = [path for name in (*FLOORS, "tests", "data", ".ci") for path in files_below(name)]
FILES += [path for path in ROOT.iterdir() if path.name in TOP_FILES]
MODULES = [path for path in FILES if path.suffix == ".py"]
OWN_MODULES = [path for path in MODULES if path.relative_to(ROOT).parts[0] in FLOORS]


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def test_imports_point_down() -> None:
    found = subprocess.run(  # noqa: S603 - the environment's own program
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert found.returncode == 0, found.stdout


@pytest.mark.parametrize("path", OWN_MODULES, ids=name_of)
def test_every_public_name_says_its_contract(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    silent = [] if ast.get_docstring(tree) else ["the module"]
    silent += [
        node.name
        for node in ast.walk(tree)
        if isinstance(node, NAMED) and node in public_nodes(tree) and not ast.get_docstring(node)
    ]
    assert silent == []


def public_nodes(tree: ast.Module | ast.ClassDef) -> set[ast.AST]:
    """Those that can be reached from outside: not private, not within a function."""
    nodes: set[ast.AST] = set()
    for node in tree.body:
        if not isinstance(node, NAMED) or node.name.startswith("_"):
            continue
        nodes.add(node)
        nodes |= public_nodes(node) if isinstance(node, ast.ClassDef) else set()
    return nodes


def test_everything_is_caught_in_one_place_only() -> None:
    places = {
        name_of(path)
        for path in OWN_MODULES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ExceptHandler) and catches_all(node)
    }
    assert places <= {ALLOWED_CATCH_ALL}


def catches_all(handler: ast.ExceptHandler) -> bool:
    """One that raises again catches nothing: it only tidies up."""
    if handler.body and isinstance(handler.body[-1], ast.Raise) and handler.body[-1].exc is None:
        return False
    names = (
        {node.id for node in ast.walk(handler.type) if isinstance(node, ast.Name)}
        if (handler.type)
        else {"BaseException"}
    )
    return bool(names & {"Exception", "BaseException"})


@pytest.mark.parametrize(
    "path", [path for path in MODULES if name_of(path) != WHOLE_STORY], ids=name_of
)
def test_no_module_outgrows_a_reader(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= MOST_LINES


def test_every_test_stands_where_its_module_does() -> None:
    stray = [
        name_of(path)
        for path in MODULES
        if path.name.startswith("test_")
        and path.relative_to(ROOT).parts[1]
        in {"mailbox", "parse", "claims", "references", "evidence", "store"}
        and not (ROOT / "pipeline" / path.parent.name / path.name.removeprefix("test_")).exists()
    ]
    assert stray == []


@pytest.mark.parametrize("what", FOREIGN)
def test_the_tree_names_no_place_outside(what: str) -> None:
    named = [
        name_of(path)
        for path in FILES
        if path.suffix in TEXT_ENDINGS
        and path != Path(__file__)
        and FOREIGN[what].search(path.read_text(encoding="utf-8", errors="replace"))
    ]
    assert named == []
