"""Workbooks: each sheet with rows, read as text tables are."""

import datetime
import io
import sys

import polars as pl
import pytest
import xlsxwriter

from stridenet.data.formats import registry
from stridenet.data.sheet import Sheet
from stridenet.data.source import File
from stridenet.errors import DataError


def book() -> bytes:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as workbook:
        when = workbook.add_format({"num_format": "yyyy-mm-dd hh:mm:ss.000"})
        sheet = workbook.add_worksheet("walk 1")
        sheet.write_row(1, 0, ["made by an app"])
        sheet.write_row(3, 0, ["t [s]", "acc, x (m/s²)", "date", "label", "n"])
        for i in range(20):
            sheet.write_row(4 + i, 0, [i / 50, 1 / (i + 3), None, "walk", i])
            sheet.write_datetime(4 + i, 2, datetime.datetime(2024, 1, 1, 10, 0, 0, i * 20_000), when)
        sheet.write_formula(9, 1, "=1/0", value="#DIV/0!")
        workbook.add_worksheet("empty")
        second = workbook.add_worksheet("sit")
        second.write_row(0, 0, ["t", "x"])
        second.write_row(1, 0, [0.5, 3])
    return file.getvalue()


BOOK = book()


def read(content: bytes, name: str = "a.xlsx") -> list[Sheet]:
    sheets = registry.read(File(name=name, size=len(content), open=lambda: content))
    assert all(isinstance(sheet, Sheet) for sheet in sheets)
    return [sheet for sheet in sheets if isinstance(sheet, Sheet)]


def test_each_sheet_with_rows() -> None:
    walk, sit = read(BOOK)
    assert (walk.name, sit.name) == ("a.xlsx/walk 1", "a.xlsx/sit")
    assert walk.head == ("made by an app",)
    assert walk.frame.columns == ["t", "acc, x", "date", "label", "n"]
    assert walk.units == {"t": "s", "acc, x": "m/s^2"}
    assert walk.frame.dtypes == [pl.Float64, pl.Float64, pl.Datetime("ms"), pl.String, pl.Int64]
    cells = walk.frame["acc, x"].to_list()
    assert cells.pop(5) is None
    assert cells == pytest.approx([1 / (i + 3) for i in range(20) if i != 5], rel=2e-16)  # as many digits as it has
    assert walk.frame["date"][1] == datetime.datetime(2024, 1, 1, 10, 0, 0, 20_000)
    assert walk.lines.tolist() == list(range(5, 25))
    assert sit.frame.rows() == [(0.5, 3)]


def test_words_among_numbers_are_noted() -> None:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as workbook:
        sheet = workbook.add_worksheet()
        for i, row in enumerate([["t", "x"], [0, 0.5], [1, "?"], [2, 1.5], [3, 2]]):
            sheet.write_row(i, 0, row)
    (one,) = read(file.getvalue())
    assert one.frame["x"].to_list() == [0.5, None, 1.5, 2.0]
    assert "read to nine digits" in one.notes[0]


def test_a_text_table_with_the_name_of_a_workbook() -> None:
    (sheet,) = read(b"t\tx\n0\t1\n1\t2\n", "a.xls")
    assert sheet.frame.rows() == [(0, 1), (1, 2)]


@pytest.mark.parametrize("content", [BOOK[:200], BOOK[:-30], BOOK[:1500] + bytes(9) + BOOK[1509:], b"PK\3\4rubbish"])
def test_damage_is_one_sentence(content: bytes) -> None:
    with pytest.raises(DataError, match=r"^file 'a.xlsx' is a workbook that is damaged"):
        read(content)


def test_without_the_extra_it_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "fastexcel", None)
    with pytest.raises(DataError, match=r"pip install 'stridenet\[excel\]'"):
        read(BOOK)


def test_a_workbook_without_rows_says_so() -> None:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as workbook:
        workbook.add_worksheet()
    (sheet,) = read(file.getvalue())
    assert (sheet.kind, sheet.why) == ("nothing", "its sheets are empty")
