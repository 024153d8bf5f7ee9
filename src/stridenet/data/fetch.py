"""Finding a data set on this machine, and downloading it once when it is not there."""

import contextlib
import logging
import os
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from stridenet.data.formats.archives import ARCHIVES, digest, is_archive, members, shallow_holds
from stridenet.data.paths import given as expanded
from stridenet.data.paths import kind
from stridenet.data.seen import read_sha256
from stridenet.data.sets.dataset import Dataset
from stridenet.errors import DataError, DataMissingError, short
from stridenet.system.cache import cache_folder
from stridenet.system.notes import Note

if TYPE_CHECKING:
    from rich.progress import Progress

_TIMEOUT_S = 30.0  # without a byte


def downloads() -> Path:
    """The folder in the cache that downloaded archives lie in."""
    return cache_folder() / "downloads"


def find(dataset: Dataset, data_dir: Path | None) -> Path | None:
    """The data set's archive or folder; None when it is in none of the places.

    Raises:
        DataMissingError: ``data_dir`` itself does not exist.
    """
    if data_dir is not None and kind(data_dir) == "nothing":
        raise DataMissingError(
            f"the data folder {short(str(data_dir), 200)} (--data-dir) does not exist; give an existing folder."
        )
    for _, place in _places(data_dir):
        for name in (*dataset.files, _archive_name(dataset)):
            candidate = place / name
            found = kind(candidate)
            if found == "file" or (found == "folder" and shallow_holds(candidate, dataset.mark)):
                return candidate
        if shallow_holds(place, dataset.mark) or (place.name in dataset.files and kind(place) == "file"):
            return place
    return None


def fetch(dataset: Dataset, note: Note) -> Path:
    """Downloads the official archive into the cache, once; shows the terms and a progress bar on standard error.

    Raises:
        DataMissingError: there is no address, or no network.
        DataError: what came is not the archive that was expected.
    """
    target = downloads() / _archive_name(dataset)
    if not dataset.url:
        raise DataMissingError(f"data set {dataset.name!r} has no address to be downloaded from.")
    import pooch  # with requests a quarter of a second, and only a download needs it

    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with _quiet(pooch.get_logger()), _bar(f"downloading {dataset.name}") as bar:
            pooch.retrieve(
                dataset.url,
                known_hash=f"sha256:{dataset.sha256}" if dataset.sha256 else None,
                fname=target.name,
                path=target.parent,
                downloader=pooch.HTTPDownloader(progressbar=bar, timeout=_TIMEOUT_S),
            )
    except ValueError:
        raise DataError(
            f"{dataset.url}: what came does not have the checksum of {dataset.name}; try again, or fetch it with a "
            "browser and give its folder with --data-dir."
        ) from None
    except OSError as error:  # requests' errors are OSErrors too
        raise DataMissingError(f"could not be downloaded from {dataset.url} ({_reason(error)})") from None
    if dataset.sha256 is None:
        _keep_checksum(dataset, target)
    note(f"{dataset.title}: {dataset.terms}")
    return target


def check(dataset: Dataset, path: Path, found: str) -> None:
    """Holds a downloaded archive against its checksum: the official one, else that of the first download.

    Args:
        dataset: whose archive it is.
        path: the archive; only one that lies among the downloads is checked.
        found: its SHA-256.

    Raises:
        DataError: it is another one.
    """
    if path.parent != downloads() or kind(path) != "file":
        return
    expected = dataset.sha256 or read_sha256(_checksum_file(path)) or found
    if found != expected:
        raise DataError(
            f"{path}: the archive is not as it was downloaded (another SHA-256); move it away and fetch it again."
        )


def missing(dataset: Dataset, data_dir: Path | None, why: str) -> DataMissingError:
    """An error that says what is missing, where it was looked for and how to give it."""
    looked = ", ".join(f"{place} ({what})" for what, place in _places(data_dir))
    return DataMissingError(
        f"data set {dataset.name!r} is not here: looked for {dataset.files[0]!r} and its other names in {looked}; "
        f"{why}; give its folder with --data-dir or STRIDENET_DATA, or run `stridenet data fetch {dataset.name}` "
        "with a network."
    )


def _places(data_dir: Path | None) -> list[tuple[str, Path]]:
    given = os.environ.get("STRIDENET_DATA")
    places = [("--data-dir", data_dir)] if data_dir is not None else []
    if given:
        places.append(("STRIDENET_DATA", expanded(given)))
    return [*places, ("the cache", downloads())]


def _archive_name(dataset: Dataset) -> str:
    """What a download is called: the data set's name, with the ending of the official archive."""
    official = PurePosixPath(dataset.url).name.lower()
    return dataset.name + max((suffix for suffix in ARCHIVES if official.endswith(suffix)), key=len, default="")


def _checksum_file(path: Path) -> Path:
    return path.with_name(path.name + ".sha256")


def _keep_checksum(dataset: Dataset, path: Path) -> None:
    """Trusts the first download once it has been seen to hold the data, for a server may answer with a page instead."""
    if is_archive(path):
        try:
            whole = next(members(path, dataset.mark), None) is not None
        except DataError:
            whole = False
        if not whole:
            path.unlink()
            raise DataError(
                f"{dataset.url}: what came is not the archive of {dataset.name}; fetch it with a browser and give its "
                "folder with --data-dir."
            )
    _checksum_file(path).write_text(digest(path, dataset.wanted) + "\n", "ascii")


def _reason(error: OSError) -> str:
    """The last cause of a network failure, without the layers of objects around it."""
    text = str(error)
    for part in ("Name or service not known", "Failed to resolve", "timed out", "Connection refused"):
        if part in text:
            return {"Failed to resolve": "no network: the address could not be resolved"}.get(part, part.lower())
    return error.strerror or text.split("\n")[0][:120] or type(error).__name__


@contextlib.contextmanager
def _quiet(logger: logging.Logger) -> Iterator[None]:
    """Nothing of a download is logged: what matters is noted or raised."""
    before = logger.disabled
    logger.disabled = True
    try:
        yield
    finally:
        logger.disabled = before


class _Bar:
    """What pooch asks of a progress bar, drawn by rich."""

    def __init__(self, progress: "Progress", title: str) -> None:
        self._progress = progress
        self._task = progress.add_task(title, total=None)
        self._total = 0

    @property
    def total(self) -> int:
        return self._total

    @total.setter
    def total(self, value: int) -> None:
        self._total = value
        self._progress.update(self._task, total=value or None)

    def update(self, n_bytes: int) -> None:
        self._progress.advance(self._task, n_bytes)

    def reset(self) -> None:
        self._progress.reset(self._task)

    def close(self) -> None:
        """The progress display closes itself."""


@contextlib.contextmanager
def _bar(title: str) -> Iterator[_Bar]:
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    progress = Progress(*columns, console=console, transient=True)
    with progress if console.is_terminal else contextlib.nullcontext():  # rich before 14.3 prints lines when disabled
        yield _Bar(progress, title)
