"""Files out of a folder, a zip (also a zip within a zip) or a tar, whatever folder they lie in."""

import hashlib
import io
import lzma
import re
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO

from stridenet.errors import DataError

ARCHIVES = (".zip", ".tar", ".tar.xz", ".tar.gz", ".tgz", ".tar.bz2")
_DAMAGE: tuple[type[Exception], ...] = (zipfile.BadZipFile, tarfile.TarError, lzma.LZMAError, zlib.error, EOFError)
_DAMAGE += (NotImplementedError, RuntimeError)  # a zip's unknown compression, or its password


def is_archive(path: Path) -> bool:
    """Whether the name is that of an archive."""
    return path.name.lower().endswith(ARCHIVES)


def members(path: Path, wanted: re.Pattern[str]) -> Iterator[tuple[str, bytes]]:
    """The wanted files, one after the other, in the order in which they lie.

    A file is wanted when ``wanted`` is found anywhere in its path, so it may lie in any folder. What macOS adds
    (``__MACOSX``, ``._name``) is never wanted.

    Args:
        path: a folder or an archive.
        wanted: what to look for in the path, folders apart by ``/``.

    Yields:
        The path within the archive or folder, and the content.

    Raises:
        DataError: the archive is damaged, or a file cannot be read.

    >>> import re, tempfile
    >>> from pathlib import Path
    >>> folder = Path(tempfile.mkdtemp())
    >>> _ = (folder / "a.txt").write_bytes(b"1"), (folder / "b.csv").write_bytes(b"2")
    >>> list(members(folder, re.compile("txt$")))
    [('a.txt', b'1')]
    """
    for name, file in _walk(path, wanted):
        with _damage_told(path, name):
            content = file.read()
        yield name, content


def first_path(path: Path, mark: re.Pattern[str]) -> str | None:
    """The first path that matches within a folder or an archive; of any other file, its own name if that does."""
    if path.is_file() and not is_archive(path):
        return path.name if _is_wanted(path.name, mark) else None
    return next((name for name, _ in _walk(path, mark)), None)


def shallow_holds(folder: Path, mark: re.Pattern[str]) -> bool:
    """Whether a folder holds a matching file at most three folders down; does not open archives."""
    depths = (folder.glob("/".join("*" * n)) for n in (1, 2, 3, 4))
    return any(_is_wanted(found.relative_to(folder).as_posix(), mark) for depth in depths for found in depth)


def wanted_in(folder: Path, wanted: re.Pattern[str]) -> list[Path]:
    """The wanted files of a folder, in the order of their paths."""
    found = (file for file in folder.rglob("*") if _is_wanted(file.relative_to(folder).as_posix(), wanted))
    return sorted(file for file in found if file.is_file())


def digest(path: Path, wanted: re.Pattern[str]) -> str:
    """SHA-256 of an archive, or of a folder's wanted files with their names."""
    with _damage_told(path, ""):
        if path.is_file():
            with path.open("rb") as whole:
                return hashlib.file_digest(whole, "sha256").hexdigest()
        total = hashlib.sha256()
        for name, file in _walk(path, wanted):
            total.update(f"{name} {_sha256_of(file)}\n".encode())
        return total.hexdigest()


def _sha256_of(file: IO[bytes]) -> str:
    total = hashlib.sha256()
    while block := file.read(1 << 20):
        total.update(block)
    return total.hexdigest()


@contextmanager
def _damage_told(path: Path, name: str) -> Iterator[None]:
    where = f"{path}: {name}" if name else f"{path}"
    try:
        yield
    except _DAMAGE as error:
        why = str(error).split("\n")[0].rstrip(".:") or type(error).__name__
        raise DataError(
            f"{where}: the archive is damaged or cut off ({why}); delete it and fetch or copy it again."
        ) from None
    except OSError as error:
        raise DataError(
            f"{where}: cannot be read ({error.strerror or error}); check the file and its permissions."
        ) from None


def _walk(path: Path, wanted: re.Pattern[str]) -> Iterator[tuple[str, IO[bytes]]]:
    """The wanted files, opened; each is closed when the next is asked for."""
    if path.is_dir():
        for found in wanted_in(path, wanted):
            name = found.relative_to(path).as_posix()
            with _damage_told(path, name):
                opened = found.open("rb")
            with opened:
                yield name, opened
    elif path.name.lower().endswith(".zip"):
        yield from _zipped(path, path, wanted)
    else:
        yield from _tarred(path, wanted)


def _zipped(path: Path, file: Path | IO[bytes], wanted: re.Pattern[str]) -> Iterator[tuple[str, IO[bytes]]]:
    with _damage_told(path, ""):
        archive = zipfile.ZipFile(file)
    with archive:
        names = archive.namelist()
        matching = [name for name in names if _is_wanted(name, wanted)]
        for name in matching:
            with _damage_told(path, name):
                member = archive.open(name)
            with member:
                yield name, member
        if not matching:
            for name in (name for name in names if name.lower().endswith(".zip") and not _is_clutter(name)):
                with _damage_told(path, name):
                    inner = io.BytesIO(archive.read(name))
                yield from _zipped(path, inner, wanted)


def _tarred(path: Path, wanted: re.Pattern[str]) -> Iterator[tuple[str, IO[bytes]]]:
    with _damage_told(path, ""):
        archive = tarfile.open(path)  # noqa: SIM115 - closed two lines below
    with archive:
        while True:
            with _damage_told(path, ""):
                entry = archive.next()
            if entry is None:
                return
            if not (entry.isfile() and _is_wanted(entry.name, wanted)):
                continue
            with _damage_told(path, entry.name):
                member = archive.extractfile(entry)
            if member is not None:
                with member:
                    yield entry.name, member


def _is_wanted(name: str, wanted: re.Pattern[str]) -> bool:
    return wanted.search(name) is not None and not _is_clutter(name)


def _is_clutter(name: str) -> bool:
    parts = PurePosixPath(name).parts
    return "__MACOSX" in parts or parts[-1].startswith("._")
