"""The noun: what is known of a data set before a byte of it is read, and how it is read."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from stridenet.signals.recording import Recording
from stridenet.signals.windows import Windows
from stridenet.system.notes import Note

ReadWindows = Callable[[Path], Windows]
ReadRecordings = Callable[[Path, Note], list[Recording]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Dataset:
    """One data set: its facts, its files and its reader.

    A data set comes either already cut (``read_windows``) or as recordings (``read_recordings``), never both. A reader
    is given the archive or folder and takes the files out of it with
    :func:`stridenet.data.formats.archives.members`; it does not look at the cache, the network or the
    settings. What it finds wrong and goes on with it says to the note that it is given; the cache keeps that too.

    Args:
        name: how it is called in the table and on the command line.
        title: its full name.
        about: what was measured, on whom, how; a sentence or two.
        terms: licence and citation, in our own words; shown when it is downloaded.
        url: the official archive; empty when there is nothing to download.
        sha256: the official archive's checksum. ``None`` when it is not known: then the one of the first download is
            kept beside the file, and later reads are held against that.
        files: names of archives and folders to look for, the likeliest first.
        mark: matches the path of one file inside the archive or folder that no other data set has.
        wanted: matches the path of every file that the reader needs.
        rate_hz: samples per second.
        n_people: people in it.
        length: samples in a window, when nothing else is asked for.
        step: samples from one window to the next, when nothing else is asked for.
        test_groups: the people that the authors keep for testing.
        simulated: whether nobody ever wore the sensor.
        read_windows: the reader of a data set that is already cut.
        read_recordings: the reader of a data set that comes as recordings.
        version: to be raised when the reader changes what it gives, so that no old cache entry is used.
    """

    name: str
    title: str
    about: str
    terms: str
    rate_hz: float
    n_people: int = 0
    length: int
    step: int
    url: str = ""
    sha256: str | None = None
    files: tuple[str, ...] = ()
    mark: re.Pattern[str] = re.compile(r"(?!)")
    wanted: re.Pattern[str] = re.compile(r"(?!)")
    test_groups: tuple[str, ...] = ()
    simulated: bool = False
    read_windows: ReadWindows | None = None
    read_recordings: ReadRecordings | None = None
    version: int = 1

    @property
    def has_recordings(self) -> bool:
        """Whether it comes as recordings, so that windows of any length can be cut."""
        return self.read_recordings is not None
