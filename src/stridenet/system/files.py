"""A file is whole or not there: written aside, synced, moved into place; and a folder is held by one process."""

import errno
import os
import shutil
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from stridenet.errors import OutputError

LOCK = "lock"
_WRITING = ".writing-"
_PATIENCE_S = 60


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


@contextmanager
def moved_into(path: Path) -> Iterator[Path]:
    """What :func:`beside` gives; a failed write is one sentence.

    Raises:
        OutputError: the folder cannot be written.
    """
    with writing(path), beside(path) as aside:
        yield aside


@contextmanager
def beside(path: Path) -> Iterator[Path]:
    """A place beside a file to write it at: synced and moved there at the end, taken away where something fails.

    So a file is whole or not there, whatever ends the process. What a killed process left beside it is found by
    :func:`tidy`.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f"{_WRITING}{os.getpid()}-{threading.get_ident()}-{path.name}")
    try:
        yield aside
        sync(aside)
        aside.replace(path)
    except BaseException:
        aside.unlink(missing_ok=True)
        raise


@contextmanager
def scratch(folder: Path) -> Iterator[Path]:
    """A new folder for files that are needed for a while; it goes with them, and those of killed processes go too."""
    folder.mkdir(parents=True, exist_ok=True)
    tidy(folder)
    own = Path(tempfile.mkdtemp(prefix=f"{_WRITING}{os.getpid()}-", dir=folder))
    try:
        yield own
    finally:
        shutil.rmtree(own, ignore_errors=True)


def tidy(folder: Path) -> None:
    """Takes away what processes that are gone had half-written in a folder."""
    for path in folder.glob(f"{_WRITING}*"):
        writer = path.name.removeprefix(_WRITING).partition("-")[0]
        if writer.isdigit() and not _alive(int(writer)):
            if path.is_dir():
                shutil.rmtree(path, ignore_errors=True)
            else:
                path.unlink(missing_ok=True)


def write_aside(path: Path, text: str) -> None:
    """Writes a text file that is never seen half-written."""
    write(path, text.encode())


def write(path: Path, content: bytes) -> Path:
    """Writes a file that is never seen half-written.

    Raises:
        OutputError: the folder cannot be written.
    """
    with moved_into(path) as aside:
        aside.write_bytes(content)
    return path


def with_line(path: Path, line: str) -> list[str]:
    """Adds a line to a file of lines where it is not there yet, and gives all of them, the new one last.

    Two processes add one after the other. What a killed process left of a line stays a line of its own.

    Raises:
        OutputError: the folder cannot be written, or another process has held the file for a minute.
    """
    with writing(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with FileLock(path.with_name(f".{path.name}.{LOCK}"), timeout=_PATIENCE_S):
                before = path.read_text(encoding="utf-8", errors="replace") if path.exists() else ""
                lines = before.splitlines()
                if line in lines:
                    return lines
                with path.open("a", encoding="utf-8", newline="\n") as file:
                    file.write(("" if before.endswith("\n") or not before else "\n") + line + "\n")
                sync(path)
                return [*lines, line]
        except Timeout:
            raise OutputError(f"cannot write {path}: another process holds it; wait for it, or end it.") from None


def claim(path: Path) -> FileLock | None:
    """The lock of a folder that nobody holds; None where somebody does, or where it cannot be had."""
    lock = FileLock(path / LOCK, timeout=0)
    try:
        lock.acquire()
    except (Timeout, OSError):
        return None
    return lock


def hold(path: Path) -> FileLock:
    """Makes the folder and takes its lock, which the system lets go of however the process ends."""
    lock = FileLock(path / LOCK, timeout=0)
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


def _alive(process: int) -> bool:
    if os.name == "nt":
        return True  # asking would end it
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:  # it is another user's
        return True
    return True
