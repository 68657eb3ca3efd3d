"""Scheduled copies: only files of our own making are counted and removed, whatever the clock said then."""

from pathlib import Path

import pytest

from storage.backups import BackupFolder, ScheduledCopy
from storage.errors import NoRoom, StorageError
from tests.storage.test_restore import names, remove, rights, spoil

SECOND = 1_000_000
NOW = 1_774_000_000 * SECOND  # 2026-03-20T09:46:40Z
DAY = 86400 * SECOND


@pytest.fixture
def folder(tmp_path: Path) -> BackupFolder:
    made = BackupFolder(tmp_path / "a" / "backups", "0a1b2c3d")
    made.make()
    return made


def made_at(folder: BackupFolder, *times: int) -> list[Path]:
    paths = []
    for at in times:
        paths.append(folder.free(at))
        spoil(paths[-1], b"a copy")
    return paths


def test_the_folder_is_its_owners_and_the_name_says_when(folder: BackupFolder) -> None:
    assert rights(folder.folder) == 0o700
    assert folder.copies() == []
    assert folder.latest(NOW) is None
    first, second = made_at(folder, NOW, NOW)
    assert (first.name, second.name) == (
        "orderbot-0a1b2c3d-20260320T094640Z.db",
        "orderbot-0a1b2c3d-20260320T094641Z.db",
    )
    assert folder.copies() == [ScheduledCopy(first, NOW), ScheduledCopy(second, NOW + SECOND)]
    assert (folder.latest(NOW), folder.latest(NOW + DAY)) == (NOW, NOW + SECOND)


def test_nothing_but_our_own_copies_is_counted_or_removed(folder: BackupFolder) -> None:
    (ours,) = made_at(folder, NOW - DAY)
    strangers = {
        "orderbot-ffffffff-20260101T000000Z.db",
        "orderbot-0a1b2c3d-20260101T000000Z.db.gz",
        "orderbot-0a1b2c3d-20269901T000000Z.db",
        "orderbot.db",
        "notes.txt",
        "x-orderbot-0a1b2c3d-20260101T000000Z.db",
    }
    for name in strangers:
        spoil(folder.folder / name, b"not to be touched")
    (folder.folder / "orderbot-0a1b2c3d-20260102T000000Z.db").mkdir()
    (folder.folder / "orderbot-0a1b2c3d-20260103T000000Z.db").symlink_to("notes.txt")
    before = names(folder.folder)
    (newest,) = made_at(folder, NOW)
    assert folder.remove_all_but(1, ScheduledCopy(newest, NOW)) == [ours]
    assert names(folder.folder) == (before | {newest.name}) - {ours.name}


def test_the_newest_stay(folder: BackupFolder) -> None:
    paths = made_at(folder, *(NOW + n * DAY for n in range(5)))
    assert folder.remove_all_but(3, ScheduledCopy(paths[-1], NOW + 4 * DAY)) == paths[:2]
    assert folder.remove_all_but(3, ScheduledCopy(paths[-1], NOW + 4 * DAY)) == []
    assert [copy.path for copy in folder.copies()] == paths[2:]


def test_what_a_wrong_clock_made_goes_first_and_what_was_made_just_now_never(folder: BackupFolder) -> None:
    years = 365 * DAY
    wrong = made_at(folder, NOW + years, NOW + years + DAY)
    right = made_at(folder, NOW)
    assert folder.latest(NOW) == NOW
    assert folder.remove_all_but(2, ScheduledCopy(right[0], NOW)) == [wrong[0]]
    # Set back by years: the copies of before are of a time to come, and still only one of them goes.
    (back,) = made_at(folder, NOW - 5 * years)
    assert folder.remove_all_but(2, ScheduledCopy(back, NOW - 5 * years)) == [right[0]]
    assert back in [copy.path for copy in folder.copies()]


def test_what_a_killed_process_left_is_removed_and_nobody_elses(folder: BackupFolder) -> None:
    left = folder.folder / ".orderbot-0a1b2c3d-20260320T094640Z.db.x1y2"
    others = folder.folder / ".orderbot-ffffffff-20260320T094640Z.db.x1y2"
    for path in (left, others):
        spoil(path, b"half a copy")
    folder.make()
    assert names(folder.folder) == {others.name}


def test_without_room_or_a_folder_it_is_one_line_and_then_it_works(tmp_path: Path, folder: BackupFolder) -> None:
    with pytest.raises(NoRoom, match="has no room for a copy of"):
        folder.expect_room(2**62)
    folder.expect_room(1)
    taken = BackupFolder(tmp_path / "file", "0a1b2c3d")
    spoil(taken.folder, b"no folder")
    for work in (taken.make, taken.copies):
        with pytest.raises(StorageError, match=r"the folder .*file of the backups cannot be used: ") as caught:
            work()
        assert "\n" not in str(caught.value)
    remove(taken.folder)
    taken.make()
    assert taken.copies() == []
