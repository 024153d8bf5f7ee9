"""The table of formats: one file each, one line here, known by their signature."""

from collections.abc import Iterator
from importlib import import_module
from typing import Literal, Protocol

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

    def refine(self, sheet: Sheet) -> list[Sheet] | None:
        """The sheet, or one a sensor, with what is known of this recorder's columns; None where it is none of its."""


READERS: tuple[str, ...] = (
    "ts",
    "arrays",
    "spreadsheet",
    "empatica",
    "edge_impulse",
    "movesense",
    "sensor_logger_json",
    "sensor_logger_posts",
    "wearables",
    "whar",  # its tables are Parquet too
    "parquet",
    "physionet",
    "openbci",
    "lvm",
    "delsys",
    "json_lines",
    "delimited",
)
"""In this order; the last takes any text."""
RECORDERS: tuple[str, ...] = (
    "sensor_logger",
    "phyphox",
    "physics_toolbox",
    "metawear",
    "xsens",
    "embrace",
    "actigraph",
    "axivity",
    "arduino",
    "androsensor",
    "sensorlog",
    "shimmer",
    "activpal",
    "biobank",
    "polar",
    "biosignals",
    "geneactiv",
    "public_sets",
    "loggers",
    "annotations",
)
"""In this order; modules of ``formats/recorders``."""


def read(file: File, *, layout: Literal["ntc", "nct"] | None = None) -> list[Sheet | Cases]:
    """What a file holds, by the first format that it is of, and what its recorder's manner says of it.

    Args:
        file: the file.
        layout: the axes of arrays, where the user says them.

    Raises:
        DataError: it is damaged, or of no form that is known.
    """
    head = file.head()
    for name in READERS:
        reader: Reader = import_module(f"stridenet.data.formats.{name}")
        if reader.matches(file, head):
            found = reader.read(file, layout) if name == "arrays" else reader.read(file)  # type: ignore[call-arg]
            return [part for one in found for part in (refined(one) if isinstance(one, Sheet) else [one])]
    raise TypeError("the last reader takes any file.")


def refined(sheet: Sheet) -> list[Sheet]:
    """A plain table with what its recorder's manner says of it, or one sheet a sensor."""
    if sheet.kind != "samples" or sheet.form != "table":  # its reader knows it already
        return [sheet]
    for recorder in _recorders():
        if (known := recorder.refine(sheet)) is not None:
            return known
    return [sheet]


def _recorders() -> Iterator[Recorder]:
    for name in RECORDERS:
        yield import_module(f"stridenet.data.formats.recorders.{name}")
