"""Numbers with marks between their thousands are refused, and those that only look so are read."""

from collections.abc import Callable
from pathlib import Path

import pytest

import stridenet
from stridenet.errors import DataError


def _table(path: Path, cell: Callable[[int], str], *, separator: str = ";", other: str = "0,5") -> str:
    rows = [separator.join([cell(i), str(i % 2)[:1] + other[1:] + str(i % 9)]) for i in range(600)]
    path.write_text("\n".join([f"count{separator}acc", *rows]) + "\n", encoding="utf-8")
    return str(path)


@pytest.mark.parametrize(
    ("name", "mark"), [("German", "."), ("Swiss", "'"), ("French", "\u202f"), ("old French", "\u00a0")]
)
def test_thousands_beside_decimal_commas(tmp_path: Path, name: str, mark: str) -> None:
    path = _table(tmp_path / f"{name}.csv", lambda i: f"{i * 7919 % 33_000 - 16_384:,}".replace(",", mark))
    with pytest.raises(DataError, match=r"column 'count': .* has a mark between its thousands; write"):
        stridenet.read(path, rate_hz=50)


def test_thousands_that_are_all_above_a_thousand(tmp_path: Path) -> None:
    path = _table(tmp_path / "a.csv", lambda i: f"{16_384 + i * 7919 % 700:,}".replace(",", "."))
    with pytest.raises(DataError, match="thousands"):
        stridenet.read(path, rate_hz=50)


@pytest.mark.parametrize(("mark", "separator"), [(",", "\t"), (".", "\t")])
def test_thousands_of_whole_numbers_alone(tmp_path: Path, mark: str, separator: str) -> None:
    path = tmp_path / "a.csv"
    cells = [f"{i * 7919 % 33_000 - 16_384:,}".replace(",", mark) for i in range(600)]
    path.write_text("\n".join([f"x{separator}y", *(f"{one}{separator}{one}" for one in cells)]) + "\n")
    with pytest.raises(DataError, match=r"column 'x'.*thousands"):
        stridenet.read(str(path), rate_hz=50)


@pytest.mark.parametrize("cell", ["{:.3f}", "{:.3g}", "{:.6g}"])
def test_decimals_are_no_thousands(tmp_path: Path, cell: str) -> None:
    path = _table(tmp_path / "a.csv", lambda i: cell.format((i * 7919 % 33_000 - 16_384) / 1000), other="0.5")
    (one,) = stridenet.read(path, rate_hz=50)
    assert one.data[0, 0] == pytest.approx(-16.384, rel=0.01)


def test_three_decimal_commas_are_no_thousands(tmp_path: Path) -> None:
    path = _table(tmp_path / "a.csv", lambda i: f"{9 + i * 7919 % 700 / 1000:.3f}".replace(".", ","))
    (one,) = stridenet.read(path, rate_hz=50)
    assert one.data[:, 0].max() < 10
