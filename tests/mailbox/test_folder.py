"""Files, folders and mboxes give their mails under stable names; a bad file stops no other."""

from __future__ import annotations

import contextlib
import io
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pipeline.errors import SourceMissing
from pipeline.mailbox.folder import FileFolder, open_path, read_stream
from tests.mailbox.builders import make_mail

if TYPE_CHECKING:
    from pipeline.datatypes import MailSource

FILES = {
    "b/2.eml": make_mail(2),
    "b/été.msg": make_mail(3),
    "a.first.eml": make_mail(1),
    "c": b"",
    "d.mbox": b"From x Mon Mar  3 08:07:00 2025\n" + make_mail(4) + b"\n"
    b"From y Mon Mar  3 08:08:00 2025\n" + make_mail(5),
}
IDS = ["a.first", "2", "été", "c", "d.mbox:0", "d.mbox:1"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    root = tmp_path / "mails"
    for name, data in FILES.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(data)
    return root


@pytest.fixture
def broken(folder: Path) -> Path:
    """A folder with a file that is there and cannot be read, by root neither."""
    (folder / "b" / "0.eml").symlink_to("/proc/self/mem")
    return folder


def test_a_folder_is_read_to_its_depth_in_the_order_of_names(folder: Path) -> None:
    mails = list(open_path(folder))
    assert [mail.id for mail in mails] == IDS
    assert [mail.file for mail in mails][:3] == ["a.first.eml", "2.eml", "été.msg"]
    assert [mail.raw.id for mail in mails if mail.raw] == IDS
    assert [mail.raw.data for mail in mails if mail.raw][:2] == [make_mail(1), make_mail(2)]


@pytest.mark.parametrize("path", ["mails", "./mails", "mails/b/.."])
def test_a_folder_may_be_named_from_where_one_stands(folder: Path, path: str) -> None:
    with contextlib.chdir(folder.parent):
        assert [mail.id for mail in open_path(Path(path))] == IDS


def test_one_file_is_one_mail(folder: Path) -> None:
    (mail,) = open_path(folder / "a.first.eml")
    assert (mail.id, mail.file, mail.failure) == ("a.first", "a.first.eml", "")
    assert mail.raw is not None
    assert mail.raw.data == FILES["a.first.eml"]


def test_an_eml_file_is_one_mail_although_it_starts_as_an_mbox_does(tmp_path: Path) -> None:
    path = tmp_path / "saved.eml"
    path.write_bytes(FILES["d.mbox"])
    assert [mail.id for mail in open_path(path)] == ["saved"]


def test_hidden_files_and_folders_are_left_out(folder: Path) -> None:
    (folder / ".DS_Store").write_bytes(b"\0")
    (folder / ".git").mkdir()
    (folder / ".git" / "config").write_bytes(b"x")
    assert [mail.id for mail in open_path(folder)] == IDS


def test_a_link_that_leads_back_ends_nothing(folder: Path) -> None:
    (folder / "b" / "again").symlink_to(folder)
    (folder / "b" / "lost").symlink_to(folder / "gone")
    assert [mail.id for mail in open_path(folder)] == IDS


def test_a_file_that_cannot_be_read_is_told_and_stops_no_other(broken: Path) -> None:
    mails = list(open_path(broken))
    assert [mail.id for mail in mails] == [IDS[0], "0", *IDS[1:]]
    assert (mails[1].raw, mails[1].failure) == (None, "Input/output error")


@pytest.mark.parametrize("name", ["gone", "gone/deeper.eml"])
def test_a_path_that_is_not_there_is_told_at_once(tmp_path: Path, name: str) -> None:
    with pytest.raises(SourceMissing, match="No such file or directory"):
        open_path(tmp_path / name)
    with pytest.raises(SourceMissing):
        FileFolder(tmp_path / name, name="backfill")


@pytest.mark.parametrize("size", [0, 99, 100, 101])
def test_a_large_mail_is_read_in_part(tmp_path: Path, size: int) -> None:
    path = tmp_path / "mail.eml"
    path.write_bytes(b"x" * size)
    (mail,) = open_path(path, mail_bytes=100)
    assert mail.raw is not None
    assert (len(mail.raw.data), mail.raw.complete) == (min(size, 100), size <= 100)


def test_standard_input_is_one_mail() -> None:
    raw = read_stream(io.BytesIO(make_mail(1)))
    assert (raw.id, raw.data, raw.complete) == ("-", make_mail(1), True)


def test_a_folder_is_a_mail_source(folder: Path) -> None:
    source: MailSource = FileFolder(folder, name="backfill")
    uids = source.list_uids()
    fetched = list(source.fetch_mails(uids))
    assert (source.name, source.uidvalidity, uids) == ("backfill", 0, sorted(set(uids)))
    assert {mail.raw.id for mail in fetched if mail.raw} == set(IDS)
    assert [mail.delivery.uid for mail in fetched] == uids
    assert source.acknowledge(uids[:2]) == uids[:2]
    assert source.list_uids() == uids


def test_the_numbers_stay_when_files_come_and_the_folder_moves(
    folder: Path, tmp_path: Path
) -> None:
    before = FileFolder(folder, name="backfill").list_uids()
    (folder / "a.eml").write_bytes(b"")
    moved = folder.rename(tmp_path / "moved")
    after = FileFolder(moved, name="backfill").list_uids()
    assert len(after) == len(before) + 1
    assert set(before) < set(after)
    assert all(0 <= uid < 1 << 63 for uid in after)


def test_a_file_that_vanished_is_left_out_and_a_broken_one_is_a_failure(broken: Path) -> None:
    source = FileFolder(broken, name="backfill")
    uids = source.list_uids()
    (broken / "a.first.eml").unlink()
    fetched = list(source.fetch_mails([*uids, 5]))
    assert len(fetched) == len(IDS)
    assert [mail.failure for mail in fetched if mail.raw is None] == ["Input/output error"]
