"""The files of a source: of a folder, an archive or one file, with what was passed over and why."""

import gzip
import io
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from stridenet.errors import short

_HEAD = 1 << 16


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

    def head(self) -> bytes:
        """Its first bytes, unpacked where it is packed by itself."""
        if self.path is None:
            return self.open()[:_HEAD]
        with self.path.open("rb") as file:
            begin = file.read(_HEAD)
        if begin[:2] == b"\x1f\x8b":
            try:
                begin = gzip.GzipFile(fileobj=io.BytesIO(begin)).read1(_HEAD)
            except (EOFError, OSError):
                return begin
        return begin


@dataclass(frozen=True, slots=True)
class Passed:
    """A file that was passed over, and why."""

    name: str
    why: str
