"""The digests of files that were read before, without reading them again: by place, size and time of change."""

import hashlib
import os
import re
import time
from contextlib import suppress
from pathlib import Path

from stridenet.data.formats import archives
from stridenet.system.cache import cache_folder

_SETTLED = 2_000_000_000
"""Nanoseconds: a file that changed within them may change again and look the same, so it is not remembered."""


def digest(path: Path, wanted: re.Pattern[str]) -> str:
    """What :func:`stridenet.data.formats.archives.digest` gives; remembered in the cache, a small file for each place.

    Raises:
        DataError: a file cannot be read.
    """
    looks, newest = _looks(path, wanted)
    note = cache_folder() / "seen" / hashlib.sha256(looks.encode()).hexdigest()[:40]
    try:
        return note.read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError):
        found = archives.digest(path, wanted)
    if time.time_ns() - newest > _SETTLED and _looks(path, wanted)[0] == looks:
        _keep(note, found)
    return found


def _looks(path: Path, wanted: re.Pattern[str]) -> tuple[str, int]:
    """Place, size and times of the file, or of a folder's wanted files; and the newest of the times."""
    files = [path] if path.is_file() else archives.wanted_in(path, wanted)
    states = [(str(file.resolve()), file.stat()) for file in files]
    looks = [f"{name} {s.st_size} {s.st_mtime_ns} {s.st_ctime_ns} {s.st_ino}" for name, s in states]
    newest = max((max(s.st_mtime_ns, s.st_ctime_ns) for _, s in states), default=0)
    return "\n".join([wanted.pattern, *looks]), newest


def _keep(note: Path, content: str) -> None:
    aside = note.with_name(f".{note.name}.{os.getpid()}")
    try:
        note.parent.mkdir(parents=True, exist_ok=True)
        aside.write_text(content, encoding="ascii")
        aside.replace(note)
    except OSError:
        with suppress(OSError):  # it costs time, never the answer
            aside.unlink()
