"""Files that lie packed: in a zip, in zips within it, in a tar, or one by itself as ``.gz``."""

import gzip
import io
import zipfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import IO

from stridenet.data.formats.bounds import DEEPEST, Allowance, Bounded, damage_told, place
from stridenet.data.formats.tars import tarred
from stridenet.data.formats.zips import member
from stridenet.data.paths import is_clutter
from stridenet.errors import DataError

Packed = tuple[str, int, Callable[[], bytes]]
"""Path within the archive, bytes, and what gives the content."""
_BLOCK = 1 << 20


def in_zip(path: Path) -> Iterator[Packed]:
    """All files of a zip and of the zips in it, read when they are opened.

    Raises:
        DataError: it is damaged, or more would come out than is sensible.
    """
    with damage_told(path):
        allowance = Allowance(path)
    yield from _in_zip(path, lambda: path, "", allowance, 1)


def _in_zip(
    path: Path, archive: Callable[[], Path | IO[bytes]], above: str, allowance: Allowance, depth: int
) -> Iterator[Packed]:
    with damage_told(path, above), zipfile.ZipFile(archive()) as opened:
        entries = [entry for entry in opened.infolist() if not entry.is_dir() and not is_clutter(entry.filename)]
    for entry in entries:
        name = above + entry.filename
        allowance.take(entry.file_size, place(path, name))
        read = partial(_from_zip, path, archive, entry, name)
        if entry.filename.lower().endswith(".zip"):
            if depth == DEEPEST:
                raise DataError(f"{place(path, name)}: a zip within {depth} others; unpack it and give the folder.")
            inner = read()
            yield from _in_zip(path, partial(io.BytesIO, inner), f"{name}/", allowance, depth + 1)
        else:
            yield name, entry.file_size, partial(_unpacked, path, name, read)


def _from_zip(path: Path, archive: Callable[[], Path | IO[bytes]], entry: zipfile.ZipInfo, name: str) -> bytes:
    with damage_told(path, name), zipfile.ZipFile(archive()) as opened:
        return member(path, opened, entry, Allowance(path))


def in_tar(path: Path, is_wanted: Callable[[str], bool]) -> Iterator[Packed]:
    """The wanted files of a tar, which is read once, from its beginning to its end, and kept.

    Raises:
        DataError: it is damaged, more would come out than is sensible, or a wanted member is no file.
    """

    def wanted(name: str) -> bool:
        return not is_clutter(name) and is_wanted(name)

    for name, read in tarred(path, wanted, folders=False):
        content = read()
        if name.lower().endswith(".zip"):
            with damage_told(path, name):
                allowance = Allowance(path)
            yield from _in_zip(path, partial(io.BytesIO, content), f"{name}/", allowance, 2)
        else:
            yield name, len(content), partial(_unpacked, path, name, partial(bytes, content))


def alone(path: Path) -> bytes:
    """A file that lies by itself, out of its ``.gz`` where it is in one.

    Raises:
        DataError: it cannot be read, is damaged, or more would come out than is sensible.
    """
    with damage_told(path):
        return _unpacked(path, "", path.read_bytes, path.name)


def stream_of(path: Path) -> IO[bytes]:
    """A file's content as a stream, out of its ``.gz`` where it is in one."""
    if path.suffix.lower() == ".gz":
        return Bounded(gzip.GzipFile(path), Allowance(path), place(path))  # type: ignore[return-value]
    return path.open("rb")


def _unpacked(path: Path, name: str, read: Callable[[], bytes], own: str = "") -> bytes:
    content = read()
    if not (own or name).lower().endswith(".gz"):
        return content
    with damage_told(path, name):
        stream = Bounded(gzip.GzipFile(fileobj=io.BytesIO(content)), Allowance(path), place(path, name))
        parts = iter(lambda: stream.read(_BLOCK), b"")
        return b"".join(parts)
