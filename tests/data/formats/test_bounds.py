"""Archives that would fill the memory, or never end, are refused with little work."""

import io
import random
import subprocess
import sys
import tarfile
import time
import zipfile
from pathlib import Path

import pytest

from stridenet.data.formats import bounds
from stridenet.data.load import load_recordings
from stridenet.errors import DataError

NAME = "WISDM_ar_v1.1_raw.txt"
MANY = 80 << 20


def sparse_tar(path: Path, claimed: int = 8 << 30) -> Path:
    """A tar of 1.5 kB whose only member says that it is nothing but holes."""
    info = tarfile.TarInfo(NAME)
    info.type = tarfile.GNUTYPE_SPARSE
    header = bytearray(info.tobuf(tarfile.GNU_FORMAT))
    header[483:495] = b"\x80" + claimed.to_bytes(11, "big")
    header[148:156] = b" " * 8
    header[148:156] = b"%06o\0 " % sum(header)
    path.write_bytes(bytes(header) + bytes(1024))
    return path


class Zeros(io.RawIOBase):
    """A file of zeros."""

    def __init__(self, size: int) -> None:
        self.left = size

    def read(self, size: int = -1, /) -> bytes:
        given = min(self.left, size)
        self.left -= given
        return bytes(given)


def packed_tar(path: Path, *, kind: str, name: str) -> Path:
    with tarfile.open(path, f"w:{path.suffix[1:]}") as archive:  # type: ignore[call-overload]
        info = tarfile.TarInfo(name)
        info.size, info.type = MANY, kind.encode()
        archive.addfile(info, Zeros(MANY))
    return path


def zip_of(path: Path, name: str, method: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", method) as archive, archive.open(name, "w") as file:
        for _ in range(MANY >> 20):
            file.write(bytes(1 << 20))
    return path


def lying(path: Path) -> Path:
    """A zip that says 100 bytes where 80 MB would come out."""
    data = zip_of(path, NAME).read_bytes()
    path.write_bytes(data.replace(MANY.to_bytes(4, "little"), (100).to_bytes(4, "little")))
    return path


def overlapping(path: Path) -> Path:
    """A zip that lists the same 60 MB a hundred times."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(NAME, bytes(60 << 20))
        first = archive.infolist()[0]
        for i in range(100):
            copy = zipfile.ZipInfo(f"{i}/{NAME}")
            for what in ("header_offset", "compress_size", "file_size", "CRC", "compress_type"):
                setattr(copy, what, getattr(first, what))
            archive.filelist.append(copy)
    return path


BOMBS = {
    "sparse": lambda p: sparse_tar(p / "wisdm.tar"),
    "xz": lambda p: packed_tar(p / "wisdm.tar.xz", kind="0", name=NAME),
    "gz, another file first": lambda p: packed_tar(p / "wisdm.tar.gz", kind="0", name="film.avi"),
    "bz2, a long name": lambda p: packed_tar(p / "wisdm.tar.bz2", kind="L", name="x"),
    "xz, a long header": lambda p: packed_tar(p / "wisdm.tar.xz", kind="x", name="x"),
    "zip": lambda p: zip_of(p / "wisdm.zip", NAME),
    "zip within": lambda p: zip_of(p / "wisdm.zip", "inner.zip"),
    "zip with bzip2": lambda p: zip_of(p / "wisdm.zip", NAME, zipfile.ZIP_BZIP2),
    "zip that lies": lambda p: lying(p / "wisdm.zip"),
    "zip that overlaps": lambda p: overlapping(p / "wisdm.zip"),
}
CHILD = """
import resource, sys
from stridenet.__main__ import main
resource.setrlimit(resource.RLIMIT_AS, (3 << 30, 3 << 30))
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
status = main(["inspect", sys.argv[1]])
print(status, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


@pytest.mark.parametrize("bomb", BOMBS)
def test_a_bomb_is_refused_with_little_memory(bomb: str, tmp_path: Path) -> None:
    path = BOMBS[bomb](tmp_path)
    assert path.stat().st_size < 1 << 20
    begin = time.monotonic()
    done = subprocess.run([sys.executable, "-c", CHILD, str(path)], capture_output=True, text=True, check=True)
    status, grown = map(int, done.stdout.split())
    assert status == 2, done.stderr
    assert done.stderr.splitlines()[-1].startswith(f"stridenet: {path}: ")
    assert "Traceback" not in done.stderr
    assert grown < 250_000  # kB, with polars
    assert time.monotonic() - begin < 30


def test_a_sparse_file_within_bounds_is_read(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no record"):
        load_recordings(str(sparse_tar(tmp_path / "wisdm.tar", claimed=1 << 20)))


def test_a_zip_that_holds_itself_ends(tmp_path: Path) -> None:
    data = b"nothing"
    for _ in range(6):
        file = io.BytesIO()
        with zipfile.ZipFile(file, "w") as archive:
            archive.writestr("r.zip", data)
        data = file.getvalue()
    path = tmp_path / "r.zip"
    path.write_bytes(data)
    with pytest.raises(DataError, match=r"r.zip: a zip within 3 others; unpack it"):
        load_recordings(str(path))


def test_a_file_of_a_folder_has_the_same_bound(tmp_path: Path) -> None:
    with (tmp_path / NAME).open("wb") as file:
        file.truncate(8 << 30)
    for path in (tmp_path, tmp_path / NAME):
        with pytest.raises(DataError, match=r"8,589,934,592 bytes, more than a file of any data set has"):
            load_recordings(str(path))


def test_going_back_in_a_packed_tar_is_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Links back to a late member unpack all before it again, each time."""
    monkeypatch.setattr(bounds, "_ANYHOW", 4 << 20)
    path = tmp_path / "watch.tar.gz"
    noise = random.Random(0).randbytes(1000)
    with tarfile.open(path, "w:gz") as archive:
        for name, size in (("a.bin", 1 << 20), ("late.txt", 5)):
            info = tarfile.TarInfo(name)
            info.size = size
            archive.addfile(info, io.BytesIO(noise[:5] if size == 5 else bytes(size)))
        for i in range(100):
            info = tarfile.TarInfo(f"data_{i}_accel_watch.txt")
            info.type, info.linkname = tarfile.LNKTYPE, "late.txt"
            archive.addfile(info)
    with pytest.raises(DataError, match="more than is sensible"):
        load_recordings(str(path))
