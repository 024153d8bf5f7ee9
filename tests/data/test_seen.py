import os
import re
import time
from pathlib import Path

import pytest

from stridenet.data import seen
from stridenet.data.formats import archives

WANTED = re.compile(r"\.txt$")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("STRIDENET_CACHE", str(tmp_path / "cache"))
    folder = tmp_path / "data"
    folder.mkdir()
    (folder / "a.txt").write_text("one")
    (folder / "b.txt").write_text("two")
    (folder / "notes.md").write_text("none")
    return folder


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> None:
    """An hour has passed since the files were written."""
    now = time.time_ns() + 3600 * 10**9
    monkeypatch.setattr(time, "time_ns", lambda: now)


def reads(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The places whose content is read from now on."""
    seen: list[Path] = []
    real = archives.digest

    def counted(path: Path, wanted: re.Pattern[str]) -> str:
        seen.append(path)
        return real(path, wanted)

    monkeypatch.setattr(archives, "digest", counted)
    return seen


@pytest.mark.usefixtures("later")
@pytest.mark.parametrize("name", ["", "a.txt"])
def test_the_second_time_nothing_is_read(folder: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    place, expected = folder / name, archives.digest(folder / name, WANTED)
    read = reads(monkeypatch)
    assert [seen.digest(place, WANTED) for _ in range(3)] == [expected] * 3
    assert read == [place]


@pytest.mark.usefixtures("later")
@pytest.mark.parametrize("change", ["content", "size", "more", "fewer", "replaced"])
def test_whatever_changes_is_read_again(folder: Path, change: str) -> None:
    before = seen.digest(folder, WANTED)
    file = folder / "a.txt"
    stat = file.stat()
    if change == "content":
        file.write_text("eno")
    elif change == "size":
        file.write_text("ones")
    elif change == "more":
        (folder / "c.txt").write_text("")
    elif change == "fewer":
        file.unlink()
    else:
        (folder / "new").write_text("eno")
        os.utime(folder / "new", ns=(stat.st_atime_ns, stat.st_mtime_ns))
        (folder / "new").replace(file)  # the same size and time of change
    assert seen.digest(folder, WANTED) == archives.digest(folder, WANTED) != before


def test_a_file_that_has_just_changed_is_not_trusted_yet(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read = reads(monkeypatch)
    seen.digest(folder, WANTED)
    seen.digest(folder, WANTED)
    assert len(read) == 2


@pytest.mark.usefixtures("later")
def test_a_cache_that_cannot_be_written_costs_time_only(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder.parent / "blocked").write_text("")
    monkeypatch.setenv("STRIDENET_CACHE", str(folder.parent / "blocked"))
    assert seen.digest(folder, WANTED) == archives.digest(folder, WANTED)


@pytest.mark.usefixtures("later")
@pytest.mark.parametrize("what", ["empty", "truncated", "other text", "zeros", "too long", "folder", "pipe", "link"])
def test_a_note_that_is_no_checksum_is_not_believed(folder: Path, what: str) -> None:
    expected = seen.digest(folder, WANTED)
    (note,) = (folder.parent / "cache" / "seen").iterdir()
    note.unlink()
    if what == "folder":
        note.mkdir()
    elif what == "pipe":
        os.mkfifo(note)
    elif what == "link":
        note.symlink_to("nowhere")
    else:
        text = {"empty": "", "truncated": expected[:40], "zeros": "\0" * 64, "too long": expected * 9}.get(what, "ü?")
        note.write_text(text, encoding="utf-8")
    assert seen.digest(folder, WANTED) == expected
    if what not in ("folder",):
        assert note.read_text() == expected  # and is written anew


@pytest.mark.usefixtures("later")
def test_two_sources_are_not_one_when_their_notes_are_empty(folder: Path) -> None:
    other = folder.parent / "other"
    other.mkdir()
    (other / "a.txt").write_text("another")
    expected = [seen.digest(place, WANTED) for place in (folder, other)]
    for note in (folder.parent / "cache" / "seen").iterdir():
        note.write_text("")
    assert [seen.digest(place, WANTED) for place in (folder, other)] == expected
