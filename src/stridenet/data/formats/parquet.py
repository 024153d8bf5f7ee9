"""Parquet files as frames, once they are known to be whole.

Polars ends the whole process, or panics on several threads at once, on many a damaged Parquet file. So a child process
reads all of them first: what it does not survive is named, and nothing of it is seen.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import polars as pl

from stridenet.data.formats.frames import sheet_of
from stridenet.data.sheet import Sheet
from stridenet.data.source import File
from stridenet.errors import DataError
from stridenet.system.machine import SHARE, free_memory

SUFFIXES = (".parquet", ".pq")
_MAGIC = b"PAR1"
_TOO_LARGE = 3
_CONVENTION = "a table has one row per sample, and columns of numbers for the channels"
_SECONDS = 60.0
_BYTES_A_SECOND = 10e6
_WHOLE: set[tuple[str, int, int]] = set()
"""Path, size and time of what was found whole: a child takes a third of a second."""
_CHILD = """
import os, sys
try:
    import resource
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
except (ImportError, ValueError, OSError):
    pass
import polars as pl
memory = int(sys.argv[1])
for name in sys.stdin.buffer.read().split(b"\\0"):
    os.write(1, b".")
    lazy = pl.scan_parquet(os.fsdecode(name), glob=False, hive_partitioning=False)
    if 8 * len(lazy.collect_schema()) * lazy.select(pl.len()).collect().item() > memory:
        sys.exit(3)
    pl.read_parquet(os.fsdecode(name), glob=False, hive_partitioning=False)
"""


def matches(file: File, head: bytes) -> bool:
    """Whether the file is Parquet, by its name or its first bytes."""
    return file.suffix in SUFFIXES or head.startswith(_MAGIC)


def read(file: File) -> list[Sheet]:
    """A Parquet file as a sheet, once a child process has found it whole.

    Raises:
        DataError: it is damaged, no Parquet file, or there is no memory for it.
    """
    with tempfile.TemporaryDirectory() as folder:
        if (path := file.path) is None:
            path = Path(folder, "table.parquet")
            path.write_bytes(file.open())
        check_whole([(path, file.where)])
        return [sheet_of(read_parquet(path, file.where), file.name, file.where, form="Parquet")]


def read_parquet(file: Path, where: str) -> pl.DataFrame:
    """The very file that is named; brackets and stars in its name are no pattern.

    Raises:
        DataError: it is no Parquet file, or a damaged one.
    """
    try:
        return pl.read_parquet(file, glob=False, hive_partitioning=False)
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException) as error:
        raise _damaged(where) from error


def check_whole(files: Sequence[tuple[Path, str]]) -> None:
    """Refuses the first file that is no whole Parquet file.

    Args:
        files: where each lies, and how a message begins.

    Raises:
        DataError: a file is damaged, or there is no memory for it.
    """
    for file, where in files:
        _check_ends(file, where)
    looks = {file: _look(file) for file, _ in files}
    files = [(file, where) for file, where in files if looks[file] not in _WHOLE]
    if not files or not sys.executable:  # Python within another program has no way to start a child
        return
    memory = int(SHARE * free_memory())
    names = b"\0".join(os.fsencode(file.absolute()) for file, _ in files)
    patience = _SECONDS + sum(file.stat().st_size for file, _ in files) / _BYTES_A_SECOND
    try:
        done = subprocess.run(  # -P: a polars.py in the folder of the user is none of ours
            [sys.executable, "-P", "-c", _CHILD, str(memory)],
            input=names,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=patience,
            check=False,
        )
        said, status = done.stdout, done.returncode
    except subprocess.TimeoutExpired as error:
        said, status = error.stdout or b".", 1
    except OSError:  # no child to be had: the reading itself will tell
        return
    if status:
        where = files[max(0, len(said) - 1)][1]
        if status == _TOO_LARGE:
            raise DataError(
                f"{where} says that it holds more than the {memory / 1e9:.1f} GB of memory that may be used; it is "
                "damaged, or must be cut into several files."
            )
        raise _damaged(where)
    _WHOLE.update(looks[file] for file, _ in files)


def _look(file: Path) -> tuple[str, int, int]:
    state = file.stat()
    return str(file.absolute()), state.st_size, state.st_mtime_ns


def _check_ends(file: Path, where: str) -> None:
    """The cheap signs of a file that is none, or was cut: its first and last bytes, and the length of its table."""
    size = file.stat().st_size
    with file.open("rb") as opened:
        begin = opened.read(4)
        opened.seek(max(0, size - 8))
        end = opened.read(8)
    if begin != _MAGIC and end[4:] != _MAGIC:
        raise DataError(f"{where} is no Parquet file, whatever its name says; {_CONVENTION}.")
    if begin != _MAGIC or end[4:] != _MAGIC or int.from_bytes(end[:4], "little") > size - 12:
        raise _damaged(where)


def _damaged(where: str) -> DataError:
    return DataError(f"{where} is a Parquet file that is damaged or was cut off; copy or write it again.")
