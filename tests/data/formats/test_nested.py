"""Cells that hold several values, in JSON, Parquet and data frames alike."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

import stridenet
from stridenet.errors import DataError

X = np.random.default_rng(0).normal(size=(120, 3)).round(4)


def as_json(rows: dict[str, Any], folder: Path) -> Any:
    path = folder / "p1.jsonl"
    path.write_text(
        "\n".join(json.dumps(dict(zip(rows, row, strict=True))) for row in zip(*rows.values(), strict=True))
    )
    return path


def as_parquet(rows: dict[str, Any], folder: Path) -> Any:
    pl.DataFrame(rows).write_parquet(folder / "p1.parquet")
    return folder / "p1.parquet"


def as_frame(rows: dict[str, Any], folder: Path) -> Any:  # noqa: ARG001 - as the others
    return pl.DataFrame(rows)


WAYS = pytest.mark.parametrize("way", [as_json, as_parquet, as_frame])
Way = Callable[[dict[str, Any], Path], Any]


@WAYS
def test_three_numbers_in_a_cell_are_axes(way: Way, tmp_path: Path) -> None:
    recordings = stridenet.read(way({"t": [i / 10 for i in range(120)], "acc": X.tolist()}, tmp_path))
    assert recordings[0].channels == ("acc_x", "acc_y", "acc_z")
    np.testing.assert_allclose(recordings[0].data, X, rtol=1e-6)
    assert any(
        "'acc' holds three numbers in each row, taken for x, y and z" in line for line in recordings.reading.told
    )


@WAYS
def test_an_object_in_a_cell_is_columns(way: Way, tmp_path: Path) -> None:
    cells = [{"x": x, "y": y, "z": z} for x, y, z in X.tolist()]
    recordings = stridenet.read(way({"t": [i / 10 for i in range(120)], "acc": cells}, tmp_path))
    assert recordings[0].channels == ("acc.x", "acc.y", "acc.z")


@WAYS
@pytest.mark.parametrize(("name", "n"), [("acc_x", 3), ("acc", 25)])
def test_samples_in_a_cell_are_asked_for_as_rows(way: Way, name: str, n: int, tmp_path: Path) -> None:
    rows = {"t": [i / 10 for i in range(120)], name: [[float(i)] * n for i in range(120)]}
    with pytest.raises(DataError, match=rf"column '{name}' holds lists .* write a row for each sample, and a column"):
        stridenet.read(way(rows, tmp_path))
