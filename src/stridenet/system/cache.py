"""The cache on disk: named arrays and their metadata, one file an entry.

An entry is written aside and moved into place, so that nobody sees half of one, and two processes may write the same
entry at once: the later one wins, and both hold the same. On reading, size and checksum are compared; the arrays are
then views onto the mapped file. An entry is one file rather than a folder of ``.npy`` because one file is replaced in
one step on every system.

The checksum is CRC-32: it guards against damage, not against malice, and takes a quarter of SHA-256's time.
"""

import json
import math
import mmap
import os
import stat
import zlib
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from operator import itemgetter
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from platformdirs import user_cache_path

from stridenet.errors import SettingError
from stridenet.system.files import beside, tidy, writing
from stridenet.system.notes import Note, silent

_MAGIC = b"stridenet store 1"
_ALIGN = 64  # bytes; the widest vector register


@dataclass(frozen=True, slots=True)
class Stored:
    """Named arrays and what belongs to them.

    Args:
        arrays: of any shape; not of Python objects.
        meta: whatever JSON can hold.
    """

    arrays: dict[str, npt.NDArray[Any]]
    meta: dict[str, Any] = field(default_factory=dict)


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
        for array in stored.arrays.values():
            array.flags.writeable = False
        return stored


def _write(path: Path, stored: Stored) -> None:
    """Writes aside, syncs, and moves into place."""
    bodies = []
    table = []
    offset = 0
    for name, array in stored.arrays.items():
        body = np.ascontiguousarray(array)
        if body.dtype.hasobject:
            raise TypeError(f"array {name!r} holds Python objects, which the store does not keep.")
        pad = -offset % _ALIGN
        offset += pad
        table.append({"name": name, "dtype": body.dtype.str, "shape": array.shape, "offset": offset})
        bodies.append((pad, body.reshape(-1).view(np.uint8).data if body.size else b""))
        offset += body.nbytes
    checksum = 0
    for pad, data in bodies:
        checksum = zlib.crc32(data, zlib.crc32(b"\0" * pad, checksum))
    header = json.dumps({"arrays": table, "size": offset, "crc32": checksum, "meta": stored.meta}).encode()
    first = b"%s %d %d\n" % (_MAGIC, len(header), zlib.crc32(header))
    start = first + header
    with beside(path) as aside, aside.open("wb") as file:
        tidy(path.parent)
        file.write(start + b"\0" * (-len(start) % _ALIGN))
        for pad, data in bodies:
            file.write(b"\0" * pad)
            file.write(data)


def _read(path: Path) -> Stored:
    """Maps an entry and checks that it is whole."""
    if not stat.S_ISREG(path.stat().st_mode):
        raise _DamagedError("it is no regular file")
    with path.open("rb") as file:
        size = os.fstat(file.fileno()).st_size
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
        mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    if zlib.crc32(memoryview(mapped)[begin:]) != described["crc32"]:
        raise _DamagedError("its checksum differs")
    arrays = {}
    for entry in described["arrays"]:
        count = math.prod(entry["shape"])
        dtype = np.dtype(entry["dtype"])
        flat = np.frombuffer(mapped, dtype, count, begin + entry["offset"]) if count else np.empty(0, dtype)
        flat.flags.writeable = False
        arrays[entry["name"]] = flat.reshape(entry["shape"])
    return Stored(arrays, described["meta"])
