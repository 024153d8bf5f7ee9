"""Own recordings as strangers write them: small tables of people who sit and then walk, at 10 Hz."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import numpy as np
import polars as pl
import pytest

import stridenet
from stridenet.data.own import Recordings, told

Columns = dict[str, Sequence[Any]]


def sat_and_walked(seed: int = 0, n: int = 120, rate_hz: float = 10.0, **more: Sequence[Any]) -> Columns:
    """Columns time, ax, ay, az, activity; other columns take the place of those of their names, None takes one out."""
    rng = np.random.default_rng(seed)
    columns: Columns = {
        "time": [round(i / rate_hz, 6) for i in range(n)],
        "ax": rng.normal(0, 1, n).round(4).tolist(),
        "ay": rng.normal(0, 1, n).round(4).tolist(),
        "az": rng.normal(9.8, 1, n).round(4).tolist(),
        "activity": ["sit"] * (n // 2) + ["walk"] * (n - n // 2),
    } | more
    return {name: cells for name, cells in columns.items() if cells is not None}


@dataclass
class Lab:
    """A folder into which a test writes, and from which it reads."""

    folder: Path

    def write(self, name: str, columns: Mapping[str, Sequence[Any]], separator: str = ",") -> Path:
        """Writes a table, as text or as Parquet, as the name says."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.suffix == ".parquet":
            pl.DataFrame(dict(columns), strict=False).write_parquet(path)
            return path
        rows = [
            separator.join(columns),
            *(separator.join(map(str, row)) for row in zip(*columns.values(), strict=True)),
        ]
        path.write_text("\n".join(rows) + "\n", encoding="utf-8")
        return path

    def zipped(self) -> Path:
        """All that was written, as an archive beside the folder."""
        path = self.folder.parent / f"{self.folder.name}.zip"
        with ZipFile(path, "w") as archive:
            for file in sorted(self.folder.rglob("*")):
                if file.is_file():
                    archive.write(file, file.relative_to(self.folder).as_posix())
        return path

    def read(self, name: str = "", **said: Any) -> Recordings:
        """Reads one file, or the folder."""
        return stridenet.read(str(self.folder / name) if name else str(self.folder), **said)


@pytest.fixture
def lab(tmp_path: Path) -> Lab:
    """An empty folder, to be filled."""
    folder = tmp_path / "recordings"
    folder.mkdir()
    return Lab(folder)


@pytest.fixture
def table() -> Callable[..., Columns]:
    """See :func:`sat_and_walked`."""
    return sat_and_walked


def people_of(recordings: Recordings) -> list[str]:
    """Each once."""
    return sorted({one.group for one in recordings})


@pytest.fixture
def people() -> Callable[[Recordings], list[str]]:
    """See :func:`people_of`."""
    return people_of


@pytest.fixture
def tells() -> Callable[[Recordings], str]:
    """All that a user is told of recordings, in one text."""
    return lambda recordings: "\n".join([*told(recordings.description), *recordings.description.doubts])
