from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from pipeline.errors import TaxonomyInvalid
from pipeline.settings import ROOT
from pipeline.taxonomy import load_taxonomy

if TYPE_CHECKING:
    from pathlib import Path

SHIPPED = ROOT / "data" / "taxonomy.toml"
GUIDE = (ROOT / "data" / "corpus" / "GUIDE.md").read_text(encoding="utf-8")
GUIDE_TYPES = dict(
    re.findall(r"^\| `(\w+)` \| (commercial|non_commercial) \|", GUIDE, re.MULTILINE)
)

SMALL = """
format = 1
claim_kind = "grief"
automatic_kind = "robot"
[natures]
own = { fr = "propre", en = "own" }
[steps]
make = { fr = "fabrication", en = "making" }
[departments]
shop = { fr = "boutique", en = "shop" }
[severities]
mild = { fr = "faible", en = "mild" }
bad = { fr = "grave", en = "bad", definition = "Somebody is hurt.", review = true }
[resolutions]
money = { fr = "argent", en = "money" }
[kinds]
grief = { fr = "grief", en = "grief" }
robot = { fr = "automate", en = "robot" }
[references]
bill = { fr = "note", en = "bill" }
[types.stale]
fr = "rassis"
en = "stale"
nature = "own"
step = "make"
department = "shop"
"""


def write(folder: Path, content: str) -> Path:
    path = folder / "taxonomy.toml"
    path.write_text(content, encoding="utf-8")
    return path


def test_the_shipped_types_are_those_of_the_guide_with_their_usual_nature() -> None:
    taxonomy = load_taxonomy(SHIPPED)
    assert len(GUIDE_TYPES) == 21
    assert {code: entry.nature for code, entry in taxonomy.types.items()} == GUIDE_TYPES


def test_severities_stand_in_rising_order() -> None:
    assert load_taxonomy(SHIPPED).labels("severity") == ("low", "medium", "high", "critical")


def test_only_the_gravest_severity_always_goes_to_a_supervisor() -> None:
    severities = load_taxonomy(SHIPPED).severities
    assert [code for code, entry in severities.items() if entry.review] == ["critical"]


@pytest.mark.parametrize(
    ("head", "heading"),
    [
        ("resolution", "## `resolution`"),
        ("kind", "- `kind` of the mail"),
        ("severity", "| level |"),
    ],
)
def test_the_other_labels_are_those_of_the_guide(head: str, heading: str) -> None:
    section = re.split(r"\n(?:\n#|- `)", GUIDE.split(heading, 1)[1])[0]
    named = set(re.findall(r"`(\w+)`", section))
    assert set(load_taxonomy(SHIPPED).labels(head)) <= named


def test_every_shipped_type_says_what_it_is() -> None:
    assert [t.code for t in load_taxonomy(SHIPPED).types.values() if not t.definition] == []


def test_a_company_may_have_other_words(tmp_path: Path) -> None:
    taxonomy = load_taxonomy(write(tmp_path, SMALL))
    assert taxonomy.labels("type") == ("stale",)
    assert taxonomy.claim_kind == "grief"
    assert taxonomy.types["stale"].names == {"fr": "rassis", "en": "stale"}
    assert taxonomy.severities["bad"].review
    assert taxonomy.severities["bad"].definition == "Somebody is hurt."
    assert not taxonomy.severities["mild"].review


def test_a_company_need_not_have_words_for_everything(tmp_path: Path) -> None:
    start, types = SMALL.split("[natures]", maxsplit=1)[0], SMALL.split("[types.stale]")[1]
    kinds = SMALL.split("[kinds]")[1].split("[references]", maxsplit=1)[0]
    shop = SMALL.split("[departments]")[1].split("[severities]", maxsplit=1)[0]
    bare = f"{start}[departments]{shop}[kinds]{kinds}[types.stale]{types}"
    bare = bare.replace('nature = "own"\n', "").replace('step = "make"\n', "")
    taxonomy = load_taxonomy(write(tmp_path, bare))
    assert taxonomy.labels("severity") == taxonomy.labels("nature") == ()
    assert (taxonomy.types["stale"].nature, taxonomy.types["stale"].step) == ("", "")


@pytest.mark.parametrize(
    ("old", "new", "key", "reason"),
    [
        ("format = 1", "format = 2", "format", "must be 1"),
        ("format = 1", "", "format", "must be 1"),
        ("[steps]", "[stages]", "stages", "is no key of a taxonomy"),
        (
            '[steps]\nmake = { fr = "fabrication", en = "making" }',
            "",
            "types.stale.step",
            "no table",
        ),
        ('bill = { fr = "note", en = "bill" }', "", "references", "at least one entry"),
        ("[natures]\n", "[[natures]]\n", "natures", "must be a table"),
        ('{ fr = "note", en = "bill" }', '"note"', "references.bill", "must be a table"),
        ('en = "bill"', 'de = "Zettel"', "references.bill.de", "is no key of an entry"),
        (', en = "bill"', "", "references.bill.en", "a name is missing"),
        ('en = "bill"', 'en = " "', "references.bill.en", "a name is missing"),
        ('en = "bill"', "en = 3", "references.bill.en", "a name is missing"),
        ('"Somebody is hurt."', "4", "severities.bad.definition", "must be a text"),
        ("review = true", "review = 1", "severities.bad.review", "must be true or false"),
        ('fr = "rassis"\n', "", "types.stale.fr", "a name is missing"),
        ('nature = "own"', 'nature = "odd"', "types.stale.nature", "must be one of own"),
        ('step = "make"', "step = 1", "types.stale.step", "must be one of make"),
        ('department = "shop"', "", "types.stale.department", "must be one of shop"),
        ('department = "shop"', 'dept = "shop"', "types.stale.dept", "is no key of an entry"),
        ('claim_kind = "grief"', "", "claim_kind", "must be one of grief, robot"),
        ('automatic_kind = "robot"', "automatic_kind = []", "automatic_kind", "must be one of"),
        ("format = 1", "format = ", "", "cannot be read"),
    ],
)
def test_a_wrong_entry_is_named_by_file_key_and_reason(
    tmp_path: Path, old: str, new: str, key: str, reason: str
) -> None:
    assert old in SMALL
    path = write(tmp_path, SMALL.replace(old, new))
    with pytest.raises(TaxonomyInvalid) as caught:
        load_taxonomy(path)
    assert caught.value.path == path
    assert caught.value.key == key
    assert reason in caught.value.reason
    assert str(caught.value).startswith(f"{path}: {key}")


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(TaxonomyInvalid, match=r"nowhere\.toml: cannot be read"):
        load_taxonomy(tmp_path / "nowhere.toml")


def test_a_file_in_another_charset_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "taxonomy.toml"
    path.write_bytes(SMALL.replace("boutique", "marché").encode("cp1252"))
    with pytest.raises(TaxonomyInvalid, match="cannot be read"):
        load_taxonomy(path)
