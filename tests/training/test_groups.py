from __future__ import annotations

from typing import TYPE_CHECKING

from training.examples import MailExample
from training.groups import OTHER_SECTORS, language_groups, sector_groups

if TYPE_CHECKING:
    from collections.abc import Sequence


def make_mails(places: Sequence[tuple[str, str]]) -> list[MailExample]:
    return [
        MailExample(str(n), "file", language, sector, "complaint", "", "body", (), ())
        for n, (language, sector) in enumerate(places)
    ]


def test_a_language_with_few_mails_gets_no_figures_of_its_own() -> None:
    mails = make_mails([("fr", ""), ("en", ""), ("fr", ""), ("de", "")])
    assert language_groups(mails, least=2) == {"all": [0, 1, 2, 3], "fr": [0, 2]}


def test_one_language_alone_is_not_told_twice() -> None:
    assert language_groups(make_mails([("fr", "")] * 3), least=2) == {"all": [0, 1, 2]}


def test_sectors_that_share_a_word_make_a_group_and_each_mail_stands_in_one() -> None:
    sectors = [
        "toys online",
        "Online bank",
        "bank",
        "bank",
        "shoes online",
        "zoo",
        "",
        "bank, online",
    ]
    groups = sector_groups(make_mails([("fr", sector) for sector in sectors]), least=2)
    assert groups == {"bank": [1, 2, 3, 7], "online": [0, 4], OTHER_SECTORS: [5, 6]}


def test_mails_without_sectors_make_no_groups() -> None:
    assert sector_groups(make_mails([("fr", "")] * 40)) == {}
    assert sector_groups(make_mails([("fr", "zoo")] * 3), least=4) == {}
