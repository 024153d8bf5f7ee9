"""The cache on disk: named arrays and their metadata, one file an entry.

An entry is written aside and moved into place, so that nobody sees half of one, and two processes may write the same
entry at once: the later one wins, and both hold the same. On reading, sizes and checksums are compared; the arrays are
then views onto the mapped file. An entry is one file rather than a folder of ``.npy`` because one file is replaced in
one step on every system.

An array that memory may not hold must not be read whole at each opening. So the checksums of all arrays are compared
once for a file as it looks, by place, size and time of change, which is remembered beside what other files look like;
after that only those of small arrays are.

The checksum is CRC-32: it guards against damage, not against malice, and takes a quarter of SHA-256's time.
"""

import hashlib
import json
import math
import os
import stat
import time
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import chain
from operator import itemgetter
from pathlib import Path
from typing import IO, Any, NamedTuple

import numpy as np
import numpy.typing as npt
from platformdirs import user_cache_path

from stridenet.errors import OutputError, SettingError
from stridenet.system.files import beside, tidy, write, writing
from stridenet.system.mapped import forget
from stridenet.system.notes import Note, silent

_MAGIC = b"stridenet store 2"
_ALIGN = 64  # bytes; the widest vector register
_BLOCK = 1 << 20  # bytes that are read or written at a time
_SMALL = 1 << 20
"""Bytes of an array whose checksum is compared at each opening."""
_SETTLED = 2_000_000_000
"""Nanoseconds: a file that changed within them may change again and look the same, so it is not remembered."""


class Body(NamedTuple):
    """An array as its parts, end to end."""

    parts: Sequence[npt.NDArray[Any]]
    dtype: np.dtype[Any]
    shape: tuple[int, ...]

    @classmethod
    def of(cls, parts: Sequence[npt.NDArray[Any]]) -> "Body":
        """The parts as one array."""
        lengths = [len(part) for part in parts] if parts[0].ndim else []
        first = [sum(lengths)] if lengths else []
        return cls(parts, np.result_type(*{part.dtype for part in parts}), (*first, *parts[0].shape[1:]))

    @property
    def nbytes(self) -> int:
        """Its bytes."""
        return math.prod(self.shape) * self.dtype.itemsize

    def blocks(self) -> Iterator[memoryview]:
        """Its bytes, some at a time."""
        for part in self.parts:
            rows = max(1, _BLOCK * len(part) // max(1, part.size * self.dtype.itemsize)) if part.ndim else 1
            for first in range(0, len(part) if part.ndim else 1, rows):
                some = np.ascontiguousarray(part[first : first + rows] if part.ndim else part, self.dtype)
                if some.size:
                    yield some.reshape(-1).view(np.uint8).data
                    forget(part[first : first + rows] if part.ndim else part)


@dataclass(frozen=True, slots=True)
class Stored:
    """Named arrays and what belongs to them.

    Args:
        arrays: of any shape; not of Python objects.
        meta: whatever JSON can hold.
        parts: arrays that are given as parts, at least one, to be written end to end: memory need not hold them joined.
            What was stored has them among ``arrays``.
    """

    arrays: dict[str, npt.NDArray[Any]]
    meta: dict[str, Any] = field(default_factory=dict)
    parts: dict[str, list[npt.NDArray[Any]]] = field(default_factory=dict)

    def bodies(self) -> Iterator[tuple[str, Body]]:
        """All arrays by name, as they are written."""
        for name, some in {**{name: [array] for name, array in self.arrays.items()}, **self.parts}.items():
            yield name, Body.of(some)


class _DamagedError(Exception):
    """The file is not an entry, or not a whole one."""


def cache_folder() -> Path:
    """Where the cache lies: the environment variable ``STRIDENET_CACHE``, else the system's place for caches."""
    given = os.environ.get("STRIDENET_CACHE")
    try:
        return Path(given).expanduser() if given else user_cache_path("stridenet", appauthor=False)
    except RuntimeError:
        raise SettingError(f"STRIDENET_CACHE is {given!r}: there is no such home folder; name another place.") from None


KINDS = {
    "read": "data as it was read",
    "seen": "what files that were read look like",
    "downloads": "archives as they were downloaded",
    "compiled": "programs for this processor",
}
"""What the cache holds: a folder each."""


def held(kind: str) -> tuple[int, int]:
    """How many files of a kind the cache holds, those that a killed process left too, and their bytes."""
    sizes = [path.lstat().st_size for path in _files(cache_folder() / kind)]
    return len(sizes), sum(sizes)


def clear(kind: str) -> tuple[int, int]:
    """Empties a kind; how many files went, and their bytes.

    Raises:
        OutputError: the folder cannot be written.
    """
    gone = []
    for path in _files(cache_folder() / kind):
        with writing(path), suppress(FileNotFoundError):  # another process was quicker
            size = path.lstat().st_size
            path.unlink()
            gone.append(size)
    return len(gone), sum(gone)


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_symlink() or path.is_file())


def limit(folder: Path, most: int) -> None:
    """Takes away what was not used for longest, until what lies in a folder is no more than ``most`` bytes."""
    seen = []
    for path in folder.rglob("*"):
        with suppress(OSError):  # another process was quicker
            state = path.stat()
            if stat.S_ISREG(state.st_mode):
                seen.append((max(state.st_atime, state.st_mtime), state.st_size, path))
    size = sum(n for _, n, _ in seen)
    for _, n, path in sorted(seen, key=itemgetter(0)):
        if size <= most:
            break
        with suppress(OSError):
            path.unlink()
        size -= n


def load_or_make(
    key: str, make: Callable[[], Stored], *, folder: Path | None = None, note: Note | None = None
) -> Stored:
    """What is stored under a key; made and stored when there is nothing, or nothing whole.

    A cache that cannot be written or read costs time but never the answer: it is noted and done without.

    Args:
        key: a file name that changes whenever the content would.
        make: gives the content; what it raises is passed on, and nothing is stored.
        folder: where to keep it, by default ``read`` in :func:`cache_folder`.
        note: told, in a sentence, what did not go as usual.

    Returns:
        Read-only arrays, as views onto the file when it could be kept.

    >>> import tempfile
    >>> from pathlib import Path
    >>> folder = Path(tempfile.mkdtemp())
    >>> made = load_or_make("squares", lambda: Stored({"x": np.arange(3) ** 2}, {"unit": "g"}), folder=folder)
    >>> load_or_make("squares", lambda: Stored({}), folder=folder).arrays["x"].tolist()
    [0, 1, 4]
    """
    tell = note or silent
    path = (folder or cache_folder() / "read") / f"{key}.bin"
    try:
        return _read(path)
    except FileNotFoundError:
        pass
    except _DamagedError as error:
        tell(f"the cache entry {path} is damaged ({error}) and is made anew.")
    except OSError as error:
        tell(f"the cache entry {path} cannot be read ({error.strerror or error}) and is made anew.")
    stored = make()
    try:
        _write(path, stored)
        return _read(path)
    except (OSError, _DamagedError) as error:
        why = getattr(error, "strerror", None) or error
        tell(f"the cache folder {path.parent} cannot be used ({why}); going on without it.")
        stored = Stored(
            stored.arrays | {name: np.concatenate(some) for name, some in stored.parts.items()}, stored.meta
        )
        for array in stored.arrays.values():
            array.flags.writeable = False
        return stored


def _write(path: Path, stored: Stored) -> None:
    """Writes aside, syncs, and moves into place."""
    bodies, table, offset = [], [], 0
    for name, body in stored.bodies():
        if body.dtype.hasobject:
            raise TypeError(f"array {name!r} holds Python objects, which the store does not keep.")
        pad = -offset % _ALIGN
        offset += pad
        table.append(
            {
                "name": name,
                "dtype": body.dtype.str,
                "shape": body.shape,
                "offset": offset,
                "crc32": _checksum(chain([b"\0" * pad], body.blocks())),
            }
        )
        bodies.append((pad, body))
        offset += body.nbytes
    header = json.dumps({"arrays": table, "size": offset, "meta": stored.meta}).encode()
    first = b"%s %d %d\n" % (_MAGIC, len(header), zlib.crc32(header))
    start = first + header
    with beside(path) as aside, aside.open("wb") as file:
        tidy(path.parent)
        file.write(start + b"\0" * (-len(start) % _ALIGN))
        for pad, body in bodies:
            file.write(b"\0" * pad)
            for block in body.blocks():
                file.write(block)


def _read(path: Path) -> Stored:
    """Maps an entry and checks that it is whole."""
    if not stat.S_ISREG(path.stat().st_mode):
        raise _DamagedError("it is no regular file")
    with path.open("rb") as file:
        looks = os.fstat(file.fileno())
        size = looks.st_size
        first = file.readline(64)
        try:
            head, length, checksum = first.rsplit(maxsplit=2)
            header = file.read(min(int(length), size))
            whole = head == _MAGIC and zlib.crc32(header) == int(checksum)
        except ValueError:
            whole = False
        if not whole:
            raise _DamagedError("its header is not ours")
        described = json.loads(header)
        begin = len(first) + len(header)
        begin += -begin % _ALIGN
        if size != begin + described["size"]:
            raise _DamagedError(f"{size} bytes instead of {begin + described['size']}")
        known = _Known(path, looks)
        arrays, end = {}, begin
        for entry in described["arrays"]:
            shape, dtype, offset = tuple(entry["shape"]), np.dtype(entry["dtype"]), begin + entry["offset"]
            n = math.prod(shape) * dtype.itemsize
            pad, end = offset - end, offset + n
            if (n <= _SMALL or not known.whole) and _checksum(_blocks(file, offset - pad, pad + n)) != entry["crc32"]:
                raise _DamagedError(f"the checksum of {entry['name']!r} differs")
            array = np.memmap(file, dtype, "r", offset, shape) if n else np.empty(shape, dtype)
            array.flags.writeable = False
            arrays[entry["name"]] = array.view(np.ndarray)
        known.remember()
    return Stored(arrays, described["meta"])


class _Known:
    """Whether a file that looks like this was found whole before."""

    def __init__(self, path: Path, looks: os.stat_result) -> None:
        said = f"{path.absolute()} {looks.st_size} {looks.st_mtime_ns} {looks.st_ctime_ns} {looks.st_ino}"
        self._said = hashlib.sha256(said.encode()).hexdigest()
        self._note = cache_folder() / "seen" / hashlib.sha256(f"entry {path.absolute()}".encode()).hexdigest()[:40]
        self._settled = time.time_ns() - max(looks.st_mtime_ns, looks.st_ctime_ns) > _SETTLED
        self.whole = False
        with suppress(OSError, UnicodeDecodeError):
            self.whole = self._note.is_file() and self._note.read_text("ascii") == self._said

    def remember(self) -> None:
        if self._settled and not self.whole:
            with suppress(OutputError):  # it costs time, never the answer
                write(self._note, self._said.encode())


def _blocks(file: IO[bytes], offset: int, n: int) -> Iterator[bytes]:
    """So many bytes of a file, read and not mapped: what is mapped counts as this process' memory."""
    file.seek(offset)
    while n > 0 and (block := file.read(min(n, _BLOCK))):
        yield block
        n -= len(block)


def _checksum(blocks: Iterable[bytes | memoryview]) -> int:
    checksum = 0
    for block in blocks:
        checksum = zlib.crc32(block, checksum)
    return checksum
