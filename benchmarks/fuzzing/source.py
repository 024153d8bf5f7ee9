"""A small source of recordings, made up: its files, and what a user would say of it."""

import io
import random
import tarfile
import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

N = 160
"""Samples of a recording."""
RATE_HZ = 50
ACTIVITIES = ("sit", "walk")


@dataclass(frozen=True)
class Source:
    """Files by name, and what is said of them; one file is given as itself, several as their folder.

    Args:
        files: their content.
        said: what the user says.
        enter: the file in the folder that is given, where it is not the folder.
        window: its seconds; None for windows that came cut, and for known data sets.
    """

    files: Mapping[str, bytes]
    said: Mapping[str, Any] = field(default_factory=dict)
    enter: str = ""
    window: float | None = 0.5


Maker = Callable[[random.Random], Source]


def moved(rng: random.Random, i: int, n: int = N, *, scale: float = 1.0, rest: float = 0.0) -> list[float]:
    """One sample of three axes: still in the first half, moving in the second."""
    spread = 0.05 if i < n // 2 else 1.5
    return [scale * rng.gauss(mean, spread) for mean in (0.3, 0.1, 1.0 + rest)]


def what(i: int, n: int = N) -> str:
    return ACTIVITIES[i >= n // 2]


def text(names: Sequence[str], rows: Iterable[Sequence[object]], separator: str = ",", end: str = "\n") -> bytes:
    """A table; no names where there are none."""
    lines = [separator.join(names)] if names else []
    lines += [separator.join(cell if isinstance(cell, str) else _cell(cell) for cell in row) for row in rows]
    return (end.join(lines) + end).encode()


def _cell(value: object) -> str:
    return f"{value:.4f}" if isinstance(value, float) else str(value)


def zipped(files: Mapping[str, bytes], how: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", how) as archive:
        for name, data in files.items():
            archive.writestr(zipfile.ZipInfo(name, (2024, 1, 1, 0, 0, 0)), data, how)
    return out.getvalue()


def tarred(files: Mapping[str, bytes], how: str) -> bytes:
    """``how`` is empty, gz, bz2 or xz."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode=f"w:{how}") as tar:  # type: ignore[call-overload]
        for name, data in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
    return out.getvalue()
