"""Movesense's JSON: blocks of samples with one time each."""

from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from stridenet.data.formats.json_text import number, parsed
from stridenet.data.sheet import Known, Sheet
from stridenet.data.source import File
from stridenet.errors import DataError, short

FORM = "Movesense"
_ARRAYS = {
    "ArrayAcc": ("acc", "acceleration with gravity", "m/s^2"),
    "ArrayGyro": ("gyro", "rotation rate", "deg/s"),
    "ArrayMagn": ("mag", "magnetic field", "uT"),
}


def matches(file: File, head: bytes) -> bool:
    """Known by ``Meas`` or its arrays."""
    return file.suffix == ".json" and b'"Timestamp"' in head and any(f'"{word}"'.encode() in head for word in _ARRAYS)


def read(file: File) -> list[Sheet]:
    """A sheet for each measure; the samples of a block are spread evenly until the next.

    Raises:
        DataError: it is damaged, or a block is not like the others.
    """
    whole = parsed(file)
    measures = whole.get("Meas") if isinstance(whole, dict) else None
    if not isinstance(measures, dict):
        raise DataError(f"{file.where} has no Meas with blocks of samples; export it from Movesense again.")
    sheets = [
        _sheet(file, measure, blocks, alone=len(measures) == 1)
        for measure, blocks in measures.items()
        if isinstance(blocks, list) and blocks and isinstance(blocks[0], dict) and set(_ARRAYS) & set(blocks[0])
    ]
    if not sheets:
        raise DataError(f"{file.where} holds {short(list(measures))} and no acceleration, rotation or magnetic field.")
    return sheets


def _sheet(file: File, measure: str, blocks: list[Any], *, alone: bool) -> Sheet:
    where = f"{file.where}, {measure}"
    arrays = [word for word in _ARRAYS if word in blocks[0]]
    values: dict[str, list[float]] = {f"{_ARRAYS[word][0]}_{axis}": [] for word in arrays for axis in "xyz"}
    starts, counts = [], []
    for i, block in enumerate(blocks, start=1):
        at = number(block.get("Timestamp")) if isinstance(block, dict) else None
        if at is None:
            raise DataError(f"{where}, block {i} has no Timestamp; export the file again.")
        count = _fill(values, block, arrays, f"{where}, block {i}")
        starts.append(at)
        counts.append(count)
    times, notes = _times(np.array(starts), np.array(counts))
    known = {"Timestamp": Known("time", "Movesense's ms, one for each block, spread over its samples")}
    known |= {f"{_ARRAYS[w][0]}_{a}": Known("channel", _ARRAYS[w][1]) for w in arrays for a in "xyz"}
    return Sheet(
        name=file.name,
        frame=pl.DataFrame({"Timestamp": times, **values}),
        form=FORM,
        units={"Timestamp": "ms", **{f"{_ARRAYS[w][0]}_{a}": _ARRAYS[w][2] for w in arrays for a in "xyz"}},
        known=known,
        session="" if alone else file.name,
        notes=notes,
    )


def _fill(values: dict[str, list[float]], block: dict[str, Any], arrays: list[str], where: str) -> int:
    counts = set()
    for word in arrays:
        samples = block.get(word)
        if not isinstance(samples, list) or not samples:
            raise DataError(f"{where} has no {word}; export the file again.")
        counts.add(len(samples))
        for sample in samples:
            for axis in "xyz":
                value = number(sample.get(axis)) if isinstance(sample, dict) else None
                if value is None:
                    raise DataError(f"{where}, {word}: a sample lacks {axis}; export the file again.")
                values[f"{_ARRAYS[word][0]}_{axis}"].append(value)
    if len(counts) > 1:
        raise DataError(f"{where} has arrays of {min(counts)} and {max(counts)} samples; export the file again.")
    return counts.pop()


def _times(
    starts: npt.NDArray[np.float64], counts: npt.NDArray[np.int64]
) -> tuple[npt.NDArray[np.float64], tuple[str, ...]]:
    """A time for each sample: its block's, and the usual step from there on."""
    steps = np.diff(starts) / counts[:-1]
    step = float(np.median(steps[steps > 0])) if (steps > 0).any() else float("nan")
    within = np.concatenate([np.arange(count) for count in counts])
    if np.isnan(step):
        if counts.max() > 1:
            return np.repeat(starts, counts), ("its blocks' times do not rise, so the samples of one share a time",)
        step = 0.0
    each = np.where((steps > 0) & (steps < 2 * step), steps, step)  # after a gap, the usual step
    each = np.append(each, step)
    note = () if counts.max() == 1 else ("a block's samples were spread evenly over the time until the next block",)
    return np.repeat(starts, counts) + within * np.repeat(each, counts), note
