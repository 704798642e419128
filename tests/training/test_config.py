from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pipeline.errors import SettingInvalid
from tests.training.small import quick_config
from training.config import DEFAULT, read_config

if TYPE_CHECKING:
    from pathlib import Path


def test_the_shipped_configuration_is_whole() -> None:
    config = read_config(DEFAULT)
    assert config == read_config()
    assert config.inner_folds >= 2


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ("inner_folds = 2", "inner_folds = 1", "inner_folds"),
        ("rounds = 6", "rounds = 1", "sentences.rounds"),
        ("rounds = 6", "round = 6", "sentences.rounds"),
        ("rounds = 6", "rounds = 6\nleaves = 3", "sentences.leaves"),
        ("[claims]", "[claim]", "claims"),
        ("[mails]", "[mails]\nwidth = 0", ""),
        ("seed = ", "seed = 'x' #", "seed"),
    ],
)
def test_a_wrong_key_is_named_with_its_file(old: str, new: str, key: str, tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    assert old in quick_config()
    path.write_text(quick_config().replace(old, new, 1), encoding="utf-8")
    with pytest.raises(SettingInvalid) as caught:
        read_config(path)
    assert caught.value.setting == (f"{path}: {key}" if key else str(path))


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(SettingInvalid, match="cannot be read"):
        read_config(tmp_path / "none.toml")
