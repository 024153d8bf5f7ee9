"""The files of a source: of a folder, an archive or one file, with what was passed over and why."""

import gzip
import io
import re
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path, PurePosixPath

from stridenet.data.packed import Packed, alone, in_tar, in_zip
from stridenet.data.passed import why_passed
from stridenet.data.paths import inside, kind, regular
from stridenet.errors import DataError, DataMissingError, plain, short
from stridenet.system.machine import free_memory

_HEAD = 1 << 16
_TIMES = 3
"""Bytes of memory for each byte of a file, at least: the text, and what it becomes."""
_ZIP = (".zip",)
_TAR = (".tar", ".tar.xz", ".tar.gz", ".tgz", ".tar.bz2")
_TABLES = (".csv", ".tsv", ".parquet", ".pq", ".xlsx")
_OURS = ("run.json", "result.npz")
"""What a folder holds that a run has written."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class File:
    """One file of a source, wherever it lies.

    Args:
        name: path within the source, folders apart by ``/``.
        size: bytes.
        open: gives the content, whole.
        path: where it lies on the disk by itself; None within an archive.
    """

    name: str
    size: int
    open: Callable[[], bytes] = field(repr=False)
    path: Path | None = None

    @property
    def suffix(self) -> str:
        """The name's ending in small letters, without that of its packing: ``.csv`` for ``a.CSV.gz``."""
        path = PurePosixPath(self.name.lower())
        return (path.with_suffix("") if path.suffix == ".gz" else path).suffix

    @property
    def stem(self) -> str:
        """The file's name without folders and endings."""
        name = PurePosixPath(self.name)
        return (name.with_suffix("") if name.suffix.lower() == ".gz" else name).stem

    @property
    def where(self) -> str:
        """How a message begins that is about it."""
        return f"file {short(self.name, 200)}"

    def read(self) -> bytes:
        """The content, whole, where there is memory for it and for what it becomes.

        Raises:
            DataError: there is not; or it cannot be read.
        """
        free = free_memory()
        if self.size * _TIMES > free:
            raise DataError(
                f"{self.where} has {self.size / 1e9:.1f} GB and needs {_TIMES} times that to be read, but "
                f"{free / 1e9:.1f} GB of memory are free; cut it into several files, one for each recording, and read "
                "some of them."
            )
        return self.open()

    def head(self) -> bytes:
        """Its first bytes, unpacked where it is packed by itself."""
        if self.path is None:
            return self.open()[:_HEAD]
        with self.path.open("rb") as file:
            begin = file.read(_HEAD)
        if begin[:2] == b"\x1f\x8b":
            try:
                begin = gzip.GzipFile(fileobj=io.BytesIO(begin)).read1(_HEAD)
            except (EOFError, OSError, zlib.error):
                return begin
        return begin


@dataclass(frozen=True, slots=True)
class Passed:
    """A file that was passed over, and why."""

    name: str
    why: str


def files(path: Path) -> tuple[list[File], list[Passed]]:
    """The files of a folder, an archive, or the one that lies there; and those that are no recordings.

    Archives in a folder are opened too, and so is what is packed by itself (``.csv.gz``). Hidden files, pictures,
    documents, what a run of ours has written and files without a byte are passed over.

    Args:
        path: a file, a folder or an archive.

    Returns:
        The files in the order in which people count (``9.csv`` before ``10.csv``), and what was passed over.

    Raises:
        DataMissingError: nothing lies there.
        DataError: a link that leads nowhere, a pipe or a device; a folder that may not be entered or has a table's
            name; an archive that is damaged or gives more than is sensible.

    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> for name in ("10.csv", "9.csv", "plot.png"):
    ...     _ = (folder / name).write_text("t,x")
    >>> found, passed = files(folder)
    >>> [file.name for file in found], passed
    (['9.csv', '10.csv'], [Passed(name='plot.png', why='a picture')])
    """
    found: list[File] = []
    passed: list[Passed] = []
    for file in _all(path, passed):
        if file.size:
            found.append(file)
        else:
            passed.append(Passed(file.name, "0 bytes"))
    return sorted(found, key=_counted), passed


def _all(path: Path, passed: list[Passed]) -> Iterator[File]:
    what = kind(path)
    if what == "nothing":
        raise DataMissingError(f"{short(str(path), 200)} does not exist; give a file or a folder that does.")
    if what == "file":
        yield from _at(path, path.name, passed, inside_of="")
    else:
        yield from _in_folder(path, passed)


def _in_folder(path: Path, passed: list[Passed]) -> Iterator[File]:
    entries = list(inside(path))
    results = {name.rpartition("/")[0] for name, _, _ in entries if name.rpartition("/")[2] == _OURS[0]}
    results &= {name.rpartition("/")[0] for name, _, _ in entries if name.rpartition("/")[2] == _OURS[1]}
    skipped: set[str] = set()
    for name, file, is_folder in entries:
        above = PurePosixPath(name).parents
        if any(str(one) in skipped for one in above):
            continue
        why = "a result of stridenet" if any(_folder(one) in results for one in (name, *map(str, above))) else ""
        why = why or (("hidden" if PurePosixPath(name).name.startswith(".") else "") if is_folder else why_passed(name))
        if why:
            passed.append(Passed(name, why))
            skipped |= {name} if is_folder else set()
        elif not is_folder:
            yield from _at(regular(file), name, passed, inside_of=f"{name}/")
        elif name.lower().endswith(_TABLES) and not any(other.startswith(f"{name}/") for other, _, _ in entries):
            raise DataError(
                f"{plain(path / name)}: a folder, where a table is needed; rename it, or put its tables in it."
            )


def _folder(name: str) -> str:
    return "" if name == "." else name


def _at(path: Path, name: str, passed: list[Passed], *, inside_of: str) -> Iterator[File]:
    """The file at a path, or all of the archive that lies there."""
    low = name.lower()

    def is_wanted(member: str) -> bool:
        if why := why_passed(member):
            passed.append(Passed(inside_of + member, why))
        return not why

    packed: Iterator[Packed]
    if low.endswith(_ZIP):
        packed = filter(lambda one: is_wanted(one[0]), in_zip(path))
    elif low.endswith(_TAR):
        packed = in_tar(path, is_wanted)
    else:
        yield File(name=name, size=path.stat().st_size, open=partial(alone, path), path=path)
        return
    for member, size, read in packed:
        yield File(name=inside_of + member, size=size, open=read)


def _counted(file: File) -> list[tuple[int, str]]:
    """For sorting: numbers within a name by their value."""
    return [(len(part), part) if part.isdigit() else (0, part) for part in re.split(r"(\d+)", file.name)]
