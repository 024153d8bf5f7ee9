"""Files out of a tar, packed or not; links are followed within it."""

import bz2
import gzip
import io
import lzma
import tarfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import IO

from stridenet.data.formats.bounds import Allowance, Bounded, damage_told, place
from stridenet.errors import DataError, short

_PACKED: tuple[tuple[bytes, Callable[[Path], io.BufferedIOBase]], ...] = (
    (b"\x1f\x8b", gzip.GzipFile),
    (b"BZh", bz2.BZ2File),
    (b"\xfd7zXZ\0", lzma.LZMAFile),
)
_END = bytes(tarfile.BLOCKSIZE)
_PART = 1 << 20


def tarred(
    path: Path, is_wanted: Callable[[str], bool], *, folders: bool = True
) -> Iterator[tuple[str, Callable[[], bytes]]]:
    """The wanted files: path within the tar, and what reads the content, which says if one is a folder."""
    with damage_told(path):
        allowance = Allowance(path)
        stream = _opened(path)
    with stream:
        with damage_told(path):
            archive = tarfile.open(fileobj=stream, mode="r:")  # noqa: SIM115 - closed two lines below
        with archive:
            entries = iter(archive)
            while True:
                with damage_told(path):
                    entry = next(entries, None)
                if entry is None:
                    break
                if (folders or not entry.isdir()) and is_wanted(entry.name):
                    yield entry.name, partial(_content, path, archive, entry, allowance)
            with damage_told(path):  # a damaged header also looks like the end to tarfile
                stream.seek(archive.offset)
                if stream.read(len(_END)) != _END:
                    raise tarfile.ReadError("the mark of its end is missing")
                while stream.read(_PART):  # its packing's check sum comes last
                    pass


def _opened(path: Path) -> IO[bytes]:
    with path.open("rb") as file:
        begin = file.read(6)
    for magic, unpack in _PACKED:
        if begin.startswith(magic):
            return Bounded(unpack(path), Allowance(path), place(path))  # type: ignore[return-value]
    return path.open("rb")


def _content(path: Path, archive: tarfile.TarFile, entry: tarfile.TarInfo, allowance: Allowance) -> bytes:
    where = place(path, entry.name)
    is_link = entry.islnk() or entry.issym()
    if not entry.isfile() and not is_link:
        raise DataError(f"{where}: a folder, a device or a pipe, where a file is needed; pack the file itself.")
    allowance.take(entry.size, where)
    try:
        with damage_told(path, entry.name):
            member = archive.extractfile(entry)
    except DataError:
        if not is_link:
            raise
        member = None
    if member is None:
        raise DataError(
            f"{where}: a link to {short(entry.linkname)}, which is no file of this archive; pack the file itself."
        )
    with damage_told(path, entry.name), member:
        size = member.seek(0, io.SEEK_END)
        if is_link:
            allowance.take(size, where)
        member.seek(0)
        return member.read(size)
