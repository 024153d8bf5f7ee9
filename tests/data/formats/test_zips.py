"""Zips: what is no file is refused by name, and whatever is damaged is said."""

import re
import stat
import zipfile
from pathlib import Path

import pytest

from stridenet.data.formats.archives import members
from stridenet.errors import DataError

TEXT = re.compile(r"\.txt")


def zipped(path: Path, name: str, content: bytes, mode: int = stat.S_IFREG | 0o644) -> Path:
    file = path / "data.zip"
    with zipfile.ZipFile(file, "w") as archive:
        info = zipfile.ZipInfo(name)
        info.create_system, info.external_attr = 3, mode << 16
        archive.writestr(info, content)
    return file


@pytest.mark.parametrize(
    ("name", "mode", "what"),
    [
        ("a.txt", stat.S_IFLNK, "a link"),
        ("a.txt", stat.S_IFIFO, "no regular file"),
        ("a.txt", stat.S_IFCHR, "no regular file"),
        ("a.txt", stat.S_IFDIR, "no regular file"),
        ("a.txt/", 0, "no regular file"),
    ],
)
def test_what_is_no_file_is_refused_by_name(name: str, mode: int, what: str, tmp_path: Path) -> None:
    with pytest.raises(DataError, match=rf"a\.txt/?: {what}, where a file is needed; pack the file itself\.$"):
        list(members(zipped(tmp_path, name, b"/etc/passwd", mode), TEXT))


@pytest.mark.parametrize("mode", [0, 0o644, stat.S_IFREG | 0o600])
@pytest.mark.parametrize("name", ["a.txt", "../../a.txt", "/tmp/a.txt"])
def test_files_are_read_whatever_their_path(name: str, mode: int, tmp_path: Path) -> None:
    path = zipped(tmp_path, name, b"1", mode)
    assert list(members(path, TEXT)) == [(name, b"1")]
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_every_way_of_packing(method: int, tmp_path: Path) -> None:
    content = bytes(range(256)) * 4000
    with zipfile.ZipFile(tmp_path / "a.zip", "w", method) as archive:
        archive.writestr("a.txt", content)
        archive.writestr("empty.txt", b"")
    assert dict(members(tmp_path / "a.zip", TEXT)) == {"a.txt": content, "empty.txt": b""}


def test_a_zip_with_a_password_is_said(tmp_path: Path) -> None:
    data = bytearray(zipped(tmp_path, "a.txt", b"1").read_bytes())
    data[6] |= 1
    data[data.index(b"PK\1\2") + 8] |= 1
    (tmp_path / "data.zip").write_bytes(data)
    with pytest.raises(DataError, match="password"):
        list(members(tmp_path / "data.zip", TEXT))
