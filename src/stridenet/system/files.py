"""A file is whole or not there: written aside, synced, moved into place; and a folder is held by one process."""

import errno
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from stridenet.errors import OutputError

_LOCK = "lock"


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Turns a failed write into one sentence that names the place and the reason."""
    try:
        yield
    except OSError as error:
        if isinstance(error, OutputError):
            raise
        full = error.errno == errno.ENOSPC or "No space left" in str(error)
        reason = "the disk is full" if full else (error.strerror or str(error))
        raise OutputError(f"cannot write {path}: {reason}; choose another folder with --out, or make room.") from error


def write_aside(path: Path, text: str) -> None:
    """Writes a text file beside its place and moves it there, so that it is never seen half-written."""
    with writing(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        aside = path.with_name(f".{path.name}.tmp")
        aside.write_text(text, encoding="utf-8")
        sync(aside)
        aside.replace(path)


def write(path: Path, content: bytes) -> Path:
    """Writes a file aside and moves it into place.

    Raises:
        OutputError: the folder cannot be written.
    """
    with writing(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, aside = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
            Path(aside).chmod(0o644)
            Path(aside).replace(path)
        except BaseException:
            Path(aside).unlink(missing_ok=True)
            raise
    return path


def hold(path: Path) -> FileLock:
    """Makes the folder and takes its lock, which the system lets go of however the process ends."""
    lock = FileLock(path / _LOCK, timeout=0)
    with writing(path):
        path.mkdir(parents=True, exist_ok=True)
        try:
            lock.acquire()
        except Timeout:
            raise OutputError(
                f"{path}: another process is at this very run; wait for it, or use another --out."
            ) from None
    return lock


def sync(path: Path) -> None:
    """Waits until a file or a folder is on the disk; Windows knows this for files only."""
    if os.name == "nt" and path.is_dir():
        return
    handle = os.open(path, os.O_RDONLY if os.name != "nt" else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
