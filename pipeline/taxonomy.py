"""`data/taxonomy.toml` -> Taxonomy: what the company calls things; knows no claim type by name."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pipeline.errors import TaxonomyInvalid

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

FORMAT = 1
"""Format of the file that this code reads."""

LANGUAGES = ("fr", "en")
"""Languages in which every entry has a name."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One word of the company with its names.

    Attributes:
        code: What rows, models and interfaces hold.
        names: Language code to name.
        definition: One sentence; empty where the name says it all.
        review: True where a claim with this label always goes to a supervisor.
    """

    code: str
    names: Mapping[str, str]
    definition: str = ""
    review: bool = False


@dataclass(frozen=True, slots=True)
class ClaimType(Entry):
    """A cause of complaint.

    Attributes:
        nature: Code of its usual nature; empty where the taxonomy has none.
        step: Code of its step in the value chain; empty where the taxonomy has none.
        department: Code of the department that settles it.
    """

    nature: str = ""
    step: str = ""
    department: str = ""


@dataclass(frozen=True, slots=True)
class Taxonomy:
    """All the company's words, by code, each mapping in the file's order.

    Attributes:
        types: Causes of complaint.
        natures: Commercial or not.
        severities: In rising order of gravity.
        resolutions: What a sender may want.
        kinds: Sorts of mail.
        references: Sorts of identifiers.
        departments: Who settles.
        steps: The value chain.
        claim_kind: The sort of mail that holds claims.
        automatic_kind: The sort that header rules recognise.
    """

    types: Mapping[str, ClaimType]
    natures: Mapping[str, Entry]
    severities: Mapping[str, Entry]
    resolutions: Mapping[str, Entry]
    kinds: Mapping[str, Entry]
    references: Mapping[str, Entry]
    departments: Mapping[str, Entry]
    steps: Mapping[str, Entry]
    claim_kind: str
    automatic_kind: str

    def labels(self, head: str) -> tuple[str, ...]:
        """Codes that a model's head may give.

        Args:
            head: `kind`, `type`, `severity`, `nature` or `resolution`.
        """
        tables = {
            "kind": self.kinds,
            "type": self.types,
            "severity": self.severities,
            "nature": self.natures,
            "resolution": self.resolutions,
        }
        return tuple(tables[head])


_TABLES = ("natures", "steps", "departments", "severities", "resolutions", "kinds", "references")
_OPTIONAL = ("natures", "steps", "severities", "resolutions", "references")
"""Tables that a company without such words leaves out; nothing is then told of them."""

_ENTRY_KEYS = {*LANGUAGES, "definition", "review"}
_TYPE_KEYS = {*_ENTRY_KEYS, "nature", "step", "department"}


def load_taxonomy(path: Path) -> Taxonomy:
    """Read and check a taxonomy file.

    Args:
        path: A TOML file laid out as `data/taxonomy.toml`.

    Raises:
        TaxonomyInvalid: The file is missing, is no TOML, or an entry is wrong; names file, key,
            reason.
    """
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise TaxonomyInvalid(path, "", f"cannot be read: {error}") from error
    if content.get("format") != FORMAT:
        raise TaxonomyInvalid(path, "format", f"must be {FORMAT}")
    unknown = content.keys() - {*_TABLES, "types", "format", "claim_kind", "automatic_kind"}
    if unknown:
        raise TaxonomyInvalid(path, min(unknown), "is no key of a taxonomy")
    tables = {
        name: {
            code: Entry(code, *_entry_fields(path, f"{name}.{code}", entry, _ENTRY_KEYS))
            for code, entry in _table(path, content, name).items()
        }
        for name in _TABLES
    }
    types = {
        code: ClaimType(
            code,
            *_entry_fields(path, f"types.{code}", entry, _TYPE_KEYS),
            nature=_usual(path, f"types.{code}", entry, "nature", tables["natures"]),
            step=_usual(path, f"types.{code}", entry, "step", tables["steps"]),
            department=_known(path, f"types.{code}", entry, "department", tables["departments"]),
        )
        for code, entry in _table(path, content, "types").items()
    }
    return Taxonomy(
        types=types,
        claim_kind=_known(path, "", content, "claim_kind", tables["kinds"]),
        automatic_kind=_known(path, "", content, "automatic_kind", tables["kinds"]),
        **tables,
    )


def _table(path: Path, content: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    if name in _OPTIONAL and name not in content:
        return {}
    table = content.get(name)
    if not isinstance(table, dict) or not table:
        raise TaxonomyInvalid(path, name, "must be a table with at least one entry")
    return table


def _entry_fields(
    path: Path, key: str, entry: object, allowed: set[str]
) -> tuple[dict[str, str], str, bool]:
    """Names, definition and review mark of one entry."""
    if not isinstance(entry, dict):
        raise TaxonomyInvalid(path, key, "must be a table")
    for name in entry.keys() - allowed:
        raise TaxonomyInvalid(path, f"{key}.{name}", "is no key of an entry")
    for language in LANGUAGES:
        if not isinstance(entry.get(language), str) or not entry[language].strip():
            raise TaxonomyInvalid(path, f"{key}.{language}", "a name is missing")
    definition, review = entry.get("definition", ""), entry.get("review", False)
    if not isinstance(definition, str):
        raise TaxonomyInvalid(path, f"{key}.definition", "must be a text")
    if not isinstance(review, bool):
        raise TaxonomyInvalid(path, f"{key}.review", "must be true or false")
    return {language: entry[language] for language in LANGUAGES}, definition, review


def _usual(
    path: Path, key: str, entry: Mapping[str, Any], field: str, table: Mapping[str, Entry]
) -> str:
    """As `_known`, or empty where the taxonomy has no such table and the entry does not name it."""
    if not table and field in entry:
        raise TaxonomyInvalid(path, f"{key}.{field}", f"there is no table {field}s")
    return _known(path, key, entry, field, table) if table else ""


def _known(
    path: Path, key: str, entry: Mapping[str, Any], field: str, table: Mapping[str, Entry]
) -> str:
    """The entry's field, checked to be a code of the table."""
    code = entry.get(field)
    if not isinstance(code, str) or code not in table:
        place = f"{key}.{field}" if key else field
        raise TaxonomyInvalid(path, place, f"must be one of {', '.join(table)}")
    return code
