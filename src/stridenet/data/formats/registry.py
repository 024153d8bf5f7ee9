"""The table of formats: one file each, one line here, known by their signature."""

from collections.abc import Iterator
from importlib import import_module
from typing import Protocol

from stridenet.data.sheet import Cases, Sheet
from stridenet.data.source import File


class Reader(Protocol):
    """A module that reads files of its own kind; the first that matches reads a file."""

    def matches(self, file: File, head: bytes) -> bool:
        """Whether the file is of this kind, by its name and its first 64 KiB."""

    def read(self, file: File) -> list[Sheet | Cases]:
        """The file's sheets or cases; what is wrong is a DataError."""


class Recorder(Protocol):
    """A module that knows how one recorder writes ordinary tables."""

    def refine(self, sheet: Sheet) -> Sheet | None:
        """The sheet with all that is known of this recorder's columns; None where it is none of its."""


READERS: tuple[str, ...] = ("parquet", "spreadsheet", "json_lines", "delimited")
"""In this order; the last takes any text."""
RECORDERS: tuple[str, ...] = ()
"""In this order; modules of ``formats/recorders``."""


def read(file: File) -> list[Sheet | Cases]:
    """What a file holds, by the first format that it is of, and what its recorder's manner says of it.

    Raises:
        DataError: it is damaged, or of no form that is known.
    """
    head = file.head()
    for name in READERS:
        reader: Reader = import_module(f"stridenet.data.formats.{name}")
        if reader.matches(file, head):
            return [_refined(one) if isinstance(one, Sheet) else one for one in reader.read(file)]
    raise TypeError("the last reader takes any file.")


def _refined(sheet: Sheet) -> Sheet:
    for recorder in _recorders():
        if (known := recorder.refine(sheet)) is not None:
            return known
    return sheet


def _recorders() -> Iterator[Recorder]:
    for name in RECORDERS:
        yield import_module(f"stridenet.data.formats.recorders.{name}")
