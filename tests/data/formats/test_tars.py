"""Tars: links within them are followed, whatever else is no file is refused by name, and an early end is noticed."""

import io
import re
import tarfile
from pathlib import Path

import pytest

from stridenet.data.formats.archives import first_path, members
from stridenet.errors import DataError

TEXT = re.compile(r"\.txt$")
KINDS = ("tar", "tar.gz", "tar.xz", "tar.bz2")


def tar(path: Path, kind: str, *entries: tuple[str, bytes, str]) -> Path:
    """A tar of entries of name, type and content or link."""
    file = path / f"data.{kind}"
    with tarfile.open(file, "w:" + kind.removeprefix("tar").lstrip(".")) as archive:  # type: ignore[call-overload]
        for name, what, text in entries:
            info = tarfile.TarInfo(name)
            info.type = what
            if what == tarfile.REGTYPE:
                info.size = len(text)
                archive.addfile(info, io.BytesIO(text.encode()))
            else:
                info.linkname = text
                archive.addfile(info)
    return file


@pytest.mark.parametrize("kind", KINDS)
def test_links_within_are_followed(kind: str, tmp_path: Path) -> None:
    path = tar(
        tmp_path,
        kind,
        ("raw/soft.txt", tarfile.SYMTYPE, "later.dat"),
        ("raw/one.dat", tarfile.REGTYPE, "one"),
        ("raw/hard.txt", tarfile.LNKTYPE, "raw/one.dat"),
        ("raw/plain.txt", tarfile.REGTYPE, "plain"),
        ("raw/chain.txt", tarfile.LNKTYPE, "raw/hard.txt"),
        ("raw/later.dat", tarfile.REGTYPE, "later"),
        ("raw/last.txt", tarfile.REGTYPE, "last"),
    )
    assert dict(members(path, TEXT)) == {
        "raw/soft.txt": b"later",
        "raw/hard.txt": b"one",
        "raw/plain.txt": b"plain",
        "raw/chain.txt": b"one",
        "raw/last.txt": b"last",
    }


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("what", "link"),
    [
        (tarfile.SYMTYPE, "nowhere"),
        (tarfile.SYMTYPE, "/etc/passwd"),
        (tarfile.SYMTYPE, "../../etc/passwd"),
        (tarfile.SYMTYPE, "a.txt"),
        (tarfile.SYMTYPE, "folder"),
        (tarfile.LNKTYPE, "after.dat"),
        (tarfile.LNKTYPE, "a.txt"),
        (tarfile.FIFOTYPE, ""),
        (tarfile.CHRTYPE, ""),
        (tarfile.BLKTYPE, ""),
        (tarfile.DIRTYPE, ""),
        (b"Z", ""),
    ],
)
def test_what_is_no_file_is_refused_by_name(kind: str, what: bytes, link: str, tmp_path: Path) -> None:
    path = tar(
        tmp_path,
        kind,
        ("folder", tarfile.DIRTYPE, ""),
        ("good.txt", tarfile.REGTYPE, "1"),
        ("a.txt", what, link),
        ("after.dat", tarfile.REGTYPE, "2"),
    )
    with pytest.raises(
        DataError, match=r"a\.txt: (a link to '.*'|a folder, a device or a pipe).*pack the file itself\.$"
    ):
        list(members(path, TEXT))


@pytest.mark.parametrize("name", ["../../out.txt", "/tmp/out.txt", "a/../../out.txt", "C:\\out.txt", "./out.txt"])
def test_no_path_leads_out(name: str, tmp_path: Path) -> None:
    path = tar(tmp_path, "tar", (name, tarfile.REGTYPE, "here"))
    before = sorted(tmp_path.rglob("*"))
    assert list(members(path, TEXT)) == [(name, b"here")]
    assert sorted(tmp_path.rglob("*")) == before


def test_a_name_that_would_break_the_line_is_quoted(tmp_path: Path) -> None:
    path = tar(tmp_path, "tar", ("a\nb" * 200 + ".txt", tarfile.FIFOTYPE, ""))
    with pytest.raises(DataError, match=r"a\\nba\\nb") as caught:
        list(members(path, TEXT))
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 500


@pytest.mark.parametrize("end", [512, 1536, 2560, 2048])
def test_a_tar_cut_between_two_files_is_noticed(end: int, tmp_path: Path) -> None:
    names = ("a.txt", "b.txt", "c.txt")
    path = tar(tmp_path, "tar", *((name, tarfile.REGTYPE, name) for name in names))
    path.write_bytes(path.read_bytes()[:end])
    with pytest.raises(DataError, match="damaged or cut off"):
        list(members(path, TEXT))


@pytest.mark.parametrize("kind", KINDS)
def test_a_damaged_header_in_the_middle_is_not_the_end(kind: str, tmp_path: Path) -> None:
    names = ("a.txt", "b.txt", "c.txt")
    plain = tar(tmp_path, "tar", *((name, tarfile.REGTYPE, name) for name in names))
    data = bytearray(plain.read_bytes())
    data[1024 + 150] ^= 0xFF  # the checksum of the second header
    path = tmp_path / f"broken.{kind}"
    packed = {"tar": bytes, "tar.gz": "gzip", "tar.xz": "lzma", "tar.bz2": "bz2"}[kind]
    path.write_bytes(bytes(data) if kind == "tar" else __import__(str(packed)).compress(bytes(data)))
    with pytest.raises(DataError, match="damaged or cut off"):
        list(members(path, TEXT))
    assert first_path(path, TEXT) == "a.txt"


@pytest.mark.parametrize("kind", KINDS[1:])
def test_a_check_sum_at_the_end_is_looked_at(kind: str, tmp_path: Path) -> None:
    file = tar(tmp_path, kind, ("one.txt", tarfile.REGTYPE, "1,2,3\n" * 50))
    data = bytearray(file.read_bytes())
    at = {"tar.gz": -8, "tar.xz": -40, "tar.bz2": -5}[kind]
    data[at] ^= 1
    file.write_bytes(data)
    with pytest.raises(DataError, match=r"data\.tar"):
        list(members(file, TEXT))
