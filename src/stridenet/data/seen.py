"""The digests of files that were read before, without reading them again: by place, size and time of change."""

import hashlib
import re
import stat
import time
from contextlib import suppress
from pathlib import Path

from stridenet.data.formats import archives
from stridenet.data.paths import kind, unreadable
from stridenet.errors import OutputError
from stridenet.system.cache import cache_folder
from stridenet.system.files import tidy, write

_SETTLED = 2_000_000_000
"""Nanoseconds: a file that changed within them may change again and look the same, so it is not remembered."""


def digest(path: Path, wanted: re.Pattern[str]) -> str:
    """What :func:`stridenet.data.formats.archives.digest` gives; remembered in the cache, a small file for each place.

    Raises:
        DataError: a file cannot be read.
    """
    looks, newest = _looks(path, wanted)
    note = cache_folder() / "seen" / hashlib.sha256(looks.encode()).hexdigest()[:40]
    if known := read_sha256(note):
        return known
    found = archives.digest(path, wanted)
    if time.time_ns() - newest > _SETTLED and _looks(path, wanted)[0] == looks:
        _keep(note, found)
    return found


def read_sha256(note: Path) -> str | None:
    """The checksum in a small file; None unless it is one, since a power loss can leave the file empty or cut off."""
    try:
        if not stat.S_ISREG(note.stat().st_mode):
            return None
        with note.open("rb") as file:
            text = file.read(80).decode("ascii").strip()
    except (OSError, UnicodeDecodeError):
        return None
    return text if re.fullmatch(r"[0-9a-f]{64}", text) else None


def _looks(path: Path, wanted: re.Pattern[str]) -> tuple[str, int]:
    """Place, size and times of the file, or of a folder's wanted files; and the newest of the times."""
    files = [path] if kind(path) == "file" else archives.wanted_in(path, wanted)
    try:
        states = [(str(file.resolve()), file.stat()) for file in files]
    except OSError as error:
        raise unreadable(path, error) from None
    looks = [f"{name} {s.st_size} {s.st_mtime_ns} {s.st_ctime_ns} {s.st_ino}" for name, s in states]
    newest = max((max(s.st_mtime_ns, s.st_ctime_ns) for _, s in states), default=0)
    return "\n".join([wanted.pattern, *looks]), newest


def _keep(note: Path, content: str) -> None:
    with suppress(OutputError):  # it costs time, never the answer
        write(note, content.encode())
        tidy(note.parent)
