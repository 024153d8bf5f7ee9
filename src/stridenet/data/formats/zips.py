"""Files out of a zip, also of a zip within a zip."""

import io
import stat
import zipfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import IO

from stridenet.data.formats.bounds import DEEPEST, Allowance, damage_told, place
from stridenet.data.paths import is_clutter
from stridenet.errors import DataError

_EXACT = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
"""Ways of packing that give no more than they are asked for."""
_UNIX = 3


def zipped(path: Path, is_wanted: Callable[[str], bool]) -> Iterator[tuple[str, Callable[[], bytes]]]:
    """The wanted files: path within the zip, and what reads the content."""
    with damage_told(path):
        allowance = Allowance(path)
    return _zipped(path, path, is_wanted, allowance, 1)


def _zipped(
    path: Path, file: Path | IO[bytes], is_wanted: Callable[[str], bool], allowance: Allowance, depth: int
) -> Iterator[tuple[str, Callable[[], bytes]]]:
    with damage_told(path):
        archive = zipfile.ZipFile(file)
    with archive:
        entries = archive.infolist()
        matching = [entry for entry in entries if is_wanted(entry.filename)]
        for entry in matching:
            yield entry.filename, partial(member, path, archive, entry, allowance)
        if matching:
            return
        for entry in entries:
            if entry.filename.lower().endswith(".zip") and not is_clutter(entry.filename):
                where = place(path, entry.filename)
                if depth == DEEPEST:
                    raise DataError(f"{where}: a zip within {depth} others; unpack it and give the folder.")
                inner = io.BytesIO(member(path, archive, entry, allowance))
                yield from _zipped(path, inner, is_wanted, allowance, depth + 1)


def member(path: Path, archive: zipfile.ZipFile, entry: zipfile.ZipInfo, allowance: Allowance) -> bytes:
    """A file, no more than the zip says it has, however much would come out."""
    where = place(path, entry.filename)
    what = stat.S_IFMT(entry.external_attr >> 16) if entry.create_system == _UNIX else 0
    if entry.is_dir() or what not in (0, stat.S_IFREG):
        what_else = "a link" if what == stat.S_IFLNK else "no regular file"
        raise DataError(f"{where}: {what_else}, where a file is needed; pack the file itself.")
    allowance.take(entry.file_size, where)
    block = entry.file_size if entry.compress_type in _EXACT else 4096
    parts = []
    with damage_told(path, entry.filename), archive.open(entry) as file:
        while part := file.read(max(1, block)):
            parts.append(part)
    return b"".join(parts)
