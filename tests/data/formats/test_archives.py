import io
import re
import tarfile
import zipfile
from pathlib import Path
from typing import Any

import pytest

from stridenet.data.formats.archives import digest, first_path, members, shallow_holds
from stridenet.errors import DataError

FILES = {"top/a.txt": b"one" * 50_000, "top/in/b.txt": b"two", "top/c.csv": b"no"}
CLUTTER = {"__MACOSX/top/._a.txt": b"x", "top/._b.txt": b"x"}
TEXT = re.compile(r"\.txt$")


def folder(path: Path) -> Path:
    for name, data in (FILES | CLUTTER).items():
        (path / name).parent.mkdir(parents=True, exist_ok=True)
        (path / name).write_bytes(data)
    return path


def zipped(file: Path | io.BytesIO) -> None:
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in (FILES | CLUTTER).items():
            archive.writestr(name, data)


def make(kind: str, path: Path) -> Path:
    if kind == "folder":
        return folder(path / "data")
    file = path / f"data.{kind}"
    if kind == "zip":
        zipped(file)
    elif kind == "nested.zip":
        inner = io.BytesIO()
        zipped(inner)
        with zipfile.ZipFile(file, "w") as archive:
            archive.writestr("readme.md", "outer")
            archive.writestr("data.zip", inner.getvalue())
    else:
        mode: Any = "w:" + kind.removeprefix("tar").lstrip(".")
        with tarfile.open(file, mode) as archive:
            archive.add(folder(path / "source"), arcname=".")
    return file


KINDS = ("folder", "zip", "nested.zip", "tar", "tar.xz", "tar.gz", "tar.bz2")


@pytest.mark.parametrize("kind", KINDS)
def test_gives_the_wanted_files_and_no_clutter(kind: str, tmp_path: Path) -> None:
    found = {name.removeprefix("./"): data for name, data in members(make(kind, tmp_path), TEXT)}
    assert found == {name: data for name, data in FILES.items() if name.endswith(".txt")}


@pytest.mark.parametrize("kind", KINDS)
def test_finds_the_first_that_matches(kind: str, tmp_path: Path) -> None:
    path = make(kind, tmp_path)
    assert (first_path(path, re.compile(r"in/b\.txt$")) or "").endswith("top/in/b.txt")
    assert first_path(path, re.compile("nothing")) is None


def test_a_plain_file_is_its_own_only_name(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_bytes(b"1")
    assert first_path(file, TEXT) == "a.txt"
    assert first_path(file, re.compile("csv$")) is None


@pytest.mark.parametrize("kind", ["zip", "nested.zip", "tar", "tar.xz", "tar.gz"])
@pytest.mark.parametrize("part", [0.0, 0.3, 0.6])
def test_a_truncated_archive_is_said_in_one_sentence(kind: str, part: float, tmp_path: Path) -> None:
    path = make(kind, tmp_path)
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * part)])
    with pytest.raises(DataError) as caught:
        list(members(path, TEXT))
    message = str(caught.value)
    assert message.startswith(str(path))
    assert "damaged or cut off" in message
    assert message.endswith("fetch or copy it again.")
    assert "\n" not in message


def test_a_changed_byte_in_a_zip_is_noticed(tmp_path: Path) -> None:
    path = make("zip", tmp_path)
    data = bytearray(path.read_bytes())
    data[60] ^= 0xFF
    path.write_bytes(data)
    with pytest.raises(DataError, match=r"top/a.txt: the archive is damaged"):
        list(members(path, TEXT))


def test_the_digest_changes_with_names_and_content_of_wanted_files_only(tmp_path: Path) -> None:
    path = folder(tmp_path / "data")
    before = digest(path, TEXT)
    (path / "top" / "c.csv").write_bytes(b"another")
    assert digest(path, TEXT) == before
    (path / "top" / "in" / "b.txt").write_bytes(b"twp")
    changed = digest(path, TEXT)
    (path / "top" / "in" / "b.txt").rename(path / "top" / "in" / "z.txt")
    assert len({before, changed, digest(path, TEXT)}) == 3


def test_an_archive_is_told_by_its_bytes(tmp_path: Path) -> None:
    path = make("zip", tmp_path)
    before = digest(path, TEXT)
    path.write_bytes(path.read_bytes() + b"x")
    assert digest(path, TEXT) != before


def test_shallow_search_stops_at_four_levels(tmp_path: Path) -> None:
    deep = tmp_path / "1" / "2" / "3" / "4"
    deep.mkdir(parents=True)
    (deep / "a.txt").write_bytes(b"")
    assert not shallow_holds(tmp_path, TEXT)
    assert shallow_holds(tmp_path / "1", TEXT)
    assert not shallow_holds(tmp_path / "nowhere", TEXT)
    assert not shallow_holds(deep / "a.txt", TEXT)
