"""Which data is meant, a known set by name or by its files, or own files; and what is refused of a known set."""

import re
from pathlib import Path
from typing import TYPE_CHECKING

from stridenet.data.sets.table import TABLE, info
from stridenet.errors import DataMissingError, SettingError, plain, short, unknown_name
from stridenet.spec import ReadSpec
from stridenet.system.notes import Note, silent

if TYPE_CHECKING:
    from stridenet.data.sets.dataset import Dataset


def find(
    data: str, said: ReadSpec, data_dir: Path | str | None, *, download: bool, note: Note | None
) -> "tuple[Dataset | None, Path | None, ReadSpec]":
    """Which data set, and where; no data set for own files, no path for what is not read from files.

    Args:
        data: a name, or a path of recordings, of a description of them or of what holds a known data set.
        said: how own files are to be understood; a description adds to it.
        data_dir: where a named data set lies.
        download: whether it may be downloaded.
        note: told the terms before a download.

    Raises:
        UnknownNameError: neither a known name nor a path.
        DataMissingError: nothing lies there.
    """
    if data in TABLE:
        dataset = info(data)
        path = None if dataset.simulated else locate(dataset, data_dir, download=download, note=note)
        return dataset, path, said
    from stridenet.data.paths import given, kind

    path = given(data)
    if path.suffix.lower() == ".toml" and kind(path) == "file":
        from stridenet.data.understand.saved import described

        path, said = described(path, said)
    if kind(path) == "nothing":
        if path.name == data and not path.suffix:
            error = unknown_name("data set", data, TABLE)
            raise type(error)(f"{error} Nor is a file or folder of this name in {plain(Path.cwd())}.")
        raise DataMissingError(
            f"{short(data, 200)} is neither a file nor a folder nor a known data set ({', '.join(TABLE)}); check the "
            f"path, which is looked for from {plain(Path.cwd())}."
        )
    from stridenet.data.formats.archives import first_path

    candidates = [info(name) for name in TABLE]
    found = first_path(path, re.compile("|".join(f"(?:{_alone(c.mark)})" for c in candidates)))
    for candidate in candidates:
        if found is not None and candidate.mark.search(found):
            return candidate, path, said
    return None, path, said


def locate(dataset: "Dataset", data_dir: Path | str | None, *, download: bool, note: Note | None) -> Path:
    """Where a data set lies, downloaded first where that is allowed and it is nowhere.

    Raises:
        DataMissingError: it is nowhere, and cannot be downloaded.
    """
    from stridenet.data import fetch

    data_dir = None if data_dir is None else Path(data_dir)
    path = fetch.find(dataset, data_dir)
    if path is not None:
        return path
    if not download:
        raise fetch.missing(dataset, data_dir, "downloading was not allowed")
    try:
        return fetch.fetch(dataset, note or silent)
    except DataMissingError as error:
        raise fetch.missing(dataset, data_dir, f"it {error}") from None


def refuse_said(dataset: "Dataset", said: ReadSpec) -> None:
    """A known data set is understood already.

    Raises:
        SettingError: something is said of how to read it, which would do nothing.
    """
    given = said.model_dump(exclude_defaults=True)
    if given:
        name, value = next(iter(given.items()))
        raise SettingError(
            f"{dataset.name} is a known data set of {dataset.rate_hz:g} Hz: {name}={value!r} is for own files and "
            "would do "
            "nothing; leave it out."
        )


def check_size(dataset: "Dataset", what: str, samples: int | None, seconds: float | None, own: int) -> None:
    """Refuses other windows than those that a data set comes in.

    Raises:
        SettingError: a size in samples and in seconds, or one that it does not have.
    """
    if samples is not None and seconds is not None:
        raise SettingError(f"give {what} in samples or {what}_s in seconds, one of the two.")
    if samples in (None, own) and (seconds is None or round(seconds * dataset.rate_hz) == own):
        return
    asked = f"{what}={samples}" if samples is not None else f"{what}_s={seconds:g}"
    raise SettingError(
        f"{dataset.name} is already cut into windows of {dataset.length} samples with a step of {dataset.step}: "
        f"{asked} is not to be had; leave it out, or use hapt, the recordings that its windows were cut from."
    )


def source_of(dataset: "Dataset | None", path: Path | None) -> str:
    """Where the data came from, for people to read."""
    if dataset is None:
        return f"own files, from {path.name if path else ''}"
    return dataset.name if path is None else f"{dataset.name}, from {path.name}"


def _alone(mark: re.Pattern[str]) -> str:
    """The pattern, for use beside others: groups are not numbered, so that none is meant by another's number."""
    return re.sub(r"\((?!\?)", "(?:", mark.pattern)
