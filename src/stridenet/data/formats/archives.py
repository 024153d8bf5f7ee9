"""Files out of a folder, a zip (also a zip within a zip) or a tar, whatever folder they lie in."""

import hashlib
import re
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from stridenet.data.formats.bounds import MEMBER, damage_told, place
from stridenet.data.formats.tars import tarred
from stridenet.data.formats.zips import zipped
from stridenet.data.paths import inside, is_clutter, kind, regular
from stridenet.errors import DataError

ARCHIVES = (".zip", ".tar", ".tar.xz", ".tar.gz", ".tgz", ".tar.bz2")


def is_archive(path: Path) -> bool:
    """Whether the name is that of an archive."""
    return path.name.lower().endswith(ARCHIVES)


def members(path: Path, wanted: re.Pattern[str]) -> Iterator[tuple[str, bytes]]:
    """The wanted files, one after the other, in the order in which they lie.

    A file is wanted when ``wanted`` is found anywhere in its path, so it may lie in any folder. What macOS adds
    (``__MACOSX``, ``._name``) is never wanted. Nothing is written to the disk, whatever path an archive gives.

    Args:
        path: a folder or an archive.
        wanted: what to look for in the path, folders apart by ``/``.

    Yields:
        The path within the archive or folder, and the content.

    Raises:
        DataError: the archive is damaged or gives more than is sensible; something wanted is no regular file, such as
            a link to nothing, or cannot be read.

    >>> import re, tempfile
    >>> from pathlib import Path
    >>> folder = Path(tempfile.mkdtemp())
    >>> _ = (folder / "a.txt").write_bytes(b"1"), (folder / "b.csv").write_bytes(b"2")
    >>> list(members(folder, re.compile("txt$")))
    [('a.txt', b'1')]
    """
    for name, read in _walk(path, wanted):
        yield name, read()


def content(file: Path) -> bytes:
    """A file of a data set, whole.

    Raises:
        DataError: it is no regular file, larger than any of a data set's, or cannot be read.
    """
    with damage_told(_bounded(file)):
        return file.read_bytes()


def first_path(path: Path, mark: re.Pattern[str]) -> str | None:
    """The first path that matches within a folder or an archive; of any other file, its own name if that does."""
    if kind(path) == "file" and not is_archive(path):
        return path.name if _is_wanted(path.name, mark) else None
    return next((name for name, _ in _walk(path, mark)), None)


def shallow_holds(folder: Path, mark: re.Pattern[str]) -> bool:
    """Whether a folder holds a matching file at most three folders down; does not open archives."""
    depths = (folder.glob("/".join("*" * n)) for n in (1, 2, 3, 4))
    return any(_is_wanted(found.relative_to(folder).as_posix(), mark) for depth in depths for found in depth)


def wanted_in(folder: Path, wanted: re.Pattern[str]) -> list[Path]:
    """The wanted files of a folder, in the order of their paths.

    Raises:
        DataError: something of a wanted name is no regular file, such as a link that leads nowhere.
    """
    return [regular(path) for name, path, _ in inside(folder) if _is_wanted(name, wanted)]


def digest(path: Path, wanted: re.Pattern[str]) -> str:
    """SHA-256 of an archive, or of a folder's wanted files with their names; own files, all wanted, are of any size."""
    checked = _bounded if wanted.pattern else regular
    if kind(path) == "file":
        return _sha256_of(path if is_archive(path) else checked(path))
    total = hashlib.sha256()
    for file in wanted_in(path, wanted):
        total.update(f"{file.relative_to(path).as_posix()} {_sha256_of(checked(file))}\n".encode())
    return total.hexdigest()


def _bounded(file: Path) -> Path:
    size = regular(file).stat().st_size
    if size > MEMBER:
        raise DataError(f"{place(file)}: {size:,} bytes, more than a file of any data set has; copy it again.")
    return file


def _sha256_of(file: Path) -> str:
    with damage_told(file), file.open("rb") as whole:
        return hashlib.file_digest(whole, "sha256").hexdigest()


def _walk(path: Path, wanted: re.Pattern[str]) -> Iterator[tuple[str, Callable[[], bytes]]]:
    """The wanted files: path, and what reads the content before the next is asked for."""

    def is_wanted(name: str) -> bool:
        return _is_wanted(name, wanted)

    if kind(path) == "folder":
        for found in wanted_in(path, wanted):
            yield found.relative_to(path).as_posix(), partial(content, found)
    elif path.name.lower().endswith(".zip"):
        yield from zipped(path, is_wanted)
    else:
        yield from tarred(path, is_wanted)


def _is_wanted(name: str, wanted: re.Pattern[str]) -> bool:
    return wanted.search(name) is not None and not is_clutter(name)
